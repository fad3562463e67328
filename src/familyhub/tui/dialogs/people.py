"""Who's who of a family (``o``)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from familyhub.tui.dialogs.family_page import FamilyPage
from familyhub.tui.screens.family_panels import person_panel

if TYPE_CHECKING:
    from datetime import date

    from familyhub.practice.family_file import FamilyFile
    from familyhub.tui.screens.family_panels import Paragraphs as Words


class WhosWhoDialog(FamilyPage):
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
