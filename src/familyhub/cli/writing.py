"""Writing commands: the same functions as the app."""

from __future__ import annotations

import argparse
import sys

from familyhub.casework import actions, acts, differences, notes, undoing, visits
from familyhub.casework.entries import (
    ChildSeen,
    DecisionEntry,
    NoteEntry,
    QuestionEntry,
    UndoEntry,
    VisitEntry,
)
from familyhub.casework.plan_entries import ActionUpdate
from familyhub.casework.problems import Refused
from familyhub.cli.common import Refusal, laptop_of, saved, show, text_of

VISIT_OPTIONS = {
    "on": "--on", "safe": "--safe", "happened": "--note", "start_at": "--start", "end_at": "--end", "kind": "--kind",
    "outcome": "--outcome", "did_instead": "--did", "next_on": "--next", "present": "--present",
}  # fmt: skip
"""The option that takes a field of the visit: what is missing is named by it."""


def visit_log(args: argparse.Namespace) -> None:
    """``familyhub visit log``."""
    entry = VisitEntry(
        family_id=args.family, on=args.on, start_at=args.start, end_at=args.end, kind=args.kind, outcome=args.outcome,
        safe=args.safe, present=args.present, children=_children(args), happened=text_of(args),
        happened_readers=args.readers, did_instead=args.did, next_on=args.next,
    )  # fmt: skip
    if not entry.family_id:
        raise Refusal("Which family was visited? (--family)")
    with laptop_of(args) as laptop:
        try:
            result = visits.log_visit(laptop, entry)
        except Refused as refused:
            raise Refusal(" ".join(_with_option(*p) for p in refused.problems)) from refused
        saved(args, result, "Visit")


def _with_option(field: str, sentence: str) -> str:
    option = VISIT_OPTIONS.get(field)
    return f"{sentence} ({option})" if option else sentence


def _children(args: argparse.Namespace) -> list[ChildSeen]:
    children: dict[str, ChildSeen] = {}
    for text in args.seen:
        child, _, how = text.partition("=")
        children[child] = ChildSeen(child, seen=True, how=how)
    for child in args.seen_alone:
        said = children.setdefault(child, ChildSeen(child, seen=True))
        said.seen, said.alone = True, True
    for text in args.not_seen:
        child, _, why = text.partition("=")
        if child not in children:
            children[child] = ChildSeen(child, seen=False, why_not=why)
    return list(children.values())


def note_add(args: argparse.Namespace) -> None:
    """``familyhub note add``."""
    entry = NoteEntry(
        args.family, text=text_of(args), kind=args.kind, who=args.who, agency=args.agency, on=args.on,
        readers=args.readers, significant=args.significant,
    )  # fmt: skip
    with laptop_of(args) as laptop:
        saved(args, notes.add_note(laptop, entry), "Note")


def action_update(args: argparse.Namespace) -> None:
    """``familyhub action update``."""
    entry = ActionUpdate(
        args.id, status=args.status, due=args.due, note=text_of(args), readers=args.readers, rev=args.rev
    )
    with laptop_of(args) as laptop:
        saved(args, actions.update_action(laptop, entry), "Action")


def difference_decide(args: argparse.Namespace) -> None:
    """``familyhub difference decide``."""
    if args.value == args.reason == "-":
        raise Refusal("Standard input holds one text: give the other with --value-file or --reason-file.")
    value = text_of(args, "value") if (args.value or args.value_file) else None
    entry = DecisionEntry(
        args.id,
        take=args.take,
        value=value,
        rev=args.rev,
        reason=text_of(args, "reason"),
        reason_readers=args.readers,
    )
    with laptop_of(args) as laptop:
        saved(args, differences.decide(laptop, entry), "Decision")


def difference_undo(args: argparse.Namespace) -> None:
    """``familyhub difference undo``."""
    with laptop_of(args) as laptop:
        saved(args, undoing.undo(laptop, UndoEntry(args.id)), "Undone: it is open again. It is")


def difference_ask(args: argparse.Namespace) -> None:
    """``familyhub difference ask``."""
    entry = QuestionEntry(args.id, text_of(args), args.readers)
    with laptop_of(args) as laptop:
        saved(args, differences.ask(laptop, entry), "Question")


def do(args: argparse.Namespace) -> None:
    """``familyhub do``: the entry comes as JSON from standard input."""
    if args.name is None:
        rows = [{"name": name, "words": act.words} for name, act in acts.ACTS.items()]
        show(args, rows, [f"{r['name']}: {r['words']}" for r in rows])
        return
    entry = sys.stdin.buffer.read()
    with laptop_of(args) as laptop:
        saved(args, acts.do(laptop, args.name, entry), args.name.replace("_", " ").capitalize())
