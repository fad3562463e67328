"""From contact to follow-up, by keys on real terminals: a coordinator, a worker, a manager, and a hub that goes away midway."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from familyhub.casework import reading
from familyhub.casework.opening import open_laptop
from familyhub.demo.make import DemoLaptop
from familyhub.hub.service import Hub
from familyhub.practice.family_file import FamilyFile
from tests.journey import ending_story as ending
from tests.journey import front_door_story as door
from tests.journey import work_story as work
from tests.journey.authority import Authority, authority, it_is, opened
from tests.journey.world import HubProcess

WIDE, NARROW = (100, 30), (80, 24)
HELD = {
    "contact": 1, "contact_child": 2, "contact_safe": 2, "contact_match": 1, "second_check": 1, "contact_level": 2,
    "contact_signature": 1, "episode": 1, "agreement": 1, "sharing": 1, "visit": 1, "assessment": 1,
    "assessment_completion": 1, "need": 1, "action": 3, "plan": 1, "plan_copy": 1, "note": 1, "review": 2, "closing": 1,
    "closing_signature": 1, "closing_action": 3, "follow_up": 2, "follow_up_need": 1, "contact_step": 2,
}  # fmt: skip
"""Rows of the story's contact and family, at the hub and on each laptop that holds them; each was written once.

A follow-up is a row when it is planned, and one when it is made; a contact's steps are that help was opened and who rang was told.
"""


class Days:
    """The days of the story, all of them past: from a Tuesday ten months ago."""

    def __init__(self, today: date) -> None:
        begin = today - timedelta(days=300)
        self.contact = begin - timedelta(days=begin.weekday() - 1)
        self.agreement = self.contact + timedelta(days=2)
        self.family_meeting = self.contact + timedelta(days=9)
        self.review = self.contact + timedelta(days=63)
        self.follow_up = self.review + timedelta(days=190)


@pytest.fixture
def place(tmp_path: Path) -> Authority:
    return authority(tmp_path)


@pytest.fixture
def hub(place: Authority) -> Iterator[HubProcess]:
    process = HubProcess(place.hub_home)
    process.start()
    yield process
    process.kill()


def the_door(place: Authority, hub: HubProcess, days: Days) -> None:
    """A school rings; it is decided, signed, told and allocated."""
    it_is(days.contact, *place.laptops)
    with opened(place.joan, hub, NARROW) as desk, opened(place.ian, hub, WIDE) as manager:
        door.record_contact(desk)
        door.not_the_same(desk)
        door.decide(desk)
        desk.press("escape")
        for terminal in (desk, manager):
            door.sync_now(terminal)
        door.sign(manager)
        manager.press("escape")
        for terminal in (manager, desk):
            door.sync_now(terminal)
        door.checked_by_the_hub(desk)
        door.tell(desk)
        desk.press("escape")
        door.allocate(desk)
        desk.press("escape")
        door.sync_now(desk)


def the_work(place: Authority, hub: HubProcess, days: Days) -> None:
    """Agreement, plan and first meeting; the plug of a laptop is pulled in a form, and that of the hub while two people go on writing."""
    it_is(days.agreement, place.asha)
    with opened(place.asha, hub, WIDE) as worker:
        worker.wait_for("given to you")
        worker.press("home", "enter")
        work.agree(worker)
        work.share(worker)
        work.visit(worker)
        work.begin_assessment(worker)
        hub.kill()
        work.half_a_section(worker, place.asha)
    it_is(days.family_meeting, place.asha, place.joan)
    with opened(place.asha, hub, WIDE) as worker, opened(place.joan, hub, WIDE) as desk:
        worker.wait_for("not finished")
        for terminal in (worker, desk):
            work.open_walsh(terminal)
        work.other_half(worker)
        work.note(desk, "Rang while nobody was connected.")
        work.fill_assessment(worker)
        hub.begin()
        work.complete_and_carry(worker)
        hub.answers()
        work.write_plan(worker)
        work.give_copy(worker)
        ending.meet(worker, taf=True, score="5", summary="We begin together.")
        ending.read_minutes(worker, "We begin together.")
        for terminal in (worker, desk):
            terminal.press("t")
            door.sync_now(terminal)
        door.sync_now(worker)
    assert reading_on(place.joan).plan is not None, "what was written without the hub has arrived"
    assert [n.text for n in reading_on(place.asha).notes] == ["Rang while nobody was connected."]


def the_end(place: Authority, hub: HubProcess, days: Days) -> None:
    """The review, the end of help with a manager's signature, and six months later."""
    family_id = reading_on(place.asha).id
    granting = begin("hub", "grant", f"fam:{family_id}", place.ian.worker, "--home", str(place.hub_home))
    it_is(days.review, place.asha, place.ian)
    with opened(place.asha, hub, WIDE) as worker, opened(place.ian, hub, WIDE) as manager:
        work.open_walsh(worker)
        ending.meet(
            worker, score="8", summary="Time to end.", close_because="Two months without a late Monday."
        )
        ending.end_help(worker)
        worker.press("t")
        said(granting)  # a manager signs in a file that an administrator gave them
        for terminal in (worker, manager):
            door.sync_now(terminal)
        manager.wait_for("Help is to end")
        work.open_walsh(manager)
        ending.sign_end(manager)
        manager.press("t")
        door.sync_now(manager)
    it_is(days.follow_up, place.asha, place.joan)
    with opened(place.asha, hub, WIDE) as worker, opened(place.joan, hub, NARROW) as desk:
        worker.wait_for("Six-month follow-up")
        work.open_walsh(worker)
        ending.follow_up(worker)
        worker.press("t")
        for terminal in (worker, desk):
            door.sync_now(terminal)
        work.open_walsh(desk)
        desk.press("6")
        desk.wait_for("Six-month follow-up")
        desk.wait_for("Help ended")
        desk.wait_for("made")


def begin(*command: str, **env: str) -> subprocess.Popen[str]:
    """A plain command, as an administrator or a colleague would type it; ``said`` waits for its end."""
    return subprocess.Popen(
        [sys.executable, "-m", "familyhub", *command], env={**os.environ, **env}, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def said(process: subprocess.Popen[str]) -> str:
    """What a command printed; it went well."""
    out, error = process.communicate(timeout=120)
    assert process.returncode == 0, error
    return out


def reading_on(laptop: DemoLaptop) -> FamilyFile:
    """The Walsh family's file as a laptop has it."""
    found = open_laptop(laptop.home, laptop.passphrase)
    try:
        return reading.family(found, next(f.id for f in reading.families(found) if f.name == "Walsh family"))
    finally:
        found.close()


def rows_of(run_sql: Any, scopes: tuple[str, str]) -> dict[str, int]:
    """How many rows of each kind stand in the story's contact and family."""
    return {
        entity: sum(run_sql(f"select count(*) from {entity} where removed is null and scope = '{s}'") for s in scopes)
        for entity in HELD
    }  # fmt: skip


def held_by(laptop: DemoLaptop, scopes: tuple[str, str]) -> dict[str, int]:
    """Rows on a laptop."""
    found = open_laptop(laptop.home, laptop.passphrase)
    try:
        with found.store.reading() as connection:
            return rows_of(lambda sql: connection.exec_driver_sql(sql).scalar_one(), scopes)
    finally:
        found.close()


def held_at_hub(home: Path, scopes: tuple[str, str]) -> dict[str, int]:
    """Rows at the hub, which is not running."""
    found = Hub.open(home)
    try:
        with found.begin() as tx:
            return rows_of(lambda sql: tx.sql.rows(sql)[0][0], scopes)
    finally:
        found.close()


def test_a_family_is_helped_from_the_call_of_a_school_to_the_follow_up_and_nothing_is_lost_or_doubled(
    place: Authority, hub: HubProcess
) -> None:
    """A coordinator's, a worker's and a manager's laptop over ten months of early help."""
    days = Days(date.today())
    the_door(place, hub, days)
    the_work(place, hub, days)
    the_end(place, hub, days)
    hub.kill()

    files = [reading_on(place.asha), reading_on(place.joan)]
    for file in files:
        assert [(c.given, c.school) for c in file.children] == [
            ("Tom", "St Hilda's"),
            ("Ana", "Acorn nursery"),
        ]
        assert [(m.kind, m.on, m.decision, m.summary) for m in sorted(file.meetings, key=lambda m: m.on)] == [
            ("taf", days.family_meeting.isoformat(), "continue", "We begin together."),
            ("review", days.review.isoformat(), "close", "Time to end."),
        ]
        assert [(c.reason, c.on, c.state, c.signed_on, c.feedback) for c in file.closings] == [
            ("outcomes_met", days.review.isoformat(), "signed", days.review.isoformat(), "You were a magic key."),
        ]  # fmt: skip
        assert [(f.done_on, f.talked_to) for f in file.follow_ups if f.done_on] == [
            (days.follow_up.isoformat(), "Dawn, by phone")
        ]
        assert [(a.person, a.state, a.on) for a in file.agreement] == [
            ("Dawn", "agreed", days.agreement.isoformat())
        ]
        (assessment,) = file.assessments
        assert assessment.started_on == days.agreement.isoformat()
        assert [c.on for c in assessment.completions] == [days.family_meeting.isoformat()]
        assert (file.stage, file.level) == ("six-month follow-up", None)
    assert files[0].meetings == files[1].meetings
    contact_id = the_contact(place.joan, days)
    scopes = (f"con:{contact_id}", f"fam:{files[0].id}")
    assert held_by(place.joan, scopes) == HELD == held_at_hub(place.hub_home, scopes)
    assert held_by(place.asha, scopes) == HELD, "the contact that led to a family comes with its file"
    asked = [as_plain_lines(laptop, "family", "show", files[0].id) for laptop in (place.asha, place.joan)]
    for shown in (json.loads(said(process)) for process in asked):
        assert [(v["on"], v["note"]) for v in shown["visits"]] == [
            (days.agreement.isoformat(), "Kitchen warm. Tom packed both bags.")
        ]
        assert [a["status"] for a in shown["actions"]] == ["done"] * 3


def the_contact(desk: DemoLaptop, days: Days) -> str:
    """The id of the one contact of the story; who rang was told on its day."""
    found = open_laptop(desk.home, desk.passphrase)
    try:
        with found.store.reading() as connection:
            (row,) = connection.exec_driver_sql("select id, told_on, outcome from contact").all()
    finally:
        found.close()
    assert tuple(row[1:]) == (days.contact.isoformat(), "early_help")
    return str(row[0])


def as_plain_lines(laptop: DemoLaptop, *command: str) -> subprocess.Popen[str]:
    """A reading command on a laptop, as JSON."""
    return begin(*command, "--json", FAMILYHUB_HOME=str(laptop.home), FAMILYHUB_PASSPHRASE=laptop.passphrase)
