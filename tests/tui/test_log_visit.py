from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.events import Key
from textual.pilot import Pilot

from familyhub.casework import drafts, reading, visits
from familyhub.casework.entries import ActionMoved, ChildSeen, VisitEntry
from familyhub.casework.laptop import Laptop
from familyhub.casework.opening import open_laptop
from familyhub.casework.problems import Refused
from familyhub.tui.screens import log_visit_entry as rules
from familyhub.tui.screens.log_visit import LogVisitScreen
from familyhub.tui.screens.log_visit_children import ChildrenRows
from familyhub.tui.widgets.fields import fields_in
from tests.support.families import BELL, PASSPHRASE, TODAY
from tests.tui.desk import AtEverySize, Desk, opened, pasted, pictures, settled
from tests.tui.shell import shows, text_of, typed, until

ON = TODAY.isoformat()
LEO_SAID = "I don't like it when it's loud. I go in the cupboard."
HAPPENED = "Dawn tired, said nights are better. Kitchen warm, food in.\nPat now collects on Mondays."
MEANING = "Mornings calmer. “Loud” may be more than traffic: see Leo at school this week, ask openly."

P = tuple[str, str]
"""Prose in a list of keys: put in at once, its characters are not counted."""


def prose(text: str) -> P:
    return ("prose", text)


THE_BELL_VISIT: list[str | P] = [
    "enter", prose("1610"), "enter",  # the planned start as offered, and when it ended
    "d",  # the promise is kept
    "1", "3", "enter",  # Dawn and Pat were there
    "n", prose("at school"), "enter",  # Jade
    "s", "a", "b", "down",  # Leo
    "s", "b",  # Mia
    "tab", prose(LEO_SAID), "tab", prose("What is a good day like? What is a bad one?"),
    "f6", prose(HAPPENED), "tab", prose(MEANING),
    "tab", "n",  # nobody is unsafe tonight
    "down", "p", prose("used four of five days"),  # the morning chart
    "f6", "enter",  # the next visit as offered
]  # fmt: skip


def desk(laptop: Laptop, **named: Any) -> Desk:
    return Desk(laptop, lambda: LogVisitScreen(BELL, **named))


async def play(pilot: Pilot[Any], keys: list[str | P]) -> None:
    for key in keys:
        if isinstance(key, tuple):
            await pasted(pilot, key[1])
        else:
            await pilot.press(key)


def field(app: Desk, name: str) -> Any:
    return next(f for f in fields_in(app.screen) if f.field == name)


async def go_to(pilot: Pilot[Any], name: str) -> Any:
    found = field(pilot.app, name)  # type: ignore[arg-type]
    found.focus()
    await pilot.pause()
    return found


def entry(app: Desk) -> VisitEntry:
    found = app.screen.entry  # type: ignore[attr-defined]
    assert isinstance(found, VisitEntry)
    return found


def needed_line(app: Desk) -> str:
    text = " ".join(text_of(app).split())
    return text[text.index("Still needed") :] if "Still needed" in text else ""


def kept(laptop: Laptop) -> VisitEntry | None:
    """The draft of a visit that is on the disk."""
    found = [drafts.reopen(laptop, d.id) for d in drafts.unfinished(laptop, BELL) if d.kind == "visit"]
    assert len(found) < 2, "one page leaves one draft"
    return found[0][1] if found else None  # type: ignore[index, return-value]


# -- the whole visit ---------------------------------------------------------------------------------------------


async def test_the_bell_visit_is_saved_in_25_keys_beside_prose_and_the_time(laptop: Laptop) -> None:
    keys = [k for k in THE_BELL_VISIT if isinstance(k, str)] + ["ctrl+s"]
    assert len(keys) <= 25
    app = desk(laptop)
    async with app.run_test(size=(100, 30)) as pilot:
        await opened(pilot)
        await play(pilot, THE_BELL_VISIT)
        await shows(pilot, "Nothing more is needed")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: not isinstance(app.screen, LogVisitScreen))
    assert app.said == ["Visit saved on this laptop · not yet sent"]
    visit = reading.family(laptop, BELL).visits[0]
    assert (visit.on, visit.start_at, visit.end_at, visit.kind, visit.outcome) == (
        ON,
        "15:30",
        "16:10",
        "home",
        "made",
    )
    assert (visit.happened, visit.meaning, visit.safe) == (HAPPENED, MEANING, "no")
    assert set(visit.present) == {"Dawn", "Pat"}
    seen = {c.child_id: c for c in visit.children}
    assert (seen["leo"].seen, seen["leo"].alone, seen["leo"].bedroom) == (True, True, True)
    assert (seen["leo"].said, seen["leo"].said_readers, seen["leo"].method) == (LEO_SAID, "workers", "said")
    assert (seen["mia"].seen, seen["mia"].alone, seen["mia"].bedroom) == (True, False, True)
    assert (seen["jade"].seen, seen["jade"].why_not) == (False, "at school")
    assert visit.next_on == "2026-03-26"
    steps = {s.id: s for p in reading.family(laptop, BELL).plans for s in p.actions}
    assert steps["housing"].status == "done"
    assert [p.text for p in steps["chart"].progress][-1] == "used four of five days"
    assert drafts.unfinished(laptop) == []


async def test_nobody_is_ticked_and_no_child_is_seen_before_somebody_says_so(laptop: Laptop) -> None:
    app = desk(laptop)
    async with app.run_test(size=(100, 30)) as pilot:
        await opened(pilot)
        begun = entry(app)
        assert begun.present == []
        assert {(c.seen, c.alone, c.bedroom, c.said) for c in begun.children} == {(None, False, False, "")}
        assert begun.safe == ""
        assert len(begun.children) == 4


async def test_opening_and_leaving_a_page_leaves_no_draft(laptop: Laptop) -> None:
    app = desk(laptop)
    async with app.run_test(size=(100, 30)) as pilot:
        await opened(pilot)
        await pilot.press("tab", "tab", "f6", "f6", "f2")
        await until(pilot, lambda: not isinstance(app.screen, LogVisitScreen))
    assert kept(laptop) is None


# -- what is still needed ----------------------------------------------------------------------------------------


async def test_what_is_still_needed_follows_what_is_typed(laptop: Laptop) -> None:
    app = desk(laptop)
    async with app.run_test(size=(100, 40)) as pilot:
        await opened(pilot)
        assert "when it started" in needed_line(app)
        assert "Jade, Leo, Mia: seen, or why not" in needed_line(app)
        await go_to(pilot, "child")
        await pilot.press("s")
        assert "Leo, Mia: seen, or why not" in needed_line(app)
        await go_to(pilot, "happened")
        await pilot.press("x")
        assert "what happened" not in needed_line(app)
        await pilot.press("backspace", "space")
        assert "what happened" in needed_line(app)
        await go_to(pilot, "safe")
        await pilot.press("n")
        assert "the safety question" not in needed_line(app)


async def test_finishing_too_early_shows_each_problem_beside_its_field_and_goes_to_the_first(
    laptop: Laptop,
) -> None:
    app = desk(laptop)
    async with app.run_test(size=(100, 60)) as pilot:
        await opened(pilot)
        await go_to(pilot, "happened")
        await pasted(pilot, HAPPENED)
        await pilot.press("ctrl+s")
        await pilot.pause()
        shown = text_of(app)
        for sentence in ("When did the visit start?", "When did the visit end?", "Leo: seen, or why not?",
                         "The safety question needs an answer", "When is the next visit?"):  # fmt: skip
            assert sentence in shown
        assert app.focused is field(app, "start_at")
        assert field(app, "happened").text == HAPPENED
        assert isinstance(app.screen, LogVisitScreen)
    assert reading.family(laptop, BELL).visits[0].on != ON


async def test_what_casework_refuses_stands_beside_its_field_and_nothing_is_lost(laptop: Laptop) -> None:
    app = desk(laptop)
    async with app.run_test(size=(100, 60)) as pilot:
        await opened(pilot)
        await play(pilot, THE_BELL_VISIT)
        field(app, "end_at").value = "9"
        await pilot.press("ctrl+s")
        await shows(pilot, "before it starts")
        assert app.focused is field(app, "end_at")
        assert field(app, "happened").text == HAPPENED
        await pilot.press(*"17", "ctrl+s")
        await until(pilot, lambda: not isinstance(app.screen, LogVisitScreen))
    assert reading.family(laptop, BELL).visits[0].end_at == "17:00"


def complete() -> VisitEntry:
    return VisitEntry(
        BELL, on=ON, start_at="15:30", end_at="16:10", whole_page=True, safe="no", happened="Talked.", meaning="Calmer.",
        children=[ChildSeen("leo", seen=True), ChildSeen("mia", seen=True), ChildSeen("jade", why_not="at school"),
                  ChildSeen("unborn")],
        next_on="2026-03-26",
    )  # fmt: skip


@pytest.mark.parametrize("missing", ["on", "start_at", "happened", "meaning", "safe", "next_on", "child:leo"])
def test_whatever_the_page_calls_needed_casework_refuses_too(laptop: Laptop, missing: str) -> None:
    file, visit = reading.family(laptop, BELL), complete()
    assert rules.still_needed(visit, file, TODAY) == []
    if missing == "child:leo":
        visit.children[0].seen = None
    else:
        setattr(visit, missing, "")
    assert [n.field for n in rules.still_needed(visit, file, TODAY)] == [missing]
    with pytest.raises(Refused) as refused:
        visits.log_visit(laptop, rules.finished(visit, file))
    assert [p.field for p in refused.value.problems] == [missing]


def test_a_page_that_needs_nothing_more_is_saved(laptop: Laptop) -> None:
    file = reading.family(laptop, BELL)
    assert visits.log_visit(laptop, rules.finished(complete(), file)).saved


def test_a_visit_that_was_not_made_needs_only_what_i_did(laptop: Laptop) -> None:
    file = reading.family(laptop, BELL)
    visit = VisitEntry(BELL, on=ON, outcome="not_in", whole_page=True)
    assert [n.field for n in rules.still_needed(visit, file, TODAY)] == ["did_instead"]
    visit.did_instead = "Knocked, waited ten minutes, left a card without our name."
    assert visits.log_visit(laptop, rules.finished(visit, file)).saved


words = st.text(max_size=40)


@given(visit=st.builds(
    VisitEntry, family_id=st.just(BELL), on=st.just(ON), happened=words, meaning=words, present=st.lists(words, max_size=3),
    children=st.lists(st.builds(ChildSeen, person_id=st.sampled_from(["leo", "mia"]), seen=st.none() | st.booleans(),
                                said=words, why_not=words), max_size=2),
    actions=st.lists(st.builds(ActionMoved, action_id=words, text=words), max_size=2),
    page=st.dictionaries(words, words, max_size=2),
))  # fmt: skip
def test_a_draft_is_read_back_as_it_was_written(visit: VisitEntry) -> None:
    assert msgspec.json.decode(msgspec.json.encode(visit), type=VisitEntry) == visit


# -- sections ----------------------------------------------------------------------------------------------------


async def test_a_visit_not_made_folds_the_page_to_reason_what_i_did_and_next_try(laptop: Laptop) -> None:
    app = desk(laptop)
    async with app.run_test(size=(100, 30)) as pilot:
        await opened(pilot)
        await go_to(pilot, "outcome")
        await pilot.press("n")
        await pilot.pause()
        shown = text_of(app)
        assert "What I did" in shown
        assert "Next try" in shown
        for hidden in ("Children", "What happened", "unsafe", "Actions", "There"):
            assert hidden not in shown
        assert "Still needed to finish: what I did" in shown
        await go_to(pilot, "did_instead")
        await pasted(pilot, "Knocked twice. Rang Dawn's mobile.")
        await go_to(pilot, "next_try")
        await typed(pilot, "mon")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: not isinstance(app.screen, LogVisitScreen))
    visit = reading.family(laptop, BELL).visits[0]
    assert (visit.outcome, visit.did_instead) == ("not_in", "Knocked twice. Rang Dawn's mobile.")
    assert reading.family(laptop, BELL).next_visit.on == "2026-03-16"  # type: ignore[union-attr]


async def test_letters_mark_the_child_under_the_cursor_and_can_be_taken_back(laptop: Laptop) -> None:
    app = desk(laptop, child_id="leo")
    async with app.run_test(size=(100, 30)) as pilot:
        await opened(pilot)
        assert isinstance(app.focused, ChildrenRows)
        leo = entry(app).children[1]
        await pilot.press("s", "b", "h")
        assert (leo.seen, leo.alone, leo.bedroom, leo.how) == (True, False, True, "talked")
        await pilot.press("s")
        assert (leo.seen, leo.bedroom) == (None, False)
        await pilot.press("a")
        assert (leo.seen, leo.alone) == (True, True)
        await pilot.press("n")
        await typed(pilot, "at Dad's")
        await pilot.press("escape")
        assert (leo.seen, leo.alone, leo.why_not) == (False, False, "at Dad's")
        assert [c.seen for c in entry(app).children] == [None, False, None, None]


async def test_letters_that_mean_nothing_in_the_form_do_nothing(laptop: Laptop) -> None:
    app = desk(laptop, child_id="leo")
    async with app.run_test(size=(100, 30)) as pilot:
        await opened(pilot)
        await pilot.press("q", "t", "z", "/")
        assert isinstance(app.screen, LogVisitScreen)
        assert kept(laptop) is None


async def test_a_little_one_is_watched_and_no_alarm_asks_to_see_them_alone(laptop: Laptop) -> None:
    app = desk(laptop, child_id="mia")
    async with app.run_test(size=(100, 40)) as pilot:
        await opened(pilot)
        await shows(pilot, "(under 5)")
        await pilot.press("s", "w")
        await pasted(pilot, "Went to Dawn for comfort twice. Few words.")
        await shows(pilot, "Mia, watched")
        saved = rules.finished(entry(app), app.screen.opened.file)  # type: ignore[attr-defined]
        assert [(c.person_id, c.method) for c in saved.children] == [("mia", "watched")]


async def test_the_unborn_child_can_be_written_about_but_not_seen(laptop: Laptop) -> None:
    app = desk(laptop, child_id="unborn")
    async with app.run_test(size=(100, 30)) as pilot:
        await opened(pilot)
        await pilot.press("s")
        await typed(pilot, "saw midwife")
        await pilot.press("enter")
        unborn = entry(app).children[3]
        assert (unborn.seen, unborn.why_not) == (None, "saw midwife")


async def test_a_child_nobody_has_seen_for_long_is_named_until_a_reason_is_written(laptop: Laptop) -> None:
    app = desk(laptop, child_id="jade")
    async with app.run_test(size=(100, 30)) as pilot:
        await opened(pilot)
        await shows(pilot, "! never seen: no reason recorded")
        await pilot.press("n")
        await typed(pilot, "at school")
        await pilot.press("enter")
        await shows(pilot, "! never seen")
        assert "no reason recorded" not in text_of(app)


async def test_a_time_that_cannot_be_read_stays_marked_when_finishing_is_refused(laptop: Laptop) -> None:
    app = desk(laptop)
    async with app.run_test(size=(100, 30)) as pilot:
        await opened(pilot)
        await typed(pilot, "25:99")
        await pilot.press("ctrl+s")
        await shows(pilot, "“25:99” is not a time")
        assert app.focused is not None
        assert getattr(app.focused, "field", "") == "start_at"


async def test_somebody_who_is_not_in_the_file_can_have_been_there(laptop: Laptop) -> None:
    app = desk(laptop)
    async with app.run_test(size=(100, 30)) as pilot:
        await opened(pilot)
        await go_to(pilot, "present")
        await pilot.press("1", "+")
        await pasted(pilot, "Kim [neighbour]\nfrom 16")
        await pilot.press("enter")
        await pilot.pause()
        assert entry(app).others == ["Kim [neighbour] from 16"]
        assert entry(app).present == ["dawn"]
        await shows(pilot, "[x] Kim [neighbour] from 16 (not in the file)")


async def test_not_sure_opens_what_to_do_and_the_answer_stays(laptop: Laptop) -> None:
    called: list[str] = []

    class Watched(Desk):
        def action_worry(self) -> None:
            called.append("worry")

    app = Watched(laptop, lambda: LogVisitScreen(BELL))
    async with app.run_test(size=(100, 40)) as pilot:
        await opened(pilot)
        await go_to(pilot, "safe")
        await pilot.press("n")
        assert called == []
        await go_to(pilot, "safe")
        await pilot.press("u", "y")
        assert entry(app).safe == "no", "a stray letter does not change an answer that stands"
        await pilot.press("right", "enter")
        await until(pilot, lambda: called)
        assert entry(app).safe == "not_sure"
        assert app.screen.family_here == BELL  # type: ignore[attr-defined]


async def test_at_most_five_other_actions_are_asked_about_and_a_promise_only_once(laptop: Laptop) -> None:
    file = reading.family(laptop, BELL)
    promised = rules.promises(file, "Asha Rahman", TODAY)
    assert [s.id for s in promised] == ["housing"]
    others = rules.other_actions(file, promised)
    assert [s.id for s in others] == ["letter", "chart", "club", "gp"]
    assert rules.promises(file, "Asha Rahman", date(2026, 3, 1)) == ()


async def test_a_narrow_terminal_shows_one_part_at_a_time_and_f6_and_tab_go_on(laptop: Laptop) -> None:
    app = desk(laptop)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        assert "What happened:" not in text_of(app)
        assert "(part 3)" in needed_line(app)
        await pilot.press("f6")
        await shows(pilot, "Bedroom")
        await shows(pilot, "unsafe")
        await pilot.press("tab", "tab")
        assert app.focused is field(app, "happened")
        await pilot.press("f6")
        assert "every two weeks: Enter accepts" in " ".join(text_of(app).split())
        await pilot.click("#parts", offset=(4, 0))
        await pilot.pause()
        await shows(pilot, "Visit     home")


async def test_a_problem_in_another_part_is_shown(laptop: Laptop) -> None:
    app = desk(laptop)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        await pilot.press("f6", "ctrl+s")
        await pilot.pause()
        assert app.focused is field(app, "start_at")
        await shows(pilot, "When did the visit start?")


# -- drafts ------------------------------------------------------------------------------------------------------


async def test_what_is_typed_is_kept_at_the_next_pause_without_another_key(
    laptop: Laptop, fixed_clock: None
) -> None:
    app = desk(laptop)
    async with app.run_test(size=(100, 30)) as pilot:
        await opened(pilot)
        await go_to(pilot, "happened")
        await typed(pilot, "Dawn")
        await until(pilot, lambda: (found := kept(laptop)) and found.happened == "Dawn")
        await shows(pilot, "draft kept on this laptop 11:24")


@pytest.mark.parametrize("leave", ["f2", "escape", "ctrl+q", "f9", "f4"])
async def test_leaving_by_any_way_keeps_the_last_key(laptop: Laptop, leave: str) -> None:
    app = desk(laptop)
    async with app.run_test(size=(100, 30)) as pilot:
        await opened(pilot)
        await go_to(pilot, "happened")
        await pasted(pilot, "Dawn tire")
        await pilot.press("d", leave)
        if leave == "f9":
            await until(pilot, lambda: (found := kept(laptop)) and found.happened == "Dawn tired")
            await pilot.press("x", "f9", "!")
            assert field(app, "happened").text == "Dawn tired!"
    found = kept(laptop)
    assert found is not None
    assert found.happened == ("Dawn tired!" if leave == "f9" else "Dawn tired")


async def test_a_reopened_draft_is_as_it_was_with_the_cursor_where_it_was(laptop: Laptop) -> None:
    app = desk(laptop)
    async with app.run_test(size=(100, 30)) as pilot:
        await opened(pilot)
        await play(pilot, THE_BELL_VISIT)
        field(app, "present").add(type(field(app, "present").ticks[0])("other:Kim", "Kim"))
        await go_to(pilot, "said:leo")
        await pilot.press("home", "right", "right", "ctrl+right", "X")
        before = entry(app)
        await pilot.press("f2")
        await until(pilot, lambda: not isinstance(app.screen, LogVisitScreen))
    draft = drafts.unfinished(laptop, BELL)[0]
    again = desk(laptop, draft_id=draft.id)
    async with again.run_test(size=(100, 30)) as pilot:
        await opened(pilot)
        await pilot.pause()
        assert again.focused is field(again, "said:leo")
        assert msgspec.to_builtins(entry(again)) == msgspec.to_builtins(before)
        await pilot.press("Y")
        assert "XY" in field(again, "said:leo").text
        assert "other:Kim" in field(again, "present").ticked


async def test_a_reopened_draft_says_again_what_is_wrong_in_it(laptop: Laptop) -> None:
    drafts.keep(laptop, "visit", VisitEntry(BELL, on="2026-03-12", start_at="99/99/2026"))
    app = desk(laptop, draft_id=drafts.unfinished(laptop, BELL)[0].id)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        await shows(pilot, "“99/99/2026” is not a time.")


async def test_a_draft_in_the_words_of_a_row_opens_in_those_words(laptop: Laptop) -> None:
    app = desk(laptop, child_id="jade")
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        await pilot.press("n")
        await typed(pilot, "at schol")
        await pilot.press("left")
        await pilot.press("o", "escape")
        await until(pilot, lambda: getattr(app.focused, "field", "") == "child")
        await pilot.press("f2")
        await until(pilot, lambda: not isinstance(app.screen, LogVisitScreen))
    draft = drafts.unfinished(laptop, BELL)[0]
    found = drafts.reopen(laptop, draft.id)
    assert found is not None
    assert found[1].page["at"].startswith("child@0")  # type: ignore[union-attr]
    found[1].page["at"] = "child:jade@8"  # type: ignore[union-attr]
    drafts.keep(laptop, "visit", found[1])  # type: ignore[type-var]
    again = desk(laptop, draft_id=draft.id)
    async with again.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        await until(pilot, lambda: getattr(again.focused, "field", "") == "child:jade")
        await pilot.pause()
        await pilot.press("!")
        assert entry(again).children[0].why_not == "at schoo!l"


async def test_a_draft_that_is_gone_says_so_and_opens_an_empty_page(laptop: Laptop) -> None:
    app = desk(laptop, draft_id="gone")
    async with app.run_test(size=(100, 30)) as pilot:
        await opened(pilot)
        assert "not here any more" in app.said[0]


async def test_keys_typed_while_a_draft_is_written_are_not_lost(laptop: Laptop) -> None:
    app = desk(laptop)
    async with app.run_test(size=(100, 30)) as pilot:
        await opened(pilot)
        await go_to(pilot, "happened")
        text = ""
        for letter in "the quick brown fox":
            await typed(pilot, letter)
            app.screen.autosave.soon()  # type: ignore[attr-defined]
            text += letter
        assert field(app, "happened").text == text
        await app.screen.autosave.flush()  # type: ignore[attr-defined]
        found = kept(laptop)
        assert found is not None
        assert found.happened == text


async def test_a_draft_that_cannot_be_written_says_so_and_is_tried_again(
    laptop: Laptop, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = drafts.keep
    full = True

    def keep(*arguments: Any) -> str:
        if full:
            raise OSError("secret words of a record")
        return whole(*arguments)

    monkeypatch.setattr(drafts, "keep", keep)
    app = desk(laptop)
    async with app.run_test(size=(100, 30)) as pilot:
        await opened(pilot)
        await go_to(pilot, "happened")
        await typed(pilot, "x")
        await until(pilot, lambda: app.said)
        assert "could not be kept" in app.said[0]
        assert "secret" not in app.said[0]
        assert "NOT kept" in app.screen.kept  # type: ignore[attr-defined]
        await pilot.press("f2")
        assert isinstance(app.screen, LogVisitScreen)
        full = False
        await typed(pilot, "y")
        await until(pilot, lambda: kept(laptop) is not None)


async def test_finishing_takes_in_keys_that_come_in_one_burst_with_it(laptop: Laptop) -> None:
    app = desk(laptop, child_id="jade")
    async with app.run_test(size=(100, 30)) as pilot:
        await opened(pilot)
        for key in ["n", *"at school", "f2"]:
            app.post_message(Key({" ": "space"}.get(key, key), key if len(key) == 1 else None))
        await until(pilot, lambda: not isinstance(app.screen, LogVisitScreen))
    found = kept(laptop)
    assert found is not None
    assert (found.children[0].seen, found.children[0].why_not) == (False, "at school")
    assert [c.seen for c in found.children[1:]] == [None, None, None]


async def test_a_change_by_a_colleague_does_not_disturb_what_is_typed(laptop: Laptop) -> None:
    app = desk(laptop)
    async with app.run_test(size=(100, 30)) as pilot:
        await opened(pilot)
        await go_to(pilot, "happened")
        await pasted(pilot, "Dawn")
        app.nudge_sync()
        await pilot.pause()
        await typed(pilot, "!")
        assert field(app, "happened").text == "Dawn!"
        assert app.focused is field(app, "happened")


async def test_text_of_any_kind_is_kept_as_it_was_said(laptop: Laptop) -> None:
    said = "[b]no[/b] שלום 👩‍👧 “loud”\x00\x1b[31m"
    app = desk(laptop, child_id="leo")
    async with app.run_test(size=(100, 40)) as pilot:
        await opened(pilot)
        await pilot.press("s", "w")
        await pasted(pilot, said)
        await app.screen.autosave.flush()  # type: ignore[attr-defined]
        await shows(pilot, "[b]no[/b]")
        found = kept(laptop)
        assert found is not None
        assert found.children[1].said == "[b]no[/b] שלום 👩‍👧 “loud”[31m"


KILLED = """
import asyncio, os, sys
from pathlib import Path
from familyhub.casework.opening import open_laptop
from tests.tui.desk import opened
from tests.tui.shell import typed, until
from tests.tui.test_log_visit import desk, go_to
from familyhub.casework import drafts
async def main():
    laptop = open_laptop(Path(sys.argv[1]), key=bytes.fromhex(sys.stdin.readline()))
    app = desk(laptop)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        await pilot.press("f6")
        await go_to(pilot, "child")
        await pilot.press("down", "s")
        await pilot.press("f6")
        await typed(pilot, "Kitchen warm")
        await until(pilot, lambda: any("Kitchen warm" in d.entry for d in drafts.unfinished(laptop)))
        print("kept", flush=True)
        await typed(pilot, "!")
        os.kill(os.getpid(), 9)
asyncio.run(main())
"""


def test_a_process_killed_after_a_pause_loses_nothing_that_was_typed_before_it(laptop: Laptop) -> None:
    home, key = laptop.store.home, laptop.store.key
    laptop.close()
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(home)], input=key.hex() + "\n", text=True, capture_output=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join((str(root / "src"), str(root)))},
    )  # fmt: skip
    assert done.returncode == -9, done.stderr
    found = kept(laptop)
    assert found is not None
    assert found.happened.startswith("Kitchen warm")
    assert found.children[1].seen is True
    assert found.page["at"].startswith("happened@0,1")


def test_in_a_real_terminal_a_killed_app_opens_the_visit_again_with_the_cursor_where_it_was(
    laptop: Laptop,
) -> None:
    from tests.support.terminal import Terminal

    home = laptop.store.home
    laptop.close()
    (home / "passphrase").write_text(PASSPHRASE, encoding="utf-8")
    root = Path(__file__).parents[2]
    command = [sys.executable, "-m", "familyhub", "--home", home, "--passphrase-file", home / "passphrase"]
    env = {"PYTHONPATH": os.pathsep.join((str(root / "src"), str(root)))}
    with Terminal(command, size=(100, 30), env=env) as terminal:
        terminal.wait_for("Ring housing")
        terminal.press("down", "v")
        terminal.wait_for("Log visit · Bell")
        terminal.wait_for("What it may mean")
        terminal.press("f6", "f6")
        terminal.send("Kitchen warm")
        terminal.wait_for(re.compile(r"draft kept on this laptop \d\d:\d\d"))
        terminal.send(", food in")
        terminal.wait_for("Kitchen warm, food in")
        wait_kept(home, laptop.store.key, "food in")
        terminal.kill()
    with Terminal(command, size=(100, 30), env=env) as terminal:
        terminal.wait_for("Visit begun")
        terminal.press("down", "v")
        terminal.wait_for("Kitchen warm, food in")
        terminal.send("!")
        terminal.wait_for("Kitchen warm, food in!")


def wait_kept(home: Path, key: bytes, words: str) -> None:
    """Wait until the words are in a draft on the disk."""
    other = open_laptop(home, key=key)
    try:
        deadline = time.monotonic() + 20
        while not any(words in d.entry for d in drafts.unfinished(other)):
            assert time.monotonic() < deadline, "the draft was not kept"
    finally:
        other.close()


# -- the front room ----------------------------------------------------------------------------------------------


async def test_in_the_front_room_the_page_is_attendance_dates_and_a_note_that_hides_itself(
    laptop: Laptop,
) -> None:
    app = desk(laptop)
    app.front_room = BELL
    async with app.run_test(size=(100, 40)) as pilot:
        await opened(pilot)
        shown = text_of(app)
        for hidden in ("unsafe", "may mean", "Actions", "own words", "seen since", "never seen", "said you would", "Grove",
                       "workers only"):  # fmt: skip
            assert hidden not in shown
        await go_to(pilot, "blank")
        await pasted(pilot, "Dawn looked tired.")
        await pilot.press("shift+tab")
        await pilot.pause()
        assert "tired" not in text_of(app)
        await shows(pilot, "3 words are kept and hidden")
        await go_to(pilot, "blank")
        await pasted(pilot, "Chart on fridge.")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: kept(laptop) is not None)
        assert isinstance(app.screen, LogVisitScreen)
        app.front_room = None
        app.screen.load()  # type: ignore[attr-defined]
        await until(pilot, lambda: any(f.field == "safe" for f in fields_in(app.screen)))
        await pilot.pause()
        assert field(app, "happened").text == "Dawn looked tired.\n\nChart on fridge."


# -- pictures ----------------------------------------------------------------------------------------------------


async def empty(pilot: Any) -> None:
    await opened(pilot)
    await settled(pilot)


async def filled(pilot: Any) -> None:
    await opened(pilot)
    await play(pilot, THE_BELL_VISIT)
    await settled(pilot)


async def refused(pilot: Any) -> None:
    await opened(pilot)
    await go_to(pilot, "on")
    field(pilot.app, "on").value = "31/2"
    await pilot.press("ctrl+s")
    await settled(pilot)


async def children(pilot: Any) -> None:
    await opened(pilot)
    await play(pilot, THE_BELL_VISIT)
    await go_to(pilot, "said:leo")
    pilot.app.screen.reveal(field(pilot.app, "said:leo"))
    field(pilot.app, "said:leo").focus()
    await settled(pilot)


async def not_in(pilot: Any) -> None:
    await opened(pilot)
    await go_to(pilot, "outcome")
    await pilot.press("n", "tab")
    await settled(pilot)


@pictures
@pytest.mark.parametrize("before", [empty, filled, refused, children, not_in])
def test_picture_of_log_visit(
    at_every_size: AtEverySize, laptop: Laptop, fixed_clock: None, before: Callable[[Any], Any]
) -> None:
    at_every_size(desk(laptop), before)
