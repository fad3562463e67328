"""Differences in words: dates as dates, codes as their words, people by name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from familyhub.casework.checking import clean
from familyhub.practice.days import show_day
from familyhub.practice.family_file import Difference, DifferenceValue
from familyhub.records import codes

REMOVED = "_removed"
"""The field of a row that one removed and another edited."""
CODES: dict[tuple[str, str], codes.CodeList] = {
    ("action", "status"): codes.ACTION_STATUS,
    ("contact", "channel"): codes.CONTACT_CHANNEL,
    ("contact", "outcome"): codes.CONTACT_OUTCOME,
    ("contact", "source"): codes.CONTACT_SOURCE,
    ("contact_child", "safe_now"): codes.SAFE_NOW,
    ("episode", "end_reason"): codes.END_REASON,
    ("membership", "role"): codes.MEMBER_ROLE,
    ("need", "headline"): codes.NEED_HEADLINE,
    ("next_visit", "kind"): codes.VISIT_KIND,
    ("person", "sex"): codes.SEX,
    ("person_name", "kind"): codes.NAME_KIND,
    ("person_risk", "risk"): codes.RISK,
    ("plan", "state"): codes.PLAN_STATE,
    ("relationship", "kind"): codes.RELATIONSHIP,
    ("safe_contact", "may_ring"): codes.MAY_USE,
    ("safe_contact", "may_text"): codes.MAY_USE,
    ("safe_contact", "may_write"): codes.MAY_USE,
    ("safety_note", "kind"): codes.SAFETY_NOTE_KIND,
    ("worker", "role"): codes.ROLES,
}
"""The code lists of fields that two people can change."""
YES_NO = codes.CodeList("flag", {"yes": "yes", "no": "no"})
_REMOVED_WORDS = {"keep": "keep it", "remove": "remove it"}


def codes_of(difference: Difference) -> codes.CodeList | None:
    """The answers a field may have, where they are a list."""
    if difference.field.endswith("_readers"):
        return codes.READERS
    if difference.kind == "flag":
        return YES_NO
    return CODES.get((difference.entity, difference.field))


def value_words(difference: Difference, value: object, today: date, names: Mapping[str, str]) -> str:
    """An answer as people read it."""
    if difference.field == REMOVED:
        return _REMOVED_WORDS.get(str(value), str(value))
    if value is None or value == "":
        return "no date" if difference.kind == "day" else "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = str(value)
    if difference.kind == "day":
        return show_day(text, today)
    if difference.kind == "moment":
        return moment_words(text, today)
    if difference.kind == "ref":
        return clean(names.get(text, text))
    listed = codes_of(difference)
    return listed.words(text) if listed else clean(text)


def moment_words(iso: str, today: date) -> str:
    """``Mon 11 Mar 16:40`` where the laptop is."""
    try:
        moment = datetime.fromisoformat(iso.replace("Z", "+00:00")).astimezone()
    except ValueError:
        return iso
    return f"{show_day(moment.date(), today)} {moment:%H:%M}"


def who_wrote(value: DifferenceValue) -> str:
    """``You wrote``, ``Sam Doyle wrote``."""
    return "You wrote" if value.mine else f"{clean(value.by_name)} wrote"


def take_words(value: DifferenceValue) -> str:
    """``Keep mine``, ``Take Sam's``."""
    return "Keep mine" if value.mine else f"Take {clean(value.by_name).split(' ')[0]}'s"


def others(difference: Difference) -> str:
    """The first names of everybody else who wrote: ``Sam``, ``Sam and Joan``."""
    names = list(dict.fromkeys(clean(v.by_name).split(" ")[0] for v in difference.values if not v.mine))
    return " and ".join(names) if len(names) < 3 else f"{', '.join(names[:-1])} and {names[-1]}"


def own_first(difference: Difference) -> list[tuple[int, DifferenceValue]]:
    """The answers as the page shows them, one's own first, each with the number that a decision knows it by."""
    return sorted(enumerate(difference.values, 1), key=lambda numbered: not numbered[1].mine)


def mine_and_theirs(difference: Difference | None) -> bool:
    """Whether 1 means mine and 2 theirs: two answers, one of them one's own."""
    return difference is not None and [v.mine for _, v in own_first(difference)] == [True, False]


def choices(difference: Difference) -> list[tuple[str, str]]:
    """The numbered acts: take an answer, write another, ask and leave open."""
    found = [(str(n), take_words(v)) for n, (_, v) in enumerate(own_first(difference), 1)]
    if len({words for _, words in found}) < len(found):
        found = [(n, f"{words} ({n})") for n, words in found]
    if difference.field != REMOVED:
        found.append((str(len(difference.values) + 1), "Write another"))
    who = others(difference)
    found.append((str(len(found) + 1), f"Ask {who}, leave open" if who else "Leave open"))
    return found
