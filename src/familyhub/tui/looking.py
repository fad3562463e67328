"""Looking at attachments: the system's viewer is given a private copy, which is taken away when its time is over."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

from textual.app import App

if TYPE_CHECKING:
    from textual.timer import Timer

    from familyhub.casework.viewing import Viewer
    from familyhub.tui.app import FamilyHubApp

LOOK_AGAIN = 60.0
"""Seconds between two looks at whether a copy's time is over."""


class Looking(App[int]):
    """The part of the app that minds the copies which a viewer shows."""

    viewer: Viewer | None = None
    """Shows a file; None: what the system has for it."""
    _minding: Timer | None = None

    def mind_copies(self) -> None:
        """A copy was made: from now on it is looked at whether its time is over."""
        if self._minding is None:
            self._minding = self.set_interval(LOOK_AGAIN, self.take_old_copies_away)

    def take_old_copies_away(self) -> None:
        """Take away, behind, the copies whose time is over."""
        from familyhub.casework.files import take_all_away
        from familyhub.casework.viewing import MINUTES

        home = cast("FamilyHubApp", self).home

        def job() -> None:
            if not take_all_away(home, MINUTES):
                self.call_later(self._mind_no_longer)

        self.run_worker(job, thread=True, group="copies", exit_on_error=False)

    def _mind_no_longer(self) -> None:
        if self._minding is not None:
            self._minding.stop()
            self._minding = None


def take_copies_away(home: Path) -> None:
    """Take every copy away: the app begins, after one that was killed, or it ends."""
    from familyhub.casework.files import take_all_away

    take_all_away(home)
