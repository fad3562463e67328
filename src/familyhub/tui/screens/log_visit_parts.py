"""The sections of the page *Log visit*, in their order. Each says to which part of the narrow page it belongs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static

from familyhub.casework.checking import clean
from familyhub.practice.days import short_day
from familyhub.records.codes import VISIT_KIND, VISIT_OUTCOME
from familyhub.tui.screens import log_visit_entry as page
from familyhub.tui.screens.log_visit_actions import ActionRows, PromiseRows
from familyhub.tui.screens.log_visit_children import ChildrenRows, ChildWords
from familyhub.tui.widgets.fields import FieldGroup, FieldLines, FormRow, LineField
from familyhub.tui.widgets.fields_choice import AskField, ChoiceField, ReadersField
from familyhub.tui.widgets.fields_prose import ProseField, ProseRow
from familyhub.tui.widgets.fields_read import DayField, TimeField
from familyhub.tui.widgets.fields_ticks import Tick, TicksField

SAFETY_QUESTION = "Is any child unsafe, or are you worried about tonight?"
SAFETY = {"no": ("n", "No"), "not_sure": ("u", "Not sure"), "yes": ("y", "Yes: what to do")}
YES_NO = {"yes": "yes", "no": "no"}


class Section(Vertical):
    """A section of the page; ``part`` is where it stands on a narrow terminal, ``stop`` whether F6 stops here."""

    DEFAULT_CSS = "Section { height: auto; }"

    def __init__(
        self, part: int, *content: Widget, id: str, classes: str = "made", stop: bool = False
    ) -> None:
        super().__init__(*content, id=id, classes=classes)
        self.part, self.stop = part, stop


class PartsLine(Static):
    """``1 Visit √   2 Children   …     F6 next part``: a narrow terminal shows one part; a click goes to it."""

    class Chosen(Message):
        """A part was clicked."""

        def __init__(self, part: int) -> None:
            super().__init__()
            self.part = part

    def show(self, current: int, done: set[int], parts: Mapping[int, str] = page.PARTS) -> None:
        """Print the parts, those with nothing left to answer marked √."""
        self._spans: list[tuple[int, int, int]] = []
        pieces, at = [], 0
        for part, words in parts.items():
            text = f"{part} {words}{' √' if part in done else ''}"
            pieces.append(Content.styled(text, "bold reverse" if part == current else ""))
            self._spans.append((at, at + len(text), part))
            at += len(text) + 2
        self.update(Content("  ").join([*pieces, Content.styled("F6 next part", "dim")]))

    def on_click(self, event: events.Click) -> None:
        """Go to the part under the pointer."""
        for first, after, part in self._spans:
            if first <= event.x < after:
                self.post_message(self.Chosen(part))


def sections(opened: page.Opened, *, front: bool) -> Iterator[Section]:
    """Every section; in the front-room view attendance, dates and a blank note only."""
    yield _visit(opened, front)
    if opened.entry.outcome != "made":
        yield missed(opened)
    if front:
        yield _there(opened)
        yield _children(opened, front=True)
        yield Section(page.HAPPENED, HiddenNote(opened.entry.happened), id="story-part", stop=True)
        yield _next(opened)
        return
    yield _last(opened)
    yield _there(opened)
    yield _children(opened, front=False)
    yield from _prose(opened)
    yield _actions(opened)
    yield _story(opened)
    yield _next(opened)


def _visit(opened: page.Opened, front: bool) -> Section:
    entry, today = opened.entry, opened.today
    planned = opened.file.next_visit
    offer = planned.at if planned is not None and planned.on == entry.on else ""
    groups: list[Widget] = [
        FieldGroup(
            ChoiceField("kind", VISIT_KIND.values, entry.kind),
            ChoiceField("outcome", VISIT_OUTCOME.values, entry.outcome),
            DayField("on", entry.on, today=today, past=True),
            TimeField("start_at", entry.start_at, offer=offer),
            Static("to", classes="form-word", markup=False),
            TimeField("end_at", entry.end_at),
        )
    ]
    if not front:
        colleagues = {
            "": "me",
            **{i: f"me and {clean(n)}" for i, n in opened.colleagues if i != opened.worker_id},
        }
        groups.append(
            FieldGroup(
                ChoiceField(
                    "planned", {"yes": "planned", "no": "not planned"}, "yes" if entry.planned else "no"
                ),
                ChoiceField("with_worker_id", colleagues, entry.with_worker_id, before="with: "),
            )
        )
    hint = Static(f"start {offer} was planned: Enter accepts", id="start-hint", markup=False)
    hint.display = bool(offer) and not entry.start_at
    return Section(
        page.VISIT, FormRow("Visit", FieldLines(*groups)), hint, id="visit-part", classes="", stop=True
    )


def missed(opened: page.Opened) -> Section:
    """Of a visit that was not made: what I did, and when I try again."""
    entry = opened.entry
    return Section(
        page.VISIT,
        FormRow("What I did", ProseField("did_instead", entry.did_instead, least=2)),
        FormRow("Next try", DayField("next_try", entry.next_try, today=opened.today, ahead=True)),
        id="missed-part", classes="missed",
    )  # fmt: skip


def _last(opened: page.Opened) -> Section:
    last = page.last_made(opened.file)
    steps = page.promises(opened.file, opened.worker, opened.today)
    if last is None:
        words = "No visit before this one."
    else:
        by = "you" if last.by_id == opened.worker_id else clean(last.by)
        words = f"{short_day(last.on, opened.today)}, {by}."
    words += " You said you would:" if steps else " Nothing you promised is due."
    told = Static(words, classes="form-words", markup=False)
    if not steps:
        return Section(page.VISIT, FormRow("Last", told), id="last-part")
    rows = PromiseRows(steps, opened.entry, opened.today)
    return Section(page.VISIT, FormRow("Last", told), rows, id="last-part")


def _there(opened: page.Opened) -> Section:
    entry = opened.entry
    ticks = [
        Tick(m.id, clean(", ".join(p for p in (m.given, page.kin(m, opened.file)) if p)))
        for m in opened.file.adults
    ]
    ticks += [Tick(f"other:{n}", f"{clean(n)} (not in the file)") for n in entry.others]
    ticked = [*entry.present, *(f"other:{n}" for n in entry.others)]
    there = TicksField("present", ticks, ticked, more="someone else", id="there")
    return Section(page.VISIT, FormRow("There", there), id="there-part")


def _children(opened: page.Opened, *, front: bool) -> Section:
    entry = opened.entry
    children = page.children_of(entry, opened.file, opened.today)
    rows = ChildrenRows(children, entry.children, opened.today, front=front)
    words = [] if front else [
        ChildWords(c, s, opened.today)
        for c, s in zip(children, entry.children, strict=True) if ChildWords.due(s)
    ]  # fmt: skip
    return Section(page.CHILDREN, rows, Vertical(*words, id="words"), id="children-part", stop=True)


def _prose(opened: page.Opened) -> Iterator[Section]:
    entry = opened.entry
    yield Section(
        page.HAPPENED,
        ProseRow("What happened: what I saw, heard and was told", ProseField("happened", entry.happened, most=16),
                 ReadersField("happened_readers", entry.happened_readers)),
        id="story-part", stop=True,
    )  # fmt: skip
    yield Section(
        page.HAPPENED,
        ProseRow("What it may mean for each child: my view", ProseField("meaning", entry.meaning, most=12),
                 ReadersField("meaning_readers", entry.meaning_readers)),
        id="meaning-part",
    )  # fmt: skip
    yield Section(
        page.CHILDREN,
        Static(SAFETY_QUESTION, classes="question", markup=False),
        FormRow("", AskField("safe", SAFETY, entry.safe)),
        id="safety-part",
    )


def _actions(opened: page.Opened) -> Section:
    promised = page.promises(opened.file, opened.worker, opened.today)
    steps = page.other_actions(opened.file, promised)
    if not steps:
        return Section(
            page.ACTIONS, FormRow("Actions", Static("No other action is open.", classes="form-words", markup=False)),
            id="actions-part",
        )  # fmt: skip
    return Section(
        page.ACTIONS, Static("Actions", classes="question", markup=False),
        ActionRows(steps, opened.entry, opened.today), id="actions-part", stop=True,
    )  # fmt: skip


def _story(opened: page.Opened) -> Section:
    entry = opened.entry
    told = {None: "", True: "yes", False: "no"}[entry.told_family]
    event = ChoiceField(
        "significant",
        {"no": "not a significant event", "yes": "a significant event"},
        "yes" if entry.significant else "no",
    )
    family = ChoiceField(
        "told_family", {"": "not said", **YES_NO}, told, before="told the family what I will write: "
    )
    return Section(page.ACTIONS, FormRow("Story", FieldLines(event, family)), id="event-part")


def _next(opened: page.Opened) -> Section:
    entry, file = opened.entry, opened.file
    at = file.next_visit.at if file.next_visit is not None else ""
    day = DayField(
        "next_on", entry.next_on, today=opened.today, ahead=True, offer=opened.offered_next.isoformat()
    )
    hint = f"{page.rhythm_words(file.visit_rhythm_days)}: Enter accepts"
    return Section(
        page.ACTIONS,
        FormRow("Next", FieldGroup(day, TimeField("next_at", entry.next_at, offer=at),
                                   ChoiceField("next_kind", VISIT_KIND.values, entry.next_kind)), hint=hint),
        FormRow("or none", LineField("no_next_because", entry.no_next_because, placeholder="because")),
        id="next-part", stop=True,
    )  # fmt: skip


class HiddenNote(Vertical):
    """The front-room note: a blank space that hides what is saved. Words are added to those that are there."""

    DEFAULT_CSS = "HiddenNote { height: auto; }"

    class Added(Message):
        """The whole text now, with what was just typed at its end."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def __init__(self, before: str) -> None:
        super().__init__()
        self._before = before

    def compose(self) -> ComposeResult:
        """A blank field, and how much is hidden."""
        yield Static("Note", classes="question", markup=False)
        yield FormRow("", ProseField("blank", most=14))
        yield Static(self._hidden(), id="hidden-words", markup=False)

    def whole(self) -> str:
        """What was there, and what stands in the field."""
        typed = self.query_one(ProseField).text
        return "\n\n".join(t for t in (self._before.rstrip(), typed) if t.strip())

    def put_away(self) -> None:
        """Hide what was typed; the field is blank again."""
        self._before = self.whole()
        field = self.query_one(ProseField)
        if field.text:
            field.load_text("")
        self.query_one("#hidden-words", Static).update(self._hidden())

    def on_descendant_blur(self) -> None:
        """The field was left: nobody reads over a shoulder."""
        self.put_away()

    def _hidden(self) -> str:
        words = len(self._before.split())
        return f"{words} words are kept and hidden until after the visit." if words else ""
