"""How the thin rows of families in a locality are named.

The row of a family has the family's id. A row that was erased stays erased for ever, on laptops that were away too, so that
the one written after it has a name of its own: the family's id, ``~`` and a number. No family's id holds that mark.
"""

from __future__ import annotations

from collections.abc import Collection

MARK = "~"


def family_of(row_id: str) -> str:
    """The family that a thin row is of."""
    return row_id.partition(MARK)[0]


def row_id(family: str, erased: Collection[str]) -> str:
    """The name of a family's thin row: the first that is not among the ``erased`` ones."""
    name, number = family, 1
    while name in erased:
        number += 1
        name = f"{family}{MARK}{number}"
    return name
