"""The door: who may write which record where, and values that no table could keep. One table, entity × role.

Nothing is ever refused to the laptop: what may not be logged is set aside with one of these reasons, for a
person.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from typing import Any

from familyhub.hub import allocating, scopes
from familyhub.hub.log import SqlHubTx
from familyhub.records.catalogue import entities
from familyhub.sync.copy import Sender
from familyhub.sync.ops import REMOVED, Op

PRACTITIONERS = frozenset({"worker", "coordinator", "manager"})
FRONT_DOOR = PRACTITIONERS | {"gatekeeper"}
DESK = frozenset({"coordinator", "manager"})
TRIAGE = DESK | {"gatekeeper"}
"""Who decides at the front door."""
NOBODY: frozenset[str] = frozenset()
Rule = dict[str, frozenset[str]]
"""Roles that may write an entity, per kind of scope."""

PRIVATE: Rule = {
    "me": frozenset({"worker", "coordinator", "manager", "gatekeeper", "analyst", "partner", "operator"}),
    "sup": FRONT_DOOR,
    "gate": frozenset({"gatekeeper"}),
    "addr": frozenset({"gatekeeper"}),
}
"""Scopes whose holders write what they like in them."""
FILE: Rule = {"fam": PRACTITIONERS, "con": FRONT_DOOR, **PRIVATE}
"""Any record of a family's or a contact's file: never in a list that the whole locality reads."""
SHARED: Rule = {**FILE, "loc": FRONT_DOOR, "ref": DESK}
"""A kind of record that this version does not know: taken wherever its author may write at all."""
WRITERS: dict[str, Rule] = {
    "allocation": {"loc": DESK},
    "worker_facts": {"loc": DESK},
    "conflict_of_interest": {"loc": PRACTITIONERS},
    "safe_check": {"fam": PRACTITIONERS},
    "hand_over": {"fam": DESK},
    "same_person": {"loc": PRACTITIONERS, "gate": PRIVATE["gate"]},
    "family_index": {},
    "worker": {},
    "operator_key": {},
    "locality": {"ref": DESK},
    "contact_level": {"con": TRIAGE},
    "contact_match": {"con": TRIAGE},
    "contact_signature": {"con": frozenset({"manager"})},
    "second_check": {},
    "check_settled": {"con": frozenset({"manager", "gatekeeper"})},
    "gate_match": {},
    "gate_call": {"gate": PRIVATE["gate"]},
    "agreement_opinion": {"fam": frozenset({"manager"})},
    "assessment_signature": {"fam": frozenset({"manager"})},
    "closing_signature": {"fam": frozenset({"manager"})},
    "handshake_signature": {"fam": frozenset({"manager"})},
    "step_down_answer": {"fam": DESK, "con": DESK},
    "decision": {**FILE, "loc": PRACTITIONERS, "ref": DESK},
    "question": {**FILE, "loc": PRACTITIONERS, "ref": DESK},
}
"""Where an entity's rule is not that of a file. ``family_index``, ``worker``, ``operator_key``, ``second_check``
and ``gate_match`` are the hub's own; a decision stands where what it is about stands."""
REF_MODULES = frozenset({"services", "oversight", "improvement"})
"""Record modules whose rows stand in ``ref`` and ``loc:`` too: directory, local rules, plan of action."""

KINDS = frozenset({"create", "change", "decide", "remove"})
DRAFT = "draft"
"""What a laptop makes of an unfinished entry about a file that it has to leave."""
PIECE = "piece"
"""What a laptop makes of a part of an attachment that it could not send any more."""
LARGEST = 1 << 63
DEPTH = 12


def writers(entity: str) -> Rule:
    """Who may write an entity, per kind of scope."""
    if entity in WRITERS:
        return WRITERS[entity]
    known = entities().get(entity)
    if known is None or known.table.__module__.rpartition(".")[2] in REF_MODULES:
        return SHARED
    return FILE


class Door:
    """Judges ops of one transaction; what it needs is read once the scopes are locked."""

    def __init__(self) -> None:
        self._modes: dict[str, str] = {}
        self._left: dict[str, scopes.Left] = {}
        self._open: set[str] = set()
        self._desk: list[str] | None = None
        self._signers: list[str] | None = None

    def prepare(self, tx: SqlHubTx, sender: Sender, wanted: Collection[str]) -> None:
        """Read the sender's grants of the scopes that were locked, and which of these exist."""
        self._modes.update(scopes.modes(tx.sql, sender.worker, wanted, tx.now_ms))
        if missing := [scope for scope in wanted if scope not in self._modes]:
            self._left.update(scopes.left(tx.sql, sender, missing, tx.now_ms))
        self._open.update(scope for scope in wanted if tx.head(scope)[0])

    def refuse(self, tx: SqlHubTx, sender: Sender, op: Op) -> str:
        """Why ``op`` is set aside, or an empty text; the first op of a family or contact opens its scope."""
        reason = misfit(op)
        if reason:
            return reason
        if op.actor != sender.worker:
            return "this names somebody else as its author than the worker of the laptop that sent it"
        kind = scopes.kind_of(op.scope)
        if not kind:
            return "this is in a kind of file that the hub does not know"
        if sender.role not in writers(op.entity).get(kind, NOBODY):
            return f"a {sender.role or 'worker without a role'} may not write this kind of record there"
        return self._scope(tx, sender, op, kind) or self._allocation(tx, sender, op)

    def _scope(self, tx: SqlHubTx, sender: Sender, op: Op, kind: str) -> str:
        if op.scope in self._open or kind not in scopes.OPENS:
            left = self._left.get(op.scope)
            if self._modes.get(op.scope) == scopes.WRITE or (left and left.takes(op.inc, op.dseq)):
                return ""
            return "this worker does not hold the file that it is in"
        if sender.role not in scopes.OPENS[kind]:
            return "there is no such file, and this role does not open one"
        desk = self._coordinators(tx, sender)
        tx.give_later(scopes.opening(op.scope, sender.worker, desk, self._front_door(tx, sender, kind)))
        self._open.add(op.scope)
        self._modes[op.scope] = scopes.WRITE
        return ""

    def _coordinators(self, tx: SqlHubTx, sender: Sender) -> list[str]:
        if self._desk is None:
            self._desk = scopes.coordinators(tx.sql, sender.locality) if sender.locality else []
        return self._desk

    def _front_door(self, tx: SqlHubTx, sender: Sender, kind: str) -> list[str]:
        """Who decides and signs about a contact beside the coordinators."""
        if kind != "con" or not sender.locality:
            return []
        if self._signers is None:
            self._signers = scopes.front_door(tx.sql, sender.locality)
        return self._signers

    def _allocation(self, tx: SqlHubTx, sender: Sender, op: Op) -> str:
        """What ``hub.allocating`` says against an act about who holds a family."""
        if op.entity not in allocating.JUDGED:
            return ""
        scope = f"fam:{op.patch.get('family_id')}"
        if scope not in self._modes:
            self._modes.update({scope: "", **scopes.modes(tx.sql, sender.worker, [scope], tx.now_ms)})
        return allocating.objection(tx.sql, sender, op, holds=bool(self._modes[scope]))


# -- values --------------------------------------------------------------------------------------------------


def misfit(op: Op) -> str:
    """Why the hub's tables could not keep ``op``, or an empty text."""
    if op.kind == DRAFT:
        return "this was being written when its author's access to the file ended; it was never finished"
    if op.kind == PIECE:
        return "this is part of an attached file that had not been sent when its author's access to the family ended"
    if op.kind not in KINDS:
        return "this is a kind of act that the hub does not know"
    if "\0" in "".join((op.entity, op.row_id, op.actor, *op.patch)):
        return "this has a name with a character that cannot be kept"
    if not 0 <= op.sv < LARGEST:
        return "this names a version that cannot be"
    known = entities().get(op.entity)
    types = known.types if known else {}
    for field, value in op.patch.items():
        kind = type(value)
        if ("\0" in value) if kind is str else not keepable(value):
            return (
                "this has a value that cannot be kept: a number, character or nesting beyond what tables hold"
            )
        if field == REMOVED:
            if not (value is None or (isinstance(value, list) and all(isinstance(v, str) for v in value))):
                return "this removes a row without saying which values were seen"
        elif value is not None and types.get(field, kind) is not kind:  # its own type exactly: yes is not 1
            return f"this has a value in “{field}” that is not of that field's kind"
    return ""


def keepable(value: Any, depth: int = 0) -> bool:
    """Whether both engines keep a value as it is: JSON without NUL, whole numbers of 64 bits, no infinity."""
    if value is None or isinstance(value, bool):
        return True
    if isinstance(value, str):
        return "\0" not in value
    if isinstance(value, int):
        return -LARGEST <= value < LARGEST
    if isinstance(value, float):
        return math.isfinite(value)
    if depth >= DEPTH:
        return False
    if isinstance(value, list):
        return all(keepable(v, depth + 1) for v in value)
    if isinstance(value, dict):
        return all(isinstance(k, str) and "\0" not in k and keepable(v, depth + 1) for k, v in value.items())
    return False
