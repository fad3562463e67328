"""*Safety* by keys: what must be known is recorded, looked at again and ended; what is typed is kept; three sizes."""

from __future__ import annotations

from typing import Any

import pytest
from textual.pilot import Pilot

from familyhub.casework import drafts, reaching, reading, safety
from familyhub.casework.laptop import Laptop
from familyhub.casework.safety_entries import (
    EndNoteEntry,
    MoveEntry,
    RiskEntry,
    SafeContactEntry,
)
from familyhub.practice.family_file import FamilyFile
from familyhub.practice.safety import CONFIDENTIAL
from familyhub.tui.screens import safety_words as say
from familyhub.tui.widgets.fields import Field, fields_in
from tests.support.families import ASHA, BELL, SAM, day
from tests.tui.desk import AtEverySize, pictures
from tests.tui.shell import MakeShell, Shell, opens, quiet, ready, rows_of, shows, text_of, typed, until

SCOPE = f"fam:{BELL}"
HOSTILE = "[b]Craig[/b] \x1b[31m شكرا [@click=app.quit]x[/]"


def late(laptop: Laptop) -> None:
    """A note whose review has passed."""
    with laptop.store.work(ASHA) as work:
        work.change(SCOPE, "safety_note", "bell-two", _rev(laptop, "bell-two"), {"review_on": day(-3)})


def _rev(laptop: Laptop, note_id: str) -> str:
    return next(n.rev for n in file_of(laptop).safety if n.id == note_id)


def much(laptop: Laptop) -> None:
    """Everything that the page can show: late, ended, told, contested, two addresses, a risk and one that is none."""
    late(laptop)
    safety.end_safety_note(laptop, EndNoteEntry(family_id=BELL, note_id="bell-dog", because="The dog died"))
    rev = next(m.reach.rev for m in file_of(laptop).adults if m.id == "dawn" and m.reach)
    for worker, words in ((ASHA, "Mobile only"), (SAM, "Ring after ten")):
        with laptop.store.work(worker) as work:
            work.change(SCOPE, "safe_contact", "dawn-reach", rev, {"how": words})
    known = RiskEntry(
        family_id=BELL, person_id="craig", risk="police", source="police notification",
        what="Do not tell him who visits or when", review_on=day(2),
    )  # fmt: skip
    safety.record_risk(laptop, known)
    for who, address in (("craig", "1 Lodge Mews"), ("pat", "7 Pier Street")):
        reaching.record_move(laptop, MoveEntry(family_id=BELL, person_ids=[who], lines=address))


def file_of(laptop: Laptop) -> FamilyFile:
    return reading.family(laptop, BELL)


async def at_safety(pilot: Pilot[Any]) -> Shell:
    """The page, from the family's."""
    app = pilot.app
    assert isinstance(app, Shell)
    await ready(pilot)
    app.open_family(BELL)
    await opens(pilot, "FamilyScreen")
    await pilot.press("w")
    page = await opens(pilot, "SafetyScreen")
    await until(pilot, lambda: page.file is not None)
    await quiet(pilot)
    return app


async def go_to(pilot: Pilot[Any], *key: object) -> None:
    """Select a row with the arrows."""
    rows = rows_of(pilot.app)  # type: ignore[arg-type]
    await pilot.press("home")
    for _ in rows.items:
        if say.key(rows.selected) == key:
            break
        await pilot.press("down")
    assert say.key(rows.selected) == key
    await quiet(pilot)


def field(app: Shell, name: str) -> Field:
    return next(f for f in fields_in(app.screen) if f.field == name)


async def answer(pilot: Pilot[Any], **answers: str) -> None:
    """Fill in a form."""
    for name, value in answers.items():
        field(pilot.app, name).answer = value  # type: ignore[arg-type]
    await pilot.pause()


async def save(pilot: Pilot[Any]) -> None:
    await pilot.press("ctrl+s")
    await opens(pilot, "SafetyScreen")


# -- what it shows ---------------------------------------------------------------------------------------------


async def test_what_must_be_known_is_first_and_what_has_ended_is_last_and_can_be_read(
    shell: MakeShell,
) -> None:
    app = shell(much)
    async with app.run_test(size=(100, 30)) as pilot:
        await at_safety(pilot)
        screen = text_of(app)
        order = [
            "Two workers: Craig",
            "Craig: police information",
            "14 Grove Steps",
            "Mobile only / Ring after ten",
            "Ended",
            "Dog: ask",
        ]
        assert [screen.index(words) for words in order] == sorted(screen.index(words) for words in order)
        assert "review was due Mon 9 Mar !" in screen
        await pilot.press("end")
        await shows(pilot, f"Ended {'Thu 12 Mar'}; the story says why.", "ended 12 Mar")
        await pilot.press("enter")
        await quiet(pilot)
        assert app.said[-1].startswith("This note has ended")


async def test_two_wordings_say_where_they_are_decided_and_d_goes_there(shell: MakeShell) -> None:
    app = shell(much)
    async with app.run_test(size=(100, 30)) as pilot:
        await at_safety(pilot)
        await go_to(pilot, "person", "dawn")
        await shows(pilot, "Two answers: how they may be reached")
        await pilot.press("D")
        await opens(pilot, "DifferencesScreen")


@pytest.mark.parametrize(
    ("row", "there", "gone"),
    [(("note", "bell-two"), "k Still true", "y Contact"), (("person", "dawn"), "y Contact", "k Still true"),
     (("note", "bell-dog"), "+ Note", "e Change")],
)  # fmt: skip
async def test_the_bottom_line_names_the_keys_of_the_row_in_80_columns(
    row: tuple[str, str], there: str, gone: str, shell: MakeShell
) -> None:
    app = shell(much)
    async with app.run_test(size=(80, 24)) as pilot:
        await at_safety(pilot)
        await go_to(pilot, *row)
        bottom = text_of(app).splitlines()[-1]
        assert there in bottom
        assert gone not in bottom
        assert all(words in bottom for words in ("+ Note", "r Risk", "a Address", "Back", "Help"))


async def test_markup_and_long_words_break_nothing_and_can_be_read_whole(shell: MakeShell) -> None:
    def before(laptop: Laptop) -> None:
        words = f"{HOSTILE} " + "word " * 400 + "the end"
        for name in ("safety_note", "person_risk"):
            with laptop.store.work(ASHA) as work:
                work.create(SCOPE, name, {"person_id": "craig", "what": words}, f"odd-{name}")
        entry = SafeContactEntry(
            family_id=BELL, person_id="craig", how=words, mobile=HOSTILE.replace("\x1b", "")
        )
        reaching.set_safe_contact(laptop, entry)

    app = shell(before)
    async with app.run_test(size=(80, 24)) as pilot:
        await at_safety(pilot)
        for row in (("note", "odd-safety_note"), ("risk", "odd-person_risk"), ("person", "craig")):
            await go_to(pilot, *row)
            await shows(pilot, "[b]Craig[/b]")
            assert "\x1b" not in text_of(app)
            await pilot.press("f6", "end")
            await until(pilot, lambda: "the end" in " ".join(text_of(app).split()))
            await pilot.press("f6")
        await pilot.press("e")
        await opens(pilot, "ContactForm")


# -- acts ------------------------------------------------------------------------------------------------------


async def test_a_safety_note_is_added_by_keys_and_what_is_missing_is_told_beside_its_field(
    shell: MakeShell,
) -> None:
    app = shell()
    async with app.run_test(size=(80, 24)) as pilot:
        await at_safety(pilot)
        await pilot.press("plus")
        await opens(pilot, "NoteForm")
        await pilot.press("d", "tab", "tab")
        await typed(pilot, "A dog in the yard")
        await pilot.press("ctrl+s")
        await shows(pilot, "! Was the family told?")
        assert field(app, "told").has_focus
        await pilot.press("right", "tab")
        await typed(pilot, "said at the visit")
        await save(pilot)
        made = next(n for n in file_of(app.laptop).safety if n.what == "A dog in the yard")
        assert (made.kind, made.readers, made.review_on, made.told) == ("dog", "workers", day(84), True)
        await shows(pilot, "A dog in the yard")
        assert "look at it again Thu 4 Jun" in app.said[-1]
        assert drafts.unfinished(app.laptop) == []


async def test_a_note_past_its_review_says_so_and_one_key_and_enter_keep_it(shell: MakeShell) -> None:
    app = shell(late)
    async with app.run_test(size=(80, 24)) as pilot:
        await at_safety(pilot)
        await go_to(pilot, "note", "bell-two")
        await shows(pilot, "review was due Mon 9 Mar !", "is it still true? k")
        await pilot.press("k")
        await opens(pilot, "StillTrueDialog")
        await shows(pilot, "Two workers: Craig may be there")
        await pilot.press("enter")
        await opens(pilot, "SafetyScreen")
        await shows(pilot, "look again Thu 4 Jun")
        assert next(n for n in file_of(app.laptop).safety if n.id == "bell-two").review_on == day(84)


async def test_a_day_that_is_past_is_no_day_to_look_again(shell: MakeShell) -> None:
    app = shell(late)
    async with app.run_test(size=(100, 30)) as pilot:
        await at_safety(pilot)
        await go_to(pilot, "note", "bell-two")
        await pilot.press("k")
        await opens(pilot, "StillTrueDialog")
        await answer(pilot, review_on=day(-1))
        await pilot.press("enter")
        await shows(pilot, "is past")
        await pilot.press("escape")
        await opens(pilot, "SafetyScreen")


async def test_a_note_is_changed_and_ended_from_its_row(shell: MakeShell) -> None:
    app = shell()
    async with app.run_test(size=(100, 30)) as pilot:
        await at_safety(pilot)
        await go_to(pilot, "note", "bell-dog")
        await pilot.press("enter")
        await opens(pilot, "NoteForm")
        assert field(app, "what").has_focus
        await answer(pilot, what="Two dogs")
        await save(pilot)
        await shows(pilot, "Two dogs")
        await pilot.press("x")
        await opens(pilot, "EndForm")
        await pilot.press("ctrl+s")
        await shows(pilot, "Why does it hold no longer")
        await typed(pilot, "They were given away")
        await save(pilot)
        await shows(pilot, "ended 12 Mar")
        assert [n.id for n in file_of(app.laptop).safety_ended] == ["bell-dog"]


async def test_safe_contact_of_the_chosen_person_is_recorded(shell: MakeShell) -> None:
    app = shell()
    async with app.run_test(size=(80, 24)) as pilot:
        await at_safety(pilot)
        await pilot.press("y")
        await quiet(pilot)
        assert app.said[-1].startswith("Choose a person first")
        await go_to(pilot, "person", "pat")
        await pilot.press("y")
        await opens(pilot, "ContactForm")
        await typed(pilot, "After six")
        await answer(pilot, mobile="0770 12", may_ring="ask")
        await pilot.press("ctrl+s")
        await shows(pilot, "6 digits cannot be rung")
        await answer(pilot, mobile="07700 900111")
        await save(pilot)
        screen = text_of(app)
        assert screen.index("! After six") < screen.index("07700 900111")


async def test_a_risk_is_recorded_about_the_person_of_the_row_and_changed(shell: MakeShell) -> None:
    app = shell()
    async with app.run_test(size=(100, 30)) as pilot:
        await at_safety(pilot)
        await go_to(pilot, "person", "craig")
        await pilot.press("r")
        await opens(pilot, "RiskForm")
        await answer(pilot, risk="allegation", source="police", what="Seen at the school gate")
        await save(pilot)
        await shows(pilot, "Craig: allegation")
        risk_id = next(m for m in file_of(app.laptop).adults if m.id == "craig").risks[0].id
        await go_to(pilot, "risk", risk_id)
        await pilot.press("e")
        await opens(pilot, "RiskForm")
        await answer(pilot, risk="police")
        await save(pilot)
        await shows(pilot, "Craig: police information")
        await pilot.press("k")
        await opens(pilot, "StillTrueDialog")
        await pilot.press("enter")
        await shows(pilot, "on that day already")
        await answer(pilot, review_on=day(40))
        await pilot.press("enter")
        await opens(pilot, "SafetyScreen")
        assert next(m for m in file_of(app.laptop).adults if m.id == "craig").risks[0].review_on == day(40)


async def test_a_move_is_recorded_and_who_stays_behind_can_be_left_out(shell: MakeShell) -> None:
    app = shell()
    async with app.run_test(size=(80, 24)) as pilot:
        await at_safety(pilot)
        await pilot.press("a")
        await opens(pilot, "MoveForm")
        assert field(app, "person_ids").answer == "dawn,jade,leo,mia"
        await answer(pilot, person_ids="dawn,mia,leo", lines="2 New Close", town="Wallasey")
        await save(pilot)
        await shows(pilot, "2 New Close", "14 Grove Steps")
        homes = {m.given: m.address for m in file_of(app.laptop).children if m.homes}
        assert homes["Jade"].startswith("14 Grove")
        assert homes["Leo"].startswith("2 New")


async def test_of_a_confidential_address_nothing_is_taken(shell: MakeShell) -> None:
    app = shell()
    async with app.run_test(size=(80, 24)) as pilot:
        await at_safety(pilot)
        await pilot.press("a")
        await opens(pilot, "MoveForm")
        await answer(pilot, secrecy="moved", lines="9 Hidden Row")
        await pilot.press("ctrl+s")
        await until(
            pilot, lambda: "! A confidential address is never written" in " ".join(text_of(app).split())
        )
        await answer(pilot, lines="")
        await save(pilot)
        await shows(pilot, CONFIDENTIAL)
        assert "Hidden" not in str(file_of(app.laptop))


# -- drafts, Today, front room ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "key", "form", "kind", "words"),
    [
        (("note", "bell-dog"), "plus", "NoteForm", "safety_note", "A safety note begun"),
        (("note", "bell-dog"), "x", "EndForm", "safety_end", "The end of a safety note begun"),
        (("person", "pat"), "y", "ContactForm", "safe_contact", "How somebody may be reached begun"),
        (("person", "craig"), "r", "RiskForm", "person_risk", "A person who may be a risk begun"),
        (("person", "craig"), "a", "MoveForm", "move", "A new address begun"),
    ],
)  # fmt: skip
async def test_what_is_left_half_written_stands_in_today_and_opens_again_as_it_was(
    row: tuple[str, str], key: str, form: str, kind: str, words: str, shell: MakeShell
) -> None:
    app = shell()
    async with app.run_test(size=(100, 30)) as pilot:
        await at_safety(pilot)
        await go_to(pilot, *row)
        await pilot.press(key)
        await opens(pilot, form)
        where = {"EndForm": "because", "ContactForm": "how", "MoveForm": "lines"}.get(form, "what")
        field(app, where).focus()
        await pilot.pause()
        await typed(pilot, "half a sent")
        await pilot.press("escape")
        await opens(pilot, "SafetyScreen")
        await until(pilot, lambda: [d.kind for d in drafts.unfinished(app.laptop)] == [kind])
        await pilot.press("f4")
        await opens(pilot, "TodayScreen")
        await shows(pilot, words)
        rows = rows_of(app)
        rows.select(("open_draft", drafts.unfinished(app.laptop)[0].id))
        await pilot.press("enter")
        await opens(pilot, form)
        await until(pilot, lambda: "half a sent" in field(app, where).answer)
        assert field(app, where).has_focus


async def test_today_asks_whether_a_note_past_its_review_is_still_true_and_enter_goes_to_it(
    shell: MakeShell,
) -> None:
    app = shell(late)
    async with app.run_test(size=(100, 30)) as pilot:
        await ready(pilot)
        await shows(pilot, "Safety note: two workers", "look again, late: was due Mon 9 Mar")
        assert "Craig may be there" not in text_of(app), "never its words"
        rows_of(app).select(("open_safety", "bell-two"))
        await pilot.press("enter")
        page = await opens(pilot, "SafetyScreen")
        await until(pilot, lambda: page.file is not None)
        assert say.key(page.selected) == ("note", "bell-two")


@pytest.mark.parametrize("form", ["plus", "k", ""])
async def test_the_front_room_view_covers_the_page_and_its_forms(form: str, shell: MakeShell) -> None:
    app = shell(much)
    async with app.run_test(size=(100, 30)) as pilot:
        await at_safety(pilot)
        if form:
            await pilot.press(form)
            await quiet(pilot)
        await pilot.press("f7")
        if form:  # over a form F7 asks which family it is
            await opens(pilot, "FamiliesScreen")
            await pilot.press("enter")
        await opens(pilot, "FrontScreen")
        screen = text_of(app)
        for words in ("Two workers", "police", "Mobile only", "Grove Steps", "Safety"):
            assert words not in screen
        await pilot.press("w", "e", "y", "plus", "k")
        await quiet(pilot)
        assert type(app.screen).__name__ == "FrontScreen"


async def test_a_search_that_finds_a_safety_note_opens_it_where_it_can_be_changed(shell: MakeShell) -> None:
    app = shell()
    async with app.run_test(size=(100, 30)) as pilot:
        await ready(pilot)
        await pilot.press("slash", *"yard")
        await opens(pilot, "FamiliesScreen")
        await shows(pilot, "safety note")
        await pilot.press("down", "enter")
        page = await opens(pilot, "SafetyScreen")
        await until(pilot, lambda: page.file is not None)
        assert say.key(page.selected) == ("note", "bell-dog")


# -- pictures --------------------------------------------------------------------------------------------------

FORMS: list[tuple[str, tuple[str, ...], str]] = [
    ("page", (), "SafetyScreen"),
    ("note", ("plus", "ctrl+s"), "NoteForm"),
    ("note changed", ("home", "e"), "NoteForm"),
    ("end", ("home", "x"), "EndForm"),
    ("still true", ("home", "k"), "StillTrueDialog"),
    ("risk", ("home", "down", "e"), "RiskForm"),
    ("contact", ("home", *["down"] * 5, "y"), "ContactForm"),
    ("move", ("a",), "MoveForm"),
]


@pictures
@pytest.mark.parametrize(
    ("keys", "name"), [(k, n) for _, k, n in FORMS], ids=[i.replace(" ", "_") for i, _, _ in FORMS]
)
def test_picture_of_safety(
    keys: tuple[str, ...], name: str, shell: MakeShell, at_every_size: AtEverySize, fixed_clock: None
) -> None:
    async def before(pilot: Pilot[Any]) -> None:
        await at_safety(pilot)
        for key in keys:
            await pilot.press(key)
            await quiet(pilot)
        await opens(pilot, name)

    at_every_size(shell(much), before)
