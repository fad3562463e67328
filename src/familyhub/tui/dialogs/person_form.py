"""The form about somebody of a family: who is added to its file, or what is put right or has changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace
from textual.widget import Widget
from textual.widgets import Static

from familyhub.casework.checking import clean
from familyhub.casework.people_entries import PersonEntry, TieEntry
from familyhub.practice.people import YOUNG, PersonOnFile
from familyhub.practice.unborn import NOT_BORN_YET, STILL_UNBORN
from familyhub.records.codes import MEMBER_ROLE, RELATIONSHIP, SEX
from familyhub.tui.dialogs.form_dialog import Begun, FormDialog, kept_before
from familyhub.tui.widgets.fields import FormRow, LineField
from familyhub.tui.widgets.fields_choice import ChoiceField
from familyhub.tui.widgets.fields_read import DayField

if TYPE_CHECKING:
    from familyhub.casework.entries import Saved
    from familyhub.casework.laptop import Laptop
    from familyhub.casework.people import WhosWho

BORN = ("child", "adult", "network")
GROWN = ("adult", "network")
LIVES = {"yes": "here", "no": "elsewhere"}
WHOSE = {"no": "of this family", "yes": "third party: of another family"}
RESPONSIBLE = {
    "": "responsibility not known",
    "yes": "has parental responsibility",
    "no": "no parental responsibility",
}
KINDS = {"": "nothing recorded", **RELATIONSHIP.values}
TIES = {role: "What others are to the child" for role in YOUNG} | {
    role: "What they are to the children, and to the others" for role in GROWN
}
_SAID = {None: "", True: "yes", False: "no"}
ONLY = {
    "birth_date": BORN, "sex": BORN, "expected_date": ("unborn",), "lives_here": BORN, "school": ("child",),
    "occupation": GROWN, "agency": GROWN,
}  # fmt: skip
"""Of whom a fact is written down; of everybody else what stands in its field is left out."""


@dataclass(frozen=True, slots=True)
class OpenedPerson(Begun):
    """Everybody of the family, as they are written down."""

    known: WhosWho


class RoleRow(FormRow):
    """A row that is there for some roles only."""

    def __init__(self, roles: tuple[str, ...], label: str, *fields: Widget, hint: str = "") -> None:
        super().__init__(label, *fields, hint=hint)
        self.roles = roles

    def fit(self, role: str) -> None:
        """Be there for who has this role, or not."""
        self.display = role in self.roles


class TieRow(RoleRow):
    """What somebody and one other person are to each other, and parental responsibility where one of them is a child."""

    def __init__(self, other: PersonOnFile, kind: str, responsible: str) -> None:
        self._other = other
        self._kind = ChoiceField(f"tie:{other.id}", KINDS, kind, before=f"{clean(_given(other))}: ")
        self._responsible = ChoiceField(f"responsible:{other.id}", RESPONSIBLE, responsible, before="  ")
        roles = GROWN if other.role in YOUNG else (*GROWN, *YOUNG)
        super().__init__(roles, " ", self._kind, self._responsible)

    def fit(self, role: str) -> None:
        """Of a child it says what the other is to them; of everybody else what they are to the other."""
        super().fit(role)
        of_a_child = (role in YOUNG) != (self._other.role in YOUNG)
        self._responsible.display = of_a_child and bool(self._kind.answer)
        self._kind.before(f"{'' if role in YOUNG else 'of '}{clean(_given(self._other))}: ")


class PersonDialog(FormDialog[OpenedPerson]):
    """Somebody new, or somebody as they stand."""

    draft_kind = "person"
    saved_words = "Who's who is"
    gone_words = "They are in this family's file no more."

    def __init__(self, family_id: str, person_id: str = "", *, draft_id: str | None = None) -> None:
        super().__init__(first="given" if person_id else "role", draft_id=draft_id)
        self.family_id, self.person_id = family_id, person_id

    @property
    def key(self) -> str:
        """The person who is changed."""
        return self.person_id

    @property
    def _stood(self) -> PersonOnFile:
        assert self.opened is not None
        return self.opened.known.person(self.person_id) if self.person_id else PersonOnFile()

    @property
    def _role(self) -> str:
        return str(self.entry.role or self._stood.role)

    def read(self, laptop: Laptop) -> OpenedPerson:
        """Everybody of the family, and what was typed in this form before; runs in a thread; raises ``Refused``."""
        from familyhub.casework import people

        known = people.whos_who(laptop, self.family_id)
        draft = kept_before(laptop, self.draft_kind, self.key, self.draft_id, self.family_id)
        return OpenedPerson(known.file.name, laptop.today, draft, known)

    def blank(self) -> PersonEntry:
        """Nothing typed yet; what is on screen is what is seen."""
        return PersonEntry(self.family_id, self.person_id, revs=dict(self._stood.revs), school_since="")

    def title_words(self, opened: OpenedPerson) -> str:
        """Somebody new, or their name."""
        return clean(self._stood.called) if self.person_id else "Somebody new"

    # -- the rows ------------------------------------------------------------------------------------------------

    def _now(self, field: str) -> str:
        typed = getattr(self.entry, field)
        return _text(getattr(self._stood, field) if typed is None else typed)

    def rows(self, opened: OpenedPerson) -> list[Widget]:
        """Who it is, the name, when born or due, where they live, school or work, ties, whether they left."""
        rows = [*self._who(opened), *self._facts(opened), *self._ties(opened), *self._end(opened)]
        self.call_after_refresh(self._fit)
        return rows

    def _who(self, opened: OpenedPerson) -> Iterator[Widget]:
        stood, today = self._stood, opened.today
        if not stood.unborn:
            whose = ChoiceField("third_party", WHOSE, self._now("third_party"), before="  ")
            yield FormRow("Who", ChoiceField("role", MEMBER_ROLE.values, self._now("role")), whose)
        yield FormRow(
            "Name", LineField("given", self._now("given"), placeholder="first name", width=20),
            LineField("family_name", self._now("family_name"), placeholder="family name"),
        )  # fmt: skip
        if stood.name_ids:
            yield FormRow("New since", DayField("name_from", self.entry.name_from, today=today, past=True),
                          hint="only for a new name; empty puts a spelling right")  # fmt: skip

    def _facts(self, opened: OpenedPerson) -> Iterator[Widget]:
        today, entry = opened.today, self.entry
        unborn = self._stood.unborn
        everybody = (*BORN, "unborn") if unborn else BORN
        yield RoleRow(("unborn",), "Due", DayField("expected_date", self._now("expected_date"), today=today),
                      hint="20 May · in 10 weeks · empty: not known")  # fmt: skip
        born = DayField("birth_date", self._now("birth_date"), today=today, past=True,
                        instead=STILL_UNBORN if unborn else NOT_BORN_YET)  # fmt: skip
        yield RoleRow(everybody, "Born", born, ChoiceField("sex", SEX.values, self._now("sex"), before="  sex: "),
                      hint="once the baby is born" if unborn else "")  # fmt: skip
        asked = unborn and not self._stood.lives_here and entry.lives_here is None
        lives = "" if asked else self._now("lives_here")
        yield RoleRow(everybody, "Lives", ChoiceField("lives_here", LIVES, lives),
                      DayField("since", self._now("since"), today=today, past=True),
                      hint="since · where it changed, the day it did" if self.person_id else "since")  # fmt: skip
        yield RoleRow(("child",), "School", LineField("school", self._now("school"), placeholder="school or nursery", width=28),
                      DayField("school_since", entry.school_since, today=today, past=True), hint="since · empty: today")  # fmt: skip
        yield RoleRow(GROWN, "Work", LineField("occupation", self._now("occupation"), placeholder="what they do", width=24),
                      LineField("agency", self._now("agency"), placeholder="where, or for whom"))  # fmt: skip

    def _ties(self, opened: OpenedPerson) -> Iterator[Widget]:
        others = [p for p in opened.known.people if p.id != self.person_id and not p.gone]
        yield Static("", id="ties", classes="question", markup=False)
        for other in sorted(
            others, key=lambda p: (p.role not in YOUNG, p.role, not p.lives_here, p.birth_date)
        ):
            said, before = self._tie(other.id), self._stood.tie(other.id)
            kind = (before.kind if before else "") if said.kind is None else said.kind
            responsible = _SAID[before.responsible] if before else ""
            yield TieRow(other, kind, responsible if said.responsible is None else said.responsible)

    def _end(self, opened: OpenedPerson) -> Iterator[Widget]:
        today = opened.today
        if self.person_id:
            yield FormRow("Left", DayField("left_on", self._now("left_on"), today=today, past=True),
                          hint="the day they left the family or its network")  # fmt: skip
            if self._stood.left_on and not self._stood.died:
                yield FormRow("Came back", DayField("back_on", self.entry.back_on, today=today, past=True))
        else:
            why = LineField("although", self.entry.although,
                            placeholder="only where a child like this one is here already: why")  # fmt: skip
            yield RoleRow(YOUNG, "Although", why)

    def _fit(self) -> None:
        self.query_one("#ties", Static).update(TIES.get(self._role, ""))
        for row in self.query(RoleRow):
            row.fit(self._role)

    # -- answers -------------------------------------------------------------------------------------------------

    def _tie(self, other_id: str) -> TieEntry:
        """What is said of the tie to one other person."""
        return next((t for t in self.entry.ties if t.other_id == other_id), TieEntry(other_id))

    def take(self, name: str, answer: str) -> None:
        """Only what differs from what stands."""
        part, _, other = name.partition(":")
        if other:
            self._take_tie(part, other, answer)
        elif name in ("name_from", "back_on", "school_since", "although"):
            setattr(self.entry, name, answer)
        else:
            asked = name == "lives_here" and self._stood.unborn
            said: Any = None if answer == _text(getattr(self._stood, name)) and not asked else answer
            if name in ("lives_here", "third_party") and said is not None:
                said = {"yes": True, "no": False}.get(answer)
            setattr(self.entry, name, said)
        if name == "role" or part == "tie":
            self._fit()

    def _take_tie(self, part: str, other_id: str, answer: str) -> None:
        before, said = self._stood.tie(other_id), self._tie(other_id)
        if part == "tie":
            said.kind = None if answer == (before.kind if before else "") else answer
        else:
            said.responsible = None if answer == (_SAID[before.responsible] if before else "") else answer
        kept = [t for t in self.entry.ties if t.other_id != other_id]
        self.entry.ties = kept if said == TieEntry(other_id) else [*kept, said]

    def do(self, laptop: Laptop, entry: PersonEntry) -> Saved:
        """Add or change them; what is not there for who they are is left out."""
        from familyhub.casework import people

        role, born = self._role, self._stood.unborn
        out = {f: None for f, roles in ONLY.items() if role not in roles and not born}
        ties = entry.ties if role not in YOUNG else [t for t in entry.ties if not self._young(t.other_id)]
        meant = replace(entry, **out, ties=ties)
        return people.change_person(laptop, meant) if entry.person_id else people.add_person(laptop, meant)

    def _young(self, person_id: str) -> bool:
        assert self.opened is not None
        return any(p.id == person_id and p.role in YOUNG for p in self.opened.known.people)


def _text(value: str | bool | None) -> str:
    return value if isinstance(value, str) else _SAID[value]


def _given(person: PersonOnFile) -> str:
    return person.given or person.called


def form_of(entry: Any, draft_id: str) -> PersonDialog | None:
    """The form in which a draft is written on; None for an entry of another kind."""
    return (
        PersonDialog(entry.family_id, entry.person_id, draft_id=draft_id)
        if isinstance(entry, PersonEntry)
        else None
    )
