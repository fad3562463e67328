"""Every kind of record by its name. A new record is one module in this folder: it is found, not listed."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module

import familyhub.records as package
from familyhub.records.synced import Entity, describe, tables

SCHEMA_VERSION = 1
"""Stamped on every op (``sv``); raised when a field changes its meaning, with an upcaster."""


@cache
def entities() -> dict[str, Entity]:
    """All entities by name, from every module of this package."""
    for module in pkgutil.iter_modules(package.__path__):
        if module.name not in ("catalogue",):
            import_module(f"familyhub.records.{module.name}")
    return {e.name: e for e in sorted((describe(t) for t in tables()), key=lambda e: e.name)}
