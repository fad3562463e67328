"""What is written down: one module per subject, no reading or writing of stores here."""
