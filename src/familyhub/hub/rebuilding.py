"""Is the hub whole? Its projection folded anew from the log, and the chain of every scope's history checked."""

from __future__ import annotations

from familyhub.hub.archive import NotWhole
from familyhub.hub.log import SqlHubTx
from familyhub.hub.service import Hub
from familyhub.sync.ops import chain, pack_payload, salted_digest


def rebuild(hub: Hub, *, whole: bool = False) -> int:
    """Fold what has not been folded; ``whole``: fold every scope anew from its log. Returns how many stay behind.

    Each that stays behind is one for an error in the log of the process.
    """
    with hub.reading() as sql:
        where = "" if whole else "where folded_upto < seq "
        late = [row[0] for row in sql.rows(f"select scope from scope_head {where}order by scope")]
    if whole:
        for scope in late:
            _unfold(hub, scope)
    hub.folder.fold(late)
    with hub.reading() as sql:
        return int(sql.first("select count(*) from scope_head where folded_upto < seq")[0])


def _unfold(hub: Hub, scope: str) -> None:
    """Empty the projection of a scope, and fold again what was folded, in the same transaction: nobody sees it empty.

    What was never folded is left to the folder, which also gives the grants that follow from it.
    """
    with hub.begin() as tx:
        tx.hold([scope])
        tx.projection.drop_scope(scope)
        held = hub.machine.folded_anew(tx, scope, tx.folded(scope))
        tx.projection.save(hub.machine.pruned(tx, scope, held, tx.floor(scope)))
        tx.finish()


def verify(hub: Hub) -> list[str]:
    """Scopes whose chain does not hold, each with the first number where it breaks; empty where every one does.

    What is archived is read and checked like the rest.
    """
    with hub.reading() as sql:
        names = [row[0] for row in sql.rows("select scope from scope_head where seq > 0 order by scope")]
    return [found for scope in names if (found := _broken(hub, scope))]


def _broken(hub: Hub, scope: str) -> str:
    """Where the chain of a scope breaks; an empty text where it holds."""
    with hub.reading() as sql:
        tx = SqlHubTx(sql.connection)
        link, seq, (head, last) = b"", 0, tx.head(scope)
        while seq < head:
            try:
                rows = tx.after(scope, seq, 1 << 24)
            except NotWhole as error:
                return f"{scope} at {error.seq}"
            for row in rows:
                digest = row.digest if row.erased else salted_digest(row.salt, pack_payload(row.op))
                link = chain(link, row.op.op_id, row.seq, digest)
                if row.chain != link or row.seq != seq + 1 or row.digest not in (b"", digest):
                    return f"{scope} at {row.seq}"
                seq = row.seq
            if not rows:
                return f"{scope} at {seq + 1}"
        return "" if link == last else f"{scope} at its end"
