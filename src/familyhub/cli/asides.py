"""``aside list`` and ``aside release``: what the hub set aside in files that one holds."""

from __future__ import annotations

import argparse
import os
from dataclasses import asdict

from familyhub.casework import asides
from familyhub.cli.common import laptop_of, show, text_of


def _url(args: argparse.Namespace) -> str | None:
    return args.hub or os.environ.get("FAMILYHUB_HUB")


def listed(args: argparse.Namespace) -> None:
    """``familyhub aside list``."""
    with laptop_of(args) as laptop:
        found = asides.at_hub(laptop, _url(args))
    lines = [
        f"{a.scope} {a.op_id}: {a.who}, {a.when}: {a.entity.replace('_', ' ') or 'unreadable'}: {a.reason}. {a.text}"
        for a in found
    ]
    show(args, [asdict(a) for a in found], lines or ["Nothing is set aside in files that you hold."])


def release(args: argparse.Namespace) -> None:
    """``familyhub aside release``; why comes from standard input or a file."""
    why = text_of(args, "why", needed="Say why with --why - or --why-file F.")
    with laptop_of(args) as laptop:
        left = asides.release(laptop, args.scope, args.op_id, why, _url(args))
    value = {"scope": args.scope, "op_id": args.op_id, "released": True, "left": len(left)}
    show(args, value, [f"Taken into its file; everybody who holds it sees it. {len(left)} more set aside."])
