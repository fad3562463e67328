"""The forms of agreement and sharing. What is typed is kept as a draft; what the agreement gives is taken with Enter."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget

from familyhub.casework.agreement_entries import (
    AgreementEntry,
    RecordCopyEntry,
    RefreshEntry,
    SharingEntry,
    WithdrawalEntry,
)
from familyhub.casework.checking import clean
from familyhub.practice.agreement import BASIS_HELP, agreed_agencies, offer
from familyhub.practice.assessment import name_of
from familyhub.practice.family_copy import copy_of
from familyhub.practice.family_file import AgreementLine
from familyhub.records.codes import AGREEMENT_STATE, LAWFUL_BASIS, SAFE_TO_STOP
from familyhub.tui.dialogs.family_dialog import FamilyDialog, Opened
from familyhub.tui.widgets.fields import Field, FormRow, LineField, fields_in
from familyhub.tui.widgets.fields_choice import ChoiceField, ReadersField
from familyhub.tui.widgets.fields_hint import KeyHint
from familyhub.tui.widgets.fields_prose import ProseField, ProseRow
from familyhub.tui.widgets.fields_read import DayField, OfferField

if TYPE_CHECKING:
    from typing import Any

    from familyhub.casework.entries import Saved
    from familyhub.casework.laptop import Laptop

AGAIN = "again"
"""Where a draft remembers that an agreement was asked about again."""
YES_NO = {"yes": "yes", "no": "no"}


class AgreementDialog(FamilyDialog):
    """What one adult agreed to, or not; ``again``: the agreement that stands was asked about again."""

    draft_kind = "agreement"
    saved_words = "Agreement"

    def __init__(
        self, family_id: str, person_id: str = "", *, again: bool = False, draft_id: str | None = None
    ) -> None:
        super().__init__(family_id, first="agencies" if person_id else "person_id", draft_id=draft_id)
        self.person_id, self.again = person_id, again

    @property
    def key(self) -> str:
        """Whose agreement it is."""
        return self.person_id

    def blank(self) -> AgreementEntry:
        """What stands, where it is asked again; else nothing."""
        entry = AgreementEntry(self.family_id, self.person_id, on=self.laptop.today.isoformat())
        if self.again and (line := self._line()) is not None:
            entry.state, entry.agencies, entry.not_agencies = "agreed", line.agencies, line.not_agencies
            entry.page[AGAIN] = "yes"
        return entry

    def _line(self) -> AgreementLine | None:
        file = self.opened.file if self.opened is not None else None
        return next((a for a in file.agreement if a.person_id == self.person_id), None) if file else None

    def title_words(self, opened: Opened) -> str:
        """Whose, and whether it is asked again."""
        name = clean(name_of(opened.file, self.entry.person_id))
        again = " asked again" if self.entry.page.get(AGAIN) else ""
        return f"Agreement{again}: {name}" if name else "Agreement"

    def rows(self, opened: Opened) -> list[Widget]:
        """Who, what they said, which agencies and which not."""
        entry = self.entry
        people = {p.id: clean(p.given) for p in opened.file.adults} | {
            c.id: clean(c.given) for c in opened.file.children if c.role == "child"
        }
        said = {code: words for code, words in AGREEMENT_STATE.values.items() if code != "withdrawn"}
        form: list[Widget] = [
            FormRow("Who", ChoiceField("person_id", people, entry.person_id)),
            FormRow("They", ChoiceField("state", said, entry.state)),
            FormRow("On", DayField("on", entry.on, today=opened.today, past=True)),
            FormRow(
                "Agencies",
                LineField("agencies", entry.agencies, placeholder="who may know and help: school, GP …"),
            ),
            FormRow("Not", LineField("not_agencies", entry.not_agencies, placeholder="who may not know")),
        ]
        if entry.page.get(AGAIN):
            return form
        return [
            *form,
            ProseRow("What they agreed to, in their words", ProseField("what", entry.what, least=2, most=5),
                     ReadersField("what_readers", entry.what_readers)),
            ProseRow("Why not, or why not asked yet", ProseField("why", entry.why, least=2, most=5),
                     ReadersField("why_readers", entry.why_readers)),
        ]  # fmt: skip

    def take(self, name: str, answer: str) -> None:
        """An answer each."""
        setattr(self.entry, name, answer)

    def do(self, laptop: Laptop, entry: AgreementEntry) -> Saved:
        """Record it, or that it was asked again."""
        from familyhub.casework import agreements

        if entry.page.get(AGAIN) and entry.state == "agreed":
            again = RefreshEntry(
                entry.family_id, entry.person_id, entry.on, entry.agencies, entry.not_agencies, entry.draft_id
            )
            return agreements.refresh_agreement(laptop, again)
        return agreements.record_agreement(laptop, entry)


class WithdrawalDialog(FamilyDialog):
    """Somebody took their agreement back: is it safe to stop? Nothing closes by itself."""

    draft_kind = "withdrawal"
    saved_words = "That the agreement was taken back is"

    def __init__(self, family_id: str, person_id: str, *, draft_id: str | None = None) -> None:
        super().__init__(family_id, first="why", draft_id=draft_id)
        self.person_id = person_id

    @property
    def key(self) -> str:
        """Whose agreement it is."""
        return self.person_id

    def blank(self) -> WithdrawalEntry:
        """Nothing typed yet: whether it is safe to stop has no answer of its own."""
        return WithdrawalEntry(self.family_id, self.person_id, on=self.laptop.today.isoformat())

    def title_words(self, opened: Opened) -> str:
        """Who took it back."""
        return f"{clean(name_of(opened.file, self.person_id))} takes the agreement back"

    def rows(self, opened: Opened) -> list[Widget]:
        """What they said, whether it is safe to stop, why."""
        entry = self.entry
        return [
            FormRow("On", DayField("on", entry.on, today=opened.today, past=True)),
            ProseRow("What they said", ProseField("why", entry.why, least=2, most=5), ReadersField("why_readers", entry.why_readers)),
            FormRow("Safe?", ChoiceField("safe_to_stop", SAFE_TO_STOP.values, entry.safe_to_stop),
                    hint="is it safe to stop, for each child?"),
            ProseRow("Because", ProseField("stop_why", entry.stop_why, least=2, most=6),
                     ReadersField("stop_why_readers", entry.stop_why_readers)),
            FormRow(" ", LineNote("A manager's view is asked. Nothing closes by this; F8 where a child may be unsafe.")),
        ]  # fmt: skip

    def take(self, name: str, answer: str) -> None:
        """An answer each."""
        setattr(self.entry, name, answer)

    def do(self, laptop: Laptop, entry: WithdrawalEntry) -> Saved:
        """Record it."""
        from familyhub.casework import agreements

        return agreements.withdraw_agreement(laptop, entry)


class LineNote(Widget):
    """A sentence inside a form."""

    DEFAULT_CSS = "LineNote { height: auto; width: 1fr; color: $text-muted; }"

    def __init__(self, words: str) -> None:
        super().__init__()
        self._words = words

    def render(self) -> Content:
        """The sentence."""
        return Content(self._words)

    def tell(self, words: str) -> None:
        """Another sentence."""
        self._words = words
        self.refresh(layout=True)


class SharingDialog(FamilyDialog):
    """What was shared with whom: Enter takes what the agreement gives, with its lawful basis."""

    draft_kind = "sharing"
    saved_words = "Sharing"

    def __init__(self, family_id: str, *, draft_id: str | None = None) -> None:
        super().__init__(family_id, first="agency", draft_id=draft_id)
        self._given: dict[str, str] = {}
        """What the agreement filled in, so that another agency takes it away again."""

    def blank(self) -> SharingEntry:
        """Nothing typed yet."""
        return SharingEntry(self.family_id, on=self.laptop.today.isoformat())

    def title_words(self, opened: Opened) -> str:
        """What it is."""
        return "Shared"

    def rows(self, opened: Opened) -> list[Widget]:
        """With whom, what and why; basis and whether the family knows, as the agreement gives them."""
        entry = self.entry
        agreed = agreed_agencies(opened.file.agreement)
        hint = f"agreed: {clean(', '.join(agreed))}" if agreed else "nobody has agreed to sharing"
        return [
            FormRow("With", OfferField("agency", entry.agency, offer=agreed[0] if agreed else "", width=26),
                    LineField("who", entry.who, placeholder="whom there: a name")),
            FormRow(" ", LineNote(hint), id="offered"),
            FormRow("On", DayField("on", entry.on, today=opened.today, past=True)),
            ProseRow("What was shared", ProseField("what", entry.what, least=2, most=6),
                     ReadersField("what_readers", entry.what_readers)),
            ProseRow("Why they needed to know", ProseField("why", entry.why, least=1, most=5),
                     ReadersField("why_readers", entry.why_readers)),
            FormRow("Basis", ChoiceField("basis", LAWFUL_BASIS.values, entry.basis), hint=self._basis_hint()),
            FormRow("Family", ChoiceField("told", {"yes": "knows", "no": "does not know"}, entry.told)),
            FormRow("Untold", LineField("told_why", entry.told_why, placeholder="only where the family does not know: why")),
            FormRow("Without", LineField("without_why", entry.without_why, placeholder="only without agreement: why all the same")),
        ]  # fmt: skip

    def _basis_hint(self) -> str:
        return BASIS_HELP.get(self.entry.basis, "agreement is no basis: each sharing has its own")

    def take(self, name: str, answer: str) -> None:
        """An answer each; another agency brings what its agreement gives."""
        setattr(self.entry, name, answer)
        if name == "agency":
            self._offer(answer)
        elif name == "basis":
            field = self._field("basis")
            row = next((a for a in field.ancestors if isinstance(a, FormRow)), None)
            if row is not None:
                row.hint(self._basis_hint())

    def _offer(self, agency: str) -> None:
        assert self.opened is not None
        found = offer(self.opened.file.agreement, agency)
        fitting = {"basis": found.basis, "told": "yes"} if agency.strip() and found.within else {}
        for name in ("basis", "told"):
            field = self._field(name)
            if field.answer in ("", self._given.get(name, "")):
                field.answer = fitting.get(name, "")
        self._given = fitting
        hint = self.query_one("#offered LineNote", LineNote)
        if agency.strip():
            hint.tell(f"{found.words[:1].upper()}{found.words[1:]}.")

    def _field(self, name: str) -> Field:
        return next(f for f in fields_in(self) if f.field == name)

    def do(self, laptop: Laptop, entry: SharingEntry) -> Saved:
        """Record it."""
        from familyhub.casework import sharing

        return sharing.log_sharing(laptop, entry)


class RecordCopyDialog(FamilyDialog):
    """A copy of the agreement or the assessment given to one person; whether that is safe is asked each time."""

    draft_kind = "record_copy"
    saved_words = "That a copy was given is"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f5", "look", "Look at the copy", show=False, priority=True)
    ]
    foot: ClassVar[tuple[tuple[str, str], ...]] = (
        ("^S", "Save"),
        ("F5", "Look at their copy"),
        ("Esc", "Leave it"),
    )

    def __init__(self, family_id: str, about: str, *, draft_id: str | None = None) -> None:
        super().__init__(family_id, first="person_id", draft_id=draft_id)
        self.about = about

    @property
    def key(self) -> str:
        """What the copy is of."""
        return self.about

    def blank(self) -> RecordCopyEntry:
        """Nothing typed yet."""
        return RecordCopyEntry(self.family_id, self.about, on=self.laptop.today.isoformat())

    def title_words(self, opened: Opened) -> str:
        """What it is about."""
        return f"A copy of the {self.about} was given"

    def rows(self, opened: Opened) -> list[Widget]:
        """To whom, when, safe?"""
        return copy_rows(opened, self.entry)

    def take(self, name: str, answer: str) -> None:
        """An answer each."""
        take_copy(self.entry, name, answer)

    def action_look(self) -> None:
        """F5: the copy of the person who is chosen, as the family may read it."""
        if self.opened is None:
            return
        file, person = self.opened.file, self.entry.person_id
        found = copy_of(file, self.about, person, self.opened.today)
        if not found:
            name = name_of(file, person)
            self.say(
                f"There is nothing of the {self.about} to give {clean(name)} yet."
                if name
                else "Choose to whom first."
            )
            return
        from familyhub.tui.screens.read import ReadScreen

        words: list[list[tuple[str, str]]] = [
            [(f"Only what {clean(name_of(file, person))} may read", "muted")]
        ]
        for line in found:
            words += [[], [(line.heading, "muted")], [(line.text, "")]]
        self.hub_app.push_screen(ReadScreen(f"Copy of the {self.about} · {clean(file.name)}", words))

    async def on_key_hint_pressed(self, event: KeyHint.Pressed) -> None:
        """The keys at the foot are buttons."""
        if event.key == "F5":
            self.action_look()
        else:
            await super().on_key_hint_pressed(event)

    def do(self, laptop: Laptop, entry: RecordCopyEntry) -> Saved:
        """Record it."""
        from familyhub.casework import copies

        return copies.give_record_copy(laptop, entry)


def copy_rows(opened: Opened, entry: Any) -> list[Widget]:
    """To whom a copy was given, when, and whether that was safe: the same for every kind of copy."""
    people = {
        p.id: clean(p.given) for p in (*opened.file.adults, *opened.file.children) if p.role != "unborn"
    }
    safe = {None: "", True: "yes", False: "no"}[entry.safe]
    return [
        FormRow("To", ChoiceField("person_id", {**people, "": "somebody else"}, entry.person_id),
                LineField("to", entry.to, placeholder="a name, of somebody else")),
        FormRow("On", DayField("on", entry.on, today=opened.today, past=True)),
        FormRow("Safe?", ChoiceField("safe", YES_NO, safe), hint="is it safe to give it to them?"),
    ]  # fmt: skip


def take_copy(entry: Any, name: str, answer: str) -> None:
    """Put an answer of such a form into its entry."""
    if name == "safe":
        entry.safe = {"yes": True, "no": False}.get(answer)
    else:
        setattr(entry, name, answer)


def form_of(entry: Any, draft_id: str) -> FamilyDialog | None:
    """The form in which a draft is written on; None for an entry of another kind."""
    match entry:
        case AgreementEntry():
            return AgreementDialog(entry.family_id, entry.person_id, draft_id=draft_id)
        case WithdrawalEntry():
            return WithdrawalDialog(entry.family_id, entry.person_id, draft_id=draft_id)
        case SharingEntry():
            return SharingDialog(entry.family_id, draft_id=draft_id)
        case RecordCopyEntry():
            return RecordCopyDialog(entry.family_id, entry.about, draft_id=draft_id)
    return None
