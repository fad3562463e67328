"""Operators and what two of them sign together: extensions of leases.

The private half of an operator's key is the key of a vault file, sealed by a passphrase as a store's is. The public half
stands in ``ref``, written by the hub alone, and reaches every laptop with the ordinary sync.
"""

from __future__ import annotations

import json
import re
from base64 import b64decode, b64encode
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from familyhub.hub import admin
from familyhub.hub.home import HubError
from familyhub.hub.service import Hub
from familyhub.practice import extension as extensions
from familyhub.practice.extension import ANY_DEVICE, NEEDED, Extension, Signature
from familyhub.practice.lease import LONGEST_EXTENSION
from familyhub.store import signatures
from familyhub.store.vault import Vault, write_durably
from familyhub.sync.snapshot import received_text


class Operator(NamedTuple):
    """Somebody who may sign."""

    id: str
    name: str
    public_key: str
    """In base64."""
    ended: bool


def add(hub: Hub, name: str, key_file: Path, passphrase: str) -> Operator:
    """Make an operator's pair of keys, the private half in ``key_file``; raises ``StoreError``."""
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    if not plain:
        raise HubError("An operator needs a name, as people say it.")
    if key_file.exists():
        raise HubError(f"{key_file} exists already: a key never overwrites another. Choose a new name.")
    identity = f"op-{plain[:40]}-{hub.randomness(3).hex()}"
    try:
        seed = Vault(key_file).create(passphrase, identity)
    except OSError as error:
        raise HubError(f"{key_file} cannot be written: {error.strerror}.") from None
    public = b64encode(signatures.public_of(seed)).decode()
    fields = {"name": name, "public_key": public, "ended": False}
    admin.write_row(hub, admin.REF, "operator_key", identity, fields)
    return Operator(identity, name, public, False)


def every(hub: Hub) -> list[Operator]:
    """Every operator, those whose signature counts no more too."""
    with hub.reading() as sql:
        found = sql.rows(
            "select id, name, public_key, ended from operator_key where scope = ? and removed is null order by id",
            (admin.REF,),
        )
    return [Operator(i, name or i, key or "", bool(ended)) for i, name, key, ended in found]


def end(hub: Hub, operator: str) -> None:
    """What an operator signs counts no more, on each laptop from its next meeting with the hub on."""
    if not any(one.id == operator and not one.ended for one in every(hub)):
        raise HubError(f"There is no operator {operator}, or they have ended already.")
    admin.write_row(hub, admin.REF, "operator_key", operator, {"ended": True})


def extend(hub: Hub, device: str, days: int, key_file: Path, passphrase: str, out: Path) -> Extension:
    """Sign an extension of ``days`` from its first signature; a file that is there already is signed as well."""
    if not 1 <= days <= LONGEST_EXTENSION:
        raise HubError(f"An extension is for 1 to {LONGEST_EXTENSION} days.")
    if device != ANY_DEVICE and not any(d["id"] == device for d in admin.list_devices(hub)):
        raise HubError(f"There is no laptop {device}. `familyhub hub device list` shows which there are.")
    operator, seed = _key(hub, key_file, passphrase)
    begun = _begun(hub, device, days, out)
    if any(one.operator == operator.id for one in begun.signatures):
        raise HubError(f"{operator.name} has signed this extension already: another operator has to.")
    if len(begun.signatures) >= NEEDED:
        raise HubError(f"{out} is signed by two operators already: it can be carried to the laptop.")
    mine = Signature(operator.id, b64encode(signatures.sign(seed, begun.text)).decode())
    signed = replace(begun, signatures=(*begun.signatures, mine))
    try:
        write_durably(out, json.dumps(msgspec.to_builtins(signed), indent=1).encode())
    except OSError as error:
        raise HubError(f"{out} cannot be written: {error.strerror}.") from None
    return signed


def _key(hub: Hub, key_file: Path, passphrase: str) -> tuple[Operator, bytes]:
    """The operator whose key file this is, and the seed; raises ``StoreError``."""
    if not key_file.is_file():
        raise HubError(f"There is no key file {key_file}.")
    seed = Vault(key_file).open(passphrase)
    public = b64encode(signatures.public_of(seed)).decode()
    for one in every(hub):
        if one.public_key == public and not one.ended:
            return one, seed
    raise HubError(f"{key_file} is not the key of an operator of this hub, or of one who has ended.")


def _begun(hub: Hub, device: str, days: int, out: Path) -> Extension:
    """The extension that is to be signed: a new one, or the one that another operator has begun."""
    if not out.exists():
        return Extension(hub.home.hub_id, device, days, received_text(hub.clock()), hub.randomness(12).hex())
    begun = extensions.read(out.read_bytes())
    if begun is None or begun.hub != hub.home.hub_id:
        raise HubError(f"{out} exists and is no extension of this hub. Choose another name.")
    if (begun.device, begun.days) != (device, days):
        raise HubError(
            f"{out} is an extension for {begun.device} of {begun.days} days: sign the same, or choose another name."
        )
    keys = {one.id: b64decode(one.public_key) for one in every(hub) if not one.ended}
    if not all(signatures.holds(keys.get(s.operator, b""), s.raw, begun.text) for s in begun.signatures):
        raise HubError(f"{out} has been altered since it was first signed. Begin a new one.")
    if datetime.fromtimestamp(hub.clock() / 1000, UTC) >= begun.until:
        raise HubError(f"{out} has run out. Begin a new one.")
    return begun
