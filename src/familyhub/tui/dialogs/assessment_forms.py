"""The forms of an assessment: one section each, a need it found, a child's words and day. What is known is taken over with F5."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from familyhub.casework.assessment_entries import FoundNeedEntry, SectionEntry
from familyhub.casework.checking import clean
from familyhub.practice import assessment as rules
from familyhub.practice.assessment import AssessmentView, Place
from familyhub.practice.days import short_day
from familyhub.practice.known_words import known_text, last_words
from familyhub.records.codes import CHILD_METHOD, DAY_LINE, FAMILY_MEETING
from familyhub.tui.dialogs.family_dialog import FamilyDialog, Opened
from familyhub.tui.dialogs.sharing_forms import LineNote
from familyhub.tui.widgets.fields import FormRow, LineField, fields_in
from familyhub.tui.widgets.fields_choice import ChoiceField, ReadersField
from familyhub.tui.widgets.fields_hint import KeyHint
from familyhub.tui.widgets.fields_prose import ProseField, ProseRow

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from familyhub.casework.entries import Saved
    from familyhub.casework.laptop import Laptop
    from familyhub.practice.family_file import FamilyFile

LONGEST_KNOWN = 160
"""Characters of what is known already that are shown in a form."""
HEADINGS = {
    "said": "Own words, exactly as said", "asked": "I asked", "none_because": "Or: no views, because",
    "why_not": "Not met, because", "meeting_why": "Family meeting: what they said, or why not offered", **DAY_LINE.values,
}  # fmt: skip
Stood = tuple[str, str]
"""A text that stands, and who may read it."""


def _whole(value: str) -> int | None:
    typed = value.strip()
    return int(typed) if typed.isascii() and typed.isdigit() else None


def _beginning(text: str) -> str:
    flat = " ".join(clean(text).split())
    return flat if len(flat) <= LONGEST_KNOWN else flat[:LONGEST_KNOWN].rstrip() + "…"


class TextsDialog(FamilyDialog):
    """A form of several texts, each with who may read it; what is known already is shown, and F5 takes it over."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f5", "take_over", "Take over what is known", show=False, priority=True)
    ]
    foot: ClassVar[tuple[tuple[str, str], ...]] = (
        ("^S", "Save"),
        ("F5", "Take over what is known"),
        ("Esc", "Leave it"),
    )

    def stood(self, topic: str) -> Stood:
        """A text as it stands."""
        raise NotImplementedError

    def known(self, topic: str) -> str:
        """What is known already about a text, from elsewhere in the file."""
        raise NotImplementedError

    def text_rows(self, topics: Mapping[str, str], *, most: int = 6) -> list[Widget]:
        """The texts under their headings; each ends with what is known already, while nothing stands."""
        out: list[Widget] = []
        for topic, heading in topics.items():
            text, audience = self.stood(topic)
            out.append(
                ProseRow(heading, ProseField(topic, self.entry.texts.get(topic, text), least=1, most=most),
                         ReadersField(f"{topic}_readers", self.entry.readers.get(topic, audience)))
            )  # fmt: skip
            if not text and (known := self.known(topic)):
                out.append(FormRow(" ", LineNote(f"Known: “{_beginning(known)}”")))
        return out

    def take(self, name: str, answer: str) -> None:
        """Only what differs from what stands."""
        topic = name.removesuffix("_readers")
        store, index = (self.entry.texts, 0) if topic == name else (self.entry.readers, 1)
        if answer == self.stood(topic)[index]:
            store.pop(topic, None)
        else:
            store[topic] = answer

    def action_take_over(self) -> None:
        """F5: put what is known already into every text that is empty."""
        if self.opened is None:
            return
        taken = 0
        for field in fields_in(self):
            if (
                isinstance(field, ProseField)
                and not field.answer.strip()
                and (known := self.known(field.field))
            ):
                field.answer = known
                taken += 1
        self.say(
            "Taken over. Change what is not so any more."
            if taken
            else "Nothing is known yet that is not here."
        )

    async def on_key_hint_pressed(self, event: KeyHint.Pressed) -> None:
        """The keys at the foot are buttons."""
        if event.key == "F5":
            self.action_take_over()
        else:
            await super().on_key_hint_pressed(event)


class SectionDialog(TextsDialog):
    """One section of the assessment."""

    draft_kind = "section"
    saved_words = "This part of the assessment is"
    gone_words: ClassVar[str] = "The assessment is not being written now."

    def __init__(
        self, family_id: str, section: str, person_id: str = "", *, draft_id: str | None = None
    ) -> None:
        topics = rules.TOPICS[section]
        first = topics[0] if topics else {"voice": "said", "day": next(iter(DAY_LINE.values))}[section]
        super().__init__(family_id, first="answer" if section == "adult" else first, draft_id=draft_id)
        self.at = Place(section, person_id or None)

    @property
    def key(self) -> str:
        """The section and whom it is about."""
        return f"{self.at.section}:{self.at.person_id or ''}"

    @property
    def file(self) -> FamilyFile:
        """The family's file as it was read."""
        assert self.opened is not None
        return self.opened.file

    @property
    def current(self) -> AssessmentView:
        """The assessment that is being written; raises ``LookupError`` where there is none."""
        found = rules.now(self.file)
        if found is None or not found.open:
            raise LookupError("assessment")
        return found

    def blank(self) -> SectionEntry:
        """Nothing changed yet."""
        return SectionEntry(
            self.family_id, self.at.section, self.at.person_id or "", on=self.laptop.today.isoformat()
        )

    def title_words(self, opened: Opened) -> str:
        """The section's name."""
        return clean(rules.title(opened.file, self.at))

    def stood(self, topic: str) -> Stood:
        """A text of the assessment as it stands."""
        current, person = self.current, self.at.person_id or ""
        usual = rules.DEFAULT_READERS[topic]
        if topic in DAY_LINE.values:
            line = current.day(person, topic)
            return (line.text, line.readers) if line else ("", usual)
        if topic in ("said", "asked", "none_because"):
            voice = current.voice(person)
            if voice is None:
                return "", usual
            return {
                "said": (voice.said, voice.said_readers), "asked": (voice.asked, voice.asked_readers),
                "none_because": (voice.none_because, voice.none_readers),
            }[topic]  # fmt: skip
        if topic == "why_not":
            met = current.was_met(person)
            return (met.why_not, met.readers) if met else ("", usual)
        if topic == "meeting_why":
            return (current.offer.why, current.offer.readers) if current.offer else ("", usual)
        text = current.text(self.at.section, topic, self.at.person_id)
        return (text.text, text.readers) if text else ("", usual)

    def known(self, topic: str) -> str:
        """The child's last words, or what an earlier assessment or day says."""
        if self.at.section == "voice":
            last = last_words(self.file.visits, self.file.voices, self.at.person_id or "")
            return {"said": last.said, "asked": last.asked}.get(topic, "") if last else ""
        found = known_text(self.file, self.at, topic)
        return found.text if found else ""

    def rows(self, opened: Opened) -> list[Widget]:
        """The texts of the section, its score or its question."""
        section, file, entry = self.at.section, opened.file, self.entry
        texts = {t: clean(rules.topic_words(file, self.at, t)) for t in rules.TOPICS[section]}
        match section:
            case "voice":
                last = last_words(file.visits, file.voices, self.at.person_id or "")
                when = f"last said {short_day(last.on, opened.today)}" if last else "no words recorded yet"
                method = entry.method or (
                    v.method if (v := self.current.voice(self.at.person_id or "")) else ""
                )
                texts = {t: HEADINGS[t] for t in ("said", "asked", "none_because")}
                return [
                    *self.text_rows(texts),
                    FormRow("How", ChoiceField("method", CHILD_METHOD.values, method), hint=when),
                ]
            case "day":
                return self.text_rows(DAY_LINE.values, most=4)
            case "adult":
                met = self.current.was_met(self.at.person_id or "")
                answer = entry.answer or ("" if met is None else "yes" if met.met else "no")
                return [
                    FormRow(
                        "Met",
                        ChoiceField("answer", {"yes": "yes", "no": "no"}, answer),
                        hint="for this assessment",
                    ),
                    *self.text_rows({"why_not": HEADINGS["why_not"], **texts}),
                ]
            case "family":
                offered = entry.answer or (self.current.offer.answer if self.current.offer else "")
                return [
                    *self.text_rows(texts),
                    FormRow(
                        "Meeting",
                        ChoiceField("answer", FAMILY_MEETING.values, offered),
                        hint="family group decision-making",
                    ),
                    *self.text_rows({"meeting_why": HEADINGS["meeting_why"]}, most=3),
                ]
        score = entry.score if entry.score is not None else self.current.score(section, self.at.person_id)
        scale = FormRow(
            "Stands at",
            LineField("score", "" if score is None else str(score), width=6),
            hint="0 (worst) to 10",
        )
        return [*self.text_rows(texts), scale]

    def take(self, name: str, answer: str) -> None:
        """The scale, the question, or a text."""
        entry = self.entry
        if name == "score":
            typed = _whole(answer)
            entry.score = None if typed == self.current.score(self.at.section, self.at.person_id) else typed
        elif name == "answer":
            stands = self.current.offer.answer if self.at.section == "family" and self.current.offer else ""
            if (
                self.at.section == "adult"
                and (met := self.current.was_met(self.at.person_id or "")) is not None
            ):
                stands = "yes" if met.met else "no"
            entry.answer = "" if answer == stands else answer
        elif name == "method":
            voice = self.current.voice(self.at.person_id or "")
            entry.method = "" if voice is not None and answer == voice.method else answer
        else:
            super().take(name, answer)

    def action_take_over(self) -> None:
        """F5: with a child's words it is kept which visit they come from."""
        super().action_take_over()
        if self.at.section == "voice" and self.opened is not None:
            last = last_words(self.file.visits, self.file.voices, self.at.person_id or "")
            if last is not None:
                self.entry.from_visit_id = last.visit_id or ""
                method = next(f for f in fields_in(self) if f.field == "method")
                method.answer = method.answer or last.method

    def do(self, laptop: Laptop, entry: SectionEntry) -> Saved:
        """Write it."""
        from familyhub.casework import assessment_sections

        return assessment_sections.write_section(laptop, entry)


class FoundNeedDialog(FamilyDialog):
    """A need that the assessment found, which the plan takes over."""

    draft_kind = "assessment_need"
    saved_words = "Need"

    def blank(self) -> FoundNeedEntry:
        """Nothing typed yet."""
        return FoundNeedEntry(self.family_id)

    def title_words(self, opened: Opened) -> str:
        """What it is."""
        return "A need that the assessment found"

    def rows(self, opened: Opened) -> list[Widget]:
        """What, for whom, where it stands."""
        entry = self.entry
        whom = {"": "the whole family"} | {
            p.id: clean(p.given) for p in (*opened.file.children, *opened.file.adults)
        }
        score = "" if entry.score is None else str(entry.score)
        return [
            ProseRow("Need", ProseField("what", entry.what, least=2, most=5), ReadersField("what_readers", entry.what_readers)),
            FormRow("For", ChoiceField("person_id", whom, entry.person_id)),
            FormRow("Stands at", LineField("score", score, width=6), hint="0 (worst) to 10"),
        ]  # fmt: skip

    def take(self, name: str, answer: str) -> None:
        """An answer each."""
        setattr(self.entry, name, _whole(answer) if name == "score" else answer)

    def do(self, laptop: Laptop, entry: FoundNeedEntry) -> Saved:
        """Add it."""
        from familyhub.casework import assessment_sections

        return assessment_sections.add_found_need(laptop, entry)


def form_of(entry: Any, draft_id: str) -> FamilyDialog | None:
    """The form in which a draft is written on; None for an entry of another kind."""
    match entry:
        case SectionEntry():
            return SectionDialog(entry.family_id, entry.section, entry.person_id, draft_id=draft_id)
        case FoundNeedEntry():
            return FoundNeedDialog(entry.family_id, draft_id=draft_id)
    return None
