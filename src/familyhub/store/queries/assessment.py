"""Assessments with every version of what was written in them, children's words outside visits, and their days."""

from __future__ import annotations

from typing import TYPE_CHECKING

from familyhub.practice.assessment import (
    AssessmentView,
    Completion,
    DayPart,
    FoundNeed,
    MeetingOffer,
    MetView,
    SectionScore,
    SectionText,
    VoiceView,
)
from familyhub.practice.family_file import StoryLine
from familyhub.records.assessments import (
    Assessment,
    AssessmentCompletion,
    AssessmentMet,
    AssessmentNeed,
    AssessmentScore,
    AssessmentSignature,
    AssessmentText,
    ChildDay,
    ChildVoice,
    FamilyMeetingOffer,
)
from familyhub.store.queries.agreement import Names, in_order
from familyhub.store.queries.rows import by_key, latest, visible

if TYPE_CHECKING:
    from sqlmodel import Session


def voices(db: Session, scope: str, workers: Names) -> tuple[VoiceView, ...]:
    """Children's words outside visits, the newest last."""
    return tuple(
        VoiceView(
            v.id, v.person_id or "", v.occasion or "between", v.occasion_id or "", v.said or "", v.said_readers or "workers",
            v.asked or "", v.asked_readers or "workers", v.method or "", v.none_because or "",
            v.none_because_readers or "workers", v.on or "", workers.get(v.by or "", ""), v.by or "",
        )
        for v in sorted(visible(db, ChildVoice, scope), key=in_order)
    )  # fmt: skip


def days(db: Session, scope: str) -> tuple[DayPart, ...]:
    """Lines of children's days, the newest last."""
    return tuple(
        DayPart(
            d.person_id or "", d.occasion or "", d.occasion_id or "", d.part or "", d.text or "", d.text_readers or "workers",
            d.on or "",
        )
        for d in sorted(visible(db, ChildDay, scope), key=in_order)
    )  # fmt: skip


def assessments(
    db: Session,
    scope: str,
    people: Names,
    workers: Names,
    said: tuple[VoiceView, ...],
    lived: tuple[DayPart, ...],
) -> tuple[AssessmentView, ...]:
    """The family's assessments, the one that was started last at the end."""
    rows = sorted(
        visible(db, Assessment, scope), key=lambda a: (a.started_on or "", a.created_hlc or 0, a.id)
    )
    if not rows:
        return ()
    texts = by_key(sorted(visible(db, AssessmentText, scope), key=in_order), "assessment_id")
    scores = by_key(sorted(visible(db, AssessmentScore, scope), key=in_order), "assessment_id")
    met = by_key(sorted(visible(db, AssessmentMet, scope), key=in_order), "assessment_id")
    offers = by_key(sorted(visible(db, FamilyMeetingOffer, scope), key=in_order), "assessment_id")
    needs = by_key(sorted(visible(db, AssessmentNeed, scope), key=in_order), "assessment_id")
    done = by_key(sorted(visible(db, AssessmentCompletion, scope), key=in_order), "assessment_id")
    signed = by_key(visible(db, AssessmentSignature, scope), "completion_id")
    return tuple(
        AssessmentView(
            a.id, a.episode_id, a.started_on, a.organisation or "", workers.get(a.by or "", ""), a.by or "",
            tuple(
                SectionText(t.section or "", t.topic or "", t.person_id, t.text or "", t.text_readers or "workers",
                            t.on or "", workers.get(t.by or "", ""))
                for t in texts.get(a.id, [])
            ),
            tuple(SectionScore(s.section or "", s.person_id, s.score, s.on or "") for s in scores.get(a.id, [])
                  if s.score is not None),
            tuple(MetView(m.person_id or "", bool(m.met), m.why_not or "", m.why_not_readers or "workers", m.on or "")
                  for m in met.get(a.id, [])),
            tuple(MeetingOffer(o.answer or "", o.why or "", o.why_readers or "workers", o.on or "")
                  for o in offers.get(a.id, [])),
            tuple(FoundNeed(n.id, n.person_id, people.get(n.person_id or "", ""), n.headline or "", n.what or "",
                            n.what_readers or "workers", n.score) for n in needs.get(a.id, [])),
            tuple(_completion(c, _counts(c, signed.get(c.id, [])), workers) for c in done.get(a.id, [])),
            tuple(v for v in said if (v.occasion, v.occasion_id) == ("assessment", a.id)),
            tuple(d for d in lived if (d.occasion, d.occasion_id) == ("assessment", a.id)),
        )
        for a in rows
    )  # fmt: skip


def _counts(row: AssessmentCompletion, signed: list[AssessmentSignature]) -> AssessmentSignature | None:
    """The signature that counts: the last of somebody else than who completed it, wherever it was written."""
    return latest(s for s in signed if (s.by or "") != (row.by or ""))


def _completion(row: AssessmentCompletion, signed: AssessmentSignature | None, workers: Names) -> Completion:
    done = Completion(
        row.id, row.on or "", workers.get(row.by or "", ""), row.by or "", row.review_first_why or ""
    )
    if signed is None:
        return done
    return Completion(
        done.id, done.on, done.by, done.by_id, done.review_first_why, signed.signature or "", signed.on or "",
        workers.get(signed.by or "", ""), signed.reason or "",
    )  # fmt: skip


def story(
    found: tuple[AssessmentView, ...],
    said: tuple[VoiceView, ...],
    people: Names,
    workers: Names,
    worker_id: str,
) -> list[StoryLine]:
    """What the chronology tells of them: started, completed, signed or returned; and a child's words outside a visit."""

    def line(on: str, what: str, by: str, row_id: str, text: str = "", **more: object) -> StoryLine:
        who = "you" if by == workers.get(worker_id) else by
        return StoryLine(on, what, who, "assessment", row_id, text, "workers" if text else "", **more)  # type: ignore[arg-type]

    out = []
    for a in found:
        out.append(line(a.started_on or "", "Early help assessment started", a.by, a.id))
        for done in a.completions:
            out.append(line(done.on, "Early help assessment completed", done.by, done.id, done.review_first_why,
                            significant=True))  # fmt: skip
            if done.signature:
                out.append(line(done.signed_on, f"Early help assessment {done.signature}", done.signed_by,
                                f"{done.id}-{done.signature}", done.reason))  # fmt: skip
    for voice in said:
        if voice.said:
            name = people.get(voice.person_id, "A child")
            out.append(
                StoryLine(voice.on, f"{name}'s own words", "you" if voice.by_id == worker_id else voice.by, "voice",
                          voice.id, f"“{voice.said}”", voice.said_readers, children=(voice.person_id,))
            )  # fmt: skip
    return out
