"""Every form that opens from a family's file, as it stands when it opens, at each size."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from textual.pilot import Pilot

from familyhub.casework import closings
from familyhub.casework.closing_entries import SignClosing
from familyhub.casework.laptop import Laptop
from tests.casework.test_closings import whole
from tests.casework.test_handshakes import MO
from tests.support.families import BELL
from tests.tui.desk import AtEverySize, pictures
from tests.tui.shell import MakeShell, opens, quiet, ready, until


@dataclass(frozen=True)
class Form:
    """A form's class, the tab and the keys that lead to it, and what has to be on record first."""

    name: str
    tab: str
    keys: tuple[str, ...]
    before: Callable[[Laptop], object] | None = None


def helped_to_its_end(laptop: Laptop) -> None:
    """Help has ended and a manager has signed it."""
    closing = closings.close_help(laptop, whole()).id
    closings.sign_closing(replace(laptop, who=MO), SignClosing(BELL, closing))


FORMS = [
    Form("ClosingDialog", "meetings", ("E",)),
    Form("ClosingDialog", "meetings", ("E", "ctrl+s")),
    Form("FollowUpDialog", "meetings", ("k",), helped_to_its_end),
    Form("MeetingPlanDialog", "meetings", ("plus",)),
    Form("ChildWordsDialog", "children", ("plus",)),
    Form("ChildDayDialog", "children", ("d",)),
    Form("SharingDialog", "sharing", ("plus",)),
    Form("AgreementDialog", "sharing", ("r",)),
    Form("WithdrawalDialog", "sharing", ("x", "ctrl+s")),
    Form("RecordCopyDialog", "sharing", ("g",)),
    Form("ScoreDialog", "plan", ("home", "r")),
    Form("NeedDialog", "plan", ("c", "c", "e")),
    Form("ActionDialog", "plan", ("c", "o")),
    Form("CopyDialog", "plan", ("c", "g")),
    Form("AskForm", "story", ("k",)),
    Form("DisagreeForm", "story", ("K",)),
    Form("AttachDialog", "story", ("f", "plus")),
    Form("WhosWhoDialog", "story", ("o",)),
    Form("SectionDialog", "story", ("A", "b", "home", "enter")),
    Form("HelpDialog", "meetings", ("question_mark",)),
]


@pictures
@pytest.mark.parametrize("form", FORMS, ids=lambda f: "-".join((f.name, *f.keys)))
def test_picture_of_the_form(
    form: Form, shell: MakeShell, at_every_size: AtEverySize, fixed_clock: None
) -> None:
    async def before(pilot: Pilot[Any]) -> None:
        await ready(pilot)
        pilot.app.open_family(BELL, form.tab)  # type: ignore[attr-defined]
        page = await opens(pilot, "FamilyScreen")
        await until(pilot, lambda: page.file is not None)
        await quiet(pilot)
        for key in form.keys:
            await pilot.press(key)
            await quiet(pilot)
        await opens(pilot, form.name)

    at_every_size(shell(form.before) if form.before else shell(), before)
