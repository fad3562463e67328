"""The main job, end to end: two laptops, a hub that comes and goes, a plug that is pulled while somebody types."""

from __future__ import annotations

import re

import pytest

from familyhub.casework import reading
from familyhub.casework.actions import update_action
from familyhub.casework.opening import open_laptop
from familyhub.casework.plan_entries import ActionUpdate
from familyhub.demo.make import Demo, DemoLaptop
from tests.journey.world import HubProcess, Shared, app, draft_on_disk, shared_family
from tests.support.terminal import Terminal

pytestmark = pytest.mark.xdist_group("journey")
MINUTE = 70
"""A colleague's change shows within 65 s of both being connected."""


def open_family(terminal: Terminal, name: str) -> None:
    """Find the family by a misspelt name and open it."""
    terminal.press("/")
    terminal.wait_for("Families")
    misspelt = name[:2] + name[3] + name[2] + name[4:]
    terminal.send(misspelt)
    terminal.wait_for(f"> {name} family")
    terminal.press("enter")
    terminal.wait_for("1 Story")


def children_of(terminal: Terminal, shared: Shared) -> None:
    """One child was not seen and why; the other was seen alone, with what they said."""
    terminal.press("v")
    terminal.wait_for("Still needed to finish")
    terminal.press("f6")
    if shared.file.children[0].id == shared.alone.id:
        terminal.press("down", "n")
        terminal.send("at school")
        terminal.press("enter", "up")
    else:
        terminal.press("n")
        terminal.send("at school")
        terminal.press("enter")
    terminal.press("s", "a", "w")
    terminal.send("I go in the cupboard.")
    terminal.press("f6")


def rest_of_the_visit(terminal: Terminal, laptop: DemoLaptop) -> None:
    """What it may mean, the safety question, progress of an action, the next visit, when it was; finish."""
    terminal.press("tab")
    terminal.send("Loud may be more than traffic.")
    terminal.press("tab", "n")
    draft_on_disk(laptop, '"safe":"no"')
    terminal.press("p")
    terminal.send("used four of five days")
    terminal.wait_for("used four of five days")
    terminal.press("enter", "f6", "enter")
    terminal.wait_gone("or why none")
    terminal.press("f6", "tab", "tab", "tab")
    terminal.send("10:30")
    terminal.press("tab")
    terminal.send("11:20")
    terminal.press("tab")
    terminal.wait_for("Nothing more is needed")
    terminal.press("ctrl+s")
    terminal.wait_for("Visit saved on this laptop")


def note_of_a_call(terminal: Terminal) -> None:
    """A note in a few keys."""
    terminal.press("n")
    terminal.wait_for("Still needed to finish: what was said")
    terminal.send("Ms Ali")
    terminal.press("tab", "tab")
    terminal.send("Rang: in by nine all week [b]so far[/b].")
    terminal.press("ctrl+s")
    terminal.wait_for("Note saved on this laptop")


def move_an_action(terminal: Terminal) -> None:
    """The first action of the plan: another date, and why."""
    terminal.press("2")
    terminal.wait_for("[2 Plan]")
    terminal.press("u")
    terminal.wait_for("By when")
    terminal.press("tab")
    terminal.send("in 3 weeks")
    terminal.press("tab")
    terminal.send("Moved at the school meeting.")
    terminal.press("ctrl+s")
    terminal.wait_gone("By when")


def worried(terminal: Terminal) -> None:
    """F8: saving is not telling, and a line stays on every page until somebody is named."""
    terminal.press("f8")
    terminal.wait_for("Saving is not telling")
    terminal.press("space", "tab", "tab")
    terminal.send("He hid when the door went.")
    terminal.press("ctrl+s")
    terminal.wait_for("Nobody has been told yet")


def hidden(terminal: Terminal, name: str) -> None:
    """F9 hides everything at once, and shows it again."""
    terminal.wait_for(name)
    terminal.press("f9")
    terminal.wait_gone(name)
    terminal.wait_gone("Story")
    terminal.press("f9")
    terminal.wait_for(name)


def changed_action(demo: Demo, family_id: str) -> tuple[str, str | None]:
    """The action that was moved on the first laptop, and its date there."""
    laptop = open_laptop(demo.laptops[0].home, demo.laptops[0].passphrase)
    try:
        steps = [s for p in reading.family(laptop, family_id).plans for s in p.actions]
        moved = next(s for s in steps if any("school meeting" in p.text for p in s.progress))
        return moved.id, moved.due
    finally:
        laptop.close()


def colleague_moves_it_too(demo: Demo, action_id: str) -> None:
    """On the other laptop, which is offline as well, the same action gets another date."""
    laptop = open_laptop(demo.laptops[1].home, demo.laptops[1].passphrase)
    try:
        update_action(laptop, ActionUpdate(action_id, due="in 4 weeks"))
    finally:
        laptop.close()


def test_the_main_job_from_today_to_a_difference_decided_on_both_laptops(demo: Demo, hub: HubProcess) -> None:
    """One worker's afternoon without a connection, the meeting with the hub, a colleague's answer."""
    asha, sam = demo.laptops[0], demo.laptops[1]
    shared = shared_family(asha, sam)
    name = shared.file.name.removesuffix(" family")

    with app(asha, hub.url) as terminal:
        terminal.wait_for("Enter:")
        terminal.wait_for("Today")
        open_family(terminal, name)
        children_of(terminal, shared)
        terminal.send("Kitchen warm and food in. The plug is pulled after this")
        terminal.wait_for("The plug is pulled after this")
        draft_on_disk(asha, "The plug is pulled after this")
        terminal.kill()

    with app(asha, hub.url) as terminal:
        terminal.wait_for("not finished")
        open_family(terminal, name)
        terminal.press("v")
        terminal.wait_for("Kitchen warm and food in.")
        terminal.wait_for("I go in the cupboard.")
        terminal.wait_for("at school")
        terminal.send(" and found again.")
        terminal.wait_for("found again.")
        rest_of_the_visit(terminal, asha)
        terminal.wait_for(f"{shared.alone.given} alone")
        note_of_a_call(terminal)
        terminal.wait_for("[b]so far[/b]" if "[b]" in terminal.text() else "Ms Ali")
        move_an_action(terminal)
        worried(terminal)
        hidden(terminal, name)
        terminal.press("t")
        terminal.wait_for("Nobody has been told yet")

        action_id, moved_to = changed_action(demo, shared.file.id)
        colleague_moves_it_too(demo, action_id)
        assert moved_to is not None
        hub.start()
        terminal.wait_for("nothing waiting", MINUTE)

        with app(sam, hub.url) as colleague:
            colleague.wait_for("two answers", MINUTE)
            terminal.wait_for("two answers", MINUTE)
            for screen in (terminal, colleague):
                screen.send("D")
                screen.wait_for("You wrote")
                screen.wait_for("wrote")
            colleague.press("2")
            colleague.wait_for(re.compile("Nothing to decide|No differences|nothing to decide"))
            terminal.wait_gone("You wrote", MINUTE)

        hub.kill()
        terminal.press("f8")
        terminal.wait_for("Told")

    assert _decided(demo, action_id) == [moved_to, moved_to]


def _decided(demo: Demo, action_id: str) -> list[str | None]:
    out = []
    for kept in demo.laptops[:2]:
        laptop = open_laptop(kept.home, kept.passphrase)
        try:
            assert reading.differences(laptop) == ()
            out.append(reading.find_action(laptop, action_id)[0].due)
        finally:
            laptop.close()
    return out
