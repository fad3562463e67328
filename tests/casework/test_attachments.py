"""Adding, listing, saving and removing files in a family's file; whole or not at all wherever the power is cut."""

from __future__ import annotations

import os
import random
import signal
import stat
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from familyhub.casework import attachments, drafts, files, reading
from familyhub.casework.entries import AttachmentEntry, RemovalEntry
from familyhub.casework.laptop import Laptop
from familyhub.casework.opening import open_laptop
from familyhub.casework.problems import Refused
from familyhub.practice.attachments import media_type, one_line, size_words, type_words, viewer_ending
from familyhub.store import blobs
from familyhub.sync.blobs import LARGEST
from tests.support.families import BELL, HUGHES, TODAY, day
from tests.support.homes import SmallHome, child

JPEG = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 40
ANY_NAME = st.text(max_size=200)


def attach(laptop: Laptop, file: Path, **fields: Any) -> str:
    entry = {"path": str(file), "what": "Signed agreement", **fields}
    return attachments.add(laptop, AttachmentEntry(BELL, **entry)).id


@pytest.fixture
def photograph(tmp_path: Path) -> Path:
    path = tmp_path / "IMG 0417.jpeg"
    path.write_bytes(JPEG)
    return path


def sentences(laptop: Laptop, **fields: Any) -> dict[str, str]:
    with pytest.raises(Refused) as refused:
        attachments.add(laptop, AttachmentEntry(BELL, **{"what": "Letter", **fields}))
    return {p.field: p.sentence for p in refused.value.problems}


def test_a_file_is_kept_whole_with_what_it_is_and_who_may_read_it(laptop: Laptop, photograph: Path) -> None:
    first = attach(laptop, photograph)
    attach(laptop, photograph, what="The same again", readers="the family too", on="yesterday", about="visit",
           about_id="visit-1")  # fmt: skip
    found = attachments.of_family(laptop, BELL)
    assert [(a.what, a.name, a.size, a.type, a.readers, a.on, a.about, a.state) for a in found] == [
        (
            "Signed agreement",
            "IMG 0417.jpeg",
            len(JPEG),
            "image/jpeg",
            "workers",
            TODAY.isoformat(),
            "",
            "waiting",
        ),
        ("The same again", "IMG 0417.jpeg", len(JPEG), "image/jpeg", "family", day(-1), "visit", "waiting"),
    ]
    assert attachments.content(laptop, first) == JPEG
    with laptop.store.reading() as connection:
        assert connection.exec_driver_sql("select count(*) from blob").scalar() == 1, (
            "the same bytes are kept once"
        )
    assert [a.what for a in attachments.of_family(laptop, BELL, "family")] == ["The same again"]
    assert attachments.of_family(laptop, HUGHES) == []
    assert reading.search(laptop, "agreement")[0].kind == "attachment"


def test_what_cannot_be_attached_is_said_in_one_sentence(laptop: Laptop, tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    with (tmp_path / "large").open("wb") as large:
        large.truncate(LARGEST + 1)
    said = {
        name: sentences(laptop, path=str(path))["path"]
        for name, path in (
            ("none", ""), ("missing", tmp_path / "x"), ("beyond", tmp_path / "empty" / "x"), ("folder", tmp_path),
            ("empty", tmp_path / "empty"), ("large", tmp_path / "large"), ("nul", "a\0b"), ("half", "a\ud83d"),
            ("stranger", "~nobody-of-that-name/x"), ("long", "x" * 5000),
        )
    }  # fmt: skip
    assert said == {
        "none": "Which file is it? Give the path to it.", "missing": files.NO_FILE, "beyond": files.NO_FILE,
        "folder": "That is a folder. Give the path to one file.",
        "empty": "That file is empty: there is nothing to keep.",
        "large": "That file has 25.0 MB; 25.0 MB fit. Make it smaller, or take the photograph in a smaller size.",
        "nul": files.NO_FILE, "half": files.NO_FILE, "stranger": files.NO_FILE,
        "long": "That file cannot be read: File name too long.",
    }  # fmt: skip
    assert attachments.of_family(laptop, BELL) == []


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no such files")
def test_a_file_that_is_none_does_not_make_anybody_wait(laptop: Laptop, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert sentences(laptop, path=str(tmp_path / "pipe"))["path"] == "That is not a file that can be kept."


def test_every_field_says_what_is_wrong_with_it_at_once(laptop: Laptop) -> None:
    said = sentences(
        laptop, what=" ", readers="everybody", on="in 2 weeks", about="visit", about_id="v\ud83d"
    )
    assert set(said) == {"what", "readers", "on", "about", "path"}
    with pytest.raises(Refused, match="not on this laptop"):
        attachments.add(laptop, AttachmentEntry("nobody", path="x", what="x"))


@pytest.mark.parametrize("around", ['"{}"', "'{}'", " {} ", "{uri}", "{escaped}"])
def test_a_path_may_come_as_terminals_write_one_that_is_dropped(
    laptop: Laptop, photograph: Path, around: str
) -> None:
    text = around.format(photograph, uri=photograph.as_uri(), escaped=str(photograph).replace(" ", "\\ "))
    assert attachments.find(laptop, attach(laptop, Path("x"), path=text)).size == len(JPEG)


def test_a_name_with_anything_in_it_is_one_harmless_line(laptop: Laptop, tmp_path: Path) -> None:
    name = b"a\x1b[31m\xff\nb\xe2\x80\xae gpj.jpg"
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name))
    path.write_bytes(JPEG)
    assert attachments.find(laptop, attach(laptop, path)).name == "a[31m? b gpj.jpg"


@given(ANY_NAME)
def test_any_name_becomes_one_line_of_bounded_length(name: str) -> None:
    line = one_line(name)
    assert len(line) <= 120
    assert line.isprintable() or not any(c in line for c in "\n\r\t\x1b\u202e\u2028\x85")
    assert one_line(line) == line
    line.encode()


def test_a_long_name_keeps_its_ending() -> None:
    assert one_line("x" * 300 + ".jpeg") == "x" * 114 + "….jpeg"
    assert one_line("x" * 300) == "x" * 119 + "…"


@pytest.mark.parametrize(
    ("name", "head", "words", "ending"),
    [
        ("a.pdf", b"%PDF-1.4", "PDF", ".pdf"), ("a.exe", b"%PDF-1.4", "PDF", ".pdf"), ("a.pdf", b"MZ", "file", ""),
        ("a.jpg", b"\xff\xd8\xff", "picture", ".jpg"), ("a", b"\x89PNG\r\n\x1a\n", "picture", ".png"),
        ("a.heic", b"\0\0\0\x18ftypheic", "picture", ".heic"), ("a.mov", b"\0\0\0\x14ftypqt  ", "film", ".mov"),
        ("a.docx", b"PK\x03\x04", "document", ".docx"), ("a.docm", b"PK\x03\x04", "file", ""),
        ("a.zip", b"PK\x03\x04", "file", ""), ("a.txt", b"BM, rang at nine", "text", ".txt"),
        ("a.bmp", b"BM\x36\x10\0\0\0\0\0\0", "picture", ".bmp"), ("a.html", b"<script>", "file", ""),
        ("a.svg", b"<svg>", "file", ""), ("a.desktop", b"[Desktop Entry]", "file", ""), ("a.txt", b"a\0b", "file", ""),
        ("a.wav", b"RIFF\0\0\0\0WAVE", "recording", ".wav"), ("a.x", b"RIFF", "file", ""), ("", b"", "file", ""),
        ("a.eml", b"From: x", "e-mail", ""),
    ],
)  # fmt: skip
def test_a_kind_is_told_by_content_before_name_and_only_harmless_kinds_are_opened(
    name: str, head: bytes, words: str, ending: str
) -> None:
    kind = media_type(name, head)
    assert (type_words(kind), viewer_ending(kind)) == (words, ending)


def test_sizes_are_read_as_people_say_them() -> None:
    assert [size_words(n) for n in (1, 12, 1000, 340_000, 3_355_443)] == [
        "1 byte", "12 bytes", "1 KB", "332 KB", "3.2 MB",
    ]  # fmt: skip


def test_saving_writes_a_private_file_and_overwrites_none(
    laptop: Laptop, photograph: Path, tmp_path: Path
) -> None:
    identity, out = attach(laptop, photograph), tmp_path / "out.jpg"
    attachments.save(laptop, identity, out)
    assert out.read_bytes() == JPEG
    if os.name != "nt":
        assert stat.S_IMODE(out.stat().st_mode) == 0o600
    out.write_bytes(b"mine")
    with pytest.raises(Refused, match="nothing is overwritten"):
        attachments.save(laptop, identity, out)
    assert out.read_bytes() == b"mine"
    with pytest.raises(Refused, match="cannot be written there"):
        attachments.save(laptop, identity, tmp_path / "no" / "such" / "folder")
    with pytest.raises(Refused, match="not on this laptop"):
        attachments.save(laptop, "nothing\ud83d", tmp_path / "other")


def test_removing_is_an_ordinary_removal_and_what_was_not_sent_is_still_sent(
    laptop: Laptop, photograph: Path
) -> None:
    identity = attach(laptop, photograph)
    view = attachments.find(laptop, identity)
    with pytest.raises(Refused, match="revision cannot be read"):
        attachments.remove(laptop, RemovalEntry(identity, "no revision"))
    attachments.remove(laptop, RemovalEntry(identity, view.rev))
    assert attachments.of_family(laptop, BELL) == []
    with laptop.store.reading() as connection:
        assert len(blobs.to_send(connection, laptop.store.now_ms())) == 1
    with laptop.store.writing() as connection:
        blobs.settle(connection, f"fam:{BELL}", view.sha, blobs.HERE)
    blobs.tidy(laptop.store)
    with laptop.store.reading() as connection:
        assert connection.exec_driver_sql("select count(*) from blob_chunk").scalar() == 0


def test_what_the_hub_set_aside_can_still_be_saved(laptop: Laptop, photograph: Path, tmp_path: Path) -> None:
    identity = attach(laptop, photograph)
    with laptop.store.changing() as copy:
        op_id = copy.all_pending()[-1].op_id
        laptop.store.machine.set_aside(copy, {op_id: "this worker does not hold the file that it is in"})
    assert attachments.of_family(laptop, BELL) == []
    blobs.tidy(laptop.store)
    attachments.save(laptop, identity, tmp_path / "out.jpg")
    assert (tmp_path / "out.jpg").read_bytes() == JPEG


@pytest.mark.parametrize(
    "fields", [{"size": 300_000}, {"chunks": "["}, {"sha256": "x"}, {"size": None}, {"chunks": "[" * 90_000}]
)
def test_a_record_that_describes_no_file_is_shown_and_refused(
    laptop: Laptop, photograph: Path, fields: dict[str, Any]
) -> None:
    good = attachments.find(laptop, attach(laptop, photograph))
    with laptop.store.work("w-sam-doyle") as work:
        text = f'["{good.sha}"]'
        bad = {"sha256": good.sha, "size": good.size, "chunks": text, "what": "Odd", **fields}
        identity = work.create(f"fam:{BELL}", "attachment", bad)
    assert {a.what: a.sound for a in attachments.of_family(laptop, BELL)} == {
        "Signed agreement": True,
        "Odd": False,
    }
    with pytest.raises(Refused, match="describes no file"):
        attachments.content(laptop, identity)
    with laptop.store.reading() as connection:
        assert blobs.to_fetch(connection, LARGEST, laptop.store.now_ms()) == []


def test_a_copy_that_was_damaged_here_is_not_handed_out(laptop: Laptop, photograph: Path) -> None:
    identity = attach(laptop, photograph)
    with laptop.store.writing() as connection:
        connection.exec_driver_sql("update blob_chunk set data = x'00'")
    with pytest.raises(Refused, match="damaged on this laptop"):
        attachments.content(laptop, identity)


def test_a_path_is_completed_with_the_first_name_that_goes_on_with_it(tmp_path: Path) -> None:
    for name in ("letter.pdf", "letter2.pdf", ".hidden", "bad\u202e"):
        (tmp_path / name).touch()
    (tmp_path / "pictures").mkdir()
    start = f"{tmp_path}{os.sep}"
    assert files.completed(f"{start}let") == f"{start}letter.pdf"
    assert files.completed(f"{start}p") == f"{start}pictures{os.sep}"
    assert files.completed(f"{start}.h") == f"{start}.hidden"
    assert files.completed(start) == f"{start}letter.pdf"
    assert [files.completed(t) for t in (f"{start}b", f"{start}z", "let", f"{start}no{os.sep}x", f"~no-one{os.sep}x")] == [
        None, None, None, None, None,
    ]  # fmt: skip


def test_the_days_budget_can_be_changed_within_reason(laptop: Laptop) -> None:
    assert attachments.daily_budget(laptop) == 50
    assert attachments.daily_budget(laptop, 5) == attachments.daily_budget(laptop) == 5
    with pytest.raises(Refused):
        attachments.daily_budget(laptop, -1)


def test_a_half_typed_attachment_is_a_draft(laptop: Laptop) -> None:
    identity = drafts.keep(laptop, "attachment", AttachmentEntry(BELL, path="~/Pict", what="Let"))
    found = drafts.reopen(laptop, identity)
    assert found is not None
    assert found[1].path == "~/Pict"  # type: ignore[union-attr]


ADDING = """
import os, signal, sys
from pathlib import Path
from sqlalchemy import event
from familyhub.casework import attachments
from familyhub.casework.entries import AttachmentEntry
from familyhub.casework.opening import open_laptop
laptop = open_laptop(Path(sys.argv[1]), key=bytes.fromhex(sys.stdin.readline()))
left = int(sys.argv[3])

@event.listens_for(laptop.store.engine, "commit")
def cut(connection):
    global left
    if connection.get_execution_options().get("familyhub_reading"):
        return
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)

attachments.add(laptop, AttachmentEntry("bell", path=sys.argv[2], what="Signed agreement"))
print("added", flush=True)
"""


@pytest.mark.parametrize("commits", [2, 10, 19, 20])
def test_a_power_cut_at_any_commit_leaves_no_attachment_or_a_whole_one(
    small_home: SmallHome, tmp_path: Path, commits: int
) -> None:
    home, large = small_home.copy(tmp_path / "home"), tmp_path / "scan.pdf"
    data = b"%PDF-" + random.Random(1).randbytes(4 << 20)
    large.write_bytes(data)
    process = child(ADDING, str(home), str(large), str(commits))
    said, wrong = process.communicate(small_home.key.hex() + "\n")
    added = said == "added\n"
    assert process.returncode == (0 if added else -signal.SIGKILL), wrong
    assert added == (commits == 20), (
        "17 pieces, one note of what is coming before them, and the record itself"
    )
    laptop = open_laptop(home, key=small_home.key)
    try:
        found = attachments.of_family(laptop, BELL)
        with laptop.store.reading() as connection:
            pieces = connection.exec_driver_sql("select count(*) from blob_chunk").scalar()
        if added:
            assert [attachments.content(laptop, a.id) == data for a in found] == [True]
        else:
            assert (found, pieces) == ([], 0)
        attach(laptop, large)
        assert attachments.content(laptop, attachments.of_family(laptop, BELL)[0].id) == data
    finally:
        laptop.close()


def test_a_large_file_that_another_process_tidied_away_meanwhile_is_still_whole(
    laptop: Laptop, tmp_path: Path
) -> None:
    from sqlalchemy import event

    large = tmp_path / "scan.pdf"
    large.write_bytes(b"%PDF-" + random.Random(2).randbytes(5 << 20))
    commits: list[int] = []

    def tidied(connection: Any) -> None:
        commits.append(1)
        if len(commits) == 7:
            connection.exec_driver_sql("delete from blob_chunk")
            connection.exec_driver_sql("delete from blob")

    event.listen(laptop.store.engine, "commit", tidied)
    identity = attach(laptop, large)
    event.remove(laptop.store.engine, "commit", tidied)
    assert attachments.content(laptop, identity) == large.read_bytes()
