"""Merge: every mutable field is a multi-value register; two edits that did not see each other are both kept.

A row is ``{field: Register}``. An op is a small row of its own (``delta``), and merging is ``join``, which is
commutative, associative and idempotent: ops may come in any order, any number of times (sync specification, "Merge").
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping, Set
from types import MappingProxyType
from typing import NamedTuple, Protocol

from familyhub.sync.clock import HLC
from familyhub.sync.ops import ERASED, REMOVED, Op, Value

NOBODY: frozenset[str] = frozenset()
UNSIGNED: Mapping[str, str] = MappingProxyType({})


class Register(NamedTuple):
    """One field: ``heads`` are the values nobody has replaced knowingly, ``dead`` the op ids that were replaced.

    ``by`` says whose each head is; it is shown to people and plays no part in merging.
    """

    heads: dict[str, tuple[HLC, Value]]
    dead: frozenset[str] = NOBODY
    by: Mapping[str, str] = UNSIGNED


NO_VALUES = Register({})
Row = dict[str, Register]
Fold = Callable[[Row, Op], Row]


class ShownRule(Protocol):
    """How one of several heads is chosen to be shown."""

    @property
    def shown(self) -> str:
        """``latest``, ``cautious`` or ``together``."""

    @property
    def order(self) -> tuple[str, ...]:
        """For ``cautious``: codes from the most to the least cautious."""


class Latest:
    """The rule of a field that declares none: the newest clock, ties by op id."""

    shown = "latest"
    order: tuple[str, ...] = ()


LATEST = Latest()


def delta(op: Op) -> Row:
    """What ``op`` alone says, as a row. Bases are dead even where unknown: repetition must not revive them."""
    return {
        field: Register(
            {op.op_id: (op.hlc, value)},
            frozenset(base) if (base := op.base.get(field)) else NOBODY,
            {op.op_id: op.actor},
        )
        for field, value in op.patch.items()
    }


def join_register(a: Register, b: Register) -> Register:
    """Both registers' values but those that either knows to be replaced."""
    dead = a.dead | b.dead if b.dead else a.dead
    heads = {**a.heads, **b.heads}
    if dead:
        heads = {i: head for i, head in heads.items() if i not in dead}
    by = {**a.by, **b.by}
    return Register(heads, dead, {i: by[i] for i in heads if i in by})


def join(a: Row, b: Row) -> Row:
    """The row that has seen everything ``a`` and ``b`` have seen; neither is changed. Erased stays erased."""
    if ERASED in a or ERASED in b:
        return {ERASED: join_register(a.get(ERASED, NO_VALUES), b.get(ERASED, NO_VALUES))}
    if not a:
        return dict(b)
    out = dict(a)
    for field, register in b.items():
        mine = out.get(field)
        out[field] = register if mine is None else join_register(mine, register)
    return out


def fold(row: Row, op: Op) -> Row:
    """``row`` after ``op``; the row given is not changed."""
    return join(row, delta(op))


def fold_all(row: Row, ops: Iterable[Op], using: Fold = fold) -> Row:
    """``row`` after ``ops`` in their order."""
    for op in ops:
        row = using(row, op)
    return row


def pruned(row: Row, old: Set[str], wrote: Mapping[str, Collection[str]]) -> Row:
    """``row`` without those op ids among its dead that are in ``old``: ops that are never folded into it again.

    One that still lives in another field goes only from fields that it ``wrote`` itself: dead in a field that it did not
    write, it was replaced under that field's newer name, and would come back where an upcaster makes one of the two.
    """
    live = {op_id for register in row.values() for op_id in register.heads}
    return {
        field: register._replace(
            dead=frozenset(
                i for i in register.dead if i not in old or (i in live and field not in wrote.get(i, ()))
            )
        )
        if register.dead
        else register
        for field, register in row.items()
    }


def same(a: Value, b: Value) -> bool:
    """Whether two values are one to a person: equal and of one type (yes is not 1)."""
    return type(a) is type(b) and bool(a == b)


def _newest(heads: Iterable[tuple[str, tuple[HLC, Value]]]) -> tuple[str, tuple[HLC, Value]]:
    return max(heads, key=lambda head: (head[1][0], head[0]))


def _caution(value: Value, order: tuple[str, ...]) -> int:
    """Place of ``value`` in ``order``; a code this laptop does not know comes before nothing at all, after the rest."""
    key = str(value).lower() if isinstance(value, bool) else value
    if key in order:
        return order.index(key)
    return len(order) + (value is None)


def shown(register: Register, rule: ShownRule = LATEST) -> Value:
    """The value to show: one of the heads, or for ``together`` all distinct texts, oldest first, joined by `` / ``."""
    heads = register.heads
    if not heads:
        return None
    if len(heads) == 1:
        return next(iter(heads.values()))[1]
    if rule.shown == "cautious":
        best = min(_caution(value, rule.order) for _, value in heads.values())
        return _newest((i, h) for i, h in heads.items() if _caution(h[1], rule.order) == best)[1][1]
    if rule.shown == "together":
        ordered = [v for _, (_, v) in sorted(heads.items(), key=lambda h: (h[1][0], h[0])) if v]
        return " / ".join(dict.fromkeys(str(v) for v in ordered)) or None
    return _newest(heads.items())[1][1]


def on_screen(register: Register, rule: ShownRule = LATEST) -> tuple[str, ...]:
    """The heads a person has before them when ``shown`` is shown: every head with that value; all for ``together``."""
    if rule.shown == "together":
        return tuple(sorted(register.heads))
    value = shown(register, rule)
    return tuple(sorted(i for i, (_, v) in register.heads.items() if same(v, value)))


def contested(register: Register) -> bool:
    """Whether two heads hold distinct values."""
    if len(register.heads) < 2:
        return False
    values = [v for _, v in register.heads.values()]
    return any(not same(values[0], v) for v in values[1:])


def undone(
    register: Register, act: str, former: dict[str, Value], replaced: Collection[str] = ()
) -> list[Value]:
    """The values that undo ``act`` on a field, oldest first: each is one op whose base is ``act`` alone.

    ``former``: what the act replaced, oldest first. ``replaced``: heads that somebody else has replaced knowingly too;
    they are not revived. Of equal values the last counts, so that what is shown is what was. The field then holds
    what it would hold without the act; nothing is given where the act is no head any more, for whoever replaced it
    had it on screen.
    """
    if act not in register.heads:
        return []
    others = [v for i, (_, v) in register.heads.items() if i != act]
    back: list[Value] = []
    for head, value in reversed(former.items()):
        if head not in replaced and not any(same(value, v) for v in (*back, *others)):
            back.insert(0, value)
    return back or others[:1] or list(former.values())[:1] or [None]


def forebears(heads: Iterable[str], bases: Mapping[str, Iterable[str]]) -> set[str]:
    """Every head that ``heads`` replaced, and those that these replaced, as far as ``bases`` says."""
    found: set[str] = set()
    rest = list(heads)
    while rest:
        for head in bases.get(rest.pop(), ()):
            if head not in found:
                found.add(head)
                rest.append(head)
    return found


def all_heads(row: Row) -> list[str]:
    """Every live head of the row as ``field:op_id``: what a removal says that it saw."""
    return sorted(f"{f}:{i}" for f, r in row.items() if f != REMOVED for i in r.heads)


def unseen_by_removal(row: Row) -> set[str]:
    """Live heads that no removal of the row saw."""
    seen: set[str] = set()
    for _, saw in row[REMOVED].heads.values():
        seen.update(saw or ())
    return set(all_heads(row)) - seen


def erased(row: Row) -> bool:
    """Whether the row was erased: nothing of it is left but that."""
    return ERASED in row


def removed(row: Row) -> bool:
    """Whether the row is hidden: erased, or removed with every live head seen by somebody who removed it."""
    if erased(row):
        return True
    register = row.get(REMOVED)
    if register is None or not any(saw is not None for _, saw in register.heads.values()):
        return False
    return not unseen_by_removal(row)


def edited_while_removed(row: Row) -> bool:
    """Whether somebody removed the row without having seen an edit that is still live."""
    register = row.get(REMOVED)
    if register is None or not any(saw is not None for _, saw in register.heads.values()):
        return False
    return bool(unseen_by_removal(row))


def open_differences(row: Row) -> list[str]:
    """The fields of the row in which a difference is open; ``_removed`` stands for *edited while removed*."""
    if erased(row):
        return []
    fields = [f for f, r in row.items() if f != REMOVED and contested(r)]
    if edited_while_removed(row):
        fields.append(REMOVED)
    return sorted(fields)


def difference_id(scope: str, entity: str, row_id: str, field: str) -> str:
    """The id of a difference: a digest of where it is, so that it is the same on every copy."""
    text = "\0".join((scope, entity, row_id, field))
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def seen_heads(row: Row, rules: Mapping[str, ShownRule]) -> dict[str, tuple[str, ...]]:
    """Per field, the heads on screen when the row is shown: what an entry made from that screen will replace."""
    return {f: on_screen(r, rules.get(f, LATEST)) for f, r in row.items()}
