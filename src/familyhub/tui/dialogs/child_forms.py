"""The forms about one child outside a visit: own words, and a day at a review or at closure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widget import Widget

from familyhub.casework.assessment_entries import ChildDayEntry, ChildWordsEntry
from familyhub.casework.checking import clean
from familyhub.practice import assessment as rules
from familyhub.records.codes import CHILD_METHOD, DAY_LINE
from familyhub.tui.dialogs.assessment_forms import HEADINGS, Stood, TextsDialog
from familyhub.tui.dialogs.family_dialog import FamilyDialog, Opened
from familyhub.tui.widgets.fields import FormRow
from familyhub.tui.widgets.fields_choice import ChoiceField, ReadersField
from familyhub.tui.widgets.fields_prose import ProseField, ProseRow
from familyhub.tui.widgets.fields_read import DayField

if TYPE_CHECKING:
    from typing import Any

    from familyhub.casework.entries import Saved
    from familyhub.casework.laptop import Laptop


class ChildWordsDialog(FamilyDialog):
    """A child's words outside a visit, exactly as said."""

    draft_kind = "voice"
    saved_words = "The child's words are"

    def __init__(self, family_id: str, person_id: str = "", *, draft_id: str | None = None) -> None:
        super().__init__(family_id, first="said" if person_id else "person_id", draft_id=draft_id)
        self.person_id = person_id

    @property
    def key(self) -> str:
        """The child."""
        return self.person_id

    def blank(self) -> ChildWordsEntry:
        """Nothing typed yet."""
        return ChildWordsEntry(self.family_id, self.person_id, on=self.laptop.today.isoformat())

    def title_words(self, opened: Opened) -> str:
        """Whose words."""
        name = clean(rules.name_of(opened.file, self.entry.person_id))
        return f"{name}'s own words, outside a visit" if name else "A child's own words, outside a visit"

    def rows(self, opened: Opened) -> list[Widget]:
        """Which child, the words, what was asked, how."""
        entry = self.entry
        born = {c.id: clean(c.given) for c in opened.file.children if c.role != "unborn"}
        return [
            FormRow("Child", ChoiceField("person_id", born, entry.person_id)),
            ProseRow(HEADINGS["said"], ProseField("said", entry.said, least=2, most=8), ReadersField("readers", entry.readers)),
            ProseRow(HEADINGS["asked"], ProseField("asked", entry.asked, least=1, most=4)),
            FormRow("How", ChoiceField("method", CHILD_METHOD.values, entry.method)),
            FormRow("On", DayField("on", entry.on, today=opened.today, past=True)),
        ]  # fmt: skip

    def take(self, name: str, answer: str) -> None:
        """An answer each."""
        setattr(self.entry, name, answer)

    def do(self, laptop: Laptop, entry: ChildWordsEntry) -> Saved:
        """Save them."""
        from familyhub.casework import child_words

        return child_words.add_child_words(laptop, entry)


class ChildDayDialog(TextsDialog):
    """A day in a child's life at a review or at closure: the same five lines, with those of the last time beside them."""

    draft_kind = "child_day"
    saved_words = "The day is"

    def __init__(self, family_id: str, person_id: str, *, draft_id: str | None = None) -> None:
        super().__init__(family_id, first="occasion", draft_id=draft_id)
        self.person_id = person_id

    @property
    def key(self) -> str:
        """The child."""
        return self.person_id

    def blank(self) -> ChildDayEntry:
        """Nothing typed yet."""
        return ChildDayEntry(self.family_id, self.person_id, on=self.laptop.today.isoformat())

    def title_words(self, opened: Opened) -> str:
        """Whose day."""
        return f"A day in {clean(rules.name_of(opened.file, self.person_id))}'s life"

    def stood(self, topic: str) -> Stood:
        """A new occasion begins with nothing."""
        return "", rules.DEFAULT_READERS[topic]

    def known(self, topic: str) -> str:
        """The line of the last time."""
        assert self.opened is not None
        days = [d for d in self.opened.file.days if (d.person_id, d.part) == (self.person_id, topic)]
        return days[-1].text if days else ""

    def rows(self, opened: Opened) -> list[Widget]:
        """At what, which day, the five lines."""
        entry = self.entry
        return [
            FormRow(
                "At", ChoiceField("occasion", {"review": "a review", "closure": "closure"}, entry.occasion)
            ),
            FormRow("On", DayField("on", entry.on, today=opened.today, past=True)),
            *self.text_rows(DAY_LINE.values, most=4),
        ]

    def take(self, name: str, answer: str) -> None:
        """The occasion, the day, or a line."""
        if name in ("occasion", "on"):
            setattr(self.entry, name, answer)
        else:
            super().take(name, answer)

    def do(self, laptop: Laptop, entry: ChildDayEntry) -> Saved:
        """Save it."""
        from familyhub.casework import child_words

        return child_words.write_child_day(laptop, entry)


def form_of(entry: Any, draft_id: str) -> FamilyDialog | None:
    """The form in which a draft is written on; None for an entry of another kind."""
    match entry:
        case ChildWordsEntry():
            return ChildWordsDialog(entry.family_id, entry.person_id, draft_id=draft_id)
        case ChildDayEntry():
            return ChildDayDialog(entry.family_id, entry.person_id, draft_id=draft_id)
    return None
