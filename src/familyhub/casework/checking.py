"""Checks at the edge: text is text, days are days; each finding is a sentence for the field it belongs to."""

from __future__ import annotations

from datetime import date

from familyhub.casework.problems import Problem
from familyhub.practice.days import NotADay, read_day, read_time, show_day
from familyhub.records.codes import CodeList

LONGEST_TEXT = 200_000
"""Characters of one text: forty pages; an op has to fit in one batch of an exchange."""
LONGEST_LINE = 300


def clean(text: str) -> str:
    """Text as it is kept: line ends made one kind, control characters and halves of characters taken out."""
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(
        c for c in unified if c in "\n\t" or (c >= " " and c != "\x7f" and not "\x80" <= c < "\xa0")
    )
    return kept.encode("utf-8", "ignore").decode().strip()


class Check:
    """Collects what is wrong with one entry."""

    def __init__(self, today: date) -> None:
        self.today = today
        self.problems: list[Problem] = []

    def wrong(self, field: str, sentence: str) -> None:
        """Note one problem."""
        self.problems.append(Problem(field, sentence))

    def text(self, field: str, value: str, *, needed: str = "") -> str:
        """Cleaned prose; ``needed`` is the sentence when it is empty."""
        kept = clean(value)
        if not kept and needed:
            self.wrong(field, needed)
        if len(kept) > LONGEST_TEXT:
            self.wrong(
                field,
                f"This text is {len(kept):,} characters long; {LONGEST_TEXT:,} fit. Save it in two parts.",
            )
        return kept

    def line(self, field: str, value: str, *, needed: str = "") -> str:
        """Cleaned text on one line."""
        kept = " ".join(clean(value).split())
        if not kept and needed:
            self.wrong(field, needed)
        if len(kept) > LONGEST_LINE:
            self.wrong(
                field,
                f"This is {len(kept)} characters long; {LONGEST_LINE} fit on a line. Put the rest in a note.",
            )
        return kept

    def code(self, field: str, value: str, codes: CodeList, *, needed: str = "") -> str | None:
        """A value of a code list, as its code or its words."""
        typed = clean(value).lower()
        if not typed:
            if needed:
                self.wrong(field, needed)
            return None
        for known, words in codes.values.items():
            if (
                typed in (known.lower(), words.lower())
                or typed.replace(" ", "_").replace("-", "_") == known.lower()
            ):
                return known
        self.wrong(field, f"“{typed[:30]}” is not one of: {', '.join(codes.values.values())}.")
        return None

    def day(
        self, field: str, value: str, *, needed: str = "", past: bool = False, ahead: bool = False,
        instead: str = "Which day was it?",
    ) -> str | None:  # fmt: skip
        """A day as ISO text; ``past``: it must not lie ahead, else ``instead`` says what to do; ``ahead``: nor behind."""
        if not value.strip():
            if needed:
                self.wrong(field, needed)
            return None
        try:
            day = read_day(value, self.today, past=past)
        except NotADay as error:
            self.wrong(field, str(error))
            return None
        if past and day > self.today:
            self.wrong(field, f"{show_day(day, self.today)} has not come yet. {instead}")
            return None
        if ahead and day < self.today:
            self.wrong(field, f"{show_day(day, self.today)} is past. Give a day from today on.")
            return None
        return day.isoformat()

    def time(self, field: str, value: str) -> str | None:
        """A time of day as ``HH:MM``."""
        if not value.strip():
            return None
        try:
            return read_time(value)
        except ValueError as error:
            self.wrong(field, str(error))
            return None

    def done(self) -> None:
        """Raise ``Refused`` when anything is wrong."""
        from familyhub.casework.problems import Refused

        if self.problems:
            raise Refused(*self.problems)
