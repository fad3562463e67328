from tests.hub.conftest import database, hub, laptops, now, staffed, staffed_postgres, still_hub

__all__ = ["database", "hub", "laptops", "now", "staffed", "staffed_postgres", "still_hub"]
