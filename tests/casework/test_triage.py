"""The front door: safe now before the level, a reason always, who signs, what follows, who is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from familyhub.casework import contacts, front_door, help_opening, reading, triage, visits
from familyhub.casework.contact_entries import (
    ChildDecision,
    ContactAdultEntry,
    ContactChildEntry,
    ContactEntry,
    ContactToldEntry,
    HoldEntry,
    MatchEntry,
    OpenHelpEntry,
    ReturnEntry,
    SafeNowEntry,
    SignEntry,
    TriageEntry,
)
from familyhub.casework.entries import ChildSeen, VisitEntry
from familyhub.casework.laptop import Laptop, Who
from familyhub.casework.problems import Refused
from familyhub.practice.front_door import ContactView
from tests.support.families import BELL, HUGHES, JOAN, TODAY, day, second_check

SIGNER = Who("w-ian-cross", "Ian Cross", "manager", "birkenhead")


@pytest.fixture
def desk(laptop: Laptop) -> Laptop:
    """The coordinator's laptop."""
    return replace(laptop, who=Who(JOAN, "Joan Pike", "coordinator", "birkenhead"))


@pytest.fixture
def manager(laptop: Laptop) -> Laptop:
    """The manager's, on the same store."""
    return replace(laptop, who=SIGNER)


def received(laptop: Laptop, *children: ContactChildEntry, **fields: object) -> ContactView:
    base: dict[str, object] = {
        "source": "2A", "who": "Ms Ali", "agency": "St Hilda's", "worry": "Mornings", "received": day(0), "reach": "secure mail",
        "children": list(children) or [ContactChildEntry("Tom", "Walsh", "5/3/2016", school="St Hilda's Primary")],
    }  # fmt: skip
    saved = contacts.add_contact(laptop, ContactEntry(**{**base, **fields}))  # type: ignore[arg-type]
    return front_door.contact(laptop, saved.id)


def decide(
    laptop: Laptop, contact: ContactView, level: str = "2", outcome: str = "early_help", **more: str
) -> object:
    fields = {"safe_now": "yes", "reason": "Two needs, one agency", **more}
    children = [ChildDecision(c.id, level=level, outcome=outcome, **fields) for c in contact.children]
    return triage.triage_contact(laptop, TriageEntry(contact.id, children))


def refused(act: object, laptop: Laptop, entry: object) -> dict[str, str]:
    before = reading.sync_page(laptop).waiting
    with pytest.raises(Refused) as found:
        act(laptop, entry)  # type: ignore[operator]
    assert reading.sync_page(laptop).waiting == before, "nothing was written"
    return {p.field: p.sentence for p in found.value.problems}


def state(laptop: Laptop, contact: ContactView) -> str:
    return front_door.triage_page(laptop, contact.id).stands.state


def count(laptop: Laptop, table: str) -> int:
    with laptop.store.reading() as connection:
        return int(connection.exec_driver_sql(f"select count(*) from {table}").scalar() or 0)


# -- what a decision must say --------------------------------------------------------------------------------------


def test_every_part_that_is_missing_is_asked_for_beside_its_child(desk: Laptop) -> None:
    contact = received(desk, ContactChildEntry("Tom"), ContactChildEntry("Jay"))
    tom, jay = contact.children
    found = refused(
        triage.triage_contact, desk, TriageEntry(contact.id, [ChildDecision(tom.id, "yes", level="2")])
    )
    assert found == {
        f"outcome:{tom.id}": "What next for Tom?",
        f"reason:{tom.id}": "Why this level for Tom? A decision is never without its reason.",
        f"safe:{jay.id}": "Is Jay safe now? Ask before the level: yes, no or not known.",
        f"level:{jay.id}": "Which level of need is it for Jay, 1 to 4?", f"outcome:{jay.id}": "What next for Jay?",
        f"reason:{jay.id}": "Why this level for Jay? A decision is never without its reason.",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("level", "outcome", "more", "field", "sentence"),
    [
        ("3", "social_care", {}, "outcome", "social care is level 4"),
        ("1", "early_help", {}, "outcome", "early help begins at level 2"),
        ("2", "advice", {"safe_now": "no"}, "outcome", "is not safe now: choose social care"),
        ("1", "no_further_action", {"safe_now": "not known"}, "outcome", "no further action has to wait"),
        ("4", "social_care", {"reason": " \n"}, "reason", "never without its reason"),
        ("2", "advice", {"safe_now": "perhaps"}, "safe", "is not one of"),
        ("5", "advice", {}, "level", "is not one of"), ("2", "nothing", {}, "outcome", "is not one of"),
    ],
)  # fmt: skip
def test_what_does_not_go_together_gets_one_sentence_at_its_place(
    level: str, outcome: str, more: dict[str, str], field: str, sentence: str, desk: Laptop
) -> None:
    contact = received(desk)
    fields = {"safe_now": "yes", "reason": "r", **more}
    entry = TriageEntry(
        contact.id, [ChildDecision(contact.children[0].id, level=level, outcome=outcome, **fields)]
    )
    found = refused(triage.triage_contact, desk, entry)
    assert set(found) == {f"{field}:{contact.children[0].id}"}
    assert sentence in next(iter(found.values()))


def test_one_level_and_one_outcome_per_child_and_of_this_contact(desk: Laptop) -> None:
    contact = received(desk)
    one = ChildDecision(contact.children[0].id, "yes", "", "2", "advice", "r")
    assert set(refused(triage.triage_contact, desk, TriageEntry(contact.id, [one, one]))) == {"children"}
    other = ChildDecision("leo", "yes", "", "2", "advice", "r")
    assert set(refused(triage.triage_contact, desk, TriageEntry(contact.id, [one, other]))) == {"children"}


def test_a_worker_records_a_contact_but_does_not_decide_about_it(laptop: Laptop) -> None:
    contact = received(laptop)
    assert "F8 is for everybody" in refused(triage.triage_contact, laptop, TriageEntry(contact.id))["contact"]
    assert (
        refused(triage.hold_contact, laptop, HoldEntry(contact.id, "x", "fri"))["contact"] == triage.MAY_NOT
    )
    assert refused(triage.sign_contact, laptop, SignEntry(contact.id))["contact"] == triage.ONLY_A_MANAGER


def test_already_open_says_which_family(desk: Laptop) -> None:
    contact = received(desk)
    with pytest.raises(Refused, match="which family's file is it"):
        decide(desk, contact, "2", "already_open")
    decide(desk, received(desk, family_id=BELL), "2", "already_open")


# -- what follows --------------------------------------------------------------------------------------------------


def test_early_help_at_level_two_opens_a_new_file_with_everybody_named(desk: Laptop) -> None:
    contact = received(
        desk, ContactChildEntry("Tom", "Walsh", "5/3/2016", school="St Hilda's Primary"), ContactChildEntry("Jay", "Walsh"),
        adults=[ContactAdultEntry("Gemma", "Walsh", tie="mum")], address="2 Mill Lane", postcode="ch41 1zz",
    )  # fmt: skip
    decide(desk, contact)
    after = front_door.contact(desk, contact.id)
    file = reading.family(desk, after.family_id)
    assert (file.name, file.stage, file.level, file.locality) == (
        "Walsh family",
        "waiting for a worker",
        "2",
        "birkenhead",
    )
    assert [(c.name, c.birth_date, c.school, c.level) for c in file.children] == [
        ("Tom Walsh", "2016-03-05", "St Hilda's Primary", "2"), ("Jay Walsh", None, "", "2"),
    ]  # fmt: skip
    assert [(a.name, a.address) for a in file.adults] == [("Gemma Walsh", "2 Mill Lane, CH41 1ZZ")]
    assert (after.outcome, state(desk, contact)) == ("early_help", "to_tell")
    assert {c.person_id for c in after.children} == {c.id for c in file.children}
    assert count(desk, "contact_level") == 2, "each decision is a dated row"
    assert count(desk, "contact_safe") == 2


def test_a_child_who_is_not_born_yet_joins_the_family_as_such(desk: Laptop) -> None:
    contact = received(desk, ContactChildEntry("not known", "Walsh", age="unborn"))
    decide(desk, contact)
    (child,) = reading.family(desk, front_door.contact(desk, contact.id).family_id).children
    assert (child.role, child.expected_date, child.age_text) == ("unborn", None, "due date not known")


def test_the_day_an_unborn_child_is_due_is_read_once_and_stands_in_the_file(desk: Laptop) -> None:
    contact = received(desk, ContactChildEntry("not known", "Walsh", age="Unborn, due about 20 May"))
    assert contact.children[0].age == "unborn, due 20 May 2026"
    decide(desk, contact)
    (child,) = reading.family(desk, front_door.contact(desk, contact.id).family_id).children
    assert (child.role, child.expected_date, child.age_text) == ("unborn", "2026-05-20", "due 20 May")


def test_a_child_whose_birth_date_nobody_knows_is_written_for_everybody_asked_for_and_seen(
    desk: Laptop,
) -> None:
    contact = received(
        desk, ContactChildEntry("Jay", "Walsh", age="4"), adults=[ContactAdultEntry("Gemma", "Walsh")]
    )
    decide(desk, contact)
    family_id = front_door.contact(desk, contact.id).family_id
    with desk.store.changing() as copy:
        ops = [op for op in copy.all_pending() if op.scope == f"fam:{family_id}"]
    assert {op.entity for op in ops} >= {"person", "membership"}
    assert all(op.patch for op in ops), "the hub folds no row of which nothing is written"
    (child,) = reading.family(desk, family_id).children
    entry = VisitEntry(family_id, on=TODAY.isoformat(), safe="no", happened="Played.", meaning="Well.")
    with pytest.raises(Refused) as refused_visit:
        visits.log_visit(desk, entry)
    assert [p.field for p in refused_visit.value.problems] == [f"child:{child.id}"]
    entry.children = [ChildSeen(child.id, seen=True)]
    visits.log_visit(desk, entry)
    assert reading.family(desk, family_id).children[0].last_seen == TODAY.isoformat()


def test_early_help_for_a_family_that_is_known_stands_in_its_own_file(desk: Laptop) -> None:
    contact = received(
        desk, ContactChildEntry("Tia", "Hughes", "15/1/2013"), ContactChildEntry("Rhys", "Hughes")
    )
    triage.answer_match(desk, MatchEntry(contact.children[0].id, "tia", "same"))
    contact = front_door.contact(desk, contact.id)
    assert (contact.family_id, contact.children[0].person_id) == (HUGHES, "tia")
    with pytest.raises(Refused, match="already open: passed to the worker"):
        decide(desk, contact)
    with desk.store.work(JOAN) as work:
        work.create(
            "fam:hughes", "episode_state", {"episode_id": "hughes-episode", "state": "closed", "on": day(-1)}
        )
    decide(desk, contact)
    file = reading.family(desk, HUGHES)
    assert sorted(c.given for c in file.children) == ["Rhys", "Tia"], "the brother joins, nobody twice"
    assert file.stage == "waiting for a worker"


@pytest.mark.parametrize(
    ("level", "outcome"), [("3", "early_help"), ("4", "social_care"), ("1", "no_further_action")]
)
def test_level_three_four_and_no_further_action_wait_for_a_manager(
    level: str, outcome: str, desk: Laptop, manager: Laptop
) -> None:
    contact = received(desk)
    second_check(desk, contact.id)
    families = count(desk, "family")
    saved = decide(desk, contact, level, outcome)
    assert saved.note == "Saved; it waits for a manager's signature."  # type: ignore[attr-defined]
    assert state(desk, contact) == "to_sign"
    assert front_door.contact(desk, contact.id).outcome == "", "nothing is in force yet"
    assert count(desk, "family") == families
    assert refused(triage.sign_contact, desk, SignEntry(contact.id))["contact"] == triage.ONLY_A_MANAGER
    triage.sign_contact(manager, SignEntry(contact.id))
    assert (front_door.contact(desk, contact.id).outcome, state(desk, contact)) == (outcome, "to_tell")
    assert count(desk, "family") == families + (outcome == "early_help")


def test_nobody_signs_what_they_decided_themselves(manager: Laptop, desk: Laptop) -> None:
    contact = received(desk)
    decide(manager, contact, "3")
    assert refused(triage.sign_contact, manager, SignEntry(contact.id))["contact"] == triage.OWN
    with manager.store.work(SIGNER.id) as work:
        row = front_door.contact(desk, contact.id).children[0].decision
        assert row is not None
        work.create(f"con:{contact.id}", "contact_signature", {
            "contact_id": contact.id, "signature": "signed", "signs": row.id, "on": day(0), "by": SIGNER.id})  # fmt: skip
    assert state(desk, contact) == "to_sign", "written past the act it counts for nothing"
    other = replace(manager, who=Who("w-other", "Other", "manager", "birkenhead"))
    triage.sign_contact(other, SignEntry(contact.id))
    assert state(desk, contact) == "to_tell"


def test_a_returned_decision_is_decided_again_and_signed_anew(desk: Laptop, manager: Laptop) -> None:
    contact = received(desk)
    second_check(desk, contact.id)
    decide(desk, contact, "1", "no_further_action")
    assert set(refused(triage.return_contact, manager, ReturnEntry(contact.id, " "))) == {"because"}
    triage.return_contact(manager, ReturnEntry(contact.id, "Ring the school first"))
    page = front_door.triage_page(desk, contact.id)
    assert (page.stands.state, page.stands.why) == ("returned", "Ring the school first")
    assert (
        "Nothing in this contact waits"
        in refused(triage.sign_contact, manager, SignEntry(contact.id))["contact"]
    )
    decide(desk, front_door.contact(desk, contact.id), "2", "advice")
    assert state(desk, contact) == "to_tell"
    assert count(desk, "contact_level") == 2, "what was decided first stays"


def test_help_that_the_signer_could_not_open_is_opened_by_who_holds_the_file(
    desk: Laptop, manager: Laptop
) -> None:
    contact = received(desk)
    decide(desk, contact, "3")
    with manager.store.work(SIGNER.id) as work:
        work.change(f"con:{contact.id}", "contact", contact.id, contact.rev, {"family_id": "elsewhere"})
    assert "opens the early help" in triage.sign_contact(manager, SignEntry(contact.id)).note
    assert state(desk, contact) == "to_open"
    assert (
        "not on this laptop"
        in refused(help_opening.open_early_help, desk, OpenHelpEntry(contact.id))["contact"]
    )
    with desk.store.work(JOAN) as work:
        work.create(
            "fam:elsewhere", "family", {"name": "Walsh family", "locality": "birkenhead"}, "elsewhere"
        )
    help_opening.open_early_help(desk, OpenHelpEntry(contact.id))
    assert reading.family(desk, "elsewhere").stage == "waiting for a worker"
    assert state(desk, contact) == "to_tell"
    assert (
        "no early help to open"
        in refused(help_opening.open_early_help, desk, OpenHelpEntry(contact.id))["contact"]
    )


# -- safe now, matches, holding ------------------------------------------------------------------------------------


def test_safe_now_is_asked_again_and_every_answer_stays(desk: Laptop) -> None:
    contact = received(desk)
    tom = contact.children[0].id
    assert set(refused(triage.ask_safe_now, desk, SafeNowEntry(tom))) == {"safe_now"}
    assert set(refused(triage.ask_safe_now, desk, SafeNowEntry(tom, "yes"))) == {"how"}
    assert set(refused(triage.ask_safe_now, desk, SafeNowEntry("leo", "yes", "seen"))) == {"child"}
    triage.ask_safe_now(desk, SafeNowEntry(tom, "no", "Ms Ali: dad is at the gate"))
    assert set(refused(triage.hold_contact, desk, HoldEntry(contact.id, "later", "fri"))) == {"because"}
    triage.ask_safe_now(desk, SafeNowEntry(tom, "yes", "Ms Ali saw him 08:50"))
    safe = front_door.contact(desk, contact.id).children[0].safe
    assert safe is not None
    assert (safe.safe_now, safe.how) == ("yes", "Ms Ali saw him 08:50")
    assert count(desk, "contact_safe") == 2


def test_matches_are_offered_with_their_evidence_and_answered_with_a_reason(desk: Laptop) -> None:
    contact = received(
        desk, ContactChildEntry("Leo", "Bell", "20/11/2016", school="St Hildas"), ContactChildEntry("Lia", "Bel", "3/9/2021"),
        address="14 Grove Steps", postcode="ch42 3",
    )  # fmt: skip
    page = front_door.triage_page(desk, contact.id)
    leo, lia = contact.children
    best = page.found[leo.id][0]
    assert (best.person_id, best.rank, best.evidence) == (
        "leo", "strong", ("same name", "same birth date", "same address", "same postcode", "same school"))  # fmt: skip
    assert page.families[BELL] == "Bell family"
    assert page.found[lia.id][0].person_id == "mia"
    found = refused(triage.answer_match, desk, MatchEntry(leo.id, "leo", "not_same"))
    assert "Much speaks for it (same name" in found["reason"]
    assert set(refused(triage.answer_match, desk, MatchEntry(leo.id, "jade", "same"))) == {"reason"}
    assert set(refused(triage.answer_match, desk, MatchEntry(leo.id, "nobody", "same"))) == {"person"}
    assert set(refused(triage.answer_match, desk, MatchEntry(leo.id, "leo"))) == {"answer"}
    triage.answer_match(desk, MatchEntry(leo.id, "leo", "same"))
    assert front_door.contact(desk, contact.id).family_id == BELL
    triage.answer_match(desk, MatchEntry(leo.id, "leo", "not_same", "A cousin of the same name"))
    after = front_door.contact(desk, contact.id)
    assert (after.family_id, after.children[0].person_id) == ("", "")
    assert [a.answer for a in after.answers] == ["not_same"]
    with desk.store.reading() as connection:
        kept = connection.exec_driver_sql(
            "select answer, evidence from contact_match order by created_hlc"
        ).all()
    assert [tuple(row) for row in kept] == [
        ("same", "same name, same birth date, same address, same postcode, same school"), ("not_same", None),
    ], "nothing is told of somebody in a file that the contact does not lead to"  # fmt: skip


def test_a_contact_is_held_until_a_day_and_comes_back_by_itself(desk: Laptop) -> None:
    contact = received(desk)
    assert set(refused(triage.hold_contact, desk, HoldEntry(contact.id))) == {"because", "until"}
    triage.hold_contact(desk, HoldEntry(contact.id, "School rings back", "fri"))
    page = front_door.triage_page(desk, contact.id)
    assert (page.stands.state, page.stands.words, page.stands.due) == (
        "held", "held: School rings back", TODAY + timedelta(days=1))  # fmt: skip
    later = replace(desk, today_is=lambda: TODAY + timedelta(days=4))
    page = front_door.triage_page(later, contact.id)
    assert (page.stands.state, page.left) == ("new", "1 working day late")


# -- telling -------------------------------------------------------------------------------------------------------


def test_who_contacted_us_is_told_or_a_manager_signs_why_not(desk: Laptop, manager: Laptop) -> None:
    contact = received(desk)
    told = ContactToldEntry(contact.id, "today", "secure mail")
    assert "no outcome to tell yet" in refused(triage.record_contact_told, desk, told)["contact"]
    decide(desk, contact, "2", "advice")
    assert [w.left for w in front_door.queue(desk) if w.contact.id == contact.id] == ["2 working days"]
    assert set(refused(triage.record_contact_told, desk, ContactToldEntry(contact.id))) == {"on", "way"}
    assert set(
        refused(triage.record_contact_told, desk, ContactToldEntry(contact.id, "tomorrow", "fax"))
    ) == {"on", "way"}
    unsafe = ContactToldEntry(contact.id, not_told="not safe")
    assert set(refused(triage.record_contact_told, desk, unsafe)) == {"because"}
    triage.record_contact_told(
        desk, ContactToldEntry(contact.id, not_told="not safe", because="Shares a phone")
    )
    assert state(desk, contact) == "tell_to_sign"
    triage.return_contact(manager, ReturnEntry(contact.id, "Ring at work"))
    assert state(desk, contact) == "to_tell"
    triage.record_contact_told(desk, told)
    assert state(desk, contact) == "done"
    assert front_door.contact(desk, contact.id).told_on == day(0)
    assert contact.id not in [w.contact.id for w in front_door.queue(desk)]
    assert refused(triage.record_contact_told, desk, told)["contact"] == triage.SETTLED
    assert refused(triage.triage_contact, desk, TriageEntry(contact.id))["contact"] == triage.SETTLED


def test_not_telling_is_settled_by_a_signature_and_an_anonymous_caller_is_told_nothing(
    desk: Laptop, manager: Laptop
) -> None:
    contact, unknown = received(desk), received(desk, source="9", who="")
    for one in (contact, unknown):
        decide(desk, one, "2", "advice")
    assert state(desk, unknown) == "done"
    triage.record_contact_told(
        desk, ContactToldEntry(contact.id, not_told="not_possible", because="Number is dead")
    )
    triage.sign_contact(manager, SignEntry(contact.id))
    assert state(desk, contact) == "done"


def test_the_queue_shows_a_child_who_is_not_safe_first_and_held_contacts_last(desk: Laptop) -> None:
    held, plain, late, unsafe = (
        received(desk, received=when) for when in (day(-3), day(0), day(-2), day(0))
    )  # fmt: skip
    triage.hold_contact(desk, HoldEntry(held.id, "x", "fri"))
    triage.ask_safe_now(desk, SafeNowEntry(unsafe.children[0].id, "no", "told by school"))
    queue = front_door.queue(desk)
    assert [w.contact.id for w in queue] == [unsafe.id, late.id, plain.id, held.id]
    assert [w.left for w in queue] == [
        "1 working day",
        "1 working day late",
        "1 working day",
        "1 working day",
    ]
    assert queue[0].contact.names == "Tom W"
