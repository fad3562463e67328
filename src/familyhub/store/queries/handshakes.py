"""Steps up and steps down of a family with their agreement and steps, the newest first; and their lines of the story."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from familyhub.practice.family_file import StoryLine
from familyhub.practice.handshakes import (
    STEP_DOWN,
    HandshakeRules,
    HandshakeView,
    Signed,
    Step,
    counted,
    may_answer,
)
from familyhub.records.codes import HANDSHAKE_STEP
from familyhub.records.handshakes import Handshake, HandshakeSignature, HandshakeStep, StepDownAnswer
from familyhub.records.oversight import Locality
from familyhub.store.queries.rows import by_key, visible

if TYPE_CHECKING:
    from sqlalchemy import Connection
    from sqlmodel import Session


STEPPED_DOWN = """
select distinct h.scope from handshake h join contact c on c.scope = h.scope
where h.scope >= 'con:' and h.scope < 'con;' and c.family_id = ? and c.removed is null
"""
"""Contacts in which a step down of a family was asked for: there are few, while contacts are many."""


def contacts(connection: Connection, family_id: str) -> list[str]:
    """The scopes of the contacts in which social care asked for a step down of a family."""
    return [row[0] for row in connection.exec_driver_sql(STEPPED_DOWN, (family_id,))]


def scope_of(connection: Connection, handshake_id: str) -> str | None:
    """The family's file or the contact in which a step up or step down stands; None where it is not here."""
    sql = "select scope from handshake where id = ? and removed is null"
    row = connection.exec_driver_sql(sql, (handshake_id,)).first()
    return str(row[0]) if row is not None else None


def handshakes(db: Session, scopes: Sequence[str], workers: dict[str, str]) -> tuple[HandshakeView, ...]:
    """Every handshake of some files and contacts, asked for by us or by the other side."""
    signatures = by_key(visible(db, HandshakeSignature, scopes), "handshake_id")
    steps = by_key(visible(db, HandshakeStep, scopes), "handshake_id")
    answers = by_key(visible(db, StepDownAnswer, scopes), "handshake_id")
    found = [
        HandshakeView(
            h.id, h.kind or "", h.episode_id or "", h.service or "", h.whom or "", h.attached or "", h.handover_on or "",
            h.told or "", h.told_why or "", h.told_why_readers or "workers", h.reason or "", h.reason_readers or "workers",
            h.on or "", workers.get(h.by or "", h.by or ""), h.by or "", h.meeting_id or "",
            tuple(sorted(
                (Signed(s.signature or "", s.on or "", workers.get(s.by or "", s.by or ""), s.by or "", s.reason or "",
                        s.reason_readers or "workers", (s.created_hlc or 0, s.id)) for s in signatures.get(h.id, [])),
                key=lambda s: (s.on, s.order),
            )),
            tuple(sorted(
                [_step(s, workers) for s in steps.get(h.id, ()) if may_answer(h.kind or "", s.step or "")]
                + [_answer(a, workers) for a in answers.get(h.id, ()) if h.kind == STEP_DOWN],
                key=lambda s: (s.on, s.order),
            )),
            (h.created_hlc or 0, h.id), h.scope,
        )
        for h in visible(db, Handshake, scopes)
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda h: (h.on, h.order), reverse=True))


def _step(row: HandshakeStep, workers: dict[str, str]) -> Step:
    return Step(
        row.step or "", row.on or "", workers.get(row.by or "", row.by or ""), row.service or "", row.whom or "",
        row.way or "", row.text or "", row.text_readers or "workers", order=(row.created_hlc or 0, row.id),
    )  # fmt: skip


def _answer(row: StepDownAnswer, workers: dict[str, str]) -> Step:
    return Step(
        row.answer or "", row.on or "", workers.get(row.by or "", row.by or ""), text=row.text or "",
        readers=row.text_readers or "workers", handover_on=row.handover_on or "", handover_with=row.handover_with or "",
        order=(row.created_hlc or 0, row.id),
    )  # fmt: skip


def rules(local: Locality) -> HandshakeRules:
    """A locality's clocks."""
    usual = HandshakeRules()
    return HandshakeRules(
        local.step_up_answer_working_days or usual.answer_days,
        local.step_down_visit_working_days or usual.visit_days,
    )


def story(one: HandshakeView, workers: dict[str, str], worker_id: str) -> Iterator[StoryLine]:
    """What was asked, agreed or returned, and each step: a line of the story each."""
    mine = workers.get(worker_id, worker_id)

    def who(name: str) -> str:
        return "you" if name == mine else name

    side = f": {one.other_side}" if one.other_side else ""
    yield StoryLine(
        one.on, f"{one.title} asked for{side}", who(one.by), "handshake", one.id, one.reason, one.reason_readers,
        significant=True,
    )  # fmt: skip
    for signed in counted(one.by_id, one.signatures):
        words = "agreed by a manager" if signed.signature == "signed" else "returned by the manager"
        yield StoryLine(
            signed.on, f"{one.title} {words}", who(signed.by), "handshake", signed.order[1], signed.reason, signed.readers,
        )  # fmt: skip
    for step in one.steps:
        by = f" by {step.who}" if step.step in ("accepted", "declined") and step.who else ""
        to = f" to {step.who}" if step.step == "sent" and step.who else ""
        yield StoryLine(
            step.on, f"{one.title} {HANDSHAKE_STEP.words(step.step)}{by}{to}", who(step.by), "handshake", step.order[1],
            step.text, step.readers, significant=step.step != "sent",
        )  # fmt: skip
