"""What commands share: the home, the passphrase, texts that must not stand in a process list, and printing."""

from __future__ import annotations

import argparse
import getpass
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from familyhub.casework.home import has_store, home_folder, is_demonstration

if TYPE_CHECKING:
    from familyhub.casework.laptop import Laptop


class Refusal(Exception):
    """A command cannot be done; ``str`` is the sentence for stderr, exit status 1."""


def home_of(args: argparse.Namespace) -> Path:
    """The home folder of a command."""
    return home_folder(getattr(args, "home", None))


def passphrase_of(args: argparse.Namespace, home: Path) -> str:
    """The passphrase: from a file, in demonstrations from ``FAMILYHUB_PASSPHRASE``, else asked for."""
    if args.passphrase_file:
        return file_text(args.passphrase_file).rstrip("\r\n")
    given = os.environ.get("FAMILYHUB_PASSPHRASE")
    if given is not None:
        if is_demonstration(home):
            return given
        raise Refusal(
            "FAMILYHUB_PASSPHRASE is taken in demonstrations only: an environment can be read by others. "
            "Use --passphrase-file."
        )
    if not sys.stdin.isatty():
        raise Refusal("A passphrase is needed: give --passphrase-file F.")
    return getpass.getpass("Passphrase: ")


@contextmanager
def laptop_of(args: argparse.Namespace, *, even_locked: bool = False) -> Iterator[Laptop]:
    """The open laptop of a command; one whose lease has run out only for commands that end the lock, or look at it."""
    from familyhub.store.errors import NoStore

    home = home_of(args)
    if not has_store(home):
        raise NoStore(home)
    from familyhub.casework import leases
    from familyhub.casework.opening import open_laptop
    from familyhub.practice.lease import warning

    laptop = open_laptop(home, passphrase_of(args, home), even_locked=even_locked)
    try:
        if words := warning(leases.stands(laptop)):
            print(words, file=sys.stderr)
        yield laptop
    finally:
        laptop.close()


def file_text(path: str) -> str:
    """A file's text; raises ``Refusal``."""
    try:
        return Path(path).read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise Refusal(f"{path} cannot be read: {error.strerror}.") from error


def standard_input() -> str:
    """Everything on standard input; bytes that are no text become question marks."""
    return sys.stdin.buffer.read().decode("utf-8", "replace")


def text_of(args: argparse.Namespace, name: str = "note", *, needed: str = "") -> str:
    """A text: ``--NAME -`` from standard input, ``--NAME-file F``, and as it stands in demonstrations only."""
    given = getattr(args, name, None)
    path = getattr(args, f"{name}_file", None)
    if path:
        return file_text(path)
    if given == "-":
        return standard_input()
    if given is not None:
        if not is_demonstration(home_of(args)):
            raise Refusal(
                f"Text on the command line can be read in the process list: use --{name} - and standard input."
            )
        return str(given)
    if needed:
        raise Refusal(needed)
    return ""


def secret_of(given: str | None, home: Path, prompt: str) -> str:
    """A code: from standard input or a prompt; as an argument in demonstrations only."""
    if given and given != "-":
        if not is_demonstration(home):
            raise Refusal(
                "A code on the command line can be read by others: leave it out and type it when asked."
            )
        return given
    if sys.stdin.isatty():
        return getpass.getpass(prompt)
    return sys.stdin.buffer.readline().decode("utf-8", "replace").strip()


def show(args: argparse.Namespace, value: Any, lines: list[str]) -> None:
    """Print ``value`` as JSON with ``--json``, else the lines."""
    encoding = sys.stdout.encoding or "utf-8"
    if args.json:
        print(json.dumps(value, ensure_ascii=not encoding.lower().startswith("utf"), indent=1))
    else:
        for line in lines:
            plain = "".join([c if c >= " " and not "\x7f" <= c < "\xa0" else " " for c in line])
            print(plain.encode(encoding, "replace").decode(encoding))


def saved(args: argparse.Namespace, result: Any, words: str) -> None:
    """Print what an act gave back."""
    value = {"id": result.id, "saved": result.saved, "waiting": result.waiting}
    if result.note:
        value["note"] = result.note
    lines = [f"{words} saved on this laptop · {result.waiting} waiting to be sent · id {result.id}"]
    if result.note:
        lines.append(result.note)
    show(args, value, lines)
