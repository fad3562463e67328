"""The front door as plain lines: the queue, one contact, and every act on it, by the same functions as the app."""

from __future__ import annotations

import argparse
from typing import Any

from familyhub.casework import contacts, front_door, gatekeeping, help_opening, triage
from familyhub.casework.check_entries import SettleCheckEntry
from familyhub.casework.contact_entries import (
    ChildDecision,
    ContactAdultEntry,
    ContactChildEntry,
    ContactEntry,
    ContactToldEntry,
    HoldEntry,
    MatchEntry,
    OpenHelpEntry,
    ReturnEntry,
    SafeNowEntry,
    SignEntry,
    TriageEntry,
)
from familyhub.casework.front_door import Triage, Waiting
from familyhub.casework.problems import Refused
from familyhub.cli import advice, handshakes
from familyhub.cli.common import Refusal, file_text, laptop_of, saved, show, text_of
from familyhub.practice import second_check
from familyhub.practice.days import show_day, show_moment
from familyhub.practice.front_door import ContactView, NamedPerson
from familyhub.records.codes import CONTACT_OUTCOME, CONTACT_SOURCE, LEVEL, SAFE_NOW
from familyhub.store.queries.gate import Gate

OPTIONS = {"safe": "--safe", "level": "--level", "outcome": "--outcome", "reason": "--note", "family": "--family",
           "because": "--note", "until": "--until", "on": "--on", "way": "--way", "not_told": "--not-told",
           "how": "--note", "whom": "--whom", "call": "--whom or --nobody"}  # fmt: skip
"""The option that takes a part of an entry: what is missing is named by it."""


def _yes(text: str | None) -> bool | None:
    return None if text is None else text == "yes"


def _name(text: str) -> tuple[str, str, str]:
    """Given name, family name and what stands behind ``=``."""
    name, _, rest = text.partition("=")
    given, _, family_name = name.strip().partition(" ")
    return given, family_name, rest


def _carried_out(args: argparse.Namespace, act: Any, entry: Any, words: str) -> None:
    """Carry out an act; what is missing is named with the option that takes it."""
    with laptop_of(args) as laptop:
        try:
            result = act(laptop, entry)
        except Refused as refused:
            raise Refusal(" ".join(_with_option(*p) for p in refused.problems)) from refused
        saved(args, result, words)


def _with_option(field: str, sentence: str) -> str:
    option = OPTIONS.get(field.partition(":")[0])
    return f"{sentence} ({option})" if option else sentence


def add(args: argparse.Namespace) -> None:
    """``familyhub contact add``."""
    children = [ContactChildEntry(given, family, born) for given, family, born in map(_name, args.child)]
    adults = [ContactAdultEntry(given, family, tie=tie) for given, family, tie in map(_name, args.adult)]
    entry = ContactEntry(
        source=args.source, who=args.who, agency=args.agency, reach=args.reach, worry=text_of(args),
        children=children, adults=adults, address=args.address, postcode=args.postcode, received=args.received,
        received_time=args.time, channel=args.channel, in_confidence=args.in_confidence,
        parent_told=_yes(args.parent_told), parent_agrees=_yes(args.parent_agrees), family_id=args.family,
    )  # fmt: skip
    with laptop_of(args) as laptop:
        saved(args, contacts.add_contact(laptop, entry), "Contact")


# -- reading -----------------------------------------------------------------------------------------------------


def listed(args: argparse.Namespace) -> None:
    """``familyhub contact list``."""
    with laptop_of(args) as laptop:
        lines = front_door.queue(laptop)
        today = laptop.today
    said = [
        f"{show_moment(w.contact.received_at, today)}: {w.contact.names}. From {_from(w.contact)}. "
        f"{_first_words(w.contact.worry)} {w.stands.words[0].upper()}{w.stands.words[1:]}"
        f"{f', {w.left}' if w.left else ''}. [{w.contact.id}]"
        for w in lines
    ]
    show(args, [_line_json(w) for w in lines], said or ["Nothing waits at the front door."])


def _from(contact: ContactView) -> str:
    who = CONTACT_SOURCE.words(contact.source) or "not said"
    return f"{contact.who}, {contact.agency or who}" if contact.who else who


def _first_words(text: str, most: int = 60) -> str:
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 3].rstrip()}..."


def _line_json(waiting: Waiting) -> dict[str, Any]:
    contact = waiting.contact
    return {
        "id": contact.id, "received": contact.received_at, "children": [_child_json(c) for c in contact.children],
        "from": _from(contact), "source": contact.source, "worry": contact.worry, "state": waiting.stands.state,
        "why": waiting.stands.why, "due": waiting.stands.due.isoformat() if waiting.stands.due else None,
        "time_left": waiting.left, "family_id": contact.family_id or None,
    }  # fmt: skip


def _child_json(child: NamedPerson) -> dict[str, Any]:
    decided = child.decision
    return {
        "id": child.id, "name": child.name, "birth_date": child.birth_date, "age": child.age or None,
        "safe_now": child.safe.safe_now if child.safe else None, "person_id": child.person_id or None,
        "level": decided.level if decided else None, "outcome": decided.outcome if decided else None,
        "reason": decided.reason if decided else None,
    }  # fmt: skip


def shown(args: argparse.Namespace) -> None:
    """``familyhub contact show``."""
    with laptop_of(args) as laptop:
        page = front_door.triage_page(laptop, args.id)
        advised, lines = advice.of_file(laptop, f"con:{page.contact.id}")
    contact = page.contact
    between, stand = handshakes.of(contact.handshakes, page.today)
    value = {
        **_line_json(Waiting(contact, page.stands, page.left)),
        "tried": contact.tried, "parent_told": contact.parent_told, "parent_agrees": contact.parent_agrees,
        "adults": [{"id": a.id, "name": a.name, "tie": a.tie, "person_id": a.person_id or None} for a in contact.adults],
        "matches": [
            {"named_id": named, "person_id": m.person_id, "family_id": m.family_id, "name": m.name, "rank": m.rank,
             "evidence": list(m.evidence), "against": list(m.against)}
            for named, found in page.found.items() for m in found
        ],
        "earlier": [{"received": at, "source": source} for at, source in page.earlier],
        "told_on": contact.told_on, "outcome": contact.outcome or None,
        "second_check": {"state": contact.check.state, "at": contact.check.at or None},
        **({"gate": _gate_json(page.gate)} if page.gate is not None else {}),
        **between, **advised,
    }  # fmt: skip
    show(args, value, [*_lines(page), *stand, *lines])


def _lines(page: Triage) -> list[str]:
    contact, today = page.contact, page.today
    lines = [
        f"Received {show_moment(contact.received_at, today)} from {_from(contact)}.",
        f"{page.stands.words[0].upper()}{page.stands.words[1:]}{f', {page.left}' if page.left else ''}.",
        f"Worry: {contact.worry}",
        _check_words(page),
    ]
    lines += [f"Tried: {contact.tried}"] if contact.tried else []
    for child in contact.children:
        safe = SAFE_NOW.words(child.safe.safe_now) if child.safe else "not asked"
        lines.append(f"Child {child.name}: safe now {safe}. [{child.id}]")
        if child.decision:
            level, next_ = LEVEL.words(child.decision.level), CONTACT_OUTCOME.words(child.decision.outcome)
            lines.append(f"  Level {level}, {next_}, by {child.decision.by}: {child.decision.reason}")
    lines += [f"Adult {a.name}{f', {a.tie}' if a.tie else ''}. [{a.id}]" for a in contact.adults]
    named = {n.id: n.given for n in (*contact.children, *contact.adults)}
    lines += [
        f"{named[i]} may be {m.name}, {page.families.get(m.family_id, '')}: {m.rank}, {m.words}. [{m.person_id}]"
        for i, found in page.found.items() for m in found
    ]  # fmt: skip
    lines += [
        f"Earlier contact {show_day(at[:10], today)}: {CONTACT_SOURCE.words(s)}." for at, s in page.earlier
    ]
    return lines


def _check_words(page: Triage) -> str:
    stand, met = page.contact.check, page.checked_at
    at = show_moment(stand.at, page.today) if stand.at else ""
    return f"{second_check.words(stand, at, show_moment(met, page.today) if met else '')}."


def _gate_json(gate: Gate) -> dict[str, Any]:
    return {
        "found": [
            {"named_id": f.named_id, "person_id": f.person_id, "family_id": f.family_id, "rank": f.rank,
             "evidence": f.evidence, "holders": list(f.holders), "at": f.check_at}
            for f in gate.found
        ],
        "calls": [
            {"call": c.call, "whom": c.whom or None, "on": c.on, "time": c.at or None, "reason": c.reason or None, "by": c.by}
            for c in gate.calls
        ],
    }  # fmt: skip


def gate(args: argparse.Namespace) -> None:
    """``familyhub contact gate``."""
    with laptop_of(args) as laptop:
        if laptop.who.role != gatekeeping.GATEKEEPER:
            raise Refusal("What the second check found is read by a gatekeeper alone.")
        pages = [front_door.triage_page(laptop, w.contact.id) for w in front_door.queue(laptop) if w.to_read]
    value = [
        {**_line_json(Waiting(p.contact, p.stands, p.left)), "gate": _gate_json(p.gate)}
        for p in pages
        if p.gate
    ]
    show(args, value, [line for p in pages for line in _gate_lines(p)] or ["Nothing is to be read."])


def _gate_lines(page: Triage) -> list[str]:
    names = {n.id: n.name for n in (*page.contact.children, *page.contact.adults)}
    found = page.gate.found if page.gate else ()
    return [
        f"{show_moment(page.contact.received_at, page.today)}: {page.contact.names}. {_check_words(page)} [{page.contact.id}]",
        *(
            f"  {names.get(f.named_id, 'somebody named before')} may be {f.person_id} in {f.family_id}: {f.rank}, "
            f"{f.evidence}. File held by {', '.join(f.holders) or 'nobody'}."
            for f in found
        ),
    ]  # fmt: skip


def reply(args: argparse.Namespace) -> None:
    """``familyhub contact reply``."""
    with laptop_of(args) as laptop:
        drafted = front_door.drafted_reply(laptop, args.id)
    if not drafted.text and not args.json:
        raise Refusal(drafted.limits)
    show(
        args,
        {"text": drafted.text, "limits": drafted.limits},
        [*drafted.text.splitlines(), "", f"({drafted.limits})"],
    )


# -- acting ------------------------------------------------------------------------------------------------------


def safe(args: argparse.Namespace) -> None:
    """``familyhub contact safe``."""
    entry = SafeNowEntry(args.child, args.answer, text_of(args))
    _carried_out(args, triage.ask_safe_now, entry, "Answer")


def match(args: argparse.Namespace) -> None:
    """``familyhub contact match``."""
    entry = MatchEntry(args.named, args.person, args.answer, text_of(args))
    _carried_out(args, triage.answer_match, entry, "Answer")


def triage_(args: argparse.Namespace) -> None:
    """``familyhub contact triage``: what is given without a child holds for every child of the contact."""
    reason = text_of(args)
    with laptop_of(args) as laptop:
        contact = front_door.contact(laptop, args.id)
        decisions = {c.id: ChildDecision(c.id, reason=reason) for c in contact.children}
        for option, field in (("safe", "safe_now"), ("level", "level"), ("outcome", "outcome")):
            for text in getattr(args, option):
                for child, value in _for_children(contact, text):
                    setattr(decisions[child], field, value)
        for text in args.reason_file:
            for child, path in _for_children(contact, text):
                decisions[child].reason = file_text(path)
        entry = TriageEntry(contact.id, list(decisions.values()), family_id=args.family)
        try:
            result = triage.triage_contact(laptop, entry)
        except Refused as refused:
            raise Refusal(" ".join(_with_option(*p) for p in refused.problems)) from refused
        saved(args, result, "Decision")


def _for_children(contact: ContactView, text: str) -> list[tuple[str, str]]:
    """(child's id, value) for the child that ``text`` names, or for all."""
    who, named, value = text.partition("=")
    if not named:
        return [(c.id, text) for c in contact.children]
    found = [c.id for c in contact.children if who.casefold() in (c.id.casefold(), c.given.casefold())]
    if len(found) != 1:
        several = "Several children are" if found else "No child of this contact is"
        raise Refusal(f"{several} called “{who[:40]}”: use the id that `contact show` prints.")
    return [(found[0], value)]


def hold(args: argparse.Namespace) -> None:
    """``familyhub contact hold``."""
    _carried_out(args, triage.hold_contact, HoldEntry(args.id, text_of(args), args.until), "Held:")


def sign(args: argparse.Namespace) -> None:
    """``familyhub contact sign``."""
    if args.back:
        _carried_out(args, triage.return_contact, ReturnEntry(args.id, text_of(args)), "Returned:")
    else:
        _carried_out(args, triage.sign_contact, SignEntry(args.id, text_of(args)), "Signature")


def rung(args: argparse.Namespace) -> None:
    """``familyhub contact rung``."""
    call = "nobody" if args.nobody else "rang" if args.whom else ""
    entry = SettleCheckEntry(args.id, call, args.whom, args.on, args.time, text_of(args))
    _carried_out(args, gatekeeping.settle_second_check, entry, "Second check")


def open_help(args: argparse.Namespace) -> None:
    """``familyhub contact open``."""
    _carried_out(args, help_opening.open_early_help, OpenHelpEntry(args.id), "Early help")


def told(args: argparse.Namespace) -> None:
    """``familyhub contact told``."""
    entry = ContactToldEntry(args.id, args.on, args.way, args.not_told, text_of(args))
    _carried_out(args, triage.record_contact_told, entry, "Telling")
