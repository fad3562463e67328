"""What this laptop's outbox holds, record by record: waiting, in the hub's custody, set aside."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from familyhub.practice.sync_state import Sending

if TYPE_CHECKING:
    from sqlalchemy import Connection

RECORDS = """
select o.entity, o.row_id, o.scope, coalesce(f.name, ''), o.state, count(*), max(o.place)
from outbox o left join family f on f.scope = o.scope and f.removed is null
where o.state = ? and o.entity <> ''
group by o.scope, o.entity, o.row_id
order by max(o.place) desc limit ?
"""


def records(connection: Connection, state: str = "waiting", most: int = 200) -> tuple[Sending, ...]:
    """Records with own acts in ``state``, the one written last first."""
    found = connection.exec_driver_sql(RECORDS, (state, most))
    return tuple(
        Sending(e, i, s[4:] if s.startswith("fam:") else None, f, t, n) for e, i, s, f, t, n, _ in found
    )


def family_names(connection: Connection, scopes: Iterable[str]) -> dict[str, str]:
    """Names of the families that scopes are about, by scope; nothing for other kinds of scopes."""
    out: dict[str, str] = {}
    for scope in scopes:
        found = connection.exec_driver_sql("select name from family where scope = ?", (scope,)).first()
        if found is not None:
            out[scope] = found[0] or ""
    return out
