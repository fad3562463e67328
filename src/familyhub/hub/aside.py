"""What was set aside and needs a person: seen and released by the operator here, and by who holds the file from a laptop."""

from __future__ import annotations

from typing import Any, NamedTuple

from familyhub.hub import rights, scopes
from familyhub.hub.home import HubError
from familyhub.hub.log import SqlHubTx
from familyhub.hub.service import Hub
from familyhub.records.catalogue import entities
from familyhub.sync.copy import Sender
from familyhub.sync.hub import run
from familyhub.sync.messages import AsideAct, AsideList, AsideOp
from familyhub.sync.ops import MalformedOp, Op
from familyhub.sync.snapshot import received_text

DESK = rights.DESK | {"gatekeeper"}
"""Roles that decide about what others wrote in files that they hold."""
MOST = 200
"""Acts in one list, the oldest first."""
LONGEST = 2000
"""Characters of an act's text, and of a reason, that travel."""
WRITTEN = ("words", "line")
"""Kinds of fields that people wrote, beside codes and days."""
OPERATOR = "operator"
NOTHING = "There is nothing of that name set aside; perhaps it was released already."
NOT_THEIRS = "Only a coordinator, manager or gatekeeper who holds the file can decide about this."


class Aside(NamedTuple):
    """An op that was set aside and waits for a person."""

    scope: str
    op_id: str
    worker: str
    device: str
    received: str
    reason: str
    entity: str
    row_id: str


class _Found(NamedTuple):
    """A row of the quarantine with what can be read in it."""

    aside: Aside
    op: Op | None


def quarantine(hub: Hub, scopes_of: str | None = None) -> list[Aside]:
    """What waits for a person, oldest first; ``scopes_of``: only what this worker's grants let them see."""
    return [found.aside for found in _waiting(hub, scopes_of)]


def _waiting(hub: Hub, scopes_of: str | None, most: int | None = None) -> list[_Found]:
    with hub.reading() as sql:
        text = (
            "select scope, op_id, inc, dseq, payload, worker, device, received, reason from quarantine "
            "where released is null{} order by received, scope, dseq"
        )
        if scopes_of is None:
            rows = sql.rows(text.format(""))
        else:
            now = hub.clock()
            held = f" and scope in (select scope from grant_ where worker = ? and mode = 'write' and {scopes.LIVE})"
            rows = sql.rows(text.format(held), (scopes_of, now, now))
    return [_read(hub, row) for row in rows[:most]]


def _read(hub: Hub, row: Any) -> _Found:
    scope, op_id, inc, dseq, payload, worker, device, received, reason = row
    op = _readable(hub, scope, op_id, inc, dseq, bytes(payload))
    entity, row_id = (op.entity, op.row_id) if op else ("", "")
    return _Found(Aside(scope, op_id, worker, device, received_text(received), reason, entity, row_id), op)


def _readable(hub: Hub, scope: str, op_id: str, inc: str, dseq: int, payload: bytes) -> Op | None:
    try:
        return hub.machine.opened(scope, op_id, inc, dseq, payload)
    except MalformedOp:
        return None


# -- from a laptop -------------------------------------------------------------------------------------------


def listed(hub: Hub, sender: Sender) -> AsideList:
    """What waits in files that the sender holds; nothing for one whose role does not decide about it."""
    if sender.role not in DESK or sender.only_custody:
        return AsideList([])
    found = _waiting(hub, sender.worker, MOST + 1)
    with hub.reading() as sql:
        names = dict(sql.among("select id, name from worker_account where id in ({keys})", _workers(found)))
    out = []
    for aside, op in found[:MOST]:
        why_not = _unfit(op) or _not_by(op, sender, aside.worker)
        out.append(
            AsideOp(
                aside.scope, aside.op_id, names.get(aside.worker, aside.worker), aside.received, aside.reason,
                aside.entity, _text(op), why_not,
            )
        )  # fmt: skip
    return AsideList(out, len(found) > MOST)


def _workers(found: list[_Found]) -> list[str]:
    return sorted({aside.worker for aside, _ in found})


def _text(op: Op | None) -> str:
    """What the act says, its texts one behind the other."""
    if op is None:
        return ""
    known = entities().get(op.entity)
    plain = {f for f, rule in known.fields.items() if rule.kind in WRITTEN} if known else op.patch.keys()
    texts = [
        value for field, value in op.patch.items() if field in plain and isinstance(value, str) and value
    ]
    return " · ".join(texts)[:LONGEST]


def decided(hub: Hub, sender: Sender, act: AsideAct) -> None:
    """Release an act for its sender, who says why; raises ``HubError``."""
    why = act.why.strip().replace("\0", "")
    if not why:
        raise HubError("Say why: whoever reads the history later will ask.")
    release(hub, act.scope, act.op_id, sender, why[:LONGEST])


def _not_by(op: Op | None, sender: Sender, worker: str) -> str:
    """Why the sender may not let an act be written, or an empty text.

    Nobody lets in what their own role could not write, or what was written in another's name.
    """
    if op is None:
        return "it cannot be read"
    if op.actor != worker:
        return (
            "it names another author than the worker of that laptop; only the hub's operator can release it"
        )
    if sender.role not in rights.writers(op.entity).get(scopes.kind_of(op.scope), rights.NOBODY):
        return f"a {sender.role} may not write this kind of record there either"
    return ""


def _unfit(op: Op | None) -> str:
    if op is None:
        return "it cannot be read"
    return rights.misfit(op) or ("" if scopes.kind_of(op.scope) else "its kind of file is not known")


# -- releasing -----------------------------------------------------------------------------------------------


def release(hub: Hub, scope: str, op_id: str, by: Sender | None = None, why: str = "") -> None:
    """Log an op that was set aside, under its own id and a new number: a person decided that it is right.

    ``by``: somebody at a laptop, who must hold the file; without, it is the hub's operator. Raises ``HubError``.
    """

    def act() -> None:
        with hub.begin() as tx:
            if by is not None:
                _check_holder(tx, by, scope)
            found = tx.sql.first(
                "select scope, op_id, inc, dseq, payload, worker, device, received, reason from quarantine "
                "where scope = ? and op_id = ? and released is null",
                (scope, op_id),
            )
            if found is None:
                raise HubError(NOTHING)
            aside, op = _read(hub, found)
            reason = _unfit(op) or (_not_by(op, by, aside.worker) if by is not None else "")
            if op is None or reason:
                raise HubError(f"That cannot be released: {reason}.")
            _open_for(tx, op)
            tx.sql.run(
                "update quarantine set released_by = ?, released_why = ? where scope = ? and op_id = ?",
                (by.worker if by is not None else OPERATOR, why, scope, op_id),
            )
            run(hub.machine.release(tx, scope, op_id, tx.now_ms, hub.new_salt))

    hub.again(act)
    hub.folder.fold([scope])


def _check_holder(tx: SqlHubTx, by: Sender, scope: str) -> None:
    """One sentence for whoever may not, whether there is such an act or not."""
    mode = scopes.modes(tx.sql, by.worker, [scope], tx.now_ms).get(scope)
    if by.role not in DESK or by.only_custody or mode != scopes.WRITE:
        raise HubError(NOT_THEIRS)


def _open_for(tx: SqlHubTx, op: Op) -> None:
    """A file that begins with a released op belongs to its author and the coordinators, as any other."""
    if tx.head(op.scope)[0] or scopes.kind_of(op.scope) not in scopes.OPENS:
        return
    account = tx.sql.first("select locality from worker_account where id = ? and not disabled", (op.actor,))
    if account is not None:
        desk = scopes.coordinators(tx.sql, account[0])
        front_door = scopes.front_door(tx.sql, account[0]) if scopes.kind_of(op.scope) == "con" else ()
        scopes.give(tx.sql, scopes.opening(op.scope, op.actor, desk, front_door), tx.now_ms)
