"""A field for the path of a file: it is completed while it is typed; the right arrow takes what is offered."""

from __future__ import annotations

import asyncio

from textual.suggester import Suggester

from familyhub.casework.files import completed
from familyhub.tui.widgets.fields import LineField


class PathSuggester(Suggester):
    """Offers the first name in the folder that goes on with what was typed; the folder is read behind."""

    def __init__(self) -> None:
        super().__init__(use_cache=False, case_sensitive=True)

    async def get_suggestion(self, value: str) -> str | None:
        """The whole path that is offered."""
        return await asyncio.to_thread(completed, value)


class PathField(LineField):
    """The path of a file."""

    DEFAULT_CSS = "PathField { min-width: 20; }"

    def __init__(self, field: str, value: str = "", *, placeholder: str = "") -> None:
        super().__init__(field, value, placeholder=placeholder)
        self.suggester = PathSuggester()
