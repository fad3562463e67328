"""Every figure by which early help is judged comes from dated rows: what it was on a day it stays, whatever changes later.

One family goes from a school's contact to a review and counts; another is somewhere on the way and does not. Then
everything that can be changed is changed, and the figures of the day before are asked for again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from familyhub.casework import (
    agreements,
    allocating,
    assessments,
    closings,
    contacts,
    front_door,
    meetings,
    plans,
    reading,
    triage,
    visits,
)
from familyhub.casework.agreement_entries import AgreementEntry, WithdrawalEntry
from familyhub.casework.allocation_entries import AllocateEntry
from familyhub.casework.assessment_entries import CompletionEntry
from familyhub.casework.closing_entries import ClosingEntry, Settled, SignClosing
from familyhub.casework.contact_entries import (
    ChildDecision,
    ContactAdultEntry,
    ContactChildEntry,
    ContactEntry,
    ContactToldEntry,
    SignEntry,
    TriageEntry,
)
from familyhub.casework.entries import ChildSeen, VisitEntry
from familyhub.casework.laptop import Laptop, Who
from familyhub.casework.meeting_entries import ChildAt, Guest, MeetingEntry, ScoreAt
from familyhub.casework.plan_entries import ActionEntry, NeedEntry, PlanEntry
from familyhub.records.catalogue import entities
from tests.casework.test_assessments import fill
from tests.support.families import ASHA, HUGHES, JOAN, TODAY, day, second_check
from tests.support.homes import SmallHome

SQLITE_READ = 20
"""What SQLite tells an authorizer before it reads a column."""
MEASURED = 0
"""The day of the figures, from ``TODAY``; everything before it is the story, everything after it are changes."""
LEAD = Who(ASHA, "Asha Rahman", "worker", "birkenhead")
DESK = Who(JOAN, "Joan Pike", "coordinator", "birkenhead")
MANAGER = Who("w-mo", "Mo Iqbal", "manager", "birkenhead")


class Figure(NamedTuple):
    """One figure: the dated rows it comes from, and what of one case counts on a day.

    ``query`` takes ``:fam`` and ``:con`` (scopes of a case) and ``:day``; None, nought or nothing: the case does not count.
    """

    finding: str
    name: str
    rows: tuple[str, ...]
    query: str
    counts: Any
    """What it says of the Walshes on the day of the figures."""


LAST = 'order by {0}."on" desc, {0}.created_hlc desc limit 1'
TRIAGED = 'select min("on") from contact_level where scope = :con and "on" <= :day'
HELD = 'select min(a."on") from allocation a where a.family_id = substr(:fam, 5) and a."on" <= :day and a.role = \'lead\''
VISITED = 'select min("on") from visit where scope = :fam and outcome = \'made\' and "on" <= :day'
ASSESSED = 'select min("on") from assessment_completion where scope = :fam and "on" <= :day'
PLANNED = "select min(started_on) from plan where scope = :fam and started_on <= :day"
LIVE = (
    "select count(*) from plan p where p.scope = :fam and p.started_on <= :day and not exists (select 1 from closing c "
    'join closing_signature s on s.scope = c.scope and s.closing_id = c.id and s.signature = \'signed\' and s."by" <> c."by" '
    'where c.scope = p.scope and c.plan_id = p.id and c."on" <= :day and s."on" <= :day)'
)
SEN = (
    "select value from person_fact f where scope = :fam and kind = 'sen' and \"on\" <= :day "
    "and not exists (select 1 from person_fact l where l.scope = f.scope and l.person_id = f.person_id and l.kind = f.kind "
    'and l."on" <= :day and (l."on", l.created_hlc) > (f."on", f.created_hlc))'
)


def days(begin: str, end: str) -> str:
    """Days from the first of one kind of row to the first of another; None while one of them is not there."""
    return f"select julianday(({end})) - julianday(({begin}))"


FIGURES = (
    # -- consistent access -------------------------------------------------------------------------------------
    Figure("access", "contacts", ("contact.received_at",),
           "select count(*) from contact where scope = :con and substr(received_at, 1, 10) <= :day", 1),
    Figure("access", "contacts that lead to an assessment", ("contact_step.on", "assessment_completion.on"),
           "select count(*) from contact_step where scope = :con and step = 'opened' and \"on\" <= :day "
           f"and exists (select 1 where ({ASSESSED}) is not null)", 1),
    Figure("access", "days from contact to triage", ("contact.received_at", "contact_level.on"),
           days("select substr(received_at, 1, 10) from contact where scope = :con", TRIAGED), 2),
    Figure("access", "days from triage to allocation", ("contact_level.on", "allocation.on"), days(TRIAGED, HELD), 3),
    Figure("access", "days from allocation to first visit", ("allocation.on", "visit.on"), days(HELD, VISITED), 3),
    Figure("access", "days from assessment to plan", ("assessment_completion.on", "plan.started_on"),
           days(ASSESSED, PLANNED), 2),
    Figure("access", "agreement given, declined or withdrawn, and why", ("agreement.on",),
           f"select state from agreement a where scope = :fam and \"on\" <= :day {LAST.format('a')}", "agreed"),
    Figure("access", "days on the waiting list", ("episode_state.on",),
           "select julianday((select min(\"on\") from episode_state where scope = :fam and state <> 'waiting' and \"on\" <= :day)) "
           "- julianday(min(\"on\")) from episode_state where scope = :fam and state = 'waiting' and \"on\" <= :day", 3),
    # -- a coordinated plan ------------------------------------------------------------------------------------
    Figure("plan", "assessment done", ("assessment_completion.on",), f"select ({ASSESSED}) is not null", 1),
    Figure("plan", "a live plan", ("plan.started_on", "closing.on", "closing_signature.on"), LIVE, 1),
    Figure("plan", "two agencies or more own its open actions", ("action_status.on",),
           "select count(distinct o.agency) >= 2 from action_status o join action_status s on s.scope = o.scope "
           "and s.action_id = o.action_id where o.scope = :fam and o.says_owner and o.\"on\" <= :day and s.\"on\" <= :day "
           "and s.status in ('not_started', 'in_progress') and not exists (select 1 from action_status l where l.scope = o.scope "
           "and l.action_id = o.action_id and l.\"on\" <= :day and l.says_owner and (l.\"on\", l.created_hlc) > (o.\"on\", o.created_hlc)) "
           "and not exists (select 1 from action_status l where l.scope = s.scope and l.action_id = s.action_id "
           "and l.\"on\" <= :day and (l.\"on\", l.created_hlc) > (s.\"on\", s.created_hlc))", 1),
    Figure("plan", "a lead practitioner by name", ("lead_practitioner.on",),
           "select count(*) > 0 from lead_practitioner where scope = :fam and \"on\" <= :day "
           "and (worker_id is not null or name is not null)", 1),
    Figure("plan", "its review held in time", ("review.held_on",),
           "select count(*) from review where scope = :fam and held_on <= :day and held_on <= due_on", 1),
    Figure("plan", "family and child at the meeting", ("meeting_guest.on", "meeting_child.on"),
           "select count(distinct g.meeting_id) from meeting_guest g join meeting_child c on c.scope = g.scope "
           "and c.meeting_id = g.meeting_id and c.came where g.scope = :fam and g.state = 'came' and g.person_id is not null "
           "and g.\"on\" <= :day and c.\"on\" <= :day", 1),
    # -- SEND --------------------------------------------------------------------------------------------------
    Figure("send", "children with SEN support or an EHC plan", ("person_fact.on",),
           f"select count(*) from ({SEN}) where value in ('support', 'ehcp')", 1),
    Figure("send", "and of these, with a plan", ("person_fact.on", "plan.started_on", "closing.on", "closing_signature.on"),
           f"select (select count(*) from ({SEN}) where value in ('support', 'ehcp')) > 0 and ({LIVE}) > 0", 1),
    Figure("send", "SENCO or 0-25 team invited", ("meeting_guest.on",),
           "select count(*) > 0 from meeting_guest where scope = :fam and \"on\" <= :day "
           "and (name like '%SENCO%' or agency like '%SENCO%' or agency like '%0-25%')", 1),
    Figure("send", "an EHC needs assessment is asked for", ("person_fact.on",),
           "select count(*) from person_fact where scope = :fam and kind = 'sen' and value = 'assessment' and \"on\" <= :day", 1),
    Figure("send", "the kind of need", ("person_fact.on",),
           "select max(value) from person_fact where scope = :fam and kind = 'sen_need' and \"on\" <= :day", "SEMH"),
    # -- education ---------------------------------------------------------------------------------------------
    Figure("education", "contacts from schools, and their outcome", ("contact.received_at", "contact_level.on"),
           "select max(l.outcome) from contact c join contact_level l on l.scope = c.scope where c.scope = :con "
           "and c.source in ('2A', '2B') and substr(c.received_at, 1, 10) <= :day and l.\"on\" <= :day", "early_help"),
    Figure("education", "a school leads the plan", ("lead_practitioner.on",),
           f"select agency = 'school' from lead_practitioner a where scope = :fam and \"on\" <= :day {LAST.format('a')}", 1),
    Figure("education", "school invited to the meeting, and came", ("meeting_guest.on",),
           "select count(*) > 0 from meeting_guest where scope = :fam and \"on\" <= :day and state = 'came' "
           "and agency = 'St Hilda''s'", 1),
    Figure("education", "the school that contacted us was told", ("contact_step.on", "contact.received_at"),
           "select count(*) from contact_step s join contact c on c.scope = s.scope where s.scope = :con and s.step = 'told' "
           "and s.\"on\" <= :day and c.source in ('2A', '2B') and substr(c.received_at, 1, 10) <= :day", 1),
    Figure("education", "attendance and suspensions over time", ("person_fact.on",),
           "select count(*) from person_fact where scope = :fam and kind in ('attendance', 'suspension') and \"on\" <= :day", 3),
)  # fmt: skip
WRITTEN_ONCE = {
    "contact": {"scope", "received_at", "source"},
    "plan": {"scope", "id", "started_on"},
    "visit": {"scope", "on", "outcome"},
}
"""What figures read of rows that are not append-only: no act writes it a second time."""
CHANGES = 6
"""The day after the last change, from ``TODAY``."""


def on(laptop: Laptop, offset: int, who: Who = LEAD) -> Laptop:
    """The laptop of somebody on a day."""
    return replace(laptop, who=who, today_is=lambda: TODAY + timedelta(days=offset))


class Case(NamedTuple):
    """A family and the contact that led to it."""

    family: str
    contact: str

    def asked(self, offset: int) -> dict[str, str]:
        """What a query is asked with, for a day."""
        return {"fam": f"fam:{self.family}", "con": f"con:{self.contact}", "day": day(offset)}


class Story(NamedTuple):
    """The store after the story and all changes: the Walshes count, the Hughes family is somewhere on the way."""

    laptop: Laptop
    walsh: Case
    hughes: Case

    def value(self, figure: Figure, case: Case, offset: int) -> Any:
        """What a figure says of a case on a day."""
        with self.laptop.store.reading() as connection:
            row = connection.exec_driver_sql(figure.query, case.asked(offset)).first()
        return row[0] if row else None


def _contact(laptop: Laptop, offset: int, source: str, name: str) -> str:
    entry = ContactEntry(
        source=source, who="Ms Ali", agency="St Hilda's", reach="secure mail", worry="Mornings",
        children=[ContactChildEntry("Tom", name, "5/3/2016", school="St Hilda's Primary")],
        adults=[ContactAdultEntry("Ann", name, "4/4/1988", "mum")],
    )  # fmt: skip
    return contacts.add_contact(on(laptop, offset, DESK), entry).id


def _opened(laptop: Laptop) -> Case:
    """From a school's contact to help that is open and allocated."""
    contact = _contact(laptop, -60, "2A", "Walsh")
    (tom,) = front_door.contact(laptop, contact).children
    second_check(laptop, contact)
    decision = ChildDecision(tom.id, "yes", "seen at school", "3", "early_help", "Several needs")
    triage.triage_contact(on(laptop, -58, DESK), TriageEntry(contact, [decision]))
    triage.sign_contact(on(laptop, -58, MANAGER), SignEntry(contact))
    triage.record_contact_told(on(laptop, -57, DESK), ContactToldEntry(contact, "today", "phone"))
    family = front_door.contact(laptop, contact).family_id or ""
    allocating.allocate(on(laptop, -55, DESK), AllocateEntry(family, ASHA))
    return Case(family, contact)


def _worked_with(laptop: Laptop, family: str) -> None:
    """Agreement, first visit, assessment."""
    file = reading.family(laptop, family)
    (mum,), (tom,) = file.adults, file.children
    agreements.record_agreement(on(laptop, -54), AgreementEntry(family, mum.id, "agreed", agencies="school"))
    seen = [ChildSeen(tom.id, seen=True, how="talked")]
    visits.log_visit(
        on(laptop, -52), VisitEntry(family, on="today", safe="no", happened="First visit.", children=seen)
    )
    fill(on(laptop, -42), family, started="today")
    assessments.complete_assessment(on(laptop, -40), CompletionEntry(family))


def _planned(laptop: Laptop, family: str) -> str:
    """A plan of two agencies, what school and health say, a review in time; returns the school's action."""
    file = reading.family(laptop, family)
    (mum,), (tom,) = file.adults, file.children
    plans.open_plan(on(laptop, -38), PlanEntry(family))
    need = plans.add_need(
        on(laptop, -38), NeedEntry(family, what="Tom is late", outcome="Tom is in by nine", person_id=tom.id)
    ).id
    chart = ActionEntry(family, need_id=need, what="Morning chart", owner_person_id=mum.id, agency="family")
    gate = ActionEntry(family, need_id=need, what="Meet Tom at the gate", owner="Ms Ali", agency="St Hilda's")
    plans.add_action(on(laptop, -38), chart)
    action = plans.add_action(on(laptop, -38), gate).id
    _facts(laptop, family, ("sen", "support", -45), ("sen_need", "SEMH", -45), ("attendance", "71", -45))
    _facts(laptop, family, ("sen", "assessment", -30), ("attendance", "84", -10), ("suspension", "2", -10))
    _facts(laptop, family, ("sen", "ehcp", -5))
    _leads(laptop, family, "school", -20)
    guests = [
        Guest(person_id=mum.id, state="came"),
        Guest(name="Ms Ali, SENCO", agency="St Hilda's", state="came"),
    ]
    child = ChildAt(tom.id, came=True, views="I like the gate.", method="said")
    meetings.hold_meeting(
        on(laptop, -10),
        MeetingEntry(family, guests=guests, children=[child], decision="continue", next_due="in 6 weeks"),
    )
    return action


def _facts(laptop: Laptop, family: str, *facts: tuple[str, str, int]) -> None:
    (tom,) = reading.family(laptop, family).children
    with laptop.store.work(ASHA) as work:
        for kind, value, offset in facts:
            work.create(f"fam:{family}", "person_fact", {
                "person_id": tom.id, "kind": kind, "value": value, "on": day(offset), "by": ASHA,
            })  # fmt: skip


def _leads(laptop: Laptop, family: str, agency: str, offset: int) -> None:
    with laptop.store.work(ASHA) as work:
        work.create(f"fam:{family}", "lead_practitioner", {
            "name": "Ms Ali", "agency": agency, "on": day(offset), "by": ASHA,
        })  # fmt: skip


def _changed(laptop: Laptop, family: str, action: str) -> None:
    """Everything that can be changed afterwards, is."""
    file = reading.family(laptop, family)
    (mum,) = file.adults
    plans.change_action(on(laptop, 3), ActionEntry(action_id=action, owner_person_id=mum.id, agency="family"))
    agreements.withdraw_agreement(
        on(laptop, 4),
        WithdrawalEntry(family, mum.id, "today", "Enough now", safe_to_stop="yes", stop_why="Well"),
    )
    _leads(laptop, family, "council", 3)
    _facts(laptop, family, ("sen", "none", 3), ("sen_need", "none", 3))
    scores = [ScoreAt(n.id, 8) for n in file.plan.needs] if file.plan else []
    done = [Settled(s.id, "done") for s in file.plan.actions] if file.plan else []
    ending = ClosingEntry(
        family, reason="withdrew", on="today", summary="Mornings go well.", feedback="Thank you.", actions=done,
        contingency="Ring the hub.", scores=scores,
    )  # fmt: skip
    closing = closings.close_help(on(laptop, CHANGES - 2), ending).id
    with laptop.store.work(ASHA) as work:  # as a laptop could write it that does not ask who signs
        work.create(f"fam:{family}", "closing_signature", {
            "closing_id": closing, "signature": "signed", "on": day(CHANGES - 2), "by": ASHA,
        })  # fmt: skip
    closings.sign_closing(on(laptop, CHANGES - 1, MANAGER), SignClosing(family, closing))


@pytest.fixture(scope="module")
def story(small_home: SmallHome, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    laptop = small_home.laptop(Path(tmp_path_factory.mktemp("measured")) / "home")
    with laptop.store.work("hub") as work:
        work.create(
            "ref", "worker", {"name": MANAGER.name, "role": "manager", "locality": "birkenhead"}, MANAGER.id
        )
    walsh = _opened(laptop)
    _worked_with(laptop, walsh.family)
    action = _planned(laptop, walsh.family)
    hughes = Case(HUGHES, _contact(laptop, 2, "3A", "Hughes"))
    _changed(laptop, walsh.family, action)
    yield Story(laptop, walsh, hughes)
    laptop.close()


@pytest.mark.parametrize("figure", FIGURES, ids=lambda f: f.name)
def test_a_figure_counts_one_case_and_not_another_and_stays_what_it_was(story: Story, figure: Figure) -> None:
    assert story.value(figure, story.walsh, MEASURED) == figure.counts
    assert not story.value(figure, story.hughes, MEASURED)
    assert not story.value(figure, story.walsh, -61), "before anybody contacted us there is nothing to count"


def test_a_plan_is_live_until_somebody_else_than_who_asked_has_signed_its_end(story: Story) -> None:
    [live] = [f for f in FIGURES if f.name == "a live plan"]
    assert [story.value(live, story.walsh, offset) for offset in (CHANGES - 2, CHANGES - 1)] == [1, 0]


def test_what_changed_afterwards_shows_from_its_day_on(story: Story) -> None:
    said = {f.name: story.value(f, story.walsh, CHANGES) for f in FIGURES}
    assert said["agreement given, declined or withdrawn, and why"] == "withdrawn"
    for name in ("a live plan", "two agencies or more own its open actions", "a school leads the plan",
                 "children with SEN support or an EHC plan"):  # fmt: skip
        assert not said[name], name


@pytest.mark.parametrize("figure", FIGURES, ids=lambda f: f.name)
def test_a_figure_reads_dated_rows_alone(story: Story, figure: Figure) -> None:
    read: dict[str, set[str]] = {}

    def reads(action: int, table: str | None, column: str | None, *_: Any) -> int:
        if action == SQLITE_READ and table and column:
            read.setdefault(table, set()).add(column)
        return 0

    with story.laptop.store.reading() as connection:
        raw: Any = connection.connection.driver_connection
        raw.set_authorizer(reads)
        try:
            raw.execute(figure.query, story.walsh.asked(MEASURED)).fetchall()
        finally:
            raw.set_authorizer(None)
    dated: dict[str, set[str]] = {}
    for row in figure.rows:
        entity, _, field = row.partition(".")
        dated.setdefault(entity, set()).add(field)
    assert read.keys() == dated.keys()
    for entity, columns in read.items():
        assert dated[entity] <= columns, f"{entity}: its day is asked for"
        if not entities()[entity].append_only:
            assert columns <= WRITTEN_ONCE[entity]


def test_no_act_of_the_story_writes_a_second_time_what_figures_read_of_rows_that_can_be_changed(
    story: Story,
) -> None:
    with story.laptop.store.changing() as copy:
        changes = [op for op in copy.all_pending() if op.kind != "create"]
    assert {op.entity for op in changes} & WRITTEN_ONCE.keys(), "some of them are changed, in other fields"
    for op in changes:
        assert not op.patch.keys() & WRITTEN_ONCE.get(op.entity, set()), op.entity
