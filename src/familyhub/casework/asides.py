"""What the hub set aside in files that one holds: looked at and decided while the hub can be met, never from memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from familyhub.casework.problems import refuse
from familyhub.casework.syncing import hub_url
from familyhub.store.queries.sending import family_names

if TYPE_CHECKING:
    from familyhub.casework.laptop import Laptop
    from familyhub.sync.messages import AsideAct

DESK = frozenset({"coordinator", "manager", "gatekeeper"})
"""Roles that are shown the list; the hub decides by itself who sees what."""


@dataclass(frozen=True, slots=True)
class AtHub:
    """An act of somebody that the hub set aside: it needs a person."""

    scope: str
    op_id: str
    family: str
    who: str
    when: str
    """ISO UTC."""
    reason: str
    entity: str
    text: str
    why_not: str
    """Why one cannot release it; empty where one can."""


def decides(laptop: Laptop) -> bool:
    """Whether this worker's role decides about what others wrote."""
    return laptop.who.role in DESK


def at_hub(laptop: Laptop, url: str | None = None) -> tuple[AtHub, ...]:
    """What waits now, oldest first; raises ``LinkError`` where the hub is not met."""
    return _ask(laptop, url, None)


def release(laptop: Laptop, scope: str, op_id: str, why: str, url: str | None = None) -> tuple[AtHub, ...]:
    """Let an act be written after all; what still waits. Raises ``Refused`` or ``LinkError``."""
    from familyhub.sync.messages import AsideAct

    if not why.strip():
        raise refuse("why", "Say why: whoever reads the history later will ask.")
    return _ask(laptop, url, AsideAct(scope, op_id, why.strip()))


def _ask(laptop: Laptop, url: str | None, act: AsideAct | None) -> tuple[AtHub, ...]:
    from familyhub.link.transport import connect

    transport = connect(laptop.store, hub_url(laptop, url) or None)
    try:
        found = transport.asides(act).asides
    finally:
        transport.close()
    with laptop.store.reading() as connection:
        names = family_names(connection, {a.scope for a in found})
    return tuple(
        AtHub(a.scope, a.op_id, names.get(a.scope, ""), a.who, a.when, a.reason, a.entity, a.text, a.why_not)
        for a in found
    )
