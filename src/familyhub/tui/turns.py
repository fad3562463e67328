"""Keys act in turn: none is handed out before what the one before it began is there to take it.

Textual hands a key to whatever has the focus when it comes. On a busy laptop that is still the old field, or a page that
has not read its file yet, and what was typed would be lost or be taken for a command.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from functools import partial
from typing import Any

from textual import events
from textual.app import App
from textual.dom import DOMNode

from familyhub.tui.working import Working

AT_ONCE = frozenset({"f1", "f8", "ctrl+q", "ctrl+c"})
"""Keys that do not wait for a page or a store that is still to come; F9 waits for nothing at all."""
LONGEST_TURN = 2.0
"""Seconds after which the next key has its turn whatever the one before is doing."""
PAINTED = 0.04
"""Seconds in which a key's answer is painted; looking whether its turn is over begins after it, or with the next key."""
MOST_ROUNDS = 4
"""How often a key may move the focus on before the next one has its turn."""


class KeysInTurn(App[int]):
    """The part of the app that hands out keys and pastes, one after the other."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self._waiting: deque[events.Key | events.Paste] = deque()
        self._turn = 0
        self._turn_ends: asyncio.TimerHandle | None = None
        self._follows: tuple[asyncio.TimerHandle, partial[None]] | None = None

    @property
    def keys_wait(self) -> bool:
        """Whether keys that were typed have not had their turn yet, or the last one still has it."""
        return bool(self._waiting) or self._turn_ends is not None

    def must_wait(self) -> bool:
        """Whether what keys are meant for is still to come; the app adds its own reasons."""
        screen = self.screen
        return isinstance(screen, Working) and not screen.ready_for_keys

    async def hand_out(self, event: events.Key | events.Paste, *, at_once: bool = False) -> None:
        """A key or paste came: it acts now, or when those before it have acted."""
        key = event.key if isinstance(event, events.Key) else ""
        if at_once or key == "f9" or (key in AT_ONCE and self.must_wait()):
            await self._act(event)
        else:
            self._waiting.append(event)
            self._follow_at_once()
            await self._next()

    def forget_keys(self) -> None:
        """What keys were meant for will not come."""
        self._waiting.clear()

    def keys_go_on(self) -> None:
        """What keys waited for may be there."""
        if self._waiting:
            self.call_later(self._next)

    async def _next(self) -> None:
        if self._waiting and self._turn_ends is None and not self.must_wait():
            await self._act(self._waiting.popleft())

    async def _act(self, event: events.Key | events.Paste) -> None:
        self._turn += 1
        if self._turn_ends is not None:
            self._turn_ends.cancel()
        loop = asyncio.get_running_loop()
        self._turn_ends = loop.call_later(LONGEST_TURN, self._end_turn, self._turn)
        follow = partial(self._follow, self._turn, self.focused or self.screen, MOST_ROUNDS)
        await App.on_event(self, event)
        self._follows = loop.call_later(PAINTED, self._follow_at_once), follow
        if self._waiting:
            self._follow_at_once()

    def _follow_at_once(self) -> None:
        if self._follows is not None:
            timer, follow = self._follows
            self._follows = None
            timer.cancel()
            follow()

    def _follow(self, turn: int, at: DOMNode, rounds: int) -> None:
        """Go up from where the key went, behind the messages it set going; again where the focus has moved on.

        Twice at each place: what a widget tells itself comes behind the first time.
        """
        way = [node for node in at.ancestors_with_self for _ in range(2)]
        self._up(turn, way, partial(self._at_the_top, turn, at, rounds))

    def _up(self, turn: int, way: Sequence[DOMNode], then: partial[None]) -> None:
        for place, node in enumerate(way):
            if node.call_later(self._up, turn, way[place + 1 :], then):
                return
        then()

    def _at_the_top(self, turn: int, was: DOMNode, rounds: int) -> None:
        now = self.focused or self.screen
        if turn == self._turn and now is not was and rounds:
            self._follow(turn, now, rounds - 1)
        else:
            self._end_turn(turn)

    def _end_turn(self, turn: int) -> None:
        if turn == self._turn and self._turn_ends is not None:
            self._turn_ends.cancel()
            self._turn_ends = None
            self.keys_go_on()
