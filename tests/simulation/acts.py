"""What people do to the rows before them: create, change, decide, remove, undo."""

from __future__ import annotations

from random import Random
from typing import NamedTuple

from familyhub.sync import merge
from familyhub.sync.copy import Held
from familyhub.sync.laptop import Act
from familyhub.sync.merge import LATEST
from familyhub.sync.ops import REMOVED, RowKey, Value
from tests.simulation.check import RULES
from tests.simulation.memory_laptop import Tables
from tests.simulation.versions import NEWER, OLDER

DOMAIN: dict[str, list[Value]] = {
    "note": ["a", "b", "c", None],
    "stage": [True, 1, "open"],
    "risk": ["high", "medium", "low", "from a newer version", None],
    "safe": ["only mornings", "never by post", None],
}
"""Few values, so that equal ones meet."""
LATER: list[Value] = [{"b": [1, "é", None], "a": True}, {"a": True, "b": [1, "é", None]}, "plain", None]
"""Values of a field that neither version knows."""


class Form(NamedTuple):
    """A row as it stood when somebody opened it."""

    seen: dict[str, tuple[str, ...]]
    heads: list[str]


class Written(NamedTuple):
    """An act, and per field the heads its author had on screen."""

    act: Act
    screen: dict[str, frozenset[str]]


def domain(version: int) -> dict[str, list[Value]]:
    """The fields that a laptop of a version writes, and what people write in them."""
    if version < NEWER.current:
        return DOMAIN
    said = [value and {"said": value} for value in DOMAIN["note"]]
    return {"text": said, **{f: v for f, v in DOMAIN.items() if f != "note"}, "later": LATER}


def open_form(held: Held) -> Form:
    """What is on screen of a row now."""
    return Form(merge.seen_heads(held.row, RULES), merge.all_heads(held.row))


def written(tables: Tables, key: RowKey, form: Form | None, rng: Random) -> Written:
    """Something that somebody does to a row; `form`: what they had opened before, and may save only now."""
    held, sv, values = tables.rows.get(key), tables.version, domain(tables.version)
    if held is None:
        fields = rng.sample(list(values), rng.randint(1, 4))
        kind = "create" if rng.random() < 0.8 else "change"
        return _act(kind, key, {f: rng.choice(values[f]) for f in fields}, {}, sv)
    form = form or open_form(held)
    kind = rng.choices(["change", "decide", "remove", "undo"], [55, 20, 10, 15])[0]
    if kind == "decide" and (open_ := merge.open_differences(held.row)):
        return _decision(held, key, rng.choice(open_), rng, sv)
    if kind == "remove":
        value = form.heads if REMOVED not in held.row or rng.random() < 0.6 else None
        return _act("remove", key, {REMOVED: value}, {REMOVED: form.seen.get(REMOVED, ())}, sv)
    if kind == "undo" and (found := _undone(tables, held, key, rng)):
        return found
    fields = rng.sample(list(values), rng.randint(1, 2))
    base = {f: form.seen.get(f, ()) for f in fields}
    return _act("change", key, {f: rng.choice(values[f]) for f in fields}, base, sv)


def _act(
    kind: str, key: RowKey, patch: dict[str, Value], base: dict[str, tuple[str, ...]], sv: int
) -> Written:
    return Written(Act(kind, *key, patch, base, sv), {f: frozenset(b) for f, b in base.items()})


def _decision(held: Held, key: RowKey, field: str, rng: Random, sv: int) -> Written:
    """A person answers a difference with all its values before them, often with the value already shown."""
    if field == REMOVED:
        value: Value = rng.choice([None, merge.all_heads(held.row)])
    else:
        value = rng.choice([v for _, v in held.row[field].heads.values()] + domain(sv).get(field, []))
    return _act("decide", key, {field: value}, {field: tuple(sorted(held.row[field].heads))}, sv)


def _undone(tables: Tables, held: Held, key: RowKey, rng: Random) -> Written | None:
    """An own act that still stands is undone in one field: the value it replaced comes back, if known."""
    mine = [
        (f, i)
        for f, r in held.row.items()
        for i in merge.on_screen(r, RULES.get(f, LATEST))
        if i in tables.outbox
    ]
    if not mine:
        return None
    field, op_id = rng.choice(sorted(mine))
    raised = NEWER.op if tables.version == NEWER.current else OLDER.op
    base = raised(tables.outbox[op_id].op).base.get(field, ())
    known = base and base[0] in tables.outbox
    before = raised(tables.outbox[base[0]].op).patch.get(field) if known else None
    return _act("change", key, {field: before}, {field: (op_id,)}, tables.version)
