"""What the forms about a family share: they are opened with its file, and with the colleagues who may be named in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from familyhub.practice.family_file import FamilyFile
from familyhub.practice.plan_view import PlanView
from familyhub.tui.dialogs.form_dialog import Begun, FormDialog, kept_before

if TYPE_CHECKING:
    from familyhub.casework.laptop import Laptop


@dataclass(frozen=True, slots=True)
class Opened(Begun):
    """What was read to open a form about a family."""

    file: FamilyFile
    workers: tuple[tuple[str, str], ...]

    @property
    def plan(self) -> PlanView:
        """The open plan; raises ``LookupError`` where there is none."""
        if self.file.plan is None:
            raise LookupError("plan")
        return self.file.plan


class FamilyDialog(FormDialog[Opened]):
    """A form about a family; True when something was saved."""

    gone_words: ClassVar[str] = "That is in this family's file no more."

    def __init__(self, family_id: str, *, first: str = "what", draft_id: str | None = None) -> None:
        super().__init__(first=first, draft_id=draft_id)
        self.family_id = family_id

    def read(self, laptop: Laptop) -> Opened:
        """Read the file, the colleagues, and what was typed in this form before; runs in a thread; raises ``Refused``."""
        from familyhub.casework import reading

        file = reading.family(laptop, self.family_id)
        workers = tuple(reading.workers(laptop))
        draft = kept_before(laptop, self.draft_kind, self.key, self.draft_id, self.family_id)
        return Opened(file.name, laptop.today, draft, file, workers)
