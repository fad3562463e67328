"""Sentences from templates: ``<one|of|these>``, ``{who.he}``, ``{3-6}``, and tags that say when a line fits.

A line is chosen least-recently-used: not twice in a family while others fit, rarely soon in another.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Protocol

from familyhub.demo.world.dice import Dice
from familyhub.demo.world.shelf import sections, words

CHOICE = re.compile(r"<([^<>]*)>")
SLOT = re.compile(r"\{([^{}]+)\}")
SENTENCE = re.compile(r"(?<=[.!?])[\"”]?\s+")
EITHER = re.compile(r"\[\[([^/\]]*)/([^\]]*)\]\]")
"""The verb after *the children*, and the one to use when there is a single child."""
RANGE = re.compile(r"^(#?)(\d+)-(\d+)$")
VOWEL = re.compile(r"\b([Aa]) ([aeio](?!ne\b))")
"""Where *a* must become *an*: before a filled word that starts with a vowel."""
NUMBERS = (
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)


class Scene(Protocol):
    """Who and what a sentence may speak of, and which tags hold."""

    tags: set[str]
    cast: set[str]

    def word(self, slot: str) -> str:
        """The word for a slot such as ``c.he``; ``c`` is in ``cast``."""
        ...


@dataclass(frozen=True, slots=True)
class Template:
    """A line of a text file, with what it asks of a scene."""

    key: str
    must: frozenset[str]
    never: frozenset[str]
    cast: frozenset[str]
    text: str

    def fits(self, scene: Scene) -> bool:
        """Whether every person and tag it needs is there and none it forbids."""
        return self.must <= scene.tags and not (self.never & scene.tags) and self.cast <= scene.cast


@cache
def _lexicon() -> frozenset[str]:
    return frozenset(sections("lexicon"))


def parse(key: str, line: str) -> Template:
    """Read the tags in front of a line and the people in it."""
    must: set[str] = set()
    never: set[str] = set()
    while line[0] in "@!":
        tag, line = line.split(maxsplit=1)
        (must if tag[0] == "@" else never).add(tag[1:])
    slots = (match.group(1) for match in SLOT.finditer(line))
    cast = {slot.split(".")[0] for slot in slots if slot not in _lexicon() and not _is_made(slot)}
    return Template(key, frozenset(must), frozenset(never), frozenset(cast), line)


def _is_made(slot: str) -> bool:
    return RANGE.match(slot) is not None or slot[0] in "£:"


@cache
def templates(book: str, section: str) -> tuple[Template, ...]:
    """The lines of one section of ``prose/<book>.txt``; none when the book lacks the section."""
    lines = sections(f"prose/{book}").get(section, ())
    return tuple(parse(f"{book}/{section}/{number}", line) for number, line in enumerate(lines))


def _made(slot: str, dice: Dice) -> str | None:
    """A number, a sum of money or a time of day: ``{2-5}``, ``{#20-40}``, ``{£20-60}``, ``{:8-9}``."""
    if slot[0] == "£":
        least, most = slot[1:].split("-")
        return f"£{dice.between(int(least), int(most))}"
    if slot[0] == ":":
        least, most = slot[1:].split("-")
        return (
            f"{dice.between(int(least), int(most))}.{dice.pick(('05', '10', '15', '20', '30', '40', '50'))}"
        )
    if found := RANGE.match(slot):
        low, high = int(found[2]), int(found[3])
        step = 5 if low % 5 == 0 and high % 5 == 0 else 1
        number = low + step * dice.between(0, (high - low) // step)
        return NUMBERS[number] if not found[1] and number < len(NUMBERS) else str(number)
    return None


def expand(text: str, scene: Scene, dice: Dice) -> str:
    """The text with choices made and slots filled, starting with a capital."""
    while CHOICE.search(text):
        text = CHOICE.sub(lambda match: dice.pick(match[1].split("|")), text)

    text = EITHER.sub(lambda match: match[2] if "onechild" in scene.tags else match[1], text)

    def fill(match: re.Match[str]) -> str:
        slot = match[1]
        word = _made(slot, dice)
        if word is None:
            word = dice.pick(words("lexicon", slot)) if slot in _lexicon() else scene.word(slot)
        before = match.string[: match.start()]
        opens = before.endswith((". ", "? ", "! ", "=> ")) and before.count('"') % 2 == 0
        return word[:1].upper() + word[1:] if opens else word

    text = VOWEL.sub(r"\1n \2", SLOT.sub(fill, text))
    text = text.replace("two times", "twice")
    return text[:1].upper() + text[1:]


TRIES = 4


@dataclass(slots=True)
class Memory:
    """When each template was last used, and how often each sentence was written, over the whole world."""

    turn: int = 0
    last: dict[str, int] = field(default_factory=dict)
    sentences: dict[int, int] = field(default_factory=dict)

    def heard(self, text: str) -> int:
        """How often the sentences of ``text`` have been written before."""
        return sum(self.sentences.get(mark, 0) for mark in _marks(text))

    def keep(self, text: str) -> None:
        """Remember the sentences of ``text``."""
        for mark in _marks(text):
            self.sentences[mark] = self.sentences.get(mark, 0) + 1


def _marks(text: str) -> Iterator[int]:
    """A small number for each sentence, the same in every process."""
    for sentence in SENTENCE.split(text):
        if sentence:
            yield zlib.crc32(sentence.encode())


class Voice:
    """Chooses and fills templates for one family."""

    def __init__(self, dice: Dice, memory: Memory) -> None:
        self.dice, self._memory = dice, memory
        self._used: dict[str, int] = {}
        self._said: set[str] = set()

    def choose(self, pool: Iterable[Template], scene: Scene) -> Template | None:
        """A template that fits: of those used least in this family, one not used for long anywhere."""
        fitting = [template for template in pool if template.fits(scene)]
        if not fitting:
            return None
        least = min(self._used.get(template.key, 0) for template in fitting)
        fresh = [template for template in fitting if self._used.get(template.key, 0) == least]
        last: Mapping[str, int] = self._memory.last
        fresh.sort(key=lambda template: last.get(template.key, 0))
        return self.dice.pick(fresh[: max(1, (len(fresh) + 1) // 2)])

    def say(self, pool: Iterable[Template], scene: Scene) -> str:
        """The freshest of a few tries: new to this family, its sentences seldom written elsewhere."""
        pool = list(pool)
        best, best_of, fewest = "", None, 0
        for _ in range(TRIES):
            chosen = self.choose(pool, scene)
            if chosen is None:
                return ""
            text = expand(chosen.text, scene, self.dice)
            heard = self._memory.heard(text)
            if text not in self._said and (best_of is None or heard < fewest):
                best, best_of, fewest = text, chosen, heard
            if best_of is not None and fewest == 0:
                break
        if best_of is not None:
            self._keep(best, best_of)
        return best

    def _keep(self, text: str, template: Template) -> None:
        memory = self._memory
        memory.turn += 1
        memory.last[template.key] = memory.turn
        memory.keep(text)
        self._used[template.key] = self._used.get(template.key, 0) + 1
        self._said.add(text)

    def fresh(self, pool: Iterable[Template], scene: Scene, limit: int) -> str:
        """Like ``say``, but only from templates used fewer than ``limit`` times in this family."""
        return self.say([t for t in pool if self._used.get(t.key, 0) < limit], scene)


def split(text: str, mark: str = "=>") -> tuple[str, str]:
    """The two halves of a line, the second empty when there is no mark."""
    first, _, second = text.partition(mark)
    return first.strip(), second.strip()


def join(sentences: Iterable[str]) -> str:
    """Sentences as one paragraph."""
    return " ".join(_stopped(sentences))


def _stopped(sentences: Iterable[str]) -> Iterator[str]:
    for sentence in sentences:
        if sentence:
            yield sentence if sentence[-1] in ".?!\"”'" else sentence + "."
