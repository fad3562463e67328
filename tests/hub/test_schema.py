from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData

from familyhub.hub import schema
from familyhub.hub.tables import everything
from familyhub.store import engine as engines


def test_the_migrations_make_the_tables_that_the_hub_uses(tmp_path: Path, database: str | None) -> None:
    engine = engines.postgresql(database) if database else engines.encrypted(tmp_path / "hub.db", bytes(32))
    schema.upgrade(engine)
    together = MetaData()
    for metadata in everything():
        for table in metadata.tables.values():
            table.to_metadata(together)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, together) == []
    assert schema.revision(engine) == schema.HEAD
    schema.upgrade(engine)
    engine.dispose()


def test_the_newest_revision_is_the_one_that_the_code_asks_for() -> None:
    scripts = ScriptDirectory(str(Path(schema.__file__).parent / "migrations"))
    assert scripts.get_current_head() == schema.HEAD
