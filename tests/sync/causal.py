"""Small histories of one row, as Hypothesis draws them: who wrote an op had seen some of the rest."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st

from familyhub.sync import merge
from familyhub.sync.merge import LATEST, Row, ShownRule
from familyhub.sync.ops import REMOVED, Op, Value


@dataclass(frozen=True)
class Declared:
    """How a field with several heads is shown."""

    shown: str
    order: tuple[str, ...] = ()


CAUTIOUS = Declared("cautious", ("high", "medium", "low"))
TOGETHER = Declared("together")
RULES: dict[str, ShownRule] = {"risk": CAUTIOUS, "safe": TOGETHER}
VALUES: dict[str, list[Value]] = {
    "note": ["a", "b", None, 1, True],
    "risk": ["high", "medium", "low", "unheard of", None],
    "safe": ["mornings", "no post", None],
}


def an_op(
    op_id: str, patch: dict[str, Value], base: dict[str, tuple[str, ...]] | None = None, hlc: int = 1
) -> Op:
    """An op on the one row of these tests."""
    return Op("fam:1", op_id, "inc", 1, "change", "person", "row", 1, hlc, "worker", patch, base or {})


@st.composite
def histories(draw: st.DrawFn, most: int = 7) -> list[Op]:
    """Ops in an order in which they may have been written: edits, decisions and removals."""
    ops: list[Op] = []
    for n in range(draw(st.integers(1, most))):
        seen = [op for op in ops if draw(st.booleans())]
        row = merge.fold_all({}, seen)
        field = draw(st.sampled_from([*VALUES, REMOVED]))
        value = merge.all_heads(row) if field == REMOVED else draw(st.sampled_from(VALUES[field]))
        if field == REMOVED and field in row and draw(st.booleans()):
            value = None
        base: tuple[str, ...] = ()
        if field in row:
            everything = draw(st.booleans())
            base = (
                tuple(sorted(row[field].heads))
                if everything
                else merge.on_screen(row[field], RULES.get(field, LATEST))
            )
        ops.append(an_op(f"op-{n}", {field: value}, {field: base}, draw(st.integers(0, 5))))
    return ops


@st.composite
def shuffled_with_repetition(draw: st.DrawFn) -> tuple[list[Op], list[Op]]:
    """A history, and the same ops in any order, some of them more than once."""
    ops = draw(histories())
    again = draw(st.lists(st.sampled_from(ops), max_size=6))
    return ops, draw(st.permutations([*ops, *again]))


@st.composite
def three_rows(draw: st.DrawFn) -> tuple[Row, Row, Row]:
    """Three copies of a row, each of which has seen some of one history."""
    ops = draw(histories())
    parts = [merge.fold_all({}, [op for op in ops if draw(st.booleans())]) for _ in range(3)]
    return parts[0], parts[1], parts[2]
