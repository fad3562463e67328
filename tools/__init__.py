"""What the project is checked, frozen and pictured with."""
