"""The Sharing of a family's page: agreement and its acts, and sharing logged with what the agreement gives."""

from __future__ import annotations

from typing import Any

from textual.pilot import Pilot

from familyhub.casework import agreements, reading, sharing
from familyhub.casework.agreement_entries import SharingEntry, WithdrawalEntry
from familyhub.casework.laptop import Laptop
from familyhub.tui.screens.family_sharing import AgreementRow, SharingRow
from familyhub.tui.widgets.fields import fields_in
from tests.support.families import BELL, day
from tests.tui.desk import AtEverySize, pictures
from tests.tui.shell import MakeShell, Shell, opens, quiet, ready, rows_of, shows, typed


async def at_sharing(pilot: Pilot[Any]) -> Any:
    await ready(pilot)
    pilot.app.open_family(BELL)  # type: ignore[attr-defined]
    page = await opens(pilot, "FamilyScreen")
    await pilot.press("8")
    await quiet(pilot)
    return page


def field(app: Shell, name: str) -> Any:
    return next(f for f in fields_in(app.screen) if f.field == name)


async def closed(pilot: Pilot[Any]) -> None:
    await opens(pilot, "FamilyScreen")
    await quiet(pilot)


async def test_one_enter_takes_what_the_agreement_gives(shell: MakeShell) -> None:
    app = shell()
    async with app.run_test(size=(100, 30)) as pilot:
        await at_sharing(pilot)
        await pilot.press("plus")
        await opens(pilot, "SharingDialog")
        assert field(app, "basis").answer == ""
        await pilot.press("enter")
        await quiet(pilot)
        assert [field(app, n).answer for n in ("agency", "basis", "told")] == ["school", "public_task", "yes"]
        await shows(pilot, "Within what Dawn agreed to.")
        field(app, "what").answer = "The morning chart"
        field(app, "why").answer = "She uses it too"
        await pilot.press("ctrl+s")
        await closed(pilot)
        (found,) = reading.family(app.laptop, BELL).sharing
        assert (found.agency, found.basis, found.within, found.told) == (
            "school",
            "public_task",
            "Dawn",
            True,
        )
        assert [type(i) for i in rows_of(app).items if not hasattr(i, "cells")] == [
            AgreementRow,
            AgreementRow,
            SharingRow,
        ]
        await shows(pilot, "The morning chart")


async def test_another_agency_takes_away_what_the_agreement_gave_and_asks_why(shell: MakeShell) -> None:
    app = shell()
    async with app.run_test(size=(100, 40)) as pilot:
        await at_sharing(pilot)
        await pilot.press("plus")
        await opens(pilot, "SharingDialog")
        await pilot.press("enter")
        await quiet(pilot)
        field(app, "agency").answer = "housing"
        await quiet(pilot)
        assert [field(app, n).answer for n in ("basis", "told")] == ["", ""]
        await shows(pilot, "Dawn said: not housing. Share where a child needs it, and say why.")
        for name, answer in (("what", "Damp"), ("why", "Mould"), ("basis", "public_task"), ("told", "yes")):
            field(app, name).answer = answer
        await pilot.press("ctrl+s")
        await quiet(pilot)
        assert field(app, "without_why").problem.startswith("Dawn said: not housing"), (
            "asked, beside its field"
        )
        field(app, "without_why").answer = "Mia coughs all night"
        await pilot.press("ctrl+s")
        await closed(pilot)
        assert reading.family(app.laptop, BELL).sharing[0].without_why == "Mia coughs all night"


async def test_an_agreement_is_refreshed_and_taken_back_with_its_keys(shell: MakeShell) -> None:
    app = shell()
    async with app.run_test(size=(100, 30)) as pilot:
        await at_sharing(pilot)
        await pilot.press("r")
        await opens(pilot, "AgreementDialog")
        assert [field(app, n).answer for n in ("state", "agencies")] == ["agreed", "school, health visitor"]
        await pilot.press("ctrl+s")
        await closed(pilot)
        assert reading.family(app.laptop, BELL).agreement[0].refreshed == 1
        await pilot.press("x")
        await opens(pilot, "WithdrawalDialog")
        assert field(app, "safe_to_stop").answer == "", "nobody is taken to have answered"
        await pilot.press("ctrl+s")
        await quiet(pilot)
        assert "Is it safe to stop" in field(app, "safe_to_stop").problem
        field(app, "safe_to_stop").answer = "not_sure"
        field(app, "stop_why").answer = "Leo hides in the cupboard"
        await pilot.press("ctrl+s")
        await closed(pilot)
        assert any("Nothing is closed by this" in said for said in app.said)
        await shows(pilot, "A manager's view was asked 12 Mar, not given yet")
        await pilot.press("y")
        await opens(pilot, "WhyDialog")
        await typed(pilot, "See Leo")
        await pilot.press("enter")
        await closed(pilot)
        assert "Only a manager's view counts here" in app.said[-1]
        await pilot.press("down", "r")
        await quiet(pilot)
        assert app.said[-1].startswith("Craig has not agreed to anything that stands")
        await pilot.press("f4")
        await opens(pilot, "TodayScreen")
        await pilot.press("home")
        lines = [i.line for i in rows_of(app).items if hasattr(i, "line") and i.line.act == "open_sharing"]
        assert [line.reason.partition(",")[0] for line in lines] == ["taken back 12 Mar"]


def before(laptop: Laptop) -> None:
    sharing.log_sharing(
        laptop, SharingEntry(BELL, "school", "Ms Ali", day(-3), "The morning chart", why="She uses it too")
    )
    sharing.log_sharing(
        laptop,
        SharingEntry(BELL, "police", "", day(-9), "Who was upstairs", why="They asked", basis="legal_obligation",
                     without_why="A child may have been hurt", told="no", told_why="Craig could hear of it"),
    )  # fmt: skip
    agreements.withdraw_agreement(
        laptop,
        WithdrawalEntry(
            BELL, "dawn", day(-1), "Fed up", safe_to_stop="not_sure", stop_why="Leo hides in the cupboard"
        ),
    )


@pictures
def test_picture_of_sharing(shell: MakeShell, at_every_size: AtEverySize) -> None:
    async def show(pilot: Pilot[Any]) -> None:
        await at_sharing(pilot)
        await pilot.pause(0.1)
        await quiet(pilot)

    at_every_size(shell(before), show)
