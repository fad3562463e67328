"""Safety notes and safe contact (``w``), and who's who (``o``)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Button

from familyhub.practice.days import show_day
from familyhub.records.codes import READERS
from familyhub.tui.dialogs.dialog import Dialog
from familyhub.tui.screens.family_panels import person_panel
from familyhub.tui.widgets.paragraphs import Paragraphs

if TYPE_CHECKING:
    from datetime import date

    from familyhub.casework.problems import Problem
    from familyhub.practice.family_file import FamilyFile
    from familyhub.tui.screens.family_panels import Paragraphs as Words


class FamilyDialog(Dialog[None]):
    """Something about one family, to be read."""

    CSS_PATH = "people.tcss"
    title_words = ""

    def __init__(self, family_id: str) -> None:
        super().__init__()
        self.family_id = family_id

    def compose(self) -> ComposeResult:
        """The text, and a button."""
        with Vertical(classes="dialog-box people-box"):
            with VerticalScroll(id="people-scroll"):
                yield Paragraphs(id="people-text")
            yield Button("Esc Close", id="close", compact=True)

    def on_mount(self) -> None:
        """Read the file."""
        from familyhub.casework import reading

        self.query_one(VerticalScroll).focus()
        self.work(reading.family, self.laptop, self.family_id, then=self.show, failed=self.not_read)

    def not_read(self, sentence: str, problems: Sequence[Problem] = ()) -> None:
        """The file cannot be read: say why and close."""
        self.dismiss(None)
        self.say(sentence)

    def show(self, file: FamilyFile) -> None:
        """Show it."""
        self.query_one(".people-box").border_title = f"{self.title_words}"
        self.query_one(Paragraphs).show(self.words(file, self.laptop.today))

    def words(self, file: FamilyFile, today: date) -> Words:
        """What is shown."""
        raise NotImplementedError

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """The button closes."""
        self.dismiss(None)


class SafetyDialog(FamilyDialog):
    """Safety notes first, then how each person may be reached: always before a number."""

    title_words = "Safety and safe contact"

    def words(self, file: FamilyFile, today: date) -> Words:
        """Notes, people who may be a risk, the address, safe contact."""
        out: Words = [[(file.name, "strong")], []]
        if not file.safety:
            out.append([("No safety note.", "muted")])
        for note in file.safety:
            review = f" · review {show_day(note.review_on, today)}" if note.review_on else ""
            late = bool(note.review_on) and str(note.review_on) < today.isoformat()
            out.append([(f"! {note.kind}", "wrong"), (f"  {note.what}" if note.what else "", "")])
            out.append(
                [
                    (
                        f"  {READERS.words(note.readers)}{review}{' !' if late else ''}",
                        "wrong" if late else "muted",
                    )
                ]
            )
        out += [[], [("Address  ", "muted"), (file.address or "not recorded", "")], []]
        for person in file.adults:
            if person.lives_here or person.reach is not None or person.risk:
                out += [*person_panel(person), []]
        return out


class WhosWhoDialog(FamilyDialog):
    """Everybody of the family and its network, and the professionals."""

    title_words = "Who's who"

    def words(self, file: FamilyFile, today: date) -> Words:
        """Children, adults, network, lead practitioner, people named in the plan."""
        out: Words = [[(file.name, "strong")], []]
        for child in file.children:
            here = "" if child.lives_here else " · lives elsewhere"
            out.append([(f"{child.name}, {child.age_text}", "strong"), (f"   {child.tie}{here}", "muted")])
        out.append([])
        for person in file.adults:
            out += [*person_panel(person), []]
        lead = f"{file.lead}, {file.lead_agency}" if file.lead_agency else file.lead
        out.append([("Lead practitioner  ", "muted"), (lead or "nobody yet", "")])
        plan = file.plan
        named = (
            sorted({f"{a.owner}, {a.agency}" for a in plan.actions if a.owner and a.agency}) if plan else []
        )
        if named:
            out.append([("In the plan  ", "muted"), ("; ".join(named), "")])
        return out
