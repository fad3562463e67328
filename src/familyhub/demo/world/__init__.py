"""The demonstration world: an invented Wirral caseload, the same for the same seed and day."""

from familyhub.demo.world.caseload import World, build
from familyhub.demo.world.staff import Staff
from familyhub.demo.world.written import Written

__all__ = ["Staff", "World", "Written", "build"]
