"""The front-room view: one family and nothing else, until F7 and the passphrase."""

from __future__ import annotations

from collections.abc import Coroutine
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from textual.app import App

from familyhub.tui import commands
from familyhub.tui.page import Page

if TYPE_CHECKING:
    from familyhub.tui.app import FamilyHubApp
    from familyhub.tui.commands import Command


OPEN_PLACES = ("family", "log_visit", "note", "attachments", "meeting", "safety")
"""Pages on which one family is open; on others F7 asks which one it is."""


class FrontRoom(App[int]):
    """The part of the app that shows one family only while others look on."""

    front_room: str | None = None
    """The family whose front room it is; None outside the view."""

    @property
    def _whole(self) -> FamilyHubApp:
        return cast("FamilyHubApp", self)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """In the front-room view only the few acts that belong there."""
        command = commands.BY_NAME.get(action)
        return self.front_room is None or command is None or self.allowed_in_front(command)

    @staticmethod
    def allowed_in_front(command: Command) -> bool:
        """Whether a command is there in the front-room view."""
        return command.front or command.name in commands.KEY_LINES["front"]

    def action_front_room(self) -> None:
        """Begin the front-room view, or ask for the passphrase to leave it."""
        whole = self._whole
        page = whole.top_page
        if self.front_room is not None:
            from familyhub.tui.dialogs.passphrase import LeaveFrontRoom

            if not isinstance(page, LeaveFrontRoom):
                self.push_screen(LeaveFrontRoom(), self._maybe_end)
        elif whole.is_open:
            open_here = isinstance(page, Page) and page.place in OPEN_PLACES
            if open_here and isinstance(page, Page) and page.family_here:
                self._begin(page.family_here)
            else:
                from familyhub.tui.screens.families import FamiliesScreen

                self.push_screen(FamiliesScreen(pick=self._begin))

    def _begin(self, family_id: str) -> None:
        self._slowly(self._cover_all(family_id))

    def _slowly(self, change: Coroutine[Any, Any, None]) -> None:
        """Change what is shown in a task of its own; keys wait for it."""
        page = cast("Page", self._whole.top_page)

        async def until_there() -> None:
            try:
                await change
            finally:
                page.arrived()

        page.keys_wait_for()
        self.run_worker(until_there(), group="front-room")

    async def _cover_all(self, family_id: str) -> None:
        """Cover everything first; then what was being typed is kept, and its page closed."""
        from familyhub.tui.screens.front import FrontScreen

        self.clear_notifications()
        self.front_room = family_id
        front = FrontScreen(family_id)
        await self.push_screen(front)
        await self._whole.keep_everything()
        for screen in self.screen_stack[1:]:
            if screen is not front:
                self._whole.close_page(screen)

    def _maybe_end(self, left: bool | None) -> None:
        family_id = self.front_room
        if left and family_id is not None:
            self._slowly(self._end(family_id))

    async def _end(self, family_id: str) -> None:
        """Back to the family's page; a visit or meeting begun in the front room is taken up on its whole page."""
        from familyhub.tui.reading import unfinished_form

        await self._whole.keep_everything()
        self.front_room = None
        self._whole.close_to_bottom()
        self._whole.open_family(family_id)
        page = self._whole.top_page
        if isinstance(page, Page):
            then = partial(self._take_up, family_id)
            page.work(unfinished_form, self._whole.laptop, family_id, then=then, opens=True)

    def _take_up(self, family_id: str, form: tuple[str, str] | None) -> None:
        if form is not None:
            kind, draft_id = form
            opens = self._whole.open_meeting if kind == "meeting" else self._whole.open_visit
            opens(family_id, draft_id=draft_id)
