"""What is wrong with an entry, per field, each as one sentence."""

from __future__ import annotations

from typing import NamedTuple


class Problem(NamedTuple):
    """One thing that is wrong: the field it belongs beside and the sentence to show."""

    field: str
    sentence: str


class Refused(Exception):
    """An entry cannot be saved as it stands; nothing was written and nothing typed is lost."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(" ".join(p.sentence for p in problems))
        self.problems = problems


def refuse(field: str, sentence: str) -> Refused:
    """One problem as an exception to raise."""
    return Refused(Problem(field, sentence))
