"""``doctor`` and ``check``: what is wrong here and how to mend it; no record content is ever printed."""

from __future__ import annotations

import argparse
import platform
import shutil
import sys
from pathlib import Path
from typing import Any

from familyhub import __version__
from familyhub.casework import leases, upkeep
from familyhub.casework.home import has_store
from familyhub.cli.common import home_of, laptop_of, show
from familyhub.practice.days import show_day
from familyhub.practice.lease import LOCKED, why_locked


def doctor(args: argparse.Namespace) -> int:
    """``familyhub doctor``: a support bundle without record content; exit 1 when something needs mending."""
    home = home_of(args)
    findings: list[dict[str, str]] = []
    bundle: dict[str, Any] = {
        "familyhub": __version__, "python": platform.python_version(), "system": platform.system(),
        "terminal": sys.stdout.isatty(), "store": has_store(home),
    }  # fmt: skip
    if not has_store(home):
        findings.append(
            {"what": "There is no store in this home.", "mend": "familyhub enrol URL, or familyhub demo"}
        )
    else:
        free = shutil.disk_usage(home).free
        bundle["free_mb"] = free // 1_000_000
        if free < 500_000_000:
            findings.append(
                {"what": "Little room is left on the disk.", "mend": "Make room: saving needs it."}
            )
        with laptop_of(args, even_locked=True) as laptop:
            bundle |= upkeep.vital_signs(laptop)
            findings += upkeep.findings(laptop)
    lines = [f"{k}: {v}" for k, v in bundle.items()]
    lines += [f"Mend: {f['what']} {f['mend']}" for f in findings] or ["Nothing is wrong."]
    show(args, {"bundle": bundle, "findings": findings}, lines)
    return 1 if findings else 0


def lease(args: argparse.Namespace) -> None:
    """``familyhub lease``: how long this laptop may be used without its hub; ``--from``: take an extension."""
    with laptop_of(args, even_locked=True) as laptop:
        lines = []
        if args.file:
            until = leases.take_extension(laptop, Path(args.file).expanduser())
            lines.append(f"Extended until {show_day(until.astimezone().date(), laptop.today)}.")
        stands = leases.stands(laptop)
    lines.append(
        why_locked(stands)
        if stands.state == LOCKED
        else f"It locks in {stands.left} days, unless the hub is met."
    )
    show(args, {"state": stands.state, "days": stands.days, "left": stands.left}, lines)


def check(args: argparse.Namespace) -> int:
    """``familyhub check``: every record on this laptop looked over; exit 1 when something is amiss."""
    with laptop_of(args) as laptop:
        amiss = upkeep.look_over(laptop)
        counts = upkeep.record_counts(laptop)
    value = {"records": sum(counts.values()), "by_kind": counts, "amiss": amiss}
    lines = [f"{value['records']} records looked over."]
    lines += [f"{a['entity'].replace('_', ' ')} {a['id']}: {a['what']}" for a in amiss] or [
        "Nothing is amiss."
    ]
    show(args, value, lines)
    return 1 if amiss else 0
