"""Agreement to the service and the sharing of information, which are two things: plain values and their rules. Pure.

Sources: UK GDPR Article 6(1); DfE *Information sharing: advice for practitioners*, May 2024 (agreement to a service is not
consent to share; protecting a child comes before privacy); safe practice (withdrawing asks whether it is safe to stop).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from familyhub.practice.family_file import AgreementLine, FamilyFile
    from familyhub.practice.household import Member

DEFAULT_BASIS = "public_task"
"""What is offered within an agreement: early help is a task of the council, whatever the family agreed to."""
BASIS_HELP = {
    "public_task": "UK GDPR 6(1)(e): a task in the public interest, set by law. The usual one",
    "legal_obligation": "UK GDPR 6(1)(c): a law says that it must be shared",
    "vital_interests": "UK GDPR 6(1)(d): somebody's life is at stake",
    "legitimate_interests": "UK GDPR 6(1)(f): for charities and firms, not for a council's own task",
    "consent": "UK GDPR 6(1)(a): only where they may freely say no. Rarely right when a child needs help",
}
"""Each lawful basis with its source and when it is right, in a line."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """A manager's view of a withdrawn agreement."""

    on: str
    by: str
    text: str
    readers: str


@dataclass(frozen=True, slots=True)
class SharingView:
    """One line of the sharing log."""

    id: str
    on: str
    agency: str
    who: str
    what: str
    what_readers: str
    why: str
    why_readers: str
    basis: str
    within: str
    """Whose agreement it was within; an empty text where it was shared without one."""
    without_why: str
    without_readers: str
    told: bool | None
    told_why: str
    told_readers: str
    by: str


@dataclass(frozen=True, slots=True)
class GivenCopyView:
    """A copy of the agreement or the assessment that one person was given."""

    id: str
    about: str
    about_id: str
    on: str
    to: str
    person_id: str | None
    by: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the agreement of one adult stands; ``line`` is None where nothing was ever recorded."""

    person: Member
    line: AgreementLine | None
    refresh: bool
    """It was not asked again at the last review."""
    waits: bool
    """It was withdrawn, and no manager's view is recorded yet."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What the agreement says about sharing with an agency."""

    agency: str
    agreement_id: str | None
    people: tuple[str, ...]
    """Who agreed to it."""
    against: tuple[str, ...]
    """Who said not to them."""
    basis: str = DEFAULT_BASIS

    @property
    def within(self) -> bool:
        """Whether it lies within what was agreed."""
        return self.agreement_id is not None and not self.against

    @property
    def words(self) -> str:
        """In a sentence, without its full stop."""
        name = self.agency or "them"
        if self.against:
            return f"{_and(self.against)} said: not {name}. Share where a child needs it, and say why"
        if not self.people:
            return f"nobody agreed to sharing with {name}. Share where a child needs it, and say why"
        return f"within what {_and(self.people)} agreed to"


def _and(names: tuple[str, ...]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def listed(agencies: str) -> tuple[str, ...]:
    """The agencies in a line of them, as they were written."""
    return tuple(dict.fromkeys(" ".join(a.split()) for a in agencies.split(",") if a.strip()))


def _same(one: str, other: str) -> bool:
    """Whether two names mean one agency: the words of the shorter all stand in the longer (``school``, ``St Hilda's school``)."""
    first, second = _words(one), _words(other)
    return bool(first and second) and (first <= second or second <= first)


def _words(name: str) -> frozenset[str]:
    return frozenset(re.findall(r"[^\W_]+", name.casefold().replace("’", "'").replace("'", ""))) - {"the"}


def offer(lines: Iterable[AgreementLine], agency: str) -> Offer:
    """What the agreements that stand say about sharing with ``agency``."""
    standing = [line for line in lines if line.state_code == "agreed"]
    yes = [line for line in standing if any(_same(agency, a) for a in listed(line.agencies))]
    against = tuple(x.person for x in lines if any(_same(agency, a) for a in listed(x.not_agencies)))
    return Offer(agency, yes[0].id if yes else None, tuple(x.person for x in yes), against)


def agreed_agencies(lines: Iterable[AgreementLine]) -> tuple[str, ...]:
    """The agencies that may know, as the agreements that stand name them, without those that somebody excluded."""
    held = list(lines)
    named = [a for x in held if x.state_code == "agreed" for a in listed(x.agencies)]
    return tuple(a for a in dict.fromkeys(named) if not offer(held, a).against)


def standings(file: FamilyFile) -> tuple[Standing, ...]:
    """Every adult whose agreement matters: those with parental responsibility, and those who were asked."""
    lines = {line.person_id: line for line in file.agreement}
    reviewed = max((p.reviewed_on for p in file.plans if p.reviewed_on), default=None)
    return tuple(
        Standing(person, line, refresh_due(line, reviewed), opinion_waits(line))
        for person in (*file.adults, *file.children)
        if (line := lines.get(person.id)) is not None or person.responsibility
    )


def refresh_due(line: AgreementLine | None, reviewed_on: str | None) -> bool:
    """Whether an agreement was not asked about again at the last review (it is refreshed at each)."""
    return (
        line is not None
        and line.state_code == "agreed"
        and bool(reviewed_on)
        and (line.on or "") < (reviewed_on or "")
    )


def opinion_waits(line: AgreementLine | None) -> bool:
    """Whether an agreement was withdrawn and no manager's view is recorded yet."""
    return line is not None and line.state_code == "withdrawn" and line.opinion is None
