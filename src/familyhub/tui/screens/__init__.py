"""One module per screen, with its style sheet beside it; each is imported when it is first opened."""
