"""The end of the story, key by key: the Team Around the Family meets, the plan is reviewed, help ends, and six months later."""

from __future__ import annotations

from tests.journey.front_door_story import answer
from tests.support.terminal import Terminal

CLOSED_BECAUSE = "Mornings are Dawn's again."


def meet(worker: Terminal, *, taf: bool = False, score: str, summary: str, close_because: str = "") -> None:
    """One meeting in one pass: who came, each child's views, the score, what the family says, the decision.

    The decision is to go on, or to close because ….
    """
    worker.press("m")
    worker.wait_for("Who was there")
    if taf:
        worker.press("shift+tab", "shift+tab", "shift+tab", "shift+tab", "t")
        worker.wait_for("Team Around the Family ▾")
        worker.press("tab", "tab", "tab", "tab")
    else:
        worker.wait_for("Review of the plan ▾")
    worker.press("c", "c", "c")
    worker.wait_gone("who came")
    worker.press("f6")
    answer(worker, ("w",), "Mondays are better.", *[None] * 8, ("w",), "She drew a cat.")
    worker.wait_for("She drew a cat.")
    worker.press("f6", score, "f6")
    answer(worker, "Mornings.", "Winter.", "Keep the chart.", summary)
    worker.wait_for(summary)
    worker.press("tab", *(("c", "c") if close_because else ("c",)), "tab")
    if close_because:
        worker.send(close_because)
    else:
        worker.press("tab", "enter")
    worker.wait_for("Nothing more is needed")
    worker.press("ctrl+s")
    worker.wait_for("Meeting saved on this laptop")


def read_minutes(worker: Terminal, words: str) -> None:
    """The minutes of the meeting that was held last."""
    worker.press("6")
    worker.wait_for("[6 Meetings]")
    worker.press("enter")
    worker.wait_for(words)
    worker.press("escape")
    worker.wait_for("[6 Meetings]")


def end_help(worker: Terminal) -> None:
    """Help is to end: reason, what was reached, the family's words, what if it gets hard again, every open action."""
    worker.press("6")
    worker.wait_for("[6 Meetings]")
    worker.press("E")
    worker.wait_for("Help is to end")
    answer(
        worker, ("o",), None, CLOSED_BECAUSE, "You were a magic key.", None, "Dawn rings gran, then the school.",
        ("8",), ("d", "d", "d"),
    )  # fmt: skip
    worker.press("ctrl+s")
    worker.wait_for("outcomes met · waits")


def sign_end(manager: Terminal) -> None:
    """The manager reads what was asked for, and signs: help has ended."""
    manager.press("6")
    manager.wait_for("outcomes met · waits")
    manager.press("y")
    manager.wait_for("Help ends. Sign?")
    manager.press("tab", "enter")
    manager.wait_for("Help ended")


def follow_up(worker: Terminal) -> None:
    """Six months later: is it still true?"""
    worker.press("6")
    worker.wait_for("[6 Meetings]")
    worker.press("k")
    worker.wait_for("with whom did you talk")
    answer(worker, "Dawn, by phone", None, ("y",))
    worker.press("ctrl+s")
    worker.wait_for("made")
