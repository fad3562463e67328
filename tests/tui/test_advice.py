"""*Ask a social worker* and *We disagree* by keys, from a family and from the front door; typed words are kept; three sizes."""

from __future__ import annotations

from dataclasses import replace

from familyhub.casework import advice, contacts, drafts, reading
from familyhub.casework.advice_entries import AdviceEntry, DisagreementEntry
from familyhub.casework.contact_entries import ContactChildEntry, ContactEntry
from familyhub.casework.laptop import Laptop, Who
from familyhub.practice.disagreement import stands
from familyhub.tui.screens.advice import AdviceScreen
from familyhub.tui.screens.front_door import FrontDoorScreen
from tests.support.families import BELL, JOAN, day
from tests.tui.desk import AtEverySize, Desk, opened, pictures, settled
from tests.tui.shell import MakeShell, opens, shows, text_of, typed, until
from tests.tui.shell import ready as shell_ready
from tests.tui.test_front_door import ready as door_ready

SCOPE = f"fam:{BELL}"


def both(laptop: Laptop) -> None:
    """A question that waits for a decision, and a disagreement that is late."""
    advice.ask_social_worker(
        laptop,
        AdviceEntry(
            BELL, question="Is a [b]bruise[/b] on the shin for you?", advice="Watch it", whom="Ms Roe"
        ),
    )
    entry = DisagreementEntry(
        BELL, view="Level 4", other="Threshold not met", with_whom="Ms Roe, MASH", on=day(-8)
    )
    advice.open_disagreement(laptop, entry)


@pictures
def test_picture_of_advice_and_disagreements(
    laptop: Laptop, at_every_size: AtEverySize, fixed_clock: None
) -> None:
    both(laptop)
    app = Desk(laptop, lambda: AdviceScreen(SCOPE))

    async def before(pilot) -> None:  # type: ignore[no-untyped-def]
        await opened(pilot)
        await shows(pilot, "Threshold not met")
        await settled(pilot)

    at_every_size(app, before)


async def test_a_question_is_asked_answered_and_what_is_left_half_written_is_found_again(
    shell: MakeShell,
) -> None:
    app = shell(both)
    async with app.run_test(size=(100, 30)) as pilot:
        await shell_ready(pilot)
        await shows(pilot, "We disagree with Ms Roe, MASH")
        app.open_family(BELL)
        await opens(pilot, "FamilyScreen")
        await pilot.press("k")
        await opens(pilot, "AskForm")
        await until(pilot, lambda: app.focused is not None)
        await typed(pilot, "May we tell Craig")
        await pilot.press("escape")
        await opens(pilot, "AdviceScreen")
        await until(pilot, lambda: [d.kind for d in drafts.unfinished(app.laptop)] == ["advice"])
        app.open_draft(drafts.unfinished(app.laptop)[0].id)
        await opens(pilot, "AskForm")
        await shows(pilot, "May we tell Craig")
        await shows(pilot, f"Ask a social worker · {reading.family(app.laptop, BELL).name}")
        await pilot.press("escape")
        await opens(pilot, "AdviceScreen")
        await pilot.press("k")
        await opens(pilot, "AskForm")
        await shows(pilot, "May we tell Craig")
        await pilot.press("ctrl+s")
        await opens(pilot, "AdviceScreen")
        await shows(pilot, "no advice recorded yet")
        assert drafts.unfinished(app.laptop) == []
        await pilot.press("f4")
        await opens(pilot, "TodayScreen")


async def test_a_disagreement_is_taken_further_and_settled_from_its_page(laptop: Laptop) -> None:
    both(laptop)
    app = Desk(laptop, lambda: AdviceScreen(SCOPE))
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        await shows(pilot, "working days late")
        await until(pilot, lambda: "Early help goes on" in " ".join(text_of(app).split()))
        await pilot.press("e")
        await until(pilot, lambda: type(app.screen).__name__ == "EscalateForm" and app.focused is not None)
        await pilot.press("ctrl+s")
        await shows(pilot, "Why was it not settled")
        await typed(pilot, "no answer")
        await pilot.press("ctrl+s")
        await shows(pilot, "Stage 2 of 4")
        await pilot.press("o")
        await until(pilot, lambda: type(app.screen).__name__ == "SettleForm" and app.focused is not None)
        await pilot.press("tab")
        await typed(pilot, "they assess")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, AdviceScreen))
        await shows(pilot, "settled")
        await settled(pilot)
    assert not stands(advice.views(laptop, SCOPE)[2][0]).open


async def test_the_front_door_asks_and_disagrees_about_its_contact(laptop: Laptop) -> None:
    desk = replace(laptop, who=Who(JOAN, "Joan Pike", "coordinator", "birkenhead"))
    entry = ContactEntry(
        source="2A", worry="x", received=day(0), children=[ContactChildEntry("Tom", "Walsh")]
    )
    contact = contacts.add_contact(desk, entry).id
    app = Desk(desk, FrontDoorScreen)
    async with app.run_test(size=(100, 30)) as pilot:
        await door_ready(pilot, app)
        for key, form in (("k", "AskForm"), ("K", "DisagreeForm")):
            await pilot.press(key)
            await until(pilot, lambda form=form: type(app.screen).__name__ == form)  # type: ignore[misc]
            page = app.screen_stack[-2]
            assert isinstance(page, AdviceScreen)
            assert page.scope == f"con:{contact}"
            await until(pilot, lambda: app.focused is not None)
            await pilot.press("escape")
            await until(pilot, lambda: isinstance(app.screen, AdviceScreen))
        assert drafts.unfinished(desk) == [], "where nothing was typed nothing is left behind"
