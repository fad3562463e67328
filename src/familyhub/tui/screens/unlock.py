"""Unlock: the passphrase of this laptop's store; or, where there is no store yet, what to do first."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.containers import Center, Middle, Vertical
from textual.widgets import Input, Static

from familyhub.tui.page import Page

if TYPE_CHECKING:
    from familyhub.casework.problems import Problem

FIRST = """There is no store in this folder yet:
{home}

To begin, close this window's program (q or Ctrl+Q) and type one of these:

  familyhub enrol URL     join your locality's hub; your hub gives you
                          the address and a code
  familyhub demo          try FamilyHub with invented families; nothing
                          in it is real, nothing is sent anywhere

Then start familyhub again."""


def first_screen(home: Path) -> Page:
    """Unlock where there is a store, else the page of the first run."""
    return UnlockScreen() if (home / "store.vault").exists() else FirstRunScreen(home)


class UnlockScreen(Page):
    """Asks for the passphrase; what is wrong stands beside the field."""

    place: ClassVar[str] = "unlock"

    def __init__(self, sentence: str = "") -> None:
        super().__init__()
        self._sentence = sentence

    def body(self) -> ComposeResult:
        """One field."""
        with Middle(), Center():
            with Vertical(classes="dialog-box", id="unlock-box"):
                yield Static("Passphrase of this laptop", markup=False)
                yield Input(password=True, id="passphrase")
                yield Static("", id="unlock-problem", classes="problem", markup=False)
                yield Static("Enter opens. Nothing leaves this laptop.", classes="muted", markup=False)

    def on_mount(self) -> None:
        """Ready to type."""
        self.heading = "FamilyHub"
        self.query_one(Input).focus()
        if self._sentence:
            self.wrong(self._sentence)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Try the passphrase."""
        field = self.query_one(Input)
        if not field.value or field.disabled:
            return
        field.disabled = True
        self.wrong("")
        self.query_one("#unlock-box").border_subtitle = "opening…"
        self.hub_app.unlock(field.value, self.not_opened)

    def not_opened(self, sentence: str, problems: Sequence[Problem] = ()) -> None:
        """Say why, and let people try again; what was typed stays."""
        field = self.query_one(Input)
        field.disabled = False
        field.focus()
        field.action_select_all()
        self.query_one("#unlock-box").border_subtitle = ""
        self.wrong(sentence)

    def wrong(self, sentence: str) -> None:
        """Show a sentence under the field, or take it away."""
        shown = self.query_one("#unlock-problem", Static)
        shown.update(sentence)
        shown.set_class(bool(sentence), "-shown")


class FirstRunScreen(Page):
    """What to do where there is no store."""

    place: ClassVar[str] = "unlock"

    def __init__(self, home: Path) -> None:
        super().__init__()
        self._home = home

    def body(self) -> ComposeResult:
        """Plain commands."""
        with Middle(), Center():
            yield Static(FIRST.format(home=self._home), id="first-run", classes="dialog-box", markup=False)

    def on_mount(self) -> None:
        """Say whose page it is."""
        self.heading = "FamilyHub · first run"
