"""Each act: what is needed, what is refused beside which field, what is written."""

import msgspec
import pytest

from familyhub.casework import actions, acts, concerns, contacts, differences, drafts, notes, reading, visits
from familyhub.casework.contact_entries import ContactChildEntry, ContactEntry
from familyhub.casework.entries import (
    ActionMoved,
    ChildSeen,
    ConcernEntry,
    DecisionEntry,
    NoteEntry,
    ToldEntry,
    VisitEntry,
)
from familyhub.casework.laptop import Laptop
from familyhub.casework.plan_entries import ActionUpdate
from familyhub.casework.problems import Refused
from familyhub.records.families import Family
from familyhub.records.visits import VisitPresent
from familyhub.store.queries.rows import session, visible
from tests.support.families import ASHA, BELL, SAM, day


def visit(**fields: object) -> VisitEntry:
    """A visit of today that may be saved, but for ``fields``."""
    children = [ChildSeen("jade", seen=False, why_not="at school"), ChildSeen("leo", seen=True, how="talked"),
                ChildSeen("mia", seen=True, how="awake")]  # fmt: skip
    base: dict[str, object] = {
        "on": "today",
        "safe": "no",
        "happened": "Breakfast together.",
        "children": children,
    }
    return VisitEntry(BELL, **{**base, **fields})  # type: ignore[arg-type]


def refused(act: object, laptop: Laptop, entry: object) -> dict[str, str]:
    """The sentences an act refuses with, by field; nothing may have been written."""
    before = reading.sync_page(laptop).waiting
    with pytest.raises(Refused) as found:
        act(laptop, entry)  # type: ignore[operator]
    assert reading.sync_page(laptop).waiting == before
    for problem in found.value.problems:
        assert problem.sentence.strip()
        assert "\n" not in problem.sentence
        assert "Traceback" not in problem.sentence
    return {p.field: p.sentence for p in found.value.problems}


# -- visits ----------------------------------------------------------------------------------------------------


def test_a_visit_is_written_once_and_read_everywhere(laptop: Laptop) -> None:
    children = [ChildSeen("jade", seen=False, why_not="at school"), ChildSeen("mia", seen=True, how="awake"),
                ChildSeen("leo", seen=True, alone=True, how="talked", said="I like it", asked="And school?")]  # fmt: skip
    entry = visit(children=children, start_at="9.30", end_at="10:15", present=["dawn", "dawn"], others=["Mrs Pole"],
                  next_on="in 2 weeks", next_at="2pm", meaning="Calmer mornings",
                  actions=[ActionMoved("chart", status="done", text="All five steps")])  # fmt: skip
    saved = visits.log_visit(laptop, entry)
    assert saved.saved
    file = reading.family(laptop, BELL)
    made = next(v for v in file.visits if v.id == saved.id)
    assert (made.on, made.start_at, made.end_at, made.by, made.safe) == (
        day(0),
        "09:30",
        "10:15",
        "Asha Rahman",
        "no",
    )
    assert sorted(made.present) == ["Dawn", "Mrs Pole"]
    assert {c.child_id: (c.seen, c.alone, c.why_not) for c in made.children} == {
        "jade": (False, False, "at school"), "leo": (True, True, ""), "mia": (True, False, ""),
    }  # fmt: skip
    leo = next(c for c in file.children if c.id == "leo")
    assert (leo.last_seen, leo.last_alone, leo.said) == (day(0), day(0), "I like it")
    chart = next(a for a in file.plan.actions if a.id == "chart")  # type: ignore[union-attr]
    assert (chart.status, chart.progress[-1].text) == ("done", "All five steps")
    assert (file.next_visit.on, file.next_visit.at) == (day(14), "14:00")  # type: ignore[union-attr]
    assert file.story[0].what == "Visit: Jade not, Leo alone, Mia seen"
    assert saved.waiting == reading.sync_page(laptop).waiting > 0
    with laptop.store.reading() as connection, session(connection) as db:
        third = [p.third_party for p in visible(db, VisitPresent, f"fam:{BELL}") if p.name == "Mrs Pole"]
    assert third == [True], "a person who is not in the file is marked as such"


def test_who_may_read_is_narrow_unless_somebody_widens_it(laptop: Laptop) -> None:
    children = [
        *visit().children[:1],
        ChildSeen("leo", seen=True, said="sad", asked="why?"),
        ChildSeen("mia", seen=True),
    ]
    saved = visits.log_visit(laptop, visit(children=children, meaning="m"))
    made = next(v for v in reading.family(laptop, BELL).visits if v.id == saved.id)
    assert (made.happened_readers, made.meaning_readers) == ("professionals", "workers")
    assert {c.said_readers for c in made.children} == {"workers"}
    note = notes.add_note(laptop, NoteEntry(BELL, text="rang", impact="worse"))
    assert next(n for n in reading.family(laptop, BELL).notes if n.id == note.id).readers == "professionals"


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({"on": ""}, "on", "Which day was the visit"), ({"on": "in 1 year"}, "on", "is not a date"),
        ({"on": "12/3/2027"}, "on", "has not come yet"), ({"on": "tomorrow"}, "on", "has not come yet"),
        ({"safe": ""}, "safe", "The safety question"), ({"safe": "perhaps"}, "safe", "is not one of"),
        ({"happened": " \n\0 "}, "happened", "What happened"), ({"kind": "moon"}, "kind", "is not one of"),
        ({"outcome": ""}, "outcome", "whether the visit was made"), ({"start_at": "25:00"}, "start_at", "is not a time"),
        ({"start_at": "11:00", "end_at": "10:00"}, "end_at", "before it starts"), ({"next_on": "yesterday"}, "next_on", "is past"),
        ({"present": ["nobody"]}, "present", "is nobody in this family"), ({"others": ["x" * 301]}, "others", "fit on a line"),
        ({"actions": [ActionMoved("of another plan", status="done")]}, "actions", "not in this family's plan"),
        ({"actions": [ActionMoved("chart", due="soon")]}, "due", "is not a date"),
        ({"actions": [ActionMoved("chart", status="done", rev="rubbish")]}, "rev", "revision cannot be read"),
        ({"happened_readers": "all"}, "happened_readers", "is not one of"),
        ({"outcome": "not_in"}, "outcome", "marked as seen, but the visit was not made"),
    ],
)  # fmt: skip
def test_what_is_missing_or_impossible_gets_one_sentence_beside_its_field(
    fields: dict[str, object], field: str, sentence: str, laptop: Laptop
) -> None:
    found = refused(visits.log_visit, laptop, visit(**fields))
    assert sentence in found[field]
    assert set(found) == {field}


def test_the_whole_page_asks_for_more_than_the_short_form(laptop: Laptop) -> None:
    assert set(refused(visits.log_visit, laptop, visit(whole_page=True))) == {
        "meaning",
        "start_at",
        "next_on",
    }
    visits.log_visit(laptop, visit(whole_page=True, meaning="m", start_at="9", no_next_because="plan ends"))
    assert reading.family(laptop, BELL).next_visit.none_because == "plan ends"  # type: ignore[union-attr]


def test_a_child_who_is_not_mentioned_is_named(laptop: Laptop) -> None:
    found = refused(visits.log_visit, laptop, visit(children=[ChildSeen("leo", seen=True)]))
    assert found == {f"child:{i}": f"{n}: seen, or why not? (--seen or --not-seen {i}=WHY)" for i, n in
                     (("jade", "Jade"), ("mia", "Mia"))}  # fmt: skip
    refused(visits.log_visit, laptop, visit(children=[]))


@pytest.mark.parametrize(
    ("child", "on", "sentence"),
    [
        (ChildSeen("leo", seen=False), "today", "Leo was not seen: why not?"),
        (
            ChildSeen("leo", seen=False, alone=True, why_not="out"),
            "today",
            "Leo cannot be seen alone and not seen.",
        ),
        (ChildSeen("unborn", seen=True), "today", "Unborn is not born yet"),
        (ChildSeen("mia", seen=True), "1/9/2021", "Mia was born on Fri 3 Sep, after this visit"),
        (ChildSeen("tia", seen=True), "today", "“tia” is no child of the Bell family."),
    ],
)
def test_a_child_cannot_be_seen_against_the_facts(
    child: ChildSeen, on: str, sentence: str, laptop: Laptop
) -> None:
    others = [c for c in visit().children if c.person_id != child.person_id]
    found = refused(visits.log_visit, laptop, visit(on=on, children=[*others, child]))
    assert any(sentence in said for said in found.values()), found


def test_a_child_born_after_the_visit_need_not_be_mentioned(laptop: Laptop) -> None:
    entry = visit(on="1/9/2021", children=[c for c in visit().children if c.person_id != "mia"])
    assert visits.log_visit(laptop, entry).saved


def test_an_unborn_child_may_be_written_of_and_is_never_seen(laptop: Laptop) -> None:
    saved = visits.log_visit(
        laptop, visit(children=[*visit().children, ChildSeen("unborn", seen=False, why_not="growing well")])
    )
    made = next(v for v in reading.family(laptop, BELL).visits if v.id == saved.id)
    assert next(c for c in made.children if c.child_id == "unborn").seen is False


def test_a_visit_that_was_not_made_says_what_was_done(laptop: Laptop) -> None:
    entry = VisitEntry(BELL, on="today", outcome="not_in")
    assert set(refused(visits.log_visit, laptop, entry)) == {"did_instead"}
    before = {c.id: c.last_seen for c in reading.family(laptop, BELL).children}
    saved = visits.log_visit(
        laptop, VisitEntry(BELL, on="today", outcome="not in", did_instead="Card left", next_try="fri")
    )
    file = reading.family(laptop, BELL)
    made = next(v for v in file.visits if v.id == saved.id)
    assert (made.outcome, made.did_instead, made.children) == ("not_in", "Card left", ())
    assert {c.id: c.last_seen for c in file.children} == before
    assert file.next_visit.on == day(1)  # type: ignore[union-attr]


def test_the_next_visit_moves_instead_of_multiplying(laptop: Laptop) -> None:
    for typed in ("in 1 week", "in 2 weeks"):
        visits.log_visit(laptop, visit(next_on=typed))
    with laptop.store.reading() as connection:
        rows = connection.exec_driver_sql('select "on" from next_visit').fetchall()
    assert [tuple(r) for r in rows] == [(day(14),)]


# -- notes and texts -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "field"),
    [({"text": ""}, "text"), ({"text": "\0\u200d"[:1]}, "text"), ({"kind": "fax"}, "kind"), ({"kind": ""}, "kind"),
     ({"on": "in 3 days"}, "on"), ({"on": ""}, "on"), ({"at": "late"}, "at"), ({"who": "x" * 400}, "who"),
     ({"readers": "everybody"}, "readers"), ({"text": "x" * 200_001}, "text")],
)  # fmt: skip
def test_a_note_that_cannot_be_kept_says_which_part(
    fields: dict[str, str], field: str, laptop: Laptop
) -> None:
    assert set(refused(notes.add_note, laptop, NoteEntry(BELL, **{"text": "x", **fields}))) == {field}


@pytest.mark.parametrize("family", ["", "okafor", "nobody", "\0", "x' or 1=1 --", "\ud800"])
def test_a_family_that_is_not_held_is_refused(family: str, laptop: Laptop) -> None:
    assert set(refused(notes.add_note, laptop, NoteEntry(family, text="x"))) == {"family"}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a\0b\x07c\x1b[31md\x7f\x9b", "abc[31md"), ("half \ud83d\udc00"[:6] + " end", "half  end"), ("one\r\ntwo\rthree\tfour", "one\ntwo\nthree\tfour"),
        ("[bold red]not markup[/] [@click=x]y[/]", "[bold red]not markup[/] [@click=x]y[/]"),
        ("👩‍👧‍👦 family 🎈", "👩‍👧‍👦 family 🎈"), ("قالت أمي: نعم", "قالت أمي: نعم"), ("ab\u202edc", "ab\u202edc"),
        ("e\u0301 stays as typed", "e\u0301 stays as typed"), ("  spaces go  ", "spaces go"),
    ],
)  # fmt: skip
def test_text_is_kept_as_typed_without_what_is_no_text(typed: str, kept: str, laptop: Laptop) -> None:
    saved = notes.add_note(laptop, NoteEntry(BELL, text=typed, who=typed))
    note = next(n for n in reading.family(laptop, BELL).notes if n.id == saved.id)
    assert note.text == kept
    assert note.who == " ".join(kept.split())


def test_a_hundred_kilobytes_of_paste_are_kept_whole(laptop: Laptop) -> None:
    text = "\n".join(f"line {n}: Dawn’s own words 🙂" for n in range(4000))
    assert len(text.encode()) > 100_000
    saved = notes.add_note(laptop, NoteEntry(BELL, text=text))
    assert next(n for n in reading.family(laptop, BELL).notes if n.id == saved.id).text == text


# -- actions ---------------------------------------------------------------------------------------------------


def step(laptop: Laptop, identity: str) -> tuple[str, str | None]:
    found = next(a for a in reading.family(laptop, BELL).plan.actions if a.id == identity)  # type: ignore[union-attr]
    return found.status, found.due


def test_an_action_is_changed_with_a_dated_row_and_a_note(laptop: Laptop) -> None:
    actions.update_action(laptop, ActionUpdate("gp", status="In progress", due="in 2 weeks", note="Booked"))
    assert step(laptop, "gp") == ("in_progress", day(14))
    with laptop.store.reading() as connection:
        dated = connection.exec_driver_sql(
            'select status, due, "on", "by" from action_status where action_id = ?', ("gp",)
        )
        assert [tuple(r) for r in dated] == [("in_progress", day(14), day(0), laptop.who.id)]
    actions.update_action(laptop, ActionUpdate("gp", due="none"))
    assert step(laptop, "gp") == ("in_progress", None)


@pytest.mark.parametrize(
    ("fields", "field"),
    [({}, "action"), ({"note": " \0"}, "action"), ({"status": "finished"}, "status"), ({"due": "whenever"}, "due"),
     ({"status": "done", "rev": "rubbish"}, "rev"), ({"note": "x", "readers": "all"}, "readers")],
)  # fmt: skip
def test_an_update_that_cannot_be_kept_says_which_part(
    fields: dict[str, str], field: str, laptop: Laptop
) -> None:
    entry = ActionUpdate("gp", **fields)  # type: ignore[arg-type]
    if fields.get("note") == " \0":
        assert actions.update_action(laptop, ActionUpdate("gp", status=" ", note="x")).saved
        assert step(laptop, "gp")[0] == "not_started", "an empty status is no status"
        return
    assert set(refused(actions.update_action, laptop, entry)) == {field}


def test_an_action_that_is_not_here_is_refused(laptop: Laptop) -> None:
    assert set(refused(actions.update_action, laptop, ActionUpdate("no such", status="done"))) == {"action"}


# -- the front door and worries --------------------------------------------------------------------------------


def contact(**fields: object) -> ContactEntry:
    base: dict[str, object] = {
        "source": "2a",
        "worry": "Hungry at school",
        "children": [ContactChildEntry("Ana", "Lee")],
    }
    return ContactEntry(**{**base, **fields})  # type: ignore[arg-type]


def test_a_contact_is_kept_with_its_children(laptop: Laptop) -> None:
    saved = contacts.add_contact(
        laptop, contact(who="Ms Ali", received="yesterday", received_time="8:05", in_confidence=True)
    )
    with laptop.store.reading() as connection:
        row = connection.exec_driver_sql(
            "select scope, received_at, source, worry_readers, in_confidence, locality from contact where id = ?",
            (saved.id,),
        ).one()
        children = connection.exec_driver_sql(
            "select given, family_name from contact_child where contact_id = ?", (saved.id,)
        ).all()
    assert tuple(row) == (f"con:{saved.id}", f"{day(-1)}T08:05:00Z", "2A", "workers", 1, "birkenhead")
    assert [tuple(c) for c in children] == [("Ana", "Lee")]


@pytest.mark.parametrize(
    ("fields", "field"),
    [({"source": ""}, "source"), ({"source": "99"}, "source"), ({"worry": ""}, "worry"), ({"children": []}, "children"),
     ({"children": [ContactChildEntry("")]}, "children:0"), ({"received": "tomorrow"}, "received"),
     ({"children": [ContactChildEntry("Ana"), ContactChildEntry("Jo", birth_date="12/3/2030")]}, "children:1"),
     ({"children": [ContactChildEntry("Ana", safe_now="eh")]}, "children:0")],
)  # fmt: skip
def test_a_contact_that_cannot_be_kept_says_which_part(
    fields: dict[str, object], field: str, laptop: Laptop
) -> None:
    assert set(refused(contacts.add_contact, laptop, contact(**fields))) == {field}


@pytest.mark.parametrize(
    ("child", "sentence"),
    [
        (ContactChildEntry("not known", birth_date="20/5/2026"), "has not come yet. For a child who is not born yet leave it empty"),
        (ContactChildEntry("not known", age="unborn, due soon"), "“soon” is not a date"),
        (ContactChildEntry("not known", age="unborn, due 5/1/2026"), "more than four weeks past. If the baby is born"),
        (ContactChildEntry("not known", age="unborn, due in 12 months"), "more than nine months ahead"),
        (ContactChildEntry("Ana", birth_date="5/1/2020", age="unborn"), "which of the two is right"),
    ],
)  # fmt: skip
def test_of_a_child_who_is_not_born_yet_a_contact_says_what_to_write(
    child: ContactChildEntry, sentence: str, laptop: Laptop
) -> None:
    assert sentence in refused(contacts.add_contact, laptop, contact(children=[child]))["children:0"]


def test_a_worry_of_which_nobody_was_told_is_first_in_today_until_somebody_is(laptop: Laptop) -> None:
    saved = concerns.raise_concern(
        laptop, ConcernEntry(said="“He hits us”", children=["leo"], family_id=BELL)
    )
    assert saved.note.startswith("Nobody has been told yet")
    first = reading.today(laptop).lines[0]
    assert (first.act, first.target, first.what, first.family_id) == (
        "tell",
        saved.id,
        "Worried about Leo",
        BELL,
    )
    assert [c.said for c in concerns.open_concerns(laptop)] == ["“He hits us”"]
    assert set(refused(concerns.record_told, laptop, ToldEntry(saved.id, told_name=" "))) == {"told_name"}
    assert reading.today(laptop).lines[0].act == "tell"
    concerns.record_told(laptop, ToldEntry(saved.id, told_name="J. Marsh", told_role="duty social worker"))
    assert all(line.act != "tell" for line in reading.today(laptop).lines)
    assert concerns.open_concerns(laptop) == []
    with laptop.store.reading() as connection:
        made = connection.exec_driver_sql(
            "select outcome, channel, worry_readers, family_id from contact"
        ).one()
    assert tuple(made) == ("social_care", "worry", "workers", BELL)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"said": ""}, "said"),
        ({"child_names": ""}, "child_names"),
        ({"seen_on": "tomorrow"}, "seen_on"),
        ({"seen_at": "dusk"}, "seen_at"),
    ],
)
def test_a_worry_that_cannot_be_kept_says_which_part(
    fields: dict[str, str], field: str, laptop: Laptop
) -> None:
    base = {"said": "bruises", "child_names": "a boy in Year 2"}
    assert set(refused(concerns.raise_concern, laptop, ConcernEntry(**{**base, **fields}))) == {field}  # type: ignore[arg-type]


def test_a_worry_about_a_child_nobody_knows_can_be_kept(laptop: Laptop) -> None:
    saved = concerns.raise_concern(laptop, ConcernEntry(said="x", child_names="not known", told_name="Duty"))
    assert saved.note == ""
    assert concerns.open_concerns(laptop) == []
    assert set(refused(concerns.record_told, laptop, ToldEntry("no such", "X"))) == {"concern_id"}


# -- differences -----------------------------------------------------------------------------------------------


def two_answers(laptop: Laptop) -> str:
    """Asha and Sam change the same action from the same screen."""
    _, rev = reading.find_action(laptop, "letter")
    actions.update_action(laptop, ActionUpdate("letter", due=day(8), rev=rev))
    with laptop.store.work(SAM) as work:
        work.change(f"fam:{BELL}", "action", "letter", rev, {"due": day(15)})
    (found,) = reading.differences(laptop)
    return found.id


def test_a_difference_shows_both_answers_oldest_first(laptop: Laptop) -> None:
    identity = two_answers(laptop)
    (found,) = reading.differences(laptop)
    assert [(v.value, v.by_name, v.mine) for v in found.values] == [
        (day(8), "Asha Rahman", True),
        (day(15), "Sam Doyle", False),
    ]
    assert (found.id, found.shown, found.subject, found.field_words) == (
        identity,
        day(15),
        "“Attendance letter”",
        "by when",
    )
    assert reading.family(laptop, BELL).differences == (found,)


@pytest.mark.parametrize(
    ("entry", "wanted"), [({"take": 1}, day(8)), ({"take": 2}, day(15)), ({"value": "in 3 weeks"}, day(21))]
)
def test_a_decision_settles_it_also_where_it_keeps_what_is_shown(
    entry: dict[str, object], wanted: str, laptop: Laptop
) -> None:
    identity = two_answers(laptop)
    differences.decide(laptop, DecisionEntry(identity, **entry))  # type: ignore[arg-type]
    assert reading.differences(laptop) == ()
    assert step(laptop, "letter")[1] == wanted
    with laptop.store.reading() as connection:
        dated = connection.exec_driver_sql(
            "select due from action_status where action_id = 'letter' order by created_hlc"
        ).all()
    assert dated[-1][0] == wanted
    assert set(refused(differences.decide, laptop, DecisionEntry(identity, take=1))) == {"difference"}


def test_a_decision_about_an_agency_says_from_when_it_owns_the_action(laptop: Laptop) -> None:
    _, rev = reading.find_action(laptop, "letter")
    for author, agency in ((ASHA, "council"), (SAM, "health")):
        with laptop.store.work(author) as work:
            work.change(f"fam:{BELL}", "action", "letter", rev, {"agency": agency})
    (found,) = reading.differences(laptop)
    differences.decide(laptop, DecisionEntry(found.id, take=1))
    with laptop.store.reading() as connection:
        dated = connection.exec_driver_sql(
            'select says_owner, owner, agency, due, "on" from action_status where action_id = ?', ("letter",)
        ).all()
    assert [tuple(row) for row in dated] == [(1, "Ms Ali", "council", day(0), day(0))]


def test_an_answer_that_came_after_the_screen_was_painted_is_not_swept_away(laptop: Laptop) -> None:
    identity = two_answers(laptop)
    (found,) = reading.differences(laptop)
    with laptop.store.work("w-joan-pike") as work:
        work.change(f"fam:{BELL}", "action", "letter", "WyIiLHt9LFtdXQ", {"due": day(22)})
    differences.decide(laptop, DecisionEntry(identity, take=1, rev=found.rev))
    (again,) = reading.differences(laptop)
    assert {v.value for v in again.values} == {day(8), day(22)}


@pytest.mark.parametrize(
    ("entry", "field"),
    [({}, "take"), ({"take": 0}, "take"), ({"take": 3}, "take"), ({"value": "whenever"}, "value"), ({"value": ""}, "value"),
     ({"take": 1, "rev": "rubbish"}, "rev")],
)  # fmt: skip
def test_a_decision_that_cannot_be_kept_says_which_part(
    entry: dict[str, object], field: str, laptop: Laptop
) -> None:
    identity = two_answers(laptop)
    assert set(refused(differences.decide, laptop, DecisionEntry(identity, **entry))) == {field}  # type: ignore[arg-type]
    assert len(reading.differences(laptop)) == 1


def contested(laptop: Laptop, entity: str, row_id: str, field: str, *values: object) -> str:
    """Several answers to one field, none of whose authors saw another."""
    for n, value in enumerate(values):
        with laptop.store.work(f"w-{n}") as work:
            work.change(f"fam:{BELL}", entity, row_id, "WyIiLHt9LFtdXQ", {field: value})
    return next(d.id for d in reading.differences(laptop) if d.field == field)


@pytest.mark.parametrize(
    ("entity", "row_id", "field", "values", "typed", "kept"),
    [("need", "mood", "place", (4, 5), "7", 7), ("membership", "craig-member", "lives_here", (True, False), "no", False),
     ("membership", "craig-member", "lives_here", (True, False), "Yes", True),
     ("action", "gp", "of a newer version", ("a", "b"), "c", "c"), ("safe_contact", "dawn-reach", "may_ring", ("ask", "never"), "never", "never")],
)  # fmt: skip
def test_another_answer_is_kept_as_the_kind_its_field_has(
    entity: str, row_id: str, field: str, values: tuple[object, ...], typed: str, kept: object, laptop: Laptop
) -> None:
    identity = contested(laptop, entity, row_id, field, *values)
    differences.decide(laptop, DecisionEntry(identity, value=typed))
    with laptop.store.changing() as copy:
        key = (f"fam:{BELL}", entity, row_id)
        heads = copy.load([key])[key].row[field].heads.values()
    assert [repr(v) for _, v in heads] == [repr(kept)]


@pytest.mark.parametrize(
    ("entity", "row_id", "field", "values", "typed"),
    [("need", "mood", "place", (4, 5), "seven"), ("need", "mood", "place", (4, 5), "-1"),
     ("membership", "craig-member", "lives_here", (True, False), "at weekends"), ("action", "gp", "status", ("done", "stopped"), "maybe")],
)  # fmt: skip
def test_another_answer_of_the_wrong_kind_is_refused(
    entity: str, row_id: str, field: str, values: tuple[object, ...], typed: str, laptop: Laptop
) -> None:
    identity = contested(laptop, entity, row_id, field, *values)
    assert set(refused(differences.decide, laptop, DecisionEntry(identity, value=typed))) == {"value"}


def test_differences_about_safety_come_first(laptop: Laptop) -> None:
    two_answers(laptop)
    contested(laptop, "safe_contact", "dawn-reach", "may_text", "yes", "ask")
    assert [d.protective for d in reading.differences(laptop)] == [True, False]
    assert reading.differences(laptop)[0].shown == "never"


# -- drafts and the registry -----------------------------------------------------------------------------------


def test_a_draft_is_found_again_as_it_was_typed_and_gone_when_it_was_saved(laptop: Laptop) -> None:
    entry = visit(happened="half a sent", children=[ChildSeen("leo", said="“maybe”")])
    identity = drafts.keep(laptop, "visit", entry)
    entry.happened = "half a sentence"
    assert drafts.keep(laptop, "visit", entry) == identity
    assert drafts.reopen(laptop, identity) == ("visit", entry)
    assert [d.id for d in drafts.unfinished(laptop, BELL)] == [identity]
    line = next(x for x in reading.today(laptop).lines if x.act == "open_draft")
    assert line.target == identity
    with pytest.raises(Refused):
        visits.log_visit(laptop, entry)
    assert drafts.unfinished(laptop) != [], "what was refused stays as typed"
    entry.children = visit().children
    visits.log_visit(laptop, entry)
    assert drafts.unfinished(laptop) == []
    assert drafts.reopen(laptop, identity) is None


@pytest.mark.parametrize("typed", ["half \ud83d", "nul \0", "👩‍👧", "x" * 100_000, "[b]"])
def test_whatever_is_typed_can_be_kept_as_a_draft(typed: str, laptop: Laptop) -> None:
    identity = drafts.keep(laptop, "note", NoteEntry(BELL, text=typed))
    found = drafts.reopen(laptop, identity)
    assert found is not None
    assert found[1].text == typed.replace("\ud83d", "")  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "body", [b"", b"{", b"\xff\xfe", b"[]", b'{"family_id": 3}', b'{"y":' + b"[" * 50_000, b"null", b"{}"]
)
def test_what_is_no_entry_is_refused_in_one_sentence(body: bytes, laptop: Laptop) -> None:
    for name in acts.ACTS:
        if body == b"{}" and name in ("add_contact", "raise_concern"):
            continue
        if body == b"{}" and name in ("ask_social_worker", "open_disagreement", "ask_step_down"):
            with pytest.raises(Refused, match="Which family or contact"):
                acts.do(laptop, name, body)
            continue
        if body == b"{}" and name in (
            "add_need",
            "change_need",
            "add_action",
            "change_action",
            "add_person",
            "change_person",
        ):
            with pytest.raises(Refused, match="on this laptop"):
                acts.do(laptop, name, body)
            continue
        with pytest.raises(Refused, match="That is not an entry of"):
            acts.do(laptop, name, body)
    with pytest.raises(Refused, match="There is no act"):
        acts.do(laptop, "fly", body)


def test_every_act_has_words_and_a_function_that_takes_its_entry(laptop: Laptop) -> None:
    assert set(acts.ACTS) == {
        "log_visit", "add_note", "update_action", "add_contact", "raise_concern", "record_told", "decide_difference",
        "add_attachment", "remove_attachment",
        "decide_differences", "undo_decision", "ask_about_difference",
        "open_plan", "add_need", "change_need", "score_need", "add_action", "change_action", "keep_finding", "give_copy",
        "ask_safe_now", "answer_match", "add_person", "change_person",
        "allocate", "hand_over", "give_cover", "name_holder", "record_safe_check", "declare_conflict", "set_worker_facts",
        "record_agreement", "refresh_agreement", "withdraw_agreement", "give_opinion", "log_sharing", "give_record_copy",
        "start_assessment", "write_section", "add_found_need", "complete_assessment", "sign_assessment", "return_assessment",
        "carry_needs", "add_child_words", "write_child_day",
        "triage_contact", "hold_contact", "sign_contact", "return_contact", "open_early_help", "record_contact_told",
        "plan_meeting", "hold_meeting", "amend_minutes", "close_help", "sign_closing", "return_closing", "follow_up",
        "ask_step_up", "ask_step_down", "agree_step_up", "return_step_up", "send_step_up", "accept_step", "decline_step",
        "withdraw_step",
        "settle_second_check",
        "add_safety_note", "change_safety_note", "end_safety_note", "set_safe_contact", "record_risk", "change_risk", "record_move",
        "ask_social_worker", "add_advice", "open_disagreement", "escalate_disagreement", "settle_disagreement",
    }  # fmt: skip
    for act in acts.ACTS.values():
        assert act.words
        assert issubclass(act.entry, msgspec.Struct)
    saved = acts.do(laptop, "add_note", b'{"family_id": "bell", "text": "by name"}')
    assert any(n.id == saved.id for n in reading.family(laptop, BELL).notes)


def test_a_name_with_anything_in_it_is_shown_as_it_is(laptop: Laptop) -> None:
    name = "[red]O’Brien[/] 👨‍👩‍👧 عائلة"
    with laptop.store.work(laptop.who.id) as work:
        work.create("fam:odd", "family", {"name": name, "locality": "birkenhead"}, "odd")
    assert name in [f.name for f in reading.families(laptop)]
    assert reading.family(laptop, "odd").name == name
    assert [f.id for f in reading.families(laptop, "عائلة")] == ["odd"]
    with laptop.store.reading() as connection, session(connection) as db:
        assert visible(db, Family, "fam:odd")[0].name == name


@pytest.mark.parametrize(("decision", "words"), [("step_up", "Review: step up"), (None, "Review: held")])
def test_a_review_stands_in_the_story_in_words(decision: str | None, words: str, laptop: Laptop) -> None:
    with laptop.store.work(SAM) as work:
        work.create(
            f"fam:{BELL}", "review", {"plan_id": "bell-plan", "held_on": day(-1), "decision": decision}
        )
    assert words in [line.what for line in reading.family(laptop, BELL).story]
