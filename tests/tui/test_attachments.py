from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from familyhub.casework import attachments, drafts, files
from familyhub.casework.entries import AttachmentEntry
from familyhub.casework.laptop import Laptop
from familyhub.tui import looking
from familyhub.tui.app import FamilyHubApp
from familyhub.tui.widgets.fields import fields_in
from tests.support.families import BELL, day
from tests.tui.desk import AtEverySize, pictures
from tests.tui.shell import MakeShell, Shell, opens, quiet, ready, rows_of, shows, text_of, typed, until

JPEG = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 40
ODD = "[b]Leo\u202egpj.[b]\n.jpg"
"""A name with markup, a mark that turns the direction of writing, and a line end."""


def field(page: Any, name: str) -> Any:
    return next(f for f in fields_in(page) if f.field == name)


def attach(laptop: Laptop, name: str, content: bytes, **fields: Any) -> str:
    """Attach a file, from a folder that is no part of the home."""
    path = laptop.store.home.parent / name
    path.write_bytes(content)
    entry = AttachmentEntry(BELL, **{"path": str(path), "what": "Signed agreement", "on": day(-3), **fields})
    return attachments.add(laptop, entry).id


def three(laptop: Laptop) -> None:
    attach(laptop, ODD, JPEG, what="[red]Signed[/] agreement", readers="family", on=day(-1))
    attach(laptop, "letter.pdf", b"%PDF-1.7 " + b"x" * 340_000, what="Letter from St Hilda's", about="visit",
           about_id="visit-1")  # fmt: skip
    attach(
        laptop,
        "film.mp4",
        b"\0\0\0\x18ftypisom" + bytes(3_400_000),
        what="The kitchen, in a short film",
        on=day(-9),
    )
    with laptop.store.writing() as connection:
        sha = connection.exec_driver_sql("select sha256 from attachment where type = 'video/mp4'").scalar()
        for table in ("blob", "blob_chunk"):
            connection.exec_driver_sql(f"delete from {table} where sha = ?", (sha,))


class Viewer:
    """What the system shows a file with."""

    def __init__(self) -> None:
        self.shown: list[tuple[Path, bytes]] = []
        self.fails = False

    def __call__(self, path: Path) -> None:
        if self.fails:
            raise FileNotFoundError
        self.shown.append((path, path.read_bytes()))


@pytest.fixture
def viewer(monkeypatch: pytest.MonkeyPatch) -> Viewer:
    made = Viewer()
    monkeypatch.setattr(FamilyHubApp, "viewer", made)
    return made


async def listing(pilot: Any) -> Any:
    await ready(pilot)
    pilot.app.open_family(BELL)
    await opens(pilot, "FamilyScreen")
    await pilot.press("f")
    return await opens(pilot, "AttachmentsScreen")


async def attaching(pilot: Any) -> Any:
    await listing(pilot)
    await pilot.press("plus")
    return await opens(pilot, "AttachDialog")


async def test_they_are_listed_by_what_they_are_with_kind_and_size_and_their_names_are_harmless(
    shell: MakeShell,
) -> None:
    app = shell(three)
    async with app.run_test(size=(100, 30)) as pilot:
        page = await listing(pilot)
        screen = text_of(app)
        for words in ("[red]Signed[/] agreement", "picture 10 KB", "Letter from St Hilda's", "PDF 332 KB",
                      "film 3.2 MB", "not here", "not yet sent", "3 attachments · 3.6 MB"):  # fmt: skip
            assert words in screen, words
        assert "[b]Leogpj.[b] .jpg · picture · 10 KB" in screen
        assert "who may read: the family too" in screen
        assert "\u202e" not in screen
        await pilot.press("down")
        await quiet(pilot)
        await shows(pilot, "about a visit · who may read: workers only")
        assert page.file.attachments[0].what == "[red]Signed[/] agreement"


async def test_enter_shows_one_from_a_private_copy_that_goes_when_the_app_closes(
    shell: MakeShell, viewer: Viewer
) -> None:
    app = shell(three)
    async with app.run_test(size=(100, 30)) as pilot:
        await listing(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: viewer.shown)
        await quiet(pilot)
        copy, content = viewer.shown[0]
        assert content == JPEG
        assert copy.suffix == ".jpg"
        assert "Leo" not in copy.name
        if os.name != "nt":
            assert (copy.stat().st_mode & 0o777, copy.parent.stat().st_mode & 0o777) == (0o600, 0o700)
        assert "Its copy goes in 10 minutes" in app.said[-1]
    assert not copy.exists()
    assert not (app.home / files.VIEWING).exists()


async def test_a_copy_goes_after_its_time_while_the_app_is_open(shell: MakeShell, viewer: Viewer) -> None:
    app = shell(three)
    async with app.run_test(size=(100, 30)) as pilot:
        await listing(pilot)
        for _ in range(2):
            await pilot.press("enter")
            await quiet(pilot)
        (old, _), (new, _) = viewer.shown
        long_ago = old.stat().st_mtime - 601
        os.utime(old, (long_ago, long_ago))
        app.take_old_copies_away()
        await quiet(pilot)
        assert (old.exists(), new.exists(), app._minding is not None) == (False, True, True)
        os.utime(new, (long_ago, long_ago))
        app.take_old_copies_away()
        await until(pilot, lambda: app._minding is None)
        assert not new.exists()


def test_copies_of_an_app_that_was_killed_go_when_the_next_one_begins(tmp_path: Path) -> None:
    (files.viewing_folder(tmp_path) / "left.jpg").write_bytes(JPEG)
    looking.take_copies_away(tmp_path)
    assert list(tmp_path.iterdir()) == []
    looking.take_copies_away(tmp_path)


async def test_what_could_be_a_program_is_not_started_and_no_viewer_is_said_in_a_sentence(
    shell: MakeShell, viewer: Viewer
) -> None:
    def odd(laptop: Laptop) -> None:
        attach(laptop, "run.exe", b"MZ\0\0", what="Who knows")
        attach(laptop, "photo.jpg", JPEG, what="Photograph", on=day(-8))

    app = shell(odd)
    async with app.run_test(size=(100, 30)) as pilot:
        await listing(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: any("could be a program" in s for s in app.said))
        viewer.fails = True
        await pilot.press("down", "enter")
        await until(pilot, lambda: any("no viewer for this kind of file" in s for s in app.said))
        await quiet(pilot)
        assert (viewer.shown, list((app.home / files.VIEWING).iterdir())) == ([], [])


async def test_one_that_is_not_here_says_what_stands_in_the_way_of_fetching_it(
    shell: MakeShell, viewer: Viewer
) -> None:
    app = shell(three)
    async with app.run_test(size=(100, 30)) as pilot:
        await listing(pilot)
        await pilot.press("end")
        await quiet(pilot)
        await shows(pilot, "Enter fetches it from the hub")
        await pilot.press("enter")
        await until(pilot, lambda: any("not enrolled" in s for s in app.said))
        assert viewer.shown == []


async def test_a_file_is_attached_with_path_words_and_readers_and_stands_in_list_and_story(
    shell: MakeShell, tmp_path: Path
) -> None:
    (tmp_path / "agreement.jpg").write_bytes(JPEG)
    app = shell()
    async with app.run_test(size=(100, 30)) as pilot:
        page = await attaching(pilot)
        assert field(page, "readers").answer == "workers"
        await typed(pilot, str(tmp_path / "agr"))
        await until(pilot, lambda: app.focused._suggestion.endswith("agreement.jpg"))
        await pilot.press("right", "enter")
        await typed(pilot, "Signed agreement, both pages")
        await pilot.press("ctrl+s")
        page = await opens(pilot, "AttachmentsScreen")
        await until(pilot, lambda: rows_of(app).items)
        assert "Attachment saved on this laptop · not yet sent" in app.said
        (item,) = rows_of(app).items
        assert (item.name, item.what, item.readers, item.type) == (
            "agreement.jpg", "Signed agreement, both pages", "workers", "image/jpeg",
        )  # fmt: skip
        assert drafts.unfinished(app.laptop) == []
        await pilot.press("escape")
        await opens(pilot, "FamilyScreen")
        await shows(pilot, "Attached: Signed agreement, both page")
        rows_of(app).select(("StoryLine", item.id))
        await pilot.press("enter")
        page = await opens(pilot, "AttachmentsScreen")
        assert rows_of(app).selected.id == item.id


async def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_is_kept(
    shell: MakeShell, tmp_path: Path
) -> None:
    app = shell()
    async with app.run_test(size=(100, 30)) as pilot:
        page = await attaching(pilot)
        await typed(pilot, str(tmp_path / "nowhere.jpg"))
        await pilot.press("ctrl+s")
        await shows(pilot, "There is no file at that place")
        await shows(pilot, "What is it? A few words")
        assert field(page, "path").answer == str(tmp_path / "nowhere.jpg")
        await pilot.press("escape")
        await opens(pilot, "AttachmentsScreen")
        assert [d.kind for d in drafts.unfinished(app.laptop)] == ["attachment"]
        await pilot.press("plus")
        page = await opens(pilot, "AttachDialog")
        assert field(page, "path").answer == str(tmp_path / "nowhere.jpg")


async def test_a_draft_is_opened_again_from_today_and_nothing_typed_leaves_none(shell: MakeShell) -> None:
    app = shell()
    async with app.run_test(size=(100, 30)) as pilot:
        page = await attaching(pilot)
        await pilot.press("escape")
        await opens(pilot, "AttachmentsScreen")
        assert drafts.unfinished(app.laptop) == []
        await pilot.press("plus")
        page = await opens(pilot, "AttachDialog")
        field(page, "what").focus()
        await typed(pilot, "School letter")
        await pilot.press("escape")
        await opens(pilot, "AttachmentsScreen")
        await pilot.press("t")
        await opens(pilot, "TodayScreen")
        await shows(pilot, "Attachment")
        app.open_draft(drafts.unfinished(app.laptop)[0].id)
        page = await opens(pilot, "AttachDialog")
        assert (page.family_id, field(page, "what").answer) == (BELL, "School letter")


async def test_the_picker_finds_a_file_and_shows_no_name_as_markup(shell: MakeShell, tmp_path: Path) -> None:
    folder = tmp_path / "[bold]files"
    folder.mkdir()
    (folder / "[red]letter.pdf").write_bytes(b"%PDF-")
    (folder / "bad\u202ename.pdf").write_bytes(b"%PDF-")
    app = shell()
    async with app.run_test(size=(100, 30)) as pilot:
        page = await attaching(pilot)
        field(page, "path").answer = f"{folder}{os.sep}"
        await pilot.press("ctrl+o")
        await until(
            pilot, lambda: type(app.screen).__name__ == "PickFile" and "[red]letter.pdf" in text_of(app)
        )
        await shows(pilot, "[bold]files")
        assert "name.pdf" not in text_of(app)
        await pilot.press("f9")
        await pilot.pause()
        assert "letter.pdf" not in text_of(app)
        await pilot.press("f9")
        await shows(pilot, "[red]letter.pdf")
        await pilot.press("end", "enter")
        await pilot.pause()
        app.screen.query_one("#select").press()  # type: ignore[attr-defined]
        await opens(pilot, "AttachDialog")
        assert field(page, "path").answer == str(folder / "[red]letter.pdf")
        await pilot.press("ctrl+o")
        await until(pilot, lambda: type(app.screen).__name__ == "PickFile")
        await pilot.press("escape")
        await opens(pilot, "AttachDialog")
        assert field(page, "path").answer == str(folder / "[red]letter.pdf")


async def test_delete_takes_one_out_after_asking(shell: MakeShell) -> None:
    app = shell(three)
    async with app.run_test(size=(100, 30)) as pilot:
        await listing(pilot)
        await pilot.press("delete")
        await opens(pilot, "SureDialog")
        await pilot.press("enter")
        await opens(pilot, "AttachmentsScreen")
        assert len(rows_of(app).items) == 3
        await pilot.press("delete")
        await opens(pilot, "SureDialog")
        await pilot.press("tab", "enter")
        await opens(pilot, "AttachmentsScreen")
        await until(pilot, lambda: len(rows_of(app).items) == 2)
        assert "Removed on this laptop · not yet sent" in app.said


@pytest.mark.parametrize("open_", [True, False], ids=["the list", "the form"])
async def test_f9_and_the_front_room_view_show_nothing_of_them(shell: MakeShell, open_: bool) -> None:
    app = shell(three)
    async with app.run_test(size=(100, 30)) as pilot:
        await (listing if open_ else attaching)(pilot)
        await pilot.press("f9")
        await pilot.pause()
        hidden(app)
        await pilot.press("f9")
        await quiet(pilot)
        if not open_:
            await pilot.press("escape")
            await opens(pilot, "AttachmentsScreen")
        await pilot.press("f7")
        await opens(pilot, "FrontScreen")
        hidden(app)
        for key in ("f", "plus", "delete"):
            await pilot.press(key)
            await quiet(pilot)
        assert type(app.screen).__name__ == "FrontScreen"
        hidden(app)


def hidden(app: Shell) -> None:
    for words in ("agreement", "letter", "Letter", "film", "picture", "Attach", ".jpg", "workers only"):
        assert words not in text_of(app), words


async def test_the_sync_page_says_what_waits_what_is_not_here_and_what_the_hub_did_not_take(
    shell: MakeShell,
) -> None:
    def before(laptop: Laptop) -> None:
        three(laptop)
        with laptop.store.writing() as connection:
            connection.exec_driver_sql("update blob set reason = 'not [b]yours[/b]' where size < 20000")
            connection.exec_driver_sql("insert into setting values ('attachments_daily_mb', '0')")

    app = shell(before)
    async with app.run_test(size=(100, 30)) as pilot:
        await ready(pilot)
        await pilot.press("s")
        await opens(pilot, "SyncScreen")
        screen = text_of(app)
        assert "Attachments           2 waiting to be sent, 342 KB · 1 not yet here, 3.2 MB" in screen
        assert "today's 0 MB are used: the rest goes tomorrow" in screen
        assert "Attachments that stay on this laptop" in screen
        assert "not [b]yours[/b]" in screen


@pictures
def test_picture_of_attachments(at_every_size: AtEverySize, shell: MakeShell) -> None:
    async def before(pilot: Any) -> None:
        await listing(pilot)
        await pilot.press("down")
        await quiet(pilot)

    at_every_size(shell(three), before)


@pictures
def test_picture_of_attaching(at_every_size: AtEverySize, shell: MakeShell, fixed_clock: None) -> None:
    async def before(pilot: Any) -> None:
        page = await attaching(pilot)
        field(page, "what").answer = "Signed agreement"
        field(page, "path").answer = "~/Pictures/agreement.jpg"
        await page.keep()
        await quiet(pilot)

    at_every_size(shell(), before)
