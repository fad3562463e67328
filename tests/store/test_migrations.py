"""The store's schema: what migrations make is what the tables say; older stores are upgraded, newer ones left alone."""

import shutil
from pathlib import Path

import pytest

from familyhub.store import engine as engines
from familyhub.store import migrate
from familyhub.store.errors import NewerStore
from familyhub.store.laptop import DATABASE, LaptopStore
from familyhub.store.tables import BOTH_ENDS, LAPTOP, record_metadata
from tests.support.homes import SmallHome

COUNTS = ("family", "person", "visit", "visit_child", "note", "action", "outbox", "search_entry", "setting")


def counts(store: LaptopStore) -> dict[str, int]:
    with store.reading() as connection:
        return {t: connection.exec_driver_sql(f"select count(*) from {t}").scalar() or 0 for t in COUNTS}


def test_the_migrated_schema_is_the_one_that_the_tables_declare(
    small_home: SmallHome, tmp_path: Path
) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.runtime.migration import MigrationContext
    from sqlalchemy import MetaData

    wanted = MetaData()
    for metadata in (record_metadata(), BOTH_ENDS, LAPTOP):
        for table in metadata.tables.values():
            table.to_metadata(wanted)

    def ours(_: object, name: str | None, kind: str, __: bool, ___: object) -> bool:
        return kind != "table" or not (name or "").startswith(("search_words", "search_names", "alembic"))

    store = LaptopStore(small_home.copy(tmp_path / "home"), small_home.key, demonstration=True)
    with store.reading() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": ours, "compare_type": False})
        assert compare_metadata(context, wanted) == []
    store.close()


def test_the_head_that_the_code_names_is_the_newest_script() -> None:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(migrate.SCRIPTS))
    assert ScriptDirectory.from_config(config).get_heads() == [migrate.LAPTOP_HEAD]


AFTER = f"{int(migrate.LAPTOP_HEAD) + 1:04d}"
NEXT = (
    f"revision, down_revision = {AFTER!r}, {migrate.LAPTOP_HEAD!r}\n"
    """
import sqlalchemy as sa
from alembic import op

def upgrade():
    with op.batch_alter_table("visit", recreate="always") as table:
        table.add_column(sa.Column("weather", sa.String()))
"""
)


def test_an_older_store_is_upgraded_with_its_counts_and_a_backup(
    small_home: SmallHome, tmp_path: Path
) -> None:
    scripts = tmp_path / "scripts"
    shutil.copytree(migrate.SCRIPTS, scripts)
    (scripts / "versions" / f"v{AFTER}_next.py").write_text(NEXT)
    home = small_home.copy(tmp_path / "home")
    store = LaptopStore.with_key(home, small_home.key, demonstration=True)
    before = counts(store)
    migrate.upgrade_laptop(store.engine, home / DATABASE, scripts=scripts, to=AFTER)
    assert counts(store) == before
    with store.reading() as connection:
        assert connection.exec_driver_sql("select count(weather) from visit").scalar() == 0
        assert migrate.laptop_state(connection) == "newer"
        assert connection.exec_driver_sql("pragma integrity_check").scalar() == "ok"
    store.close()

    kept = tmp_path / "kept"
    shutil.copytree(home, kept)
    for rest in ("-wal", "-shm"):
        (kept / (DATABASE + rest)).unlink(missing_ok=True)
    (home / DATABASE).with_suffix(".before-upgrade").replace(kept / DATABASE)
    old = LaptopStore.with_key(kept, small_home.key, demonstration=True)
    assert counts(old) == before, "the copy made before opens with the same key"
    old.close()


def test_a_migration_that_fails_leaves_the_store_as_it_was(small_home: SmallHome, tmp_path: Path) -> None:
    scripts = tmp_path / "scripts"
    shutil.copytree(migrate.SCRIPTS, scripts)
    (scripts / "versions" / f"v{AFTER}_next.py").write_text(NEXT + "    raise OSError('power cut')\n")
    home = small_home.copy(tmp_path / "home")
    store = LaptopStore.with_key(home, small_home.key, demonstration=True)
    before = counts(store)
    with pytest.raises(OSError, match="power cut"):
        migrate.upgrade_laptop(store.engine, home / DATABASE, scripts=scripts, to=AFTER)
    with store.reading() as connection:
        assert migrate.laptop_state(connection) == "same"
    assert counts(store) == before
    store.close()


def test_values_of_columns_that_went_ride_along_with_their_row(tmp_path: Path) -> None:
    engine = engines.encrypted(tmp_path / "older.db", bytes(32))
    migrate.upgrade_laptop(engine, to="0015")
    step = (
        "insert into handshake_step (scope, id, step, handover_on, episode_id, ext) values (?, ?, ?, ?, ?, ?)"
    )
    with engine.begin() as connection:
        for row in (("1", "accepted", "2026-11-20", "e", '{"later":1}'), ("2", "accepted", "2026-11-20", None, None),
                    ("3", "sent", None, None, None)):  # fmt: skip
            connection.exec_driver_sql(step, ("fam:bell", *row))
    migrate.upgrade_laptop(engine)
    with engine.connect() as connection:
        found = connection.exec_driver_sql("select id, ext from handshake_step order by id").all()
    engine.dispose()
    assert [tuple(row) for row in found] == [
        ("1", '{"episode_id":"e","handover_on":"2026-11-20","later":1}'),
        ("2", '{"handover_on":"2026-11-20"}'),
        ("3", None),
    ]


def test_a_store_from_a_newer_version_is_refused_and_not_touched(
    small_home: SmallHome, tmp_path: Path
) -> None:
    from familyhub.casework.opening import first_page

    home = small_home.copy(tmp_path / "home")
    store = LaptopStore.with_key(home, small_home.key, demonstration=True)
    with store.writing() as connection:
        connection.exec_driver_sql("update alembic_version set version_num = '0999'")
    store.close()
    before = (home / DATABASE).read_bytes()
    with pytest.raises(NewerStore, match=r"written by a newer FamilyHub\. Update FamilyHub"):
        LaptopStore.with_key(home, small_home.key, demonstration=True)
    with pytest.raises(NewerStore):
        first_page(home, small_home.key)
    assert (home / DATABASE).read_bytes() == before
    assert not (home / DATABASE).with_suffix(".before-upgrade").exists()


def test_a_store_whose_making_was_cut_off_is_finished_at_the_next_opening(tmp_path: Path) -> None:
    from familyhub.store.vault import Vault
    from tests.support.families import PASSPHRASE

    Vault(tmp_path / "store.vault").create(PASSPHRASE, "s")
    store = LaptopStore.open(tmp_path, PASSPHRASE)
    with store.reading() as connection:
        assert migrate.laptop_state(connection) == "same"
    store.close()
