"""``familyhub``: without a command the app opens; every act is also a command. Exit 0 done, 1 refused, 2 wrong usage."""

from __future__ import annotations

import argparse
import gc
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import TypeAlias

from familyhub import __version__

GARBAGE = 50_000
"""Objects between two looks for circular garbage: at Python's 700, a fifth of every start went into looking."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    gc.set_threshold(GARBAGE, 20, 20)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    given = list(sys.argv[1:] if argv is None else argv)
    if "do" in given and given[-1] == "-":
        given.pop()  # `do NAME --json -`: argparse takes no optional word behind an option, and the entry is always `-`
    args = parser(commands=bool(given)).parse_args(given)
    if args.run is None:
        return _app(args)
    module, name = args.run.split(":")
    run: Callable[[argparse.Namespace], int | None] = getattr(import_module(f"familyhub.cli.{module}"), name)
    return guarded(run, args)


def guarded(run: Callable[[argparse.Namespace], int | None], args: argparse.Namespace) -> int:
    """Run a command; what goes wrong is one sentence on stderr and exit status 1, never a traceback."""
    try:
        return run(args) or 0
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 1
    except BrokenPipeError:
        return 1
    except Exception as error:
        sentence = _sentence(error)
        if sentence is None:
            raise
        print(sentence, file=sys.stderr)
        return 1


def _sentence(error: Exception) -> str | None:
    """The sentence of an error that people may meet; None for a defect of ours."""
    from familyhub.casework.problems import Refused
    from familyhub.cli.common import Refusal
    from familyhub.link.errors import LinkError
    from familyhub.store.errors import StoreError, explain

    if isinstance(error, (Refused, Refusal, StoreError, LinkError)):
        return str(error)
    if isinstance(error, UnicodeEncodeError):
        return "What was given holds bytes that are no text. Nothing was saved."
    return explain(error)


def _app(args: argparse.Namespace) -> int:
    from familyhub.cli.app import open_app

    return guarded(open_app, args)


def parser(*, commands: bool = True) -> argparse.ArgumentParser:
    """The command line's grammar; without ``commands`` that of the app alone, which does not wait for the rest."""
    top = argparse.ArgumentParser(
        prog="familyhub", description="Family support, offline first. Without a command the app opens."
    )
    top.add_argument("--version", action="version", version=f"FamilyHub {__version__}")
    top.set_defaults(run=None)
    shared = _shared()
    for action in ("--home", "--passphrase-file", "--hub"):
        top.add_argument(action, default=None, help=argparse.SUPPRESS)
    if commands:
        under = top.add_subparsers(title="commands", metavar="COMMAND")
        _reading(under, shared)
        _writing(under, shared)
        _laptop(under, shared)
        from familyhub.cli.hub_grammar import hub_commands

        hub_commands(under, _add)
        _demo(under)
    return top


Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def _shared() -> argparse.ArgumentParser:
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--home", default=argparse.SUPPRESS, help="home folder (else FAMILYHUB_HOME)")
    shared.add_argument(
        "--passphrase-file", default=argparse.SUPPRESS, metavar="F", help="file holding the passphrase"
    )
    shared.add_argument(
        "--hub", default=argparse.SUPPRESS, metavar="URL", help="the hub's address (else FAMILYHUB_HUB)"
    )
    shared.add_argument("--json", action="store_true", help="print JSON")
    return shared


def _add(
    commands: Commands, shared: argparse.ArgumentParser, name: str, run: str, words: str
) -> argparse.ArgumentParser:
    command = commands.add_parser(name, parents=[shared], help=words, description=words)
    command.set_defaults(run=run)
    return command


def _reading(commands: Commands, shared: argparse.ArgumentParser) -> None:
    _add(commands, shared, "today", "reading:today", "what needs you, ranked, each line with its reason")
    families = _add(
        commands, shared, "families", "reading:families", "families on this laptop and in this locality"
    )
    families.add_argument(
        "text", nargs="?", help="part of a name, address or text (`-`: from standard input)"
    )
    families.add_argument("--which", choices=("mine", "locality", "all"), default="all")
    family = commands.add_parser("family", help="one family's file").add_subparsers(
        metavar="WHAT", required=True
    )
    one = _add(
        family,
        shared,
        "show",
        "reading:family_show",
        "a family's file: children, visits, actions, differences",
    )
    one.add_argument("id")
    copy = _add(family, shared, "copy", "assessments:family_copy",
                "one person's copy of the agreement or the assessment: only what the family may read")  # fmt: skip
    copy.add_argument("id", metavar="ID")
    copy.add_argument("--of", choices=("agreement", "assessment"), required=True, dest="about")
    copy.add_argument("--for", required=True, dest="person", metavar="PERSON", help="whose copy it is")
    plan = commands.add_parser("plan", help="a family's plan").add_subparsers(metavar="WHAT", required=True)
    lacks = _add(
        plan, shared, "check", "plans:check", "what the plan lacks, row by row; nothing is stopped by it"
    )
    lacks.add_argument("family", metavar="FAMILY")
    _meeting(commands, shared)
    search = _add(
        commands, shared, "search", "reading:search", "search every text; misspellings are forgiven"
    )
    search.add_argument("text", help="`-`: from standard input")
    search.add_argument("--most", type=int, default=50)
    _add(
        commands,
        shared,
        "differences",
        "reading:differences",
        "two answers to one question, waiting for a decision",
    )
    desk = _add(
        commands,
        shared,
        "desk",
        "desk:shown",
        "who waits for a worker, caseloads, covers (coordinator, manager)",
    )
    desk.add_argument("--family", metavar="ID", help="who could take this family on, best first, and why")
    desk.add_argument("--hand-over", metavar="ID", help="the page of a hand-over of this family")
    _add(commands, shared, "decisions", "reading:decisions", "what was decided lately, by whom and why")
    _add(commands, shared, "status", "reading:status", "what is saved, waiting, sent, received and set aside")
    _add(commands, shared, "doctor", "upkeep:doctor", "what is wrong here and how to mend it")
    _add(commands, shared, "check", "upkeep:check", "look over every record on this laptop")


def _meeting(commands: Commands, shared: argparse.ArgumentParser) -> None:
    under = commands.add_parser("meeting", help="a family's meetings").add_subparsers(
        metavar="WHAT", required=True
    )
    listed = _add(under, shared, "list", "meetings:listed", "meetings planned and held, the newest first")
    listed.add_argument("family", metavar="FAMILY")
    for name, words in (
        ("papers", "papers for the next meeting, for a named reader"),
        ("minutes", "minutes of the last meeting held, for a named reader"),
    ):
        paper = _add(under, shared, name, f"meetings:{name}", words)
        paper.add_argument("family", metavar="FAMILY")
        paper.add_argument("--meeting", default="", metavar="ID", help="another meeting than that")
        paper.add_argument(
            "--for",
            dest="reader",
            default="professionals",
            help="family, professionals (the default) or workers",
        )
        paper.add_argument("--to", default="", metavar="ID", help="with --for family: one person's own copy")


def _note(command: argparse.ArgumentParser, name: str = "note") -> None:
    command.add_argument(f"--{name}", metavar="-", help="`-`: the text comes from standard input")
    command.add_argument(f"--{name}-file", metavar="F", help="the text comes from a file")


def _writing(commands: Commands, shared: argparse.ArgumentParser) -> None:
    visit = commands.add_parser("visit", help="visits").add_subparsers(metavar="WHAT", required=True)
    _visit(_add(visit, shared, "log", "writing:visit_log", "log a visit"))
    note = commands.add_parser("note", help="notes").add_subparsers(metavar="WHAT", required=True)
    add = _add(note, shared, "add", "writing:note_add", "write a note of a call, text, e-mail or talk")
    add.add_argument("--family", required=True, metavar="ID")
    add.add_argument("--kind", default="call", help="call, text, email, talk, letter, meeting, event")
    add.add_argument("--who", default="", help="who with")
    add.add_argument("--agency", default="")
    add.add_argument("--on", default="today", metavar="DATE")
    add.add_argument("--readers", default="professionals", help="workers, professionals or family")
    add.add_argument("--significant", action="store_true")
    _note(add)
    action = commands.add_parser("action", help="actions of a plan").add_subparsers(
        metavar="WHAT", required=True
    )
    update = _add(
        action, shared, "update", "writing:action_update", "change an action: status, due date, a note"
    )
    update.add_argument("id")
    update.add_argument("--status", help="not_started, in_progress, done or stopped")
    update.add_argument("--due", metavar="DATE", help="`none` takes the date away")
    update.add_argument("--readers", default="professionals")
    update.add_argument("--rev", help="the revision that was on screen")
    _note(update)
    from familyhub.cli.contact_grammar import contact_commands

    contact_commands(commands, shared, _add, _note)
    _difference(commands, shared)
    _attachment(commands, shared)
    do = _add(commands, shared, "do", "writing:do", "any act by name, its entry as JSON from standard input")
    do.add_argument("name", nargs="?", help="left out: lists the acts")
    do.add_argument("entry", nargs="?", default="-", help=argparse.SUPPRESS)


def _difference(commands: Commands, shared: argparse.ArgumentParser) -> None:
    difference = commands.add_parser("difference", help="differences").add_subparsers(
        metavar="WHAT", required=True
    )
    decide = _add(
        difference, shared, "decide", "writing:difference_decide", "settle a difference for everybody"
    )
    decide.add_argument("id")
    decide.add_argument("--take", type=int, metavar="N", help="the answer to take, counted from 1")
    _note(decide, "value")
    decide.add_argument("--rev")
    decide.add_argument(
        "--reason",
        "--note",
        dest="reason",
        metavar="-",
        help="`-`: why, from standard input; may be left out",
    )
    decide.add_argument(
        "--reason-file", "--note-file", dest="reason_file", metavar="F", help="why, from a file"
    )
    decide.add_argument(
        "--readers", default="workers", help="who may read why: workers, professionals or family"
    )
    undo = _add(difference, shared, "undo", "writing:difference_undo", "undo a decision: it is open again")
    undo.add_argument("id", help="the decision's id, or that of the difference it settled")
    ask = _add(
        difference, shared, "ask", "writing:difference_ask", "ask about a difference and leave it open"
    )
    ask.add_argument("id")
    ask.add_argument("--readers", default="workers", help="who may read it: workers, professionals or family")
    _note(ask)


def _visit(log: argparse.ArgumentParser) -> None:
    log.add_argument("--family", default="", metavar="ID")
    log.add_argument("--on", default="", metavar="DATE")
    log.add_argument("--start", default="", metavar="HH:MM")
    log.add_argument("--end", default="", metavar="HH:MM")
    log.add_argument("--kind", default="home", help="home, school, hub, community or video")
    log.add_argument("--outcome", default="made", help="made, not_in, refused, cancelled or not_brought")
    log.add_argument(
        "--safe", default="", metavar="no/not-sure/yes", help="is any child unsafe, or are you worried?"
    )
    log.add_argument("--seen", action="append", default=[], metavar="ID[=HOW]")
    log.add_argument("--seen-alone", action="append", default=[], metavar="ID")
    log.add_argument("--not-seen", action="append", default=[], metavar="ID=WHY")
    log.add_argument("--present", action="append", default=[], metavar="ID")
    log.add_argument("--readers", default="professionals", help="who may read the note")
    log.add_argument("--did", default="", help="a visit that was not made: what you did")
    log.add_argument("--next", default="", metavar="DATE", help="the next visit")
    _note(log)


def _attachment(commands: Commands, shared: argparse.ArgumentParser) -> None:
    under = commands.add_parser("attachment", help="files in a family's file").add_subparsers(
        metavar="WHAT", required=True
    )
    add = _add(under, shared, "add", "attachments:add", "attach a photograph, a letter, a form")
    add.add_argument("--family", required=True, metavar="ID")
    add.add_argument("--file", required=True, metavar="PATH")
    add.add_argument("--readers", default="workers", help="workers, professionals or family")
    add.add_argument("--on", default="today", metavar="DATE")
    add.add_argument(
        "--about", default="", metavar="KIND:ID", help="visit, note, plan or agreement, and its id"
    )
    _note(add, "what")
    listed = _add(under, shared, "list", "attachments:listed", "a family's attachments, the newest first")
    listed.add_argument("--family", required=True, metavar="ID")
    listed.add_argument("--readers", default="workers", help="only what these may read")
    save = _add(under, shared, "save", "attachments:save", "write an attachment to a new file")
    save.add_argument("id")
    save.add_argument("--out", required=True, metavar="FILE")
    remove = _add(
        under, shared, "remove", "attachments:remove", "take an attachment out of its family's file"
    )
    remove.add_argument("id")
    remove.add_argument("--rev", help="the revision that was on screen")
    budget = _add(
        under, shared, "budget", "attachments:budget", "how many MB a day attachments may take of the line"
    )
    budget.add_argument("megabytes", nargs="?", type=int)


def _laptop(commands: Commands, shared: argparse.ArgumentParser) -> None:
    enrol = _add(
        commands, shared, "enrol", "syncing:enrol", "make this laptop one of a hub's, with a one-time code"
    )
    enrol.add_argument("url")
    enrol.add_argument(
        "code", nargs="?", help="in demonstrations only; else it is asked for, or standard input"
    )
    sync = _add(commands, shared, "sync", "syncing:sync", "send what waits and fetch what is new")
    how = sync.add_mutually_exclusive_group()
    how.add_argument("--watch", action="store_true", help="go on until stopped")
    how.add_argument(
        "--to", dest="to_file", metavar="FILE", help="no network: write a file to be carried to the hub"
    )
    how.add_argument(
        "--from", dest="from_file", metavar="FILE", help="no network: take the hub's answer to it"
    )
    aside = commands.add_parser("aside", help="what the hub set aside in files that you hold").add_subparsers(
        metavar="WHAT", required=True
    )
    _add(aside, shared, "list", "asides:listed", "what needs a person, oldest first")
    release = _add(aside, shared, "release", "asides:release", "let it be written after all")
    release.add_argument("scope")
    release.add_argument("op_id")
    _note(release, "why")
    lease = _add(
        commands, shared, "lease", "upkeep:lease", "how long this laptop may be used without its hub"
    )
    lease.add_argument(
        "--from", dest="file", metavar="FILE", help="take an extension that two operators signed"
    )


def _demo(commands: Commands) -> None:
    demo = commands.add_parser("demo", help="a throw-away invented caseload, with its hub, and the app on it")
    demo.set_defaults(run="demo:demo")
    demo.add_argument("--families", type=int, default=250, metavar="N", help="families of the first locality")
    demo.add_argument("--today", metavar="DATE")
    demo.add_argument("--home", help="where to make it; left out: a temporary folder")
    demo.add_argument("--seed", type=int, default=1)
    demo.add_argument("--worker", type=int, default=1, help="whose laptop the app opens: 1 to 4")
    demo.add_argument("--no-app", action="store_true", help="stop after making it and print JSON")
    demo.add_argument("--json", action="store_true", help=argparse.SUPPRESS)


if __name__ == "__main__":
    sys.exit(main())
