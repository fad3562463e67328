"""Step up and step down: open until the other side accepts, agreed by a manager, declined into *we disagree*."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from familyhub.casework import (
    acts,
    advice,
    closings,
    contacts,
    desk,
    front_door,
    handshakes,
    reading,
    step_downs,
    triage,
)
from familyhub.casework.advice_entries import EscalateEntry, SettleEntry
from familyhub.casework.closing_entries import SignClosing
from familyhub.casework.contact_entries import (
    ChildDecision,
    ContactAdultEntry,
    ContactChildEntry,
    ContactEntry,
    TriageEntry,
)
from familyhub.casework.handshake_entries import (
    AcceptStep,
    AgreeStepUp,
    DeclineStep,
    ReturnStepUp,
    SendStepUp,
    StepDownEntry,
    StepUpEntry,
    WithdrawStep,
)
from familyhub.casework.laptop import Laptop, Who
from familyhub.practice import disagreement
from familyhub.practice import handshakes as rules
from familyhub.practice.front_door import ContactView
from familyhub.practice.handshakes import ACCEPTED, AGREED, ASKED, DECLINED, RETURNED, SENT, WITHDRAWN, stands
from familyhub.practice.today import rank
from familyhub.store import first_handshakes, first_page
from familyhub.store.queries.family import episode_stands
from tests.casework.test_acts import refused
from tests.casework.test_closings import whole
from tests.support.families import ASHA, BELL, day
from tests.support.homes import SmallHome

MO = Who("w-mo", "Mo Iqbal", "manager", "birkenhead")
WORKER = Who(ASHA, "Asha Rahman", "worker", "birkenhead")
COORDINATOR = Who("w-cleo", "Cleo Hart", "coordinator", "birkenhead")


@pytest.fixture
def laptop(small_home: SmallHome, tmp_path: Path) -> Iterator[Laptop]:
    made = small_home.laptop(tmp_path / "home")
    with made.store.work("hub") as work:
        work.create("ref", "worker", {"name": "Mo Iqbal", "role": "manager", "locality": "birkenhead"}, MO.id)
        work.create(
            "ref", "worker", {"name": "Cleo Hart", "role": "coordinator", "locality": "birkenhead"}, "w-cleo"
        )
    yield made
    made.close()


def asking(**fields: Any) -> StepUpEntry:
    given: dict[str, Any] = {
        "reason": "Two bruises in a month.", "service": "MASH", "whom": "Frances Tate", "told": "agrees", "on": day(-3),
    }  # fmt: skip
    return StepUpEntry(BELL, **{**given, **fields})


def state(laptop: Laptop) -> str:
    return stands(reading.family(laptop, BELL).handshakes[0]).state


def sent(laptop: Laptop) -> str:
    """A step up that was asked for, agreed and sent; returns its id."""
    asked = handshakes.ask_step_up(laptop, asking()).id
    laptop.who = MO
    handshakes.agree_step_up(laptop, AgreeStepUp(BELL, asked))
    laptop.who = WORKER
    handshakes.send_step_up(laptop, SendStepUp(BELL, asked, way="secure_mail"))
    return asked


def closed(laptop: Laptop) -> None:
    """Help of the family has ended."""
    asked = closings.close_help(laptop, whole()).id
    laptop.who = MO
    closings.sign_closing(laptop, SignClosing(BELL, asked))
    laptop.who = WORKER


def test_what_is_missing_to_step_up_is_a_sentence_at_its_field(laptop: Laptop) -> None:
    found = refused(handshakes.ask_step_up, laptop, StepUpEntry(BELL))
    assert set(found) == {"reason", "service", "told"}
    assert "Why is it stepped up" in found["reason"]
    wrong: list[tuple[dict[str, Any], str, str]] = [
        ({"told": "not_told"}, "told_why", "Why was the family not told?"),
        ({"told": "disagrees"}, "told_why", "What does the family say?"),
        ({"on": "tomorrow"}, "on", "has not come yet"), ({"on": day(-39)}, "on", "Help began on"),
        ({"meeting_id": "gone"}, "meeting_id", "no meeting gone"),
    ]  # fmt: skip
    for fields, field, sentence in wrong:
        found = refused(handshakes.ask_step_up, laptop, asking(**fields))
        assert sentence in found[field]
        assert set(found) == {field}


def test_early_help_goes_on_until_social_care_has_accepted(laptop: Laptop) -> None:
    before = reading.family(laptop, BELL).stage
    asked = handshakes.ask_step_up(laptop, asking()).id
    file = reading.family(laptop, BELL)
    assert "the plan of" in file.handshakes[0].attached
    assert "a manager agrees" in file.handshakes_open(laptop.today)[0][1].what
    assert "is open: asked for" in refused(handshakes.ask_step_up, laptop, asking())["family_id"]
    sending = SendStepUp(BELL, asked, way="phone")
    assert "has not agreed yet" in refused(handshakes.send_step_up, laptop, sending)["handshake"]
    assert (
        "has not agreed"
        in refused(handshakes.accept_step, laptop, AcceptStep(BELL, asked, whom="X"))["handshake"]
    )
    laptop.who = MO
    handshakes.agree_step_up(laptop, AgreeStepUp(BELL, asked))
    assert state(laptop) == AGREED
    assert (
        "already, by Mo Iqbal"
        in refused(handshakes.agree_step_up, laptop, AgreeStepUp(BELL, asked))["handshake"]
    )
    laptop.who = WORKER
    accept = AcceptStep(BELL, asked, whom="Ruth Lane")
    assert "not been sent yet" in refused(handshakes.accept_step, laptop, accept)["handshake"]
    assert set(refused(handshakes.send_step_up, laptop, SendStepUp(BELL, asked))) == {"way"}
    early = SendStepUp(BELL, asked, on=day(-2), way="phone")
    assert "is not older" in refused(handshakes.send_step_up, laptop, early)["on"]
    handshakes.send_step_up(laptop, sending)
    assert state(laptop) == SENT
    assert set(refused(handshakes.accept_step, laptop, AcceptStep(BELL, asked))) == {"whom"}
    old = AcceptStep(BELL, asked, on=day(-1), whom="Ruth Lane")
    assert "is not older" in refused(handshakes.accept_step, laptop, old)["on"]
    assert reading.family(laptop, BELL).stage == before
    handshakes.accept_step(laptop, accept)
    file = reading.family(laptop, BELL)
    assert (state(laptop), file.stage, file.helped) == (ACCEPTED, before, True)
    assert "Ruth Lane, MASH accepted it on" in refused(handshakes.accept_step, laptop, accept)["handshake"]
    decline = DeclineStep(BELL, asked, whom="X", because="x")
    assert "accepted it on" in refused(handshakes.decline_step, laptop, decline)["handshake"]
    withdraw = WithdrawStep(BELL, asked, because="x")
    assert "accepted it on" in refused(handshakes.withdraw_step, laptop, withdraw)["handshake"]
    told = [line.what for line in file.story if line.kind == "handshake"]
    assert told == [
        "Step up accepted by Ruth Lane, MASH", "Step up sent to Frances Tate, MASH", "Step up agreed by a manager",
        "Step up asked for: Frances Tate, MASH",
    ]  # fmt: skip


def test_a_manager_who_is_somebody_else_agrees_or_returns_it(laptop: Laptop) -> None:
    asked = handshakes.ask_step_up(laptop, asking()).id
    assert (
        "A manager agrees" in refused(handshakes.agree_step_up, laptop, AgreeStepUp(BELL, asked))["handshake"]
    )
    laptop.who = Who(ASHA, "Asha Rahman", "manager", "birkenhead")
    assert (
        "another manager" in refused(handshakes.agree_step_up, laptop, AgreeStepUp(BELL, asked))["handshake"]
    )
    with laptop.store.work(ASHA) as work:
        work.create(f"fam:{BELL}", "handshake_signature", {
            "handshake_id": asked, "signature": "signed", "on": day(0), "by": ASHA,
        })  # fmt: skip
    assert state(laptop) == ASKED, "one's own signature counts for nothing"
    laptop.who = MO
    assert set(refused(handshakes.return_step_up, laptop, ReturnStepUp(BELL, asked))) == {"because"}
    handshakes.return_step_up(laptop, ReturnStepUp(BELL, asked, "Ask the school first"))
    assert state(laptop) == RETURNED
    laptop.who = WORKER
    handshakes.ask_step_up(laptop, asking(on="today"))
    file = reading.family(laptop, BELL)
    assert len(file.handshakes) == 2
    assert len(file.handshakes_open(laptop.today)) == 1, "the one asked for anew stands for the older"


def test_a_decline_opens_we_disagree_in_the_same_act_and_early_help_goes_on(laptop: Laptop) -> None:
    asked = sent(laptop)
    assert set(refused(handshakes.decline_step, laptop, DeclineStep(BELL, asked))) == {"because", "whom"}
    handshakes.decline_step(
        laptop, DeclineStep(BELL, asked, whom="Ruth Lane", because="Not at the threshold.")
    )
    assert state(laptop) == DECLINED
    _, _, [opened] = advice.views(laptop, f"fam:{BELL}")
    assert (opened.view, opened.other, opened.with_whom) == (
        "Two bruises in a month.", "Not at the threshold.", "Ruth Lane, MASH",
    )  # fmt: skip
    assert reading.family(laptop, BELL).helped
    again = DeclineStep(BELL, asked, whom="Ruth Lane", because="x")
    assert "declined it on" in refused(handshakes.decline_step, laptop, again)["handshake"]
    handshakes.accept_step(laptop, AcceptStep(BELL, asked, whom="Head of service"))
    assert state(laptop) == ACCEPTED, "what was declined may be accepted after all"


def test_help_is_not_ended_while_a_step_up_is_open(laptop: Laptop) -> None:
    waits = closings.close_help(laptop, whole()).id
    asked = handshakes.ask_step_up(laptop, asking()).id
    laptop.who = MO
    assert "A step up is open" in refused(closings.sign_closing, laptop, SignClosing(BELL, waits))["reason"]
    closings.return_closing(laptop, closings.ReturnClosing(BELL, waits, "A step up was asked for"))
    laptop.who = WORKER
    assert "A step up is open: asked for" in refused(closings.close_help, laptop, whole())["reason"]
    assert set(refused(handshakes.withdraw_step, laptop, WithdrawStep(BELL, asked))) == {"because"}
    handshakes.withdraw_step(laptop, WithdrawStep(BELL, asked, because="The family has moved in with Pat."))
    assert state(laptop) == WITHDRAWN
    assert (
        "was withdrawn on"
        in refused(handshakes.withdraw_step, laptop, WithdrawStep(BELL, asked, because="x"))["handshake"]
    )
    closings.close_help(laptop, whole())


def test_help_that_ends_stepped_up_takes_who_accepted_from_the_handshake(laptop: Laptop) -> None:
    stepped = whole(reason="stepped_up", on="today")
    assert set(refused(closings.close_help, laptop, stepped)) == {"accepted_by"}
    told = whole(reason="stepped_up", accepted_by="Ruth Lane")
    assert set(refused(closings.close_help, laptop, told)) == {"although"}, "directly: with a reason"
    asked = sent(laptop)
    handshakes.accept_step(laptop, AcceptStep(BELL, asked, whom="Ruth Lane"))
    assert "for another reason" in refused(closings.close_help, laptop, whole())["although"]
    early = whole(reason="stepped_up", on=day(-1))
    assert "early help goes on until then" in refused(closings.close_help, laptop, early)["on"]
    closings.close_help(laptop, stepped)
    with laptop.store.reading() as connection:
        row = connection.exec_driver_sql("select accepted_by from closing").scalar()
    assert str(row).startswith("Ruth Lane, MASH, ")
    assert reading.family(laptop, BELL).handshakes_open(laptop.today) == []


def test_help_may_end_stepped_up_without_a_handshake_where_there_is_a_reason(laptop: Laptop) -> None:
    entry = whole(reason="stepped_up", accepted_by="Ruth Lane", although="They took it over at the hospital.")
    closings.close_help(laptop, entry)
    with laptop.store.reading() as connection:
        row = connection.exec_driver_sql("select accepted_by, although, although_readers from closing").one()
    assert tuple(row) == ("Ruth Lane", "They took it over at the hospital.", "workers")


def test_a_signature_of_whoever_asked_ends_no_help(laptop: Laptop) -> None:
    asked = closings.close_help(laptop, whole()).id
    with laptop.store.work(ASHA) as work:
        work.create(f"fam:{BELL}", "closing_signature", {
            "closing_id": asked, "signature": "signed", "on": day(0), "by": ASHA,
        })  # fmt: skip
    assert reading.family(laptop, BELL).closings[0].state == "waits for a manager"
    laptop.who = MO
    closings.sign_closing(laptop, SignClosing(BELL, asked))


def down(**fields: Any) -> StepDownEntry:
    given: dict[str, Any] = {
        "reason": "The plan is done; mornings still need help.", "service": "Child in need team", "whom": "Ruth Lane",
        "attached": "their plan and the closing summary", "told": "agrees",
    }  # fmt: skip
    return StepDownEntry(BELL, **{**given, **fields})


def test_a_step_down_is_accepted_by_the_coordinator_and_the_family_waits_for_a_worker(laptop: Laptop) -> None:
    assert "open for this family already" in refused(step_downs.ask_step_down, laptop, down())["family_id"]
    closed(laptop)
    assert set(refused(step_downs.ask_step_down, laptop, StepDownEntry(BELL))) == {
        "reason",
        "service",
        "attached",
        "told",
    }
    asked = step_downs.ask_step_down(laptop, down()).id
    assert not reading.family(laptop, BELL).helped
    children = [c.id for c in step_downs.household(reading.family(laptop, BELL))]
    levels = dict.fromkeys(children, "none") | {children[0]: "2"}
    accept = AcceptStep(BELL, asked, handover_on="today", levels=levels)
    assert "coordinator or manager" in refused(handshakes.accept_step, laptop, accept)["handshake"]
    laptop.who = COORDINATOR
    assert (
        "no manager's agreement"
        in refused(handshakes.agree_step_up, laptop, AgreeStepUp(BELL, asked))["handshake"]
    )
    assert "is not sent" in refused(handshakes.send_step_up, laptop, SendStepUp(BELL, asked))["handshake"]
    found = refused(handshakes.accept_step, laptop, AcceptStep(BELL, asked))
    assert set(found) == {"handover_on", *(f"levels:{c}" for c in children)}
    high = AcceptStep(BELL, asked, handover_on="today", levels=levels | {children[0]: "4"})
    assert "Level 4" in refused(handshakes.accept_step, laptop, high)[f"levels:{children[0]}"]
    nobody = AcceptStep(BELL, asked, handover_on="today", levels=dict.fromkeys(children, "none"))
    assert set(refused(handshakes.accept_step, laptop, nobody)) == {"levels"}
    handshakes.accept_step(laptop, accept)
    with laptop.store.reading() as connection:
        episode, stage, _ = episode_stands(connection, BELL)
        step = connection.exec_driver_sql(
            "select episode_id from step_down_answer where answer = 'accepted' and handover_with = 'Ruth Lane'"
        ).scalar()
        held = connection.exec_driver_sql(
            "select waiting, worker_id from allocation where family_id = ? and role = 'holder'", (BELL,)
        ).all()
    assert (stage, step) == ("waiting", episode)
    assert [tuple(h) for h in held] == [("new", "w-cleo")]
    file = reading.family(laptop, BELL)
    assert "Step down accepted" in [line.what for line in file.story], "by early help, not by who asked"
    [(_, after)] = file.handshakes_open(laptop.today)
    assert after.what.startswith("first visit by ")
    assert "accepted it on" in refused(handshakes.accept_step, laptop, accept)["handshake"]


def test_a_step_down_that_early_help_declines_opens_we_disagree(laptop: Laptop) -> None:
    closed(laptop)
    asked = step_downs.ask_step_down(laptop, down()).id
    laptop.who = COORDINATOR
    assert set(refused(handshakes.decline_step, laptop, DeclineStep(BELL, asked))) == {"because"}
    handshakes.decline_step(laptop, DeclineStep(BELL, asked, because="Still level 4."))
    _, _, [opened] = advice.views(laptop, f"fam:{BELL}")
    assert (opened.view, opened.with_whom) == ("Still level 4.", "Ruth Lane, Child in need team")
    assert not reading.family(laptop, BELL).helped


def test_a_decision_to_step_up_at_the_last_meeting_is_found_until_it_was_asked_for(laptop: Laptop) -> None:
    with laptop.store.work(ASHA) as work:
        scope = f"fam:{BELL}"
        meeting = work.create(scope, "meeting", {"kind": "review", "plan_id": "bell-plan", "on": day(-2)})
        work.create(scope, "review", {
            "meeting_id": meeting, "kind": "review", "plan_id": "bell-plan", "held_on": day(-2), "decision": "step_up",
            "because": "Beyond what we can hold.", "because_readers": "professionals",
        })  # fmt: skip
    decided = reading.family(laptop, BELL).step_up_decided
    assert decided is not None
    assert (decided.id, decided.because) == (meeting, "Beyond what we can hold.")
    handshakes.ask_step_up(laptop, asking(on="today", meeting_id=meeting))
    assert reading.family(laptop, BELL).step_up_decided is None


def test_each_act_can_be_done_by_its_name(laptop: Laptop) -> None:
    asked = acts.do(
        laptop,
        "ask_step_up",
        f'{{"family_id": "{BELL}", "reason": "x", "service": "MASH", "told": "agrees"}}',
    ).id
    key = f'"family_id": "{BELL}", "handshake_id": "{asked}"'
    laptop.who = MO
    acts.do(laptop, "return_step_up", f'{{{key}, "because": "why"}}')
    assert state(laptop) == RETURNED
    acts.do(laptop, "withdraw_step", f'{{{key}, "because": "done"}}')
    laptop.who = WORKER
    asked = acts.do(
        laptop,
        "ask_step_up",
        f'{{"family_id": "{BELL}", "reason": "x", "service": "MASH", "told": "agrees"}}',
    ).id
    key = f'"family_id": "{BELL}", "handshake_id": "{asked}"'
    laptop.who = MO
    acts.do(laptop, "agree_step_up", f"{{{key}}}")
    acts.do(laptop, "send_step_up", f'{{{key}, "way": "phone"}}')
    acts.do(laptop, "decline_step", f'{{{key}, "whom": "R", "because": "no"}}')
    acts.do(laptop, "accept_step", f'{{{key}, "whom": "R"}}')
    newest = max(reading.family(laptop, BELL).handshakes, key=lambda h: h.order)
    assert (newest.id, stands(newest).state) == (asked, ACCEPTED)
    assert rules.current(reading.family(laptop, BELL).handshakes, "step_up") == newest


# -- a family whose file is not here: the step down comes as a contact -----------------------------------------------


def came(laptop: Laptop, *children: ContactChildEntry, **fields: Any) -> ContactView:
    given: dict[str, Any] = {
        "source": "5A", "who": "Ruth Lane", "agency": "Child in need team", "worry": "The plan is done.", "received": day(-1),
        "children": list(children) or [ContactChildEntry("Tom", "Walsh", "5/3/2016"), ContactChildEntry("Jay", "Walsh", age="15")],
        "adults": [ContactAdultEntry("Ann", "Walsh", "4/4/1988", "mum")],
    }  # fmt: skip
    return front_door.contact(laptop, contacts.add_contact(laptop, ContactEntry(**{**given, **fields})).id)


def down_in(contact: ContactView, **fields: Any) -> StepDownEntry:
    given: dict[str, Any] = {
        "reason": "The plan is done.", "service": "Child in need team", "whom": "Ruth Lane", "attached": "their plan",
        "told": "agrees", "contact_id": contact.id,
    }  # fmt: skip
    return StepDownEntry(**{**given, **fields})


def stands_at(laptop: Laptop, contact: ContactView) -> str:
    return front_door.triage_page(laptop, contact.id).stands.state


def test_a_step_down_of_a_family_nobody_here_knows_opens_help_from_its_contact(laptop: Laptop) -> None:
    laptop.who = COORDINATOR
    contact = came(laptop)
    tom, jay = contact.children
    early = down_in(contact, on=day(-2))
    assert "not asked for before" in refused(step_downs.ask_step_down, laptop, early)["on"]
    asked = step_downs.ask_step_down(laptop, down_in(contact)).id
    assert stands_at(laptop, contact) == "step_down"
    assert "is open: asked for" in refused(step_downs.ask_step_down, laptop, down_in(contact))["family_id"]
    decide = TriageEntry(
        contact.id,
        [ChildDecision(c.id, "yes", level="3", outcome="early_help", reason="x") for c in (tom, jay)],
    )
    assert "A step down is open" in refused(triage.triage_contact, laptop, decide)["contact"]
    laptop.who = WORKER
    accept = AcceptStep(
        "", asked, handover_on="today", handover_with="Ruth Lane, Pat Doe", levels={tom.id: "3", jay.id: "none"},
        safe={tom.id: "yes", jay.id: "yes"}, safe_how="Ruth Lane saw them today.",
    )  # fmt: skip
    assert "coordinator or manager" in refused(handshakes.accept_step, laptop, accept)["handshake"]
    laptop.who = COORDINATOR
    found = refused(handshakes.accept_step, laptop, AcceptStep("", asked))
    assert set(found) == {
        "handover_on",
        *(f"{what}:{c.id}" for c in (tom, jay) for what in ("safe", "levels")),
    }
    wrong: list[tuple[dict[str, Any], str, str]] = [
        ({"levels": {tom.id: "4", jay.id: "none"}}, f"levels:{tom.id}", "Level 4 is social care's"),
        ({"safe": {tom.id: "no", jay.id: "yes"}}, f"safe:{tom.id}", "Tom is not safe now: social care keeps"),
        ({"levels": {tom.id: "none", jay.id: "none"}}, "levels", "for one child at least"),
        ({"handover_on": "tomorrow"}, "handover_on", "has not come yet"),
        ({"on": day(-1), "handover_on": day(-1)}, "on", "is not older"),
    ]  # fmt: skip
    for fields, field, sentence in wrong:
        found = refused(handshakes.accept_step, laptop, msgspec.structs.replace(accept, **fields))
        assert sentence in found[field]
        assert set(found) == {field}
    handshakes.accept_step(laptop, accept)
    contact = front_door.contact(laptop, contact.id)
    file = reading.family(laptop, contact.family_id)
    assert (file.helped, file.level, [c.given for c in file.children]) == (True, "3", ["Tom", "Jay"])
    assert stands_at(laptop, contact) == "to_tell", "no signature is asked: the answer is the Desk's"
    assert "Jay: early help is not being offered" in front_door.drafted_reply(laptop, contact.id).text
    [(one, after)] = file.handshakes_open(laptop.today)
    assert after.what.startswith("first visit by ")
    assert (one.steps[0].handover_on, one.steps[0].handover_with) == (day(0), "Ruth Lane, Pat Doe")
    with laptop.store.reading() as connection:
        row = connection.exec_driver_sql(
            "select e.contact_id from step_down_answer a join episode e on e.id = a.episode_id"
        ).scalar()
        held = connection.exec_driver_sql(
            "select waiting from allocation where family_id = ? and role = 'holder'", (contact.family_id,)
        ).all()
    assert (row, [h[0] for h in held]) == (contact.id, ["new"])
    assert "accepted it on" in refused(handshakes.accept_step, laptop, accept)["handshake"]


def test_a_step_down_that_is_declined_in_its_contact_opens_we_disagree_there_and_may_be_accepted_later(
    laptop: Laptop,
) -> None:
    laptop.who = COORDINATOR
    contact = came(laptop, ContactChildEntry("Tom", "Walsh", safe_now="yes"))
    asked = step_downs.ask_step_down(laptop, down_in(contact)).id
    handshakes.decline_step(laptop, DeclineStep("", asked, because="Still level 4."))
    assert stands_at(laptop, contact) == "new", "what becomes of the contact is decided as of any other"
    name, _, [opened] = advice.views(laptop, f"con:{contact.id}")
    assert (name, opened.view, opened.other, opened.with_whom) == (
        "Tom W", "Still level 4.", "The plan is done.", "Ruth Lane, Child in need team",
    )  # fmt: skip
    [tom] = contact.children
    handshakes.accept_step(laptop, AcceptStep("", asked, text="They met by telephone.", levels={tom.id: "2"}))
    assert stands_at(laptop, contact) == "to_tell"


def test_a_step_down_that_is_withdrawn_leaves_the_contact_to_be_decided(laptop: Laptop) -> None:
    laptop.who = COORDINATOR
    contact = came(laptop)
    asked = step_downs.ask_step_down(laptop, down_in(contact)).id
    handshakes.withdraw_step(laptop, WithdrawStep("", asked, because="They keep the family."))
    assert stands_at(laptop, contact) == "new"
    step_downs.ask_step_down(laptop, down_in(contact))
    assert stands_at(laptop, contact) == "step_down"


def test_a_step_down_in_a_contact_about_a_family_with_help_open_or_a_file_elsewhere_is_refused(
    laptop: Laptop,
) -> None:
    laptop.who = COORDINATOR
    helped = came(laptop, family_id=BELL)
    assert (
        "open for this family already"
        in refused(step_downs.ask_step_down, laptop, down_in(helped))["contact"]
    )
    away = came(laptop, family_id="far-away")
    asked = step_downs.ask_step_down(laptop, down_in(away)).id
    accept = AcceptStep(
        "",
        asked,
        handover_on="today",
        levels={c.id: "2" for c in away.children},
        safe={c.id: "yes" for c in away.children},
    )
    assert "not on this laptop" in refused(handshakes.accept_step, laptop, accept)["handshake"]
    assert (
        "no step up or step down"
        in refused(handshakes.accept_step, laptop, AcceptStep("", "gone"))["handshake"]
    )


def test_the_desk_and_today_tell_of_a_step_down_in_a_contact_to_who_answers_it(laptop: Laptop) -> None:
    laptop.who = COORDINATOR
    contact = came(laptop)
    step_downs.ask_step_down(laptop, down_in(contact, handover_on=day(3)))
    [fact] = desk.desk(laptop).handshakes
    assert (fact.family, fact.answered_at, fact.family_id) == ("Tom, Jay", contact.id, "")
    assert fact.after.what.startswith("the coordinator accepts or declines; joint handover meeting")
    laptop.who = Who("w-el", "El", "coordinator", "wallasey")
    assert desk.desk(laptop).handshakes == (), "a contact of another locality"


@pytest.mark.parametrize(
    ("role", "told"), [("coordinator", 1), ("manager", 1), ("worker", 0), ("gatekeeper", 0)]
)
def test_today_tells_of_it_by_role(laptop: Laptop, role: str, told: int) -> None:
    contact = came(laptop)
    step_downs.ask_step_down(laptop, down_in(contact))
    with laptop.store.work("hub") as work:
        work.create("ref", "worker", {"name": "R", "role": role, "locality": "birkenhead"}, "w-r")
    raw = laptop.store.engine.raw_connection()
    try:
        found = first_handshakes.facts(raw.cursor().execute, laptop.today, "w-r", role)
    finally:
        raw.close()
    assert [f.answered_at for f in found] == [contact.id] * told


# -- two who record the same offline -------------------------------------------------------------------------------


def test_two_who_record_one_decline_make_one_disagreement_with_both_views_that_one_act_settles(
    laptop: Laptop,
) -> None:
    asked = sent(laptop)
    handshakes.decline_step(
        laptop, DeclineStep(BELL, asked, whom="Ruth Lane", because="Not at the threshold.")
    )
    with laptop.store.work("w-sam") as work:
        row = {"handshake_id": asked, "on": day(0), "by": "w-sam"}
        work.create(
            f"fam:{BELL}", "handshake_step", {**row, "step": "declined", "whom": "R Lane", "text": "No."}
        )
        second = work.create(f"fam:{BELL}", "disagreement", {
            **row, "view": "Two bruises in a month.", "other": "No.", "with_whom": "R Lane",
        })  # fmt: skip
    _, _, [one] = advice.views(laptop, f"fam:{BELL}")
    assert (one.other, [d.other for d in one.also]) == ("Not at the threshold.", ["No."])
    assert one.about is not None
    assert (one.about.kind, one.about.service) == ("step_up", "MASH")
    assert [line.act for line in reading.today(laptop).lines].count("open_disagreement") == 1
    advice.escalate_disagreement(laptop, EscalateEntry(second, because="Not agreed."))
    assert disagreement.stands(advice.views(laptop, f"fam:{BELL}")[2][0]).number == 2
    advice.settle_disagreement(laptop, SettleEntry(one.id, "A joint visit."))
    _, _, [one] = advice.views(laptop, f"fam:{BELL}")
    assert not disagreement.stands(one).open
    assert "open_disagreement" not in [line.act for line in reading.today(laptop).lines]
    assert (
        "was settled" in refused(advice.settle_disagreement, laptop, SettleEntry(second, "x"))["disagreement"]
    )


def test_today_reads_a_store_that_does_not_know_answers_and_linked_disagreements_yet(laptop: Laptop) -> None:
    asked = sent(laptop)
    handshakes.decline_step(
        laptop, DeclineStep(BELL, asked, whom="Ruth Lane", because="Not at the threshold.")
    )
    before = [line.what for line in reading.today(laptop).lines]
    raw = laptop.store.engine.raw_connection()
    try:
        cursor = raw.cursor()
        cursor.execute("alter table disagreement drop column handshake_id")
        cursor.execute("drop table step_down_answer")
        found = first_page.facts(cursor, laptop.today)
    finally:
        raw.rollback()
        raw.close()
    assert [line.what for line in rank(found, laptop.today)] == before


def test_two_who_ask_for_the_same_step_up_are_both_shown_and_one_is_withdrawn_with_a_reason(
    laptop: Laptop,
) -> None:
    mine = sent(laptop)
    with laptop.store.work("w-sam") as work:
        theirs = work.create(f"fam:{BELL}", "handshake", {
            "kind": "step_up", "on": day(-1), "by": "w-sam", "episode_id": reading.family(laptop, BELL).episode_id,
        })  # fmt: skip
    file = reading.family(laptop, BELL)
    assert {h.id: [t.id for t in rules.twins(file.handshakes, h)] for h in file.handshakes} == {
        mine: [theirs], theirs: [mine],
    }  # fmt: skip
    handshakes.accept_step(laptop, AcceptStep(BELL, mine, whom="Ruth Lane"))
    stepped = whole(reason="stepped_up", on="today")
    assert "A step up is open" in refused(closings.close_help, laptop, stepped)["reason"]
    handshakes.withdraw_step(
        laptop, WithdrawStep(BELL, theirs, because="Asked for twice; mine was accepted.")
    )
    assert not any(rules.twins(now, h) for now in [reading.family(laptop, BELL).handshakes] for h in now)
    closings.close_help(laptop, stepped)


def test_a_step_down_in_a_contact_that_leads_to_a_file_opens_help_there_and_stands_on_its_page(
    laptop: Laptop,
) -> None:
    closed(laptop)
    laptop.who = COORDINATOR
    contact = came(laptop, ContactChildEntry("Leo", "Bell", "20/11/2016", safe_now="yes"), family_id=BELL)
    asked = step_downs.ask_step_down(laptop, down_in(contact)).id
    [one] = reading.family(laptop, BELL).handshakes
    assert (one.id, one.contact_id) == (asked, contact.id)
    in_the_file = down()
    assert "A step down is open" in refused(step_downs.ask_step_down, laptop, in_the_file)["family_id"]
    [leo] = contact.children
    handshakes.accept_step(laptop, AcceptStep(BELL, asked, text="By telephone.", levels={leo.id: "2"}))
    file = reading.family(laptop, BELL)
    assert (file.helped, file.handshakes_open(laptop.today)[0][1].what.startswith("first visit by ")) == (
        True,
        True,
    )
    assert front_door.contact(laptop, contact.id).family_id == BELL
    assert "Step down accepted" in [line.what for line in file.story]
    assert [f.family_id for f in desk.desk(laptop).handshakes] == [BELL], (
        "the first visit is told with the family"
    )
