"""Runs migrations on the connection that ``hub.schema`` hands over."""

from __future__ import annotations

from alembic import context

connection = context.config.attributes["connection"]
context.configure(
    connection=connection, render_as_batch=connection.dialect.name == "sqlite", transactional_ddl=True
)
context.run_migrations()
