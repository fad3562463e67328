"""Step up and step down on the tab Meetings, in the header, in Today and on the Desk; at three sizes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from textual.pilot import Pilot

from familyhub.casework import advice, closings, contacts, drafts, handshakes, reading, step_downs
from familyhub.casework.closing_entries import SignClosing
from familyhub.casework.contact_entries import ContactAdultEntry, ContactChildEntry, ContactEntry
from familyhub.casework.handshake_entries import (
    AgreeStepUp,
    ReturnStepUp,
    StepDownEntry,
    StepUpEntry,
)
from familyhub.casework.laptop import Laptop, Who
from familyhub.practice.handshakes import ACCEPTED, AGREED, ASKED, DECLINED, SENT, WITHDRAWN, stands
from familyhub.tui.screens import family_header
from familyhub.tui.screens.desk import DeskScreen
from familyhub.tui.widgets.fields import fields_in
from tests.casework.test_closings import whole
from tests.support.families import BELL, JOAN, day
from tests.tui.desk import AtEverySize, Desk, opened, pasted, pictures, settled
from tests.tui.shell import MakeShell, Shell, opens, quiet, ready, shows, text_of, until

MO = Who("w-mo", "Mo Iqbal", "manager", "birkenhead")
CLEO = Who(JOAN, "Joan Pike", "coordinator", "birkenhead")


def manager_of(laptop: Laptop) -> Laptop:
    with laptop.store.work("hub") as work:
        work.create("ref", "worker", {"name": "Mo Iqbal", "role": "manager", "locality": "birkenhead"}, MO.id)
    return replace(laptop, who=MO)


def asked(laptop: Laptop) -> str:
    return handshakes.ask_step_up(laptop, StepUpEntry(
        BELL, "Two [b]bruises[/b] in a month, and Jade has not been seen.", "workers", "MASH", "Frances Tate", "",
        "disagrees", "Dawn thinks that it is too much.", day(-6),
    )).id  # fmt: skip


def agreed(laptop: Laptop) -> str:
    one = asked(laptop)
    handshakes.agree_step_up(manager_of(laptop), AgreeStepUp(BELL, one))
    return one


def sent(laptop: Laptop) -> str:
    one = asked(laptop)
    manager_of(laptop)
    with laptop.store.work(MO.id) as work:
        work.create(f"fam:{BELL}", "handshake_signature", {
            "handshake_id": one, "signature": "signed", "on": day(-4), "by": MO.id,
        })  # fmt: skip
    with laptop.store.work(laptop.who.id) as work:
        work.create(f"fam:{BELL}", "handshake_step", {
            "handshake_id": one, "step": "sent", "service": "MASH", "whom": "Frances Tate", "way": "secure_mail",
            "on": day(-3), "by": laptop.who.id,
        })  # fmt: skip
    return one


def asked_down(laptop: Laptop) -> None:
    manager = manager_of(laptop)
    closing = closings.close_help(laptop, whole()).id
    closings.sign_closing(manager, SignClosing(BELL, closing))
    step_downs.ask_step_down(laptop, StepDownEntry(
        BELL, "Their plan is done; mornings still need help.", service="Child in need team", whom="Ruth Lane",
        attached="their plan", handover_on="today", told="agrees",
    ))  # fmt: skip


async def at_meetings(pilot: Pilot[Any], who: Who | None = None) -> Any:
    await ready(pilot)
    if who is not None:
        pilot.app.laptop.who = who  # type: ignore[attr-defined]
    pilot.app.open_family(BELL, "meetings")  # type: ignore[attr-defined]
    page = await opens(pilot, "FamilyScreen")
    await until(pilot, lambda: page.file is not None)
    await quiet(pilot)
    return page


def field(app: Shell, name: str) -> Any:
    return next(f for f in fields_in(app.screen) if f.field == name)


def state(app: Shell) -> str:
    found = reading.family(app.laptop, BELL).handshakes
    return stands(found[0]).state if found else ""


async def form(pilot: Pilot[Any], key: str, name: str) -> None:
    await pilot.press(key)
    await until(pilot, lambda: type(pilot.app.screen).__name__ == name and bool(fields_in(pilot.app.screen)))
    await quiet(pilot)


@pytest.mark.asyncio
async def test_a_step_up_is_asked_for_from_what_a_meeting_decided_and_kept_as_a_draft(
    shell: MakeShell,
) -> None:
    def decided(laptop: Laptop) -> None:
        with laptop.store.work(laptop.who.id) as work:
            meeting = work.create(
                f"fam:{BELL}", "meeting", {"kind": "review", "plan_id": "bell-plan", "on": day(-2)}
            )
            work.create(f"fam:{BELL}", "review", {
                "meeting_id": meeting, "kind": "review", "plan_id": "bell-plan", "held_on": day(-2), "decision": "step_up",
                "because": "Beyond what we can hold.", "because_readers": "professionals",
            })  # fmt: skip

    app = shell(decided)
    async with app.run_test(size=(80, 24)) as pilot:
        await at_meetings(pilot)
        await shows(pilot, "A step up was decided")
        await form(pilot, "U", "StepUpDialog")
        await shows(pilot, "Beyond what we can hold.")
        field(app, "service").answer = "[b]MASH[/b]"
        await pilot.press("f2")
        await until(pilot, lambda: len(drafts.unfinished(app.laptop, BELL)) == 1)
        app.open_draft(drafts.unfinished(app.laptop, BELL)[0].id)
        await until(
            pilot, lambda: type(app.screen).__name__ == "StepUpDialog" and bool(fields_in(app.screen))
        )
        await pilot.press("ctrl+s")
        await shows(pilot, "Does the family know")
        field(app, "told").answer = "agrees"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: state(app) == ASKED)
        await shows(pilot, "Step up: a manager agrees, or returns it · asked today")
        await shows(pilot, "[b]MASH[/b]")
        await pilot.press("X")
        await until(pilot, lambda: type(app.screen).__name__ == "WhyDialog")
        await pasted(pilot, "Moved in with Pat")
        await pilot.press("enter")
        await until(pilot, lambda: state(app) == WITHDRAWN)


@pytest.mark.asyncio
async def test_only_a_manager_has_the_key_to_agree_and_reads_why_first(shell: MakeShell) -> None:
    app = shell(lambda laptop: (asked(laptop), manager_of(laptop)))
    async with app.run_test(size=(100, 30)) as pilot:
        page = await at_meetings(pilot)
        assert not page.check_action("agree_step_up", ())
        app.laptop.who = MO
        page.refresh_lines()
        await shows(pilot, "Y agree")
        await pilot.press("Y")
        await until(pilot, lambda: type(app.screen).__name__ == "SureDialog")
        await shows(pilot, "Two [b]bruises[/b] in a month")
        await pilot.press("tab", "enter")
        await until(pilot, lambda: state(app) == AGREED)
        await shows(pilot, "send it to Frances Tate, MASH")


@pytest.mark.asyncio
async def test_what_was_agreed_is_sent_and_accepted_and_help_ends_without_asking_twice(
    shell: MakeShell,
) -> None:
    app = shell(agreed)
    async with app.run_test(size=(80, 24)) as pilot:
        await at_meetings(pilot)
        await form(pilot, "e", "SentDialog")
        await pilot.press("ctrl+s")
        await shows(pilot, "How was it sent")
        field(app, "way").answer = "phone"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: state(app) == SENT)
        await shows(pilot, "ring Frances Tate, MASH")
        await form(pilot, "a", "AcceptedDialog")
        await pilot.press("ctrl+s")
        await shows(pilot, "Who accepted it?")
        field(app, "whom").answer = "Ruth Lane"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: state(app) == ACCEPTED)
        await shows(pilot, "end help: stepped up")
        await form(pilot, "E", "ClosingDialog")
        await shows(pilot, "Step up accepted by Ruth Lane, MASH")
        assert field(app, "reason").answer == "stepped_up"
        assert "accepted_by" not in {f.field for f in fields_in(app.screen)}


@pytest.mark.asyncio
async def test_a_decline_opens_we_disagree_with_both_views(shell: MakeShell) -> None:
    app = shell(sent)
    async with app.run_test(size=(100, 30)) as pilot:
        await at_meetings(pilot)
        await form(pilot, "c", "DeclinedDialog")
        assert field(app, "view").answer.startswith("Two [b]bruises[/b]")
        field(app, "whom").answer = "Ruth Lane"
        field(app, "because").answer = "Not at the threshold."
        await pilot.press("ctrl+s")
        await until(pilot, lambda: state(app) == DECLINED)
        await shows(pilot, "Step up · MASH")
        await pilot.press("g")
        page = await opens(pilot, "AdviceScreen")
        await shows(pilot, "Step up, MASH, asked for")
        await quiet(pilot)
        assert page.scope == f"fam:{BELL}"
    [opened_one] = advice.views(app.laptop, f"fam:{BELL}")[2]
    assert (opened_one.other, opened_one.with_whom) == ("Not at the threshold.", "Ruth Lane, MASH")


@pytest.mark.asyncio
async def test_a_step_down_is_asked_for_where_no_help_is_open_and_accepted_child_by_child(
    shell: MakeShell,
) -> None:
    app = shell(asked_down)
    async with app.run_test(size=(100, 30)) as pilot:
        page = await at_meetings(pilot)
        assert not page.check_action("accept_step", ())
        app.laptop.who = CLEO
        page.refresh_lines()
        await shows(pilot, "a accepted")
        await form(pilot, "a", "AcceptedDialog")
        await pilot.press("ctrl+s")
        await shows(pilot, "Which level of need has Leo now?")
        for one in fields_in(app.screen):
            if one.field.startswith("levels:"):
                one.answer = "2" if one.field == "levels:leo" else "none"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: state(app) == ACCEPTED)
        await shows(pilot, "first visit by")
    assert reading.family(app.laptop, BELL).helped


def today_lines(laptop: Laptop) -> list[tuple[str, str]]:
    return [(line.what, line.reason) for line in reading.today(laptop).lines if line.act == "handshake"]


def test_today_says_what_is_next_why_and_how_old_it_is(laptop: Laptop) -> None:
    one = asked(laptop)
    [(what, reason)] = today_lines(laptop)
    assert what == "Step up: a manager agrees, or returns it"
    assert reason == "open 4 working days; nothing is sent before that"
    manager = manager_of(laptop)
    handshakes.return_step_up(manager, ReturnStepUp(BELL, one, "Ask school"))
    assert len(today_lines(laptop)) == 1
    with laptop.store.work("w-sam") as work:
        work.create(
            f"fam:{BELL}", "handshake", {"kind": "step_up", "on": day(-9), "by": "w-sam", "episode_id": "x"}
        )
    handshakes.withdraw_step(laptop, handshakes.WithdrawStep(BELL, one, because="x"))
    assert [what for what, _ in today_lines(laptop)] == ["Step up: a manager agrees, or returns it"], (
        "one is open still"
    )


def test_today_is_silent_once_help_that_was_stepped_up_has_ended(laptop: Laptop) -> None:
    one = sent(laptop)
    assert today_lines(laptop)[0][1].startswith("open 4 working days; an answer was due ")
    handshakes.accept_step(laptop, handshakes.AcceptStep(BELL, one, whom="Ruth Lane"))
    assert today_lines(laptop)[0][0] == "Step up: end help: stepped up"
    closing = closings.close_help(laptop, whole(reason="stepped_up")).id
    assert today_lines(laptop) == []
    closings.sign_closing(replace(laptop, who=MO), SignClosing(BELL, closing))
    assert today_lines(laptop) == []
    assert not any(line.act == "log_visit" for line in reading.today(laptop).lines if line.family_id == BELL)


def test_a_signature_of_whoever_asked_leaves_the_end_of_help_with_the_manager_in_today(
    laptop: Laptop,
) -> None:
    closing = closings.close_help(laptop, whole()).id
    row = {"closing_id": closing, "signature": "signed", "on": day(0)}
    with laptop.store.work(laptop.who.id) as work:
        work.create(f"fam:{BELL}", "closing_signature", {**row, "by": laptop.who.id})
    with laptop.store.work("hub") as work:
        work.create("ref", "worker", {"name": "Mo", "role": "manager"}, MO.id)
    from familyhub.practice.today import ClosingFact
    from familyhub.store import first_page

    raw = laptop.store.engine.raw_connection()
    try:
        raw.cursor().execute("update setting set value = 'w-mo' where name = 'worker'")
        found = [
            f for f in first_page.facts(raw.driver_connection, laptop.today) if isinstance(f, ClosingFact)
        ]
    finally:
        raw.rollback()
        raw.close()
    assert [(f.family_id, f.returned) for f in found] == [(BELL, False)]


@pytest.mark.parametrize(("wide", "room"), [(False, family_header.NARROW), (True, family_header.WIDE + 10)])
def test_the_header_says_first_who_does_what_and_is_cut_behind_that(
    laptop: Laptop, wide: bool, room: int
) -> None:
    asked_down(laptop)
    line = "".join(
        words
        for words, _ in next(family_header.handshake(reading.family(laptop, BELL), laptop.today, wide=wide))
    )
    assert line.startswith("Step down")
    assert "the coordinator accepts or declines; joint handover" in line
    assert len(line) <= room
    assert line.endswith("   6"), "and its tab"


@pytest.mark.asyncio
async def test_the_desk_lists_what_is_open_between_services_and_enter_goes_there(shell: MakeShell) -> None:
    app = shell(sent)
    async with app.run_test(size=(100, 30)) as pilot:
        await ready(pilot)
        app.laptop.who = CLEO
        app.push_screen(DeskScreen())
        page = await opens(pilot, "DeskScreen")
        await until(pilot, lambda: page.open is not None)
        page.go_to_part(5)
        await shows(pilot, "Step up, open 4 working days")
        await quiet(pilot)
        await pilot.press("enter")
        family = await opens(pilot, "FamilyScreen")
        assert family.tab == "meetings"


# -- pictures ----------------------------------------------------------------------------------------------------


@pictures
def test_picture_of_a_step_up_that_was_sent(shell: MakeShell, at_every_size: AtEverySize) -> None:
    async def before(pilot: Pilot[Any]) -> None:
        await at_meetings(pilot)
        await shows(pilot, "ring Frances Tate")

    at_every_size(shell(sent), before)


@pictures
def test_picture_of_asking_for_a_step_up(shell: MakeShell, at_every_size: AtEverySize) -> None:
    async def before(pilot: Pilot[Any]) -> None:
        await at_meetings(pilot)
        await form(pilot, "U", "StepUpDialog")
        await pilot.press("ctrl+s")
        await shows(pilot, "Why is it stepped up")

    at_every_size(shell(), before)


@pictures
def test_picture_of_what_is_between_services_on_the_desk(laptop: Laptop, at_every_size: AtEverySize) -> None:
    sent(laptop)
    app = Desk(replace(laptop, who=CLEO), DeskScreen)

    async def before(pilot: Pilot[Any]) -> None:
        await opened(pilot)
        await until(pilot, lambda: isinstance(app.screen, DeskScreen) and app.screen.open is not None)
        app.screen.go_to_part(5)  # type: ignore[attr-defined]
        await settled(pilot)

    at_every_size(app, before)


# -- a step down that comes as a contact --------------------------------------------------------------------------


def came_down(laptop: Laptop) -> str:
    """A contact from social care about two children nobody here knows; returns its id."""
    return contacts.add_contact(replace(laptop, who=CLEO), ContactEntry(
        source="5A", who="Ruth Lane", agency="Child in need team", received=day(-1), received_time="08:15",
        worry="The plan is [b]done[/b]; mornings still need help.", parent_told=True, parent_agrees=True,
        children=[ContactChildEntry("Tom", "Walsh", "5/3/2016", safe_now="yes"), ContactChildEntry("Jay", "Walsh", age="15")],
        adults=[ContactAdultEntry("Ann", "Walsh", tie="mum")],
    )).id  # fmt: skip


def asked_in_contact(laptop: Laptop) -> str:
    contact = came_down(laptop)
    return step_downs.ask_step_down(replace(laptop, who=CLEO), StepDownEntry(
        reason="The plan is [b]done[/b]; mornings still need help.", service="Child in need team", whom="Ruth Lane",
        attached="their plan", handover_on="today", told="agrees", contact_id=contact,
    )).id  # fmt: skip


async def at_the_door(pilot: Pilot[Any]) -> Any:
    await ready(pilot)
    pilot.app.laptop.who = CLEO  # type: ignore[attr-defined]
    pilot.app.open_front_door()  # type: ignore[attr-defined]
    page = await opens(pilot, "FrontDoorScreen")
    await until(pilot, lambda: page.open is not None and page.open.page is not None)
    await quiet(pilot)
    return page


@pytest.mark.asyncio
async def test_a_step_down_comes_as_a_contact_and_its_answer_is_kept_as_a_draft_until_it_is_saved(
    shell: MakeShell,
) -> None:
    app = shell(came_down)
    async with app.run_test(size=(80, 24)) as pilot:
        page = await at_the_door(pilot)
        assert not page.check_action("accept_step", ())
        await shows(pilot, "L step down")
        await form(pilot, "L", "StepDownDialog")
        assert field(app, "reason").answer.startswith("The plan is [b]done[/b]")
        assert (field(app, "whom").answer, field(app, "told").answer) == ("Ruth Lane", "agrees")
        field(app, "attached").answer = "their plan"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: app.screen is page and page.open.page.stands.state == "step_down")
        await shows(pilot, "a accepted")
        await form(pilot, "a", "AcceptedDialog")
        [tom, jay] = page.open.page.contact.children
        field(app, f"levels:{tom.id}").answer = "2"
        await pilot.press("f2")
        await until(pilot, lambda: len(drafts.unfinished(app.laptop)) == 1)
        app.open_draft(drafts.unfinished(app.laptop)[0].id)
        await until(
            pilot, lambda: type(app.screen).__name__ == "AcceptedDialog" and bool(fields_in(app.screen))
        )
        await quiet(pilot)
        assert field(app, f"levels:{tom.id}").answer == "2"
        await pilot.press("ctrl+s")
        await shows(pilot, "Is Jay safe now?")
        field(app, f"safe:{jay.id}").answer = "yes"
        field(app, f"levels:{jay.id}").answer = "none"
        field(app, "handover_on").answer = day(0)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: app.screen is page and page.open.page.stands.state == "to_tell")
        page.go_to_part(3)
        await shows(pilot, "early help is not for them")
    assert drafts.unfinished(app.laptop) == []
    [walsh] = [f for f in reading.families(app.laptop) if f.name == "Walsh family"]
    assert reading.family(app.laptop, walsh.id).helped


@pytest.mark.asyncio
async def test_a_step_down_in_a_contact_is_declined_or_withdrawn_and_the_desk_and_today_lead_there(
    shell: MakeShell,
) -> None:
    app = shell(asked_in_contact)
    async with app.run_test(size=(100, 30)) as pilot:
        await ready(pilot)
        app.laptop.who = CLEO
        app.push_screen(DeskScreen())
        page = await opens(pilot, "DeskScreen")
        await until(pilot, lambda: page.open is not None)
        page.go_to_part(5)
        await shows(pilot, "Tom, Jay")
        await quiet(pilot)
        await pilot.press("enter")
        door = await opens(pilot, "FrontDoorScreen")
        await until(pilot, lambda: door.open is not None)
        await shows(pilot, "handover meeting")
        await form(pilot, "d", "DeclinedDialog")
        field(app, "because").answer = "Still level 4."
        await pilot.press("ctrl+s")
        await until(pilot, lambda: app.screen is door and door.open.page.stands.state == "new")
        assert door.check_action("accept_step", ())
        await shows(pilot, "a accepted")


@pictures
def test_picture_of_a_step_down_at_the_front_door(
    shell: MakeShell, at_every_size: AtEverySize, fixed_clock: None
) -> None:
    async def before(pilot: Pilot[Any]) -> None:
        await at_the_door(pilot)
        await shows(pilot, "a accepted")

    at_every_size(shell(asked_in_contact), before)


@pictures
def test_picture_of_accepting_a_step_down(
    shell: MakeShell, at_every_size: AtEverySize, fixed_clock: None
) -> None:
    async def before(pilot: Pilot[Any]) -> None:
        await at_the_door(pilot)
        await form(pilot, "a", "AcceptedDialog")
        await pilot.press("ctrl+s")
        await shows(pilot, "Is Jay safe now?")

    at_every_size(shell(asked_in_contact), before)


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("key", "dialog", "name", "typed", "before"),
    [("e", "SentDialog", "whom", "R [b]Lane", agreed), ("c", "DeclinedDialog", "because", "Not [b]at", sent)],
)
async def test_what_is_typed_of_an_answer_is_kept_while_the_form_is_open_and_opened_from_today(
    shell: MakeShell, key: str, dialog: str, name: str, typed: str, before: Any
) -> None:
    app = shell(before)
    async with app.run_test(size=(80, 24)) as pilot:
        await at_meetings(pilot)
        await form(pilot, key, dialog)
        assert drafts.unfinished(app.laptop, BELL) == [], "nothing is kept where nothing was typed"
        field(app, name).focus()
        await pasted(pilot, typed)
        await until(pilot, lambda: len(drafts.unfinished(app.laptop, BELL)) == 1)
        await until(pilot, lambda: "draft kept" in text_of(app))
        await pilot.press("escape")
        await until(pilot, lambda: type(app.screen).__name__ == "FamilyScreen")
        [kept] = drafts.unfinished(app.laptop, BELL)
        app.open_draft(kept.id)
        await until(pilot, lambda: type(app.screen).__name__ == dialog and bool(fields_in(app.screen)))
        await quiet(pilot)
        assert field(app, name).answer == typed
