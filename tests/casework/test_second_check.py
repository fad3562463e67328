"""The second check where contacts are decided: urgent action proceeds, no further action waits, nothing found is told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from familyhub.casework import contacts, front_door, gatekeeping, reading, triage
from familyhub.casework.check_entries import SettleCheckEntry
from familyhub.casework.contact_entries import (
    ChildDecision,
    ContactChildEntry,
    ContactEntry,
    HoldEntry,
    SignEntry,
    TriageEntry,
)
from familyhub.casework.laptop import Laptop, Who
from familyhub.casework.problems import Refused
from tests.support.families import JOAN, day, second_check

NIA = Who("w-nia", "Nia Bell", "gatekeeper", "birkenhead")
IAN = Who("w-ian-cross", "Ian Cross", "manager", "birkenhead")


@pytest.fixture
def desk(laptop: Laptop) -> Laptop:
    """The coordinator's laptop."""
    return replace(laptop, who=Who(JOAN, "Joan Pike", "coordinator", "birkenhead"))


def received(laptop: Laptop) -> str:
    entry = ContactEntry(
        source="2A", who="Ms Ali", worry="Mornings", received=day(0), children=[ContactChildEntry("Tom", "Walsh")]
    )  # fmt: skip
    return contacts.add_contact(laptop, entry).id


def decided(
    laptop: Laptop, contact: str, outcome: str = "no_further_action", level: str = "1"
) -> TriageEntry:
    (child,) = front_door.contact(laptop, contact).children
    return TriageEntry(contact, [ChildDecision(child.id, "yes", "", level, outcome, "School is content")])


def problems(act: object, laptop: Laptop, entry: object) -> dict[str, str]:
    before = reading.sync_page(laptop).waiting
    with pytest.raises(Refused) as found:
        act(laptop, entry)  # type: ignore[operator]
    assert reading.sync_page(laptop).waiting == before, "nothing was written"
    return {p.field.partition(":")[0]: p.sentence for p in found.value.problems}


def found_at_the_gate(laptop: Laptop, contact: str, at: str = "2026-03-12T09:10:00Z") -> None:
    """The hub's row for gatekeepers."""
    (child,) = front_door.contact(laptop, contact).children
    with laptop.store.work("hub") as work:
        work.create("gate", "gate_match", {
            "contact_id": contact, "check_at": at, "named_id": child.id, "person_id": "p9", "family_id": "f9",
            "rank": "strong", "evidence": "same name", "holders": "w-sam-doyle,w-elsewhere",
        })  # fmt: skip


def test_urgent_action_proceeds_and_no_further_action_waits_with_a_way_on(desk: Laptop) -> None:
    contact = received(desk)
    said = problems(triage.triage_contact, desk, decided(desk, contact))
    assert "second check is not back yet" in said["outcome"]
    assert "Hold the contact" in said["outcome"]
    triage.hold_contact(desk, HoldEntry(contact, "the second check is not back", "fri"))
    triage.triage_contact(desk, decided(desk, contact, "social_care", "4"))
    other = received(desk)
    second_check(desk, other)
    triage.triage_contact(desk, decided(desk, other))
    assert front_door.triage_page(desk, other).stands.state == "to_sign"


def test_somebody_who_is_added_makes_it_wait_again_also_for_the_signature(desk: Laptop) -> None:
    contact = received(desk)
    second_check(desk, contact)
    triage.triage_contact(desk, decided(desk, contact))
    manager = replace(desk, who=IAN)
    with desk.store.work(JOAN) as work:
        work.create(f"con:{contact}", "contact_adult", {"contact_id": contact, "given": "Gem", "tie": "mum"})
    assert front_door.contact(desk, contact).check.state == "again"
    assert "not back yet" in problems(triage.sign_contact, manager, SignEntry(contact))["contact"]
    second_check(desk, contact, at="2026-03-12T09:30:00Z")
    triage.sign_contact(manager, SignEntry(contact))


def test_where_a_manager_rings_it_waits_until_that_is_recorded_and_the_contact_says_no_more(
    desk: Laptop,
) -> None:
    contact = received(desk)
    second_check(desk, contact, "rings")
    found_at_the_gate(desk, contact)
    assert (
        "A manager will ring you" in problems(triage.triage_contact, desk, decided(desk, contact))["outcome"]
    )
    assert problems(gatekeeping.settle_second_check, desk, SettleCheckEntry(contact)) == {
        "contact": gatekeeping.NOT_YOURS
    }
    keeper = replace(desk, who=NIA)
    assert front_door.triage_page(desk, contact).gate is None, "evidence is for gatekeepers"
    (line,) = front_door.queue(keeper)
    assert line.to_read
    gate = front_door.triage_page(keeper, contact).gate
    assert gate is not None
    assert [(f.person_id, f.evidence, f.holders) for f in gate.found] == [
        ("p9", "same name", ("Sam Doyle", "w-elsewhere"))
    ]
    act = gatekeeping.settle_second_check
    assert set(problems(act, keeper, SettleCheckEntry(contact))) == {"call"}
    assert set(problems(act, keeper, SettleCheckEntry(contact, "rang"))) == {"whom"}
    assert set(problems(act, keeper, SettleCheckEntry(contact, "nobody"))) == {"because"}
    assert set(problems(act, keeper, SettleCheckEntry(contact, "rang", "Sam", "tomorrow", "dusk"))) == {
        "on",
        "time",
    }
    act(keeper, SettleCheckEntry(contact, "rang", "Sam Doyle", time="10:05"))
    assert front_door.contact(desk, contact).check.state == "settled"
    assert not front_door.queue(keeper)[0].to_read
    (call,) = front_door.triage_page(keeper, contact).gate.calls  # type: ignore[union-attr]
    assert (call.call, call.whom, call.on, call.at) == ("rang", "Sam Doyle", day(0), "10:05")
    with desk.store.reading() as connection:
        row = connection.exec_driver_sql("select * from check_settled").mappings().one()
    told = {k for k, v in row.items() if v is not None} - {"scope", "id"}
    assert told == {"contact_id", "upto", "on", "by", "created_op", "created_hlc", "created_by"}
    assert problems(act, keeper, SettleCheckEntry(contact, "nobody", because="x")) == {
        "contact": gatekeeping.NO_RING
    }
    triage.triage_contact(desk, decided(desk, contact))


def test_a_manager_records_it_too_and_writes_nothing_at_the_gate(desk: Laptop) -> None:
    contact = received(desk)
    second_check(desk, contact, "rings")
    gatekeeping.settle_second_check(replace(desk, who=IAN), SettleCheckEntry(contact, "rang", "Sam"))
    with desk.store.reading() as connection:
        assert connection.exec_driver_sql("select count(*) from gate_call").scalar() == 0
    assert front_door.contact(desk, contact).check.state == "settled"


def test_a_contact_that_is_done_stays_in_the_gatekeepers_queue_until_somebody_rang(desk: Laptop) -> None:
    contact = received(desk)
    triage.triage_contact(desk, decided(desk, contact, "advice"))
    with desk.store.work(JOAN) as work:
        work.change(
            f"con:{contact}", "contact", contact, front_door.contact(desk, contact).rev, {"told_on": day(0)}
        )
    second_check(desk, contact, "rings")
    assert front_door.queue(desk) == []
    (line,) = front_door.queue(replace(desk, who=NIA))
    assert (line.contact.id, line.to_read, line.stands.state) == (contact, True, "done")


def test_a_gatekeeper_of_another_locality_has_it_in_the_queue_only_while_it_is_to_be_read(
    desk: Laptop,
) -> None:
    contact = received(desk)
    second_check(desk, contact, "rings")
    olu = replace(desk, who=Who("w-olu", "Olu Ade", "gatekeeper", "wallasey"))
    assert [w.contact.id for w in front_door.queue(olu)] == [contact]
    gatekeeping.settle_second_check(olu, SettleCheckEntry(contact, "nobody", because="another date of birth"))
    assert front_door.queue(olu) == []
    assert [w.contact.id for w in front_door.queue(desk)] == [contact]
