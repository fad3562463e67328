"""Fetching snapshots: several requests under way at once, what came before a break is never fetched twice."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING

from familyhub.store.laptop_copy import SqlLaptopCopy
from familyhub.sync.messages import SnapshotPart

if TYPE_CHECKING:
    from familyhub.link.transport import RecordsWay
    from familyhub.store.laptop import LaptopStore

TOGETHER = 20
"""Scopes asked for in one request; in the first ones fewer, so that a line is soon busy."""
UNDER_WAY = 3
"""Requests that are under way at once, so that a slow line never stands idle while rows are applied."""
SNAPSHOT_BYTES, BESIDE_PEOPLE = 200_000, 20_000
"""About how much of snapshots is applied before it is looked whether a person's act waits; while somebody writes, too."""


def fetched(
    store: LaptopStore,
    transport: RecordsWay,
    inc: str,
    scopes: Sequence[str],
    check_stopping: Callable[[], None],
) -> Iterator[list[SnapshotPart]]:
    """The parts of scopes, answer by answer; what the hub leaves out altogether is asked for next time.

    A scope that came in part is asked for again, without the parts that are here.
    """
    with store.reading() as connection:
        epoch = SqlLaptopCopy(connection, None).epoch()
    groups = deque(_groups(scopes))
    coming: deque[tuple[list[str], Future[list[SnapshotPart]]]] = deque()
    with ThreadPoolExecutor(UNDER_WAY, "familyhub-snapshots") as pool:
        try:
            while groups or coming:
                check_stopping()
                while groups and len(coming) < UNDER_WAY:
                    group = groups.popleft()
                    asked = group, _here(store, group), _mixed(store, group)
                    coming.append((group, pool.submit(_ask, transport, inc, *asked, epoch)))
                group, answer = coming.popleft()
                parts = answer.result()
                yield parts
                rest = _unfinished(store, group, parts)
                if parts and rest:
                    groups.appendleft(rest)
        finally:
            for _, answer in coming:
                answer.cancel()


def _groups(scopes: Sequence[str]) -> Iterator[list[str]]:
    """Scopes that are asked for together: a few first, then more and more."""
    start, size = 0, 5
    while start < len(scopes):
        yield list(scopes[start : start + size])
        start, size = start + size, min(2 * size, TOGETHER)


def _ask(
    transport: RecordsWay,
    inc: str,
    group: Sequence[str],
    have: Sequence[str],
    mixed: Sequence[str],
    epoch: str,
) -> list[SnapshotPart]:
    return list(transport.parts(inc, group, have, mixed, epoch))


def _mixed(store: LaptopStore, group: Iterable[str]) -> list[str]:
    """Those of the scopes whose rows here may come from a life of the hub that is gone."""
    with store.reading() as connection:
        return sorted(SqlLaptopCopy(connection, None).mixed().intersection(group))


def _here(store: LaptopStore, group: Iterable[str]) -> list[str]:
    """The digests of parts that are kept of scopes which are not whole yet."""
    with store.reading() as connection:
        if connection.exec_driver_sql("select 1 from snapshot_part limit 1").first() is None:
            return []
        sql = "select digest from snapshot_part where scope = ?"
        return [row[0] for scope in group for row in connection.exec_driver_sql(sql, (scope,))]


def _unfinished(store: LaptopStore, group: Sequence[str], parts: Sequence[SnapshotPart]) -> list[str]:
    """Scopes that were asked for and are not whole: not in the answer, or only in part."""
    came = {part.scope for part in parts}
    long = {part.scope for part in parts if len(part.digests) > 1}
    if not long:
        return [scope for scope in group if scope not in came]
    with store.reading() as connection:
        sql = "select distinct scope from snapshot_part"
        kept = {row[0] for row in connection.exec_driver_sql(sql)}
    return [scope for scope in group if scope not in came or (scope in long and scope in kept)]


def grouped(parts: Iterable[SnapshotPart], people_about: Callable[[], bool]) -> Iterator[list[SnapshotPart]]:
    """Parts in lists of about as much as a slice may take."""
    group: list[SnapshotPart] = []
    size = 0
    for part in parts:
        group.append(part)
        size += len(part.body)
        if size >= (BESIDE_PEOPLE if people_about() else SNAPSHOT_BYTES):
            yield group
            group, size = [], 0
    if group:
        yield group
