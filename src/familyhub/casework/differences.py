"""Settling a difference: take one answer, or write another; never decided by a clock."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from familyhub.casework.entries import DecisionEntry, Saved
from familyhub.casework.problems import refuse
from familyhub.records.catalogue import entities
from familyhub.records.synced import FieldRule
from familyhub.store.laptop_copy import read_token
from familyhub.store.queries.differences import row_of
from familyhub.sync.ops import REMOVED

if TYPE_CHECKING:
    from familyhub.casework.laptop import Laptop
    from familyhub.store.laptop import Work
    from familyhub.sync.copy import Held
    from familyhub.sync.ops import RowKey

LINE = FieldRule("line")
"""A field that this version does not know is a line of text."""
YES_NO = {
    "yes": True,
    "y": True,
    "true": True,
    "1": True,
    "no": False,
    "n": False,
    "false": False,
    "0": False,
}


def decide(laptop: Laptop, entry: DecisionEntry) -> Saved:
    """Settle a difference for everybody; raises ``Refused``. Its base names all heads that were on screen."""
    with laptop.store.reading() as connection:
        found = row_of(connection, entry.difference_id)
    if found is None:
        raise refuse(
            "difference", "There is no such difference now: somebody has settled it, or the id is wrong."
        )
    key, field, held = found
    heads = _heads(entry, held, field)
    value = _value(laptop, entry, key, field, held)
    scope, entity, row_id = key
    with laptop.store.work(laptop.who.id) as work:
        work.decide(scope, entity, row_id, field, heads, value)
        _dated(laptop, work, key, field, value, held)
    return laptop.saved(entry.difference_id)


def _heads(entry: DecisionEntry, held: Held, field: str) -> tuple[str, ...]:
    if entry.rev is None:
        return tuple(sorted(held.row[field].heads))
    try:
        return read_token(entry.rev).get(field, ())
    except ValueError as error:
        raise refuse("rev", f"The revision cannot be read: {error}.") from error


def _value(laptop: Laptop, entry: DecisionEntry, key: RowKey, field: str, held: Held) -> Any:
    ordered = sorted(held.row[field].heads.items(), key=lambda h: (h[1][0], h[0]))
    if entry.take is not None:
        if not 1 <= entry.take <= len(ordered):
            raise refuse("take", f"There are {len(ordered)} answers: take a number from 1 to {len(ordered)}.")
        return ordered[entry.take - 1][1][1]
    if entry.value is None:
        raise refuse("take", "Say which answer to take, or write another.")
    if field == REMOVED:
        raise refuse("value", "This one was removed by one and edited by another: take one of the two.")
    known = entities().get(key[1])
    rule = known.fields.get(field, LINE) if known else LINE
    check = laptop.check()
    if rule.kind == "day":
        value: Any = check.day("value", entry.value, needed="Which day?")
    elif rule.codes is not None:
        value = check.code("value", entry.value, rule.codes, needed="Which one?")
    elif rule.kind == "flag":
        value = YES_NO.get(entry.value.strip().lower())
        if value is None:
            check.wrong("value", "Write yes or no.")
    elif rule.kind == "number":
        value = check.line("value", entry.value)
        if not (value.isascii() and value.isdecimal() and len(value) < 10):
            check.wrong("value", "Write a whole number.")
        value = int(value) if not check.problems else None
    elif rule.kind == "words":
        value = check.text("value", entry.value, needed="Write the answer.")
    else:
        value = check.line("value", entry.value, needed="Write the answer.")
    check.done()
    return value


def _dated(laptop: Laptop, work: Work, key: RowKey, field: str, value: Any, held: Held) -> None:
    """A decision about an action's status or date writes a dated row too: measures read only these."""
    from familyhub.sync.merge import shown

    scope, entity, row_id = key
    if entity != "action" or field not in ("status", "due"):
        return
    now = {f: shown(held.row[f]) if f in held.row else None for f in ("status", "due")}
    now[field] = value
    work.create(scope, "action_status", {
        "action_id": row_id, "status": now["status"], "due": now["due"], "on": laptop.today.isoformat(),
        "by": laptop.who.id,
    })  # fmt: skip
