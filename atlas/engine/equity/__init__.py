"""How evenly children are served, and where zones of high need lie together (METHOD §9)."""
