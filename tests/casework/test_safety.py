"""Safety notes, safe contact, a person who may be a risk, a move: what is refused, what is written, what two offline people make of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec
import pytest

from familyhub.casework import acts, reaching, reading, safety
from familyhub.casework.laptop import Laptop, Who
from familyhub.casework.safety_entries import (
    EndNoteEntry,
    MoveEntry,
    RiskEntry,
    SafeContactEntry,
    SafetyNoteEntry,
)
from familyhub.practice.family_file import FamilyFile, SafetyLine
from familyhub.practice.household import Member, Reach
from familyhub.practice.safety import CONFIDENTIAL
from familyhub.store.queries import families
from tests.casework.test_acts import refused
from tests.support.families import BELL, SAM, day

NOTE: dict[str, Any] = {
    "kind": "dog",
    "what": "A dog in the yard",
    "told": "yes",
    "told_how": "said at the visit",
}
RISK: dict[str, Any] = {
    "risk": "police", "source": "police notification", "what": "Arrested at the flat in March",
}  # fmt: skip
SECRET = "9 Hidden Row"


def note(**fields: object) -> SafetyNoteEntry:
    """A safety note that may be saved, but for ``fields``."""
    return SafetyNoteEntry(family_id=BELL, **{**NOTE, **fields})


def risk(**fields: object) -> RiskEntry:
    """What is known about Craig, but for ``fields``."""
    return RiskEntry(family_id=BELL, **{"person_id": "craig", **RISK, **fields})  # type: ignore[arg-type]


def file_of(laptop: Laptop) -> FamilyFile:
    return reading.family(laptop, BELL)


def line(laptop: Laptop, note_id: str) -> SafetyLine:
    file = file_of(laptop)
    return next(n for n in (*file.safety, *file.safety_ended) if n.id == note_id)


def person(laptop: Laptop, person_id: str) -> Member:
    file = file_of(laptop)
    return next(m for m in (*file.adults, *file.children) if m.id == person_id)


def reach(laptop: Laptop, person_id: str = "dawn") -> Reach:
    found = person(laptop, person_id).reach
    assert found is not None
    return found


def as_sam(laptop: Laptop) -> Laptop:
    return replace(laptop, who=Who(SAM, "Sam Doyle", "worker", "birkenhead"))


def differing(laptop: Laptop) -> set[tuple[str, str]]:
    return {(d.entity, d.field) for d in file_of(laptop).differences}


# -- safety notes ----------------------------------------------------------------------------------------------


def test_a_note_is_for_workers_only_and_is_looked_at_again_where_nobody_says_otherwise(
    laptop: Laptop,
) -> None:
    saved = safety.add_safety_note(laptop, note(person_id="craig"))
    made = line(laptop, saved.id)
    assert (made.kind, made.person_id, made.what, made.readers) == (
        "dog",
        "craig",
        "A dog in the yard",
        "workers",
    )
    assert (made.from_on, made.review_on, made.told, made.told_how) == (
        day(0),
        day(84),
        True,
        "said at the visit",
    )
    assert made.by == "Asha Rahman"
    assert saved.note == "look at it again Thu 4 Jun"


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({"kind": ""}, "kind", "What is it about"), ({"kind": "ghost"}, "kind", "is not one of"),
        ({"what": " \0"}, "what", "What must be known"), ({"what_readers": "all"}, "what_readers", "is not one of"),
        ({"person_id": "tia"}, "person_id", "nobody in this family"), ({"from_on": "tomorrow"}, "from_on", "has not come yet"),
        ({"review_on": day(-1)}, "review_on", "is past"), ({"review_on": "one day"}, "review_on", "is not a date"),
        ({"told": ""}, "told", "Was the family told"), ({"told": "no", "told_how": ""}, "told_how", "Why were they not told"),
        ({"told_how": " "}, "told_how", "How were they told"), ({"told_how": "x" * 301}, "told_how", "fit on a line"),
    ],
)  # fmt: skip
def test_a_note_that_cannot_stand_is_refused_beside_its_field(
    fields: dict[str, object], field: str, sentence: str, laptop: Laptop
) -> None:
    assert sentence in refused(safety.add_safety_note, laptop, note(**fields))[field]


def test_a_note_is_reworded_and_its_review_moved_and_what_was_not_named_stays(laptop: Laptop) -> None:
    made = line(laptop, safety.add_safety_note(laptop, note()).id)
    change = SafetyNoteEntry(
        family_id=BELL, note_id=made.id, what="Two dogs", review_on="in 2 weeks", rev=made.rev
    )
    safety.change_safety_note(laptop, change)
    assert replace(made, what="Two dogs", review_on=day(14), rev="") == replace(line(laptop, made.id), rev="")
    assert "on that day already" in refused(safety.change_safety_note, laptop, change)["review_on"]
    change.review_on = None
    assert "Nothing to save" in refused(safety.change_safety_note, laptop, change)["note"]


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({"what": ""}, "what", "What must be known"), ({"review_on": ""}, "review_on", "always has a day"),
        ({"review_on": day(-3)}, "review_on", "is past"), ({"rev": "rubbish", "what": "x"}, "rev", "revision cannot be read"),
        ({"told": "no"}, "told_how", "Why were they not told"), ({"note_id": "bell-gone"}, "note", "no more"), ({}, "note", "Nothing to save"),
    ],
)  # fmt: skip
def test_a_change_of_a_note_that_cannot_stand_is_refused(
    fields: dict[str, object], field: str, sentence: str, laptop: Laptop
) -> None:
    entry = SafetyNoteEntry(**{"family_id": BELL, "note_id": "bell-two", **fields})  # type: ignore[arg-type]
    assert sentence in refused(safety.change_safety_note, laptop, entry)[field]


def test_a_note_of_which_nobody_knows_whether_the_family_was_told_can_be_reviewed_all_the_same(
    laptop: Laptop,
) -> None:
    before = line(laptop, "bell-two")
    assert before.told is None
    safety.change_safety_note(
        laptop, SafetyNoteEntry(family_id=BELL, note_id="bell-two", review_on="in 6 weeks")
    )
    assert line(laptop, "bell-two").review_on == day(42)


def test_a_note_that_ends_says_why_in_the_story_and_changes_no_more(laptop: Laptop) -> None:
    entry = EndNoteEntry(family_id=BELL, note_id="bell-dog", because="The dog died")
    safety.end_safety_note(laptop, entry)
    file = file_of(laptop)
    assert [n.id for n in file.safety] == ["bell-two"]
    assert [(n.id, n.ended_on) for n in file.safety_ended] == [("bell-dog", day(0))]
    told = next(s for s in file.story if "The dog died" in s.text)
    assert (told.on, told.readers) == (day(0), "workers")
    assert "ended on" in refused(safety.end_safety_note, laptop, entry)["note"]
    again = SafetyNoteEntry(family_id=BELL, note_id="bell-dog", what="A dog")
    assert "ended on" in refused(safety.change_safety_note, laptop, again)["note"]


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [({"because": ""}, "because", "Why does it hold no longer"), ({"on": "tomorrow"}, "on", "has not come yet"),
     ({"on": day(-1)}, "on", "cannot end before"), ({"rev": "x"}, "rev", "revision cannot be read")],
)  # fmt: skip
def test_an_end_that_cannot_stand_is_refused(
    fields: dict[str, object], field: str, sentence: str, laptop: Laptop
) -> None:
    made = safety.add_safety_note(laptop, note()).id
    entry = EndNoteEntry(**{"family_id": BELL, "note_id": made, "because": "gone", **fields})  # type: ignore[arg-type]
    assert sentence in refused(safety.end_safety_note, laptop, entry)[field]


def test_two_wordings_written_offline_both_stay_on_screen_until_somebody_decides(laptop: Laptop) -> None:
    rev = line(laptop, "bell-two").rev
    for who, words in ((laptop, "Two workers, always"), (as_sam(laptop), "Two workers after four")):
        entry = SafetyNoteEntry(family_id=BELL, note_id="bell-two", what=words, rev=rev)
        safety.change_safety_note(who, entry)
    assert line(laptop, "bell-two").what == "Two workers, always / Two workers after four"
    assert differing(laptop) == {("safety_note", "what")}
    seen = line(laptop, "bell-two").rev
    safety.change_safety_note(
        laptop, SafetyNoteEntry(family_id=BELL, note_id="bell-two", what="Two workers", rev=seen)
    )
    assert (line(laptop, "bell-two").what, differing(laptop)) == ("Two workers", set())


# -- safe contact ----------------------------------------------------------------------------------------------


def test_safe_contact_is_recorded_for_somebody_who_had_none_and_changed_for_who_had(laptop: Laptop) -> None:
    entry = SafeContactEntry(
        family_id=BELL, person_id="pat", how="After six", landline="0151 496 0199", may_ring="ask first"
    )
    reaching.set_safe_contact(laptop, entry)
    pat = reach(laptop, "pat")
    assert (pat.how, pat.how_readers, pat.landline, pat.ring, pat.text) == (
        "After six",
        "workers",
        "0151 496 0199",
        "ask",
        "",
    )
    before = reach(laptop)
    entry = SafeContactEntry(
        family_id=BELL, person_id="dawn", mobile="07700 900999", may_text="ask", rev=before.rev
    )
    reaching.set_safe_contact(laptop, entry)
    wanted = replace(before, mobile="07700 900999", text="ask", may_text="ask first", rev="")
    assert replace(reach(laptop), rev="") == wanted


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({"mobile": "0770 12"}, "mobile", "6 digits cannot be rung"), ({"landline": "1" * 16}, "landline", "16 digits"),
        ({"email": "dawn.example.org"}, "email", "no e-mail address"), ({"email": "a@b"}, "email", "no e-mail address"),
        ({"may_ring": "sometimes"}, "may_ring", "is not one of"), ({"how_readers": "all"}, "how_readers", "is not one of"),
        ({"person_id": "unborn", "how": "x"}, "person_id", "not born yet"), ({"person_id": "", "how": "x"}, "person_id", "Who is to be reached"),
        ({"person_id": "tia", "how": "x"}, "person_id", "nobody in this family"), ({"rev": "x", "how": "y"}, "rev", "revision cannot be read"),
        ({}, "how", "Nothing to save"), ({"person_id": "pat"}, "how", "Nothing to save"),
        ({"person_id": "pat", "how_readers": "family"}, "how", "Nothing to save"),
    ],
)  # fmt: skip
def test_safe_contact_that_cannot_stand_is_refused_beside_its_field(
    fields: dict[str, object], field: str, sentence: str, laptop: Laptop
) -> None:
    entry = SafeContactEntry(**{"family_id": BELL, "person_id": "dawn", **fields})  # type: ignore[arg-type]
    assert sentence in refused(reaching.set_safe_contact, laptop, entry)[field]


@pytest.mark.parametrize(
    ("field", "typed"),
    [("mobile", "none: uses Pat's, 07700 9…"), ("mobile", "+44 (0)7700 900123"), ("landline", "01512 345 678 ext 4"), ("landline", ""),
     ("email", "shares her mother's address"), ("email", "o'neil+home@post.example.org")],
)  # fmt: skip
def test_odd_numbers_that_somebody_explains_are_kept_as_they_are(
    field: str, typed: str, laptop: Laptop
) -> None:
    entry = SafeContactEntry(family_id=BELL, person_id="dawn", how="Ask Pat first", **{field: typed})  # type: ignore[arg-type]
    reaching.set_safe_contact(laptop, entry)
    assert getattr(reach(laptop), field) == typed


def test_of_two_answers_written_offline_the_most_cautious_is_shown_and_both_words(laptop: Laptop) -> None:
    rev = reach(laptop).rev
    for who, how, ring in ((laptop, "Mobile only", "never"), (as_sam(laptop), "Ring after ten", "ask")):
        entry = SafeContactEntry(family_id=BELL, person_id="dawn", how=how, may_ring=ring, rev=rev)
        reaching.set_safe_contact(who, entry)
    assert (reach(laptop).how, reach(laptop).ring) == ("Mobile only / Ring after ten", "never")
    assert differing(laptop) == {("safe_contact", "how"), ("safe_contact", "may_ring")}


def test_two_who_record_the_first_safe_contact_offline_are_both_read_until_somebody_saves_what_holds(
    laptop: Laptop,
) -> None:
    scope = f"fam:{BELL}"
    with laptop.store.work(SAM) as work:
        work.create(scope, "safe_contact", {"person_id": "pat", "how": "Never at work", "how_readers": "workers",
                                            "mobile": "07700 900111", "may_ring": "never"})  # fmt: skip
        work.create(scope, "safe_contact", {"person_id": "pat", "how": "After six", "how_readers": "family",
                                            "landline": "0151 496 0199", "may_ring": "yes", "may_text": "yes"})  # fmt: skip
    both = reach(laptop, "pat")
    assert set(both.how.split(" / ")) == {"Never at work", "After six"}
    assert (both.how_readers, both.ring, both.text, both.mobile, both.landline) == (
        "workers", "never", "yes", "07700 900111", "0151 496 0199",
    )  # fmt: skip
    unseen = SafeContactEntry(family_id=BELL, person_id="pat", how="Not at work", others=[], rev=both.rev)
    reaching.set_safe_contact(laptop, unseen)
    assert "Not at work" in (still := reach(laptop, "pat")).how
    assert still.others == both.others, "what was not on screen stays"
    entry = SafeContactEntry(
        family_id=BELL, person_id="pat", how="After six, not at work", others=list(both.others)
    )
    reaching.set_safe_contact(laptop, entry)
    one = reach(laptop, "pat")
    assert (one.how, one.ring, one.text, one.mobile, one.others) == (
        "After six, not at work",
        "never",
        "yes",
        "07700 900111",
        (),
    )


# -- a person who may be a risk --------------------------------------------------------------------------------


def test_what_is_known_of_a_person_stands_with_source_day_and_review(laptop: Laptop) -> None:
    safety.record_risk(laptop, risk(on=day(-3)))
    craig = person(laptop, "craig")
    (known,) = craig.risks
    assert (known.risk, known.source, known.on, known.review_on, known.readers) == (
        "police", "police notification", day(-3), day(84), "workers",
    )  # fmt: skip
    assert craig.risk == "police information: Arrested at the flat in March (police notification)"


def test_an_older_conviction_is_not_hidden_by_a_newer_allegation(laptop: Laptop) -> None:
    safety.record_risk(laptop, risk(risk="conviction", what="Assault, 2019", on=day(-900)))
    safety.record_risk(laptop, risk(risk="allegation", what="Seen outside the school"))
    craig = person(laptop, "craig")
    assert craig.risk == "conviction: Assault, 2019 (police notification) · and 1 more"
    assert [r.risk for r in craig.risks] == ["conviction", "allegation"]


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({"person_id": ""}, "person_id", "Who is it about"), ({"person_id": "tia"}, "person_id", "nobody in this family"),
        ({"risk": ""}, "risk", "an allegation, police information"), ({"risk": "bad man"}, "risk", "is not one of"),
        ({"source": ""}, "source", "From whom"), ({"what": ""}, "what", "What is known"), ({"on": "tomorrow"}, "on", "has not come yet"),
        ({"on": ""}, "on", "Of which day"), ({"review_on": day(-1)}, "review_on", "is past"), ({"what_readers": "x"}, "what_readers", "is not one of"),
    ],
)  # fmt: skip
def test_a_risk_that_cannot_stand_is_refused_beside_its_field(
    fields: dict[str, object], field: str, sentence: str, laptop: Laptop
) -> None:
    assert sentence in refused(safety.record_risk, laptop, risk(**fields))[field]


def test_that_nothing_is_known_any_more_needs_words_and_then_stands(laptop: Laptop) -> None:
    made = safety.record_risk(laptop, risk()).id
    assert "Change that" in refused(safety.record_risk, laptop, risk(risk="none"))["risk"]
    entry = RiskEntry(family_id=BELL, risk_id=made, risk="none")
    assert "Why is nothing known" in refused(safety.change_risk, laptop, entry)["what"]
    entry.what = "Arrested in March; released, no further action, police letter of 2 May"
    safety.change_risk(laptop, entry)
    assert person(laptop, "craig").risk == ""
    assert "Nothing to save" in refused(safety.change_risk, laptop, entry)["risk"]
    gone = RiskEntry(family_id=BELL, risk_id="gone")
    assert "no more" in refused(safety.change_risk, laptop, gone)["risk"]


def test_of_two_judgements_written_offline_the_more_cautious_is_shown(laptop: Laptop) -> None:
    made = safety.record_risk(laptop, risk()).id
    rev = person(laptop, "craig").risks[0].rev
    for who, code in ((laptop, "conviction"), (as_sam(laptop), "none")):
        entry = RiskEntry(family_id=BELL, risk_id=made, risk=code, what=f"so {code}", rev=rev)
        safety.change_risk(who, entry)
    assert person(laptop, "craig").risks[0].risk == "conviction"
    assert differing(laptop) == {("person_risk", "risk"), ("person_risk", "what")}


# -- a move ----------------------------------------------------------------------------------------------------


def move(**fields: object) -> MoveEntry:
    return MoveEntry(
        **{"family_id": BELL, "lines": "2 New Close", "town": "Wallasey", "postcode": "ch44 1ab", **fields}
    )  # type: ignore[arg-type]


def test_a_move_ends_the_address_before_and_keeps_the_ward_unless_it_is_known(laptop: Laptop) -> None:
    reaching.record_move(laptop, move(on=day(-2)))
    file = file_of(laptop)
    assert file.address == "2 New Close, Wallasey, CH44 1AB"
    assert {m.id for m in (*file.adults, *file.children) if m.homes} == {"dawn", "jade", "leo", "mia"}
    assert file.ward == "Rock Ferry"
    with laptop.store.reading() as connection:
        old = connection.exec_driver_sql("select to_on from address where id = 'bell-address'").scalar()
    assert old == day(-2)
    reaching.record_move(laptop, move(lines="3 Other Close", ward="Seacombe", postcode=""))
    assert (file_of(laptop).address, file_of(laptop).ward) == ("3 Other Close, Wallasey", "Seacombe")


def test_who_stays_keeps_the_address_also_where_only_the_one_who_left_had_it(laptop: Laptop) -> None:
    reaching.record_move(laptop, move(person_ids=["dawn", "mia"]))
    assert person(laptop, "mia").address.startswith("2 New Close")
    assert person(laptop, "leo").address == "14 Grove Steps, Birkenhead, CH42 3"
    assert person(laptop, "leo").homes[0].from_on == "2021-02-01"


def test_somebody_who_lives_elsewhere_moves_alone(laptop: Laptop) -> None:
    reaching.record_move(laptop, move(person_ids=["craig"]))
    assert person(laptop, "craig").address.startswith("2 New Close")
    assert file_of(laptop).address.startswith("14 Grove Steps")


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({"person_ids": []}, "person_ids", "Who moved"), ({"person_ids": ["tia"]}, "person_ids", "nobody in this family"),
        ({"on": "tomorrow"}, "on", "has not come yet"), ({"on": "2020-01-01"}, "on", "the move is not older"),
        ({"lines": "", "town": "", "postcode": ""}, "lines", "Where do they live now"), ({"postcode": "CH4 2A"}, "postcode", "is no postcode"),
        ({"secrecy": "perhaps"}, "secrecy", "is not one of"), ({"lines": "x" * 301}, "lines", "fit on a line"),
    ],
)  # fmt: skip
def test_a_move_that_cannot_stand_is_refused_beside_its_field(
    fields: dict[str, object], field: str, sentence: str, laptop: Laptop
) -> None:
    assert sentence in refused(reaching.record_move, laptop, move(**fields))[field]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("CH42 3", "CH42 3"), ("ch42  3ab", "CH42 3AB"), ("CH42", "CH42"), ("L1 1", "L1 1"), ("L11", "L11"), ("w1a1aa", "W1A 1AA"), ("", "")],
)  # fmt: skip
def test_a_sector_or_a_district_is_postcode_enough(typed: str, kept: str, laptop: Laptop) -> None:
    reaching.record_move(laptop, move(town="", postcode=typed))
    assert file_of(laptop).address == ", ".join(p for p in ("2 New Close", kept) if p)


@pytest.mark.parametrize("place", ["lines", "town", "postcode", "ward"])
@pytest.mark.parametrize("secrecy", ["moved", "stays"])
def test_nothing_of_a_confidential_address_is_taken_into_the_family_s_file(
    place: str, secrecy: str, laptop: Laptop
) -> None:
    empty = {"lines": "", "town": "", "postcode": "", "ward": ""}
    entry = MoveEntry(**{"family_id": BELL, "secrecy": secrecy, **empty, place: "CH41 2AB"})  # type: ignore[arg-type]
    assert "never written in the family's file" in refused(reaching.record_move, laptop, entry)[place]


def test_a_move_to_a_confidential_address_says_only_that(laptop: Laptop) -> None:
    saved = reaching.record_move(laptop, MoveEntry(family_id=BELL, secrecy="moved"))
    assert saved.note == "the address itself is not in this file"
    file = file_of(laptop)
    assert (file.address, file.ward) == (CONFIDENTIAL, "")
    with laptop.store.reading() as connection:
        rows = connection.exec_driver_sql(
            "select lines, town, postcode, ward from address where confidential and to_on is null"
        ).all()
    assert len(rows) == 4
    assert all(tuple(row) == (None, None, None, None) for row in rows)


def test_an_address_that_becomes_confidential_is_taken_off_every_page_and_out_of_search(
    laptop: Laptop,
) -> None:
    reaching.record_move(laptop, move(lines=SECRET, person_ids=["dawn", "leo", "mia"]))
    reaching.record_move(laptop, MoveEntry(family_id=BELL, secrecy="stays", person_ids=["dawn"]))
    file = file_of(laptop)
    assert {person(laptop, i).address for i in ("dawn", "leo", "mia")} == {CONFIDENTIAL}, (
        "whoever lives there"
    )
    assert SECRET not in str(file)
    assert reading.search(laptop, SECRET) == []
    with laptop.store.reading() as connection:
        assert (
            families.find_families(connection, laptop.store.terms, SECRET, laptop.today, laptop.who.id) == []
        )
    again = MoveEntry(family_id=BELL, secrecy="stays", person_ids=["dawn"])
    assert "recorded already" in refused(reaching.record_move, laptop, again)["secrecy"]


def test_of_two_moves_written_offline_a_confidential_one_is_not_given_away_by_the_other(
    laptop: Laptop,
) -> None:
    seen = [h.id for h in person(laptop, "dawn").homes]
    hidden = MoveEntry(family_id=BELL, secrecy="moved", person_ids=["dawn"], seen=seen)
    reaching.record_move(laptop, hidden)
    reaching.record_move(as_sam(laptop), move(lines=SECRET, person_ids=["dawn"], seen=seen))
    assert len(person(laptop, "dawn").homes) == 2
    assert person(laptop, "dawn").address == CONFIDENTIAL


# -- Today -----------------------------------------------------------------------------------------------------


def due_lines(laptop: Laptop) -> list[tuple[str, str]]:
    return [(x.target, x.what) for x in reading.today(laptop).lines if x.act == "open_safety"]


def test_today_asks_about_what_is_to_be_looked_at_again_but_not_about_what_has_ended(laptop: Laptop) -> None:
    assert due_lines(laptop) == []
    known = safety.record_risk(laptop, risk(review_on="in 2 days")).id
    soon = safety.add_safety_note(laptop, note(review_on="tomorrow")).id
    assert due_lines(laptop) == [(soon, "Safety note: dog"), (known, "Craig: police information")]
    safety.end_safety_note(laptop, EndNoteEntry(family_id=BELL, note_id=soon, because="gone"))
    nothing = RiskEntry(family_id=BELL, risk_id=known, risk="none", what="Released, no further action")
    safety.change_risk(laptop, nothing)
    assert due_lines(laptop) == []


def test_today_asks_nothing_about_a_family_whose_help_has_ended(laptop: Laptop) -> None:
    safety.add_safety_note(laptop, note(review_on="today"))
    with laptop.store.work(SAM) as work:
        work.create(
            f"fam:{BELL}", "episode_state", {"episode_id": "bell-episode", "state": "closed", "on": day(0)}
        )
    assert due_lines(laptop) == []


# -- by name ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "entry"),
    [
        ("add_safety_note", {"family_id": BELL, **NOTE}),
        ("change_safety_note", {"family_id": BELL, "note_id": "bell-two", "review_on": "in 3 months"}),
        ("end_safety_note", {"family_id": BELL, "note_id": "bell-dog", "because": "The dog has gone"}),
        ("set_safe_contact", {"family_id": BELL, "person_id": "dawn", "may_ring": "ask"}),
        ("record_risk", {"family_id": BELL, "person_id": "craig", **RISK}),
        ("record_move", {"family_id": BELL, "lines": "2 New Close", "postcode": "CH44 1"}),
    ],
)  # fmt: skip
def test_each_act_is_done_by_name(name: str, entry: dict[str, object], laptop: Laptop) -> None:
    assert acts.do(laptop, name, msgspec.json.encode(entry)).saved


def test_a_risk_is_changed_by_name(laptop: Laptop) -> None:
    made = safety.record_risk(laptop, risk()).id
    entry = {"family_id": BELL, "risk_id": made, "review_on": "in 4 weeks"}
    acts.do(laptop, "change_risk", msgspec.json.encode(entry))
    assert person(laptop, "craig").risks[0].review_on == day(28)
