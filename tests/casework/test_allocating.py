"""At the Desk: who waits, allocating, handing over, covering, safe-checks, conflicts of interest; each bad input one sentence."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest

from familyhub.casework import acts, allocating, desk, handing_over, listing, reading
from familyhub.casework.allocation_entries import (
    AllocateEntry,
    ConflictEntry,
    CoverEntry,
    HandOverEntry,
    HolderEntry,
    SafeCheckEntry,
    WorkerFactsEntry,
)
from familyhub.casework.laptop import Laptop, Who
from familyhub.casework.upkeep import look_over
from familyhub.records.allocation import HandOver
from familyhub.records.episodes import EpisodeState, LeadPractitioner
from familyhub.store.queries.rows import latest, session, visible
from tests.casework.test_acts import refused
from tests.support.families import ASHA, BELL, HUGHES, JOAN, SAM, TODAY, day

NEW, MIA, LEFT, GRACE = "walsh", "w-mia-kerr", "w-left", "w-grace-okoro"


@pytest.fixture
def joan(laptop: Laptop) -> Laptop:
    """The coordinator's laptop: the Walshes wait since last week; one worker has left, one works elsewhere."""
    with laptop.store.work("hub") as work:
        for identity, name, fields in (
            (MIA, "Mia Kerr", {"role": "worker", "locality": "birkenhead"}),
            (LEFT, "Lou Gone", {"role": "worker", "locality": "birkenhead", "disabled": True}),
            (GRACE, "Grace Okoro", {"role": "worker", "locality": "wallasey"}),
        ):
            work.create("ref", "worker", {"name": name, **fields}, identity)
        work.create("fam:walsh", "family", {"name": "Walsh family", "locality": "birkenhead"}, NEW)
        work.create("fam:walsh", "episode", {"started_on": day(-7)}, "walsh-episode")
        work.create(
            "fam:walsh", "episode_state", {"episode_id": "walsh-episode", "state": "waiting", "on": day(-7)}
        )
    return replace(laptop, who=Who(JOAN, "Joan Pike", "coordinator", "birkenhead"))


def holders(laptop: Laptop, family: str = NEW) -> dict[str, str]:
    """Who holds a family today, by role."""
    page = desk.desk(laptop)
    return {r.role: r.worker_id for h in page.held if h.family.id == family for r in h.rows}


def the_wait(laptop: Laptop) -> desk.WaitingFamily:
    """How the Walshes wait; the Okafors, of whom only the index tells, wait with them: nobody is allocated."""
    found = {w.family.id: w for w in desk.desk(laptop).waiting}
    assert found["okafor"].reason == desk.NOBODY
    return found[NEW]


def test_a_family_waits_with_its_age_holder_and_safe_checks_until_it_is_given_to_a_worker(
    joan: Laptop,
) -> None:
    waiting = the_wait(joan)
    assert (waiting.family.id, waiting.waits.age, waiting.holder, waiting.waits.check) == (NEW, 5, "", "soon")
    allocating.name_holder(joan, HolderEntry(NEW, waiting="no_room", reason="Full until Easter"))
    saved = allocating.record_safe_check(
        joan, SafeCheckEntry(NEW, day(-1), "phone", "yes", "Mum answered, all three at home and well.")
    )
    assert saved.note == "Saved. Next safe-check Wed 18 Mar."
    (line,) = [line for line in reading.family(joan, NEW).story if line.kind == "safe_check"]
    assert (line.what, line.text) == (
        "Safe-check, telephone call: safe now yes", "Mum answered, all three at home and well.",
    )  # fmt: skip
    waiting = the_wait(joan)
    assert (waiting.holder, waiting.reason) == ("Joan Pike", "no worker has room: Full until Easter")
    assert waiting.waits.last is not None
    assert (waiting.waits.last.by, waiting.waits.last.on, waiting.waits.check) == (
        "Joan Pike",
        day(-1),
        "fine",
    )
    assert allocating.allocate(joan, AllocateEntry(NEW, MIA, weight="4")).note.startswith(
        "Mia Kerr has the family's file"
    )
    page = desk.desk(joan)
    assert [w.family.id for w in page.waiting] == ["okafor"]
    assert holders(joan) == {"lead": MIA}, "who held it while it waited holds it no more"
    assert next(c.worker.carried for c in page.caseloads if c.worker.id == MIA) == 4
    with joan.store.reading() as connection, session(connection) as db:
        state = latest(visible(db, EpisodeState, "fam:walsh"))
        lead = latest(visible(db, LeadPractitioner, "fam:walsh"))
    assert (state.state, lead.worker_id) == ("open", MIA)  # type: ignore[union-attr]
    mia = replace(joan, who=Who(MIA, "Mia Kerr", "worker", "birkenhead"))
    assert listing.order(mia, "mine") == [NEW]
    assert [f.id for f in reading.families(mia, which="mine")] == [NEW]


def test_today_asks_who_was_given_a_family_for_its_agreement_until_somebody_of_it_was_asked(
    joan: Laptop,
) -> None:
    def asked() -> list[tuple[str, str]]:
        return [(ln.what, ln.reason) for ln in reading.today(joan).lines if ln.family_id == NEW]

    def agreement(**fields: str) -> None:
        with joan.store.work(ASHA) as work:
            work.create("fam:walsh", "agreement", {"person_id": "dawn-walsh", **fields})

    agreement(state="agreed", on=day(-700))
    assert asked() == [], "nobody was given it"
    allocating.allocate(joan, AllocateEntry(NEW, ASHA))
    given = ("Ask if they agree to help", "given to you 12 Mar by Joan Pike; nobody was asked yet")
    assert asked() == [given], "what they agreed to when they were helped before is another thing"
    agreement(state="not_asked", on=day(0))
    assert asked() == [given]
    handing_over.hand_over(joan, HandOverEntry(NEW, MIA, family_told=True))
    assert asked() == [], "somebody else leads now"
    handing_over.hand_over(joan, HandOverEntry(NEW, ASHA, family_told=True))
    assert asked() == [given]
    agreement(state="declined", on=day(0))
    assert asked() == []


def test_what_is_wrong_with_an_allocation_is_said_at_its_place(joan: Laptop) -> None:
    def wrong(**fields: str) -> dict[str, str]:
        return refused(allocating.allocate, joan, AllocateEntry(NEW, **fields))

    assert wrong() == {"worker": "To whom is this family given?"}
    assert wrong(worker_id="nobody") == {"worker": "There is no worker nobody."}
    assert wrong(worker_id=LEFT) == {"worker": "Lou Gone has left: choose somebody who works here."}
    assert wrong(worker_id=GRACE) == {
        "worker": "Grace Okoro works in another locality: choose somebody of Birkenhead."
    }
    assert wrong(worker_id=JOAN) == {"worker": allocating.NOT_THEMSELVES}
    assert wrong(worker_id=MIA, role="second") == {
        "role": "This family has no lead worker: give it to one first."
    }
    assert wrong(worker_id=MIA, weight="much") == {"weight": "“much” is not a whole number from 0 to 20."}
    assert set(wrong(worker_id=MIA, on="never", role="boss")) == {"on", "role"}
    assert refused(allocating.allocate, joan, AllocateEntry(HUGHES, MIA)) == {
        "worker": "Asha Rahman holds this family: hand it over instead."
    }
    assert "family" in refused(allocating.allocate, joan, AllocateEntry("nowhere", MIA))
    asha = replace(joan, who=Who(ASHA, "Asha Rahman", "worker", "birkenhead"))
    assert refused(allocating.allocate, asha, AllocateEntry(NEW, ASHA)) == {"desk": desk.MAY_NOT}


def test_a_conflict_of_interest_is_shown_and_stops_an_allocation_unless_it_is_said_why(joan: Laptop) -> None:
    mia = replace(joan, who=Who(MIA, "Mia Kerr", "worker", "birkenhead"))
    assert set(refused(allocating.declare_conflict, mia, ConflictEntry(NEW))) == {"kind"}
    assert set(refused(allocating.declare_conflict, mia, ConflictEntry(NEW, "other"))) == {"reason"}
    assert set(refused(allocating.declare_conflict, mia, ConflictEntry(NEW, "work", worker_id=SAM))) == {
        "worker"
    }
    allocating.declare_conflict(mia, ConflictEntry(NEW, "neighbour", "Two doors down"))
    found = desk.suggestions(desk.desk(joan), NEW)
    assert [s.worker.id for s in found if s.excluded] == [MIA]
    assert found[-1].reasons[0] == "conflict of interest: neighbour, or same school: Two doors down"
    (sentence,) = refused(allocating.allocate, joan, AllocateEntry(NEW, MIA)).values()
    assert sentence.startswith("Mia Kerr has a conflict of interest with the Walsh family (neighbour")
    allocating.allocate(joan, AllocateEntry(NEW, MIA, despite="Nobody else speaks Polish; manager agrees"))
    assert "Despite a conflict of interest: Nobody else" in next(
        r.reason for r in desk.rows_here(joan).rows if r.worker_id == MIA
    )
    assert next(h.wrong for h in desk.desk(joan).held if h.family.id == NEW).startswith(
        "Mia Kerr has a conflict of interest"
    )
    allocating.declare_conflict(mia, ConflictEntry(NEW, over=True))
    assert next(h.wrong for h in desk.desk(joan).held if h.family.id == NEW) == ""


def test_a_hand_over_takes_its_page_the_lead_and_the_next_visit_with_it(joan: Laptop) -> None:
    page = handing_over.hand_over_page(joan, BELL)
    assert {name for _, name, _ in page.holds} == {"Asha Rahman", "Sam Doyle"}
    assert any(line.startswith("Ring housing about the damp · Asha Rahman") for line in page.promised)
    assert any("Two workers" in line for line in page.safety)
    assert "15:30" in page.next_visit
    assert {"Dawn Bell", "school"} <= set(page.knows)
    entry = HandOverEntry(
        BELL, MIA, ASHA, promised="Ring Ms Ali on Monday", who_knows="Dawn, Ms Ali", family_told=True
    )
    saved = handing_over.hand_over(joan, entry)
    assert (
        saved.note
        == "Mia Kerr has the file at the next sync; it leaves Asha Rahman's laptop. The next visit is theirs."
    )
    file = reading.family(joan, BELL)
    assert (file.lead, file.next_visit.worker) == ("Mia Kerr", "Mia Kerr")  # type: ignore[union-attr]
    line = next(line for line in file.story if line.kind == "hand_over")
    assert (line.what, line.readers) == ("Handed over: Asha Rahman to Mia Kerr", "workers")
    assert line.text == "Promised: Ring Ms Ali on Monday\n\nThe family knows.\n\nWho knows: Dawn, Ms Ali"
    held = next(h for h in desk.desk(joan).held if h.family.id == BELL)
    assert {r.worker_id for r in held.rows} == {MIA, SAM}
    with joan.store.reading() as connection, session(connection) as db:
        (row,) = visible(db, HandOver, "fam:bell")
    assert (row.from_id, row.to_id, row.promised, row.family_told) == (
        ASHA,
        MIA,
        "Ring Ms Ali on Monday",
        True,
    )


def test_what_is_wrong_with_a_hand_over_is_said_at_its_place(joan: Laptop) -> None:
    def wrong(**fields: object) -> dict[str, str]:
        return refused(handing_over.hand_over, joan, HandOverEntry(HUGHES, family_told=True, **fields))  # type: ignore[arg-type]

    assert wrong() == {"to": "Who takes the family over?"}
    assert wrong(to_id=LEFT) == {"to": "Lou Gone has left: choose somebody who works here."}
    assert wrong(to_id=ASHA) == {"to": "Asha Rahman has this family already."}
    assert wrong(to_id=MIA, from_id=SAM) == {"from": "Sam Doyle does not work with this family."}
    assert set(wrong(to_id=MIA, on=day(-200))) == {"on"}
    assert set(refused(handing_over.hand_over, joan, HandOverEntry(HUGHES, MIA))) == {"family_told"}
    assert refused(handing_over.hand_over, joan, HandOverEntry(NEW, MIA, family_told=True)) == {
        "from": "Nobody leads: give it to a worker."
    }


def test_a_cover_moves_visits_and_gives_them_back_by_itself(joan: Laptop) -> None:
    mia = replace(joan, who=Who(MIA, "Mia Kerr", "worker", "birkenhead"))
    asha = replace(joan, who=Who(ASHA, "Asha Rahman", "worker", "birkenhead"))
    assert [v.family_id for v in reading.today(asha).planned] == [BELL]
    saved = handing_over.give_cover(joan, CoverEntry(ASHA, MIA, day(0), day(3), reason="Leave"))
    assert saved.note == "Mia Kerr covers 2 families until Sun 15 Mar; it ends by itself."
    assert listing.order(mia, "mine") == [BELL, HUGHES]

    def planned(laptop: Laptop, who: str) -> list[str]:
        from familyhub.casework.opening import today_page

        with laptop.store.reading() as connection:
            page = today_page(connection.connection.driver_connection, laptop.today)
        assert page.worker_id == ASHA
        from familyhub.store import first_page

        with laptop.store.reading() as connection:
            return [
                f for f, *_ in first_page.planned(connection.connection.driver_connection, laptop.today, who)
            ]

    assert (planned(joan, ASHA), planned(joan, MIA)) == ([], [BELL])
    page = desk.desk(joan)
    assert (
        next(c.worker.away for c in page.caseloads if c.worker.id == ASHA)
        == "away until Sun 15 Mar: Mia Kerr covers"
    )
    assert next(h.cover for h in page.held if h.family.id == BELL) == "Mia Kerr covers until Sun 15 Mar"
    after = replace(joan, today_is=lambda: TODAY.replace(day=16))
    assert listing.order(replace(after, who=mia.who), "mine") == []
    assert next(c.worker.away for c in desk.desk(after).caseloads if c.worker.id == ASHA) == ""


def test_what_is_wrong_with_a_cover_is_said_at_its_place(joan: Laptop) -> None:
    def wrong(*fields: object, **more: object) -> dict[str, str]:
        return refused(handing_over.give_cover, joan, CoverEntry(*fields, **more))  # type: ignore[arg-type]

    assert set(wrong(ASHA)) == {"cover", "from_on", "to_on"}
    assert wrong(ASHA, MIA, day(5), day(2)) == {
        "to_on": "A cover ends on or after the day on which it begins, Tue 17 Mar."
    }
    assert wrong(ASHA, MIA, day(-9), day(-1)) == {"to_on": "Wed 11 Mar is past. Give a day from today on."}
    assert wrong(ASHA, MIA, day(0), day(500)) == {"to_on": "A cover of more than a year is a hand-over."}
    assert set(wrong(ASHA, ASHA, day(0), day(2))) == {"cover"}
    assert set(wrong(ASHA, GRACE, day(0), day(2))) == {"cover"}
    assert set(wrong(MIA, SAM, day(0), day(2))) == {"worker"}
    assert set(wrong(ASHA, MIA, day(0), day(2), family_ids=[NEW])) == {"families"}
    handing_over.give_cover(joan, CoverEntry(ASHA, MIA, day(0), day(2), [BELL]))
    assert set(wrong(ASHA, MIA, day(9), day(12), family_ids=[BELL])) == {"from_on"}
    longer = handing_over.give_cover(joan, CoverEntry(ASHA, MIA, day(1), day(6), [BELL]))
    assert longer.note.endswith("until Wed 18 Mar; it ends by itself.")


def test_safe_checks_and_holders_say_what_is_missing(joan: Laptop) -> None:
    assert set(refused(allocating.record_safe_check, joan, SafeCheckEntry(NEW))) == {
        "way",
        "safe_now",
        "found",
    }
    nobody = SafeCheckEntry(NEW, "today", "no_answer", "yes", "Rang twice")
    assert set(refused(allocating.record_safe_check, joan, nobody)) == {"safe_now"}
    before = SafeCheckEntry(NEW, "today", "phone", "yes", "Well", "today")
    assert set(refused(allocating.record_safe_check, joan, before)) == {"next_on"}
    unsafe = allocating.record_safe_check(
        joan, SafeCheckEntry(NEW, "today", "visit", "no", "Alone at home, aged 4")
    )
    assert unsafe.note == allocating.UNSAFE
    assert set(refused(allocating.name_holder, joan, HolderEntry(NEW))) == {"waiting"}
    assert set(refused(allocating.name_holder, joan, HolderEntry(NEW, waiting="other"))) == {"reason"}
    assert refused(allocating.name_holder, joan, HolderEntry(HUGHES, waiting="new")) == {
        "family": "The Hughes family does not wait for a worker."
    }


def test_what_a_worker_can_take_on_decides_the_order_and_is_said(joan: Laptop) -> None:
    with joan.store.work("hub") as work:
        work.create("fam:walsh", "person_fact", {"person_id": "x", "kind": "language", "value": "Polish"})
        work.create("fam:walsh", "address", {"person_id": "x", "ward": "Rock Ferry", "from_on": "2020-01-01"})
    assert set(refused(allocating.set_worker_facts, joan, WorkerFactsEntry(MIA, travel="broom", weight_limit="0"))) == {
        "travel", "weight_limit",
    }  # fmt: skip
    allocating.set_worker_facts(joan, WorkerFactsEntry(SAM, "English, Polish", "Claughton", "car", "20"))
    allocating.set_worker_facts(joan, WorkerFactsEntry(MIA, "English", "Rock Ferry", "foot", "20"))
    first, *rest = desk.suggestions(desk.desk(joan), NEW)
    assert (first.worker.id, first.reasons) == (
        SAM, ("speaks Polish", "18 of 20 left, 16 after this family", "not in Rock Ferry, has a car"),
    )  # fmt: skip
    assert {s.worker.id for s in rest} == {ASHA, MIA}
    allocating.set_worker_facts(joan, WorkerFactsEntry(SAM, "Polish", "", "", "2"))
    found = {s.worker.id: s.reasons for s in desk.suggestions(desk.desk(joan), NEW)}
    assert "no room: carries 2 of 2, this family is 2" in found[SAM]


def test_a_family_whose_worker_has_left_waits_again(joan: Laptop) -> None:
    allocating.allocate(joan, AllocateEntry(NEW, MIA))
    with joan.store.work("hub") as work:
        work.create("ref", "worker", {"disabled": True, "name": "Mia Kerr", "locality": "birkenhead"}, MIA)
    waiting = the_wait(joan)
    assert (waiting.family.id, waiting.waits.left, waiting.reason) == (NEW, True, "their worker left")
    allocating.allocate(joan, AllocateEntry(NEW, SAM))
    assert NEW not in {w.family.id for w in desk.desk(joan).waiting}
    assert holders(joan) == {"lead": SAM}


def test_every_act_of_the_desk_is_known_by_its_name_and_leaves_records_that_hold(joan: Laptop) -> None:
    assert acts.do(joan, "allocate", msgspec.json.encode(AllocateEntry(NEW, MIA))).saved
    cover = {"worker_id": MIA, "cover_id": SAM, "from_on": "today", "to_on": "in 3 days"}
    assert acts.do(joan, "give_cover", msgspec.json.encode(cover)).saved
    facts = {"worker_id": SAM, "languages": "Urdu", "travel": "public transport", "weight_limit": "12"}
    assert acts.do(joan, "set_worker_facts", msgspec.json.encode(facts)).saved
    assert acts.do(joan, "declare_conflict", b'{"family_id": "bell", "kind": "work"}').saved
    assert look_over(joan) == []


def test_a_manager_allocates_by_the_localitys_index_without_holding_the_file(joan: Laptop) -> None:
    mark = replace(joan, who=Who("w-mark", "Mark Bell", "manager", "birkenhead"))
    waiting = next(w for w in desk.desk(mark).waiting if w.family.id == "okafor")
    assert (waiting.family.held, waiting.waits.since, waiting.waits.age) == (False, None, None)
    assert set(
        refused(allocating.record_safe_check, mark, SafeCheckEntry("okafor", "today", "phone", "yes", "Well"))
    ) == {"family"}
    assert set(refused(handing_over.hand_over, mark, HandOverEntry("okafor", MIA, family_told=True))) == {
        "family"
    }
    assert set(refused(allocating.name_holder, mark, HolderEntry("okafor", waiting="new"))) == {"worker"}
    allocating.name_holder(mark, HolderEntry("okafor", JOAN, "new"))
    assert next(w.holder for w in desk.desk(mark).waiting if w.family.id == "okafor") == "Joan Pike"
    allocating.allocate(mark, AllocateEntry("okafor", MIA))
    assert holders(mark, "okafor") == {"lead": MIA}


def test_a_worker_who_went_to_another_locality_is_shown_to_the_desk(joan: Laptop) -> None:
    with joan.store.work("hub") as work:
        work.create("ref", "worker", {"name": "Asha Rahman", "role": "worker", "locality": "wallasey"}, ASHA)
    first = desk.desk(joan).held[0]
    assert (first.family.id, first.wrong) == (BELL, "Asha Rahman works in another locality now")
