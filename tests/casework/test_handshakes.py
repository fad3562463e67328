"""Step up and step down: open until the other side accepts, agreed by a manager, declined into *we disagree*."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from familyhub.casework import acts, advice, closings, handshakes, reading
from familyhub.casework.closing_entries import SignClosing
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
from familyhub.practice import handshakes as rules
from familyhub.practice.handshakes import ACCEPTED, AGREED, ASKED, DECLINED, RETURNED, SENT, WITHDRAWN, stands
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
    assert "open for this family already" in refused(handshakes.ask_step_down, laptop, down())["family_id"]
    closed(laptop)
    assert set(refused(handshakes.ask_step_down, laptop, StepDownEntry(BELL))) == {
        "reason",
        "service",
        "attached",
        "told",
    }
    asked = handshakes.ask_step_down(laptop, down()).id
    assert not reading.family(laptop, BELL).helped
    children = [c.id for c in handshakes.children_asked(reading.family(laptop, BELL))]
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
    asked = handshakes.ask_step_down(laptop, down()).id
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
