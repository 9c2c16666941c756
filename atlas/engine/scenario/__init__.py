"""What if: a list of changes to a city, answered without assessing it all again (METHOD §10)."""
