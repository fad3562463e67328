"""Drafts: what is being typed is kept at every pause, encrypted, and found again after a crash."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec

from familyhub.casework.advice_entries import (
    AdviceEntry,
    AdviceStepEntry,
    DisagreementEntry,
    EscalateEntry,
    SettleEntry,
)
from familyhub.casework.agreement_entries import (
    AgreementEntry,
    RecordCopyEntry,
    SharingEntry,
    WithdrawalEntry,
)
from familyhub.casework.assessment_entries import ChildDayEntry, ChildWordsEntry, FoundNeedEntry, SectionEntry
from familyhub.casework.closing_entries import ClosingEntry, FollowUpEntry
from familyhub.casework.contact_entries import ContactEntry, TriageEntry
from familyhub.casework.entries import (
    AttachmentEntry,
    ConcernEntry,
    DecisionEntry,
    NoteEntry,
    ToldEntry,
    VisitEntry,
)
from familyhub.casework.handshake_entries import (
    AcceptStep,
    DeclineStep,
    SendStepUp,
    StepDownEntry,
    StepUpEntry,
)
from familyhub.casework.meeting_entries import MeetingEntry, MeetingPlan
from familyhub.casework.people_entries import PersonEntry
from familyhub.casework.plan_entries import ActionEntry, ActionUpdate, CopyEntry, NeedEntry, ScoreEntry
from familyhub.casework.safety_entries import (
    EndNoteEntry,
    MoveEntry,
    RiskEntry,
    SafeContactEntry,
    SafetyNoteEntry,
)
from familyhub.store import drafts
from familyhub.store.drafts import Draft
from familyhub.store.laptop import new_id

if TYPE_CHECKING:
    from familyhub.casework.laptop import Laptop

Entry: TypeAlias = (
    VisitEntry
    | NoteEntry
    | ActionUpdate
    | ContactEntry
    | ConcernEntry
    | ToldEntry
    | AttachmentEntry
    | DecisionEntry
    | NeedEntry
    | ActionEntry
    | ScoreEntry
    | CopyEntry
    | TriageEntry
    | AdviceEntry
    | AdviceStepEntry
    | DisagreementEntry
    | EscalateEntry
    | SettleEntry
    | AgreementEntry
    | WithdrawalEntry
    | SharingEntry
    | RecordCopyEntry
    | SectionEntry
    | FoundNeedEntry
    | ChildWordsEntry
    | ChildDayEntry
    | MeetingEntry
    | MeetingPlan
    | ClosingEntry
    | StepUpEntry
    | StepDownEntry
    | SendStepUp
    | AcceptStep
    | DeclineStep
    | FollowUpEntry
    | SafetyNoteEntry
    | EndNoteEntry
    | SafeContactEntry
    | RiskEntry
    | MoveEntry
    | PersonEntry
)
KINDS: dict[str, type[Entry]] = {
    "visit": VisitEntry,
    "note": NoteEntry,
    "action": ActionUpdate,
    "contact": ContactEntry,
    "worry": ConcernEntry,
    "told": ToldEntry,
    "attachment": AttachmentEntry,
    "decision": DecisionEntry,
    "need": NeedEntry,
    "plan_action": ActionEntry,
    "score": ScoreEntry,
    "copy": CopyEntry,
    "triage": TriageEntry,
    "advice": AdviceEntry,
    "advice_step": AdviceStepEntry,
    "disagreement": DisagreementEntry,
    "escalation": EscalateEntry,
    "settlement": SettleEntry,
    "agreement": AgreementEntry,
    "withdrawal": WithdrawalEntry,
    "sharing": SharingEntry,
    "record_copy": RecordCopyEntry,
    "section": SectionEntry,
    "assessment_need": FoundNeedEntry,
    "voice": ChildWordsEntry,
    "child_day": ChildDayEntry,
    "meeting": MeetingEntry,
    "meeting_plan": MeetingPlan,
    "closing": ClosingEntry,
    "step_up": StepUpEntry,
    "step_down": StepDownEntry,
    "step_sent": SendStepUp,
    "step_accepted": AcceptStep,
    "step_declined": DeclineStep,
    "follow_up": FollowUpEntry,
    "safety_note": SafetyNoteEntry,
    "safety_end": EndNoteEntry,
    "safe_contact": SafeContactEntry,
    "person_risk": RiskEntry,
    "move": MoveEntry,
    "person": PersonEntry,
}


def keep(laptop: Laptop, kind: str, entry: Entry) -> str:
    """Keep what was typed so far; returns the draft's id, which the entry carries from now on."""
    if not entry.draft_id:
        entry.draft_id = new_id()
        started = laptop.moment
    else:
        old = drafts.find(laptop.store, entry.draft_id)
        started = old.started_at if old else laptop.moment
    family = getattr(entry, "family_id", None) or None
    text = msgspec.json.encode(_sound(msgspec.to_builtins(entry))).decode()
    drafts.keep(laptop.store, Draft(entry.draft_id, kind, family, started, laptop.moment, text))
    return entry.draft_id


def _sound(value: Any) -> Any:
    """The value with halves of characters taken out of its texts: they cannot be written down."""
    if isinstance(value, str):
        return value.encode("utf-8", "ignore").decode()
    if isinstance(value, dict):
        return {k: _sound(v) for k, v in value.items()}
    return [_sound(v) for v in value] if isinstance(value, list) else value


def unfinished(laptop: Laptop, family_id: str | None = None) -> list[Draft]:
    """Drafts on this laptop, the one touched last first."""
    found = drafts.unfinished(laptop.store)
    return [d for d in found if family_id is None or d.family_id == family_id]


def reopen(laptop: Laptop, draft_id: str) -> tuple[str, Entry] | None:
    """(kind, entry) of a draft, as it was typed."""
    found = drafts.find(laptop.store, draft_id)
    if found is None or found.kind not in KINDS:
        return None
    return found.kind, msgspec.json.decode(found.entry, type=KINDS[found.kind])


def discard(laptop: Laptop, draft_id: str) -> None:
    """Throw a draft away."""
    drafts.discard(laptop.store, draft_id)
