"""Nothing in clear: a canary that is typed anywhere is in no file of the home, also after kill -9."""

import signal
from pathlib import Path

import pytest

from familyhub.casework import drafts, notes, reading
from familyhub.casework.entries import NoteEntry
from familyhub.store import migrate, search
from familyhub.store.laptop import DATABASE, LaptopStore
from familyhub.sync.copy import NOTHING, Held
from familyhub.sync.merge import Register
from tests.support.families import BELL, PASSPHRASE
from tests.support.homes import SmallHome, child, files_holding

CANARIES = ("zqnotecanary", "zqnamecanary", "zqdraftcanary", "zqsearchcanary")
ATTACHED = ("zqbytescanary", "zqfilecanary", "zqwhatcanary")
"""In an attachment's bytes, in its file's name, in the words about it."""

TYPING = """
import logging, sys
from pathlib import Path
from familyhub.casework import drafts, notes, reading
from familyhub.casework.entries import NoteEntry
from familyhub.casework.opening import open_laptop
logging.basicConfig(level=logging.DEBUG, filename=str(Path(sys.argv[1]) / "debug.log"))
laptop = open_laptop(Path(sys.argv[1]), sys.stdin.readline().rstrip("\\n"))
turn = 0
while True:
    notes.add_note(laptop, NoteEntry("bell", text=f"zqnotecanary {turn} " + "long " * 4000))
    with laptop.store.work(laptop.who.id) as work:
        work.create("fam:bell", "person_name", {"person_id": "leo", "kind": "former", "given": "zqnamecanary"})
    drafts.keep(laptop, "note", NoteEntry("bell", text="zqdraftcanary"))
    reading.search(laptop, "zqsearchcanary")
    reading.families(laptop, "zqsearchcanary")
    turn += 1
    print(turn, flush=True)
"""


def test_after_a_normal_exit_the_canary_is_in_no_file(small_home: SmallHome, tmp_path: Path) -> None:
    home = tmp_path / "home"
    laptop = small_home.laptop(home)
    notes.add_note(laptop, NoteEntry(BELL, text="zqnotecanary " + "long " * 4000))
    with laptop.store.work(laptop.who.id) as work:
        work.create(
            "fam:bell", "person_name", {"person_id": "leo", "kind": "former", "given": "zqnamecanary"}
        )
    drafts.keep(laptop, "note", NoteEntry(BELL, text="zqdraftcanary"))
    reading.search(laptop, "zqsearchcanary")
    assert [f.kind for f in reading.search(laptop, "zqnotecanary")][:1] == ["note"], (
        "it is there, for who has the key"
    )
    assert [f.kind for f in reading.search(laptop, "zqnamecanary")][-1:] == ["person_name"]
    assert files_holding(home, CANARIES) == [], "while the store is open"
    laptop.close()
    assert files_holding(home, [*CANARIES, PASSPHRASE]) == []


def test_after_a_kill_in_the_middle_the_canary_is_in_no_file(small_home: SmallHome, tmp_path: Path) -> None:
    home = small_home.copy(tmp_path / "home")
    process = child(TYPING, str(home))
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(PASSPHRASE + "\n")
    process.stdin.flush()
    for _ in range(3):
        assert process.stdout.readline().strip().isdecimal(), process.communicate()[1]
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert {p.name for p in home.iterdir()} >= {
        DATABASE,
        f"{DATABASE}-wal",
        f"{DATABASE}-shm",
        "store.vault",
        "debug.log",
    }
    assert files_holding(home, [*CANARIES, PASSPHRASE]) == []
    assert files_holding(home, ["familyhub"]) == ["store.vault"], (
        "the same search finds what is there in clear"
    )


ATTACHING = """
import logging, sys
from pathlib import Path
from familyhub.casework import attachments, viewing
from familyhub.casework.entries import AttachmentEntry
from familyhub.casework.opening import open_laptop
logging.basicConfig(level=logging.DEBUG, filename=str(Path(sys.argv[1]) / "debug.log"))
laptop = open_laptop(Path(sys.argv[1]), key=bytes.fromhex(sys.stdin.readline()))
turn = 0
while True:
    Path(sys.argv[2]).write_text(f"zqbytescanary {turn} " * (40_000 if turn % 2 else 400_000))
    made = attachments.add(laptop, AttachmentEntry("bell", path=sys.argv[2], what="zqwhatcanary"))
    if turn == 1:
        viewing.open_attachment(laptop, made.id, viewer=lambda path: None)
    turn += 1
    print(turn, flush=True)
"""


def test_an_attachment_is_in_no_file_but_the_copy_that_somebody_looks_at(
    small_home: SmallHome, tmp_path: Path
) -> None:
    from familyhub.casework import attachments, viewing
    from familyhub.casework.entries import AttachmentEntry
    from familyhub.casework.files import take_all_away

    home, file = tmp_path / "home", tmp_path / "zqfilecanary.txt"
    file.write_text("zqbytescanary " * 40_000)
    laptop = small_home.laptop(home)
    made = attachments.add(laptop, AttachmentEntry(BELL, path=str(file), what="zqwhatcanary"))
    assert files_holding(home, ATTACHED) == [], "while the store is open"
    copy = viewing.open_attachment(laptop, made.id, viewer=lambda path: None)
    assert files_holding(home, ATTACHED) == [f"viewing/{copy.name}"], (
        "this search finds it where it is in clear"
    )
    assert take_all_away(home) == 0
    laptop.close()
    assert files_holding(home, ATTACHED) == []
    assert not any("zq" in str(path) for path in home.rglob("*"))


def test_after_a_kill_while_attaching_the_bytes_are_in_no_file_and_the_next_start_takes_the_copy_away(
    small_home: SmallHome, tmp_path: Path
) -> None:
    from familyhub.casework.files import take_all_away

    home = small_home.copy(tmp_path / "home")
    process = child(ATTACHING, str(home), str(tmp_path / "zqfilecanary.txt"))
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(small_home.key.hex() + "\n")
    process.stdin.flush()
    for _ in range(3):
        assert process.stdout.readline().strip().isdecimal(), process.communicate()[1]
    process.send_signal(signal.SIGKILL)
    process.communicate()
    (copy,) = (home / "viewing").iterdir()
    assert files_holding(home, ATTACHED) == [f"viewing/{copy.name}"]
    assert take_all_away(home) == 0
    assert files_holding(home, ATTACHED) == []


def _arrived(text: str, op_id: str, name: str = "text") -> Held:
    """A row as it comes from the hub: no op of it is kept here."""
    register = Register({op_id: (1 << 40, text)}, frozenset(), {op_id: "w"})
    return Held({name: register}, (op_id, 1 << 40), "2026-03-01T09:00:00Z", "w")


@pytest.fixture
def unkeyed(tmp_path: Path) -> LaptopStore:
    store = LaptopStore(tmp_path, None, demonstration=True)  # type: ignore[arg-type]
    migrate.upgrade_laptop(store.engine)
    return store


def _terms(store: LaptopStore) -> set[str]:
    with store.reading() as connection:
        tables = (search.WORDS, search.NAMES)
        return {
            t for table in tables for (t,) in connection.exec_driver_sql(f"select term from {table}_terms")
        }


def test_on_an_unkeyed_store_the_canary_is_found_before_its_removal_and_not_after(
    unkeyed: LaptopStore, tmp_path: Path
) -> None:
    note, name = ("fam:a", "note", "n"), ("fam:a", "person_name", "p")
    others = {("fam:a", "note", f"o{n}"): _arrived(f"the zqneighbour words {n}", f"x{n}") for n in range(40)}
    with unkeyed.changing() as copy:
        copy.save({**others, note: _arrived("He said zqnotecanary twice", "op-1"),
                   name: _arrived("zqnamecanary", "op-2", "given")})  # fmt: skip
    assert files_holding(tmp_path, CANARIES[:2]) != [], "db or wal hold it, so this search would find it"
    assert {"zqnotecanary", "zqnamecanary"} <= _terms(unkeyed)
    migrate.checkpoint(unkeyed.engine)
    assert DATABASE in files_holding(tmp_path, CANARIES[:2])

    with unkeyed.changing() as copy:
        copy.save({note: NOTHING, name: NOTHING})
    migrate.checkpoint(unkeyed.engine)
    assert files_holding(tmp_path, CANARIES[:2]) == []
    assert not _terms(unkeyed) & {"zqnotecanary", "zqnamecanary"}
    assert "zqneighbour" in _terms(unkeyed), "what stays can still be found"
    unkeyed.close()
    assert files_holding(tmp_path, CANARIES[:2]) == []


def test_a_draft_that_is_thrown_away_leaves_nothing_behind(unkeyed: LaptopStore, tmp_path: Path) -> None:
    from familyhub.store.drafts import Draft, discard, keep

    at = "2026-03-01T09:00:00Z"
    keep(unkeyed, Draft("d", "note", "a", at, at, '{"text": "zqdraftcanary ' + "x" * 9000 + '"}'))
    assert files_holding(tmp_path, ["zqdraftcanary"]) != []
    discard(unkeyed, "d")
    migrate.checkpoint(unkeyed.engine)
    unkeyed.close()
    assert files_holding(tmp_path, ["zqdraftcanary"]) == []
