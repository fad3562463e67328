"""What the Desk reads: families of a locality, who holds them, what workers can take on, conflicts, safe-checks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from familyhub.practice.allocation import WEIGHT_LIMIT, Allocated, role_of, words_of
from familyhub.practice.family_file import StoryLine
from familyhub.practice.thin_row import family_of
from familyhub.practice.waiting_list import SAFE_CHECK_WORKING_DAYS, Checked
from familyhub.records.allocation import HandOver, SafeCheck
from familyhub.records.codes import CHECK_WAY, SAFE_NOW
from familyhub.store.queries.rows import visible

if TYPE_CHECKING:
    from sqlalchemy import Connection
    from sqlmodel import Session

ROWS = """
select id, coalesce(family_id, ''), coalesce(worker_id, ''), role, coalesce("on", ''), to_on, coalesce(for_id, ''),
       weight, coalesce(waiting, ''), coalesce(reason, ''), coalesce("by", ''), coalesce(created_hlc, 0)
from allocation where scope = ? and removed is null order by created_hlc, id
"""
FILES = "select id, coalesce(name, '') from family where locality = ? and scope = 'fam:' || id and removed is null"
INDEX = """
select id, coalesce(name, ''), coalesce(ward, ''), coalesce(stage, '') from family_index
where scope = ? and removed is null
"""
STATES = """
select scope, state, "on" from (
  select scope, state, "on", row_number() over (partition by scope order by "on" desc, created_hlc desc, id desc) as n
  from episode_state where removed is null and substr(scope, 1, 4) = 'fam:'
) where n = 1
"""
OPENED = "select scope, max(started_on) from episode where removed is null group by scope"
LEVELS = """
select scope, max(level) from (
  select scope, level, row_number() over (partition by scope, person_id order by "on" desc, created_hlc desc) as n
  from level_of_need where removed is null and substr(scope, 1, 4) = 'fam:'
) where n = 1 group by scope
"""
WARDS = """
select scope, ward from address
where removed is null and ward is not null and to_on is null and coalesce(confidential, 0) = 0 order by from_on
"""
LANGUAGES = """
select scope, value from person_fact where removed is null and kind in ('language', 'interpreter') and value is not null
"""
CHECKS = """
select c.scope, coalesce(c."on", ''), coalesce(c.way, ''), coalesce(c.safe_now, ''), coalesce(c.found, ''), c.next_on,
       coalesce(w.name, c."by", '')
from safe_check c left join worker w on w.scope = 'ref' and w.id = c."by"
where c.removed is null order by c."on", c.created_hlc
"""
WORKERS = """
select id, coalesce(name, id), coalesce(role, ''), coalesce(locality, ''), coalesce(disabled, 0)
from worker where scope = 'ref' and removed is null order by name, id
"""
FACTS = """
select worker_id, languages, wards, coalesce(travel, ''), weight_limit from worker_facts
where scope = ? and removed is null order by "on", created_hlc
"""
CONFLICTS = """
select family_id, worker_id, coalesce(state, ''), coalesce(kind, ''), coalesce(reason, ''), coalesce("on", '')
from conflict_of_interest where scope = ? and removed is null order by "on", created_hlc
"""
LOCAL = "select name, safe_check_working_days, weight_limit from locality where scope = 'ref' and id = ?"


@dataclass(frozen=True, slots=True)
class DeskFamily:
    """A family of the locality; ``held``: its file is on this laptop, else level, language and safe-checks are not known."""

    id: str
    name: str
    ward: str = ""
    stage: str = ""
    held: bool = False
    level: str | None = None
    opened_on: str | None = None
    languages: frozenset[str] = frozenset()
    checks: tuple[Checked, ...] = ()


@dataclass(frozen=True, slots=True)
class DeskWorker:
    """A member of the workforce, of whatever locality; ``languages`` and ``wards`` as they were written."""

    id: str
    name: str
    role: str
    locality: str
    gone: bool
    languages: str = ""
    wards: str = ""
    travel: str = ""
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class Conflict:
    """The last word of a worker about a conflict of interest with a family."""

    state: str
    kind: str
    reason: str
    on: str


@dataclass(frozen=True, slots=True)
class DeskRows:
    """Everything the Desk computes from, as at one moment."""

    locality: str
    place: str
    families: dict[str, DeskFamily]
    rows: tuple[Allocated, ...]
    workers: dict[str, DeskWorker]
    conflicts: dict[tuple[str, str], Conflict]
    """By (family, worker)."""
    check_days: int = SAFE_CHECK_WORKING_DAYS
    weight_limit: int = WEIGHT_LIMIT
    names: dict[str, str] = field(default_factory=dict)


def desk_rows(connection: Connection, locality: str) -> DeskRows:
    """Read a locality's desk."""
    run = connection.exec_driver_sql
    scope = f"loc:{locality}"
    rows = tuple(
        Allocated(
            i, family, worker, role_of(role), on, to_on, for_id, weight, waiting, reason, by, (created, i)
        )
        for i, family, worker, role, on, to_on, for_id, weight, waiting, reason, by, created in run(ROWS, (scope,))
    )  # fmt: skip
    facts = {row[0]: row[1:] for row in run(FACTS, (scope,))}
    workers = {}
    for identity, name, role, place, gone in run(WORKERS):
        languages, wards, travel, limit = facts.get(identity) or (None, None, "", None)
        workers[identity] = DeskWorker(
            identity, name, role, place, bool(gone), languages or "", wards or "", travel, limit
        )
    conflicts = {
        (family, worker): Conflict(state, kind, reason, on)
        for family, worker, state, kind, reason, on in run(CONFLICTS, (scope,))
    }
    name, check_days, limit = run(LOCAL, (locality,)).first() or (None, None, None)
    return DeskRows(
        locality, name or locality, _families(connection, locality), rows, workers, conflicts,
        check_days or SAFE_CHECK_WORKING_DAYS, limit or WEIGHT_LIMIT, {w.id: w.name for w in workers.values()},
    )  # fmt: skip


def _families(connection: Connection, locality: str) -> dict[str, DeskFamily]:
    """Families of the locality: those whose file is here, and those that its index names."""
    run = connection.exec_driver_sql
    found = {
        family_of(i): DeskFamily(family_of(i), name, ward, stage)
        for i, name, ward, stage in run(INDEX, (f"loc:{locality}",))
    }
    states = {scope: (state, on) for scope, state, on in run(STATES)}
    opened = {scope: value for scope, value in run(OPENED)}
    levels = {scope: value for scope, value in run(LEVELS)}
    wards = {scope: value for scope, value in run(WARDS)}
    languages: dict[str, frozenset[str]] = {}
    for scope, value in run(LANGUAGES):
        languages[scope] = languages.get(scope, frozenset()) | words_of(value)
    checks: dict[str, list[Checked]] = {}
    for scope, *check in run(CHECKS):
        checks.setdefault(scope, []).append(Checked(*check))
    for identity, name in run(FILES, (locality,)):
        scope = f"fam:{identity}"
        thin = found.get(identity, DeskFamily(identity, name))
        state, on = states.get(scope, ("", None))
        found[identity] = replace(
            thin, name=name or thin.name, ward=wards.get(scope) or thin.ward, stage=state or "", held=True,
            level=levels.get(scope), opened_on=on if state == "waiting" else opened.get(scope),
            languages=languages.get(scope, frozenset()), checks=tuple(checks.get(scope, ())),
        )  # fmt: skip
    return found


def story_lines(
    db: Session, scope: str, names: Mapping[str, str], who: Callable[[str | None], str]
) -> list[StoryLine]:
    """Safe-checks and hand-overs as lines of the family's story: whoever takes a family over reads them there."""
    lines = [
        StoryLine(
            check.on or "", f"Safe-check, {CHECK_WAY.words(check.way)}: safe now {SAFE_NOW.words(check.safe_now)}",
            who(check.by), "safe_check", check.id, check.found or "", check.found_readers or "workers",
        )
        for check in visible(db, SafeCheck, scope)
    ]  # fmt: skip
    for row in visible(db, HandOver, scope):
        told = {True: "The family knows.", False: "The family did not know yet.", None: ""}[row.family_told]
        parts = [f"Promised: {row.promised}" if row.promised else "", row.notes or "", told]
        parts += [f"Who knows: {row.who_knows}" if row.who_knows else ""]
        lines.append(StoryLine(
            row.on or "", f"Handed over: {names.get(row.from_id or '', '')} to {names.get(row.to_id or '', '')}",
            who(row.by), "hand_over", row.id, "\n\n".join(p for p in parts if p), "workers", significant=True,
        ))  # fmt: skip
    return lines
