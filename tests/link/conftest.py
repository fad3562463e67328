from tests.hub.conftest import database, hub, laptops, now, staffed, still_hub

__all__ = ["database", "hub", "laptops", "now", "staffed", "still_hub"]
