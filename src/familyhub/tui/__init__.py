"""The terminal app: screens that show plain values and hand entries to casework."""
