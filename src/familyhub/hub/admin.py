"""What an operator does at a hub: workers, localities, codes, grants, devices, what was set aside.

One function per command of ``familyhub hub``; each raises ``StoreError`` with the sentence to show.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from familyhub.hub import enrolment, scopes, second_check
from familyhub.hub.aside import Aside as Aside
from familyhub.hub.aside import quarantine as quarantine
from familyhub.hub.aside import release as release
from familyhub.hub.home import HubError
from familyhub.hub.index_row import hub_op
from familyhub.hub.log import SqlHubTx
from familyhub.hub.service import Hub
from familyhub.hub.visitors import STANDBY
from familyhub.records.codes import ROLES
from familyhub.sync import clock, merge
from familyhub.sync.copy import NOTHING
from familyhub.sync.hub import run
from familyhub.sync.ops import (
    Value,
)
from familyhub.sync.snapshot import received_text

ID = re.compile(r"[A-Za-z0-9_.\-]{1,60}", re.ASCII)
REF = "ref"


class WorkerAccount(NamedTuple):
    """A member of the workforce as the hub knows them."""

    id: str
    name: str
    role: str
    locality: str
    disabled: bool
    devices: int = 0


def init(
    home: Path, passphrase: str | None = None, database: str | None = None, *, demonstration: bool = False
) -> Hub:
    """Make a new hub; see ``Hub.init``."""
    return Hub.init(home, passphrase, database, demonstration=demonstration)


# -- what the hub writes itself ------------------------------------------------------------------------------


def write_row(hub: Hub, scope: str, entity: str, row_id: str, fields: Mapping[str, Value]) -> None:
    """Write fields of a row as the hub, where they are not what it shows already."""

    def act() -> None:
        with hub.begin() as tx:
            tx.hold([scope])
            _log_change(hub, tx, scope, entity, row_id, fields)
            tx.finish()

    hub.again(act)
    hub.folder.fold([scope])


def _log_change(
    hub: Hub, tx: SqlHubTx, scope: str, entity: str, row_id: str, fields: Mapping[str, Value]
) -> None:
    """Log one op over the row as it stands with every number of its scope's log, folded or not."""
    key = (scope, entity, row_id)
    held = tx.load([key]).get(key, NOTHING)
    for row in tx.after(scope, tx.folded(scope), 1 << 24):
        if row.op.row == key:
            held = held.after(row.op)
    shown = {f: merge.shown(r) for f, r in held.row.items()}
    patch = {f: v for f, v in fields.items() if shown.get(f) != v}
    if patch:
        op = hub_op(tx, key, "change" if held.row else "create", patch, held, 1, hub.new_salt())
        run(hub.machine.number(tx, scope, [op], tx.now_ms, hub.new_salt))


def set_locality(hub: Hub, locality: str, fields: Mapping[str, Value]) -> None:
    """Write a locality's local data (name, numbers, rhythms), which every laptop holds."""
    if not ID.fullmatch(locality):
        raise HubError(
            "The id of a locality is a short word of letters, digits and dashes, like wirral-west."
        )
    write_row(hub, REF, "locality", locality, fields)


# -- workers -------------------------------------------------------------------------------------------------


def add_worker(
    hub: Hub, worker: str, name: str, role: str, locality: str, details: Mapping[str, Value] | None = None
) -> WorkerAccount:
    """Add a worker, or change one: name, role, locality, and further fields of the row that laptops hold."""
    if not ID.fullmatch(worker) or worker == "hub":
        raise HubError(
            "The id of a worker is a short word of letters, digits and dashes, like w-asha-rahman."
        )
    if role not in ROLES.values:
        raise HubError(f"There is no role {role}. There are: {', '.join(ROLES.values)}.")
    if locality and not ID.fullmatch(locality):
        raise HubError(
            "The id of a locality is a short word of letters, digits and dashes, like wirral-west."
        )
    with hub.begin() as tx:
        tx.sql.run(
            "insert into worker_account (id, name, role, locality, disabled) values (?, ?, ?, ?, ?) "
            "on conflict (id) do update set name = excluded.name, role = excluded.role, "
            "locality = excluded.locality, disabled = excluded.disabled",
            (worker, name, role, locality, False),
        )
        standing = scopes.standing(worker, role, locality)
        _end_other_standing(tx, worker, {grant.scope for grant in standing})
        scopes.give(tx.sql, standing, tx.now_ms)
        if role == scopes.COORDINATOR and locality:
            tx.hold([f"loc:{locality}"])  # a family that is being restricted is seen so
            families = [
                row[0] for row in tx.sql.rows("select id from family where locality = ?", (locality,))
            ]
            held = [scopes.Grant(f"fam:{f}", worker, role, scopes.WRITE) for f in families]
            scopes.give(tx.sql, held, tx.now_ms)
        if role == scopes.GATEKEEPER:
            second_check.give_contacts(tx, second_check.contacts_at_the_gate(tx.sql), worker)
        tx.finish()
    fields = {"name": name, "role": role, "locality": locality or None, "disabled": False, **(details or {})}
    write_row(hub, REF, "worker", worker, {f: v for f, v in fields.items() if v is not None})
    return WorkerAccount(worker, name, role, locality, False)


def _end_other_standing(tx: SqlHubTx, worker: str, kept: set[str]) -> None:
    """A worker who moves no longer holds what the old role and place gave by themselves."""
    found = tx.sql.rows(
        "select scope, role from grant_ where worker = ? and role in ('own', ?) and until is null",
        (worker, scopes.GATEKEEPER),
    )
    for scope, role in found:
        if scope not in kept and (role == "own" or second_check.GATE not in kept):
            scopes.withdraw(tx.sql, scope, worker, tx.now_ms)


def disable_worker(hub: Hub, worker: str) -> None:
    """Shut a worker out at their next request; what they had not sent is still taken into custody."""
    with hub.begin() as tx:
        if not tx.sql.run("update worker_account set disabled = ? where id = ?", (True, worker)):
            raise HubError(f"There is no worker {worker}.")
        tx.finish()
    write_row(hub, REF, "worker", worker, {"disabled": True})


def list_workers(hub: Hub) -> list[WorkerAccount]:
    """Every worker, with the number of devices that are not revoked."""
    with hub.reading() as sql:
        found = sql.rows(
            "select w.id, w.name, w.role, w.locality, w.disabled, count(d.id) from worker_account w "
            "left join device d on d.worker = w.id and d.revoked is null "
            "group by w.id, w.name, w.role, w.locality, w.disabled order by w.id"
        )
    return [WorkerAccount(i, n, r, p, bool(x), c) for i, n, r, p, x, c in found]


def code(hub: Hub, worker: str) -> str:
    """A one-time code with which the worker enrols a laptop within ten minutes."""
    return enrolment.issue(hub, worker)


# -- devices -------------------------------------------------------------------------------------------------


def list_devices(hub: Hub) -> list[dict[str, Any]]:
    """Every device: id, worker, name, enrolled, revoked, last seen (ISO times or None)."""
    with hub.reading() as sql:
        found = sql.rows(
            "select id, worker, name, enrolled, revoked, last_seen from device order by enrolled, id"
        )
    names = ("id", "worker", "name")
    times = ("enrolled", "revoked", "last_seen")
    return [
        {**dict(zip(names, row[:3], strict=True)), **dict(zip(times, map(_iso, row[3:]), strict=True))}
        for row in found
    ]


def revoke_device(hub: Hub, device: str) -> None:
    """Shut a device out at its next request."""
    with hub.begin() as tx:
        if not tx.sql.run(
            "update device set revoked = ? where id = ? and revoked is null", (tx.now_ms, device)
        ):
            raise HubError(f"There is no device {device}, or it is revoked already.")
        tx.finish()


def _iso(at: int | None) -> str | None:
    return received_text(at) if at is not None else None


# -- grants --------------------------------------------------------------------------------------------------


def grant(
    hub: Hub,
    scope: str,
    worker: str,
    mode: str = scopes.WRITE,
    since: str | None = None,
    until: str | None = None,
    *,
    restricted: bool = False,
) -> None:
    """Let a worker hold a scope, with a family the contacts that led to it; ``mode`` is ``read`` or ``write``.

    ``since`` and ``until`` are days (ISO): a cover begins with the first and ends by itself behind the last.
    ``restricted``: also where the family is restricted. Raises ``HubError``.
    """
    if not scopes.kind_of(scope):
        raise HubError(
            f"{scope} is not the name of a file: one is fam:ID, con:ID, loc:ID, addr:ID or sup:ID."
        )
    if mode not in (scopes.READ, scopes.WRITE):
        raise HubError("A grant is for `read` or for `write`.")
    begin, end = _day(since, 0), _day(until, 1)
    if end is not None and end <= (begin if begin is not None else hub.clock()):
        raise HubError("A cover ends after it begins, and not in the past.")
    with hub.begin() as tx:
        if not tx.sql.first("select 1 from worker_account where id = ?", (worker,)):
            raise HubError(f"There is no worker {worker}.")
        closed = scopes.restricted(tx.sql, [scope])
        if closed and not restricted:
            raise HubError(
                f"{closed[scope]} is a restricted family: nothing was given. If {worker} is to hold it too, add --restricted."
            )
        role = "cover" if end is not None else "given"
        given = [scopes.Grant(scope, worker, role, mode)]
        scopes.give(tx.sql, given, tx.now_ms, begin, end, restricted=restricted)
        if scopes.kind_of(scope) == "fam":
            contacts = scopes.contacts_of(tx.sql, [scope.removeprefix("fam:")])
            scopes.give_contacts(tx.sql, contacts, tx.now_ms)
        tx.finish()


def _day(text: str | None, after: int) -> int | None:
    """The first moment of a day, or of the one ``after`` it, in milliseconds UTC."""
    if text is None:
        return None
    try:
        day = date.fromisoformat(text) + timedelta(days=after)
    except ValueError:
        raise HubError(f"{text} is not a day: write it as 2026-03-12.") from None
    return int(datetime.combine(day, time(), UTC).timestamp() * 1000)


def set_standby(hub: Hub, on: bool) -> None:
    """Say whether a synchronous standby has everything that is committed, so that it is durable at once."""
    with hub.begin() as tx:
        tx.sql.run(
            "insert into setting (name, value) values (?, ?) on conflict (name) do update set value = excluded.value",
            (STANDBY, "yes" if on else ""),
        )
        tx.finish()


def withdraw(hub: Hub, scope: str, worker: str) -> None:
    """End a worker's grant, or a cover that is to begin: nothing more of the scope goes to them, and what they still
    send is set aside. Raises ``HubError`` where there is neither.
    """
    with hub.begin() as tx:
        if not scopes.withdraw(tx.sql, scope, worker, tx.now_ms):
            if not scopes.to_begin(tx.sql, scope, worker, tx.now_ms):
                raise HubError(f"{worker} does not hold {scope}.")
            scopes.end(tx.sql, [(scope, worker)], tx.now_ms)
        tx.finish()


def grants(hub: Hub, worker: str) -> list[scopes.Grant]:
    """What a worker holds now."""
    with hub.reading() as sql:
        found = sql.rows(
            f"select scope, worker, role, mode from grant_ where worker = ? and {scopes.LIVE} order by scope",
            (worker, hub.clock(), hub.clock()),
        )
    return [scopes.Grant(*row) for row in found]


# -- looking -------------------------------------------------------------------------------------------------


def routes(hub: Hub) -> list[dict[str, str | bool]]:
    """Every HTTP route: ``[{"method", "path", "open"}]``."""
    from familyhub.hub import app

    return app.routes(app.create_app(hub))


def hlc_now(hub: Hub) -> clock.HLC:
    """The first clock value of the hub's present moment."""
    return clock.tick(hub.clock(), 0)
