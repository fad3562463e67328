"""Writing in an assessment, section by section: only what was changed is written, each text with who may read it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from familyhub.casework import reading
from familyhub.casework.assessment_entries import FoundNeedEntry, SectionEntry
from familyhub.casework.checking import Check
from familyhub.casework.entries import Saved
from familyhub.casework.problems import refuse
from familyhub.practice import assessment as rules
from familyhub.practice.assessment import AssessmentView, Place
from familyhub.practice.family_file import FamilyFile
from familyhub.records.codes import (
    ASSESSMENT_SECTION,
    CHILD_METHOD,
    DAY_LINE,
    FAMILY_MEETING,
    NEED_HEADLINE,
    READERS,
    CodeList,
)

if TYPE_CHECKING:
    from familyhub.casework.laptop import Laptop

Row = tuple[str, dict[str, Any]]
"""An entity and the fields of a row that is to be written."""
NOT_STARTED = "No assessment was started for this family. Start one first (start_assessment)."
CLOSED = "The assessment is completed: nothing can be written in it unless a manager returns it."
SECTIONS = CodeList("section", {code: code for code in ASSESSMENT_SECTION.values})
"""Sections by their codes: their words hold a name."""
LOWEST, HIGHEST = 0, 10
EXTRA = {
    "voice": ("said", "asked", "none_because"), "day": tuple(DAY_LINE.values), "adult": ("why_not",),
    "family": ("meeting_why",),
}  # fmt: skip
"""Texts of a section that are not texts of the assessment alone."""


def being_written(laptop: Laptop, family_id: str) -> tuple[FamilyFile, AssessmentView]:
    """A family's file with the assessment that is being written; raises ``Refused`` where there is none."""
    file = reading.family(laptop, family_id)
    current = rules.now(file)
    if current is None:
        raise refuse("assessment", NOT_STARTED)
    if not current.open:
        raise refuse("assessment", CLOSED)
    return file, current


def write_section(laptop: Laptop, entry: SectionEntry) -> Saved:
    """Save what was written in one section of the assessment; raises ``Refused`` per field."""
    file, current = being_written(laptop, entry.family_id)
    check = laptop.check()
    section = check.code("section", entry.section, SECTIONS, needed="Which section is it?")
    check.done()
    place = Place(section or "", entry.person_id or None)
    if place not in rules.places(file):
        raise refuse("person_id", "The assessment has no such section for that person.")
    known = (*rules.TOPICS[place.section], *EXTRA.get(place.section, ()))
    for topic in entry.texts.keys() - set(known):
        check.wrong(topic, f"“{topic[:30]}” is no text of this section. Known are: {', '.join(known)}.")
    on = check.day("on", entry.on, needed="Which day was it?", past=True)
    if on and on < (current.started_on or ""):
        check.wrong("on", "The assessment had not been started then. Which day was it?")
    check.done()
    stamp = {"assessment_id": current.id, "on": on, "by": laptop.who.id}
    rows = _texts(check, entry, current, place, stamp)
    rows += _score(check, entry, current, place, stamp)
    rows += _own(check, entry, file, current, place, stamp)
    check.done()
    if not rows:
        raise refuse("section", "Nothing to save yet: nothing in this section was changed.")
    with laptop.store.work(laptop.who.id) as work:
        made = [work.create(f"fam:{file.id}", entity, fields) for entity, fields in rows]
    return laptop.saved(made[0], entry.draft_id)


def _pick(
    check: Check, entry: SectionEntry, topic: str, held: str | None, held_readers: str | None
) -> tuple[str, str] | None:
    """A text with its readers where either was changed."""
    text = check.text(topic, entry.texts[topic]) if topic in entry.texts else held or ""
    usual = held_readers or rules.DEFAULT_READERS[topic]
    chosen = check.code(
        f"{topic}_readers", entry.readers.get(topic, usual), READERS, needed="Who may read it?"
    )
    if text == (held or "") and (not text or chosen == (held_readers or usual)):
        return None
    if not text:
        check.wrong(topic, "What was written cannot be made empty. Write what stands now.")
        return None
    return text, chosen or "workers"


def _texts(
    check: Check, entry: SectionEntry, current: AssessmentView, place: Place, stamp: dict[str, Any]
) -> list[Row]:
    out: list[Row] = []
    for topic in rules.TOPICS[place.section]:
        held = current.text(place.section, topic, place.person_id)
        found = _pick(check, entry, topic, held.text if held else None, held.readers if held else None)
        if found is not None:
            out.append(("assessment_text", {
                **stamp, "section": place.section, "topic": topic, "person_id": place.person_id, "text": found[0],
                "text_readers": found[1],
            }))  # fmt: skip
    return out


def _score(
    check: Check, entry: SectionEntry, current: AssessmentView, place: Place, stamp: dict[str, Any]
) -> list[Row]:
    score = entry.score
    if score is None or place.section not in rules.SCORED:
        return []
    if not LOWEST <= score <= HIGHEST:
        check.wrong("score", "Where does it stand, from 0 (worst) to 10? Give a whole number.")
    if score == current.score(place.section, place.person_id):
        return []
    return [
        (
            "assessment_score",
            {**stamp, "section": place.section, "person_id": place.person_id, "score": score},
        )
    ]


def _own(
    check: Check,
    entry: SectionEntry,
    file: FamilyFile,
    current: AssessmentView,
    place: Place,
    stamp: dict[str, Any],
) -> list[Row]:
    """What only this kind of section has."""
    match place.section:
        case "voice":
            return _voice(check, entry, file, current, place, stamp)
        case "day":
            held = {p: current.day(place.person_id or "", p) for p in DAY_LINE.values}
            standing = {p: (d.text, d.readers) for p, d in held.items() if d is not None}
            return day_rows(
                check,
                entry,
                place.person_id or "",
                standing,
                ("assessment", current.id),
                stamp["on"],
                stamp["by"],
            )
        case "adult":
            return _met(check, entry, current, place, stamp)
        case "family":
            return _meeting(check, entry, current, stamp)
    return []


def day_rows(
    check: Check, entry: Any, person_id: str, held: dict[str, tuple[str, str]], occasion: tuple[str, str],
    on: str | None, by: str,
) -> list[Row]:  # fmt: skip
    """The changed lines of a child's day as rows; ``held``: text and readers of each line as they stand."""
    out: list[Row] = []
    for part in DAY_LINE.values:
        stood = held.get(part, ("", ""))
        found = _pick(check, entry, part, stood[0] or None, stood[1] or None)
        if found is not None:
            out.append(("child_day", {
                "person_id": person_id, "occasion": occasion[0], "occasion_id": occasion[1] or None, "part": part,
                "text": found[0], "text_readers": found[1], "on": on, "by": by,
            }))  # fmt: skip
    return out


def _voice(
    check: Check,
    entry: SectionEntry,
    file: FamilyFile,
    current: AssessmentView,
    place: Place,
    stamp: dict[str, Any],
) -> list[Row]:
    held = current.voice(place.person_id or "")
    stands = {"said": held.said, "asked": held.asked, "none_because": held.none_because} if held else {}
    audience = (
        {"said": held.said_readers, "asked": held.asked_readers, "none_because": held.none_readers}
        if held
        else {}
    )
    texts = {t: check.text(t, entry.texts.get(t, stands.get(t, ""))) for t in EXTRA["voice"]}
    readers = {
        t: check.code(
            f"{t}_readers",
            entry.readers.get(t, audience.get(t) or rules.DEFAULT_READERS[t]),
            READERS,
            needed="Who may read it?",
        )
        for t in texts
    }
    if texts["said"] and texts["none_because"]:
        check.wrong(
            "none_because", "There are words, and a reason why there are none: one of the two is wrong."
        )
    if not texts["said"] and not texts["none_because"]:
        if texts["asked"]:
            check.wrong("said", "What did they say to that? Exactly as said; or why there are no words.")
        return []
    if texts == stands and all(not texts[t] or readers[t] == audience[t] for t in texts):
        return []
    method = check.code("method", entry.method, CHILD_METHOD)
    if entry.from_visit_id and entry.from_visit_id not in {v.id for v in file.visits}:
        check.wrong("from_visit_id", "That visit is not in this family's file.")
    child = next(c for c in file.children if c.id == place.person_id)
    fields: dict[str, Any] = {}
    for topic, text in texts.items():
        fields |= {topic: text or None, f"{topic}_readers": readers[topic] if text else None}
    return [("child_voice", {
        **fields, "person_id": child.id, "occasion": "assessment", "occasion_id": current.id,
        "method": (method or usual_method(alone=child.alone_expected)) if texts["said"] else None,
        "from_visit_id": entry.from_visit_id or None, "on": stamp["on"], "by": stamp["by"],
    })]  # fmt: skip


def usual_method(*, alone: bool) -> str:
    """How a child's words come to us unless somebody says otherwise: little ones are watched."""
    return "said" if alone else "watched"


def _met(
    check: Check, entry: SectionEntry, current: AssessmentView, place: Place, stamp: dict[str, Any]
) -> list[Row]:
    held = current.was_met(place.person_id or "")
    answer = entry.answer.strip().lower() or ("" if held is None else "yes" if held.met else "no")
    why = check.text("why_not", entry.texts.get("why_not", held.why_not if held and answer == "no" else ""))
    audience = check.code(
        "why_not_readers", entry.readers.get("why_not", "workers"), READERS, needed="Who may read it?"
    )
    if not answer:
        if why:
            check.wrong("answer", "Were they met: yes or no?")
        return []
    if answer not in ("yes", "no"):
        check.wrong("answer", "Were they met: yes or no?")
    elif answer == "no" and not why:
        check.wrong("why_not", "Why were they not met?")
    elif answer == "yes" and why:
        check.wrong("why_not", "They were met, and here is why they were not: one of the two is wrong.")
    if held is not None and (held.met, held.why_not) == (answer == "yes", why):
        return []
    return [("assessment_met", {
        **stamp, "person_id": place.person_id, "met": answer == "yes", "why_not": why or None,
        "why_not_readers": audience if why else None,
    })]  # fmt: skip


def _meeting(check: Check, entry: SectionEntry, current: AssessmentView, stamp: dict[str, Any]) -> list[Row]:
    held = current.offer
    answer = check.code("answer", entry.answer or (held.answer if held else ""), FAMILY_MEETING)
    why = check.text("meeting_why", entry.texts.get("meeting_why", held.why if held else ""))
    audience = check.code(
        "meeting_why_readers", entry.readers.get("meeting_why", "workers"), READERS, needed="Who may read it?"
    )
    if answer is None:
        if why and not entry.answer.strip():
            check.wrong("answer", "Was a family meeting offered, and what did they say?")
        return []
    if answer == "not_offered" and not why:
        check.wrong("meeting_why", "Why was no family meeting offered?")
    if held is not None and (held.answer, held.why) == (answer, why):
        return []
    return [("family_meeting_offer", {
        **stamp, "answer": answer, "why": why or None, "why_readers": audience if why else None,
    })]  # fmt: skip


def add_found_need(laptop: Laptop, entry: FoundNeedEntry) -> Saved:
    """Add a need that the assessment found; raises ``Refused`` per field."""
    file, current = being_written(laptop, entry.family_id)
    check = laptop.check()
    what = check.text("what", entry.what, needed="What is the need, in the words that the family would use?")
    audience = check.code("what_readers", entry.what_readers, READERS, needed="Who may read it?")
    headline = check.code("headline", entry.headline, NEED_HEADLINE)
    if entry.person_id and entry.person_id not in {p.id for p in (*file.children, *file.adults)}:
        check.wrong("person_id", f"{entry.person_id[:40]} is nobody in this family.")
    if entry.score is not None and not LOWEST <= entry.score <= HIGHEST:
        check.wrong("score", "Where does it stand, from 0 (worst) to 10? Give a whole number.")
    if any(
        n.what.casefold() == what.casefold() and (n.person_id or "") == entry.person_id for n in current.needs
    ):
        check.wrong("what", "This need is in the assessment already.")
    check.done()
    with laptop.store.work(laptop.who.id) as work:
        row = work.create(f"fam:{file.id}", "assessment_need", {
            "assessment_id": current.id, "person_id": entry.person_id or None, "headline": headline, "what": what,
            "what_readers": audience, "score": entry.score, "on": laptop.today.isoformat(), "by": laptop.who.id,
        })  # fmt: skip
    return laptop.saved(row, entry.draft_id)
