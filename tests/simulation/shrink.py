"""Makes a failing history short: steps are taken out as long as the same invariant is still violated."""

from __future__ import annotations

from dataclasses import replace

from tests.simulation.play import Played, play
from tests.simulation.script import Script
from tests.simulation.world import Parts


def shrunk(script: Script, parts: Parts) -> tuple[Script, Played]:
    """A script in which no step can be left out, and what comes of it."""
    result = play(script, parts)
    size = max(1, len(script.steps) // 2)
    while True:
        start, shorter = 0, False
        while start < len(script.steps):
            steps = script.steps[:start] + script.steps[start + size :]
            candidate = replace(script, steps=steps)
            tried = play(candidate, parts)
            if tried.violation == result.violation:
                script, result, shorter = candidate, tried, True
            else:
                start += size
        if size == 1 and not shorter:
            return script, result
        size = max(1, size // 2)
