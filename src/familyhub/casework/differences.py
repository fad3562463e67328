"""Settling a difference: take one answer, or write another; ask and leave it open. Never decided by a clock."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from familyhub.casework.actions import OWNED, says_owner
from familyhub.casework.entries import DecisionEntry, DecisionsEntry, QuestionEntry, Saved
from familyhub.casework.problems import refuse
from familyhub.practice.difference_words import YES_NO
from familyhub.practice.differences import REMOVED, TWO_PLANS, Difference
from familyhub.records.codes import READERS
from familyhub.store import decided, drafts
from familyhub.store.laptop import new_id
from familyhub.store.laptop_copy import read_token, token
from familyhub.store.queries import differences as queries
from familyhub.store.queries.decisions import settled
from familyhub.store.queries.names import in_order, rule_of
from familyhub.store.queries.two_plans import CLOSING, open_plans
from familyhub.sync import merge

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from familyhub.casework.laptop import Laptop
    from familyhub.store.laptop import Work
    from familyhub.sync.copy import Held
    from familyhub.sync.ops import RowKey

GONE = "There is no such difference now: somebody has settled it, or the id is wrong."
MOVED = "One of these answers has been replaced meanwhile. Look at the difference again."
ALSO_YES_NO = {"y": True, "true": True, "1": True, "n": False, "false": False, "0": False}


class Found(NamedTuple):
    """An open difference with the record that it is in."""

    difference: Difference
    key: RowKey
    field: str
    held: Held
    back: dict[str, decided.Former]
    plans: list[tuple[str, Held]]


class Choice(NamedTuple):
    """What was decided, and the heads that were on screen."""

    kind: str
    value: Any
    heads: dict[str, tuple[str, ...]]


def decide(laptop: Laptop, entry: DecisionEntry) -> Saved:
    """Settle a difference for everybody; raises ``Refused``. Its base names all heads that were on screen."""
    _settle(laptop, [entry], entry.reason, entry.reason_readers)
    return laptop.saved(entry.difference_id, entry.draft_id)


def decide_several(laptop: Laptop, entry: DecisionsEntry) -> Saved:
    """Settle several for one reason, saved together or not at all; undoing one of them undoes them all."""
    if not entry.decisions:
        raise refuse("decisions", "Say which differences to settle.")
    if len({e.difference_id for e in entry.decisions}) < len(entry.decisions):
        raise refuse("decisions", "Each difference can be settled once only.")
    together = _settle(laptop, entry.decisions, entry.reason, entry.reason_readers)
    for one in entry.decisions:
        if one.draft_id:
            drafts.discard(laptop.store, one.draft_id)
    return laptop.saved(together)


def ask(laptop: Laptop, entry: QuestionEntry) -> Saved:
    """Ask the others about a difference and leave it open; they see the question beside it. Raises ``Refused``."""
    check = laptop.check()
    text = check.text("text", entry.text)
    audience = check.code("readers", entry.readers, READERS, needed="Who may read it?")
    check.done()
    with laptop.store.reading() as connection:
        found = find(laptop, connection, entry.difference_id)
    scope, about, about_id = found.key
    with laptop.store.work(laptop.who.id) as work:
        question = work.create(scope, "question", {
            "about": about, "about_id": about_id, "field": found.field, "on": laptop.today.isoformat(),
            "by": laptop.who.id, "text": text or None, "text_readers": audience if text else None,
        })  # fmt: skip
    return laptop.saved(question, entry.draft_id)


def find(laptop: Laptop, connection: Connection, difference_id: str) -> Found:
    """An open difference; raises ``Refused`` where there is none."""
    row = queries.row_of(connection, difference_id)
    difference = queries.one(connection, difference_id, laptop.who.id, laptop.today)
    if row is None or difference is None:
        raise refuse("difference", GONE)
    key, field, held = row
    plans = open_plans(connection, key[0]) if key[1] == TWO_PLANS else []
    return Found(difference, key, field, held, settled(connection, [key[0]]).back, plans)


def _settle(laptop: Laptop, entries: Sequence[DecisionEntry], reason: str, readers: str) -> str:
    """Settle differences in one unit of work; returns the id that their records share."""
    check = laptop.check()
    why = {
        "reason": check.text("reason", reason) or None,
        "reason_readers": check.code("reason_readers", readers, READERS, needed="Who may read the reason?"),
    }
    check.done()
    with laptop.store.reading() as connection:
        found = [find(laptop, connection, e.difference_id) for e in entries]
    chosen = [_chosen(laptop, entry, one) for entry, one in zip(entries, found, strict=True)]
    together = new_id()
    if not why["reason"]:
        why["reason_readers"] = None
    with laptop.store.work(laptop.who.id) as work:
        for one, choice in zip(found, chosen, strict=True):
            act, replaced = (_keep_plan if one.plans else _write)(laptop, work, one, choice)
            write_decision(laptop, work, one.key, one.field, act, {
                "kind": choice.kind, "chosen": decided.write_value(choice.value), "chosen_readers": "workers",
                "replaced": decided.write(replaced), "replaced_readers": "workers",
                "together": together if len(found) > 1 else None, **why,
            })  # fmt: skip
    return together


def write_decision(
    laptop: Laptop, work: Work, about: RowKey, field: str, act: str | None, fields: dict[str, Any]
) -> str:
    """The dated record of a decision, in the same unit of work; ``act``: the id it shares with what it records."""
    scope, entity, row_id = about
    return work.create(scope, "decision", {
        "about": entity, "about_id": row_id, "field": field, "on": laptop.today.isoformat(), "by": laptop.who.id,
        **fields,
    }, act)  # fmt: skip


# -- what was chosen -------------------------------------------------------------------------------------------


def _chosen(laptop: Laptop, entry: DecisionEntry, found: Found) -> Choice:
    try:
        heads = read_token(entry.rev or found.difference.rev)
    except ValueError as error:
        raise refuse("rev", f"The revision cannot be read: {error}.") from error
    if entry.take is not None:
        return Choice("taken", _taken(entry.take, found, heads), heads)
    if entry.value is None:
        raise refuse("take", "Say which answer to take, or write another.")
    if not found.difference.free:
        raise refuse("value", "Here one of the answers can be taken; there is no other to write.")
    return Choice("written", _written(laptop, entry.value, found), heads)


def _taken(take: int, found: Found, heads: dict[str, tuple[str, ...]]) -> Any:
    """The value of an answer that was on screen, by its number there."""
    d = found.difference
    seen = {head for ids in heads.values() for head in ids}
    values = [v for v in d.values if v.op_id in seen] if d.free or d.entity == TWO_PLANS else list(d.values)
    gone = d.free and len(values) < len(heads.get(found.field, ()))
    if gone:
        raise refuse("rev", MOVED)
    if not 1 <= take <= len(values):
        raise refuse("take", f"There are {len(values)} answers: take a number from 1 to {len(values)}.")
    value = values[take - 1].value
    if found.field != REMOVED:
        return value
    return (
        sorted(f"{f}:{i}" for f, ids in heads.items() if f != REMOVED for i in ids)
        if value == "remove"
        else None
    )


def _written(laptop: Laptop, text: str, found: Found) -> Any:
    """Another answer, as the kind its field has; raises ``Refused`` with one sentence."""
    d, check = found.difference, laptop.check()
    rule = rule_of(found.key[1], found.field)
    value: Any = None
    if rule.kind == "day":
        value = check.day("value", text, needed="Which day?")
    elif rule.kind == "flag":
        typed = text.strip().lower()
        value = typed == "yes" if typed in YES_NO.values else ALSO_YES_NO.get(typed)
        if value is None:
            check.wrong("value", "Write yes or no.")
    elif rule.codes is not None:
        value = check.code("value", text, rule.codes, needed="Which one?")
    elif rule.kind == "ref" and d.codes:
        typed = check.line("value", text, needed="Which one?")
        value = next((i for i, words in d.codes if typed in (i, words)), None)
        if typed and value is None:
            check.wrong("value", "There is nobody and nothing of that name here. Choose one of the list.")
    elif rule.kind == "number":
        typed = check.line("value", text)
        if typed.isascii() and typed.isdecimal() and len(typed) < 10:
            value = int(typed)
        else:
            check.wrong("value", "Write a whole number.")
    elif rule.kind == "words":
        value = check.text("value", text, needed="Write the answer.")
    else:
        value = check.line("value", text, needed="Write the answer.")
    check.done()
    return value


# -- writing it ------------------------------------------------------------------------------------------------


def _write(laptop: Laptop, work: Work, found: Found, choice: Choice) -> tuple[str, list[decided.Replaced]]:
    """One act that replaces every head on screen; returns it with what it replaced."""
    (scope, entity, row_id), field = found.key, found.field
    heads = choice.heads.get(field, ())
    act = work.decide(scope, entity, row_id, field, heads, choice.value)
    dated(laptop, work, found.key, field, choice.value, found.held)
    return act, [decided.Replaced(entity, row_id, field, act, _former(found.held, field, heads, found.back))]


def _former(
    held: Held, field: str, heads: Sequence[str], back: dict[str, decided.Former]
) -> tuple[decided.Former, ...]:
    """The heads among ``heads`` that stand in a field, oldest first, each with whose it was first."""
    register = held.row.get(field)
    if register is None:
        return ()
    return tuple(
        decided.Former(
            head, back[head].hlc if head in back else register.heads[head][0],
            back[head].by if head in back else register.by.get(head, ""), register.heads[head][1],
            back[head].origin if head in back else "",
        )
        for head in in_order(register) if head in heads
    )  # fmt: skip


def _keep_plan(
    laptop: Laptop, work: Work, found: Found, choice: Choice
) -> tuple[str | None, list[decided.Replaced]]:
    """Close every open plan that was on screen but the one that is kept; its needs and actions stay readable."""
    scope = found.key[0]
    replaced: list[decided.Replaced] = []
    for plan_id, row in found.plans:
        base = {f: choice.heads.get(f"{plan_id}:{f}", ()) for f in CLOSING}
        if plan_id == choice.value or not base["state"]:
            continue
        act = work.change(
            scope, "plan", plan_id, token(base), {"state": "closed", "closed_on": laptop.today.isoformat()}
        )
        replaced += [
            decided.Replaced("plan", plan_id, f, act, _former(row, f, base[f], found.back)) for f in CLOSING
        ]
    return (replaced[0].act if replaced else None), replaced


def dated(laptop: Laptop, work: Work, key: RowKey, field: str, value: Any, held: Held) -> None:
    """A decision about an action's status, date or owner writes a dated row too: measures read only these."""
    scope, entity, row_id = key
    if entity != "action" or field not in ("status", "due", *OWNED):
        return
    now = {f: merge.shown(held.row[f]) if f in held.row else None for f in ("status", "due", *OWNED)}
    now[field] = value
    work.create(scope, "action_status", {
        "action_id": row_id, "status": now["status"], "due": now["due"], "on": laptop.today.isoformat(),
        "by": laptop.who.id, **(says_owner(now) if field in OWNED else {}),
    })  # fmt: skip
