"""Row 6: two laptops edit the same records without having met. What of it is kept, and what is shown to people."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import NamedTuple

from bench.baseline import session_extension
from bench.beside.ground import Ground
from bench.beside.pouchdb import Pouch
from bench.records import Record, sentence
from bench.sync_figures import WORKER, full_hub, laptop, served
from bench.table import Figure
from familyhub.link.exchange import sync
from familyhub.records.catalogue import entities
from familyhub.store.laptop import LaptopStore
from familyhub.store.laptop_copy import seen_token
from familyhub.store.queries import differences
from familyhub.sync.ops import RowKey

Edits = Mapping[str, tuple[str, str]]
"""By id of a record: the field that somebody edited and its new value."""


class Story(NamedTuple):
    """Records, and what two people write in them at the same time."""

    rows: list[Record]
    first: Edits
    second: Edits
    both: list[str]
    """Ids of records of which both edit the same field."""
    disjoint: list[str]
    """Ids of records of which each edits another field."""


def story(count: int) -> Story:
    """``count`` records edited in one field by both, and as many in two fields by one each."""
    rng = random.Random(7)
    rows = [
        (f"fam:{n % 50:03d}", f"{rng.getrandbits(128):032x}",
         {"what": sentence(rng, 9), "owner": "mum", "agency": "school", "due": "2026-05-04", "status": "not_started"})
        for n in range(2 * count)
    ]  # fmt: skip
    both, disjoint = [r[1] for r in rows[:count]], [r[1] for r in rows[count:]]
    first = {i: ("owner", f"first {n}") for n, i in enumerate(both)}
    second = {i: ("owner", f"second {n}") for n, i in enumerate(both)}
    first.update({i: ("owner", f"first {n}") for n, i in enumerate(disjoint)})
    second.update({i: ("agency", f"second {n}") for n, i in enumerate(disjoint)})
    return Story(rows, first, second, both, disjoint)


def run(at: Ground) -> list[Figure]:
    """The row, with what the others keep beside it."""
    told = story(at.sizes.edits)
    count = at.sizes.edits
    shown, merged = _family_hub(at.room(), told)
    lww = session_extension.edits_of_two(at.room(), told.rows, told.first, told.second)
    theirs = _pouch(at.pouch, told) if at.pouch else {}
    asked = "in _conflicts, for a program that asks" if at.pouch else at.no_pouch
    kept, merging = "on both laptops, with whose they are", "on both laptops, without a difference"
    return [
        Figure(
            f"6 2 × {count:,} concurrent edits: losing values kept and shown", shown, count, "", kept, True
        ),
        Figure("6 … disjoint fields merged", merged, count, "", merging, True),
        Figure("6 … session extension, last writer wins: losing values kept", lww.losing_values, None, ""),
        Figure("6 … session extension: disjoint fields merged", lww.merged, None, ""),
        Figure("6 … PouchDB: losing values kept", theirs.get("losing_hidden"), None, "", asked),
        Figure("6 … PouchDB: of these shown", theirs.get("losing_shown"), None, "", at.no_pouch),
        Figure("6 … PouchDB: disjoint fields merged", theirs.get("merged"), None, "", at.no_pouch),
    ]


def _family_hub(folder: Path, told: Story) -> tuple[int, int]:
    """Differences that show both values, and records merged: the fewer of what the two laptops have."""
    codes = full_hub(folder / "hub", told.rows, entity="action")
    with served(folder / "hub") as url:
        with laptop(folder / "a", url, codes[0]) as a, laptop(folder / "b", url, codes[1]) as b:
            sync(*a)
            sync(*b)
            _edit(a[0], told, told.first)
            _edit(b[0], told, told.second)
            for store, transport in (a, b, a):
                sync(store, transport)
            found = [_kept(store, told) for store, _ in (a, b)]
    return min(shown for shown, _ in found), min(merged for _, merged in found)


def _edit(store: LaptopStore, told: Story, edits: Edits) -> None:
    keys: list[RowKey] = [(scope, "action", row_id) for scope, row_id, _ in told.rows]
    with store.changing() as copy:
        held = copy.load(keys)
    rules = entities()["action"].fields
    with store.work(WORKER) as work:
        for key in keys:
            field, value = edits[key[2]]
            work.change(*key, seen_token(held[key], rules), {field: value})


def _kept(store: LaptopStore, told: Story) -> tuple[int, int]:
    with store.reading() as connection:
        found = differences.all_open(connection, WORKER, date.today())
        rows = connection.exec_driver_sql("select id, owner, agency from action").all()
    open_ids = {d.row_id for d in found}
    shown = sum(
        {str(v.value) for v in d.values} == {told.first[d.row_id][1], told.second[d.row_id][1]}
        for d in found
        if d.row_id in set(told.both)
    )
    values = {row_id: (owner, agency) for row_id, owner, agency in rows}
    merged = sum(
        values[i] == (told.first[i][1], told.second[i][1]) and i not in open_ids for i in told.disjoint
    )
    return shown, merged


def _pouch(pouch: Pouch, told: Story) -> dict[str, int]:
    remote, first, second = pouch.remote("edits"), pouch.file(told.first), pouch.file(told.second)
    pouch.load(remote, told.rows)
    for name, edits in (("edits-a", first), ("edits-b", second)):
        pouch.replicate(remote, name, len(told.rows))
        pouch.ask("edit", db=name, file=edits)
    for name in ("edits-a", "edits-b"):
        pouch.replicate(name, remote, len(told.rows))
    pouch.ask("replicate", **{"from": remote, "to": "edits-a"})
    return pouch.ask("kept", db="edits-a", first=first, second=second)
