"""`python -m tests.simulation --seeds N [--bug NAME] [--seed K] [--copies KIND] [--json]`; the last line is JSON."""

from __future__ import annotations

import argparse
import json
import sys

from tests.simulation.bugs import BUGS, RARE, parts_of
from tests.simulation.real import COPIES, MEMORY, in_memory_only, real_copies
from tests.simulation.run import MOST_BUG_SEEDS, Tally, clean, histories, hunt
from tests.simulation.script import drawn
from tests.simulation.shrink import shrunk


def main(words: list[str] | None = None) -> int:
    """1 where an invariant was violated, as a planted bug shall; also where a clean run left a fault out."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.simulation", description="Simulate laptops and a hub."
    )
    parser.add_argument("--seeds", type=int, default=2000, help="how many histories (default 2000)")
    parser.add_argument("--seed", type=int, help="this one history only")
    parser.add_argument("--bug", choices=[*BUGS, *RARE], help="plant a bug, and stop where it is found")
    parser.add_argument(
        "--copies",
        choices=COPIES,
        default=MEMORY,
        help="what keeps the copies: memory alone (the default), or real databases beside it",
    )
    parser.add_argument("--json", action="store_true", help="print the last line only")
    given = parser.parse_args(words)
    if given.bug and given.copies != MEMORY and in_memory_only(parts_of(given.bug)):
        parser.error(f"{given.bug} is a bug of a copy in memory: play it without --copies")
    left_out = False
    if given.seed is not None:
        tally = _one(given)
    elif given.bug:
        tally = _bug(given)
    else:
        tally = clean(range(given.seeds), copies=given.copies)
        left_out = bool(tally.never())
        if not given.json:
            print(f"{tally.seeds} histories, {tally.ops} ops")
            for name in tally.never():
                print(f"never happened: {name}")
            if tally.violations:
                _explain(tally.violations[0]["seed"], given)
    print(json.dumps(tally.as_json()))
    return 1 if tally.violations or left_out else 0


def _one(given: argparse.Namespace) -> Tally:
    tally = Tally.of(given.copies)
    for played in histories([given.seed], given.bug, 1, given.copies):
        tally.add(played)
    if tally.violations and not given.json:
        _explain(given.seed, given)
    return tally


def _bug(given: argparse.Namespace) -> Tally:
    tally, found = hunt(given.bug, range(min(given.seeds, MOST_BUG_SEEDS)), copies=given.copies)
    if not given.json:
        if found:
            print(f"{given.bug}: found at seed {found.seed} by invariant {found.violation}")
            _explain(found.seed, given)
        else:
            print(f"{given.bug}: not found in {tally.seeds} histories")
    return tally


def _explain(seed: int, given: argparse.Namespace) -> None:
    """Print the shortest history that still fails, in a form that can be replayed."""
    with real_copies(given.copies) as real:
        parts = parts_of(given.bug)
        script, played = shrunk(drawn(seed), real.parts(parts) if real else parts)
    print(f"seed {seed}: {played.text}")
    print(f"a history of {len(script.steps)} steps fails alike:")
    print(json.dumps(script.as_json()))


if __name__ == "__main__":
    sys.exit(main())
