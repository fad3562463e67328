"""*We disagree*: two views, a stage with a clock in working days, an outcome. Early help goes on meanwhile.

Stages are local data: every safeguarding partnership has an escalation procedure of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from familyhub.practice.clocks import add_working_days, parse_day

ESCALATED, SETTLED = "escalated", "settled"
MEANWHILE = "Early help goes on meanwhile."


class Stage(NamedTuple):
    """Who talks to whom, and the working days they have."""

    name: str
    days: int


STAGES = (
    Stage("worker to worker", 2),
    Stage("manager to manager", 3),
    Stage("head of service to head of service", 5),
    Stage("the safeguarding partnership decides", 10),
)
"""Local defaults, where a locality records none of its own."""
MOST_DAYS = 250
"""Working days of a stage beyond which a locality's number is taken for a slip."""


@dataclass(frozen=True, slots=True)
class Step:
    """It went to its next stage, because, or was settled, with its outcome."""

    step: str
    stage: int
    text: str
    on: str
    by: str
    order: tuple[int, str] = (0, "")


class Declined(NamedTuple):
    """The step up or step down that was declined: its ``kind``, with which service, asked for on a day (ISO)."""

    kind: str
    service: str
    on: str


@dataclass(frozen=True, slots=True)
class DisagreementView:
    """A disagreement as people read it; ``on`` ISO."""

    id: str
    scope: str
    view: str
    other: str
    with_whom: str
    on: str
    by: str
    steps: tuple[Step, ...] = ()
    stages: tuple[Stage, ...] = STAGES
    handshake_id: str = ""
    about: Declined | None = None
    order: tuple[int, str] = (0, "")
    also: tuple[DisagreementView, ...] = ()
    """What others wrote who recorded the same decline, none of whom saw another."""

    @property
    def ids(self) -> tuple[str, ...]:
        """Its own id and those of what others wrote: a step that names any of them is a step of it."""
        return (self.id, *(d.id for d in self.also))


def together(found: Iterable[DisagreementView]) -> list[DisagreementView]:
    """One disagreement for each that was opened, and one for each handshake that was declined, however many recorded it.

    It is the one written first, since the earliest day, with the steps of all: settling it once settles it.
    """
    groups: dict[tuple[str, str], list[DisagreementView]] = {}
    for one in sorted(found, key=lambda d: d.order):
        groups.setdefault((one.scope, one.handshake_id or one.id), []).append(one)
    return [
        replace(
            first, on=min(d.on for d in (first, *rest)), also=tuple(rest),
            steps=tuple(sorted((s for d in (first, *rest) for s in d.steps), key=lambda s: s.order)),
        )
        for first, *rest in groups.values()
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stands:
    """At which stage it is, since when, by when it is to be settled or taken further; an outcome once it is settled."""

    number: int
    stage: str
    since: str
    due: date | None
    outcome: str = ""
    settled_on: str = ""

    @property
    def open(self) -> bool:
        """Whether it is not settled."""
        return not self.settled_on


def local_stages(values: Mapping[str, object]) -> tuple[Stage, ...]:
    """The stages of a locality's local data (``escalation_1``, ``escalation_1_days`` …), with defaults where it says nothing.

    A locality that names stages has those alone.
    """
    named = [n for n in range(1, len(STAGES) + 1) if values.get(f"escalation_{n}")]
    out = []
    for place, n in enumerate(named or range(1, len(STAGES) + 1)):
        default = STAGES[place]
        days = values.get(f"escalation_{n}_days")
        out.append(
            Stage(
                str(values.get(f"escalation_{n}") or default.name),
                days if isinstance(days, int) and 0 < days <= MOST_DAYS else default.days,
            )
        )
    return tuple(out)


def stands(one: DisagreementView) -> Stands:
    """How a disagreement stands. Two who took it to the same stage took it there once, on the earlier day."""
    number, since = stage_of(
        one.on, ((s.stage, s.on) for s in one.steps if s.step == ESCALATED), len(one.stages)
    )
    stage = one.stages[number - 1]
    done = max((s for s in one.steps if s.step == SETTLED), key=lambda s: s.order, default=None)
    if done is not None:
        return Stands(number, stage.name, since, None, done.text, done.on or since)
    return Stands(number, stage.name, since, due_on(since, stage))


def stage_of(opened: str, taken: Iterable[tuple[int, str]], last: int) -> tuple[int, str]:
    """(number of the stage, the day since when) of a disagreement opened on a day and ``taken`` to further stages."""
    number, since = 1, opened
    for stage, on in sorted(taken):
        stage = min(max(stage, 1), last)
        if stage > number:
            number, since = stage, on
    return number, since


def due_on(since: str, stage: Stage) -> date | None:
    """The working day by which a stage is over; None where the day it began is not known."""
    begun = parse_day(since)
    return add_working_days(begun, stage.days) if begun is not None else None


def next_stage(one: DisagreementView) -> Stage | None:
    """The stage behind the present one; None for the last."""
    number = stands(one).number
    return one.stages[number] if number < len(one.stages) else None


def in_order(found: Sequence[DisagreementView]) -> list[DisagreementView]:
    """Those that are open first, by what is due; then those that are settled, the latest first."""
    standing = [(stands(one), one) for one in found]
    opened = sorted((s.due or date.max, one.id, one) for s, one in standing if s.open)
    settled = sorted((s.settled_on, one.id, one) for s, one in standing if not s.open)
    return [one for _, _, one in opened] + [one for _, _, one in reversed(settled)]
