"""The beginning of the story, key by key: a school rings, the front door decides, a manager signs, the Desk allocates."""

from __future__ import annotations

import re

from tests.support.terminal import Terminal

Answer = str | tuple[str, ...] | None
"""Text that is typed, keys that are pressed, or a field that is left as it is."""
MINUTE = 70
"""A result of the hub shows within 65 s of both being connected."""
MET_OR_BUSY = re.compile("Met the hub just now|is syncing just now")
PRESSES = 60
"""Times that somebody asks to sync again, at most, while the app is meeting the hub by itself."""


def answer(terminal: Terminal, *answers: Answer) -> None:
    """Fill in a form from the field that has the keys: Tab goes on between two answers."""
    for number, each in enumerate(answers):
        if number:
            terminal.press("tab")
        if isinstance(each, tuple):
            terminal.press(*each)
        elif each:
            terminal.send(each)


def record_contact(desk: Terminal) -> None:
    """Two children, what was tried, what the parent knows, and a child's own words."""
    desk.press("g")
    desk.wait_for("+ records a contact")
    desk.press("+")
    desk.wait_for("The worry, in their words")
    answer(desk, ("s", "s"), "Ms Ali", "St Hilda's", "0151 496 0111, after 3", None, "08:40", None, None)
    desk.press("tab")
    answer(
        desk, "Late on Mondays, tired; mum is low.", "Breakfast club, a talk with mum.", ("down",), ("down",)
    )
    desk.wait_for("knows ▾  agrees ▾")
    desk.press("tab")
    answer(desk, "Tom", "Walsh", "20/11/2016", None, "St Hilda's", "I get us all up [b]me[/b].")
    desk.press("tab")
    answer(desk, "Ana", "Walsh", None, "4", "Acorn nursery", None)
    desk.press(*["tab"] * 7)
    answer(desk, "Dawn", "Walsh", "mum")
    desk.wait_for("mum")
    desk.press("ctrl+s")
    desk.wait_for("1 waiting")
    desk.wait_for("Ms Ali")


def safe_now(desk: Terminal, child: str, how: str) -> None:
    """Is this child safe now, and how is that known?"""
    desk.press("s")
    desk.wait_for(f"Is {child} safe now?")
    answer(desk, ("y",), how)
    desk.wait_for(how)
    desk.press("ctrl+s")
    desk.wait_gone(f"Is {child} safe now?")


def not_the_same(desk: Terminal) -> None:
    """Somebody of that name is known, who is seven years older."""
    desk.press("f6")
    desk.wait_for("= same   x not")
    desk.press("x")
    desk.wait_for("not the same")


def decide(desk: Terminal) -> None:
    """Safe now, level, outcome and reason for each child; level 3 goes to a manager."""
    desk.press("f6")
    desk.wait_for("safe now? not asked")
    safe_now(desk, "Tom", "Ms Ali saw him at 8:50")
    desk.wait_for("safe now: yes")
    desk.press("3", "e", "e", "e", "b")
    desk.send("Tired, misses Mondays, cares for his sister.")
    desk.wait_for("for his sister")
    desk.press("shift+tab", "down")
    safe_now(desk, "Ana", "at nursery since 9")
    desk.wait_gone("not asked")
    desk.press("2", "e", "e", "e", "b")
    desk.send("Well today; what Tom carries is hers too.")
    desk.wait_for("Nothing more is needed")
    desk.press("ctrl+s")
    desk.wait_for("Waits for a manager's signature")


def sync_now(terminal: Terminal) -> None:
    """From Today: meet the hub at once, and come back."""
    terminal.press("s")
    terminal.wait_for("Sync now")
    for _ in range(PRESSES):
        terminal.press("s")
        if "Met the hub just now" in terminal.wait_for(MET_OR_BUSY):
            break
    terminal.wait_for(re.compile("Waiting to be sent +nothing"))
    terminal.press("escape")
    terminal.wait_gone("Sync now")


def sign(manager: Terminal) -> None:
    """The manager reads what was decided, and signs it."""
    manager.press("g")
    manager.wait_for("Waits for a manager's signature")
    manager.press("y")
    manager.wait_for("Sign what waits")
    manager.press("ctrl+s")
    manager.wait_for("Tell who contacted us")


def checked_by_the_hub(desk: Terminal) -> None:
    """The hub's second check has come back with the sync: go on."""
    desk.press("g")
    desk.wait_for("Tell who contacted us")
    desk.press("f6")
    desk.wait_for("go on", MINUTE)


def tell(desk: Terminal) -> None:
    """Who contacted us is told by phone; then nothing waits at the front door."""
    desk.wait_for("Tell who contacted us")
    desk.press("t")
    desk.wait_for("Told on")
    answer(desk, None, ("p",))
    desk.wait_for("phone call")
    desk.press("ctrl+s")
    desk.wait_for("Nothing waits at the front door")


def allocate(desk: Terminal) -> None:
    """From Today to the Desk: the family that waits is given to Asha."""
    desk.press("l")
    desk.wait_for("Walsh family")
    desk.press("enter")
    desk.wait_for("> Asha Rahman")
    desk.press("enter")
    desk.wait_for("Give the Walsh family to a worker")
    answer(desk, None, None, None, None, "Knows the school.")
    desk.wait_for("Knows the school.")
    desk.press("ctrl+s")
    desk.wait_for("0 waiting · 1 with a worker")
