"""A figure with its mark, and the table they are printed in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Figure(NamedTuple):
    """One figure: met when measured and not above ``must`` (``at_least``: not below it)."""

    what: str
    value: float | None
    """None: not run; ``detail`` says why."""
    must: float | None
    """None: printed for information, neither met nor missed."""
    unit: str = "×"
    """Empty for a plain number of things."""
    detail: str = ""
    at_least: bool = False

    @property
    def verdict(self) -> str:
        """``met``, ``MISSED``, ``not run`` or ``information``; what was not run is never met."""
        if self.value is None:
            return "not run"
        if self.must is None:
            return "information"
        met = self.value >= self.must if self.at_least else self.value <= self.must
        return "met" if met else "MISSED"


def show(figures: Sequence[Figure]) -> str:
    """The figures as lines of a table, and how many were met, missed and not run."""
    width = max(len(f.what) for f in figures)
    lines = [f"{'what'.ljust(width)}   measured         must"]
    for f in figures:
        places = {"×": 3, "": 0}.get(f.unit, 2)
        value = f"{f.value:9.{places}f} {f.unit:3}" if f.value is not None else " " * 13
        sign = "≥" if f.at_least else "≤"
        must = f"{sign} {f.must:8.{places}f} {f.unit:3}" if f.must is not None else " " * 14
        lines.append(f"{f.what.ljust(width)}  {value}  {must}  {f.verdict:11}  {f.detail}".rstrip())
    verdicts = [f.verdict for f in figures]
    counts = [f"{verdicts.count(v)} {v.lower()}" for v in ("met", "MISSED")]
    if absent := verdicts.count("not run"):
        counts.append(f"{absent} not run")
    return "\n".join([*lines, ", ".join(counts)])
