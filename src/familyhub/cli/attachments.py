"""``attachment add``, ``list``, ``save``, ``remove`` and ``budget``."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import Any

from familyhub.casework import attachments
from familyhub.casework.entries import AttachmentEntry, RemovalEntry
from familyhub.cli.common import laptop_of, saved, show, text_of
from familyhub.practice.attachments import AttachmentView, size_words, type_words
from familyhub.practice.days import show_day
from familyhub.records.codes import READERS

STATES = {"waiting": "here, waiting to be sent", "here": "here", "coming": "at the hub, here in part"}
"""Where an attachment's bytes are, in words."""


def add(args: argparse.Namespace) -> None:
    """``familyhub attachment add``."""
    about, _, about_id = args.about.partition(":")
    entry = AttachmentEntry(
        args.family, path=args.file, what=text_of(args, "what"), readers=args.readers, on=args.on, about=about,
        about_id=about_id,
    )  # fmt: skip
    with laptop_of(args) as laptop:
        saved(args, attachments.add(laptop, entry), "Attachment")


def as_json(view: AttachmentView) -> dict[str, Any]:
    """An attachment, as JSON."""
    return {
        "id": view.id, "family_id": view.family_id, "what": view.what, "name": view.name, "size": view.size,
        "type": view.type, "readers": view.readers, "on": view.on, "by": view.by_id, "by_name": view.by,
        "about": view.about or None, "about_id": view.about_id or None, "sha256": view.sha, "here": view.here,
        "waiting": view.state == "waiting", "reason": view.reason, "rev": view.rev,
    }  # fmt: skip


def listed(args: argparse.Namespace) -> None:
    """``familyhub attachment list``."""
    with laptop_of(args) as laptop:
        found = attachments.of_family(laptop, args.family, args.readers)
        today = laptop.today
    lines = [
        f"{show_day(a.on, today)}: {a.what}. {a.name}, {type_words(a.type)}, {size_words(a.size)}, "
        f"{READERS.words(a.readers)}, {STATES.get(a.state, 'at the hub, not here')}. [{a.id}]"
        for a in found
    ]
    show(args, [as_json(a) for a in found], lines or ["No attachments."])


def save(args: argparse.Namespace) -> None:
    """``familyhub attachment save``."""
    with laptop_of(args) as laptop:
        hub = getattr(args, "hub", None) or os.environ.get("FAMILYHUB_HUB")
        view = attachments.save(laptop, args.id, Path(args.out), hub)
    lines = [f"Written: {size_words(view.size)}. It is not encrypted there: remove it when it has been used."]
    show(args, as_json(view) | {"out": args.out}, lines)


def remove(args: argparse.Namespace) -> None:
    """``familyhub attachment remove``."""
    with laptop_of(args) as laptop:
        saved(args, attachments.remove(laptop, RemovalEntry(args.id, args.rev)), "Removal")


def budget(args: argparse.Namespace) -> None:
    """``familyhub attachment budget``."""
    with laptop_of(args) as laptop:
        megabytes = attachments.daily_budget(laptop, args.megabytes)
    show(
        args,
        {"megabytes": megabytes},
        [f"Attachments may take {megabytes} MB of the line a day by themselves."],
    )
