"""``familyhub plan check``: what a family's plan lacks."""

from __future__ import annotations

import argparse

from familyhub.casework import plan_checking
from familyhub.cli.common import laptop_of, show
from familyhub.practice.days import show_day
from familyhub.practice.family_file import FamilyFile
from familyhub.practice.plan_check import About, Finding


def check(args: argparse.Namespace) -> None:
    """``familyhub plan check``."""
    with laptop_of(args) as laptop:
        file, found = plan_checking.checked(laptop, args.family)
        today = laptop.today
    value = {
        "family_id": file.id,
        "findings": [
            {"code": f.code, "about": {"kind": f.about.kind, "id": f.about.id}, "text": f.text,
             "kept": {"because": f.kept.because, "until": f.kept.until} if f.kept else None}
            for f in found
        ],
    }  # fmt: skip
    lines = []
    for f in found:
        if f.kept is None:
            lines.append(f"{_subject(file, f)}: {f.text} [{f.code} {f.about.kind} {f.about.id}]")
        else:
            until = f" until {show_day(f.kept.until, today)}" if f.kept.until else ""
            lines.append(f"Kept{until}, {_subject(file, f)}: {f.text} Because: {f.kept.because}")
    if file.plan is None:
        lines = ["No plan is open."]
    show(args, value, lines or ["Nothing to mend."])


def _subject(file: FamilyFile, found: Finding) -> str:
    """What a finding is about, in the words of the plan."""
    plan = file.plan
    assert plan is not None
    names = {About("need", n.id): f"Need “{n.what}”" for n in plan.needs}
    names |= {About("action", a.id): f"Action “{a.what}”" for a in plan.actions}
    names |= {About("child", c.id): c.given for c in file.children}
    return names.get(found.about, "The plan")
