"""The PostGIS layers and how a publisher's data gets into them."""
