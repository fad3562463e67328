"""What is saved, waiting, sent, received and set aside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from familyhub.practice.sync_state import Aside, SyncState
from familyhub.sync.ops import unpack_payload

if TYPE_CHECKING:
    from sqlalchemy import Connection


def sync_state(connection: Connection, *, asides: bool = False) -> SyncState:
    """The numbers of the sync line; ``asides``: with the records that need a person."""
    states: dict[str, int] = dict(
        connection.exec_driver_sql("select state, count(*) from outbox group by state").fetchall()
    )
    settings: dict[str, str] = dict(connection.exec_driver_sql("select name, value from setting").fetchall())
    received = connection.exec_driver_sql("select coalesce(sum(seq), 0) from cursor").scalar() or 0
    durable = int(settings.get("durably_sent") or 0)
    own = states.get("done", 0) + durable
    sent = states.get("in_custody", 0) + own + states.get("set_aside", 0)
    destroyed = connection.exec_driver_sql("select count(*) from destroyed").scalar() or 0
    return SyncState(
        waiting=states.get("waiting", 0), sent=sent, received=max(0, int(received) - own),
        left=int(settings.get("files_left") or 0), left_at=settings.get("files_left_at"),
        restored_at=settings.get("hub_restored_at"), destroyed=int(destroyed),
        set_aside=states.get("set_aside", 0), last_contact=settings.get("last_contact") or None,
        hub_url=settings.get("hub_url") or "", asides=_asides(connection) if asides else (),
    )  # fmt: skip


def _asides(connection: Connection) -> tuple[Aside, ...]:
    sql = (
        "select op_id, entity, scope, reason, inc, dseq, payload from outbox where state = 'set_aside' and entity <> '' "
        "order by place desc limit 500"
    )
    out = []
    for op_id, entity, scope, reason, inc, dseq, payload in connection.exec_driver_sql(sql):
        patch = unpack_payload(scope, op_id, inc, dseq, payload).patch
        text = " · ".join(str(v) for v in patch.values() if isinstance(v, str) and v)
        out.append(Aside(op_id, entity, scope, reason, text))
    return tuple(out)
