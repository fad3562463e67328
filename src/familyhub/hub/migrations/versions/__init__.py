"""One module per change of the hub's schema, in order."""
