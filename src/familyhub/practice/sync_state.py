"""What is saved here, waiting, sent and set aside, as it is read."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class SyncState:
    """The sync line: what is saved here, waiting, sent, received and set aside; ``last_contact`` ISO UTC."""

    waiting: int
    sent: int
    received: int
    set_aside: int
    last_contact: str | None
    hub_url: str
    asides: tuple[Aside, ...] = field(default=())
    left: int = 0
    """Files that this laptop may hold no longer, and has left."""
    left_at: str | None = None
    restored_at: str | None = None
    """When this laptop met the hub restored from a copy (ISO UTC); None where it never was."""
    destroyed: int = 0
    """Own acts on records that have been erased."""


@dataclass(frozen=True, slots=True)
class Aside:
    """A record that the hub set aside: it needs a person."""

    op_id: str
    entity: str
    scope: str
    reason: str
    text: str


@dataclass(frozen=True, slots=True)
class Sending:
    """A record of ours on its way to the hub; ``count``: how many acts on it are in this state."""

    entity: str
    row_id: str
    family_id: str | None
    family: str
    state: str
    count: int
