"""A figure with its mark, and the table they are printed in."""

from __future__ import annotations

from typing import NamedTuple


class Figure(NamedTuple):
    """One measured figure: met when it is not above ``must``."""

    what: str
    value: float
    must: float
    unit: str = "×"
    detail: str = ""

    @property
    def met(self) -> bool:
        """Whether the mark is reached."""
        return self.value <= self.must


def show(figures: list[Figure]) -> str:
    """The figures as lines of a table."""
    width = max(len(f.what) for f in figures)
    lines = [f"{'what'.ljust(width)}   measured        must        "]
    for f in figures:
        verdict = "met" if f.met else "MISSED"
        lines.append(
            f"{f.what.ljust(width)}   {f.value:8.2f} {f.unit:3}  ≤ {f.must:6.2f} {f.unit:3}  {verdict:6}  {f.detail}"
        )
    return "\n".join(lines)
