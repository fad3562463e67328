"""``python -m bench [app] [sync] [held] [search]``: the figures with must, met or missed; misses are printed, not hidden."""

from __future__ import annotations

import compileall
import sys
from importlib import import_module
from pathlib import Path

import familyhub
from bench.table import Figure, show

PARTS = {
    "app": "bench.app_figures",
    "sync": "bench.sync_figures",
    "held": "bench.held_figures",
    "search": "bench.search_figures",
}


def main(wanted: list[str]) -> int:
    """Measure and print; exit status 0 whether marks are met or not: a figure is not a test."""
    compileall.compile_dir(str(Path(familyhub.__file__).parent), quiet=1)
    figures: list[Figure] = []
    for name in wanted or list(PARTS):
        print(f"measuring: {name} …", file=sys.stderr, flush=True)
        if name == "app" and sys.platform == "win32":
            print("not run: the app is measured on a pseudo-terminal", file=sys.stderr)
            continue
        figures += import_module(PARTS[name]).run()
    print(show(figures))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
