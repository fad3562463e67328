"""Help: the keys of the page it was opened on, made from the registry."""

from __future__ import annotations

from collections.abc import Mapping

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Button

from familyhub.tui import commands
from familyhub.tui.dialogs.dialog import Dialog
from familyhub.tui.widgets.paragraphs import Paragraphs

PLACES = {
    "today": "Today", "families": "Families", "family": "Family", "story": "Family · Story", "plan": "Family · Plan",
    "visits": "Family · Visits", "children": "Family · Children", "attachments": "Family · Attachments", "safety": "Family · Safety",
    "meetings": "Family · Meetings", "meeting": "Meeting", "paper": "Papers and minutes",
    "sharing": "Family · Sharing", "assessment": "Family · Assessment",
    "log_visit": "Log visit", "note": "Note",
    "differences": "Differences", "sync": "Sync", "worry": "Worried about a child", "told": "Who was told",
    "front_door": "Front door", "advice": "Advice and disagreements", "desk": "Desk", "hand_over": "Hand-over",
    "front": "Front-room view", "reading": "Reading", "unlock": "Unlock", "locked": "Locked",
}  # fmt: skip
MOVING = (
    ("↑ ↓", "move; Page Up, Page Down, Home and End too"),
    ("Enter", "does what the selected row needs; a double click too"),
    ("Tab", "to the next field or list; Shift+Tab back"),
)


def lines(place: str, tab: str, front: bool, keymap: Mapping[str, str]) -> list[tuple[str, str]]:
    """(keys, words) of a place: its own, then those of every page."""
    shown = [
        c for c in commands.here(place, tab) if c.keys and (not front or (c.front and c.name != "worry"))
    ]
    return [
        (" ".join([commands.key_of(c, keymap), *map(commands.shown_key, c.keys.split(",")[1:])]), c.words)
        for c in shown
    ]


class HelpDialog(Dialog[None]):
    """The keys of one place."""

    CSS_PATH = "help.tcss"

    def __init__(self, place: str, tab: str = "") -> None:
        super().__init__()
        self._place, self._tab = place, tab

    def compose(self) -> ComposeResult:
        """The keys, and a button."""
        with Vertical(classes="dialog-box", id="help-box"):
            with VerticalScroll(id="help-scroll"):
                yield Paragraphs(id="help-text")
            yield Button("Esc Close", id="close", compact=True)

    def on_mount(self) -> None:
        """Show them."""
        front = self.hub_app.front_room is not None
        self.query_one(
            "#help-box"
        ).border_title = f"Keys · {PLACES.get(self._tab or self._place, 'this page')}"
        keys = [*MOVING, *lines(self._place, self._tab, front, self.hub_app.keymap)]
        width = max(len(key) for key, _ in keys) + 2
        words = [[(key.ljust(width), "strong"), (what, "")] for key, what in keys]
        words += [[], [("Letters act outside text fields; F-keys and Ctrl (^) inside them too. Every key is also on the", "muted")],
                  [("last line of the page, where it can be clicked, and in ^P by name.", "muted")]]  # fmt: skip
        self.query_one(Paragraphs).show(words)
        self.query_one(VerticalScroll).focus()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """The button closes."""
        self.dismiss(None)
