from __future__ import annotations

from typing import Any

import pytest
from textual.pilot import Pilot

from familyhub.casework import drafts, plan_checking, plans, reading
from familyhub.casework.laptop import Laptop
from familyhub.casework.plan_entries import CopyEntry, KeepEntry, NeedEntry
from familyhub.practice import plan_check
from familyhub.practice.plan_check import check, findings, to_mend
from familyhub.practice.plan_view import NeedView, PlanView, Step
from familyhub.tui.screens.family_plan import FindingLine, NeedLine
from familyhub.tui.widgets.fields import fields_in
from tests.support.families import BELL, HUGHES, TODAY, day
from tests.tui.desk import AtEverySize, pasted, pictures
from tests.tui.shell import MakeShell, Shell, opens, quiet, ready, rows_of, shows, text_of, typed, until


async def at_plan(pilot: Pilot[Any], family: str = BELL) -> Any:
    await ready(pilot)
    pilot.app.open_family(family, "plan")  # type: ignore[attr-defined]
    page = await opens(pilot, "FamilyScreen")
    await pilot.pause(0.1)
    await quiet(pilot)
    return page


def plan_of(app: Shell, family: str = BELL) -> PlanView:
    plan = reading.family(app.laptop, family).plan
    assert plan is not None
    return plan


def need_of(app: Shell, identity: str) -> NeedView:
    return next(n for n in plan_of(app).needs if n.id == identity)


def step_of(app: Shell, identity: str) -> Step:
    return next(s for s in plan_of(app).actions if s.id == identity)


def select(app: Shell, identity: str) -> None:
    rows = rows_of(app)
    rows.cursor = next(
        n for n, i in enumerate(rows.items) if i.id == identity and isinstance(i, (Step, NeedLine))
    )


def field(app: Shell, name: str) -> Any:
    return next(f for f in fields_in(app.screen) if f.field == name)


async def closed(pilot: Pilot[Any]) -> None:
    await opens(pilot, "FamilyScreen")
    await quiet(pilot)


# -- the page ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [(80, 24), (100, 30), (160, 50)], ids=lambda s: str(s[0]))
async def test_each_finding_stands_under_its_row_with_its_keys(
    size: tuple[int, int], shell: MakeShell
) -> None:
    app = shell()
    async with app.run_test(size=size) as pilot:
        await at_plan(pilot)
        lines = text_of(app).splitlines()
        at = {
            text: next(n for n, line in enumerate(lines) if text in line)
            for text in (
                "Monday breakfast club",
                "No person named",
                "Support Dawn",
                "Says what we do",
                "See GP",
                "! No date.",
            )
        }
        for row, finding in (
            ("Monday breakfast club", "No person named"),
            ("Support Dawn", "Says what we do"),
            ("See GP", "! No date."),
        ):
            assert at[finding] == at[row] + 1
            assert " k keep" in lines[at[finding]]
        for key, finding in (
            ("o ", "No person named"),
            ("e reword", "Says what we do"),
            ("d ", "! No date."),
        ):
            assert key in lines[at[finding]]
        await shows(pilot, "6 to mend")


async def test_c_goes_from_finding_to_finding_and_round(shell: MakeShell) -> None:
    app = shell()
    async with app.run_test(size=(100, 30)) as pilot:
        await at_plan(pilot)
        seen = []
        for _ in range(7):
            await pilot.press("c")
            await pilot.pause()
            seen.append(rows_of(app).selected.id)
        assert seen == [
            "club",
            "mood",
            "gp",
            "jade-need",
            "child_in_none-mia",
            "child_in_none-unborn",
            "club",
        ]


async def test_a_finding_is_kept_with_a_reason_and_is_silent_then(shell: MakeShell) -> None:
    app = shell()
    async with app.run_test(size=(100, 30)) as pilot:
        await at_plan(pilot)
        await pilot.press("k")
        await quiet(pilot)
        assert app.said == ["Nothing is to be mended in this row."]
        await pilot.press("c", "k")
        await opens(pilot, "WhyDialog")
        await typed(pilot, "Named on Monday")
        await pilot.press("enter")
        await shows(pilot, "5 to mend")
        assert "No person named" not in text_of(app)
        kept = [f.kept for f in plan_checking.checked(app.laptop, BELL)[1] if f.kept]
        assert [(k.because, k.until) for k in kept] == [("Named on Monday", day(10))]


# -- needs and actions -------------------------------------------------------------------------------------------


async def test_a_need_for_a_child_in_none_of_it_is_added_at_the_childs_row(shell: MakeShell) -> None:
    app = shell()
    async with app.run_test(size=(100, 30)) as pilot:
        await at_plan(pilot)
        await pilot.press("c", "c", "c", "c", "c", "plus")
        await opens(pilot, "NeedDialog")
        assert field(app, "person_id").words == "Mia"
        await pasted(pilot, "Mia has few words")
        field(app, "outcome").focus()
        await pilot.pause()
        await pasted(pilot, "Mia joins two words by June")
        await pilot.press("ctrl+s")
        await closed(pilot)
        made = plan_of(app).needs[-1]
        assert (made.what, made.outcome, made.whom, made.outcome_readers) == (
            "Mia has few words", "Mia joins two words by June", "Mia", "family",
        )  # fmt: skip
        await shows(pilot, "4 Mia has few words")
        assert app.said[-1] == "Need saved on this laptop · not yet sent"
        assert drafts.unfinished(app.laptop) == []


async def test_e_rewords_the_outcome_that_says_what_we_do(shell: MakeShell) -> None:
    app = shell()
    async with app.run_test(size=(100, 30)) as pilot:
        await at_plan(pilot)
        await pilot.press("c", "c", "e")
        await opens(pilot, "NeedDialog")
        assert app.focused is field(app, "outcome")
        field(app, "outcome").select_all()
        await pasted(pilot, "Dawn says 6 of 10, three weeks running")
        await pilot.press("ctrl+s")
        await closed(pilot)
        assert need_of(app, "mood").outcome == "Dawn says 6 of 10, three weeks running"
        assert need_of(app, "mood").what == "Dawn's mood"
        assert "Says what we do" not in text_of(app)


async def test_o_names_a_person_and_d_a_day_and_the_findings_go(shell: MakeShell) -> None:
    app = shell()
    async with app.run_test(size=(100, 30)) as pilot:
        await at_plan(pilot)
        select(app, "club")
        await pilot.press("o")
        await opens(pilot, "ActionDialog")
        field(app, "who").answer = "else"
        field(app, "owner").focus()
        await typed(pilot, "Mr Orme")
        await pilot.press("ctrl+s")
        await closed(pilot)
        assert (step_of(app, "club").owner, step_of(app, "club").agency) == ("Mr Orme", "school")
        select(app, "gp")
        await pilot.press("d")
        await opens(pilot, "ActionDialog")
        assert app.focused is field(app, "due")
        await typed(pilot, "in 2 weeks")
        await pilot.press("ctrl+s")
        await closed(pilot)
        assert step_of(app, "gp").due == day(14)
        await shows(pilot, "4 to mend")


async def test_choosing_a_colleague_fills_in_the_agency(shell: MakeShell) -> None:
    app = shell()
    async with app.run_test(size=(100, 30)) as pilot:
        await at_plan(pilot)
        await pilot.press("a")
        await opens(pilot, "ActionDialog")
        await pasted(pilot, "See Leo alone at school")
        field(app, "who").answer = "worker:w-sam-doyle"
        await pilot.pause()
        assert field(app, "agency").answer == "council"
        await pilot.press("ctrl+s")
        await closed(pilot)
        made = next(s for s in plan_of(app).actions if s.what == "See Leo alone at school")
        assert (made.owner, made.agency, made.need_id, made.owner_worker_id) == (
            "Sam Doyle",
            "council",
            "mondays",
            "w-sam-doyle",
        )


async def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_is_kept_as_a_draft(
    shell: MakeShell,
) -> None:
    app = shell()
    async with app.run_test(size=(100, 30)) as pilot:
        page = await at_plan(pilot)
        await pilot.press("a")
        await opens(pilot, "ActionDialog")
        field(app, "due").focus()
        await typed(pilot, "soonish")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: field(app, "what").problem)
        await shows(pilot, "“soonish” is not a date")
        field(app, "what").focus()
        await pasted(pilot, "Ring school")
        await pilot.press("escape")
        await closed(pilot)
        assert [d.kind for d in drafts.unfinished(app.laptop, BELL)] == ["plan_action"]
        assert page is app.screen
        app.open_draft(drafts.unfinished(app.laptop, BELL)[0].id)
        await opens(pilot, "ActionDialog")
        assert (field(app, "what").answer, field(app, "due").value) == ("Ring school", "soonish")


async def test_a_form_that_was_only_looked_at_leaves_nothing_behind(shell: MakeShell) -> None:
    app = shell()
    async with app.run_test(size=(100, 30)) as pilot:
        await at_plan(pilot)
        await pilot.press("g")
        await opens(pilot, "CopyDialog")
        await pilot.press("escape")
        await closed(pilot)
        assert drafts.unfinished(app.laptop) == []


async def test_a_need_is_scored(shell: MakeShell) -> None:
    app = shell()
    async with app.run_test(size=(100, 30)) as pilot:
        await at_plan(pilot)
        select(app, "mood")
        await pilot.press("r")
        await opens(pilot, "ScoreDialog")
        await typed(pilot, "11")
        await pilot.press("ctrl+s")
        await shows(pilot, "from 0 (worst) to 10")
        await pilot.press("backspace", "ctrl+s")
        await closed(pilot)
        assert need_of(app, "mood").last_score == 1


async def test_a_copy_is_given_once_it_is_said_to_be_safe(shell: MakeShell) -> None:
    app = shell()
    async with app.run_test(size=(100, 30)) as pilot:
        await at_plan(pilot)
        await shows(pilot, "Dawn: not yet · Craig: not yet  g give")
        await pilot.press("g")
        await opens(pilot, "CopyDialog")
        field(app, "person_id").answer = "dawn"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: field(app, "safe").problem)
        await pilot.press("y", "ctrl+s")
        await closed(pilot)
        assert [(c.to, c.on) for c in plan_of(app).copies] == [("Dawn", day(0))]
        await shows(pilot, "given to Dawn 12 Mar · Craig: not yet  g give")


async def test_a_family_without_a_plan_gets_one_by_plus(shell: MakeShell) -> None:
    app = shell()
    async with app.run_test(size=(80, 24)) as pilot:
        await at_plan(pilot, HUGHES)
        await pilot.press("a")
        await until(pilot, lambda: app.said)
        assert app.said == ["No plan is open for this family: + opens one."]
        await pilot.press("plus")
        await shows(pilot, "1 to mend")
        assert plan_of(app, HUGHES).started_on == day(0)


async def test_p_opens_the_plan_from_the_story_and_o_still_says_who_is_who_there(shell: MakeShell) -> None:
    app = shell()
    async with app.run_test(size=(100, 30)) as pilot:
        page = await at_plan(pilot)
        await pilot.press("1", "p")
        await until(pilot, lambda: page.tab == "plan")
        select(app, "mondays")
        await pilot.press("o")
        await opens(pilot, "WhosWhoDialog")


async def test_the_plan_is_checked_once_however_often_it_is_shown_and_again_when_it_was_read_again(
    shell: MakeShell, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[str] = []

    def counted(*about: Any) -> Any:
        checked.append(about[0].id)
        return check(*about)

    monkeypatch.setattr(plan_check, "check", counted)
    app = shell()
    async with app.run_test(size=(100, 30)) as pilot:
        page = await at_plan(pilot)
        await pilot.press("c", "1", "2", "c")
        await until(pilot, lambda: page.tab == "plan")
        await quiet(pilot)
        assert len(checked) == 1
        plan_checking.keep_finding(
            app.laptop, KeepEntry(BELL, "child_in_none", "child", "unborn", "Born in May")
        )
        checked.clear()
        before = page.file
        page.load()
        await until(pilot, lambda: page.file is not before)
        await quiet(pilot)
        assert (len(checked), "unborn" in {f.about.id for f in page.to_mend}) == (1, False)


def mended(laptop: Laptop) -> None:
    """Some is kept, a copy is given, the whole of it reworded."""
    plans.change_need(
        laptop, NeedEntry(need_id="mood", outcome="Dawn says 6 of 10 three weeks running [b]x[/b]")
    )
    plan_checking.keep_finding(laptop, KeepEntry(BELL, "child_in_none", "child", "unborn", "Born in May"))
    plans.give_copy(laptop, CopyEntry(BELL, person_id="dawn", on=day(-10), safe=True))


def test_what_is_kept_is_no_row(laptop: Laptop) -> None:
    from familyhub.tui.screens import family_plan

    mended(laptop)
    file = reading.family(laptop, BELL)
    rows = family_plan.rows(file, to_mend(findings(file, TODAY)))
    assert [r.finding.about.id for r in rows if isinstance(r, FindingLine)] == ["club", "gp", "jade", "mia"]


@pictures
def test_picture_of_the_plan_with_its_check(at_every_size: AtEverySize, shell: MakeShell) -> None:
    async def before(pilot: Pilot[Any]) -> None:
        await at_plan(pilot)
        await pilot.press("c")
        await quiet(pilot)

    at_every_size(shell(mended), before)
