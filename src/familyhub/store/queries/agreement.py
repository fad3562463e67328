"""Agreement as it stands for each adult, the sharing log, copies given."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from familyhub.practice.agreement import GivenCopyView, Opinion, SharingView
from familyhub.practice.family_file import AgreementLine
from familyhub.records.codes import AGREEMENT_STATE
from familyhub.records.episodes import Agreement
from familyhub.records.sharing import AgreementOpinion, GivenCopy, Sharing
from familyhub.store.queries.rows import by_key, latest, visible

if TYPE_CHECKING:
    from sqlmodel import Session

    from familyhub.records.synced import Synced

Names = Mapping[str, str]


def in_order(row: Synced) -> tuple[str, int, str]:
    """Rows by the day they are about; of two on one day, the one written later is last."""
    return (getattr(row, "on", None) or "", row.created_hlc or 0, row.id)


def agreements(db: Session, scope: str, people: Names, workers: Names) -> tuple[AgreementLine, ...]:
    """The last that each person said, in the order in which they were first asked."""
    opinions = by_key(visible(db, AgreementOpinion, scope), "agreement_id")
    said: dict[str | None, list[Agreement]] = {}
    for row in sorted(visible(db, Agreement, scope), key=in_order):
        said.setdefault(row.person_id, []).append(row)
    return tuple(
        _line(person, rows, latest(opinions.get(rows[-1].id, [])), people, workers) for person, rows in said.items()
    )  # fmt: skip


def _line(
    person: str | None, rows: list[Agreement], opinion: AgreementOpinion | None, people: Names, workers: Names
) -> AgreementLine:
    row = rows[-1]
    agreed_earlier = [r.on for r in rows[:-1] if r.state == "agreed"]
    return AgreementLine(
        people.get(person or "", "somebody"), AGREEMENT_STATE.words(row.state), row.on, row.agencies or "",
        row.not_agencies or "", row.why or "", row.id, person, row.state or "", workers.get(row.by or "", ""),
        row.what or "", row.what_readers or "workers", row.why_readers or "workers", row.safe_to_stop or "",
        row.stop_why or "", row.stop_why_readers or "workers",
        Opinion(opinion.on or "", workers.get(opinion.by or "", ""), opinion.opinion or "", opinion.opinion_readers or "workers")
        if opinion else None,
        sum(bool(r.refreshes) for r in rows), agreed_earlier[-1] if agreed_earlier else None,
    )  # fmt: skip


def sharing_log(db: Session, scope: str, people: Names, workers: Names) -> tuple[SharingView, ...]:
    """What was shared, the newest first."""
    rows = sorted(visible(db, Sharing, scope), key=in_order, reverse=True)
    if not rows:
        return ()
    whose = {a.id: people.get(a.person_id or "", "somebody") for a in visible(db, Agreement, scope)}
    return tuple(
        SharingView(
            r.id, r.on or "", r.agency or "", r.who or "", r.what or "", r.what_readers or "workers", r.why or "",
            r.why_readers or "workers", r.basis or "", whose.get(r.agreement_id or "", ""), r.without_why or "",
            r.without_why_readers or "workers", r.told, r.told_why or "", r.told_why_readers or "workers",
            workers.get(r.by or "", ""),
        )
        for r in rows
    )  # fmt: skip


def given_copies(db: Session, scope: str, people: Names, workers: Names) -> tuple[GivenCopyView, ...]:
    """Copies of the agreement and the assessment that were given, the newest last."""
    return tuple(
        GivenCopyView(
            c.id, c.about or "", c.about_id or "", c.on or "", c.to or people.get(c.person_id or "", ""), c.person_id,
            workers.get(c.by or "", ""),
        )
        for c in sorted(visible(db, GivenCopy, scope), key=in_order)
    )  # fmt: skip
