"""What a sentence may speak of on a day in a family: the people, the school, the season."""

from __future__ import annotations

from datetime import date

from familyhub.demo.world import days
from familyhub.demo.world.people import Household, Member
from familyhub.demo.world.places import Professional, area_staff, school_staff

TEAMS = {
    "hv": ("health visiting", 9),
    "midwife": ("midwifery", 6),
    "nurse": ("school nursing", 5),
    "housing": ("", 4),
    "benefits": ("Halewater advice centre", 4),
    "camhs": ("children's mental health team", 6),
    "salt": ("speech and language therapy", 4),
    "da": ("Lighthouse domestic abuse service", 4),
    "youth": ("Dockside youth project", 5),
    "alcohol": ("Turnstone recovery service", 4),
    "bereave": ("Kite bereavement support", 3),
    "police": ("police", 6),
    "adult": ("adult mental health team", 4),
    "volunteer": ("Homespun family charity", 6),
    "carers": ("young carers' project", 3),
    "gpn": ("", 3),
    "sendteam": ("0-25 SEND team", 4),
    "welfare": ("education welfare", 4),
}
"""Who covers an area: agency, and how many people share the work; an empty agency is the family's own."""

PRONOUNS = {
    "F": {
        "he": "she",
        "him": "her",
        "his": "her",
        "himself": "herself",
        "son": "daughter",
        "boy": "girl",
        "lad": "girl",
        "brother": "sister",
    },
    "M": {
        "he": "he",
        "him": "him",
        "his": "his",
        "himself": "himself",
        "son": "son",
        "boy": "boy",
        "lad": "lad",
        "brother": "brother",
    },
}


def attach_staff(seed: int, household: Household, number: int) -> None:
    """Give the family its named people in each team of the area."""
    first = 0
    for team, (agency, count) in TEAMS.items():
        own = {"housing": household.landlord, "gpn": household.surgery}.get(team, agency)
        place = first + number % count
        household.staff[team] = area_staff(seed, household.locality, team, place, own)
        first += count


class FamilyScene:
    """One moment in one family, with the child it is about."""

    def __init__(self, seed: int, household: Household, day: date, focus: Member | None) -> None:
        self.household, self.day, self.focus, self._seed = household, day, focus, seed
        self.people: dict[str, Member] = {"a": household.carer}
        self.plain: dict[str, str] = {"landlord": household.landlord, "surgery": household.surgery}
        self.tags: set[str] = set()
        self._adults()
        self._children()
        if focus is not None:
            self._school(focus)
        for team, person in household.staff.items():
            self.plain[team] = person.name
        if household.previous_home is not None:
            self.plain["oldtown"] = household.previous_home.town
        self._season()
        self.cast = set(self.people) | set(self.plain)

    def _adults(self) -> None:
        house = self.household
        for code, member in (("q", house.partner), ("p", house.elsewhere), ("g", house.network)):
            if member is not None and (member.died is None or member.died > self.day):
                self.people[code] = member
        if house.dead is not None and house.dead.died is not None and house.dead.died < self.day:
            self.people["d"] = house.dead
            self.plain["died"] = days.MONTHS[house.dead.died.month - 1]
        carer = house.carer
        self.tags.add("nan" if house.shape == "kinship" else "dad" if carer.male else "mum")
        self.tags |= {"couple"} if house.partner else {"lone"}
        self.tags |= {"working"} if carer.job else {"notworking"}
        self.tags |= {house.pet} if house.pet else set()
        self.tags |= {"interp"} if house.interpreter else set()
        if carer.job:
            self.plain["job"] = carer.job

    def _children(self) -> None:
        house, day = self.household, self.day
        own = [m for m in house.born_by(day) if not m.third_party]
        others = [m for m in own if m is not self.focus]
        if others:
            self.people["s"] = others[(day.toordinal() // 9) % len(others)]
        if len(own) == 1:
            self.tags.add("onechild")
            self.plain["kids"] = own[0].given
        elif own:
            self.tags.add("siblings")
            self.plain["kids"] = "the children"
        babies = [m for m in own if m.months(day) < 12]
        if babies:
            self.people["b"] = babies[-1]
            self.tags.add("baby")
        for child in house.children:
            due = child.expected
            if due is not None and (child.born is None or child.born > day) and (due - day).days < 230:
                self.plain["due"] = days.MONTHS[due.month - 1]
                self.tags.add("pregnant")
        if self.focus is not None:
            self.people["c"] = self.focus
            months = self.focus.months(day)
            self.tags.add("u1" if months < 12 else "u2" if months < 24 else "u5" if months < 60 else
                          "mid" if months < 132 else "teen")  # fmt: skip
            self.tags.add("boy" if self.focus.male else "girl")
            if months < 60:
                self.tags.add("under5")
            if self.focus.dad_day is not None and house.elsewhere is not None:
                self.plain["dadday"] = days.WEEKDAYS[self.focus.dad_day]
            self.plain["mum"] = house.carer.calls
            if house.elsewhere is not None:
                self.plain["dad"] = house.elsewhere.calls
            self.plain["age"] = str(months // 12)

    def _school(self, focus: Member) -> None:
        if focus.born is None:
            return
        place, year = self.household.setting(focus, self.day), days.school_year(focus.born, self.day)
        if not place:
            return
        self.plain["school"] = place.removesuffix(" Primary") if year >= 0 else place
        if year >= 12:
            self.tags.add("college")
            return
        if year < 0:
            self.tags.add("nursery")
            self.plain["key"] = self.professional("key").name
            return
        self.tags |= {"inschool", "primary" if year < 7 else "secondary"}
        self.plain["year"] = f"Year {year}" if year else "Reception"
        for job in ("teacher", "senco", "dsl"):
            self.plain[job] = self.professional(job).name
        sen = self.household.sen.get(focus.id, "none")
        self.tags.add(f"sen_{sen}")

    def _season(self) -> None:
        day = self.day
        self.tags.add("term" if days.in_term(day) else "holiday")
        self.tags.add({12: "winter", 1: "winter", 2: "winter", 6: "summer", 7: "summer", 8: "summer"}.get(
            day.month, "mild"))  # fmt: skip
        if day.month in (11, 12, 1, 2, 3):
            self.tags.add("cold")
        self.plain["today"] = days.WEEKDAYS[day.weekday()]
        if day.weekday() < 5:
            self.tags.add(days.WEEKDAYS[day.weekday()].lower())

    def without_school(self) -> FamilyScene:
        """The same scene with nobody of the school to ring or speak of, when schools are shut."""
        if "holiday" in self.tags:
            self.cast -= {"teacher", "senco", "dsl", "welfare"}
        return self

    def at(self, minutes: int) -> FamilyScene:
        """The same scene at an hour of the day, in minutes after midnight."""
        if minutes < 12 * 60:
            self.tags.add("morning")
        for slot, then in (("now", minutes), ("later", minutes + 25)):
            self.plain[slot] = f"{(then // 60 - 1) % 12 + 1}.{then % 60:02d}"
            self.cast.add(slot)
        return self

    def professional(self, code: str) -> Professional:
        """The named person behind a code: of the focus child's school, or of the family's teams."""
        if code in ("teacher", "senco", "dsl", "key"):
            assert self.focus is not None
            return school_staff(self._seed, self.household.setting(self.focus, self.day), code)
        return self.household.staff[code]

    def word(self, slot: str) -> str:
        """The word for ``slot``; see the list of people in ``data/README.md``."""
        code, _, part = slot.partition(".")
        if code in self.plain:
            return self.plain[code]
        member = self.people[code]
        if not part:
            return member.given
        if part == "calls":
            return member.calls or member.given
        if part == "likes":
            return member.likes or "the telly"
        word = PRONOUNS["M" if member.male else "F"][part.lower()]
        return word.capitalize() if part[0].isupper() else word
