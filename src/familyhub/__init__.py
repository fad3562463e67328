"""FamilyHub: an offline-first terminal app for family-support workers."""

__version__ = "0.1.0"
