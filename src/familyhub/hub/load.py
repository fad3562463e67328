"""Bulk entry at the hub: many acts of known authors, logged and folded in large transactions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from familyhub.hub import rights, scopes, second_check
from familyhub.hub.home import HubError
from familyhub.hub.index_row import HUB
from familyhub.hub.log import SqlHubTx
from familyhub.records.catalogue import SCHEMA_VERSION
from familyhub.sync import clock
from familyhub.sync.hub import HubMachine, run
from familyhub.sync.ops import Op, Value, uuid7

if TYPE_CHECKING:
    from familyhub.hub.service import Hub

TOGETHER = 5000
"""About how many acts are logged in one transaction."""


class Loaded(NamedTuple):
    """An act of somebody's, as it is to be loaded; those of one scope come in their order."""

    scope: str
    entity: str
    row_id: str
    patch: dict[str, Value]
    actor: str
    hlc: clock.HLC
    kind: str = "create"
    base: Mapping[str, tuple[str, ...]] = {}
    op_id: str = ""
    """Empty for a new one."""


def log_acts(hub: Hub, acts: Iterable[Loaded], received: int | None) -> int:
    """Log acts and fold them; returns how many. Raises ``HubError`` where one could not be kept."""
    by_scope: dict[str, list[Loaded]] = {}
    for act in acts:
        by_scope.setdefault(act.scope, []).append(act)
    parts = _parts(sorted(by_scope))
    total = 0
    for part in _sized(parts, by_scope):
        total += sum(len(by_scope[scope]) for scope in part)
        with hub.begin() as tx:
            tx.hold(part)
            _open(tx, part, by_scope)
            for scope in part:
                _log(hub, tx, scope, by_scope[scope], received)
            tx.finish()
    hub.folder.fold(by_scope)
    with hub.begin() as tx:
        second_check.leave_history(tx.sql, by_scope)
        tx.finish()
    return total


def _parts(names: Sequence[str]) -> list[str]:
    """Families before the localities whose allocations name them."""
    return sorted(names, key=lambda scope: (scope.startswith("loc:"), scope))


def _sized(names: Sequence[str], by_scope: Mapping[str, Sequence[Loaded]]) -> Iterable[list[str]]:
    part: list[str] = []
    room = TOGETHER
    for scope in names:
        part.append(scope)
        room -= len(by_scope[scope])
        if room <= 0:
            yield part
            part, room = [], TOGETHER
    if part:
        yield part


def _open(tx: SqlHubTx, part: Sequence[str], by_scope: Mapping[str, Sequence[Loaded]]) -> None:
    """Give scopes that are new to their first author and the coordinators of that author's locality, as any other."""
    localities = {row[0]: row[1] for row in tx.sql.rows("select id, locality from worker_account")}
    places = {place for place in localities.values() if place}
    held = {place: scopes.coordinators(tx.sql, place) for place in places}
    front_doors = {place: scopes.front_door(tx.sql, place) for place in places}
    grants: list[scopes.Grant] = []
    for scope in part:
        if tx.head(scope)[0] or scopes.kind_of(scope) not in scopes.OPENS:
            continue
        author = by_scope[scope][0].actor
        place = localities.get(author, "")
        front_door = front_doors.get(place, []) if scopes.kind_of(scope) == "con" else []
        opened = scopes.opening(scope, author, held.get(place, []), front_door)
        grants.extend(grant for grant in opened if grant.worker in localities)
    scopes.give(tx.sql, grants, tx.now_ms)


def _log(hub: Hub, tx: SqlHubTx, scope: str, acts: Sequence[Loaded], received: int | None) -> None:
    label = tx.known(scope, HUB)
    ops: list[tuple[int, Op]] = []
    for act in acts:
        label += 1
        at = received if received is not None else clock.milliseconds(act.hlc)
        op = Op(
            scope, act.op_id or uuid7(at, hub.randomness(10)), HUB, label, act.kind, act.entity, act.row_id,
            SCHEMA_VERSION, act.hlc, act.actor, act.patch, {f: tuple(b) for f, b in act.base.items()},
        )  # fmt: skip
        if reason := rights.misfit(op):
            raise HubError(f"An act on {act.entity} in {scope.partition(':')[0]} cannot be loaded: {reason}.")
        ops.append((at, op))
    machine: HubMachine = hub.machine
    for at, group in groupby(ops, key=lambda pair: pair[0]):
        run(machine.number(tx, scope, [op for _, op in group], at, hub.new_salt))
