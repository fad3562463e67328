"""A full disk: one sentence; what was saved before is safe and can be read."""

import os
from pathlib import Path

import pytest
from sqlalchemy import event

from familyhub.casework import drafts, notes, reading
from familyhub.casework.entries import NoteEntry
from familyhub.store.errors import DiskFull
from tests.support.families import BELL
from tests.support.homes import SmallHome, child


def test_a_store_that_cannot_grow_refuses_in_one_sentence_and_keeps_what_it_has(
    small_home: SmallHome, tmp_path: Path
) -> None:
    laptop = small_home.laptop(tmp_path / "home")
    first = notes.add_note(laptop, NoteEntry(BELL, text="saved before"))
    laptop.store.engine.dispose()

    @event.listens_for(laptop.store.engine, "connect")
    def no_room(connection: object, _: object) -> None:
        connection.execute("pragma max_page_count = 1")  # type: ignore[attr-defined]

    entry = NoteEntry(BELL, text="zqfull " + "x" * 190_000)
    for act in (lambda: notes.add_note(laptop, entry), lambda: drafts.keep(laptop, "note", entry)):
        with pytest.raises(DiskFull, match="The disk is full: this was not saved") as refused:
            act()
        assert "zqfull" not in str(refused.value)
    assert any(n.id == first.id for n in reading.family(laptop, BELL).notes)
    assert reading.search(laptop, "zqfull") == []
    waiting = reading.sync_page(laptop).waiting
    event.remove(laptop.store.engine, "connect", no_room)
    laptop.store.engine.dispose()
    assert notes.add_note(laptop, entry).waiting == waiting + 1, "there is room again"
    laptop.close()


LIMITED = """
import resource, sys
from familyhub.cli.main import main

resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))
sys.exit(main(["note", "add", "--home", sys.argv[1], "--family", "bell", "--note", "-", "--passphrase-file", sys.argv[2]]))
"""


@pytest.mark.skipif(os.name == "nt", reason="no file size limits")
def test_the_command_line_says_so_in_one_sentence(small_home: SmallHome, tmp_path: Path) -> None:
    from tests.support.families import PASSPHRASE

    home = small_home.copy(tmp_path / "home")
    (tmp_path / "phrase").write_text(PASSPHRASE)
    process = child(LIMITED, str(home), str(tmp_path / "phrase"))
    said = process.communicate("zqfull " + os.urandom(90_000).hex())
    assert process.returncode == 1, said
    assert said[0] == ""
    assert len(said[1].strip().splitlines()) == 1, said[1]
    assert "everything saved before is safe" in said[1]
    assert "zqfull" not in said[1]
