"""Random histories of laptops and a hub over copies in memory, with faults, and what must hold after each."""
