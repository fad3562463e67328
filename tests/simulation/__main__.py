"""`python -m tests.simulation --seeds N [--bug NAME] [--seed K] [--json]`; the last line is JSON."""

from __future__ import annotations

import argparse
import json
import sys

from tests.simulation.bugs import BUGS, RARE, parts_of
from tests.simulation.run import MOST_BUG_SEEDS, Tally, clean, hunt, play_seed
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
    parser.add_argument("--json", action="store_true", help="print the last line only")
    given = parser.parse_args(words)
    left_out = False
    if given.seed is not None:
        tally = _one(given.seed, given.bug, given.json)
    elif given.bug:
        tally = _bug(given.bug, min(given.seeds, MOST_BUG_SEEDS), given.json)
    else:
        tally = clean(range(given.seeds))
        left_out = bool(tally.never())
        if not given.json:
            print(f"{tally.seeds} histories, {tally.ops} ops")
            for name in tally.never():
                print(f"never happened: {name}")
            if tally.violations:
                _explain(tally.violations[0]["seed"], None)
    print(json.dumps(tally.as_json()))
    return 1 if tally.violations or left_out else 0


def _one(seed: int, bug: str | None, quiet: bool) -> Tally:
    tally = Tally()
    tally.add(play_seed(bug, seed))
    if tally.violations and not quiet:
        _explain(seed, bug)
    return tally


def _bug(bug: str, seeds: int, quiet: bool) -> Tally:
    tally, found = hunt(bug, range(seeds))
    if not quiet:
        if found:
            print(f"{bug}: found at seed {found.seed} by invariant {found.violation}")
            _explain(found.seed, bug)
        else:
            print(f"{bug}: not found in {tally.seeds} histories")
    return tally


def _explain(seed: int, bug: str | None) -> None:
    """Print the shortest history that still fails, in a form that can be replayed."""
    script, played = shrunk(drawn(seed), parts_of(bug))
    print(f"seed {seed}: {played.text}")
    print(f"a history of {len(script.steps)} steps fails alike:")
    print(json.dumps(script.as_json()))


if __name__ == "__main__":
    sys.exit(main())
