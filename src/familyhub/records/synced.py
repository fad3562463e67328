"""The mix-in that every synced record shares, and how its fields declare the way they merge.

Source of the rules: the sync specification, "Tables": key ``(scope, id)``, every other column nullable, no foreign
keys, no CHECK and no ``Relationship()``, since an update may arrive before its insert and a child before its parent.
Days, moments and codes are kept as the ISO text or code that the op carried (decision 0002).
"""

from __future__ import annotations

import types
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, Union, get_args, get_origin

from sqlalchemy import BigInteger, Text
from sqlalchemy.orm import declared_attr
from sqlmodel import Field, SQLModel

from familyhub.records.codes import READERS, CodeList

META_COLUMNS = ("created_op", "created_hlc", "created_by", "received", "removed", "heads", "dead", "ext")
"""Columns of the mix-in beside the key: they say how the row merges, not what is recorded."""


@dataclass(frozen=True, slots=True)
class FieldRule:
    """How one field behaves: how a contest is shown, what kind of value it takes, who may read it."""

    kind: str
    """``words`` (prose, searched), ``line``, ``code``, ``day``, ``moment``, ``ref``, ``flag``, ``number``."""
    shown: str = "latest"
    """``latest`` (newest clock), ``cautious`` (by ``order``), or ``together`` (all heads joined)."""
    codes: CodeList | None = None
    order: tuple[str, ...] = ()
    """For ``cautious``: codes from the most to the least cautious."""
    protective: bool = False
    """A difference in this field is about somebody's safety and comes first."""
    to: str | None = None
    """For ``ref``: the entity that is pointed at."""
    searched: bool = True
    """For ``words``: whether its words are found by searching; copies of what stands elsewhere are not."""


@dataclass(frozen=True, slots=True)
class OnlyOne:
    """A rule across the rows of one file: at most one of them shows ``value`` in ``field``.

    It never refuses a write: while it is broken, a difference is open whose entity is the rule's ``name``.
    """

    name: str
    field: str
    value: str

    def broken(self, shown: Iterable[object]) -> bool:
        """Whether the values that the file's rows show break the rule; removed rows show nothing."""
        return sum(value == self.value for value in shown) > 1


class Synced(SQLModel):
    """Columns that every synced table has; a subclass with ``table=True`` is an entity of the op log."""

    entity: ClassVar[str] = ""
    append_only: ClassVar[bool] = False
    """An append-only record is never changed: a correction is a new row that names what it amends."""

    @declared_attr.directive
    @classmethod
    def __tablename__(cls) -> str:
        return cls.entity or cls.__name__.lower()

    only_one: ClassVar[OnlyOne | None] = None
    """The rule across this record's rows in one file, where it has one."""

    scope: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    created_op: str | None = None
    created_hlc: int | None = Field(default=None, sa_type=BigInteger)
    created_by: str | None = None
    received: str | None = None
    removed: bool | None = None
    heads: str | None = Field(default=None, sa_type=Text)
    dead: str | None = Field(default=None, sa_type=Text)
    ext: str | None = Field(default=None, sa_type=Text)


def _field(rule: FieldRule, **column: Any) -> Any:
    return Field(default=None, sa_column_kwargs={"info": {"rule": rule}}, **column)


def words(*, shown: str = "latest", protective: bool = False, searched: bool = True) -> Any:
    """Prose that people wrote. A ``words`` field NAME always has a ``NAME_readers`` field beside it."""
    return _field(FieldRule("words", shown=shown, protective=protective, searched=searched), sa_type=Text)


def readers() -> Any:
    """Who may read the text beside it; of two contested values the narrower audience is shown."""
    order = tuple(READERS.values)
    return _field(FieldRule("code", shown="cautious", codes=READERS, order=order, protective=True))


def line() -> Any:
    """A short text on one line: a name, a place, a telephone number."""
    return _field(FieldRule("line"))


def code(codes: CodeList) -> Any:
    """A value of a code list; an unknown code from a newer laptop is kept as it came."""
    return _field(FieldRule("code", codes=codes))


def cautious(codes: CodeList) -> Any:
    """A protective code: contested values show the most cautious, which the list names first."""
    return _field(
        FieldRule("code", shown="cautious", codes=codes, order=tuple(codes.values), protective=True)
    )


def day() -> Any:
    """A date, ``YYYY-MM-DD``; ``YYYY-MM`` or ``YYYY`` where people know no more."""
    return _field(FieldRule("day"))


def moment() -> Any:
    """A date and time in UTC, ``YYYY-MM-DDTHH:MM:SSZ``; the day alone where the time is not known."""
    return _field(FieldRule("moment"))


def clock_time() -> Any:
    """A time of day as it was typed, ``HH:MM``."""
    return _field(FieldRule("line"))


def ref(entity: str) -> Any:
    """The id of a row of ``entity``, usually in the same scope."""
    return _field(FieldRule("ref", to=entity), index=False)


def flag() -> Any:
    """Yes, no or not known."""
    return _field(FieldRule("flag"))


def cautious_flag() -> Any:
    """A yes or no where, contested, yes is the cautious answer."""
    return _field(FieldRule("flag", shown="cautious", order=("true", "false"), protective=True))


def number() -> Any:
    """A whole number."""
    return _field(FieldRule("number"), sa_type=BigInteger)


@dataclass(frozen=True, slots=True)
class Entity:
    """One kind of record, as ``apply``, search and the hub's rights see it."""

    name: str
    table: type[Synced]
    fields: dict[str, FieldRule]
    types: dict[str, type]
    append_only: bool
    only_one: OnlyOne | None = None


def _plain_type(annotation: Any) -> type:
    """The type inside ``X | None``."""
    if get_origin(annotation) in (Union, types.UnionType):
        inner = [a for a in get_args(annotation) if a is not type(None)]
        return inner[0] if inner else str
    return annotation if isinstance(annotation, type) else str


def describe(table: type[Synced]) -> Entity:
    """Read an entity off its table class; raises ``TypeError`` for a text without its readers."""
    rules: dict[str, FieldRule] = {}
    kinds: dict[str, type] = {}
    for column in table.__table__.columns:  # type: ignore[attr-defined]
        if column.name in ("scope", "id", *META_COLUMNS):
            continue
        rules[column.name] = column.info.get("rule", FieldRule("line"))
        kinds[column.name] = _plain_type(table.model_fields[column.name].annotation)
    for name, rule in rules.items():
        if rule.kind == "words" and f"{name}_readers" not in rules:
            raise TypeError(f"{table.__name__}.{name} is a text that does not say who may read it")
    return Entity(table.entity, table, rules, kinds, table.append_only, table.only_one)


def tables() -> Iterator[type[Synced]]:
    """Every synced table class that has been imported."""
    for cls in Synced.__subclasses__():
        if cls.entity:
            yield cls
