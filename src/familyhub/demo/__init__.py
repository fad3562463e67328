"""The demonstration: an invented caseload, and what makes a throw-away hub and laptops of it."""
