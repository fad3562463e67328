"""*Ask a social worker* and *We disagree*: dated rows in the family's file or the contact, a sentence for what is missing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from familyhub.casework import acts, advice, contacts, drafts, reading
from familyhub.casework.advice_entries import (
    AdviceEntry,
    AdviceStepEntry,
    DisagreementEntry,
    EscalateEntry,
    SettleEntry,
)
from familyhub.casework.contact_entries import ContactChildEntry, ContactEntry
from familyhub.casework.laptop import Laptop, Who
from familyhub.casework.problems import Refused
from familyhub.practice.disagreement import STAGES, stands
from tests.support.families import BELL, JOAN, day

SCOPE = f"fam:{BELL}"


def refused(act: object, laptop: Laptop, entry: object) -> dict[str, str]:
    before = reading.sync_page(laptop).waiting
    with pytest.raises(Refused) as found:
        act(laptop, entry)  # type: ignore[operator]
    assert reading.sync_page(laptop).waiting == before, "nothing was written"
    return {p.field: p.sentence for p in found.value.problems}


def rows(laptop: Laptop, query: str) -> list[tuple[object, ...]]:
    with laptop.store.reading() as connection:
        return [tuple(r) for r in connection.exec_driver_sql(query)]


def test_a_question_is_kept_first_and_what_came_of_it_in_rows_of_its_own(laptop: Laptop) -> None:
    assert set(refused(advice.ask_social_worker, laptop, AdviceEntry(BELL))) == {"question"}
    asked = advice.ask_social_worker(
        laptop, AdviceEntry(BELL, question="Is a bruise on the shin for you?")
    ).id
    act = advice.add_advice
    assert set(refused(act, laptop, AdviceStepEntry(asked))) == {"advice"}
    assert set(refused(act, laptop, AdviceStepEntry(asked, advice="No, watch it"))) == {"whom"}
    assert set(refused(act, laptop, AdviceStepEntry(asked, whom="Ms Roe"))) == {"advice"}
    assert set(refused(act, laptop, AdviceStepEntry(asked, "x", "Ms Roe", on=day(1)))) == {"on"}
    assert "is not older" in refused(act, laptop, AdviceStepEntry(asked, "x", "Ms Roe", on=day(-3)))["on"]
    assert set(refused(act, laptop, AdviceStepEntry("no such", "x", "Ms Roe"))) == {"asked"}
    name = reading.family(laptop, BELL).name
    assert advice.whose(laptop, AdviceEntry(BELL)) == advice.whose(laptop, AdviceStepEntry(asked)) == name
    assert set(refused(advice.whose, laptop, AdviceStepEntry("no such"))) == {"asked"}
    assert set(refused(advice.whose, laptop, SettleEntry("no such"))) == {"disagreement"}
    act(laptop, AdviceStepEntry(asked, "No, watch it", "Ms Roe, duty"))
    act(laptop, AdviceStepEntry(asked, decision="We see Leo on Friday"))
    _, (found,), _ = advice.views(laptop, SCOPE)
    assert [(s.step, s.text, s.whom) for s in found.steps] == [
        ("advice", "No, watch it", "Ms Roe, duty"),
        ("decision", "We see Leo on Friday", ""),
    ]
    assert found.waits == ""
    assert rows(laptop, "select distinct text_readers from advice_step") == [("workers",)]


def test_what_was_kept_while_it_was_typed_is_gone_once_it_is_saved(laptop: Laptop) -> None:
    def kept(kind: str, entry: drafts.Entry, act: str) -> str:
        drafts.keep(laptop, kind, entry)
        saved = acts.ACTS[act].do(laptop, entry)
        assert drafts.unfinished(laptop) == [], act
        return saved.id

    asked = kept("advice", AdviceEntry(BELL, question="?"), "ask_social_worker")
    kept("advice_step", AdviceStepEntry(asked, "Watch it", "Ms Roe"), "add_advice")
    fields = {"view": "a", "other": "b", "with_whom": "Ms Roe"}
    opened = kept("disagreement", DisagreementEntry(BELL, **fields), "open_disagreement")
    kept("escalation", EscalateEntry(opened, "no answer"), "escalate_disagreement")
    kept("settlement", SettleEntry(opened, "agreed"), "settle_disagreement")


def test_all_of_it_at_once_is_one_act(laptop: Laptop) -> None:
    entry = AdviceEntry(
        BELL,
        question="May we tell Craig?",
        advice="Not yet",
        whom="Ms Roe",
        decision="We wait",
        on="yesterday",
    )
    advice.ask_social_worker(laptop, entry)
    _, (found,), _ = advice.views(laptop, SCOPE)
    assert (found.on, found.waits, len(found.steps)) == (day(-1), "", 2)


def test_a_disagreement_goes_through_its_stages_and_is_settled_once(laptop: Laptop) -> None:
    assert set(refused(advice.open_disagreement, laptop, DisagreementEntry(BELL))) == {
        "view",
        "other",
        "with_whom",
    }
    entry = DisagreementEntry(
        BELL, view="It is level 4", other="Not met", with_whom="Ms Roe, MASH", on=day(-2)
    )
    saved = advice.open_disagreement(laptop, entry)
    assert "Early help goes on meanwhile" in saved.note
    (line,) = [x for x in reading.today(laptop).lines if x.act == "open_disagreement"]
    assert (line.family_id, line.target, line.reason) == (BELL, SCOPE, "worker to worker, due Thu 12 Mar")
    assert set(refused(advice.escalate_disagreement, laptop, EscalateEntry(saved.id))) == {"because"}
    early = EscalateEntry(saved.id, "no answer", on=day(-4))
    assert "is not older" in refused(advice.escalate_disagreement, laptop, early)["on"]
    for stage in STAGES[1:]:
        done = advice.escalate_disagreement(laptop, EscalateEntry(saved.id, "no answer"))
        assert stage.name in done.note
    assert (
        "last stage" in refused(advice.escalate_disagreement, laptop, EscalateEntry(saved.id, "x"))["stage"]
    )
    assert set(refused(advice.settle_disagreement, laptop, SettleEntry(saved.id))) == {"outcome"}
    advice.settle_disagreement(laptop, SettleEntry(saved.id, "They assess by Friday"))
    _, _, (found,) = advice.views(laptop, SCOPE)
    assert (stands(found).open, stands(found).outcome) == (False, "They assess by Friday")
    for act, again in (
        (advice.settle_disagreement, SettleEntry(saved.id, "x")),
        (advice.escalate_disagreement, EscalateEntry(saved.id, "x")),
    ):
        assert "a disagreement of its own" in refused(act, laptop, again)["disagreement"]
    assert [x for x in reading.today(laptop).lines if x.act == "open_disagreement"] == []
    assert len(rows(laptop, "select id from disagreement_step")) == len(STAGES), "every stage is a dated row"
    assert reading.family(laptop, BELL).stage != "closed"


def test_both_stand_in_a_contact_where_there_is_no_family_yet(laptop: Laptop) -> None:
    desk = replace(laptop, who=Who(JOAN, "Joan Pike", "coordinator", "birkenhead"))
    entry = ContactEntry(
        source="2A", worry="x", received=day(0), children=[ContactChildEntry("Tom", "Walsh")]
    )
    contact = contacts.add_contact(desk, entry).id
    with desk.store.work("hub") as work:
        (seen,) = rows(desk, "select id from locality where id = 'birkenhead'")
        work.change(
            "ref",
            "locality",
            str(seen[0]),
            "WyIiLHt9LFtdXQ",
            {"escalation_1": "ring the team manager", "escalation_1_days": 1},
        )
    advice.ask_social_worker(desk, AdviceEntry(contact_id=contact, question="Is it for you?"))
    advice.open_disagreement(
        desk, DisagreementEntry(contact_id=contact, view="a", other="b", with_whom="Ms Roe")
    )
    name, asked, disagreed = advice.views(desk, f"con:{contact}")
    assert (name, len(asked), stands(disagreed[0]).stage) == ("Tom W", 1, "ring the team manager")
    (line,) = [x for x in reading.today(desk).lines if x.act == "open_disagreement"]
    assert (line.family_id, line.target) == (None, f"con:{contact}")
    assert line.reason.startswith("ring the team manager, due")


@pytest.mark.parametrize("entry", [AdviceEntry(question="x"), AdviceEntry("no such", question="x")])
def test_what_is_about_nothing_here_is_refused(entry: AdviceEntry, laptop: Laptop) -> None:
    assert set(refused(advice.ask_social_worker, laptop, entry)) == {"family"}
