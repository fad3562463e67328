"""Safety notes and safe contact (``w``)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from familyhub.practice.days import show_day
from familyhub.records.codes import READERS
from familyhub.tui.dialogs.family_page import FamilyPage
from familyhub.tui.screens.family_panels import person_panel

if TYPE_CHECKING:
    from datetime import date

    from familyhub.practice.family_file import FamilyFile
    from familyhub.tui.screens.family_panels import Paragraphs as Words


class SafetyDialog(FamilyPage):
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
