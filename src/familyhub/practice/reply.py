"""A drafted reply to who contacted us: the outcome in plain words and who leads, never more than they may know.

A member of the public gets thanks and nothing from which one could tell whether a family is known; a professional is
told what follows for the children they named, in their own names for them. No level, no reason, no other person.
"""

from __future__ import annotations

from dataclasses import dataclass

from familyhub.practice.front_door import ContactView, Decision
from familyhub.practice.handshakes import ACCEPTED, stands

PUBLIC = ("1A", "1B", "1D", "10")
"""Sources who are members of the public, or nobody knows who they are."""
SELF, ANONYMOUS = "1C", "9"
OUTCOMES = {
    "advice": "we have given information and advice",
    "universal": "we have suggested help that is open to everybody",
    "early_help": "early help is being offered",
    "social_care": "it has been passed to children's social care",
    "already_open": "what you told us has been passed on to those who need it",
    "no_further_action": "there will be no further action from us",
}
"""What follows, as a professional may hear it: *already open* does not say that a family is known."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A draft, or why there is none; ``limits`` says what it leaves out and why, for whoever sends it."""

    text: str
    limits: str


def draft(contact: ContactView, *, lead: str = "", ring: str = "", sender: str = "") -> Reply:
    """Draft the reply. ``lead``: who leads the early help; ``ring``: the locality's number; ``sender``: who writes."""
    if contact.source == ANONYMOUS:
        return Reply("", "Nobody knows who contacted us: there is nobody to tell.")
    close = [*([f"If you are worried again, ring {ring}."] if ring else []), "", sender or "Early help"]
    if contact.source == SELF:
        text = ["Thank you for getting in touch.", "Somebody will speak with you about what happens next."]
        return Reply(_written(contact, [*text, *close]), "Spoken first: a letter may be read by others.")
    if contact.source in PUBLIC or not contact.source:
        text = ["Thank you for telling us.", "We look into everything we are told and do what is needed.",
                "We cannot say more, whoever it is about."]  # fmt: skip
        return Reply(
            _written(contact, [*text, *close]),
            "A member of the public: thanks only, and nothing that tells whether a family is known.",
        )
    decided = [(child.given, child.decision) for child in contact.children if child.decision is not None]
    others = [child.given for child in contact.children if child.decision is None]
    down = contact.step_down
    accepted = down is not None and stands(down).state == ACCEPTED
    if not decided or (others and not accepted):
        return Reply("", "There is no outcome to tell yet.")
    text = ["Thank you for contacting us.", *_outcomes(decided, lead)]
    text += [f"{_joined(others)}: early help is not being offered."] if others else []
    return Reply(
        _written(contact, [*text, *close]),
        "A professional: the outcome and who leads; no level, no reason, nobody else.",
    )


def _outcomes(decided: list[tuple[str, Decision]], lead: str) -> list[str]:
    """A sentence for each outcome, with the children it is about as the caller named them."""
    names: dict[str, list[str]] = {}
    for given, decision in decided:
        names.setdefault(decision.outcome, []).append(given)
    lines = []
    for outcome, children in names.items():
        what = OUTCOMES.get(outcome, "it has been decided")
        whose = "" if len(names) == 1 else f"{_joined(children)}: "
        lines.append(f"{whose}{what}."[:1].upper() + f"{whose}{what}."[1:])
        if outcome == "early_help":
            lines.append(f"{lead} leads." if lead else "A worker is being found; you will hear who leads.")
    return lines


def _joined(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _written(contact: ContactView, lines: list[str]) -> str:
    greeting = f"Dear {contact.who}," if contact.who else "Hello,"
    return "\n".join([greeting, "", *lines])
