"""A signed extension of leases: for when the centre is down for months, two operators say until when laptops may be used."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import msgspec

from familyhub.practice.lease import BACK_HOURS, EXTENSION, LONGEST_EXTENSION

ANY_DEVICE = "all"
NEEDED = 2
"""Operators who have to sign."""


class Signature(msgspec.Struct, frozen=True):
    """One operator's, in base64."""

    operator: str
    signature: str

    @property
    def raw(self) -> bytes:
        """Its bytes; none for what is no base64."""
        try:
            return b64decode(self.signature, validate=True)
        except ValueError:
            return b""


class Extension(msgspec.Struct, frozen=True, tag_field="app", tag="familyhub-lease-1"):
    """What the file says: JSON without any record content."""

    hub: str
    device: str
    """A device's id, or ``all``."""
    days: int
    """From when it was first signed."""
    signed_at: str
    """ISO UTC, by the hub's clock."""
    nonce: str
    signatures: tuple[Signature, ...] = ()

    @property
    def text(self) -> bytes:
        """What operators sign."""
        return "\n".join(
            ("familyhub-lease-1", self.hub, self.device, str(self.days), self.signed_at, self.nonce)
        ).encode()

    @property
    def until(self) -> datetime:
        """When it ends."""
        return datetime.fromisoformat(self.signed_at) + timedelta(days=self.days)


def read(content: bytes) -> Extension | None:
    """The extension in a file, None where there is none."""
    try:
        found = msgspec.json.decode(content, type=Extension)
        signed = datetime.fromisoformat(found.signed_at)
    except (msgspec.MsgspecError, ValueError):
        return None
    return found if signed.tzinfo is not None and 1 <= found.days <= LONGEST_EXTENSION else None


def refusal(extension: Extension, settings: Mapping[str, str], signers: int, now: datetime) -> str:
    """Why a laptop does not take an extension, as a sentence; empty where it does.

    ``signers``: how many different operators' signatures hold.
    """
    signed = datetime.fromisoformat(extension.signed_at).astimezone(UTC)
    if extension.hub != settings.get("hub_id"):
        return "This extension is of another hub."
    if extension.device not in (ANY_DEVICE, settings.get("device")):
        return "This extension is for another laptop."
    if signers < NEEDED:
        return "This extension does not have the signatures of two operators whom this laptop knows."
    taken = settings.get(EXTENSION)
    if taken and signed <= datetime.fromisoformat(taken):
        return "This extension, or one signed later, was taken already."
    if now < signed - timedelta(hours=BACK_HOURS):
        return "The clock of this laptop is behind: set it right, then take the extension again."
    if now >= extension.until:
        return "This extension has run out. Ask your hub for another one."
    return ""
