"""The lease of a laptop that has not met its hub: its page where it has run out, and a look every ten minutes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, cast

from textual.app import App

if TYPE_CHECKING:
    from familyhub.casework.problems import Problem
    from familyhub.tui.app import FamilyHubApp

LEASE_SECONDS = 600.0
"""How often a running app looks whether its lease has run out, and notes the time."""


class Leasing(App[int]):
    """The part of the app that looks after the lease."""

    @property
    def _hub_app(self) -> FamilyHubApp:
        return cast("FamilyHubApp", self)

    def open_again(self, key: bytes, failed: Callable[[str, Sequence[Problem]], None]) -> None:
        """Open the store with its key: the lease had run out, and the hub was met."""
        self._hub_app.open_with(lambda: key, failed)

    def lease_locked(self, locked: Any) -> None:
        """The passphrase is right, but the hub must be met first: say so, and what to do."""
        from familyhub.tui.screens.locked import LockedScreen

        page = self.screen_stack[0]
        if not isinstance(page, LockedScreen):
            page = LockedScreen()
            self._hub_app.replace_bottom(page)
        page.tell(locked)

    def watch_lease_from_now_on(self) -> None:
        """Look every ten minutes."""
        self.set_interval(LEASE_SECONDS, self.watch_lease)

    def watch_lease(self) -> None:
        """Note the time, behind; where the lease has run out meanwhile, end with what is typed kept."""
        app = self._hub_app
        if not app.is_open:
            return
        laptop = app.laptop

        def job() -> None:
            from familyhub.casework import leases

            try:
                stands = leases.watch(laptop)
            except Exception as error:
                app.last_error = error
            else:
                if words := leases.locked_words(stands):
                    self.call_later(self._lease_ran_out, words)

        self.run_worker(job, thread=True, group="lease", exit_on_error=False)

    async def _lease_ran_out(self, words: str) -> None:
        await self._hub_app.action_quit()
        self._hub_app.refuse(words)
