"""The plan check: what a plan still lacks, beside the row it is about. Pure; it prompts and never blocks.

At most one finding stands at a row, the gravest by ``GRAVITY``. One that somebody kept, because …, is silent until the
next review; then the next gravest of that row is heard.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from familyhub.practice import plan_rules as words
from familyhub.practice.clocks import parse_day
from familyhub.practice.days import short_day
from familyhub.practice.family_file import FamilyFile
from familyhub.practice.household import Child
from familyhub.practice.plan_rules import PlanRules
from familyhub.practice.plan_view import KeptView, NeedView, PlanView, Step

GRAVITY = (
    "child_in_none", "sen_without_provision", "no_education", "need_without_action", "no_outcome", "says_what_we_do",
    "no_measure", "action_without_need", "no_owner", "no_person", "no_date", "stale", "copied", "one_agency",
)  # fmt: skip
"""Codes of the findings, the gravest first: first the child, then what is to change, then who does what by when."""


class About(NamedTuple):
    """What a finding is about: ``need``, ``action``, ``child`` or ``plan``, and its id."""

    kind: str
    id: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend. ``short`` is the same in fewer words; ``key`` the letter on the Plan that mends it."""

    code: str
    about: About
    row: About
    """Where it stands: a child of whom the plan only has an empty need is spoken of there."""
    text: str
    short: str
    key: str
    kept: KeptView | None = None


def findings(file: FamilyFile, today: date) -> tuple[Finding, ...]:
    """What the family's open plan lacks; nothing where no plan is open."""
    plan = file.plan
    return () if plan is None else check(plan, file.children, today, file.plan_rules)


def check(plan: PlanView, children: Sequence[Child], today: date, rules: PlanRules) -> tuple[Finding, ...]:
    """Findings in the order of the plan: at most one at each row that is not kept, and those that are."""
    kept = {(k.code, k.about, k.about_id): k for k in plan.kept if in_force(k, plan, today)}
    shown: dict[About, Finding] = {}
    silent: list[Finding] = []
    for found in _all(plan, children, today, rules):
        reason = kept.get((found.code, *found.about))
        if reason is not None:
            silent.append(_kept(found, reason))
            continue
        there = shown.get(found.row)
        if there is None or GRAVITY.index(found.code) < GRAVITY.index(there.code):
            shown[found.row] = found
    order = _order(plan, children)
    return tuple(sorted([*shown.values(), *silent], key=lambda f: (order[f.row], f.kept is not None)))


def to_mend(found: Iterable[Finding]) -> list[Finding]:
    """Those that nobody kept."""
    return [f for f in found if f.kept is None]


def in_force(kept: KeptView, plan: PlanView, today: date) -> bool:
    """Whether a reason still silences its finding: until its day, or a review held after it was given."""
    reviewed = plan.reviewed_on is not None and plan.reviewed_on > kept.on
    return not reviewed and today.isoformat() <= (kept.until or "9999")


def _kept(found: Finding, reason: KeptView) -> Finding:
    return Finding(found.code, found.about, found.row, found.text, found.short, found.key, reason)


def _order(plan: PlanView, children: Sequence[Child]) -> dict[About, int]:
    rows = [About("plan", plan.id)]
    for need in plan.needs:
        rows += [About("need", need.id), *(About("action", a.id) for a in need.actions)]
    rows += [About("action", a.id) for a in plan.loose]
    rows += [About("child", c.id) for c in children]
    return {row: place for place, row in enumerate(rows)}


def _all(plan: PlanView, children: Sequence[Child], today: date, rules: PlanRules) -> Iterator[Finding]:
    yield from _plan(plan, rules)
    yield from _needs(plan)
    for step in plan.actions:
        if step.open:
            yield from _step(step, plan, today, rules)
    yield from _copied(plan, rules)
    for child in children:
        if _counts(child, rules):
            yield from _child(child, plan, children, today, rules)


# -- the plan and its needs ------------------------------------------------------------------------------------


def _standing(steps: Iterable[Step]) -> list[Step]:
    """Actions that were not given up."""
    return [s for s in steps if s.status != "stopped"]


def _plan(plan: PlanView, rules: PlanRules) -> Iterator[Finding]:
    own = {_plain(s.agency): s.agency for s in _standing(plan.actions)}
    own = {plain: name for plain, name in own.items() if plain and plain not in words.FAMILY}
    if not (plan.needs or plan.actions) or len(own) >= rules.least_agencies:
        return
    about = About("plan", plan.id)
    text = f"Only one agency owns actions ({min(own.values())})." if own else "No agency owns an action."
    yield Finding(
        "one_agency", about, about, f"{text} Who else knows the children, and what could they do?", text, "a"
    )


def _needs(plan: PlanView) -> Iterator[Finding]:
    for need in plan.needs:
        about = About("need", need.id)
        if not _standing(need.actions):
            yield Finding(
                "need_without_action", about, about, "No action. Who will do the first thing, and by when?",
                "No action.", "a",
            )  # fmt: skip
        if not need.outcome.strip():
            yield Finding(
                "no_outcome", about, about, "Not written what will be different, and for whom.",
                "Not written what will be different.", "e",
            )  # fmt: skip
        elif says_what_we_do(need.outcome):
            yield Finding(
                "says_what_we_do", about, about, "Says what we do, not what changes for the children.",
                "Says what we do, not what changes.", "e",
            )  # fmt: skip
        elif not has_measure(need.outcome):
            yield Finding(
                "no_measure", about, about, "No measure. How often, by when, or who would say that it is so?",
                "No measure.", "e",
            )  # fmt: skip


@lru_cache(256)
def _pattern(*alternatives: str) -> re.Pattern[str]:
    return re.compile("|".join(alternatives), re.IGNORECASE)


def says_what_we_do(outcome: str) -> bool:
    """Whether an outcome names work or a service instead of a difference that somebody would see."""
    text = " ".join(outcome.split()).strip(" .;:-–•*")
    if _pattern(words.TELLS_CHANGE).search(text):
        return False
    verbs = "|".join(sorted(words.OUR_VERBS))
    if _pattern(rf"^{words.WE} (?:will|to|can|shall) ").match(text):
        return True
    if _pattern(rf"^\S+(?: \S+)? to (?:{words.TO_DO}|{verbs})\b").match(text):
        return not has_measure(text)
    spoken = re.findall(r"[\w'’-]+", text.lower())
    if not spoken:
        return False
    first = spoken[1] if spoken[0] == "to" and len(spoken) > 1 else spoken[0]
    after = spoken[spoken.index(first) + 1 :][:1]
    if first in words.OUR_VERBS or first.removesuffix("ing") in words.OUR_VERBS:
        return not (after and after[0] in words.NOUN_AFTER)
    name = re.sub(words.SERVICE_FOR, "", text).lower().split()
    return len(name) <= words.SERVICE_MOST_WORDS and name[-1] in words.SERVICES


def has_measure(outcome: str) -> bool:
    """Whether anything in an outcome lets somebody say that it has come about."""
    return bool(_pattern(*words.MEASURES).search(outcome))


# -- actions ---------------------------------------------------------------------------------------------------


def _step(step: Step, plan: PlanView, today: date, rules: PlanRules) -> Iterator[Finding]:
    about = About("action", step.id)
    if step.need_id not in {n.id for n in plan.needs}:
        yield Finding(
            "action_without_need", about, about, "Under no need. What is to be different through it?", "Under no need.", "e"
        )  # fmt: skip
    agency, owner = step.agency.strip(), _plain(step.owner)
    if not owner and not agency:
        yield Finding("no_owner", about, about, "Nobody does it. Who will?", "Nobody does it.", "o")
    elif not owner or owner in words.NO_PERSON or (owner == _plain(agency) and owner not in words.FAMILY):
        what = _what_cannot_be_rung(agency or step.owner)
        yield Finding(
            "no_person", about, about, f"No person named. {what} cannot be rung; a person can.",
            "No person named. A person can be rung.", "o",
        )  # fmt: skip
    if parse_day(step.due) is None:
        yield Finding("no_date", about, about, "No date.", "No date.", "d")
    moved = parse_day(step.moved_on)
    if moved is not None and (today - moved).days > rules.stale_after_days:
        since = short_day(moved, today)
        yield Finding(
            "stale", about, about, f"Nothing written about it since {since}. Is it still the right thing?",
            f"Nothing written since {since}.", "u",
        )  # fmt: skip


def _what_cannot_be_rung(agency: str) -> str:
    if _is_education(agency):
        return "A school"
    return "A family" if _plain(agency) in words.FAMILY else "An agency"


def _copied(plan: PlanView, rules: PlanRules) -> Iterator[Finding]:
    """Texts that stand under another need already, or nearly so; the later one is told."""
    from rapidfuzz import fuzz

    outcomes = [(About("need", n.id), n.id, n.outcome) for n in plan.needs]
    steps = [(About("action", s.id), s.need_id or "", s.what) for s in plan.actions if s.status != "stopped"]
    open_steps = {s.id for s in plan.actions if s.open}
    for rows in (outcomes, steps):
        before: list[tuple[str, str]] = []
        for about, need, text in rows:
            plain = _plain(text)
            if len(plain.split()) < rules.copied_least_words:
                continue
            same = any(n != need and fuzz.ratio(plain, t) >= rules.copied_from for n, t in before)
            before.append((need, plain))
            if same and (about.kind == "need" or about.id in open_steps):
                yield Finding(
                    "copied", about, about, "Copied wording: the same stands under another need. What is different here?",
                    "Copied wording.", "e",
                )  # fmt: skip


# -- children --------------------------------------------------------------------------------------------------


def _counts(child: Child, rules: PlanRules) -> bool:
    """Children of the household, unborn ones too."""
    if child.third_party or (child.age is not None and child.age >= rules.adult_from_age):
        return False
    return child.lives_here or child.role == "unborn"


def _child(
    child: Child, plan: PlanView, children: Sequence[Child], today: date, rules: PlanRules
) -> Iterator[Finding]:
    about = About("child", child.id)
    name = "the unborn baby" if child.role == "unborn" and child.given == "Unborn" else child.given
    own = [n for n in plan.needs if n.person_id == child.id]
    filled = [n for n in own if n.outcome.strip() or _standing(n.actions)]
    row = about
    if not filled and not _named(child, plan):
        row = About("need", own[0].id) if own else about
        yield _in_none(about, row, child, name, today)
    of_age = child.age is not None and rules.school_from_age <= child.age < rules.school_until_age
    if of_age and not _educated(child, plan, children):
        at = child.school or "school"
        yield Finding(
            "no_education", about, row, f"{name} is of school age, and no school has an action. Who is it at {at}?",
            f"{name}: no school has an action.", "a",
        )  # fmt: skip
    if child.sen and not _provided(child, plan):
        yield Finding(
            "sen_without_provision", about, row, f"{name}: {child.sen}, and no action says what is provided for it.",
            f"{name}: {child.sen}, nothing provided.", "a",
        )  # fmt: skip


def _in_none(about: About, row: About, child: Child, name: str, today: date) -> Finding:
    if child.overdue:
        seen = f"Not seen since {short_day(child.last_seen, today)}" if child.last_seen else "Never seen"
        text = f"{seen}, in none of this plan. What does {name} want?"
        return Finding("child_in_none", about, row, text, f"{name}: {seen.lower()}, in no need.", "v")
    first = name[:1].upper() + name[1:]
    return Finding(
        "child_in_none", about, row, f"{first} is in none of this plan. What would be different for {name}?",
        f"{first} is in none of it.", "+",
    )  # fmt: skip


def _named(child: Child, plan: PlanView) -> bool:
    """Whether any need, outcome or standing action speaks of the child."""
    if child.role == "unborn" and child.given == "Unborn":
        pattern = _pattern(words.UNBORN)
    else:
        pattern = _pattern(rf"(?<!\w){re.escape(child.given)}(?!\w)")
    own = {n.id for n in plan.needs if n.person_id == child.id}
    texts = [t for n in plan.needs if n.id not in own for t in (n.what, n.outcome)]
    texts += [s.what for s in _standing(plan.actions)]
    return any(pattern.search(t) for t in texts)


def _is_education(name: str) -> bool:
    return any(w in words.EDUCATION for w in re.findall(r"[\w-]+", name.lower()))


def _school_of(child: Child, step: Step, children: Sequence[Child]) -> bool:
    """Whether the action's owner is at the child's school, or at a place of learning that none of ``children`` but it has.

    Without ``children`` only the child's own school counts.
    """
    agency = _plain(step.agency)
    if child.school and agency and (agency in _plain(child.school) or _plain(child.school) in agency):
        return True
    if not children:
        return False
    others = {_plain(c.school) for c in children if c.id != child.id and c.school} - {_plain(child.school)}
    if any(agency and (agency == s or (agency in s and agency not in words.EDUCATION)) for s in others):
        return False
    return _is_education(step.agency) or _is_education(step.owner)


def _educated(child: Child, plan: PlanView, children: Sequence[Child]) -> bool:
    """Whether the child's school owns an action, or a place of learning one that is not for another child."""
    others = {c.id for c in children} - {child.id}
    return any(
        _school_of(child, step, () if need and need.person_id in others else children)
        for need, step in _with_need(plan)
    )


def _provided(child: Child, plan: PlanView) -> bool:
    """Whether an action for the child says what is provided, or the child's school owns one under the child's need."""
    pattern = _pattern(*words.PROVISION)
    name = _pattern(rf"(?<!\w){re.escape(child.given)}(?!\w)")
    for need, step in _with_need(plan):
        mine = (need is not None and need.person_id == child.id) or bool(name.search(step.what))
        if mine and (
            pattern.search(" ".join((step.what, step.owner, step.agency)))
            or _school_of(child, step, (child,))
        ):
            return True
    return False


def _with_need(plan: PlanView) -> Iterator[tuple[NeedView | None, Step]]:
    for need in plan.needs:
        yield from ((need, s) for s in _standing(need.actions))
    yield from ((None, s) for s in _standing(plan.loose))


def _plain(text: str) -> str:
    """Text in small letters without marks, on one line."""
    return " ".join(re.findall(r"[\w/'’-]+", text.lower()))
