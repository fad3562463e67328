"""The grammar of ``familyhub contact``: the front door."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

Add = Callable[..., argparse.ArgumentParser]
Note = Callable[..., None]


def contact_commands(commands: Any, shared: argparse.ArgumentParser, command: Add, note: Note) -> None:
    """Everything under ``contact``; ``command`` adds one, ``note`` gives it the options for a text."""
    under = commands.add_parser("contact", help="the front door").add_subparsers(
        metavar="WHAT", required=True
    )

    def add(name: str, run: str, words: str) -> argparse.ArgumentParser:
        return command(under, shared, name, f"contacts:{run}", words)

    _new(add("add", "add", "record a contact at the front door"), note)
    add("list", "listed", "the queue: what waits at the front door, with the time left in working days")
    _one(add("show", "shown", "one contact: children, matches with their evidence, decisions, steps"))
    add("gate", "gate", "what the second check found and nobody has settled (gatekeeper)")
    rung = _one(add("rung", "rung", "record that a manager has rung about the second check"))
    rung.add_argument("--whom", default="", help="whom you rang (gatekeeper)")
    rung.add_argument("--nobody", action="store_true", help="it was nobody (gatekeeper); --note says why")
    rung.add_argument("--on", default="today", metavar="DATE")
    rung.add_argument("--time", default="", metavar="HH:MM")
    note(rung)
    _safe_and_match(add, note)
    _triage(
        _one(add("triage", "triage_", "decide: one level, outcome and written reason for each child")), note
    )
    hold = _one(add("hold", "hold", "hold a contact, because, until"))
    hold.add_argument("--until", default="", metavar="DATE")
    note(hold)
    sign = _one(add("sign", "sign", "sign what waits in a contact (manager); nobody signs what they decided"))
    sign.add_argument("--return", dest="back", action="store_true", help="return it instead; --note says why")
    note(sign)
    _one(add("open", "open_help", "open early help that was signed, in the family's file"))
    _one(add("reply", "reply", "the drafted reply to who contacted us"))
    told = _one(add("told", "told", "record that who contacted us was told, or why not"))
    told.add_argument("--on", default="", metavar="DATE")
    told.add_argument("--way", default="", help="phone, secure_mail, letter or in_person")
    told.add_argument(
        "--not-told", default="", metavar="WHY", help="not_safe or not_possible; --note says because"
    )
    note(told)


def _one(command: argparse.ArgumentParser) -> argparse.ArgumentParser:
    command.add_argument("id", help="the contact's id")
    return command


def _new(add: argparse.ArgumentParser, note: Note) -> None:
    add.add_argument("--source", default="", metavar="CODE", help="1A to 10, the national codes")
    add.add_argument("--who", default="", help="who contacted us")
    add.add_argument("--agency", default="")
    add.add_argument("--reach", default="", help="how they may be reached")
    add.add_argument("--received", default="today", metavar="DATE")
    add.add_argument("--time", default="", metavar="HH:MM")
    add.add_argument("--channel", default="phone", help="phone, form, walk_in or police")
    add.add_argument(
        "--child", action="append", default=[], metavar="NAME[=BIRTH DATE]", help="one for each child"
    )
    add.add_argument(
        "--adult", action="append", default=[], metavar="NAME[=TIE]", help="who cares for them: “Ann Lee=mum”"
    )
    add.add_argument("--address", default="")
    add.add_argument("--postcode", default="")
    add.add_argument("--family", default="", metavar="ID")
    add.add_argument("--in-confidence", action="store_true")
    add.add_argument("--parent-told", choices=("yes", "no"))
    add.add_argument("--parent-agrees", choices=("yes", "no"))
    note(add)


def _safe_and_match(add: Add, note: Note) -> None:
    safe = add("safe", "safe", "record whether a child of a contact is safe now, and how that is known")
    safe.add_argument("child", help="the id of the child in the contact")
    safe.add_argument("answer", help="yes, no or not-known")
    note(safe)
    match = add("match", "match", "say whether somebody named in a contact is somebody known")
    match.add_argument("named", help="the id of the child or adult in the contact")
    match.add_argument("person", help="the id of the person known")
    match.add_argument("answer", help="same or not-same")
    note(match)


def _triage(triage: argparse.ArgumentParser, note: Note) -> None:
    each = "for every child, or CHILD= one of them by id or first name"
    triage.add_argument("--safe", action="append", default=[], metavar="[CHILD=]yes/no/not-known", help=each)
    triage.add_argument("--level", action="append", default=[], metavar="[CHILD=]1-4", help=each)
    triage.add_argument(
        "--outcome", action="append", default=[], metavar="[CHILD=]OUTCOME",
        help="advice, universal, early_help, social_care, already_open or no_further_action",
    )  # fmt: skip
    triage.add_argument(
        "--reason-file",
        action="append",
        default=[],
        metavar="CHILD=F",
        help="the reason for one child, from a file",
    )
    triage.add_argument(
        "--family", default="", metavar="ID", help="the family it leads to, where it is known"
    )
    note(triage)
