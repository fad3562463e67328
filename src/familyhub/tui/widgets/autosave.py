"""What is typed is kept as a draft on this laptop at every pause, and when a field or the page is left.

The write happens in a thread: no key waits for it. One write at a time; what changed meanwhile follows at once.
"""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, cast

from textual.dom import DOMNode

from familyhub.casework.problems import Problem
from familyhub.tui.widgets.fields import Field, fields_in, gather
from familyhub.tui.working import Working, sentence_of

if TYPE_CHECKING:
    from textual.events import ScreenSuspend
    from textual.screen import Screen

AT = "at"
"""Where an entry's page remembers the focused field and the cursor in it."""
PAUSE = 0.3
"""Seconds after the last key."""
CATCH_UP = 1.0
"""Seconds at most for a field to see the keys that were pressed already."""
LONGEST = 2.0
"""Seconds after which somebody who types without a pause is kept too."""


class Autosave:
    """Keeps one entry. ``snapshot`` gives a copy that nobody changes, ``keep`` writes it and returns the draft's id."""

    def __init__(
        self, snapshot: Callable[[], Any], keep: Callable[[Any], str], kept: Callable[[str], None],
        failed: Callable[[Exception], None],
    ) -> None:  # fmt: skip
        self._snapshot, self._keep, self._kept, self._failed = snapshot, keep, kept, failed
        self._timer: asyncio.TimerHandle | None = None
        self._since: float | None = None
        self._dirty = False
        self._stopped = False
        self._task: asyncio.Task[None] | None = None

    @property
    def pending(self) -> bool:
        """Whether something typed is not kept yet."""
        return self._dirty or (self._task is not None and not self._task.done())

    def changed(self) -> None:
        """Something was typed: keep it at the next pause."""
        if self._stopped:
            return
        loop = asyncio.get_running_loop()
        now = loop.time()
        self._dirty = True
        self._since = now if self._since is None else self._since
        self._cancel()
        delay = min(PAUSE, max(0.0, self._since + LONGEST - now))
        self._timer = loop.call_later(delay, self.soon)

    def soon(self) -> None:
        """Keep what is pending now, behind the keys."""
        self._cancel()
        if self._dirty and not self._stopped and (self._task is None or self._task.done()):
            self._task = asyncio.get_running_loop().create_task(self._write())

    async def flush(self) -> None:
        """Keep what is pending, and come back when it is on the disk (or could not be written)."""
        self._cancel()
        while self._task is not None and not self._task.done():
            await asyncio.shield(self._task)
        if self._dirty and not self._stopped:
            self.soon()
            if self._task is not None:
                await asyncio.shield(self._task)

    async def stop(self) -> None:
        """Write nothing from now on; waits for a write under way. The entry is being finished or thrown away."""
        self._stopped = True
        self._cancel()
        if self._task is not None and not self._task.done():
            await asyncio.shield(self._task)

    def go_on(self) -> None:
        """Begin again after ``stop``: finishing was refused."""
        self._stopped = False
        if self._dirty:
            self.changed()

    def _cancel(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    async def _write(self) -> None:
        while self._dirty and not self._stopped:
            self._dirty, self._since = False, None
            entry = self._snapshot()
            try:
                draft_id = await asyncio.to_thread(self._keep, entry)
            except Exception as error:
                self._dirty = True
                self._failed(error)
                return
            self._kept(draft_id)


def now() -> datetime:
    """The time on this laptop's clock."""
    return datetime.now().astimezone()


def kept_words(moment: datetime) -> str:
    """``draft kept on this laptop 11:24``."""
    return f"draft kept on this laptop {moment:%H:%M}"


class KeepsDraft(Working):
    """A page or dialog whose entry is kept while it is written; mixed in before the screen class.

    It says when (``show_kept``: a page prints ``kept`` in its title line), and remembers where the cursor was.
    """

    kept: str
    draft_kind: ClassVar[str] = ""
    entry: Any = None
    _gone = False
    _autosave: Autosave | None = None

    @property
    def autosave(self) -> Autosave:
        """What keeps the entry."""
        if self._autosave is None:
            self._autosave = Autosave(self._snapshot, self._write_draft, self._draft_kept, self._draft_failed)
        return self._autosave

    def touched(self) -> None:
        """Something was typed."""
        self.autosave.changed()

    async def keep(self) -> None:
        """Keep what is being typed; comes back when it is on the disk: the page is about to be left."""
        if self.entry is not None:
            await self.catch_up()
            await self.autosave.flush()

    async def catch_up(self) -> None:
        """Take in what was typed up to now, also keys that the field has not seen yet."""
        screen = cast("Screen[Any]", self)
        if screen.focused is not None and asyncio.current_task() is not screen.focused.task:
            seen = asyncio.Event()
            screen.focused.call_later(seen.set)
            with suppress(TimeoutError):
                await asyncio.wait_for(seen.wait(), CATCH_UP)
        gather(self)

    def on_screen_suspend(self, event: ScreenSuspend) -> None:
        """Covered, by F8 or F9 too: keep it behind the cover."""
        self._soon()

    def on_descendant_blur(self) -> None:
        """A field was left."""
        self._soon()

    def on_app_blur(self) -> None:
        """Another window has the keys now."""
        self._soon()

    def _soon(self) -> None:
        if self.entry is not None:
            self.autosave.soon()

    async def on_unmount(self) -> None:
        """The page goes: wait until what was typed is on the disk."""
        self._gone = True
        if self.entry is not None:
            await self.autosave.flush()

    def show_kept(self, words: str) -> None:
        """Say that the draft is kept, and when."""
        self.kept = words

    def return_to(self, root: DOMNode) -> bool:
        """Put the cursor back where the draft's author left it; False where that is not there any more."""
        name, _, place = self.entry.page.get(AT, "").partition("@")
        for field in fields_in(root):
            if field.field == name:
                field.focus()
                field.go_to(place)
                return True
        for field in fields_in(root):
            if name and field.takes(Problem(name, "")):
                field.reopen(name, place)
                return True
        return False

    def _snapshot(self) -> Any:
        focused = cast("Screen[Any]", self).focused
        if isinstance(focused, Field) and focused.field:
            self.entry.page[AT] = f"{focused.field}@{focused.place()}"
        return copy.deepcopy(self.entry)

    def _write_draft(self, entry: Any) -> str:
        from familyhub.casework import drafts

        return drafts.keep(self.laptop, self.draft_kind, entry)

    def _draft_kept(self, draft_id: str) -> None:
        self.entry.draft_id = draft_id
        self._show(kept_words(now()))

    def _draft_failed(self, error: Exception) -> None:
        self._show("NOT kept: see the message")
        self.say(f"The draft could not be kept. {sentence_of(error)}")

    def _show(self, words: str) -> None:
        if not self._gone:
            self.show_kept(words)
