"""Alembic's folder for the hub's database."""
