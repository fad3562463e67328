"""*Attachments* of a family: photographs, letters, forms. Enter shows one with the laptop's own viewer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from familyhub.practice.attachments import AttachmentView, size_words, type_words
from familyhub.practice.days import short_day, show_day
from familyhub.practice.family_file import FamilyFile
from familyhub.records.codes import ATTACHED_TO, READERS
from familyhub.tui.page import Page
from familyhub.tui.widgets.paragraphs import content
from familyhub.tui.widgets.rows import Cell, Drawn, Rows

if TYPE_CHECKING:
    from pathlib import Path

    from familyhub.casework.entries import Saved
    from familyhub.casework.laptop import Laptop
    from familyhub.casework.problems import Problem
    from familyhub.tui.screens.family_panels import Paragraphs as Words

STATES = {"waiting": "not yet sent", "here": "here", "coming": "in part here"}
"""Where an attachment's bytes are, in a word or two; else they are at the hub alone."""
AWAY = "not here"
WIDE = 96


class AttachmentsScreen(Page):
    """The attachments of one family."""

    place: ClassVar[str] = "attachments"
    CSS_PATH = "attachments.tcss"

    def __init__(self, family_id: str, *, found: str = "") -> None:
        super().__init__()
        self.family_id = family_id
        self.file: FamilyFile | None = None
        self._found = found
        self._opening = ""
        """The attachment that is being opened."""
        self._left = False

    @property
    def family_here(self) -> str | None:
        """The family they belong to."""
        return self.family_id

    def body(self) -> ComposeResult:
        """How many there are, the list, and everything about the selected one."""
        yield Static("", id="attachments-sum", markup=False)
        yield Rows[AttachmentView](
            self._draw,
            key=lambda a: a.id,
            empty="Nothing is attached yet: + attaches a file.",
            id="attachments-rows",
        )
        yield Static("", id="attachments-about", markup=False)

    def on_mount(self) -> None:
        """Ready for keys."""
        self.query_one(Rows).focus()

    def on_unmount(self) -> None:
        """Left: what is being fetched stops behind its next piece."""
        self._left = True

    # -- reading ---------------------------------------------------------------------------------------------

    def load(self) -> None:
        """Read the file again."""
        from familyhub.casework import reading

        self.read_in(reading.family, self.laptop, self.family_id, then=self._show, failed=self._not_read)

    def _not_read(self, sentence: str, problems: Sequence[Problem] = ()) -> None:
        self.say(sentence)
        if self.file is None:
            self.leave()

    def _show(self, file: FamilyFile) -> None:
        self.file = file
        self.heading = f"{file.name} · Attachments"
        rows = self.query_one(Rows)
        rows.show(file.attachments)
        if self._found:
            rows.select(self._found)
            self._found = ""
        if not self._opening:
            self._tell("")

    def _tell(self, sentence: str) -> None:
        """A sentence about what is under way, else how many there are."""
        count = len(self.file.attachments) if self.file else 0
        if not sentence and count:
            size = size_words(sum(a.size for a in self.file.attachments)) if self.file else ""
            sentence = f"{count} attachment{'' if count == 1 else 's'} · {size}"
        self.query_one("#attachments-sum", Static).update(Content(sentence))

    # -- rows ------------------------------------------------------------------------------------------------

    def _draw(self, item: AttachmentView, width: int) -> Drawn:
        state = STATES.get(item.state, AWAY)
        look = "wrong" if item.reason and item.state == "waiting" else "" if item.here else "muted"
        day = Cell(short_day(item.on, self.laptop.today), 9)
        kind = Cell(f"{type_words(item.type)} {size_words(item.size)}", 18)
        if width < WIDE:
            return [[day, Cell(item.what), Cell(" ", 1), kind, Cell(state, 13, look)]]
        readers = Cell(READERS.words(item.readers), 27, "muted")
        return [[day, Cell(item.what), Cell(" ", 1), kind, readers, Cell(state, 13, look)]]

    @on(Rows.Moved)
    def show_about(self, event: Rows.Moved) -> None:
        """Everything about the row that is selected."""
        self.query_one("#attachments-about", Static).update(content(about(event.item, self.laptop.today)))

    # -- acts ------------------------------------------------------------------------------------------------

    @on(Rows.Chosen)
    def look_at(self, event: Rows.Chosen) -> None:
        """Enter: fetch it where it is not here, and show it."""
        if self._opening:
            self.say("One is being opened already.")
            return
        item: AttachmentView = event.item
        self._opening = item.id
        self._tell("Opening…" if item.here else f"Fetching {size_words(item.size)} from the hub…")
        self.work(
            _open, self.laptop, item.id, self.hub_app.hub, self._progress, self.hub_app.viewer,
            then=self._opened, failed=self._not_opened,
        )  # fmt: skip

    def _progress(self, here: int, whole: int) -> None:
        """In the thread that fetches: what came, and whether to go on."""
        if self._left:
            raise _PageLeft
        self.call_later(self._tell, f"Fetching: {size_words(here)} of {size_words(whole)}. Esc stops it.")

    def _opened(self, copy: Path) -> None:
        from familyhub.casework.viewing import MINUTES

        self._opening = ""
        self._tell("")
        self.hub_app.mind_copies()
        self.say(
            f"Shown with this laptop's viewer. Its copy goes in {MINUTES} minutes, or when FamilyHub closes."
        )
        self.load()

    def _not_opened(self, sentence: str, problems: Sequence[Problem] = ()) -> None:
        self._opening = ""
        self._tell("")
        self.hub_app.say(sentence, wrong=True)
        self.load()

    def action_add_attachment(self) -> None:
        """``+``: attach a file."""
        self.hub_app.attach(self.family_id)

    def action_remove_attachment(self) -> None:
        """Delete: take the selected one out of the file, after asking."""
        item: AttachmentView | None = self.query_one(Rows).selected
        if item is None:
            return
        from familyhub.tui.dialogs.sure import SureDialog

        question = f"{item.what} · {item.name}\n\nTake it out of this family's file, for everybody?"
        self.hub_app.push_screen(
            SureDialog(question, "Take it out", "Keep it"), lambda sure: self._remove(item) if sure else None
        )

    def _remove(self, item: AttachmentView) -> None:
        self.work(_remove, self.laptop, item, then=self._removed)

    def _removed(self, saved: Saved) -> None:
        self.say("Removed on this laptop · not yet sent")
        self.hub_app.nudge_sync()


class _PageLeft(Exception):
    """Nobody looks any more."""


def about(item: AttachmentView | None, today: date) -> Words:
    """Everything about one attachment, in a few lines."""
    if item is None:
        return []
    of = f" · about {ATTACHED_TO.words(item.about)}" if item.about else ""
    lines: Words = [
        [(item.what, "strong")],
        [(f"{item.name} · {type_words(item.type)} · {size_words(item.size)}", "")],
        [
            (
                f"{show_day(item.on, today)} · {item.by}{of} · who may read: {READERS.words(item.readers)}",
                "muted",
            )
        ],
    ]
    if not item.sound:
        lines.append([("! Its record is damaged: it describes no file. Ask who added it.", "wrong")])
    elif item.state == "waiting" and item.reason:
        lines.append([(f"! It stays on this laptop, the hub did not take it: {item.reason}.", "wrong")])
    elif item.reason and not item.here:
        lines.append([(f"! {item.reason}", "wrong")])
    elif not item.here:
        lines.append([("Enter fetches it from the hub and shows it.", "muted")])
    return lines


def _open(laptop: Laptop, attachment_id: str, url: str | None, progress: object, viewer: object) -> Path:
    from familyhub.casework import viewing

    return viewing.open_attachment(laptop, attachment_id, url, progress, viewer)  # type: ignore[arg-type]


def _remove(laptop: Laptop, item: AttachmentView) -> Saved:
    from familyhub.casework import attachments
    from familyhub.casework.entries import RemovalEntry

    return attachments.remove(laptop, RemovalEntry(item.id, item.rev))
