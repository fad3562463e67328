"""The middle of the story, key by key: agreement, sharing, a visit, the assessment, and the plan until nothing is to mend."""

from __future__ import annotations

import re

from familyhub.demo.make import DemoLaptop
from tests.journey.front_door_story import Answer, answer
from tests.journey.world import draft_on_disk
from tests.support.terminal import Terminal

IN_THE_PLAN = re.compile("carried into the plan|of 10 +in the plan")
"""What is said of it, or what it covers."""
OWN_WORDS = "I get up first and wake them."
WORRIES = "Tom carries more than a boy of nine should. The plug is pulled here"
OUTCOME = "Tom is in school by nine every Monday till July; Dawn wakes Ana, he says it feels “light”"


def open_walsh(terminal: Terminal) -> None:
    """Find the family by name and open its page."""
    terminal.press("/")
    terminal.wait_for("Families")
    terminal.send("walsh")
    terminal.wait_for("> Walsh family")
    terminal.press("enter")
    terminal.wait_for("1 Story")


def agree(worker: Terminal) -> None:
    """Today asked for it. Dawn agrees: the school may know and help, housing may not."""
    worker.wait_for("[8 Sharing]")
    worker.press("a")
    worker.wait_for("What they agreed to")
    answer(worker, ("d",), ("a",), None, "St Hilda's, health visitor", "housing", "Help with mornings.")
    worker.wait_for("Help with mornings.")
    worker.press("ctrl+s")
    worker.wait_for("agreed")
    worker.wait_gone("What they agreed to")


def share(worker: Terminal) -> None:
    """What was shared with the school: Enter takes what the agreement offers."""
    worker.press("+")
    worker.wait_for("agreed: St Hilda's")
    worker.press("enter")
    worker.send("Ms Ali")
    answer(worker, None, None, "That we meet on Tuesdays.", "She keeps his place at breakfast club.")
    worker.wait_for("public task")
    worker.press("ctrl+s")
    worker.wait_gone("Why they needed to know")
    worker.wait_for("St Hilda's")


def visit(worker: Terminal) -> None:
    """Tom was seen alone with his own words, Ana was watched; nobody is unsafe tonight."""
    worker.press("v")
    worker.wait_for("Still needed to finish")
    worker.press("f6")
    worker.wait_for("Bedroom")
    worker.press("s", "a", "down", "s", "up", "w")
    worker.send(OWN_WORDS)
    worker.wait_for(OWN_WORDS)
    worker.press("f6")
    worker.send("Kitchen warm. Tom packed both bags.")
    worker.wait_for("packed both bags")
    answer(worker, None, "He does a parent's work in the morning.", ("n",))
    worker.press("f6", "enter")
    worker.wait_gone("Still needed to finish: the next visit")
    worker.press("f6", "tab", "tab", "tab")
    answer(worker, "08:00", "08:45", None)
    worker.wait_for("Nothing more is needed")
    worker.press("ctrl+s")
    worker.wait_for("Visit saved on this laptop")


# -- the assessment ------------------------------------------------------------------------------------------------


def begin_assessment(worker: Terminal) -> None:
    """The assessment of the family is begun."""
    worker.press("A")
    worker.wait_for("b begins one")
    worker.press("b")
    worker.wait_for("How Tom is getting on")


def section(worker: Terminal, title: str, *answers: Answer) -> None:
    """Write the section under the cursor, save it, and go to the next."""
    worker.press("enter")
    worker.wait_for(f"{title} · Walsh family")
    answer(worker, *answers)
    worker.press("ctrl+s")
    worker.wait_gone(f"{title} · Walsh family")
    worker.press("down")


def half_a_section(worker: Terminal, laptop: DemoLaptop) -> None:
    """Two texts of the first section; then the plug is pulled."""
    worker.press("enter")
    worker.wait_for("How Tom is getting on · Walsh family")
    answer(worker, "Kind, quick, liked by his class.", WORRIES)
    worker.wait_for("The plug is pulled here")
    draft_on_disk(laptop, WORRIES)
    worker.kill()


def other_half(worker: Terminal) -> None:
    """The section stands there as it was left; it is finished."""
    worker.press("A")
    worker.wait_for("How Tom is getting on")
    worker.press("enter")
    worker.wait_for("Kind, quick, liked by his class.")
    worker.wait_for(WORRIES)
    answer(worker, None, "He needs mornings that are not his job.", "4")
    worker.wait_for("not his job")
    worker.press("ctrl+s")
    worker.wait_gone("How Tom is getting on · Walsh family")
    worker.press("down")


def fill_assessment(worker: Terminal) -> None:
    """Each child's words and day, what the adults say, the family and what it all means."""
    day = ("Up at six.", "At school, tired.", "Fetches Ana.", "Tea with Dawn.", "Asleep by nine.")
    section(worker, "Tom's own words", OWN_WORDS, "What is a Monday like?", None, ("s",))
    section(worker, "A day in Tom's life", *day)
    section(
        worker, "How Ana is getting on", "Chatty, curious.", "Late to nursery.", "Safe as Tom is there.", "6"
    )
    section(worker, "Ana's own words", None, None, "Would not talk today; she played.")
    section(worker, "A day in Ana's life", *day)
    section(worker, "Parenting", "Warm.", "Low in the mornings.", "5")
    section(worker, "Family and home", "Own home, gran near.", "Night shifts.", "6")
    section(worker, "Dawn", ("y",), None, "I want my mornings back.")
    section(
        worker,
        "what it all means",
        "Gran on Mondays.",
        "Calm mornings.",
        "Mornings rest on Tom.",
        ("o",),
        None,
    )
    worker.press("+")
    worker.wait_for("A need that the assessment found")
    answer(worker, "Tom runs the mornings", ("t",), "3")
    worker.press("ctrl+s")
    worker.wait_for("not in the plan")


def complete_and_carry(worker: Terminal) -> None:
    """It is complete, and its need goes into the plan as it is."""
    worker.press("c")
    worker.wait_for("waits for a manager's signature")
    worker.press("k")
    worker.wait_for(IN_THE_PLAN)
    worker.press("escape")


# -- the plan ------------------------------------------------------------------------------------------------------


def action(worker: Terminal, *answers: Answer) -> None:
    """An action under the need at the cursor."""
    worker.press("a")
    worker.wait_for("New action")
    answer(worker, *answers)
    worker.press("ctrl+s")
    worker.wait_gone("New action")


def write_plan(worker: Terminal) -> None:
    """What will be different, who does what by when, until the plan check has nothing to mend."""
    worker.press("2")
    worker.wait_for("Tom runs the mornings")
    worker.wait_for("Plan check: 3 to mend")
    action(worker, "Dawn sets two alarms", ("d",), None, None, "in 2 weeks")
    action(worker, "Breakfast club from 7:45", None, "Ms Ali", "St Hilda's", "in 3 weeks")
    action(worker, "Morning chart with both children", ("a", "a"), None, None, "in 2 weeks")
    worker.wait_for("Not written what will be different")
    worker.press("e")
    worker.wait_for("Need: Tom runs the mornings")
    worker.send(OUTCOME)
    worker.press("ctrl+s")
    worker.wait_gone("Need: Tom runs")
    worker.wait_for("nothing to mend")


def give_copy(worker: Terminal) -> None:
    """Dawn has a copy of the plan; that was safe."""
    worker.press("g")
    worker.wait_for("A copy of the plan was given")
    answer(worker, ("d",), None, None, ("y",))
    worker.press("ctrl+s")
    worker.wait_gone("A copy of the plan was given")


def note(desk: Terminal, words: str) -> None:
    """The coordinator writes down a call about the family, without a connection."""
    desk.press("n")
    desk.wait_for("Still needed to finish: what was said")
    answer(desk, "Ms Ali", None, words)
    desk.press("ctrl+s")
    desk.wait_for("Note saved on this laptop")
