"""Erasure: asked for by one person, agreed by another; what a row or a whole file ever said is destroyed everywhere.

The ids of what was erased are kept beside the database too: a hub that is restored from an older copy erases it again.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from familyhub.hub import scopes, second_check
from familyhub.hub.home import HubError
from familyhub.hub.index_row import THIN, thin_rows
from familyhub.hub.log import SqlHubTx
from familyhub.hub.service import Hub
from familyhub.sync.hub import run
from familyhub.sync.ops import ERASE, RowKey, uuid7

LIST = "erasures"
MAY = frozenset({"manager", "gatekeeper", "operator"})
"""Roles that ask for an erasure and agree to one, and that restrict families."""
Erased = tuple[str, str, str, tuple[str, str]]


class Disposal(NamedTuple):
    """An erasure that was asked for; without entity and row it is of the whole file."""

    id: str
    scope: str
    entity: str
    row_id: str
    reason: str
    asked_by: str
    asked: int
    agreed_by: str | None


def ask(hub: Hub, scope: str, entity: str, row_id: str, by: str, reason: str) -> Disposal:
    """Ask for a row, or without entity and row for a whole file, to be erased; raises ``HubError``."""
    if not scopes.kind_of(scope):
        raise HubError(
            f"{scope} is not the name of a file: one is fam:ID, con:ID, loc:ID, addr:ID or sup:ID."
        )
    if not reason.strip():
        raise HubError("Why is it to be erased? Give the reason with --reason.")
    if bool(entity) != bool(row_id):
        raise HubError("Name both the kind of record and its id, or neither for the whole file.")
    with hub.begin() as tx:
        may(tx, by)
        if not rows_about(tx, scope, entity, row_id):
            raise HubError("There is nothing of that name, or it is erased already.")
        made = Disposal(
            uuid7(tx.now_ms, hub.randomness(10)), scope, entity, row_id, reason, by, tx.now_ms, None
        )
        tx.sql.run(
            "insert into disposal (id, scope, entity, row_id, reason, asked_by, asked) values (?, ?, ?, ?, ?, ?, ?)",
            made[:7],
        )
        tx.finish()
    return made


def agree(hub: Hub, disposal: str, by: str) -> int:
    """Agree to an erasure that somebody else asked for, and do it; returns how many rows it was. Raises ``HubError``."""
    with hub.begin() as tx:
        may(tx, by)
        found = tx.sql.first(
            "select id, scope, entity, row_id, reason, asked_by, asked, agreed_by from disposal where id = ?",
            (disposal,),
        )
        if found is None:
            raise HubError(f"Nobody asked for an erasure {disposal}.")
        wanted = Disposal(*found)
        if wanted.agreed_by is not None:
            raise HubError("That was agreed to and done already.")
        if wanted.asked_by == by:
            raise HubError("Who asked for an erasure cannot agree to it: another person has to.")
        tx.sql.run("update disposal set agreed_by = ?, agreed = ? where id = ?", (by, tx.now_ms, disposal))
        tx.finish()
    people = (wanted.asked_by, by)
    keep_beside(hub.home.path / LIST, [(wanted.scope, wanted.entity, wanted.row_id, people)])
    return again(hub, wanted.scope, wanted.entity, wanted.row_id, people)


def waiting(hub: Hub) -> list[Disposal]:
    """Erasures that wait for a second person."""
    with hub.reading() as sql:
        found = sql.rows(
            "select id, scope, entity, row_id, reason, asked_by, asked, agreed_by from disposal "
            "where agreed_by is null order by asked"
        )
    return [Disposal(*row) for row in found]


def again(hub: Hub, scope: str, entity: str, row_id: str, by: tuple[str, str]) -> int:
    """Erase rows that two people agreed on, here and by an op everywhere; what is erased already stays so."""
    hub.folder.fold([scope, second_check.GATE])  # what was said about a row is looked for in the projection
    with hub.reading() as sql:
        repeated = second_check.said_of(sql, scope, entity)

    def act() -> int:
        with hub.begin() as tx:
            tx.hold([scope])
            keys = rows_about(tx, scope, entity, row_id)
            if keys:
                run(hub.machine.erase(tx, keys, by, tx.now_ms, hub.new_salt))
            return len(keys)

    count = hub.again(act)
    hub.folder.fold([scope])
    if not entity and scopes.kind_of(scope) == "fam":
        family = scope.removeprefix("fam:")
        with hub.reading() as sql:
            thin = thin_rows(sql, family)
        for place, name in thin:
            again(hub, place, THIN, name, by)
    for place, kind, name in repeated:
        again(hub, place, kind, name, by)
    hub.wipe()
    return count


def may(tx: SqlHubTx, by: str, what: str = "erasing") -> None:
    """Raise ``HubError`` for who may not decide about erasing, or about restricting."""
    account = tx.sql.first("select role, disabled from worker_account where id = ?", (by,))
    if account is None or account[1] or account[0] not in MAY:
        raise HubError(f"{by} may not decide about {what}: a manager, gatekeeper or operator may.")


def rows_about(tx: SqlHubTx, scope: str, entity: str, row_id: str) -> list[RowKey]:
    """The rows that are meant and are not erased yet, from the log: folded or not."""
    gone = tx.erased(scope)
    found = tx.sql.rows(
        "select distinct entity, row_id from op where scope = ? and kind <> ? order by entity, row_id",
        (scope, ERASE),
    )
    about = {("", ""), (entity, row_id), *_said_about(tx, scope, entity, row_id)}
    return [(scope, e, r) for e, r in found if (e, r) not in gone and (not entity or (e, r) in about)]


def _said_about(tx: SqlHubTx, scope: str, entity: str, row_id: str) -> list[tuple[str, str]]:
    """Decisions and questions about a row: they repeat what it said."""
    return [
        (kind, row[0])
        for kind in ("decision", "question")
        for row in tx.sql.rows(
            f"select id from {kind} where scope = ? and about = ? and about_id = ?", (scope, entity, row_id)
        )
    ]


# -- what is kept beside the database ------------------------------------------------------------------------


def keep_beside(path: Path, rows: Iterable[Sequence[object]]) -> None:
    """Add lines to a list that outlives the database."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(descriptor, "".join(json.dumps(row) + "\n" for row in rows).encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def listed(path: Path | None) -> Iterator[Erased]:
    """The erasures in a list; raises ``HubError`` for a file that is none."""
    if path is None:
        return
    try:
        for line in path.read_text("utf-8").splitlines():
            row: Any = json.loads(line)
            scope, entity, row_id, (one, other) = row
            yield str(scope), str(entity), str(row_id), (str(one), str(other))
    except (OSError, ValueError, TypeError) as error:
        raise HubError(f"{path} is not a hub's list of erasures ({type(error).__name__}).") from None
