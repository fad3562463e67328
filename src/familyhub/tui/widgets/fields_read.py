"""Lines whose text is read as something else, and shown as it is read: a day, a time, what is offered."""

from __future__ import annotations

from datetime import date

from familyhub.casework.checking import Check
from familyhub.practice.days import NotADay, read_day, read_time, show_day
from familyhub.tui.widgets.fields import LineField, harmless


class _Read(LineField):
    """A field whose text is read as something else; wrong text stays, with one sentence beside the field."""

    def __init__(
        self, field: str, value: str = "", *, offer: str = "", width: int, id: str | None = None
    ) -> None:
        super().__init__(field, "", placeholder=offer, width=width, id=id)
        self.select_on_focus = True
        self._offer = offer
        self._given = value

    def on_mount(self) -> None:
        """Show the value that the form was opened with as it is read, or what is wrong with it."""
        if self._given:
            self.answer = self._given
            if self.unread():
                self.call_after_refresh(self.settle)

    @property
    def offer(self) -> str:
        """What Enter accepts while the field is empty."""
        return self._offer

    @offer.setter
    def offer(self, value: str) -> None:
        self._offer = value
        self.placeholder = self.words(value)

    @property
    def answer(self) -> str:
        """What the text means; as it was typed where it means nothing."""
        return self.read(self.value) or self.value.strip()

    @answer.setter
    def answer(self, value: str) -> None:
        self.value = self.words(value)

    def read(self, text: str) -> str:
        """The value that ``text`` means, or nothing."""
        raise NotImplementedError

    def words(self, text: str) -> str:
        """A value as people read it."""
        raise NotImplementedError

    def found(self, text: str) -> str:
        """What is wrong with ``text``, in a sentence; nothing when it is right."""
        raise NotImplementedError

    def action_go_on(self) -> None:
        """Enter: accept what is offered where nothing was typed, then the next field."""
        if not self.value.strip() and self._offer:
            self.answer = self._offer
        super().action_go_on()

    def unread(self) -> str:
        """The sentence about a text that cannot be read."""
        text = self.value.strip()
        return self.found(text) if text else ""

    def settle(self) -> None:
        """Show the text as it is read, or what is wrong with it."""
        text, sentence = self.value.strip(), self.unread()
        if text and not sentence and (words := self.words(self.read(text))) != self.value:
            self.value = words
        self.wrong(sentence)


class OfferField(_Read):
    """A line whose usual answer is offered: Enter takes it while nothing was typed."""

    def read(self, text: str) -> str:
        """The text on one line."""
        return " ".join(text.split())

    def words(self, text: str) -> str:
        """The text without what a terminal would obey."""
        return harmless(text).replace("\n", " ")

    def found(self, text: str) -> str:
        """Nothing is wrong with any text here."""
        return ""


class DayField(_Read):
    """A day: ``tue``, ``12/3``, ``in 6 weeks``; shown as ``Tue 12 Mar`` once the field is left."""

    def __init__(
        self, field: str, value: str = "", *, today: date, past: bool = False, ahead: bool = False,
        instead: str = "Which day was it?", offer: str = "", width: int = 16, id: str | None = None,
    ) -> None:  # fmt: skip
        self.today, self.past, self.ahead, self.instead = today, past, ahead, instead
        super().__init__(field, value, offer="", width=width, id=id)
        self.offer = offer

    def read(self, text: str) -> str:
        """The day as ISO text."""
        try:
            return read_day(text, self.today, past=self.past).isoformat() if text.strip() else ""
        except NotADay:
            return ""

    def words(self, text: str) -> str:
        """``Tue 12 Mar``."""
        day = self.read(text)
        return show_day(day, self.today) if day else harmless(text).replace("\n", " ")

    def found(self, text: str) -> str:
        """The sentence of casework's own check."""
        check = Check(self.today)
        check.day(self.field, text, past=self.past, ahead=self.ahead, instead=self.instead)
        return check.problems[0].sentence if check.problems else ""


class TimeField(_Read):
    """A time of day: ``9``, ``930``, ``2pm``; shown as ``09:30`` once the field is left."""

    def __init__(self, field: str, value: str = "", *, offer: str = "", id: str | None = None) -> None:
        super().__init__(field, value, offer=offer, width=8, id=id)

    def read(self, text: str) -> str:
        """The time as ``HH:MM``."""
        try:
            return read_time(text) if text.strip() else ""
        except ValueError:
            return ""

    def words(self, text: str) -> str:
        """``09:30``."""
        return self.read(text) or harmless(text).replace("\n", " ")

    def found(self, text: str) -> str:
        """The sentence of casework's own reading."""
        try:
            read_time(text)
        except ValueError as error:
            return str(error)
        return ""
