"""Steps up and steps down of a family with their agreement and steps, the newest first; and their lines of the story."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from familyhub.practice.family_file import StoryLine
from familyhub.practice.handshakes import HandshakeRules, HandshakeView, Signed, Step, counted
from familyhub.records.codes import HANDSHAKE_STEP
from familyhub.records.handshakes import Handshake, HandshakeSignature, HandshakeStep
from familyhub.records.oversight import Locality
from familyhub.store.queries.rows import by_key, visible

if TYPE_CHECKING:
    from sqlmodel import Session


def handshakes(db: Session, scope: str, workers: dict[str, str]) -> tuple[HandshakeView, ...]:
    """Every handshake of a family, asked for by us or by the other side."""
    signatures = by_key(visible(db, HandshakeSignature, scope), "handshake_id")
    steps = by_key(visible(db, HandshakeStep, scope), "handshake_id")
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
                (Step(s.step or "", s.on or "", workers.get(s.by or "", s.by or ""), s.service or "", s.whom or "",
                      s.way or "", s.text or "", s.text_readers or "workers", s.handover_on or "",
                      (s.created_hlc or 0, s.id)) for s in steps.get(h.id, [])),
                key=lambda s: (s.on, s.order),
            )),
            (h.created_hlc or 0, h.id),
        )
        for h in visible(db, Handshake, scope)
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda h: (h.on, h.order), reverse=True))


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
