"""Row 7, a laptop's file and bulk entry beside raw SQLite; and, for information, bulk entry elsewhere."""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import datetime

from bench.baseline import postgres_copy, session_extension
from bench.beside.ground import Ground, in_turn, seconds, size
from bench.records import visits
from bench.sync_figures import WORKER, bulk, first_sync
from bench.table import Figure
from familyhub.hub import admin
from familyhub.hub.load import Loaded
from familyhub.sync import clock


def laptop(at: Ground) -> list[Figure]:
    """Row 7."""
    folder = at.room()
    figures = [*bulk(folder), *first_sync(folder)[1:]]
    return [figure._replace(what=f"7 {figure.what}") for figure in figures]


def information(at: Ground) -> list[Figure]:
    """Figures without a mark: the hub's log beside ``COPY``, and a changeset of the session extension."""
    rows = visits(at.sizes.records)
    count = f"{len(rows):,}"
    applied, length = session_extension.apply_inserts(at.room(), rows)
    changeset = Figure(f"9 session extension: changeset of {count} applied", applied, None, "s", size(length))
    logged = f"9 hub on PostgreSQL: {count} logged, chained and folded / COPY"
    if at.server is None:
        return [Figure(logged, None, None, detail=at.no_postgres), changeset]
    with at.database() as url:
        plain = url.replace("+psycopg", "", 1)
        (copied,) = in_turn(at.sizes.repeat, lambda: postgres_copy.insert(plain, rows))
        took, folded = _logged(at, url, rows)
    assert copied is not None
    return [
        Figure(logged, took / copied, None, detail=f"{seconds(took)}, of which folding {seconds(folded)} / {seconds(copied)}"),
        changeset,
    ]  # fmt: skip


def _logged(at: Ground, database: str, rows: list[tuple[str, str, dict[str, str]]]) -> tuple[float, float]:
    """Seconds of the hub's bulk entry, and of the folding in it."""
    hub = admin.init(at.room() / "hub", database=database, demonstration=True)
    admin.add_worker(hub, WORKER, "Bench", "worker", "birkenhead")
    stamp = clock.from_datetime(datetime.now().astimezone())
    fold, folding = hub.folder.fold, 0.0

    def timed(touched: Iterable[str]) -> None:
        nonlocal folding
        begun = time.perf_counter()
        fold(touched)
        folding += time.perf_counter() - begun

    hub.folder.fold = timed  # type: ignore[method-assign]
    begun = time.perf_counter()
    hub.load(Loaded(scope, "visit", row_id, dict(fields), WORKER, stamp) for scope, row_id, fields in rows)
    took = time.perf_counter() - begun
    hub.close()
    return took, folding
