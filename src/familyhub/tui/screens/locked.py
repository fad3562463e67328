"""Locked: the passphrase is right, but the hub has not been met for too long; what to do, in plain words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, Protocol

from textual.app import ComposeResult
from textual.containers import Center, Middle, Vertical
from textual.widgets import Button, Static

from familyhub.tui.page import Page

if TYPE_CHECKING:
    from familyhub.casework.problems import Problem
    from familyhub.tui.standing import Report

WAYS = """Where there is no network, the program's command line opens it again:
familyhub sync    --to FILE, then --from FILE: somebody carries them
familyhub lease   --from FILE: signed by two operators of your hub"""


class Locked(Protocol):
    """Why the laptop is locked."""

    why: str
    ring: str
    key: bytes


class LockedScreen(Page):
    """Opens for meeting the hub, and for nothing else."""

    place: ClassVar[str] = "locked"
    _key = b""
    _busy = False

    def body(self) -> ComposeResult:
        """Why, whom to ring, and one button."""
        with Middle(), Center():
            with Vertical(classes="dialog-box", id="locked-box"):
                yield Static("", id="locked-why", markup=False)
                yield Static("", id="locked-ring", markup=False)
                yield Button("Sync now", id="locked-sync")
                yield Static("", id="locked-said", markup=False)
                yield Static(WAYS, classes="muted", markup=False)

    def on_mount(self) -> None:
        """Ready for Enter."""
        self.heading = "FamilyHub"
        self.query_one(Button).focus()

    def tell(self, locked: Locked) -> None:
        """Say why it is locked."""
        self._key = locked.key
        self.call_after_refresh(self._show, locked)

    def _show(self, locked: Locked) -> None:
        self._busy = False
        self.query_one("#locked-why", Static).update(locked.why)
        self.query_one("#locked-ring", Static).update(locked.ring or "Ring your hub, or your manager.")

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """The button does what the key does."""
        event.stop()
        self.action_sync_now()

    def action_sync_now(self) -> None:
        """Meet the hub now."""
        if self._busy or not self._key:
            return
        from familyhub.casework import syncing

        self._busy = True
        self._said("Meeting the hub…")
        self.work(
            syncing.sync_locked, self.hub_app.home, self._key, self.hub_app.hub,
            then=self._synced, failed=self._failed,
        )  # fmt: skip

    def _synced(self, report: Report) -> None:
        self._said(f"Met the hub: {report.sent:,} sent, {report.received:,} received. Opening…")
        self.hub_app.open_again(self._key, self._failed)

    def _failed(self, sentence: str, problems: Sequence[Problem] = ()) -> None:
        self._busy = False
        self._said(sentence)

    def _said(self, sentence: str) -> None:
        self.query_one("#locked-said", Static).update(sentence)
