"""Agreement and assessment from laptop to laptop: who holds the file writes, only a manager signs and gives a view."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from familyhub.casework import (
    agreements,
    assessment_sections,
    assessments,
    child_words,
    copies,
    reading,
    sharing,
)
from familyhub.casework.agreement_entries import (
    AgreementEntry,
    OpinionEntry,
    RecordCopyEntry,
    SharingEntry,
    WithdrawalEntry,
)
from familyhub.casework.assessment_entries import (
    AssessmentSignEntry,
    CarryEntry,
    ChildWordsEntry,
    CompletionEntry,
    FoundNeedEntry,
    SectionEntry,
    StartEntry,
)
from familyhub.casework.laptop import Laptop, Who
from familyhub.hub import admin
from familyhub.hub.rights import writers
from familyhub.hub.service import Hub
from familyhub.practice import assessment as rules
from familyhub.records.catalogue import entities
from tests.casework.test_assessments import answers
from tests.hub.world import ASHA, HELEN, Laptops, enrolled, hub_rows, synced

JOAN = "w-joan"
TODAY = date(2026, 5, 4)
FAMILY, SCOPE = "poe", "fam:poe"
NEW = (
    "agreement", "agreement_opinion", "sharing", "given_copy", "assessment", "assessment_text", "assessment_score",
    "assessment_met", "family_meeting_offer", "assessment_need", "assessment_completion", "assessment_signature",
    "child_voice", "child_day",
)  # fmt: skip
MANAGERS = ("agreement_opinion", "assessment_signature")


@pytest.fixture
def team(hub: Hub, laptops: Laptops) -> Iterator[tuple[Laptop, Laptop, Laptop]]:
    """Asha, who has the family; Helen, the coordinator; Joan, the manager, who was given the file."""
    admin.add_worker(hub, JOAN, "Joan Pike", "manager", "north")
    made = [
        Laptop(enrolled(hub, laptops.new(), worker), Who(worker, name, role, "north"), lambda: TODAY)
        for worker, name, role in ((ASHA, "Asha", "worker"), (HELEN, "Helen", "coordinator"), (JOAN, "Joan", "manager"))
    ]  # fmt: skip
    with made[0].store.work(ASHA) as work:
        work.create(SCOPE, "family", {"name": "Poe family", "locality": "north"}, FAMILY)
        for person, role, born in (("dawn", "adult", "1991-05-02"), ("leo", "child", "2016-11-20")):
            work.create(SCOPE, "person", {"birth_date": born}, person)
            work.create(
                SCOPE, "person_name", {"person_id": person, "given": person.title()}, f"{person}-name"
            )
            work.create(
                SCOPE,
                "membership",
                {"person_id": person, "role": role, "lives_here": True},
                f"{person}-member",
            )
    synced(hub, made[0].store)
    admin.grant(hub, SCOPE, JOAN)
    yield (made[0], made[1], made[2])
    for laptop in made:
        laptop.close()


def everywhere(hub: Hub, *laptops: Laptop) -> None:
    for laptop in (*laptops, *laptops):
        synced(hub, laptop.store)


def test_an_assessment_goes_from_who_wrote_it_to_the_manager_who_signs_and_back(
    hub: Hub, team: tuple[Laptop, Laptop, Laptop]
) -> None:
    asha, helen, joan = team
    agreements.record_agreement(asha, AgreementEntry(FAMILY, "dawn", "agreed", agencies="school"))
    sharing.log_sharing(asha, SharingEntry(FAMILY, "school", what="The chart", why="She uses it too"))
    copies.give_record_copy(asha, RecordCopyEntry(FAMILY, "agreement", "dawn", safe=True))
    assessments.start_assessment(asha, StartEntry(FAMILY))
    for place in rules.places(reading.family(asha, FAMILY)):
        entry = SectionEntry(FAMILY, place.section, place.person_id or "", **answers(place.section))  # type: ignore[arg-type]
        assessment_sections.write_section(asha, entry)
    assessment_sections.add_found_need(asha, FoundNeedEntry(FAMILY, "Mondays", person_id="leo", score=3))
    child_words.add_child_words(asha, ChildWordsEntry(FAMILY, "leo", "Better now"))
    assessments.complete_assessment(asha, CompletionEntry(FAMILY))
    agreements.withdraw_agreement(
        asha, WithdrawalEntry(FAMILY, "dawn", safe_to_stop="not_sure", stop_why="The cupboard")
    )
    everywhere(hub, asha, helen, joan)
    assessments.sign_assessment(joan, AssessmentSignEntry(FAMILY))
    agreements.give_opinion(joan, OpinionEntry(FAMILY, "dawn", "See Leo first"))
    everywhere(hub, joan, helen, asha)
    assert [tuple(r) for r in hub_rows(hub, "select reason from quarantine")] == []
    for laptop in (asha, helen):
        file = reading.family(laptop, FAMILY)
        current = rules.now(file)
        assert current is not None
        assert (current.state, len(current.days), file.sharing[0].agency) == ("signed", 5, "school")
        assert file.agreement[0].opinion is not None
    held = {e: hub_rows(hub, f"select count(*) from {e} where scope = '{SCOPE}'")[0][0] for e in NEW}
    assert min(held.values()) > 0, held


def test_two_who_carry_the_needs_at_once_make_one_need_of_each(
    hub: Hub, team: tuple[Laptop, Laptop, Laptop]
) -> None:
    asha, helen, _ = team
    with asha.store.work(ASHA) as work:
        work.create(SCOPE, "plan", {"state": "open", "started_on": "2026-04-01"}, "the-plan")
        work.create(SCOPE, "assessment", {"started_on": "2026-04-01"}, "a1")
        work.create(
            SCOPE,
            "assessment_need",
            {"assessment_id": "a1", "what": "Mondays", "what_readers": "family"},
            "n1",
        )
        work.create(
            SCOPE, "assessment_completion", {"assessment_id": "a1", "on": "2026-04-10", "by": ASHA}, "c1"
        )
    everywhere(hub, asha, helen)
    for laptop in (asha, helen):
        assessments.carry_needs(laptop, CarryEntry(FAMILY))
    everywhere(hub, asha, helen)
    for laptop in (asha, helen):
        file = reading.family(laptop, FAMILY)
        assert [n.what for p in file.plans for n in p.needs] == ["Mondays"]
        assert file.differences == ()


def test_the_hub_sets_aside_a_signature_or_a_view_of_anybody_but_a_manager(
    hub: Hub, team: tuple[Laptop, Laptop, Laptop]
) -> None:
    asha, helen, joan = team
    everywhere(hub, asha, helen)
    for laptop, role in ((asha, ASHA), (helen, HELEN)):
        with laptop.store.work(role) as work:
            work.create(
                SCOPE, "assessment_signature", {"completion_id": "c1", "signature": "signed", "by": role}
            )
            work.create(
                SCOPE,
                "agreement_opinion",
                {"agreement_id": "x", "opinion": "Fine", "opinion_readers": "workers"},
            )
    everywhere(hub, asha, helen, joan)
    assert sorted(r[0] for r in hub_rows(hub, "select reason from quarantine")) == [
        *["a coordinator may not write this kind of record there"] * 2, *["a worker may not write this kind of record there"] * 2,
    ]  # fmt: skip


@pytest.mark.parametrize("entity", NEW)
def test_each_new_record_is_written_in_a_familys_file_by_those_who_may(entity: str) -> None:
    assert entity in entities()
    rule = writers(entity)
    assert rule["fam"] == ({"manager"} if entity in MANAGERS else {"worker", "coordinator", "manager"})
    assert "loc" not in rule
    assert "ref" not in rule
