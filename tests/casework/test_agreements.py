"""Agreement and sharing as they are written: what is asked, what is refused beside which field, what is never blocked."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from familyhub.casework import acts, agreements, copies, reading, sharing
from familyhub.casework.agreement_entries import (
    AgreementEntry,
    OpinionEntry,
    RecordCopyEntry,
    RefreshEntry,
    SharingEntry,
    WithdrawalEntry,
)
from familyhub.casework.laptop import Laptop, Who
from familyhub.practice.agreement import standings
from familyhub.practice.family_file import AgreementLine
from tests.casework.test_acts import refused
from tests.support.families import BELL, HUGHES, day


def line(laptop: Laptop, person: str, family: str = BELL) -> AgreementLine:
    return next(a for a in reading.family(laptop, family).agreement if a.person_id == person)


def as_manager(laptop: Laptop) -> Laptop:
    return Laptop(laptop.store, Who("w-meera", "Meera Shah", "manager", "birkenhead"), laptop.today_is)


def test_agreement_is_recorded_for_each_adult_and_a_new_one_refreshes_what_stood(laptop: Laptop) -> None:
    entry = AgreementEntry(
        BELL, "craig", "agreed", agencies="school, GP", not_agencies="police", what="A chart for mornings"
    )
    agreements.record_agreement(laptop, entry)
    found = line(laptop, "craig")
    assert (found.state_code, found.agencies, found.not_agencies, found.what, found.refreshed) == (
        "agreed", "school, GP", "police", "A chart for mornings", 0,
    )  # fmt: skip
    agreements.record_agreement(laptop, AgreementEntry(BELL, "craig", "agreed", agencies="school"))
    assert (line(laptop, "craig").agencies, line(laptop, "craig").refreshed) == ("school", 1)
    agreements.refresh_agreement(laptop, RefreshEntry(BELL, "dawn", not_agencies=""))
    dawn = line(laptop, "dawn")
    assert (dawn.agencies, dawn.not_agencies, dawn.on, dawn.before) == (
        "school, health visitor",
        "",
        day(0),
        day(-35),
    )


@pytest.mark.parametrize(
    ("entry", "field", "sentence"),
    [
        (AgreementEntry(BELL, "", "agreed", agencies="x"), "person_id", "Whose agreement"),
        (AgreementEntry(BELL, "ghost", "agreed", agencies="x"), "person_id", "is nobody in this family"),
        (AgreementEntry(BELL, "pat"), "state", "What did they say"),
        (AgreementEntry(BELL, "dawn", "withdrawn"), "state", "safe to stop"),
        (AgreementEntry(BELL, "pat", "agreed"), "agencies", "What did they agree to"),
        (AgreementEntry(BELL, "pat", "not_asked"), "why", "Why were they not asked"),
        (AgreementEntry(BELL, "pat", "agreed", agencies="GP, school", not_agencies="gp"), "not_agencies", "too"),
        (AgreementEntry(BELL, "pat", "agreed", "tomorrow", "GP"), "on", "has not come yet"),
        (AgreementEntry(BELL, "dawn", "declined", day(-60)), "on", "recorded already"),
        (AgreementEntry("gone", "dawn", "agreed"), "family", "not on this laptop"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_an_agreement_stands_beside_its_field(
    entry: AgreementEntry, field: str, sentence: str, laptop: Laptop
) -> None:
    found = refused(agreements.record_agreement, laptop, entry)
    assert sentence in found[field]
    assert set(found) == {field}


def test_taking_an_agreement_back_asks_whether_it_is_safe_to_stop_and_for_a_managers_view(
    laptop: Laptop,
) -> None:
    before = reading.family(laptop, BELL)
    assert set(refused(agreements.withdraw_agreement, laptop, WithdrawalEntry(BELL, "dawn"))) == {
        "safe_to_stop",
        "stop_why",
    }
    assert set(
        refused(
            agreements.withdraw_agreement,
            laptop,
            WithdrawalEntry(BELL, "craig", safe_to_stop="yes", stop_why="x"),
        )
    ) == {"person_id"}
    saved = agreements.withdraw_agreement(
        laptop,
        WithdrawalEntry(
            BELL, "dawn", why="Fed up", safe_to_stop="not sure", stop_why="Leo hides in the cupboard"
        ),
    )
    assert "Nothing is closed" in saved.note
    assert "F8" in saved.note
    file = reading.family(laptop, BELL)
    dawn = next(s for s in standings(file) if s.person.id == "dawn")
    assert dawn.waits
    assert dawn.line is not None
    assert (dawn.line.safe_to_stop, dawn.line.before) == ("not_sure", day(-35))
    assert (file.stage, file.level, file.plan) == (before.stage, before.level, before.plan), (
        "nothing closes by itself"
    )
    assert refused(agreements.give_opinion, laptop, OpinionEntry(BELL, "dawn", "Go on"))[
        "person_id"
    ].startswith("Only a manager")
    manager = as_manager(laptop)
    assert set(refused(agreements.give_opinion, manager, OpinionEntry(BELL, "dawn"))) == {"opinion"}
    assert set(refused(agreements.give_opinion, manager, OpinionEntry(BELL, "craig", "x"))) == {"person_id"}
    agreements.give_opinion(manager, OpinionEntry(BELL, "dawn", "See Leo at school first."))
    opinion = line(laptop, "dawn").opinion
    assert opinion is not None
    assert (opinion.text, opinion.readers, opinion.on) == ("See Leo at school first.", "workers", day(0))
    assert not any(s.waits for s in standings(reading.family(laptop, BELL)))


# -- the sharing log -----------------------------------------------------------------------------------------------


def test_what_the_agreement_gives_is_taken_where_nothing_else_was_said(laptop: Laptop) -> None:
    sharing.log_sharing(
        laptop,
        SharingEntry(BELL, "St Hilda's School", "Ms Ali", what="The chart", why="So that she uses it too"),
    )
    (found,) = reading.family(laptop, BELL).sharing
    assert (found.agency, found.basis, found.within, found.told, found.on) == (
        "St Hilda's School", "public_task", "Dawn", True, day(0),
    )  # fmt: skip
    assert (found.what_readers, found.why_readers) == ("professionals", "workers")


def test_without_agreement_a_reason_is_asked_and_nothing_is_stopped(laptop: Laptop) -> None:
    entry = SharingEntry(BELL, "police", what="Leo's words", why="He may be hurt")
    asked = refused(sharing.log_sharing, laptop, entry)
    assert set(asked) == {"without_why", "basis", "told"}
    assert "nobody agreed" in asked["without_why"].lower()
    entry.without_why, entry.basis, entry.told = "A child may be unsafe tonight", "legal obligation", "no"
    assert set(refused(sharing.log_sharing, laptop, entry)) == {"told_why"}
    entry.told_why = "Telling Craig could put Dawn at risk"
    sharing.log_sharing(laptop, entry)
    (found,) = reading.family(laptop, BELL).sharing
    assert (found.basis, found.within, found.told) == ("legal_obligation", "", False)
    assert (found.without_readers, found.told_readers) == ("workers", "workers")
    excluded = SharingEntry(BELL, "Housing", what="x", why="y", basis="public_task", told="yes")
    assert "Dawn said: not Housing" in refused(sharing.log_sharing, laptop, excluded)["without_why"]


def test_a_lawful_basis_that_is_none_is_refused_beside_it(laptop: Laptop) -> None:
    entry = SharingEntry(BELL, "school", what="x", why="y", basis="because")
    assert set(refused(sharing.log_sharing, laptop, entry)) == {"basis"}
    assert set(refused(sharing.log_sharing, laptop, SharingEntry(BELL))) == {"agency", "what", "why"}


def test_a_copy_is_one_persons_on_a_day_after_the_agreement_and_safe(laptop: Laptop) -> None:
    entry = RecordCopyEntry(BELL, "agreement", "dawn", safe=True)
    copies.give_record_copy(laptop, entry)
    assert [(c.about, c.to, c.on) for c in reading.family(laptop, BELL).given] == [
        ("agreement", "Dawn", day(0))
    ]
    assert set(refused(copies.give_record_copy, laptop, RecordCopyEntry(BELL, "agreement", "dawn"))) == {
        "safe"
    }
    assert set(refused(copies.give_record_copy, laptop, RecordCopyEntry(BELL, "agreement", "dawn", "Ms Ali", day(-90), True))) == {
        "to", "on",
    }  # fmt: skip
    assert (
        "no copy"
        in refused(copies.give_record_copy, laptop, RecordCopyEntry(BELL, "agreement", "craig", safe=False))[
            "safe"
        ]
    )
    assert (
        "No agreement"
        in refused(copies.give_record_copy, laptop, RecordCopyEntry(HUGHES, "agreement", "siân", safe=True))[
            "about"
        ]
    )
    assert (
        "not completed"
        in refused(copies.give_record_copy, laptop, RecordCopyEntry(BELL, "assessment", "dawn", safe=True))[
            "about"
        ]
    )


def test_every_act_of_agreement_is_done_by_name(laptop: Laptop) -> None:
    def do(name: str, **entry: object) -> None:
        acts.do(laptop, name, json.dumps({"family_id": BELL, **entry}))

    do("record_agreement", person_id="craig", state="agreed", agencies="school")
    do("refresh_agreement", person_id="craig")
    do("log_sharing", agency="school", what="x", why="y")
    do("give_record_copy", about="agreement", person_id="craig", safe=True)
    do("withdraw_agreement", person_id="craig", safe_to_stop="yes", stop_why="School goes on")
    acts.do(
        as_manager(laptop),
        "give_opinion",
        json.dumps({"family_id": BELL, "person_id": "craig", "opinion": "Fine"}),
    )
    assert line(laptop, "craig").opinion is not None
    assert replace(line(laptop, "craig"), opinion=None).state_code == "withdrawn"
