"""The command line: the same acts and readings as the app, in plain lines or JSON."""
