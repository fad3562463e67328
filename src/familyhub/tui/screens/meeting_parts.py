"""The sections of the page of a meeting, in their order. Each says to which part of the narrow page it belongs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widget import Widget
from textual.widgets import Static

from familyhub.casework.checking import clean
from familyhub.casework.meeting_entries import ChildAt
from familyhub.practice.days import short_day, show_day
from familyhub.practice.household import Child
from familyhub.practice.meetings import CHILDREN, DECISION, THEN_NOW, WHO, day_before, said_before
from familyhub.records.codes import CHILD_METHOD, DAY_LINE, FAMILY_QUESTION, MEETING_KIND, REVIEW_DECISION
from familyhub.tui.screens import meeting_entry as page
from familyhub.tui.screens.log_visit_parts import Section
from familyhub.tui.screens.meeting_rows import AgreedRows, GoingRows, GuestRows, ScoreRows
from familyhub.tui.widgets.fields import FieldChanged, FieldGroup, FieldLines, FormRow, LineField
from familyhub.tui.widgets.fields_choice import ChoiceField, ReadersField
from familyhub.tui.widgets.fields_prose import ProseField, ProseRow
from familyhub.tui.widgets.fields_read import DayField, TimeField

THERE = {"": "not said", "yes": "was there", "no": "was not there"}
OTHERWISE = "only where something speaks against it"


def sections(opened: page.Opened, *, front: bool) -> Iterator[Section]:
    """Every section; in the front-room view attendance, actions that the family may read, their answers, the decision."""
    yield _who(opened, front)
    yield from _children(opened, front)
    yield from _then_now(opened, front)
    yield from _decision(opened, front)


def _who(opened: page.Opened, front: bool) -> Section:
    entry, last = opened.entry, opened.last
    told = "the first meeting on record"
    if last is not None:
        decided = f", {REVIEW_DECISION.words(last.decision)}" if last.decision else ""
        told = f"{last.words}, {show_day(last.on, opened.today)}{decided}"
    kinds = {k: w[:1].upper() + w[1:] for k, w in MEETING_KIND.values.items()}
    head = FieldLines(
        FieldGroup(
            ChoiceField("kind", kinds, entry.kind), DayField("on", entry.on, today=opened.today, past=True),
            TimeField("at", entry.at),
        ),
        FieldGroup(LineField("place", entry.place, placeholder="where", width=26)),
    )  # fmt: skip
    rows = [
        FormRow("Meeting", head),
        FormRow("Last time", Static(told, classes="form-words", markup=False)),
        Static("Who was there", classes="question", markup=False),
        GuestRows(opened, entry, front=front),
        FormRow("+ else", LineField("new_guest", placeholder="somebody else: name, agency; Enter adds them")),
    ]
    return Section(WHO, *rows, id="who-part", stop=True)


def _children(opened: page.Opened, front: bool) -> Iterator[Section]:
    for number, (child, said) in enumerate(zip(opened.file.children, opened.entry.children, strict=True)):
        yield Section(
            CHILDREN, ChildAtMeeting(child, said, opened, front=front), id=f"child-{number}", stop=number == 0
        )


class ChildAtMeeting(Vertical):
    """One child: there or not, their views and a day in their life, last time's beside them; or why none are recorded."""

    DEFAULT_CSS = "ChildAtMeeting { height: auto; margin-bottom: 1; }"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("f3", "readers", "Who may read", show=False)]

    def __init__(self, child: Child, said: ChildAt, opened: page.Opened, *, front: bool) -> None:
        super().__init__()
        self.child, self.said, self.opened, self.front = child, said, opened, front

    def compose(self) -> ComposeResult:
        """The child's lines."""
        child, said = self.child, self.said
        there = {True: "yes", False: said_absent(said)}[said.came]
        with Horizontal(classes="child-head"):
            yield Static(f"{clean(child.given)}, {child.age_text}", classes="question", markup=False)
            if child.role != "unborn":
                yield ChoiceField(f"came:{child.id}", THERE, there)
        if self.front:
            return
        words = "how the pregnancy goes" if child.role == "unborn" else "views, exactly as given"
        views = ProseField(f"views:{child.id}", said.views, most=6)
        readers = ReadersField(f"views_readers:{child.id}", said.views_readers)
        yield ProseRow(f"{clean(child.given)}: {words}", views, readers)
        method = said.method or ("said" if child.alone_expected else "watched")
        yield FormRow("", ChoiceField(f"method:{child.id}", CHILD_METHOD.values, method, before="how: "))
        if (before := said_before(self.opened.file.voices, child.id)) is not None:
            yield self._then(before.on, before.said)
        if child.role != "unborn":
            yield from self._day()
        none = LineField(f"none:{child.id}", said.none_because, placeholder="because")
        yield FormRow("No views", none)

    def _day(self) -> Iterator[Widget]:
        """A day in this child's life: the same five lines as last time, each under the other."""
        child, said = self.child, self.said
        with Horizontal(classes="child-head"):
            yield Static(f"A day in {clean(child.given)}'s life", classes="question", markup=False)
            yield ReadersField(f"a_day_readers:{child.id}", said.a_day_readers)
        then = {line.part: line for line in day_before(self.opened.file.days, child.id)}
        for part, words in DAY_LINE.values.items():
            label = part[:1].upper() + part[1:]
            yield FormRow(
                label, LineField(f"{part}:{child.id}", said.a_day.get(part, ""), placeholder=words.lower())
            )
            if part in then:
                yield self._then(then[part].on, then[part].text)

    def _then(self, on: str, text: str) -> Static:
        """What stood there last time, to read only."""
        words = f"Then, {short_day(on, self.opened.today)}: “{' '.join(clean(text).split())}”"
        return Static(words, classes="then", markup=False)

    def on_field_changed(self, event: FieldChanged) -> None:
        """Keep what is typed in the child's line of the entry."""
        name, answer = event.by.field.partition(":")[0], event.by.answer
        before = repr(self.said)
        if name == "came":
            self.said.came = answer == "yes"
        elif name == "none":
            self.said.none_because = answer
        elif name in DAY_LINE.values:
            self.said.a_day = {**self.said.a_day, name: answer}
            self.said.a_day = {part: text for part, text in self.said.a_day.items() if text}
        else:
            setattr(self.said, name, answer)
        if repr(self.said) == before:
            event.stop()


def said_absent(said: ChildAt) -> str:
    """``no`` where something is written of a child who was not there, else nothing: nobody is taken to have come."""
    return "no" if said.views.strip() or said.none_because.strip() else ""


def _then_now(opened: page.Opened, front: bool) -> Iterator[Section]:
    entry, plan = opened.entry, opened.plan
    if plan is None:
        none = Static("No plan is open: nothing to score.", classes="form-words", markup=False)
        yield Section(THEN_NOW, FormRow("Plan", none), id="scores-part")
        return
    yield Section(
        THEN_NOW, ScoreRows(opened, page.scored_needs(plan, front=front), entry), id="scores-part", stop=True
    )
    steps = page.open_steps(plan, front=front)
    yield Section(THEN_NOW, GoingRows(opened, steps, entry, front=front), id="going-part")
    needs = {
        n.id: f"{k} {clean(n.what)[:30]}" for k, n in enumerate(page.scored_needs(plan, front=front), start=1)
    }
    yield Section(
        THEN_NOW,
        Static("Agreed, and new", classes="question", markup=False),
        AgreedRows(opened, entry),
        FormRow("What", LineField("new_what", entry.page.get("new_what", ""), placeholder="one step that somebody can do")),
        FormRow("Who", LineField("new_who", entry.page.get("new_who", ""), placeholder="a name", width=22),
                LineField("new_agency", entry.page.get("new_agency", ""), placeholder="agency", width=20)),
        FormRow("By", DayField("new_due", entry.page.get("new_due", ""), today=opened.today, ahead=True),
                ChoiceField("new_need", {**needs, "": "under no need"}, entry.page.get("new_need", ""), before="need: "),
                hint="Enter in the day adds it"),
        id="agreed-part",
    )  # fmt: skip


def _decision(opened: page.Opened, front: bool) -> Iterator[Section]:
    entry = opened.entry
    yield Section(
        DECISION,
        Horizontal(Static("The family says", classes="question", markup=False),
                   ReadersField("answers_readers", entry.answers_readers), classes="child-head"),
        *(part for code, asked in FAMILY_QUESTION.values.items() for part in (
            Static(asked, classes="asked", markup=False), FormRow("", ProseField(code, getattr(entry, code), most=5)))),
        id="answers-part", stop=True,
    )  # fmt: skip
    if not front:
        summary = ProseField("summary", entry.summary, most=10)
        readers = ReadersField("summary_readers", entry.summary_readers)
        yield Section(DECISION, ProseRow("What was talked about", summary, readers), id="summary-part")
    next_line = FormRow("Next", DayField("next_due", entry.next_due, today=opened.today, ahead=True, offer=opened.offered),
                        hint=f"every {opened.file.review_rules.weeks} weeks: Enter accepts")  # fmt: skip
    rows = [FormRow("Decision", ChoiceField("decision", REVIEW_DECISION.values, entry.decision))]
    why = ProseRow(
        "Why",
        ProseField("because", entry.because, most=5),
        ReadersField("because_readers", entry.because_readers),
    )
    yield Section(DECISION, *rows, *(() if front else (why,)), next_line, id="decision-part")
    if not front:
        yield Section(
            DECISION,
            FormRow("or none", LineField("no_next_because", entry.no_next_because, placeholder="because")),
            FormRow("Although", LineField("although", entry.although, placeholder=OTHERWISE)),
            id="otherwise-part",
        )
