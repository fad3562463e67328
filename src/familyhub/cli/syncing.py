"""``enrol`` and ``sync``."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from familyhub.casework import reading, syncing
from familyhub.casework.home import has_store
from familyhub.cli.common import Refusal, home_of, laptop_of, passphrase_of, secret_of, show

if TYPE_CHECKING:
    from familyhub.casework.laptop import Laptop
    from familyhub.link.exchange import Report


def enrol(args: argparse.Namespace) -> None:
    """``familyhub enrol``: the code from standard input or a prompt, the passphrase from a file or a prompt."""
    home = home_of(args)
    if args.passphrase_file or has_store(home) or not sys.stdin.isatty():
        passphrase = passphrase_of(args, home)
    else:
        passphrase = getpass.getpass(
            "Choose a passphrase, at least 15 characters (four or five words are good): "
        )
        if getpass.getpass("Once more: ") != passphrase:
            raise Refusal("The two are not the same. Nothing was made: try again.")
    code = secret_of(args.code, home, "One-time code: ")
    enrolled = syncing.enrol(home, passphrase, args.url, code)
    value = {
        "device": enrolled.device,
        "worker": enrolled.worker,
        "role": enrolled.role,
        "locality": enrolled.locality,
    }
    show(args, value, [f"This is now the laptop of {enrolled.name}. Next: familyhub sync, then familyhub."])


def sync(args: argparse.Namespace) -> None:
    """``familyhub sync``, over the network or by files that are carried."""
    url = args.hub or os.environ.get("FAMILYHUB_HUB")
    with laptop_of(args, even_locked=True) as laptop:
        if args.to_file:
            _write_file(args, laptop)
            return
        while True:
            if args.from_file:
                report = syncing.take_file(laptop, Path(args.from_file).expanduser())
            else:
                report = syncing.sync_with_attachments(laptop, url)
            _tell(args, laptop, report)
            if not args.watch:
                return
            threading.Event().wait(60)


def _tell(args: argparse.Namespace, laptop: Laptop, report: Report) -> None:
    found = reading.differences(laptop)
    value = {
        "sent": report.sent, "received": report.received, "set_aside": report.set_aside,
        "differences": len(found),
        "attachments": {"sent": report.attachments_sent, "received": report.attachments_received},
    }  # fmt: skip
    lines = [f"{report.sent} sent, {report.received} received, {len(found)} differences to decide."]
    if report.left:
        words = "1 file" if report.left == 1 else f"{report.left} files"
        lines.append(
            f"Taken off this laptop, which may hold it no longer: {words}. What was unsent there is with the hub."
        )
    if report.restored and not args.from_file:
        lines.append("The hub was restored from a copy: what was written here since was offered to it again.")
    if report.set_aside:
        lines.append(f"{report.set_aside} set aside by the hub, needs a person: see familyhub status.")
    if report.attachments_sent or report.attachments_received:
        lines.append(f"Attachments: {report.attachments_sent} sent, {report.attachments_received} received.")
    if report.held_up:
        lines.append(f"Attachments wait: {report.held_up}")
    if args.from_file:
        waiting = reading.sync_page(laptop).waiting
        value |= {
            "left": report.left,
            "restored": report.restored,
            "before": report.before,
            "waiting": waiting,
        }
        if report.before:
            lines.append("This answer had been taken before: nothing was left to do.")
        if report.restored:
            lines.append("The hub lives anew from a backup. Carry another file: familyhub sync --to FILE")
        elif waiting:
            lines.append(f"{waiting} still wait: they were written since that file, or need another one.")
    show(args, value, lines)


def _write_file(args: argparse.Namespace, laptop: Laptop) -> None:
    count = syncing.write_file(laptop, Path(args.to_file).expanduser())
    differences = len(reading.differences(laptop))
    value = {
        "sent": 0, "received": 0, "set_aside": 0, "differences": differences, "file": args.to_file, "carried": count,
    }  # fmt: skip
    show(args, value, [
        f"{args.to_file} holds {count} acts that wait, sealed so that only your hub can read them.",
        "Carry it to the hub, and bring its answer back: familyhub sync --from FILE. Until then they still wait here.",
    ])  # fmt: skip
