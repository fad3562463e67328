"""The form of a contact at the front door: who tells us of which worry, about which children."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec.structs import replace
from textual.containers import Vertical
from textual.widget import Widget
from textual.widgets import Static

from familyhub.casework.contact_entries import ContactAdultEntry, ContactChildEntry, ContactEntry
from familyhub.casework.problems import Problem, Refused
from familyhub.records.codes import CONTACT_CHANNEL, CONTACT_SOURCE
from familyhub.tui.dialogs.form_dialog import Begun, FormDialog, kept_before
from familyhub.tui.widgets.fields import FormRow, LineField
from familyhub.tui.widgets.fields_choice import ChoiceField
from familyhub.tui.widgets.fields_prose import ProseField, ProseRow
from familyhub.tui.widgets.fields_read import DayField, TimeField

if TYPE_CHECKING:
    from familyhub.casework.entries import Saved
    from familyhub.casework.laptop import Laptop

CHANNELS = {code: words for code, words in CONTACT_CHANNEL.values.items() if code != "worry"}
"""By which way a contact is recorded here: F8 records the other one."""
KNOWS = {"": "not known whether told", "yes": "knows", "no": "does not know"}
AGREES = {"": "not asked whether they agree", "yes": "agrees", "no": "does not agree"}
CONFIDENCE = {"no": "no", "yes": "yes: the family is never told who it was"}
_SAID = {None: "", True: "yes", False: "no"}
_MEANT = {"": None, "yes": True, "no": False}


class NameField(LineField):
    """The first name of one of the children or adults: what is wrong with their line is said there."""

    def __init__(self, field: str, value: str, of: str, number: int) -> None:
        super().__init__(field, value, placeholder="first name", width=13)
        self._takes = {f"{of}:{number}", *([of] if number == 0 else [])}

    def takes(self, problem: Problem) -> bool:
        """A problem of this line; the first one also takes that there is nobody."""
        return problem.field in self._takes


class ContactForm(FormDialog[Begun]):
    """What somebody tells us, in their words; the next child's line comes when one is named."""

    draft_kind = "contact"
    saved_words = "Contact"

    def __init__(self, *, draft_id: str | None = None) -> None:
        super().__init__(first="source", draft_id=draft_id)
        self.contact_id = ""
        """The contact, once it is saved."""

    def read(self, laptop: Laptop) -> Begun:
        """Whether one was being written before. Runs in a thread."""
        place = laptop.who.locality.replace("_", " ").title()
        return Begun(place, laptop.today, kept_before(laptop, self.draft_kind, "", self.draft_id))

    def blank(self) -> ContactEntry:
        """Nothing typed yet; today, written out: a field that is left does that, and it is not something typed."""
        return ContactEntry(received=self.laptop.today.isoformat())

    def title_words(self, opened: Begun) -> str:
        """What it is."""
        return "A contact"

    def rows(self, opened: Begun) -> list[Widget]:
        """Who tells us, the worry in their words, what was tried, the parent, children, adults, the address."""
        entry = self.entry
        return [
            FormRow("From", ChoiceField("source", CONTACT_SOURCE.values, entry.source)),
            FormRow("Who", LineField("who", entry.who, placeholder="their name", width=24),
                    LineField("agency", entry.agency, placeholder="agency: St Hilda's")),
            FormRow("Reach", LineField("reach", entry.reach, placeholder="how they may be rung or written to, to be told")),
            FormRow("Came", DayField("received", entry.received, today=opened.today, past=True),
                    TimeField("received_time", entry.received_time), ChoiceField("channel", CHANNELS, entry.channel)),
            FormRow("Secret?", ChoiceField("in_confidence", CONFIDENCE, _SAID[entry.in_confidence]), hint="told in confidence"),
            ProseRow("The worry, in their words", ProseField("worry", entry.worry, least=2, most=8)),
            ProseRow("What was tried already", ProseField("tried", entry.tried, least=1, most=5)),
            FormRow("Parent", ChoiceField("parent_told", KNOWS, _SAID[entry.parent_told]),
                    ChoiceField("parent_agrees", AGREES, _SAID[entry.parent_agrees], before="  ")),
            PeopleLines("child", "Children, unborn ones too", entry.children, ContactChildEntry),
            PeopleLines("adult", "Adults who live with them or care for them", entry.adults, ContactAdultEntry),
            FormRow("Address", LineField("address", entry.address),
                    LineField("postcode", entry.postcode, placeholder="postcode", width=12)),
        ]  # fmt: skip

    def take(self, name: str, answer: str) -> None:
        """An answer each; of people each in their own line."""
        kind, _, rest = name.partition(":")
        if rest:
            number, _, part = rest.partition(":")
            setattr(self.query_one(f"#contact-{kind}", PeopleLines).people[int(number)], part, answer)
            self.query_one(f"#contact-{kind}", PeopleLines).one_more()
        elif name in ("parent_told", "parent_agrees"):
            setattr(self.entry, name, _MEANT[answer])
        else:
            setattr(self.entry, name, answer == "yes" if name == "in_confidence" else answer)

    def do(self, laptop: Laptop, entry: ContactEntry) -> Saved:
        """Record it; a line in which nothing was typed is nobody."""
        from familyhub.casework import contacts

        children = [n for n, child in enumerate(entry.children) if child != ContactChildEntry("")]
        adults = [n for n, adult in enumerate(entry.adults) if adult != ContactAdultEntry("")]
        named = replace(
            entry, children=[entry.children[n] for n in children], adults=[entry.adults[n] for n in adults]
        )
        try:
            saved = contacts.add_contact(laptop, named)
        except Refused as refused:
            lines = {"children": children, "adults": adults}
            raise Refused(*(_at_their_line(problem, lines) for problem in refused.problems)) from None
        self.contact_id = saved.id
        return saved


def _at_their_line(problem: Problem, lines: dict[str, list[int]]) -> Problem:
    """What is wrong with somebody, counted without the empty lines, at the line in which they stand."""
    of, _, number = problem.field.partition(":")
    return Problem(f"{of}:{lines[of][int(number)]}", problem.sentence) if number else problem


class PeopleLines(Vertical):
    """Children or adults, a line or two each, and always one that is empty."""

    DEFAULT_CSS = "PeopleLines { height: auto; }"

    def __init__(self, kind: str, heading: str, people: list[Any], blank: type[Any]) -> None:
        self.kind, self.people, self._blank = kind, people, blank
        if not people or people[-1] != blank(""):
            people.append(blank(""))
        lines = [row for number in range(len(people)) for row in self._lines(number)]
        super().__init__(Static(heading, classes="question", markup=False), *lines, id=f"contact-{kind}")

    def one_more(self) -> None:
        """Another line, once somebody stands in the last one."""
        if self.people[-1] != self._blank(""):
            self.people.append(self._blank(""))
            self.mount_all(self._lines(len(self.people) - 1))

    def _lines(self, number: int) -> list[Widget]:
        one, label = self.people[number], f"{self.kind[:1].upper()}{self.kind[1:]} {number + 1}"

        def name(part: str) -> str:
            return f"{self.kind}:{number}:{part}"

        of = {"child": "children", "adult": "adults"}[self.kind]
        first = NameField(name("given"), one.given, of, number)
        family = LineField(name("family_name"), one.family_name, placeholder="family name", width=14)
        if self.kind == "adult":
            return [
                FormRow(
                    label,
                    first,
                    family,
                    LineField(name("tie"), one.tie, placeholder="who to the children: mum"),
                )
            ]
        born = LineField(name("birth_date"), one.birth_date, placeholder="born", width=12)
        return [
            FormRow(label, first, family, born, LineField(name("age"), one.age, placeholder="or age, or unborn")),
            FormRow(" ", LineField(name("school"), one.school, placeholder="school or nursery", width=24),
                    LineField(name("words"), one.words, placeholder="the child's own words, exactly, if any")),
        ]  # fmt: skip


def form_of(entry: Any, draft_id: str) -> ContactForm | None:
    """The form in which a draft of a contact is written on; None for an entry of another kind."""
    return ContactForm(draft_id=draft_id) if isinstance(entry, ContactEntry) else None
