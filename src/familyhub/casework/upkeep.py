"""Looking a store over: counts, integrity, and records whose values do not fit; ids only, no content."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from familyhub.casework import leases
from familyhub.practice.clocks import parse_day
from familyhub.practice.lease import FINE, LOCKED, warning, why_locked
from familyhub.records.catalogue import entities
from familyhub.store.queries.status import sync_state

if TYPE_CHECKING:
    from familyhub.casework.laptop import Laptop


def record_counts(laptop: Laptop) -> dict[str, int]:
    """How many records of each kind this laptop holds."""
    with laptop.store.reading() as connection:
        counts = {
            e: connection.exec_driver_sql(f'select count(*) from "{e}"').scalar() or 0 for e in entities()
        }
        counts["unknown"] = connection.exec_driver_sql("select count(*) from unknown_row").scalar() or 0
    return {entity: int(count) for entity, count in counts.items() if count}


def vital_signs(laptop: Laptop) -> dict[str, Any]:
    """What a support desk needs to know, without record content."""
    with laptop.store.reading() as connection:
        state = sync_state(connection)
        pages = connection.exec_driver_sql("pragma page_count").scalar()
        differences = connection.exec_driver_sql("select count(*) from difference").scalar()
        drafts = connection.exec_driver_sql("select count(*) from draft").scalar()
    return {
        "records": sum(record_counts(laptop).values()), "pages": pages, "waiting": state.waiting,
        "set_aside": state.set_aside, "differences": differences, "drafts": drafts,
        "last_contact": state.last_contact, "demonstration": laptop.store.demonstration,
    }  # fmt: skip


def findings(laptop: Laptop) -> list[dict[str, str]]:
    """What needs mending, each with how."""
    out = []
    with laptop.store.reading() as connection:
        intact = connection.exec_driver_sql("pragma quick_check").scalar()
        state = sync_state(connection)
    if intact != "ok":
        out.append(
            {"what": "The database is damaged.", "mend": "Sync if you can, then enrol this laptop again."}
        )
    if state.set_aside:
        out.append(
            {
                "what": f"The hub set {state.set_aside} records aside.",
                "mend": "Open Sync (s) and ask your coordinator.",
            }
        )
    stands = leases.stands(laptop)
    if stands.state != FINE:
        what = why_locked(stands) if stands.state == LOCKED else warning(stands)
        out.append({"what": what, "mend": "familyhub sync, sync --to FILE, or lease --from FILE"})
    if not state.hub_url:
        out.append({"what": "This laptop knows no hub.", "mend": "familyhub enrol URL"})
    return out


def look_over(laptop: Laptop) -> list[dict[str, str]]:
    """Records whose values do not fit what their fields say: unknown codes, dates that are none, missing targets."""
    amiss: list[dict[str, str]] = []
    with laptop.store.reading() as connection:
        for name, entity in entities().items():
            fields = [f for f, rule in entity.fields.items() if rule.kind in ("code", "day")]
            if not fields:
                continue
            columns = ", ".join(f'"{f}"' for f in fields)
            for row in connection.exec_driver_sql(
                f'select id, {columns} from "{name}" where removed is null'
            ):
                for field, value in zip(fields, row[1:], strict=True):
                    if value is None:
                        continue
                    rule = entity.fields[field]
                    if rule.kind == "day" and len(str(value)) >= 10 and parse_day(str(value)) is None:
                        amiss.append({"entity": name, "id": row[0], "what": f"{field} is not a date"})
                    elif rule.codes is not None and value not in rule.codes.values:
                        amiss.append(
                            {"entity": name, "id": row[0], "what": f"{field} holds a code not known here"}
                        )
    return amiss
