"""The form of a move: who, since when, where to; of a confidential address nothing but that it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widget import Widget
from textual.widgets import Static

from familyhub.casework.checking import clean
from familyhub.casework.safety_entries import MoveEntry
from familyhub.practice.safety import KEEP_ELSEWHERE, SECRECY
from familyhub.tui.dialogs.family_dialog import FamilyDialog, Opened
from familyhub.tui.widgets.fields import FormRow, LineField
from familyhub.tui.widgets.fields_choice import ChoiceField
from familyhub.tui.widgets.fields_read import DayField
from familyhub.tui.widgets.fields_ticks import Tick, TicksField

if TYPE_CHECKING:
    from familyhub.casework.entries import Saved
    from familyhub.casework.laptop import Laptop


class MoveForm(FamilyDialog):
    """A new address for those who moved, or that their address is confidential."""

    draft_kind = "move"
    saved_words = "The address is"

    def __init__(self, family_id: str, people: tuple[str, ...] = (), *, draft_id: str | None = None) -> None:
        super().__init__(family_id, first="secrecy", draft_id=draft_id)
        self._people = people

    def blank(self) -> MoveEntry:
        """Everybody who lives there moves along, until somebody says otherwise."""
        assert self.opened is not None
        file = self.opened.file
        everybody = [m for m in (*file.adults, *file.children) if m.role != "unborn"]
        moving = [m.id for m in everybody if (m.id in self._people if self._people else m.lives_here)]
        seen = [home.id for m in everybody for home in m.homes]
        return MoveEntry(
            family_id=self.family_id, person_ids=moving, on=self.laptop.today.isoformat(), seen=seen
        )

    def title_words(self, opened: Opened) -> str:
        """What it is."""
        return "Another address"

    def rows(self, opened: Opened) -> list[Widget]:
        """Who, since when, where to."""
        entry, file = self.entry, opened.file
        ticks = [
            Tick(m.id, clean(m.given) + ("" if m.lives_here else " (elsewhere)"))
            for m in (*file.adults, *file.children)
            if m.role != "unborn"
        ]
        return [
            FormRow("It is", ChoiceField("secrecy", SECRECY.values, entry.secrecy)),
            Static(KEEP_ELSEWHERE, classes="told muted", markup=False),
            FormRow("Who moved", TicksField("person_ids", ticks, entry.person_ids or [])),
            FormRow("Since", DayField("on", entry.on, today=opened.today, past=True)),
            FormRow("Street", LineField("lines", entry.lines, placeholder="house and street; or no fixed address")),
            FormRow("Town", LineField("town", entry.town)),
            FormRow("Postcode", LineField("postcode", entry.postcode, width=14), hint="the sector is enough: CH42 3"),
            FormRow("Ward", LineField("ward", entry.ward, placeholder="empty: as it was")),
        ]  # fmt: skip

    def take(self, name: str, answer: str) -> None:
        """An answer each."""
        setattr(self.entry, name, [i for i in answer.split(",") if i] if name == "person_ids" else answer)

    def do(self, laptop: Laptop, entry: MoveEntry) -> Saved:
        """Record it."""
        from familyhub.casework import reaching

        return reaching.record_move(laptop, entry)
