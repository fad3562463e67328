"""The second list of the Sync page: what the hub set aside in files that a coordinator or manager holds.

It is asked of the hub each time, and shown only as the hub answered just now: without a connection there is no list.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from familyhub.casework import asides
from familyhub.casework.asides import AtHub
from familyhub.tui.page import Page
from familyhub.tui.standing import clock
from familyhub.tui.widgets.rows import Rows

if TYPE_CHECKING:
    from familyhub.casework.problems import Problem
    from familyhub.tui.screens.family_panels import Paragraphs as Words

OFFLINE = "Set aside at the hub, of files you hold: shown when the hub is met"


def read_words(row: AtHub, kind: str) -> Words:
    """An act that waits at the hub, whole."""
    return [
        [("Set aside at the hub, needs a person", "wrong")],
        [("Reason: ", "muted"), (row.reason, "")],
        [("From: ", "muted"), (f"{row.who}, received {clock(row.when)}", "")],
        [(kind, "strong"), (f" · {row.family}" if row.family else "", "")], [], [(row.text or "It cannot be read.", "")], [],
        [(f"You cannot release it: {row.why_not}." if row.why_not else "r on the list lets it be written; l leaves it.", "muted")],
    ]  # fmt: skip


class AsidesAtHub(Page):
    """The part of the Sync page that asks the hub."""

    _at_hub: tuple[AtHub, ...] = ()
    _at_hub_heading = ""
    _asking = False

    def ask_hub(self) -> None:
        """Ask what waits; only somebody who decides about it does."""
        if self._asking or not asides.decides(self.laptop):
            return
        self._asking = True
        self.work(asides.at_hub, self.laptop, self.hub_app.hub, then=self._heard, failed=self._not_heard)

    def at_hub(self) -> tuple[str, tuple[AtHub, ...]]:
        """The heading, empty for who sees no such list, and the rows."""
        return self._at_hub_heading, self._at_hub

    def _heard(self, found: tuple[AtHub, ...]) -> None:
        self._asking = False
        self._at_hub = found
        count = f"{len(found)} · r release, l leave" if found else "nothing"
        self._at_hub_heading = f"Set aside at the hub, of files you hold, at {datetime.now():%H:%M}: {count}"
        self.load()

    def _not_heard(self, sentence: str, problems: Sequence[Problem] = ()) -> None:
        """What was heard before is not shown as if it were so now."""
        self._asking = False
        self._at_hub, self._at_hub_heading = (), OFFLINE
        self.load()

    def _chosen(self) -> AtHub | None:
        row = self.query_one(Rows).selected
        return row if isinstance(row, AtHub) else None

    def action_leave_aside(self) -> None:
        """Leave it set aside: the hub keeps it, and it stands in the list the next time."""
        row = self._chosen()
        if row is None:
            return
        self._at_hub = tuple(other for other in self._at_hub if other != row)
        self.say("Left as it is. The hub keeps it; it is in this list again next time.")
        self.load()

    def action_release_aside(self) -> None:
        """Let it be written after all, with the reason."""
        row = self._chosen()
        if row is None:
            return
        if row.why_not:
            self.hub_app.say(f"You cannot release it: {row.why_not}.", wrong=True)
            return
        from familyhub.tui.dialogs.why import WhyDialog

        def release(why: str | None) -> None:
            if why:
                self.work(
                    asides.release, self.laptop, row.scope, row.op_id, why, self.hub_app.hub,
                    then=self._released, failed=self._not_released,
                )  # fmt: skip

        question = f"Why is it right that {row.who}'s record is written? It is kept with your name."
        self.hub_app.push_screen(WhyDialog(question), release)

    def _released(self, left: tuple[AtHub, ...]) -> None:
        self.say("Released: it is in its file, and reaches everybody who holds it.")
        self._heard(left)
        self.hub_app.nudge_sync()

    def _not_released(self, sentence: str, problems: Sequence[Problem] = ()) -> None:
        self.hub_app.say(sentence, wrong=True)
        self.ask_hub()
