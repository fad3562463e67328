"""What can be framed: labels that both engines can keep. Anything else is refused, nothing acknowledged."""

from __future__ import annotations

import re
from collections.abc import Iterable

from familyhub.sync.messages import PROTOCOL, MalformedMessage, Request

NAME = re.compile(r"[\x21-\x7e]{1,120}")
ID = re.compile(r"[\x21-\x7e]{1,64}")
DIGEST = re.compile(r"[0-9a-f]{16}")
LARGEST = 1 << 62
MOST = 200_000
"""Most entries of any list in a request."""


def check(request: Request) -> None:
    """Raise ``MalformedMessage`` where a label of the request cannot be kept."""
    if request.v > PROTOCOL:
        raise MalformedMessage("this hub does not speak that version of the protocol yet")
    if not DIGEST.fullmatch(request.digest):
        raise MalformedMessage("the digest is none")
    check_id(request.inc)
    _counts(request.moved, 0)
    _counts(request.own, 0)
    _counts(request.receipts, 0)
    if len(request.unseen) > MOST or len(request.epoch) > 64:
        raise MalformedMessage("that is too much at once")
    check_scopes(request.unseen)
    if len(request.ask) > MOST:
        raise MalformedMessage("that is too much at once")
    for scope, op_id in request.ask:
        _names(scope)
        check_id(op_id)
    for batch in request.push:
        _names(batch.scope)
        check_id(batch.inc)
        for frame in batch.frames:
            check_id(frame.op_id)
            if not 1 <= frame.dseq < LARGEST:
                raise MalformedMessage("a label is outside what labels can be")


def check_scopes(scopes: Iterable[str]) -> None:
    """Raise ``MalformedMessage`` where a scope's name cannot be kept."""
    for scope in scopes:
        _names(scope)


def _counts(counts: dict[str, int], least: int) -> None:
    if len(counts) > MOST or any(not least <= n < LARGEST for n in counts.values()):
        raise MalformedMessage("a count is outside what counts can be")
    check_scopes(counts)


def _names(text: str) -> None:
    if not NAME.fullmatch(text):
        raise MalformedMessage("a name of a scope cannot be kept")


def check_id(text: str) -> None:
    """Raise ``MalformedMessage`` where an id cannot be kept."""
    if not ID.fullmatch(text):
        raise MalformedMessage("an id cannot be kept")
