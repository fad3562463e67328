"""What records mean: pure functions over plain values. No store, no clock of its own, no import that is slow."""
