"""The forms of what must be known before a visit: a safety note and its end, safe contact, a person who may be a risk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from textual.widget import Widget
from textual.widgets import Static

from familyhub.casework.checking import clean
from familyhub.casework.safety_entries import (
    EndNoteEntry,
    MoveEntry,
    RiskEntry,
    SafeContactEntry,
    SafetyNoteEntry,
)
from familyhub.practice.family_file import FamilyFile, SafetyLine
from familyhub.practice.household import Member, Reach
from familyhub.practice.safety import RiskView, usual_review
from familyhub.records.codes import MAY_USE, RISK, SAFETY_NOTE_KIND
from familyhub.tui.dialogs.family_dialog import FamilyDialog, Opened
from familyhub.tui.widgets.fields import FormRow, LineField
from familyhub.tui.widgets.fields_choice import ChoiceField, ReadersField
from familyhub.tui.widgets.fields_prose import ProseField, ProseRow
from familyhub.tui.widgets.fields_read import DayField

if TYPE_CHECKING:
    from familyhub.casework.entries import Saved
    from familyhub.casework.laptop import Laptop

T = TypeVar("T")
TOLD = {"yes": "the family was told", "no": "the family was not told"}
TOLD_CODES = {True: "yes", False: "no", None: ""}


def one(found: list[T]) -> T:
    """The one that was found; raises ``LookupError`` where there is none any more."""
    return found[0]


def people(file: FamilyFile) -> dict[str, str]:
    """Everybody by id, by name."""
    return {m.id: clean(m.given) for m in (*file.adults, *file.children)}


def member(file: FamilyFile, person_id: str) -> Member:
    """Somebody of the family; raises ``LookupError``."""
    return one([m for m in (*file.adults, *file.children) if m.id == person_id])


class ChangeForm(FamilyDialog):
    """A form about what is new, or about what stands: then only what differs is written."""

    def stood(self, name: str) -> str:
        """What stands in a field; of what is new, what is offered."""
        raise NotImplementedError

    def now(self, name: str) -> str:
        """What was typed, else what stands."""
        typed = getattr(self.entry, name)
        return str(self.stood(name) if typed is None else typed)

    def take(self, name: str, answer: str) -> None:
        """Only what differs from what stands."""
        setattr(self.entry, name, answer if answer != self.stood(name) else None)

    def two_answers(self, *row_ids: str) -> list[Widget]:
        """What is contested in the row, to be decided under Differences."""
        return [
            Static(
                f"! Two answers stand for {d.field_words}. Differences (D) decides.",
                classes="two-answers",
                markup=False,
            )
            for d in self.file.differences
            if d.row_id in row_ids
        ]

    @property
    def file(self) -> FamilyFile:
        """The file that was read."""
        assert self.opened is not None
        return self.opened.file


class NoteForm(ChangeForm):
    """A safety note: about what and whom, its words, from when, when it is looked at again, whether the family was told."""

    draft_kind = "safety_note"
    saved_words = "Safety note"

    def __init__(self, family_id: str, note_id: str = "", *, draft_id: str | None = None) -> None:
        super().__init__(family_id, first="what" if note_id else "kind", draft_id=draft_id)
        self.note_id = note_id

    @property
    def key(self) -> str:
        """The note that is changed."""
        return self.note_id

    @property
    def _note(self) -> SafetyLine:
        if not self.note_id:
            today = self.laptop.today
            return SafetyLine("", "", "", usual_review(today), "workers", from_on=today.isoformat())
        return one([n for n in self.file.safety if n.id == self.note_id])

    def stood(self, name: str) -> str:
        """What stands."""
        note = self._note
        return {
            "kind": note.kind_code, "person_id": note.person_id, "what": note.what, "what_readers": note.readers,
            "from_on": note.from_on, "review_on": note.review_on or "", "told": TOLD_CODES[note.told], "told_how": note.told_how,
        }[name]  # fmt: skip

    def blank(self) -> SafetyNoteEntry:
        """Nothing typed yet."""
        return SafetyNoteEntry(family_id=self.family_id, note_id=self.note_id, rev=self._note.rev or None)

    def title_words(self, opened: Opened) -> str:
        """New, or what stands."""
        return f"Safety note: {self._note.kind}" if self.note_id else "New safety note"

    def rows(self, opened: Opened) -> list[Widget]:
        """What must be known, and how it is kept true."""
        now, today = self.now, opened.today
        whom = {"": "the whole family"} | people(opened.file)
        return [
            *self.two_answers(self.note_id),
            FormRow("Kind", ChoiceField("kind", SAFETY_NOTE_KIND.values, now("kind"))),
            FormRow("About", ChoiceField("person_id", whom, now("person_id"))),
            ProseRow(
                "What must be known", ProseField("what", now("what"), least=2, most=6,
                                                placeholder="in words that the family may read"),
                ReadersField("what_readers", now("what_readers")),
            ),
            FormRow("From", DayField("from_on", now("from_on"), today=today, past=True)),
            FormRow("Again", DayField("review_on", now("review_on"), today=today, ahead=True), hint="when it is looked at again"),
            FormRow("Told", ChoiceField("told", TOLD, now("told"))),
            FormRow("How", LineField("told_how", now("told_how"), placeholder="how, and by whom; or why not")),
        ]  # fmt: skip

    def do(self, laptop: Laptop, entry: SafetyNoteEntry) -> Saved:
        """Add or change it."""
        from familyhub.casework import safety

        return (
            safety.change_safety_note(laptop, entry)
            if entry.note_id
            else safety.add_safety_note(laptop, entry)
        )


class EndForm(FamilyDialog):
    """A safety note holds no longer, because."""

    draft_kind = "safety_end"
    saved_words = "That it holds no longer is"

    def __init__(self, family_id: str, note_id: str, *, draft_id: str | None = None) -> None:
        super().__init__(family_id, first="because", draft_id=draft_id)
        self.note_id = note_id

    @property
    def key(self) -> str:
        """The note that ends."""
        return self.note_id

    @staticmethod
    def _note(opened: Opened | None, note_id: str) -> SafetyLine:
        assert opened is not None
        return one([n for n in opened.file.safety if n.id == note_id])

    def blank(self) -> EndNoteEntry:
        """Nothing typed yet."""
        rev = self._note(self.opened, self.note_id).rev
        return EndNoteEntry(
            family_id=self.family_id, note_id=self.note_id, on=self.laptop.today.isoformat(), rev=rev
        )

    def title_words(self, opened: Opened) -> str:
        """Which note."""
        note = self._note(opened, self.note_id)
        return f"This holds no longer: {note.kind}, {clean(note.what)}"

    def rows(self, opened: Opened) -> list[Widget]:
        """Since when, why."""
        return [
            FormRow("On", DayField("on", self.entry.on, today=opened.today, past=True)),
            ProseRow("Why it holds no longer; the story says so", ProseField("because", self.entry.because, least=2, most=6)),
        ]  # fmt: skip

    def take(self, name: str, answer: str) -> None:
        """An answer each."""
        setattr(self.entry, name, answer)

    def do(self, laptop: Laptop, entry: EndNoteEntry) -> Saved:
        """End it."""
        from familyhub.casework import safety

        return safety.end_safety_note(laptop, entry)


class ContactForm(ChangeForm):
    """How one person may be reached: words and answers first, numbers under them."""

    draft_kind = "safe_contact"
    saved_words = "Safe contact"

    def __init__(self, family_id: str, person_id: str, *, draft_id: str | None = None) -> None:
        super().__init__(family_id, first="how", draft_id=draft_id)
        self.person_id = person_id

    @property
    def key(self) -> str:
        """Who is to be reached."""
        return self.person_id

    @property
    def _reach(self) -> Reach:
        found = member(self.file, self.person_id).reach
        return found if found is not None else Reach("", "", "", "", "", "", "", "", "")

    def stood(self, name: str) -> str:
        """What stands."""
        reach = self._reach
        return {
            "how": reach.how, "how_readers": reach.how_readers, "mobile": reach.mobile, "landline": reach.landline,
            "email": reach.email, "may_ring": reach.ring, "may_text": reach.text, "may_write": reach.write,
        }[name]  # fmt: skip

    def blank(self) -> SafeContactEntry:
        """Nothing typed yet."""
        reach = self._reach
        return SafeContactEntry(
            family_id=self.family_id,
            person_id=self.person_id,
            rev=reach.rev or None,
            others=list(reach.others),
        )

    def title_words(self, opened: Opened) -> str:
        """Who."""
        return f"Reaching {clean(member(opened.file, self.person_id).name)} safely"

    def rows(self, opened: Opened) -> list[Widget]:
        """How, what may be used, and the numbers."""
        now = self.now

        def may(name: str, what: str) -> FormRow:
            return FormRow(
                what, ChoiceField(name, {"": "nobody has said: ask first"} | MAY_USE.values, now(name))
            )

        return [
            *self.two_answers(self._reach.id),
            ProseRow("How to reach them safely", ProseField("how", now("how"), least=2, most=6,
                     placeholder="what to use, when, what never"),
                     ReadersField("how_readers", now("how_readers"))),
            may("may_ring", "Ring"), may("may_text", "Text"), may("may_write", "Write"),
            FormRow("Mobile", LineField("mobile", now("mobile"))),
            FormRow("Landline", LineField("landline", now("landline"))),
            FormRow("E-mail", LineField("email", now("email"))),
        ]  # fmt: skip

    def do(self, laptop: Laptop, entry: SafeContactEntry) -> Saved:
        """Record it."""
        from familyhub.casework import reaching

        return reaching.set_safe_contact(laptop, entry)


class RiskForm(ChangeForm):
    """A person who may be a risk: what is known, from whom, of which day, when it is looked at again."""

    draft_kind = "person_risk"
    saved_words = "What is known is"

    def __init__(
        self, family_id: str, risk_id: str = "", *, person_id: str = "", draft_id: str | None = None
    ) -> None:
        super().__init__(
            family_id, first="what" if risk_id else "risk" if person_id else "person_id", draft_id=draft_id
        )
        self.risk_id, self._person_id = risk_id, person_id

    @property
    def key(self) -> str:
        """What is changed."""
        return self.risk_id

    @property
    def _risk(self) -> RiskView:
        if not self.risk_id:
            today = self.laptop.today
            return RiskView("", "", "", "", "workers", "", today.isoformat(), usual_review(today), "")
        everybody = (*self.file.adults, *self.file.children)
        return one([r for m in everybody for r in m.risks if r.id == self.risk_id])

    def stood(self, name: str) -> str:
        """What stands."""
        risk = self._risk
        return {
            "risk": risk.risk, "source": risk.source, "on": risk.on, "review_on": risk.review_on or "", "what": risk.what,
            "what_readers": risk.readers,
        }[name]  # fmt: skip

    def blank(self) -> RiskEntry:
        """Nothing typed yet."""
        risk = self._risk
        return RiskEntry(
            family_id=self.family_id, person_id=self._person_id or risk.person_id, risk_id=self.risk_id, rev=risk.rev or None
        )  # fmt: skip

    def title_words(self, opened: Opened) -> str:
        """About whom."""
        name = people(opened.file).get(self.entry.person_id, "")
        return f"A person who may be a risk: {name}" if name else "A person who may be a risk"

    def rows(self, opened: Opened) -> list[Widget]:
        """Who, what, from whom, until when."""
        now, today = self.now, opened.today
        who = [FormRow("Who", ChoiceField("person_id", people(opened.file), self.entry.person_id))]
        return [
            *(self.two_answers(self.risk_id) if self.risk_id else who),
            FormRow("What", ChoiceField("risk", RISK.values, now("risk"))),
            FormRow("Source", LineField("source", now("source"), placeholder="police, a court …; nobody who spoke in confidence")),
            FormRow("Of", DayField("on", now("on"), today=today, past=True)),
            FormRow("Again", DayField("review_on", now("review_on"), today=today, ahead=True), hint="when it is looked at again"),
            ProseRow("What is known", ProseField("what", now("what"), least=2, most=6,
                     placeholder="and what it means for a visit"), ReadersField("what_readers", now("what_readers"))),
        ]  # fmt: skip

    def take(self, name: str, answer: str) -> None:
        """Who it is about, or what differs from what stands."""
        if name == "person_id":
            self.entry.person_id = answer
        else:
            super().take(name, answer)

    def do(self, laptop: Laptop, entry: RiskEntry) -> Saved:
        """Record or change it."""
        from familyhub.casework import safety

        return safety.change_risk(laptop, entry) if entry.risk_id else safety.record_risk(laptop, entry)


def form_of(entry: Any, draft_id: str) -> FamilyDialog | None:
    """The form in which a draft is written on; None for an entry of another kind."""
    match entry:
        case SafetyNoteEntry():
            return NoteForm(entry.family_id, entry.note_id, draft_id=draft_id)
        case EndNoteEntry():
            return EndForm(entry.family_id, entry.note_id, draft_id=draft_id)
        case SafeContactEntry():
            return ContactForm(entry.family_id, entry.person_id, draft_id=draft_id)
        case RiskEntry():
            return RiskForm(entry.family_id, entry.risk_id, draft_id=draft_id)
        case MoveEntry():
            from familyhub.tui.dialogs.move_form import MoveForm

            return MoveForm(entry.family_id, draft_id=draft_id)
    return None
