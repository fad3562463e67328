"""Restricting a family: the named workers hold it and nobody else, until it is lifted.

What was restricted and lifted is kept beside the database too: in a hub that is restored from an older copy it holds again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from familyhub.hub import erasure, scopes, second_check
from familyhub.hub.home import HubError
from familyhub.hub.index_row import HUB, THIN, thin_rows
from familyhub.hub.log import SqlHubTx
from familyhub.hub.rights import PRACTITIONERS
from familyhub.hub.service import Hub
from familyhub.hub.sql import Sql
from familyhub.store import sealing
from familyhub.sync.hub import run
from familyhub.sync.ops import uuid7
from familyhub.sync.snapshot import received_text

LIST = "restrictions"
RESTRICTED, LIFTED = "restricted", "lifted"
"""What a line of the list says."""
REASON = b"familyhub reason of a restriction"
"""What a reason in the list is sealed for."""
ABOUT = "restricting families"
NAMED = "named"
"""The role of a grant that a restriction gave."""


class NotBack(NamedTuple):
    """A grant that lifting did not give back, and why."""

    scope: str
    worker: str
    why: str


class Lifted(NamedTuple):
    """What lifting a restriction gave back: (scope, worker)."""

    given: list[tuple[str, str]]
    not_given: list[NotBack]


class Holder(NamedTuple):
    """Somebody who holds a restricted family now; ``until`` (ISO time) for a grant that ends by itself."""

    worker: str
    role: str
    mode: str
    until: str | None


class Restricted(NamedTuple):
    """A family that is restricted now."""

    id: str
    family: str
    since: str
    by: str
    reason: str
    holders: list[Holder]


class _Order(NamedTuple):
    """A restriction as it was ordered: by whom, why, and the named workers with their modes."""

    id: str
    family: str
    since: int
    by: str
    reason: str
    named: dict[str, str]


# -- restricting ---------------------------------------------------------------------------------------------


def restrict(hub: Hub, family: str, by: str, reason: str, to: Sequence[str]) -> list[tuple[str, str]]:
    """From now on only the workers ``to`` hold a family; returns the grants that ended (scope, worker). Raises ``HubError``."""
    family = _bare(family)
    if not reason.strip():
        raise HubError("Why is it to be restricted? Give the reason with --reason - or --reason-file F.")
    with hub.begin() as tx:
        erasure.may(tx, by, ABOUT)
        if family in scopes.restrictions(tx.sql):
            raise HubError(
                f"{family} is restricted already. `familyhub hub restrict --list` shows who holds it."
            )
        check_family(tx.sql, family)
        named = _named(tx.sql, family, to, tx.now_ms)
        order = _Order(uuid7(tx.now_ms, hub.randomness(10)), family, tx.now_ms, by, reason.strip(), named)
    return _carry_out(hub, order)


def _bare(family: str) -> str:
    bare = family.removeprefix("fam:")
    if scopes.kind_of(f"fam:{bare}") != "fam":
        raise HubError(f"{family} is not the id of a family.")
    return bare


def check_family(sql: Sql, family: str) -> None:
    """Raise ``HubError`` for an id of which there is no file."""
    if not sql.first("select 1 from scope_head where scope = ? and seq > 0", (f"fam:{family}",)):
        raise HubError(f"There is no family {family}.")


def _named(sql: Sql, family: str, to: Sequence[str], now_ms: int) -> dict[str, str]:
    """The workers who keep a family and their modes: who holds it goes on as they are, others by what their role writes."""
    if not to:
        raise HubError("Who keeps the family? Name at least one worker with --to.")
    known = {
        row[0]: row[1]
        for row in sql.among("select id, role from worker_account where not disabled and id in ({keys})", to)
    }
    if unknown := [worker for worker in to if worker not in known]:
        raise HubError(f"There is no worker {unknown[0]}, or they are disabled.")
    held = dict(
        (row[0], row[1])
        for row in sql.rows(
            f"select worker, mode from grant_ where scope = ? and {scopes.LIVE}",
            (f"fam:{family}", now_ms, now_ms),
        )
    )
    plain = {w: scopes.WRITE if role in scopes.WRITERS else scopes.READ for w, role in known.items()}
    named = {worker: held.get(worker, plain[worker]) for worker in to}
    if not any(mode == scopes.WRITE and known[w] in PRACTITIONERS for w, mode in named.items()):
        raise HubError("Nobody of those named may write in the family's file: name at least one who may.")
    return named


def _carry_out(hub: Hub, order: _Order) -> list[tuple[str, str]]:
    """Restrict as ordered; it stands in the list before it is committed, so that no restored hub can miss it."""

    def act() -> list[tuple[str, str]]:
        with hub.begin() as tx:
            tx.grouped = True
            places = [
                row[0]
                for row in tx.sql.rows("select scope from scope_head where substr(scope, 1, 4) = 'loc:'")
            ]
            scope = f"fam:{order.family}"
            contacts = scopes.contacts_of(tx.sql, [order.family])
            tx.hold([scope, *contacts, *places, second_check.GATE])
            if order.family in scopes.restrictions(tx.sql):
                raise HubError(f"{order.family} is restricted already.")
            tx.sql.run(
                "insert into restriction (id, family, since, asked_by, reason) values (?, ?, ?, ?, ?)",
                (order.id, order.family, order.since, order.by, order.reason),
            )
            grants = [scopes.Grant(scope, worker, NAMED, mode) for worker, mode in order.named.items()]
            _give_named(tx, grants)
            ended = _end_for_others(tx, order.id, order.family, order.named)
            _erase_thin_rows(hub, tx, order.family)
            second_check.ask_again(tx.sql, tx.now_ms)
            _keep(hub, (RESTRICTED, *order[:4], sorted(order.named.items()), _sealed(hub, order.reason)))
            tx.finish()
        return ended

    ended = hub.again(act)
    with hub.begin() as tx:  # a contact that was being linked to the family in that very moment
        ended += _end_for_others(tx, order.id, order.family, order.named)
        tx.finish()
    with hub.reading() as sql:
        places = sorted({place for place, _ in thin_rows(sql, order.family)})
    hub.folder.fold(places)
    hub.wipe()
    return ended


def _give_named(tx: SqlHubTx, grants: Sequence[scopes.Grant]) -> None:
    """Those who hold it without an end keep the grant they have, with what it says of why they have it."""
    held = {
        (row[0], row[1])
        for row in tx.sql.among(
            "select worker, mode from grant_ where since <= ? and until is null and scope in ({keys})",
            sorted({grant.scope for grant in grants}),
            (tx.now_ms,),
        )
    }
    wanted = [g for g in grants if (g.worker, g.mode) not in held]
    scopes.give(tx.sql, wanted, tx.now_ms, restricted=True)
    families = {grant.scope.removeprefix("fam:") for grant in grants}
    scopes.give_contacts(tx.sql, scopes.contacts_of(tx.sql, families), tx.now_ms)


def _end_for_others(
    tx: SqlHubTx, restriction: str, family: str, named: Mapping[str, str]
) -> list[tuple[str, str]]:
    """End what others hold of a family; gatekeepers keep its contacts."""
    scope, now = f"fam:{family}", tx.now_ms
    ended = [(scope, worker) for worker in scopes.end_for_others(tx.sql, restriction, scope, named, now)]
    kept = scopes.keepers(tx.sql, family, now)
    for contact in sorted(scopes.contacts_of(tx.sql, [family])):
        workers = scopes.end_for_others(tx.sql, restriction, contact, kept, now)
        ended += [(contact, worker) for worker in workers]
    return ended


def _erase_thin_rows(hub: Hub, tx: SqlHubTx, family: str) -> None:
    """Destroy what localities say of a family, and what was decided about it there; the acts name the hub alone."""
    by_place: dict[str, list[tuple[str, str, str]]] = {}
    for place, row_id in thin_rows(tx.sql, family):
        by_place.setdefault(place, []).extend(erasure.rows_about(tx, place, THIN, row_id))
    for keys in by_place.values():
        if keys:
            run(hub.machine.erase(tx, keys, (HUB, HUB), tx.now_ms, hub.new_salt))


# -- lifting -------------------------------------------------------------------------------------------------


def lift(hub: Hub, family: str, by: str, reason: str) -> Lifted:
    """Give a family back to who held it before, and write its line in the locality anew. Raises ``HubError``."""
    family = _bare(family)
    if not reason.strip():
        raise HubError("Why is it to be lifted? Give the reason with --reason - or --reason-file F.")
    with hub.begin() as tx:
        erasure.may(tx, by, ABOUT)
        identity = scopes.restrictions(tx.sql).get(family)
        if identity is None:
            raise HubError(f"{family} is not restricted.")
    return _end(hub, identity, by, reason.strip(), hub.clock())


def _end(hub: Hub, identity: str, by: str, reason: str, at: int) -> Lifted:
    """Lift a restriction; it stands in the list once it is committed: a restored hub restricts too long sooner than too little."""

    def act() -> tuple[str, Lifted]:
        with hub.begin() as tx:
            family = str(tx.sql.first("select family from restriction where id = ?", (identity,))[0])
            tx.hold([f"fam:{family}"])
            if not tx.sql.run(
                "update restriction set lifted = ?, lifted_by = ?, lifted_why = ? "
                "where id = ? and lifted is null",
                (at, by, reason, identity),
            ):
                raise HubError(f"{family} is not restricted.")
            lifted = _give_back(tx, identity)
            _give_coordinators(tx, family)
            tx.finish()
        return family, lifted

    family, lifted = hub.again(act)
    _keep(hub, (LIFTED, identity, by, at, _sealed(hub, reason)))
    hub.folder.write_index([f"fam:{family}"])
    return lifted


def _give_back(tx: SqlHubTx, identity: str) -> Lifted:
    """The grants that a restriction ended, for those whose place has not changed since."""
    found = tx.sql.rows(
        "select e.scope, e.worker, e.role, e.mode, e.since, e.until, e.locality, w.locality, w.disabled "
        "from ended_grant e left join worker_account w on w.id = e.worker "
        "where e.restriction = ? order by e.scope, e.worker",
        (identity,),
    )
    out = Lifted([], [])
    for scope, worker, role, mode, since, until, then, locality, disabled in found:
        why = (
            "there is no such worker any more" if locality is None
            else "this worker is disabled" if disabled
            else "this worker has moved to another locality" if locality != then
            else "the cover has ended meanwhile" if until is not None and until <= tx.now_ms
            else ""
        )  # fmt: skip
        if why:
            out.not_given.append(NotBack(scope, worker, why))
            continue
        begin = max(since, tx.now_ms)
        scopes.give(tx.sql, [scopes.Grant(scope, worker, role, mode)], tx.now_ms, begin, until)
        out.given.append((scope, worker))
    return out


def _give_coordinators(tx: SqlHubTx, family: str) -> None:
    """Coordinators who came while it was restricted hold it as they hold every family of their locality."""
    found = tx.sql.first("select locality from family where scope = ? and id = ?", (f"fam:{family}", family))
    if found is not None and found[0]:
        held = scopes.coordinators(tx.sql, found[0])
        grants = [scopes.Grant(f"fam:{family}", w, scopes.COORDINATOR, scopes.WRITE) for w in held]
        scopes.give(tx.sql, grants, tx.now_ms)


# -- looking -------------------------------------------------------------------------------------------------


def families(hub: Hub) -> list[Restricted]:
    """The families that are restricted now and who holds each, those first that have been for longest."""
    now = hub.clock()
    with hub.reading() as sql:
        found = sql.rows(
            "select id, family, since, asked_by, reason from restriction where lifted is null order by since, id"
        )
        return [
            Restricted(i, family, received_text(since), by, reason, _holders(sql, family, now))
            for i, family, since, by, reason in found
        ]


def _holders(sql: Sql, family: str, now_ms: int) -> list[Holder]:
    found = sql.rows(
        "select g.worker, g.role, g.mode, g.until from grant_ g join worker_account w on w.id = g.worker "
        "where g.scope = ? and g.since <= ? and (g.until is null or g.until > ?) and not w.disabled "
        "order by g.worker",
        (f"fam:{family}", now_ms, now_ms),
    )
    return [Holder(w, role, mode, received_text(u) if u is not None else None) for w, role, mode, u in found]


# -- what is kept beside the database ------------------------------------------------------------------------


def _keep(hub: Hub, line: Sequence[object]) -> None:
    erasure.keep_beside(hub.home.path / LIST, [line])


def _sealed(hub: Hub, reason: str) -> str:
    """A reason as it stands in the list: only the hub's own key opens it."""
    if hub.keys is None:
        return ""
    public = sealing.public_of(hub.keys.sealing)
    return sealing.seal(public, reason.encode(), REASON).hex()


def _opened(hub: Hub, sealed: str) -> str:
    if hub.keys is None or not sealed:
        return ""
    return sealing.opened(hub.keys.sealing, bytes.fromhex(sealed), REASON).decode()


def again(hub: Hub, path: Path | None) -> None:
    """Restrict and lift as a list says, where this hub does not know of it; raises ``HubError`` for a file that is none."""
    if path is None:
        return
    for line in list(_lines(hub, path)):
        with hub.reading() as sql:
            identity = line.id if isinstance(line, _Order) else line[0]
            found = sql.first("select lifted from restriction where id = ?", (identity,))
        if isinstance(line, _Order):
            if found is None:
                _carry_out(hub, line)
        elif found is not None and found[0] is None:
            _end(hub, *line)


def _lines(hub: Hub, path: Path) -> Iterator[_Order | tuple[str, str, str, int]]:
    try:
        for text in path.read_text("utf-8").splitlines():
            line: Any = json.loads(text)
            if line[0] == RESTRICTED:
                _, identity, family, since, by, named, sealed = line
                modes = {str(w): str(mode) for w, mode in named}
                yield _Order(str(identity), str(family), int(since), str(by), _opened(hub, sealed), modes)
            else:
                _, identity, by, at, sealed = line
                yield str(identity), str(by), _opened(hub, sealed), int(at)
    except (OSError, ValueError, TypeError, IndexError, sealing.CannotOpen) as error:
        raise HubError(f"{path} is not this hub's list of restrictions ({type(error).__name__}).") from None
