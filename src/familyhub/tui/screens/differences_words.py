"""Differences in words: whose answer, what can be done with it, what was decided."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from familyhub.casework.checking import clean
from familyhub.practice.days import show_day, show_moment
from familyhub.practice.differences import (
    REMOVED,
    TWO_PLANS,
    Decided,
    Difference,
    DifferenceValue,
    first_name,
)

BOTH_SAVED = "Nothing is lost: both were saved. Until somebody decides, everybody sees the one marked ●."
ALL_SAVED = "Nothing is lost: all were saved. Until somebody decides, everybody sees the one marked ●."
STILL_THERE = "Nothing is lost: it is still there. Until somebody decides, everybody sees it."
ALL_TOGETHER = "Nothing is lost: until somebody decides, everybody sees all answers together."
PLANS_OPEN = "Until somebody decides, both are open. What is in the one that is closed stays readable."
FIRST_OF_LINE = 96
"""Characters of a decision that are told on one line."""


def name(value: DifferenceValue) -> str:
    """The first name of who wrote an answer."""
    return first_name(clean(value.by_name))


def who_wrote(d: Difference, value: DifferenceValue) -> str:
    """``You wrote``, ``Sam Doyle removed it``, ``Yours``."""
    who = "You" if value.mine else clean(value.by_name)
    if d.entity == TWO_PLANS:
        return "Your plan" if value.mine else f"{who}'s plan"
    if d.field == REMOVED:
        return f"{who} removed it" if value.value == "remove" else f"{who} changed it"
    return f"{who} wrote"


def when(value: DifferenceValue, today: date) -> str:
    """``Mon 11 Mar 16:40, offline``; ours that has not gone yet says so."""
    more = ", not sent yet" if value.unsent else ", offline" if value.offline else ""
    return show_moment(value.at, today) + more


def told_before(d: Difference) -> str:
    """What is said above the answers."""
    if d.entity == TWO_PLANS:
        return f"{clean(d.family) or 'This family'} has two open plans: {plans_of(d)}. {PLANS_OPEN}"
    if d.field == REMOVED:
        return STILL_THERE
    if d.shown not in [v.value for v in d.values]:
        return ALL_TOGETHER
    return BOTH_SAVED if len(d.values) == 2 else ALL_SAVED


def plans_of(d: Difference) -> str:
    """``yours of 5 Feb and Sam's of 7 Feb``."""
    told = []
    for _, v in own_first(d):
        whose = "yours" if v.mine else f"{name(v)}'s"
        told.append(f"{whose}{clean(v.words).removeprefix('the plan')}")
    return ", ".join(told[:-1]) + " and " + told[-1]


def take_words(d: Difference, value: DifferenceValue) -> str:
    """``Keep mine``, ``Take Sam's``, ``Keep it``, ``Keep Sam's plan, close the other``."""
    if d.field == REMOVED:
        return "Remove it" if value.value == "remove" else "Keep it"
    if d.entity == TWO_PLANS:
        whose = {v.op_id: "mine" if v.mine else f"{name(v)}'s" for v in d.values}
        rest = [w for i, w in whose.items() if i != value.op_id]
        return f"Keep {whose[value.op_id]}, close {rest[0] if len(rest) == 1 else 'the others'}"
    return "Keep mine" if value.mine else f"Take {name(value)}'s"


def others(differences: Iterable[Difference]) -> str:
    """The first names of everybody else who wrote: ``Sam``, ``Sam and Joan``."""
    names = list(dict.fromkeys(name(v) for d in differences for v in d.values if not v.mine))
    return " and ".join(names) if len(names) < 3 else f"{', '.join(names[:-1])} and {names[-1]}"


def own_first(difference: Difference) -> list[tuple[int, DifferenceValue]]:
    """The answers as the page shows them, one's own first, each with the number that a decision knows it by."""
    return sorted(enumerate(difference.values, 1), key=lambda numbered: not numbered[1].mine)


def mine_and_theirs(difference: Difference | None) -> bool:
    """Whether 1 means mine and 2 theirs: two answers, one of them one's own."""
    return difference is not None and [v.mine for _, v in own_first(difference)] == [True, False]


def choices(difference: Difference) -> list[tuple[str, str]]:
    """The numbered acts: take an answer, write another, ask and leave open."""
    found = [(str(n), take_words(difference, v)) for n, (_, v) in enumerate(own_first(difference), 1)]
    if len({words for _, words in found}) < len(found):
        found = [(n, f"{words} ({n})") for n, words in found]
    if difference.free:
        found.append((str(len(difference.values) + 1), "Write another"))
    who = others([difference])
    found.append((str(len(found) + 1), f"Ask {who}, leave open" if who else "Leave open"))
    return found


def why_words(marked: Sequence[Difference]) -> str:
    """``Why (Sam sees it; may be left out)``."""
    who = others(marked)
    sees = f"{who} {'see' if ' and ' in who else 'sees'} it; " if who else ""
    return f"Why, or what you ask ({sees}may be left out)"


def asked_words(d: Difference, today: date) -> list[str]:
    """``Sam asks (Tue 12 Mar): …``, ``You asked Sam on Tue 12 Mar``."""
    told = []
    for a in d.asked:
        on, text = show_day(a.on, today), f" “{clean(a.text)}”" if a.text else ""
        if a.mine:
            told.append(f"You asked {others([d]) or 'the others'} on {on}.{text}")
        else:
            who = first_name(clean(a.by_name))
            told.append(f"{who} asks ({on}):{text}" if text else f"{who} asks you to look at this ({on}).")
    return told


def about(d: Difference | Decided) -> str:
    """``Bell · “Morning chart” · by when``."""
    family = clean(d.family).removesuffix(" family")
    return " · ".join(p for p in (family, clean(d.subject), d.field_words) if p)


def decided_words(d: Decided, today: date) -> str:
    """``Mon 11 Mar, Hughes, address: you took Sam's``."""
    several = f" (and {d.together - 1} more in one go)" if d.together > 1 else ""
    parts = (show_day(d.on, today), *about(d).split(" · "))
    return f"{', '.join(p for p in parts if p)}: {clean(d.act)}{several}"


def lately_words(d: Decided, today: date) -> str:
    """A decision with its answer and its reason, on one line."""
    chosen = " ".join(clean(d.chosen).split())
    shown = f" · {chosen if len(chosen) <= FIRST_OF_LINE else chosen[:FIRST_OF_LINE].rstrip() + ' …'}"
    if d.kind == "undone" or chosen in d.act:
        shown = ""
    return decided_words(d, today) + shown + (f" · why: “{clean(d.reason)}”" if d.reason else "")
