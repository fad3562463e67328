"""The second check of a contact: whether it is back, and whether *no further action* still waits for it.

Every contact alike is compared at the hub with everybody in every file of the authority, restricted ones included. Who
decides about it learns one of two results and nothing else (safe practice, "The front door").
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from familyhub.practice.matching import LIKELY, STRONG, Match

MINUTES = 10
"""Minutes after a contact arrived at which the result comes, whatever it is (local data)."""
GO_ON, RINGS = "go_on", "rings"
TELLING = frozenset({STRONG, LIKELY})
"""Ranks of a match for which a manager rings."""
SETTLERS = ("gatekeeper", "manager")
"""Roles that record in a contact that the manager has rung."""

LOCAL, AGAIN, BACK, RING, SETTLED = "local", "again", "back", "ring", "settled"


@dataclass(frozen=True, slots=True)
class Check:
    """A result as it came from the hub; ``at`` ISO UTC by the hub's clock."""

    result: str
    at: str
    about: str


@dataclass(frozen=True, slots=True)
class Settled:
    """Somebody recorded that every *a manager will ring you* up to ``upto`` (ISO UTC, the hub's clock) is done."""

    upto: str
    on: str
    by: str


@dataclass(frozen=True, slots=True)
class CheckStands:
    """How the second check of a contact stands.

    ``local``: not back yet · ``again``: back, but somebody was named since · ``back``: go on · ``ring``: a manager will
    ring · ``settled``: a manager was to ring, and that is recorded as done.
    """

    state: str
    at: str = ""
    """When the result that is shown came; for ``again`` the last one."""
    upto: str = ""
    """The latest *a manager will ring you*, which settling answers."""
    settled: Settled | None = None

    @property
    def open(self) -> bool:
        """Whether *no further action* has to wait."""
        return self.state in (LOCAL, AGAIN, RING)


def about(people: Iterable[tuple[str, ...]], address: str, postcode: str) -> str:
    """A digest of who is named and where, so that a laptop knows whether a result is about what it shows.

    ``people``: id, given name, family name, birth date, age as it was said, school. An age counts only without a birth date,
    from which pages reckon one.
    """
    lines = sorted(
        "\x1f".join((identity, given, family, born, "" if born else age, school))
        for identity, given, family, born, age, school in people
    )
    text = "\x1e".join((*lines, address, postcode))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def result(found: Iterable[Match], held: Collection[str], led_to: str) -> tuple[str, list[Match]]:
    """The result for who decides, and the matches that are for gatekeepers alone.

    ``held``: the families whose files those who decide hold; ``led_to``: the family that the contact leads to already,
    whose holders hold the contact.
    """
    elsewhere = [m for m in found if m.rank in TELLING and m.family_id != led_to and m.family_id not in held]
    return (RINGS if elsewhere else GO_ON), elsewhere


def stands(checks: Iterable[Check], settled: Iterable[Settled], now_about: str) -> CheckStands:
    """How the second check stands for those who are named now (``about``).

    A manager's ring that is not settled stays, whatever came later: it was about somebody who was named.
    """
    back = sorted(checks, key=lambda c: c.at)
    done = max(settled, key=lambda s: (s.upto, s.on), default=None)
    rings = [c.at for c in back if c.result != GO_ON]
    upto = max(rings, default="")
    if rings and (done is None or done.upto < upto):
        return CheckStands(RING, upto, upto)
    current = [c for c in back if c.about == now_about]
    if not current:
        return CheckStands(AGAIN if back else LOCAL, back[-1].at if back else "", upto, done)
    last = current[-1]
    return CheckStands(BACK if last.result == GO_ON else SETTLED, last.at, upto, done)


NOT_BACK = (
    "The hub's second check is not back yet: no further action waits for it. Hold the contact, because, "
    "or decide something else; what is urgent goes on."
)
NOT_RUNG = (
    "A manager will ring you about the second check: no further action waits until that is recorded as done. "
    "Hold the contact, because, or decide something else; what is urgent goes on."
)


def objection(stand: CheckStands) -> str:
    """Why *no further action* has to wait, as one sentence with a way on; empty where it does not."""
    if not stand.open:
        return ""
    return NOT_RUNG if stand.state == RING else NOT_BACK


def words(stand: CheckStands, at: str, met_hub: str) -> str:
    """How it stands in words; ``at``: the time of the result, ``met_hub``: of the last meeting with the hub, both as shown."""
    if stand.state in (LOCAL, AGAIN):
        local = f"Checked only against what is on this laptop{f', as at {met_hub}' if met_hub else ''}"
        return local if stand.state == LOCAL else f"{local}: somebody was named since the second check {at}"
    back = f"Second check back {at}: "
    if stand.state == BACK:
        return f"{back}go on"
    ring = f"{back}a manager will ring you"
    return ring if stand.state == RING else f"{ring} · recorded as done"
