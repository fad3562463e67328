"""The people pages of a family's file: who they are, names, places in the family, homes, ties and facts."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from familyhub.demo.world import days, places
from familyhub.demo.world.dice import Dice
from familyhub.demo.world.people import Household, Member, Tie
from familyhub.demo.world.written import Pen


def nhs_number(dice: Dice) -> str:
    """A number of the 999 range with its check digit (modulus 11)."""
    while True:
        digits = f"999{dice.below(1_000_000):06d}"
        check = (
            11 - sum(int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=True)) % 11
        )
        if check != 10:
            return digits + ("0" if check == 11 else str(check))


class PeoplePages:
    """Writes the people of one family, once, when its file is opened."""

    def __init__(
        self, household: Household, pen: Pen, dice: Dice, by: str, at: datetime, today: date
    ) -> None:
        self._house, self._pen, self._dice, self._by, self._at = household, pen, dice, by, at
        self._today, self._opened = today, at.date()

    def write(self) -> None:
        """Everything that is known of the people."""
        house = self._house
        self._pen.write("family", self._by, self._at, row_id=house.id, name=f"{house.name} family",
                        locality=house.locality, opened_on=self._opened)  # fmt: skip
        for member in house.members:
            self._person(member)
            self._names(member)
            self._place(member)
            self._homes(member)
            self._facts(member)
        for tie in house.ties:
            self._tie(tie)
        self._siblings()

    def _known_at(self, member: Member) -> datetime:
        """When a person came into the file: on opening it, or a few days after a birth."""
        if member.born is not None and member.born > self._opened:
            return days.utc(
                min(days.working_from(member.born + timedelta(days=5)), self._today - days.DAY),
                days.clock(660),
            )
        if member.expected is not None and member.expected - timedelta(days=225) > self._opened:
            known = days.working_from(member.expected - timedelta(days=self._dice.between(202, 222)))
            return days.utc(min(known, self._today - days.DAY), days.clock(630))
        return self._at

    def _person(self, member: Member) -> None:
        child = member.role == "child"
        self._pen.write(
            "person",
            self._by,
            self._known_at(member),
            row_id=member.id,
            birth_date=member.born,
            expected_date=member.expected if member.born is None else None,
            death_date=member.died,
            sex=member.sex,
            nhs_number=nhs_number(self._dice) if child and self._dice.chance(0.75) else None,
            third_party=True if member.third_party else None,
            occupation=member.job or None,
            about=member.about or None,
            about_readers="workers" if member.about else None,
        )

    def _names(self, member: Member) -> None:
        pen, at = self._pen, self._known_at(member)

        def name(kind: str, given: str, family: str | None, to_on: date | None = None) -> None:
            pen.write(
                "person_name",
                self._by,
                at,
                person_id=member.id,
                kind=kind,
                given=given,
                family_name=family,
                to_on=to_on,
            )

        name("known", member.given, member.surname)
        if member.legal:
            name("legal", member.legal, member.surname)
        if member.nickname:
            name("nickname", member.nickname, None)
        if member.former:
            name(
                "former",
                member.given,
                member.former,
                self._opened - timedelta(days=self._dice.between(200, 3000)),
            )

    def _place(self, member: Member) -> None:
        role = "network" if member.role == "network" else member.role
        since = member.moved_in or member.born if member.role == "child" else None
        self._pen.write(
            "membership", self._by, self._known_at(member), person_id=member.id, role=role,
            lives_here=member.lives_here and member.role != "unborn",
            from_on=since, to_on=member.died or self._left(member),
        )  # fmt: skip

    def _left(self, member: Member) -> date | None:
        return member.moved_out if member.moved_out is not None and member.moved_out > self._opened else None

    def _homes(self, member: Member) -> None:
        house = self._house
        if member.lives_here and member.role in ("child", "adult"):
            since = house.home_since
            if member.born is not None and member.role == "child":
                since = max(since, member.moved_in or member.born)
            older = member is house.carer
            if house.previous_home is not None and older and member.moved_in is None:
                self._home(member, house.previous_home, None, house.home_since)
            self._home(member, house.home, since, None)
        elif member is house.elsewhere and house.other_home is not None and self._dice.chance(0.75):
            self._home(member, house.other_home, None, None)

    def _home(self, member: Member, home: places.Home, since: date | None, until: date | None) -> None:
        self._pen.write(
            "address",
            self._by,
            self._known_at(member),
            person_id=member.id,
            lines=home.lines,
            town=home.town,
            postcode=home.sector,
            ward=home.ward,
            from_on=since,
            to_on=until,
            confidential=False,
        )

    def _fact(self, member: Member, kind: str, value: str, on: date, source: str) -> None:
        at = max(self._known_at(member), days.utc(min(on, self._today - days.DAY), days.clock(975)))
        self._pen.write("person_fact", self._by, at, person_id=member.id, kind=kind, value=value, on=on,
                        source=source, by=self._by)  # fmt: skip

    def _facts(self, member: Member) -> None:
        house, first = self._house, self._known_at(member).date()
        if member.role == "network":
            return
        if member.role == "unborn":
            if member.expected is not None:
                self._fact(member, "due", member.expected.isoformat(), first, "midwife")
            return
        if member is house.partner and self._dice.chance(0.5):
            return
        ethnicity = member.ethnicity if not self._dice.chance(0.04) else self._dice.pick(("NOBT", "REFU"))
        self._fact(member, "ethnicity", ethnicity, first, "parent")
        if member.role == "adult":
            if member is house.carer:
                self._fact(member, "gp", house.surgery, first, "parent")
            if house.heritage.language:
                self._fact(member, "language", house.heritage.language, first, "parent")
            if house.interpreter:
                self._fact(member, "interpreter", house.heritage.language, first, "parent")
            return
        self._settings(member, first)
        self._sen(member, first)

    def _settings(self, child: Member, first: date) -> None:
        """The school or setting from the start, and each change in a later September."""
        here = self._house.setting(child, first)
        if here:
            self._fact(child, "school", here, first, "parent")
        for year in range(first.year, self._today.year + 1):
            september = days.term_day_from(date(year, 9, 4))
            if first < september < self._today and (now := self._house.setting(child, september)) != here:
                here = now
                self._fact(child, "school", here, september, "parent")

    def _sen(self, child: Member, first: date) -> None:
        if child.months(first) < 42:
            return
        value = self._house.sen.get(child.id, "none")
        if value == "none" and self._dice.chance(0.5):
            return
        self._fact(child, "sen", value, first, "school")
        if value in ("ehcp", "assessment"):
            kinds = ("autism", "speech, language and communication", "social, emotional and mental health",
                     "learning difficulty", "ADHD")  # fmt: skip
            if self._dice.chance(0.5):
                self._fact(child, "disability", self._dice.pick(kinds), first, "school")

    def _tie(self, tie: Tie) -> None:
        self._pen.write(
            "relationship", self._by, self._at, person_id=tie.person, other_id=tie.other, kind=tie.kind,
            parental_responsibility=tie.responsible, to_on=tie.until,
        )  # fmt: skip

    def _siblings(self) -> None:
        """Half-brothers and half-sisters; full ones follow from having the same parents."""
        parents: dict[str, set[str]] = {}
        for tie in self._house.ties:
            if tie.kind in ("mother", "father"):
                parents.setdefault(tie.other, set()).add(tie.person)
        children = [child for child in self._house.children if not child.third_party]
        for place, elder in enumerate(children):
            for younger in children[place + 1 :]:
                if parents.get(elder.id) != parents.get(younger.id):
                    self._tie(Tie(elder.id, younger.id, "half_sibling"))
