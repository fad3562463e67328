"""What FamilyHub is measured beside: frozen, so that a figure of today compares with one of last year."""
