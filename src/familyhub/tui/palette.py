"""The command palette, fed from the registry: what this page offers, then what every page does."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, cast

from textual.command import DiscoveryHit, Hit, Hits, Provider

from familyhub.tui import commands
from familyhub.tui.commands import Command
from familyhub.tui.page import Page

if TYPE_CHECKING:
    from familyhub.tui.app import FamilyHubApp


class CommandsProvider(Provider):
    """Commands of the page below, by their words."""

    def _here(self) -> list[Command]:
        page = self.screen
        if not isinstance(page, Page):
            return []
        return [c for c in commands.here(page.place, page.tab) if page.check_action(c.name, ())]

    async def _run(self, command: Command) -> None:
        page = cast(Page, self.screen)
        await self.app.run_action(command.action, page if command.owner == "page" else self.app)

    def _help(self, command: Command) -> str:
        key = commands.key_of(command, cast("FamilyHubApp", self.app).keymap)
        return f"key {key}" if key else "no key"

    async def discover(self) -> Hits:
        """Everything, before anything is typed."""
        for command in self._here():
            yield DiscoveryHit(command.words, partial(self._run, command), help=self._help(command))

    async def search(self, query: str) -> Hits:
        """Commands whose words match."""
        matcher = self.matcher(query)
        for command in self._here():
            if (score := matcher.match(command.words)) > 0:
                yield Hit(
                    score,
                    matcher.highlight(command.words),
                    partial(self._run, command),
                    help=self._help(command),
                )
