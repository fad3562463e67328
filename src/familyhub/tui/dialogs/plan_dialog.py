"""What the forms of a plan share: they are about a plan that is open."""

from __future__ import annotations

from typing import ClassVar

from familyhub.tui.dialogs.family_dialog import FamilyDialog, Opened

__all__ = ["Opened", "PlanDialog"]


class PlanDialog(FamilyDialog):
    """A form about a family's plan."""

    gone_words: ClassVar[str] = "That is in no open plan of this family any more."
