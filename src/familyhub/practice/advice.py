"""Asking a social worker: question, advice, by whom, decision, each a dated row; what is still to be recorded is said."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """Advice (``advice``) or what was decided (``decision``); ``whom``: who advised."""

    step: str
    text: str
    whom: str
    on: str
    by: str
    order: tuple[int, str] = (0, "")


@dataclass(frozen=True, slots=True)
class AdviceView:
    """A question to a social worker with what became of it; ``on`` ISO."""

    id: str
    scope: str
    question: str
    on: str
    by: str
    steps: tuple[Step, ...] = ()

    @property
    def waits(self) -> str:
        """What is still to be recorded, in words; empty where nothing is."""
        steps = {s.step for s in self.steps}
        if "decision" in steps:
            return ""
        return "no decision recorded yet" if "advice" in steps else "no advice recorded yet"
