"""Questions to social workers and disagreements of a family's file or a contact, as plain values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from familyhub.practice import advice, disagreement
from familyhub.practice.advice import AdviceView
from familyhub.practice.disagreement import Declined, DisagreementView, Stage, local_stages
from familyhub.records.advice import AdviceAsked, AdviceStep, Disagreement, DisagreementStep
from familyhub.records.contacts import Contact
from familyhub.records.families import Family
from familyhub.records.handshakes import Handshake
from familyhub.records.oversight import Locality
from familyhub.store.queries.rows import by_key, session, visible, worker_names

if TYPE_CHECKING:
    from sqlalchemy import Connection
    from sqlmodel import Session


def in_scope(connection: Connection, scope: str) -> tuple[list[AdviceView], list[DisagreementView]]:
    """Everything asked and disagreed about in one file, questions newest first."""
    with session(connection) as db:
        names = worker_names(db)
        asked_steps = by_key(visible(db, AdviceStep, scope), "asked_id")
        steps = by_key(visible(db, DisagreementStep, scope), "disagreement_id")
        stages = _stages(db, scope)
        declined = {
            h.id: Declined(h.kind or "", h.service or "", h.on or "") for h in visible(db, Handshake, scope)
        }
        asked = [
            AdviceView(
                a.id, scope, a.question or "", a.on or "", names.get(a.by or "", a.by or ""),
                tuple(sorted(
                    (advice.Step(s.step or "", s.text or "", s.whom or "", s.on or "", names.get(s.by or "", s.by or ""),
                                 (s.created_hlc or 0, s.id)) for s in asked_steps.get(a.id, [])),
                    key=lambda s: s.order,
                )),
            )
            for a in visible(db, AdviceAsked, scope)
        ]  # fmt: skip
        opened = [
            DisagreementView(
                d.id, scope, d.view or "", d.other or "", d.with_whom or "", d.on or "", names.get(d.by or "", d.by or ""),
                tuple(sorted(
                    (disagreement.Step(s.step or "", s.stage or 0, s.text or "", s.on or "",
                                       names.get(s.by or "", s.by or ""), (s.created_hlc or 0, s.id))
                     for s in steps.get(d.id, [])),
                    key=lambda s: s.order,
                )),
                stages, d.handshake_id or "", declined.get(d.handshake_id or ""), (d.created_hlc or 0, d.id),
            )
            for d in visible(db, Disagreement, scope)
        ]  # fmt: skip
    asked.sort(key=lambda a: (a.on, a.id), reverse=True)
    return asked, disagreement.in_order(disagreement.together(opened))


def scope_of(connection: Connection, entity: str, row_id: str) -> str | None:
    """The file in which a question (``advice_asked``) or a ``disagreement`` stands, None where it is not here."""
    if entity not in ("advice_asked", "disagreement"):
        raise ValueError(entity)
    row = connection.exec_driver_sql(
        f"select scope from {entity} where id = ? and removed is null", (row_id,)
    ).first()
    return str(row[0]) if row is not None else None


def _stages(db: Session, scope: str) -> tuple[Stage, ...]:
    """The stages of the locality that a family or a contact belongs to."""
    if scope.startswith("con:"):
        place = next((c.locality for c in visible(db, Contact, scope)), None)
    else:
        place = next((f.locality for f in visible(db, Family, scope)), None)
    local = next((x for x in visible(db, Locality, "ref") if x.id == place), None)
    return local_stages(local.model_dump() if local is not None else {})
