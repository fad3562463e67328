"""The write-ahead log of a laptop: what a sync wrote is brought into the database beside whoever writes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from familyhub.store.laptop import DATABASE, LOG, LOG_BYTES, LaptopStore
from tests.support.families import PASSPHRASE
from tests.support.homes import child

MUCH = LOG_BYTES + (1 << 20)


def much(store: LaptopStore, name: str) -> None:
    store.set_settings({name: os.urandom(MUCH // 2).hex()})


def test_a_long_log_is_in_the_database_before_the_next_act_and_stays_short(tmp_path: Path) -> None:
    store = LaptopStore.create(tmp_path / "home", PASSPHRASE, demonstration=True)
    log, database = store.home / LOG, store.home / DATABASE
    much(store, "first")
    assert database.stat().st_size > MUCH, "all of it is there"
    with store.writing(urgent=True) as connection:
        connection.exec_driver_sql("insert into setting (name, value) values ('second', 'short')")
    assert log.stat().st_size < LOG_BYTES / 2, "the log began anew"
    assert len(store.setting("first") or "") == MUCH // 2 * 2
    assert store.setting("second") == "short"
    store.close()


SMALL_FILES = """
import resource, sys
from pathlib import Path
from familyhub.store.laptop import LaptopStore
from tests.store.test_settling import MUCH, much

store = LaptopStore.create(Path(sys.argv[1]), sys.argv[2], demonstration=True)
resource.setrlimit(resource.RLIMIT_FSIZE, (MUCH * 3 // 2, MUCH * 3 // 2))
for name in ("first", "second"):
    much(store, name)
print([len(store.setting(name) or "") == MUCH // 2 * 2 for name in ("first", "second")])
"""


@pytest.mark.skipif(os.name == "nt", reason="no file size limits")
def test_where_there_is_no_room_to_settle_the_log_what_was_saved_is_saved(tmp_path: Path) -> None:
    process = child(SMALL_FILES, str(tmp_path / "home"), PASSPHRASE)
    said = process.communicate()
    assert process.returncode == 0, said
    assert said[0].strip() == "[True, True]"
