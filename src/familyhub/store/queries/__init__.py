"""Reading: every SQL text that answers a question of a screen or a command."""
