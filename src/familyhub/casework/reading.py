"""Reading: what screens and commands show, each from one moment of the store."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from familyhub.casework.opening import TodayPage, today_page
from familyhub.casework.problems import refuse
from familyhub.practice.differences import Decided, Difference
from familyhub.practice.family_file import FamilyFile
from familyhub.practice.family_row import FamilyRow, Found
from familyhub.practice.sync_state import SyncState
from familyhub.records.oversight import Locality, Worker
from familyhub.records.plans import Action
from familyhub.store.blobs import day_of
from familyhub.store.queries import decisions as decision_queries
from familyhub.store.queries import differences as difference_queries
from familyhub.store.queries import families as family_queries
from familyhub.store.queries.attachments import OnTheirWay, on_their_way
from familyhub.store.queries.family import family_file, next_visit_due
from familyhub.store.queries.rows import rev, session, visible
from familyhub.store.queries.status import sync_state

if TYPE_CHECKING:
    from datetime import date

    from familyhub.casework.laptop import Laptop

__all__ = ["next_visit_due"]


@dataclass(frozen=True, slots=True)
class Numbers:
    """Whom to ring here, by day and by night (local data)."""

    locality: str
    day_number: str
    day_hours: str
    night_number: str


def today(laptop: Laptop) -> TodayPage:
    """Today, ranked."""
    with laptop.store.reading() as connection:
        return today_page(connection.connection.driver_connection, laptop.today)


def families(laptop: Laptop, text: str = "", which: str = "all") -> list[FamilyRow]:
    """Families by name, or those that ``text`` finds; ``which``: ``mine``, ``locality`` or ``all``."""
    with laptop.store.reading() as connection:
        if text.strip():
            rows = family_queries.find_families(
                connection, laptop.store.terms, text, laptop.today, laptop.who.id
            )
        else:
            rows = family_queries.listed(connection, laptop.today, laptop.who.id)
    if which == "mine":
        return [r for r in rows if r.mine]
    if which == "locality":
        return [r for r in rows if r.locality == laptop.who.locality]
    return rows


def family(laptop: Laptop, family_id: str) -> FamilyFile:
    """One family's file; raises ``Refused`` when it is not on this laptop."""
    with laptop.store.reading() as connection:
        known = family_id.encode("utf-8", "replace").decode()
        file = family_file(connection, known, laptop.today, laptop.who.id)
    if file is None:
        raise refuse(
            "family", "That family's file is not on this laptop. Ask the coordinator, or check the id."
        )
    return file


def search(laptop: Laptop, text: str, most: int = 50) -> list[Found]:
    """Every text and name on this laptop that matches, newest first."""
    with laptop.store.reading() as connection:
        return family_queries.find_texts(connection, laptop.store.terms, text, most)


def differences(laptop: Laptop) -> tuple[Difference, ...]:
    """Open differences, those about safety first."""
    with laptop.store.reading() as connection:
        return difference_queries.all_open(connection, laptop.who.id, laptop.today)


def decided_lately(laptop: Laptop) -> tuple[Decided, ...]:
    """What was decided about differences in the last weeks, here and by others, the newest first."""
    with laptop.store.reading() as connection:
        return decision_queries.lately(connection, laptop.who.id, laptop.today)


def sync_page(laptop: Laptop) -> SyncState:
    """The Sync screen: the numbers, and the records that the hub set aside."""
    with laptop.store.reading() as connection:
        return sync_state(connection, asides=True)


def attachments_on_their_way(laptop: Laptop) -> OnTheirWay:
    """How many attachments wait to be sent or are not here yet."""
    with laptop.store.reading() as connection:
        return on_their_way(connection, day_of(laptop.store.now_ms()))


def numbers(laptop: Laptop) -> Numbers:
    """Whom to ring in this laptop's locality."""
    with laptop.store.reading() as connection, session(connection) as db:
        rows = {x.id: x for x in visible(db, Locality, "ref")}
    here = rows.get(laptop.who.locality) or next(iter(rows.values()), None)
    if here is None:
        return Numbers("", "", "", "")
    return Numbers(here.name or here.id, here.day_number or "", here.day_hours or "", here.night_number or "")


def workers(laptop: Laptop) -> list[tuple[str, str]]:
    """(id, name) of colleagues, by name."""
    with laptop.store.reading() as connection, session(connection) as db:
        rows = [w for w in visible(db, Worker, "ref") if not w.disabled]
    return sorted(((w.id, w.name or w.id) for w in rows), key=lambda w: w[1])


def workers_who_left(laptop: Laptop) -> dict[str, str]:
    """Names by id of colleagues who work here no more."""
    with laptop.store.reading() as connection, session(connection) as db:
        return {w.id: w.name or w.id for w in visible(db, Worker, "ref") if w.disabled}


def find_action(laptop: Laptop, action_id: str) -> tuple[Action, str]:
    """An action and its revision; raises ``Refused`` when it is not on this laptop."""
    with laptop.store.reading() as connection, session(connection) as db:
        found = connection.exec_driver_sql("select scope from action where id = ?", (action_id,)).first()
        row = next((a for a in visible(db, Action, found[0]) if a.id == action_id), None) if found else None
        if row is None:
            raise refuse("action", f"There is no action {action_id[:40]} on this laptop.")
        return row, rev(row)


def family_of_need(laptop: Laptop, need_id: str) -> str:
    """The id of the family in whose plan a need stands; raises ``Refused`` when it is not on this laptop."""
    known = need_id.encode("utf-8", "replace").decode()
    with laptop.store.reading() as connection:
        sql = "select scope from need where id = ? and removed is null"
        found = connection.exec_driver_sql(sql, (known,)).first()
    if found is None:
        raise refuse("need", f"There is no need {known[:40]} on this laptop.")
    return str(found[0]).removeprefix("fam:")


def rhythm(laptop: Laptop, file: FamilyFile) -> date:
    """The day that the local rhythm offers for the next visit."""
    return next_visit_due(file, laptop.today)
