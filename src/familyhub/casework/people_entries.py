"""The entry about somebody of a family: who is added to its file, or what is corrected or has changed.

Days are as in ``entries``; ``revs`` are the tokens of the rows that were on screen.
"""

from __future__ import annotations

from msgspec import Struct, field


class TieEntry(Struct):
    """How somebody belongs to one other person of the family; what is None stays as it is.

    Of an adult it says what they are to the other; of a child what the other is to the child.
    """

    other_id: str
    kind: str | None = None
    """An empty text: nothing to each other, it was recorded by mistake."""
    responsible: str | None = None
    """Parental responsibility: ``yes``, ``no``, or an empty text where it is not known."""


class PersonEntry(Struct):
    """Somebody of a family. For ``change_person`` what is None stays as it is."""

    family_id: str = ""
    person_id: str = ""
    """For somebody who is in the file."""
    role: str | None = None
    """``child``, ``adult``, ``unborn`` or ``network``."""
    given: str | None = None
    family_name: str | None = None
    name_from: str = ""
    """The day from which they have the new name; empty: the name that stands is put right."""
    birth_date: str | None = None
    """Of an unborn child: it is born."""
    expected_date: str | None = None
    sex: str | None = None
    lives_here: bool | None = None
    since: str | None = None
    """Since when they are here, or live where they live now."""
    left_on: str | None = None
    """The day on which they left the family or its network; an empty text: they did not leave."""
    back_on: str = ""
    """The day on which somebody who had left came back."""
    school: str | None = None
    school_since: str = "today"
    occupation: str | None = None
    agency: str | None = None
    third_party: bool | None = None
    """Of another family, and here only for what they have to do with this one."""
    ties: list[TieEntry] = field(default_factory=list)
    although: str = ""
    """Why somebody is added although somebody of the same name and birth date is there."""
    revs: dict[str, str] = field(default_factory=dict)
    """By the id of a row, its token; of rows that are not named what is here now counts as seen."""
    draft_id: str = ""
    page: dict[str, str] = field(default_factory=dict)
    """Where its author was on the page, for a draft that is opened again: no part of the record."""
