"""Makes households of every shape, with possible ages: spaced births, parents old enough, one home each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from familyhub.demo.world import days, names, places
from familyhub.demo.world.dice import Dice, digest_id
from familyhub.demo.world.names import SurnameDeck
from familyhub.demo.world.people import Household, Member, Tie
from familyhub.demo.world.shelf import words

SHAPES = {
    "lone_mother": 27.0, "separated": 17.0, "couple": 22.0, "step": 14.0, "lone_father": 6.0,
    "kinship": 9.0, "foster": 2.0, "expecting": 3.0,
}  # fmt: skip
CHILD_COUNT = {1: 0.38, 2: 0.34, 3: 0.17, 4: 0.08, 5: 0.03}
YOUNGEST_MONTHS = {3: 0.8, 9: 1.0, 18: 1.2, 30: 1.4, 42: 1.4, 56: 1.3, 70: 1.2, 86: 1.1, 104: 1.0, 122: 0.9,
                   140: 0.8, 156: 0.7, 172: 0.5}  # fmt: skip
MOTHER_AT_FIRST = {16: 0.3, 18: 1.0, 20: 1.6, 22: 1.7, 24: 1.6, 26: 1.3, 28: 1.2, 30: 1.0, 33: 0.7, 36: 0.3}
SHARE_MOVED_OUT = 0.05
"""Of grandparents in a family's network: moved away in the last days."""
OLDEST_CHILD_MONTHS = 16 * 12 + 10


def birth_dates(today: date, dice: Dice) -> list[date]:
    """Birthdays of siblings, eldest first: at least eleven months apart, or twins."""
    months = dice.weighted(YOUNGEST_MONTHS) + dice.between(-2, 9)
    found = [today - timedelta(days=round(max(1, months) * 30.44) + dice.below(28))]
    for _ in range(dice.weighted(CHILD_COUNT) - 1):
        twin = dice.chance(0.03) and len(set(found)) == len(found)
        gap = 0 if twin else round(dice.between(12, 58) * 30.44)
        born = found[0] - timedelta(days=gap)
        if days.months_between(born, today) > OLDEST_CHILD_MONTHS:
            break
        found.insert(0, born)
    return found


class HouseholdMaker:
    """Makes one household after another; the same key gives the same people."""

    def __init__(self, seed: int, today: date, deck: SurnameDeck) -> None:
        self._seed, self._today, self._deck = seed, today, deck
        self._shapes: dict[str, Callable[[], None]] = {
            "lone_mother": self._lone_mother, "separated": self._separated, "couple": self._couple,
            "step": self._step, "lone_father": self._lone_father, "kinship": self._kinship,
            "foster": self._foster, "expecting": self._expecting,
        }  # fmt: skip

    def make(self, key: str, locality: str, *, with_child: bool) -> Household:
        """A household of the locality; ``with_child`` asks for at least one child who is born."""
        self._key, self._dice = key, Dice(self._seed, "household", key)
        self._locality = locality
        self._taken: set[str] = set()
        self._members: list[Member] = []
        self._ties: list[Tie] = []
        self._partner: Member | None = None
        self._elsewhere: Member | None = None
        self._heritage = names.heritage_of(self._dice)
        self._surname = self._deck.deal(self._heritage.name)
        shape = self._dice.weighted(
            {s: w for s, w in SHAPES.items() if not (with_child and s == "expecting")}
        )
        if shape in ("foster", "kinship", "step") and self._heritage.name not in ("british", "irish"):
            shape = "couple" if self._dice.chance(0.7) else "lone_mother"
        self._births = birth_dates(self._today, self._dice) if shape != "expecting" else []
        self._shapes[shape]()
        return self._finish(shape)

    def _person(
        self,
        role: str,
        who: str,
        sex: str,
        *,
        heritage: str = "",
        surname: str = "",
        born: date | None = None,
        here: bool = True,
        calls: str = "",
        ethnicity: str = "",
    ) -> Member:
        heritage = heritage or self._heritage.name
        if not surname:
            surname = self._surname[0 if sex == "M" else 1]
        pool = "british" if heritage == "caribbean" and who in ("girls", "boys") else heritage
        given = names.given(pool, who, self._dice, self._taken)
        group = names.CARIBBEAN if heritage == "caribbean" else names.BY_NAME[heritage]
        member = Member(
            digest_id(self._seed, self._key, "person", len(self._members)), given, surname, sex,
            ethnicity or group.ethnicity, role, here, born=born, calls=calls,
        )  # fmt: skip
        self._members.append(member)
        return member

    def _mother(self, *, here: bool = True) -> Member:
        first = self._births[0] if self._births else self._today + timedelta(days=100)
        last = self._births[-1] if self._births else first
        years = self._dice.weighted(MOTHER_AT_FIRST) + self._dice.below(2)
        while days.age(days.years_before(first, years), last) > 43:
            years -= 1
        born = days.years_before(first, years) - timedelta(days=self._dice.between(20, 330))
        mother = self._person("adult" if here else "network", "women", "F", born=born, here=here, calls="Mum")
        if self._heritage.name == "british" and self._dice.chance(0.15):
            mother.former = self._dice.pick(words("names", "british surnames"))
        return mother

    def _father(self, mother_born: date, *, here: bool, heritage: str = "", own_name: bool = False) -> Member:
        eldest = self._births[0] if self._births else self._today
        born = mother_born - timedelta(days=self._dice.between(-500, 2200))
        latest = days.years_before(eldest, 17)
        surname = ""
        if heritage and heritage != self._heritage.name:
            surname = self._deck.deal(heritage)[0]
        elif own_name:
            surname = self._deck.deal(self._heritage.name)[0]
        return self._person("adult" if here else "network", "men", "M", heritage=heritage, surname=surname,
                            born=min(born, latest), here=here, calls="Dad")  # fmt: skip

    def _father_heritage(self) -> str:
        if self._heritage.name == "british" and self._dice.chance(0.08):
            return self._dice.weighted(names.FATHERS_OF_MIXED)
        return self._heritage.name

    def _child(
        self,
        born: date | None,
        surname: tuple[str, str],
        parents: list[Member],
        *,
        ethnicity: str = "",
        role: str = "child",
    ) -> Member:
        sex = "M" if self._dice.chance(0.51) else "F"
        child = self._person(
            role,
            "boys" if sex == "M" else "girls",
            sex,
            surname=surname[0 if sex == "M" else 1],
            born=born,
            ethnicity=ethnicity,
        )
        child.legal = names.legal_name(child.given)
        if self._dice.chance(0.07):
            child.nickname = self._dice.pick(words("names", "nicknames"))
        for parent in parents:
            kind = "mother" if parent.sex == "F" else "father"
            self._ties.append(Tie(parent.id, child.id, kind, kind == "mother" or self._dice.chance(0.85)))
        return child

    def _children(self, mother: Member, father: Member, *, share_name: float) -> None:
        """All the births of one couple; each child has the father's name in ``share_name`` of families."""
        father_name = (father.surname, names.both_forms(father.surname)[1])
        own = father_name if self._dice.chance(share_name) else self._surname
        if father.surname == self._surname[0]:
            own = self._surname
        mixed = names.MIXED.get(self._heritage_of(father), "") if father.ethnicity != mother.ethnicity else ""
        for born in self._births:
            self._child(born, own, [mother, father], ethnicity=mixed)

    def _heritage_of(self, member: Member) -> str:
        return "caribbean" if member.ethnicity == "BCRB" else next(
            (h.name for h in names.HERITAGES if h.ethnicity == member.ethnicity), "british")  # fmt: skip

    def _lone_mother(self) -> None:
        mother = self._carer = self._mother()
        assert mother.born is not None
        father = self._father(mother.born, here=False, heritage=self._father_heritage(), own_name=True)
        self._children(mother, father, share_name=0.35)
        self._ties.append(Tie(father.id, mother.id, "ex_partner"))
        self._elsewhere = father

    def _separated(self) -> None:
        self._lone_mother()
        day = self._dice.pick((0, 2, 3, 4, 4, 6))
        for member in self._members:
            if member.role == "child" and member.born is not None and member.age(self._today) >= 2:
                member.dad_day = day

    def _couple(self) -> None:
        mother = self._carer = self._mother()
        assert mother.born is not None
        father = self._father(
            mother.born, here=True, heritage=self._father_heritage(), own_name=self._dice.chance(0.3)
        )
        self._children(mother, father, share_name=0.8)
        self._ties.append(Tie(father.id, mother.id, "partner"))
        self._partner = father

    def _step(self) -> None:
        mother = self._carer = self._mother()
        assert mother.born is not None
        father = self._father(mother.born, here=False, own_name=True)
        partner = self._person(
            "adult",
            "men",
            "M",
            surname=self._deck.deal(self._heritage.name)[0],
            born=mother.born - timedelta(days=self._dice.between(-1200, 2500)),
        )
        partner.calls = partner.given
        eldest_of_partner = len(self._births) - (1 if len(self._births) > 1 and self._dice.chance(0.5) else 0)
        fathers_name = (father.surname, father.surname)
        for place, born in enumerate(self._births):
            if place < eldest_of_partner:
                own = fathers_name if self._dice.chance(0.5) else self._surname
                child = self._child(born, own, [mother, father])
                self._ties.append(Tie(partner.id, child.id, "stepfather", False))
            else:
                latest = days.years_before(born, 17)
                partner.born = min(partner.born or latest, latest)
                self._child(born, (partner.surname, partner.surname), [mother, partner])
        self._ties += [Tie(partner.id, mother.id, "partner"), Tie(father.id, mother.id, "ex_partner")]
        self._partner, self._elsewhere = partner, father

    def _lone_father(self) -> None:
        mother = self._mother(here=False)
        mother.surname = self._deck.deal(self._heritage.name)[1]
        assert mother.born is not None
        father = self._father(mother.born, here=True)
        self._children(mother, father, share_name=1.0)
        self._ties.append(Tie(mother.id, father.id, "ex_partner"))
        self._carer, self._elsewhere = father, mother

    def _kinship(self) -> None:
        mother = self._mother(here=False)
        assert mother.born is not None
        gran_born = days.years_before(mother.born, self._dice.between(18, 30))
        gran = self._person(
            "adult", "elders women", "F", born=gran_born, calls=self._dice.pick(("Nan", "Nana", "Gran"))
        )
        self._carer, self._elsewhere = gran, mother
        granddad: Member | None = None
        if self._dice.chance(0.4):
            granddad = self._person(
                "adult",
                "elders men",
                "M",
                born=gran_born - timedelta(days=self._dice.between(0, 1500)),
                calls="Grandad",
            )
            self._partner = granddad
            self._ties.append(Tie(granddad.id, gran.id, "partner"))
        for born in self._births:
            child = self._child(born, self._surname, [mother])
            self._ties.append(Tie(gran.id, child.id, "grandmother", self._dice.chance(0.4)))
            if granddad is not None:
                self._ties.append(Tie(granddad.id, child.id, "grandfather"))

    def _foster(self) -> None:
        self._couple()
        assert self._partner is not None
        months = self._dice.between(40, 150)
        born = self._today - timedelta(days=round(months * 30.44))
        surname = self._deck.deal("british")
        child = self._child(born, surname, [])
        child.third_party = True
        child.moved_in = self._today - timedelta(days=self._dice.between(800, 1000))
        child.about = "Fostered here. Looked after by the council, with a social worker of their own."
        for carer in (self._carer, self._partner):
            self._ties.append(Tie(carer.id, child.id, "foster_carer", False))

    def _expecting(self) -> None:
        mother = self._carer = self._mother()
        mother.born = days.years_before(self._today, self._dice.between(17, 23)) - timedelta(
            days=self._dice.below(300)
        )
        father = self._father(mother.born, here=self._dice.chance(0.5), own_name=True)
        father.born = min(father.born or mother.born, days.years_before(self._today, 17))
        self._unborn(mother, father)
        if father.lives_here:
            self._partner = father
            self._ties.append(Tie(father.id, mother.id, "partner"))
        else:
            self._elsewhere = father
            self._ties.append(Tie(father.id, mother.id, "ex_partner"))

    def _unborn(self, mother: Member, father: Member | None) -> None:
        parents = [mother] + ([father] if father else [])
        child = self._child(None, self._surname, parents, role="unborn")
        child.given, child.sex, child.legal, child.nickname = "Unborn", "X", None, None
        child.expected = self._today + timedelta(days=self._dice.between(20, 200))

    def _finish(self, shape: str) -> Household:
        dice = self._dice
        self._maybe_unborn(shape)
        network = self._maybe_network(shape)
        for member in self._members:
            self._habits(member)
        since = self._today - timedelta(days=dice.between(900, 3600))
        homes = [places.home(self._locality, dice) for _ in range(3)]
        children = [m for m in self._members if m.role == "child"]
        previous = homes[1] if dice.chance(0.3) else None
        children_key = max((c.surname for c in children), key=[c.surname for c in children].count, default="")
        main = names.both_forms(self._surname[0])[0] if children_key in ("", *self._surname) else children_key
        household = Household(
            digest_id(self._seed, self._key, "family"),
            self._key,
            main,
            self._locality,
            shape,
            self._heritage,
            homes[0],
            since,
            previous,
            homes[2] if self._elsewhere else None,
            self._members,
            self._ties,
            self._carer,
            places.schools(dice),
            dice.pick(words("places", "surgeries")),
            dice.pick(words("places", "landlords")),
            {},
            pet=dice.weighted({"": 12, "dog": 3, "cat": 2}),
            partner=self._partner,
            elsewhere=self._elsewhere,
            network=network,
        )
        household.interpreter = dice.chance(self._heritage.interpreter)
        return household

    def _maybe_unborn(self, shape: str) -> None:
        mother = self._carer
        soonest = self._today + timedelta(days=25)
        spaced = not self._births or (soonest - self._births[-1]).days > 330
        if (
            shape in ("kinship", "lone_father", "expecting", "foster")
            or mother.age(self._today) > 41
            or not spaced
        ):
            return
        if self._dice.chance(0.09):
            self._unborn(mother, self._partner)

    def _maybe_network(self, shape: str) -> Member | None:
        if shape in ("kinship", "foster") or not self._dice.chance(0.65):
            return None
        assert self._carer.born is not None
        born = days.years_before(self._carer.born, self._dice.between(19, 31))
        if self._dice.chance(0.75):
            gran = self._person("network", "elders women", "F", born=born, here=False, calls=self._dice.pick(
                ("Nan", "Nan", "Nana", "Gran", "Nanny")))  # fmt: skip
            kind = "mother"
        else:
            gran = self._person("network", "elders men", "M", born=born, here=False, calls="Grandad")
            kind = "father"
        self._ties.append(Tie(gran.id, self._carer.id, kind))
        moving = Dice("moved out", gran.id)
        if moving.chance(SHARE_MOVED_OUT):
            gran.moved_out = self._today - timedelta(days=moving.between(1, 3))
        return gran

    def _habits(self, member: Member) -> None:
        """What a child likes and does in the week; what work an adult has."""
        dice = self._dice
        if member.role == "child" and member.born is not None:
            years = member.age(self._today)
            band = "small" if years < 5 else "middle" if years < 11 else "older"
            member.likes = dice.pick(words("lexicon", f"likes {band}"))
            member.club_day = dice.between(0, 4) if years >= 7 and dice.chance(0.3) else None
            member.nursery_days = (
                frozenset(dice.some((0, 1, 2, 3, 4), 3)) if dice.chance(0.75) else frozenset()
            )
        elif member.role == "adult" and member.age(self._today) < 66 and dice.chance(0.4):
            member.job = dice.pick(words("lexicon", "jobs"))
