"""Versions of what ops say: steps that bring an older field to its present name and form, for ops and rows alike.

The log keeps what was written; what folds it raises it first (sync specification, rule 11). A step speaks of one field,
because ops write fields and never rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

import msgspec

from familyhub.sync.copy import Held
from familyhub.sync.merge import NO_VALUES, Register, join_register
from familyhub.sync.ops import REMOVED, SEALED, Op, Value


class Step(NamedTuple):
    """From ``version`` on, what ``field`` of ``entity`` held is ``to``, its values changed by ``value``."""

    version: int
    entity: str
    field: str
    to: str
    value: Callable[[Value], Value] = lambda value: value


class CannotRaise(ValueError):
    """A step could not make sense of a value; the hub sets such an op aside."""


class Versions:
    """The present version and the steps that lead to it."""

    def __init__(self, current: int = 1, steps: Iterable[Step] = ()) -> None:
        self.current = current
        self._steps: dict[str, list[Step]] = {}
        for step in sorted(steps, key=lambda s: s.version):
            self._steps.setdefault(step.entity, []).append(step)

    def _due(self, entity: str, since: int) -> list[Step]:
        if since >= self.current:
            return []
        return [step for step in self._steps.get(entity, ()) if since < step.version <= self.current]

    def op(self, op: Op) -> Op:
        """``op`` as one of the present version says it; one from a newer version stays. Raises ``CannotRaise``."""
        due = self._due(op.entity, op.sv) if op.kind != SEALED else []
        if not due:
            return op
        patch, base = dict(op.patch), dict(op.base)
        for step in due:
            if step.field in patch:
                patch[step.to] = _changed(step, patch.pop(step.field))
            if step.field in base:
                base[step.to] = base.pop(step.field)
            if REMOVED in patch:
                patch[REMOVED] = _saw(step, patch[REMOVED])
        return msgspec.structs.replace(op, patch=patch, base=base, sv=self.current)

    def held(self, entity: str, held: Held, since: int) -> Held:
        """A row that was kept under version ``since``, as the present version keeps it. Raises ``CannotRaise``."""
        due = self._due(entity, since)
        if not due or not held.row:
            return held
        row = dict(held.row)
        for step in due:
            if (old := row.pop(step.field, None)) is not None:
                raised = _register(old, lambda value, step=step: _changed(step, value))  # type: ignore[misc]
                row[step.to] = join_register(row.get(step.to, NO_VALUES), raised)
            if (gone := row.get(REMOVED)) is not None:
                row[REMOVED] = _register(gone, lambda saw, step=step: _saw(step, saw))  # type: ignore[misc]
        return Held(row, held.created, held.received, held.author)


def _register(register: Register, change: Callable[[Value], Value]) -> Register:
    heads = {i: (hlc, change(value)) for i, (hlc, value) in register.heads.items()}
    return Register(heads, register.dead, register.by)


def _saw(step: Step, saw: Value) -> Value:
    """What a removal saw, under the field's present name."""
    if not isinstance(saw, list):
        return saw
    named = f"{step.field}:"
    return sorted(step.to + s[len(step.field) :] if str(s).startswith(named) else s for s in saw)


def _changed(step: Step, value: Value) -> Value:
    try:
        return None if value is None else step.value(value)
    except Exception as error:
        raise CannotRaise(f"{step.field} of {step.entity}: {type(error).__name__}") from error


AS_WRITTEN = Versions()
"""The first version: nothing to raise."""
