"""``python -m bench.beside [--rows 1,4]``: FamilyHub beside others, as ratios with must, met, missed or not run."""

from __future__ import annotations

import argparse
import compileall
import sys
import tempfile
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

import familyhub
from bench.beside import edits, first, plain, push, writers
from bench.beside.ground import Ground, Sizes, ground, load
from bench.beside.pouchdb import PeerFailed
from bench.table import Figure, show

ROWS = {
    1: "first sync: time",
    2: "first sync: bytes",
    3: "first sync over 300 ms and 1 Mbit/s (minutes)",
    4: "push",
    5: "one change to another laptop",
    6: "concurrent edits",
    7: "bulk entry and the laptop's file",
    8: "many writers",
    9: "for information: COPY, session extension",
}
ON_POSTGRES, BESIDE_POUCHDB = {4, 5, 8, 9}, {1, 2, 3, 4, 5, 6}


def measure(at: Ground, wanted: Collection[int]) -> list[Figure]:
    """The figures of the wanted rows, in the order of the table."""
    figures: list[Figure] = []
    parts: list[tuple[set[int], Callable[[], list[Figure]]]] = [
        ({1, 2, 3}, lambda: first.run(at, wanted)), ({4}, lambda: push.push(at)), ({5}, lambda: push.change(at)),
        ({6}, lambda: edits.run(at)), ({7}, lambda: plain.laptop(at)), ({8}, lambda: writers.run(at)),
        ({9}, lambda: plain.information(at)),
    ]  # fmt: skip
    for rows, part in parts:
        if here := sorted(rows.intersection(wanted)):
            names = "; ".join(ROWS[row] for row in here)
            print(f"measuring: {names} … ({load()})", file=sys.stderr, flush=True)
            try:
                figures += part()
            except PeerFailed as failed:
                at.pouch, at.no_pouch = None, f"PouchDB failed and is not run: {failed}"
                print(at.no_pouch, file=sys.stderr)
                figures += part()
    return figures


def main(arguments: Sequence[str], sizes: Sizes | None = None) -> int:
    """Measure and print; exit status 0 whether marks are met or not: a figure is not a test."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.beside", formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="\n".join(f"  {row}  {what}" for row, what in ROWS.items()),
    )  # fmt: skip
    parser.add_argument("--rows", type=_rows, default=sorted(ROWS), help="only these, for example 1,4")
    wanted = parser.parse_args(arguments).rows
    compileall.compile_dir(str(Path(familyhub.__file__).parent), quiet=1)
    postgres, peer = bool(ON_POSTGRES.intersection(wanted)), bool(BESIDE_POUCHDB.intersection(wanted))
    with tempfile.TemporaryDirectory(prefix="familyhub-bench-") as name:
        with ground(Path(name), sizes or Sizes(), postgres=postgres, peer=peer) as at:
            for sentence in filter(None, (at.no_pouch, at.no_postgres)):
                print(sentence, file=sys.stderr)
            figures = measure(at, wanted)
    print(show(figures))
    return 0


def _rows(text: str) -> list[int]:
    rows = [int(part) for part in text.split(",") if part.strip().isdecimal()]
    if not rows or not set(rows) <= ROWS.keys() or len(rows) != len(text.split(",")):
        raise argparse.ArgumentTypeError(f"rows are numbers from 1 to {max(ROWS)}, for example 1,4")
    return sorted(set(rows))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
