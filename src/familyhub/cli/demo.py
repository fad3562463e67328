"""``familyhub demo``: a throw-away world, its hub on loopback, and the app on it."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

from familyhub.cli.app import run_app
from familyhub.cli.common import Refusal
from familyhub.demo.make import Demo, make
from familyhub.practice.days import NotADay, read_day

READY_SECONDS = 60.0
LARGEST = 20_000


def demo(args: argparse.Namespace) -> int:
    """Make the demonstration; print it, or serve its hub and open the app."""
    now = datetime.now().astimezone().date()
    today = _day(args.today, now)
    if not 4 <= args.families <= LARGEST:
        raise Refusal(f"--families takes a number from 4 to {LARGEST:,}.")
    if not 1 <= args.worker <= 4:
        raise Refusal("--worker takes 1 to 4: two workers, their coordinator, a worker of another locality.")
    if not args.no_app and not sys.stdin.isatty():
        raise Refusal("The app needs a terminal; `familyhub demo --no-app --home DIR` makes the world alone.")
    home = Path(args.home).expanduser() if args.home else Path(tempfile.mkdtemp(prefix="familyhub-demo-"))
    if home.exists() and any(home.iterdir()):
        raise Refusal(f"{home} is not empty. Give an empty or a new folder with --home.")
    made = make(
        home, families=args.families, today=today, fixed=args.today is not None, seed=args.seed,
        say=lambda line: print(line, file=sys.stderr, flush=True),
    )  # fmt: skip
    if args.no_app:
        print(json.dumps(_json(made), indent=1))
        return 0
    laptop = made.laptops[args.worker - 1]
    print(f"The demonstration is in {home}; delete the folder when you are done.", file=sys.stderr)
    with _hub(made) as url:
        return run_app(laptop.home, laptop.passphrase, url)


def _day(text: str | None, now: date) -> date:
    if text is None:
        return now
    try:
        return read_day(text, now)
    except NotADay as error:
        raise Refusal(str(error)) from error


def _json(made: Demo) -> dict[str, object]:
    return {
        "hub": {"home": str(made.hub_home), "database": "embedded"},
        "laptops": [
            {"home": str(x.home), "worker": x.worker, "role": x.role, "locality": x.locality, "passphrase": x.passphrase}
            for x in made.laptops
        ],
    }  # fmt: skip


@contextmanager
def _hub(made: Demo) -> Iterator[str]:
    """The demonstration's hub as a process of its own on loopback; ended when the app is left."""
    ready = made.hub_home / "ready.json"
    ready.unlink(missing_ok=True)
    command = [sys.executable, "-m", "familyhub", "hub", "serve", "--home", str(made.hub_home), "--port", "0"]
    log = (made.hub_home / "hub.log").open("wb")
    process = subprocess.Popen(
        [*command, "--ready-file", str(ready)], stdout=log, stderr=log, stdin=subprocess.DEVNULL
    )
    try:
        until = time.monotonic() + READY_SECONDS
        while not ready.exists():
            if process.poll() is not None or time.monotonic() > until:
                raise Refusal(f"The demonstration's hub did not start; see {made.hub_home / 'hub.log'}.")
            time.sleep(0.05)
        yield str(json.loads(ready.read_text())["url"])
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
        log.close()
