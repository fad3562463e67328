"""Deciding at the front door: safe now, matches, level and outcome per child, holding, signing, telling.

Every decision, answer and signature is a dated row; the registers of a contact only show how it stands.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from familyhub.casework import front_door as reading
from familyhub.casework.contact_entries import (
    ChildDecision,
    ContactToldEntry,
    HoldEntry,
    MatchEntry,
    ReturnEntry,
    SafeNowEntry,
    SignEntry,
    TriageEntry,
)
from familyhub.casework.entries import Saved
from familyhub.casework.help_opening import (
    OPEN_ALREADY,
    has_open_help,
    is_held,
    may_open,
    open_help,
    show_outcome,
)
from familyhub.casework.problems import refuse
from familyhub.practice import front_door as rules
from familyhub.practice import second_check
from familyhub.practice.front_door import ContactView, Decision, NamedPerson, Stands, stands
from familyhub.records.codes import CONTACT_OUTCOME, LEVEL, MATCH_ANSWER, SAFE_NOW, TOLD_WAY
from familyhub.store.laptop import new_id

if TYPE_CHECKING:
    from familyhub.casework.checking import Check
    from familyhub.casework.laptop import Laptop
    from familyhub.store.laptop import Work

MAY_NOT = "Deciding at the front door is for a coordinator, manager or gatekeeper. Ask one of them; F8 is for everybody."
NO_FURTHER = "no_further_action"
ONLY_A_MANAGER = "Only a manager signs at the front door."
OWN = "You decided this yourself: another manager has to sign it."
SETTLED = "This contact is settled and who contacted us was told. What is new belongs in a new contact."


def triage_contact(laptop: Laptop, entry: TriageEntry) -> Saved:
    """Decide for every child of a contact; what no manager has to sign takes effect. Raises ``Refused`` per field."""
    contact, _ = _to_decide(laptop, entry.contact_id)
    check = laptop.check()
    named = {c.id: c for c in contact.children}
    given: dict[str, ChildDecision] = {}
    for one in entry.children:
        if one.child_id not in named:
            check.wrong("children", f"“{one.child_id[:40]}” is no child of this contact.")
        elif one.child_id in given:
            check.wrong(
                "children",
                f"{named[one.child_id].given} has two decisions: one level and one outcome per child.",
            )
        given[one.child_id] = one
    waits = second_check.objection(contact.check)
    decided = {c.id: _decided(laptop, check, c, given.get(c.id), waits) for c in contact.children}
    family_id = entry.family_id or contact.family_id
    _family(laptop, check, contact, {d.outcome for d in decided.values()}, family_id)
    check.done()
    scope = f"con:{contact.id}"
    with laptop.store.work(laptop.who.id) as work:
        for child in contact.children:
            one, decision = given[child.id], decided[child.id]
            if one.safe_now:
                answer_safe(
                    laptop,
                    work,
                    contact,
                    child,
                    check.code("safe", one.safe_now, SAFE_NOW) or "",
                    one.safe_how,
                )
            write_decision(work, contact, child, decision)
        if entry.family_id and entry.family_id != contact.family_id:
            work.change(scope, "contact", contact.id, contact.rev, {"family_id": entry.family_id})
        signed = any(d.needs_signature for d in decided.values())
        if not signed:
            _take_effect(laptop, work, contact, decided, family_id)
    note = "Saved; it waits for a manager's signature." if signed else ""
    return laptop.saved(contact.id, entry.draft_id, note)


def write_decision(work: Work, contact: ContactView, child: NamedPerson, decision: Decision) -> None:
    """Write the level and outcome decided for a child of a contact, with the reason."""
    work.create(f"con:{contact.id}", "contact_level", {
        "contact_id": contact.id, "contact_child_id": child.id, "level": decision.level, "outcome": decision.outcome,
        "on": decision.on, "reason": decision.reason, "reason_readers": "workers", "by": decision.by_id,
    }, decision.id)  # fmt: skip


def _to_decide(laptop: Laptop, contact_id: str) -> tuple[ContactView, Stands]:
    """A contact that may be decided by this worker now; raises ``Refused``."""
    if laptop.who.role not in rules.TRIAGERS:
        raise refuse("contact", MAY_NOT)
    contact = reading.contact(laptop, contact_id)
    stand = stands(contact, laptop.today)
    if stand.state == rules.DONE:
        raise refuse("contact", SETTLED)
    if stand.state == rules.STEP_DOWN:
        raise refuse("contact", "A step down is open in this contact: accept or decline it, or withdraw it.")
    if any(s.step == "opened" for s in contact.steps):
        raise refuse(
            "contact",
            "Early help was opened from this contact: what changes now belongs in the family's file.",
        )
    return contact, stand


def _decided(
    laptop: Laptop, check: Check, child: NamedPerson, one: ChildDecision | None, waits: str
) -> Decision:
    """What is decided for one child; everything that is missing is noted beside its field.

    ``waits``: why *no further action* has to wait for the second check, where it has to.
    """
    name = child.given
    one = one or ChildDecision(child.id)
    safe = check.code(f"safe:{child.id}", one.safe_now, SAFE_NOW) or (
        child.safe.safe_now if child.safe else ""
    )
    if not safe and not one.safe_now.strip():
        check.wrong(f"safe:{child.id}", f"Is {name} safe now? Ask before the level: yes, no or not known.")
    level = check.code(
        f"level:{child.id}", one.level, LEVEL, needed=f"Which level of need is it for {name}, 1 to 4?"
    )
    outcome = check.code(f"outcome:{child.id}", one.outcome, CONTACT_OUTCOME, needed=f"What next for {name}?")
    reason = check.text(
        f"reason:{child.id}",
        one.reason,
        needed=f"Why this level for {name}? A decision is never without its reason.",
    )
    objection = rules.objection(level, outcome, safe, name) if level and outcome else ""
    if objection or (outcome == NO_FURTHER and waits):
        check.wrong(f"outcome:{child.id}", objection or waits)
    return Decision(
        new_id(), level or "", outcome or "", reason, laptop.today.isoformat(), laptop.who.id, laptop.who.name
    )


def _family(laptop: Laptop, check: Check, contact: ContactView, outcomes: set[str], family_id: str) -> None:
    """Whether the outcomes fit the family that the contact leads to."""
    if "already_open" in outcomes and not family_id:
        check.wrong("family", "Already open: which family's file is it? Answer a match first.")
    if "early_help" not in outcomes:
        return
    if laptop.who.role not in may_open():
        check.wrong("family", "Early help is opened by a coordinator or a manager: hold it for one of them.")
    if family_id and not is_held(laptop, family_id):
        check.wrong("family", "That family's file is not on this laptop: its coordinator decides about it.")
    elif family_id and has_open_help(laptop, family_id, contact.id):
        check.wrong("family", OPEN_ALREADY)


def _take_effect(
    laptop: Laptop, work: Work, contact: ContactView, decided: dict[str, Decision], family_id: str
) -> str:
    """Show the outcome, and open early help where this laptop can; returns a note where it cannot."""
    helped = {i: d for i, d in decided.items() if d.outcome == "early_help"}
    able = laptop.who.role in may_open() and (not family_id or is_held(laptop, family_id))
    opened: dict[str, str | None] = {}
    if helped and able:
        opened = open_help(laptop, work, contact, helped, family_id).shown
    show_outcome(work, contact, [d.outcome for d in decided.values()], opened)
    return "" if able or not helped else "A coordinator who holds the family's file opens the early help."


# -- before the decision ---------------------------------------------------------------------------------------


def ask_safe_now(laptop: Laptop, entry: SafeNowEntry) -> Saved:
    """Record whether a child of a contact is safe now, dated. Raises ``Refused``."""
    contact, child = reading.whose(laptop, entry.child_id)
    check = laptop.check()
    if child.role != "child":
        check.wrong("safe_now", "*Safe now?* is asked about children.")
    answer = check.code(
        "safe_now", entry.safe_now, SAFE_NOW, needed=f"Is {child.given} safe now: yes, no or not known?"
    )
    how = check.text("how", entry.how)
    if answer == "yes" and not how:
        check.wrong("how", f"Who has seen or heard that {child.given} is safe, and when?")
    check.done()
    with laptop.store.work(laptop.who.id) as work:
        row = answer_safe(laptop, work, contact, child, answer or "", how)
    return laptop.saved(row)


def answer_safe(
    laptop: Laptop, work: Work, contact: ContactView, child: NamedPerson, answer: str, how: str
) -> str:
    """Write a dated answer to *safe now?*, and show it; returns the row's id."""
    scope = f"con:{contact.id}"
    work.change(scope, "contact_child", child.id, child.rev, {"safe_now": answer})
    return work.create(scope, "contact_safe", {
        "contact_id": contact.id, "contact_child_id": child.id, "safe_now": answer, "at": laptop.moment,
        "how": how.strip() or None, "how_readers": "workers" if how.strip() else None, "by": laptop.who.id,
    })  # fmt: skip


def answer_match(laptop: Laptop, entry: MatchEntry) -> Saved:
    """Say whether somebody named is somebody known; a reason where the answer goes against what speaks for it."""
    if laptop.who.role not in rules.TRIAGERS:
        raise refuse("contact", MAY_NOT)
    contact, named, match, known = reading.find_match(laptop, entry.named_id, entry.person_id)
    check = laptop.check()
    answer = check.code("answer", entry.answer, MATCH_ANSWER, needed="Is it the same person or not?")
    reason = check.text("reason", entry.reason)
    weak = match is None or bool(match.against)
    if answer == "same" and weak and not reason:
        check.wrong(
            "reason", f"Something speaks against {named.given} being the same person: why do you say so?"
        )
    if answer == "not_same" and match is not None and match.rank == "strong" and not reason:
        check.wrong("reason", f"Much speaks for it ({match.words}): why is it not the same person?")
    check.done()
    # Whoever holds the family that the contact leads to reads this row: it tells nothing of anybody in another file.
    own = answer == "same" and contact.family_id in ("", known.family_id)
    with laptop.store.work(laptop.who.id) as work:
        row = work.create(f"con:{contact.id}", "contact_match", {
            "contact_id": contact.id, "named_id": named.id, "person_id": known.person_id, "family_id": known.family_id,
            "answer": answer, "evidence": match.words if match and own else None, "on": laptop.today.isoformat(),
            "reason": reason or None, "reason_readers": "workers" if reason else None, "by": laptop.who.id,
        })  # fmt: skip
        note = _matched(work, contact, named, known.person_id, known.family_id, answer == "same")
    return laptop.saved(row, note=note)


def _matched(
    work: Work, contact: ContactView, named: NamedPerson, person_id: str, family_id: str, same: bool
) -> str:
    """Show in the contact whom it is about; a first match also shows to which family it leads."""
    scope, entity = f"con:{contact.id}", f"contact_{named.role}"
    if not same:
        others = [n for n in (*contact.children, *contact.adults) if n.person_id and n.id != named.id]
        if named.person_id == person_id:
            work.change(scope, entity, named.id, named.rev, {"person_id": None})
            if contact.family_id == family_id and not others:
                work.change(scope, "contact", contact.id, contact.rev, {"family_id": None})
        return ""
    if contact.family_id and contact.family_id != family_id:
        return "The contact leads to another family already: the answer is kept, the family stays."
    work.change(scope, entity, named.id, named.rev, {"person_id": person_id})
    if not contact.family_id:
        work.change(scope, "contact", contact.id, contact.rev, {"family_id": family_id})
    return ""


def hold_contact(laptop: Laptop, entry: HoldEntry) -> Saved:
    """Hold a contact that cannot be decided yet. Raises ``Refused``."""
    contact, stand = _to_decide(laptop, entry.contact_id)
    if stand.state not in (rules.NEW, rules.HELD, rules.RETURNED):
        raise refuse("contact", "This contact is decided: there is nothing to hold.")
    check = laptop.check()
    because = check.text("because", entry.because, needed="Why does it have to wait?")
    until = check.day("until", entry.until, needed="Until when is it held?", ahead=True)
    if any(c.safe is not None and c.safe.safe_now == "no" for c in contact.children):
        check.wrong(
            "because", "A child of this contact is not safe now: it cannot wait. Decide, or ask again."
        )
    check.done()
    return _step(laptop, contact, {"step": "held", "until": until, "reason": because})


def _step(
    laptop: Laptop, contact: ContactView, fields: dict[str, str | None], register: str | None = None
) -> Saved:
    with laptop.store.work(laptop.who.id) as work:
        work.create(f"con:{contact.id}", "contact_step", {
            "contact_id": contact.id, "on": laptop.today.isoformat(),
            "reason_readers": "workers" if fields.get("reason") else None, "by": laptop.who.id, **fields,
        })  # fmt: skip
        if register:
            work.change(f"con:{contact.id}", "contact", contact.id, contact.rev, {"told_on": register})
    return laptop.saved(contact.id)


# -- signing -----------------------------------------------------------------------------------------------------


def _to_sign(laptop: Laptop, contact_id: str) -> tuple[ContactView, Stands]:
    if laptop.who.role != "manager":
        raise refuse("contact", ONLY_A_MANAGER)
    contact = reading.contact(laptop, contact_id)
    stand = stands(contact, laptop.today)
    if not stand.waits:
        raise refuse("contact", f"Nothing in this contact waits for a signature: {stand.words}.")
    authors = {c.decision.id: c.decision.by_id for c in contact.children if c.decision}
    authors |= {s.id: s.by_id for s in contact.steps}
    if any(authors.get(row) == laptop.who.id for row in stand.waits):
        raise refuse("contact", OWN)
    return contact, stand


def _sign(
    laptop: Laptop, work: Work, contact: ContactView, stand: Stands, signature: str, reason: str
) -> None:
    work.create(f"con:{contact.id}", "contact_signature", {
        "contact_id": contact.id, "signature": signature, "signs": ",".join(sorted(stand.waits)),
        "on": laptop.today.isoformat(), "reason": reason or None, "reason_readers": "workers" if reason else None,
        "by": laptop.who.id,
    })  # fmt: skip


def sign_contact(laptop: Laptop, entry: SignEntry) -> Saved:
    """Sign what waits in a contact: decisions take effect by it. Raises ``Refused``; nobody signs their own decision."""
    contact, stand = _to_sign(laptop, entry.contact_id)
    check = laptop.check()
    because = check.text("because", entry.because)
    decided = {c.id: c.decision for c in contact.children if c.decision}
    deciding = stand.state == rules.TO_SIGN
    closing = deciding and any(d.outcome == NO_FURTHER for d in decided.values())
    if closing and (waits := second_check.objection(contact.check)):
        check.wrong("contact", waits)
    helped = deciding and any(d.outcome == "early_help" for d in decided.values())
    if helped and contact.family_id and has_open_help(laptop, contact.family_id, contact.id):
        check.wrong("contact", f"{OPEN_ALREADY} Return it.")
    check.done()
    note = ""
    with laptop.store.work(laptop.who.id) as work:
        _sign(laptop, work, contact, stand, "signed", because)
        if deciding:
            note = _take_effect(laptop, work, contact, decided, contact.family_id)
    return laptop.saved(contact.id, note=note)


def return_contact(laptop: Laptop, entry: ReturnEntry) -> Saved:
    """Return what waits in a contact to whoever decided it. Raises ``Refused``."""
    contact, stand = _to_sign(laptop, entry.contact_id)
    check = laptop.check()
    because = check.text(
        "because", entry.because, needed="Why is it returned? Whoever decided it has to know."
    )
    check.done()
    with laptop.store.work(laptop.who.id) as work:
        _sign(laptop, work, contact, stand, "returned", because)
    return laptop.saved(contact.id)


# -- telling -----------------------------------------------------------------------------------------------------


def record_contact_told(laptop: Laptop, entry: ContactToldEntry) -> Saved:
    """Record that who contacted us was told, or why not, which a manager signs. Raises ``Refused`` per field."""
    contact = reading.contact(laptop, entry.contact_id)
    stand = stands(contact, laptop.today)
    if stand.state in (rules.NEW, rules.HELD, rules.TO_SIGN, rules.RETURNED):
        raise refuse("contact", f"There is no outcome to tell yet: {stand.words}.")
    if stand.state == rules.DONE:
        raise refuse("contact", SETTLED)
    check = laptop.check()
    if entry.not_told.strip():
        step = entry.not_told.strip().lower().replace(" ", "_").replace("-", "_")
        if step not in ("not_safe", "not_possible"):
            check.wrong("not_told", "Why was nobody told: not safe, or not possible?")
        because = check.text("because", entry.because, needed="Why not? A manager reads and signs it.")
        check.done()
        saved = _step(laptop, contact, {"step": step, "reason": because})
        saved.note = "Saved; it waits for a manager's signature."
        return saved
    on = check.day("on", entry.on, needed="On which day were they told? Or say that it was not safe or not possible.",
                   past=True)  # fmt: skip
    way = check.code(
        "way", entry.way, TOLD_WAY, needed="By which way: phone call, secure mail, letter or in person?"
    )
    because = check.text("because", entry.because)
    check.done()
    return _step(laptop, contact, {"step": "told", "on": on, "way": way, "reason": because or None}, on)
