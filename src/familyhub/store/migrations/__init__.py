"""Alembic migrations of a laptop's store."""
