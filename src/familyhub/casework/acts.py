"""The acts by name: what ``familyhub do NAME --json -`` takes, and what the app's commands carry out."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from familyhub.casework import (
    actions,
    advice,
    agreements,
    allocating,
    assessment_sections,
    assessments,
    attachments,
    child_words,
    closings,
    concerns,
    contacts,
    copies,
    differences,
    gatekeeping,
    handing_over,
    handshakes,
    help_opening,
    meetings,
    notes,
    people,
    plan_checking,
    plans,
    reaching,
    safety,
    sharing,
    step_downs,
    triage,
    undoing,
    visits,
)
from familyhub.casework.advice_entries import (
    AdviceEntry,
    AdviceStepEntry,
    DisagreementEntry,
    EscalateEntry,
    SettleEntry,
)
from familyhub.casework.agreement_entries import (
    AgreementEntry,
    OpinionEntry,
    RecordCopyEntry,
    RefreshEntry,
    SharingEntry,
    WithdrawalEntry,
)
from familyhub.casework.allocation_entries import (
    AllocateEntry,
    ConflictEntry,
    CoverEntry,
    HandOverEntry,
    HolderEntry,
    SafeCheckEntry,
    WorkerFactsEntry,
)
from familyhub.casework.assessment_entries import (
    AssessmentSignEntry,
    CarryEntry,
    ChildDayEntry,
    ChildWordsEntry,
    CompletionEntry,
    FoundNeedEntry,
    SectionEntry,
    StartEntry,
)
from familyhub.casework.check_entries import SettleCheckEntry
from familyhub.casework.closing_entries import ClosingEntry, FollowUpEntry, ReturnClosing, SignClosing
from familyhub.casework.contact_entries import (
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
from familyhub.casework.entries import (
    AttachmentEntry,
    ConcernEntry,
    DecisionEntry,
    DecisionsEntry,
    NoteEntry,
    QuestionEntry,
    RemovalEntry,
    Saved,
    ToldEntry,
    UndoEntry,
    VisitEntry,
)
from familyhub.casework.handshake_entries import (
    AcceptStep,
    AgreeStepUp,
    DeclineStep,
    ReturnStepUp,
    SendStepUp,
    StepDownEntry,
    StepUpEntry,
    WithdrawStep,
)
from familyhub.casework.meeting_entries import AmendMinutes, MeetingEntry, MeetingPlan
from familyhub.casework.people_entries import PersonEntry
from familyhub.casework.plan_entries import (
    ActionEntry,
    ActionUpdate,
    CopyEntry,
    KeepEntry,
    NeedEntry,
    PlanEntry,
    ScoreEntry,
)
from familyhub.casework.problems import refuse
from familyhub.casework.safety_entries import (
    EndNoteEntry,
    MoveEntry,
    RiskEntry,
    SafeContactEntry,
    SafetyNoteEntry,
)

if TYPE_CHECKING:
    from familyhub.casework.laptop import Laptop


class Act(NamedTuple):
    """One act: its entry and the function that does it."""

    entry: type[msgspec.Struct]
    do: Callable[[Laptop, Any], Saved]
    words: str


ACTS: dict[str, Act] = {
    "log_visit": Act(VisitEntry, visits.log_visit, "log a visit"),
    "add_note": Act(NoteEntry, notes.add_note, "write a note"),
    "update_action": Act(ActionUpdate, actions.update_action, "update an action of the plan"),
    "open_plan": Act(PlanEntry, plans.open_plan, "open a plan for a family that has none"),
    "add_need": Act(NeedEntry, plans.add_need, "add a need to the plan"),
    "change_need": Act(NeedEntry, plans.change_need, "reword a need or what will be different"),
    "score_need": Act(ScoreEntry, plans.score_need, "score a need, 0 (worst) to 10"),
    "add_action": Act(ActionEntry, plans.add_action, "add an action to the plan"),
    "change_action": Act(
        ActionEntry, plans.change_action, "change who does an action, by when, or what it says"
    ),
    "keep_finding": Act(KeepEntry, plan_checking.keep_finding, "keep a finding of the plan check, because …"),
    "give_copy": Act(CopyEntry, plans.give_copy, "record that somebody was given a copy of the plan"),
    "add_person": Act(PersonEntry, people.add_person, "write somebody into a family's file"),
    "change_person": Act(
        PersonEntry, people.change_person, "put right or bring up to date what stands of somebody in a family"
    ),
    "record_agreement": Act(
        AgreementEntry, agreements.record_agreement, "record what one adult agreed to, or not"
    ),
    "refresh_agreement": Act(
        RefreshEntry, agreements.refresh_agreement, "record that an agreement was asked again and stands"
    ),
    "withdraw_agreement": Act(
        WithdrawalEntry,
        agreements.withdraw_agreement,
        "record that somebody took their agreement back; safe to stop?",
    ),
    "give_opinion": Act(
        OpinionEntry, agreements.give_opinion, "record a manager's view of a withdrawn agreement"
    ),
    "log_sharing": Act(SharingEntry, sharing.log_sharing, "record what was shared, with whom and why"),
    "give_record_copy": Act(
        RecordCopyEntry,
        copies.give_record_copy,
        "record that somebody was given a copy of the agreement or the assessment",
    ),
    "start_assessment": Act(StartEntry, assessments.start_assessment, "start an early help assessment"),
    "write_section": Act(
        SectionEntry, assessment_sections.write_section, "write a section of the assessment"
    ),
    "add_found_need": Act(
        FoundNeedEntry, assessment_sections.add_found_need, "add a need that the assessment found"
    ),
    "complete_assessment": Act(CompletionEntry, assessments.complete_assessment, "complete the assessment"),
    "sign_assessment": Act(
        AssessmentSignEntry, assessments.sign_assessment, "sign a completed assessment (manager)"
    ),
    "return_assessment": Act(
        AssessmentSignEntry, assessments.return_assessment, "return a completed assessment (manager)"
    ),
    "carry_needs": Act(
        CarryEntry, assessments.carry_needs, "make the needs of the completed assessment the plan's"
    ),
    "add_child_words": Act(
        ChildWordsEntry, child_words.add_child_words, "write a child's words outside a visit"
    ),
    "write_child_day": Act(
        ChildDayEntry, child_words.write_child_day, "write a day in a child's life at a review or closure"
    ),
    "plan_meeting": Act(MeetingPlan, meetings.plan_meeting, "plan a meeting, move it or call it off"),
    "hold_meeting": Act(MeetingEntry, meetings.hold_meeting, "write down a meeting that was held"),
    "amend_minutes": Act(AmendMinutes, meetings.amend_minutes, "add to the minutes of a meeting"),
    "close_help": Act(ClosingEntry, closings.close_help, "ask for help to end; a manager signs it"),
    "sign_closing": Act(SignClosing, closings.sign_closing, "sign that help ends (manager)"),
    "return_closing": Act(ReturnClosing, closings.return_closing, "return a closing, because … (manager)"),
    "follow_up": Act(FollowUpEntry, closings.follow_up, "record the six-month follow-up"),
    "ask_step_up": Act(
        StepUpEntry, handshakes.ask_step_up, "ask for a step up to social care; a manager agrees first"
    ),
    "ask_step_down": Act(
        StepDownEntry, step_downs.ask_step_down, "record that social care asks early help to take a family on"
    ),
    "agree_step_up": Act(AgreeStepUp, handshakes.agree_step_up, "agree to a step up (manager)"),
    "return_step_up": Act(ReturnStepUp, handshakes.return_step_up, "return a step up, because … (manager)"),
    "send_step_up": Act(SendStepUp, handshakes.send_step_up, "record that a step up was sent to social care"),
    "accept_step": Act(
        AcceptStep,
        handshakes.accept_step,
        "record that a step up or step down was accepted by the other side",
    ),
    "decline_step": Act(
        DeclineStep, handshakes.decline_step, "record that it was declined, because …; opens “we disagree”"
    ),
    "withdraw_step": Act(
        WithdrawStep, handshakes.withdraw_step, "withdraw a step up or step down, because …"
    ),
    "add_contact": Act(ContactEntry, contacts.add_contact, "record a contact at the front door"),
    "ask_safe_now": Act(SafeNowEntry, triage.ask_safe_now, "record whether a child of a contact is safe now"),
    "answer_match": Act(MatchEntry, triage.answer_match, "say whether somebody named is somebody known"),
    "triage_contact": Act(TriageEntry, triage.triage_contact, "decide about a contact, child by child"),
    "hold_contact": Act(HoldEntry, triage.hold_contact, "hold a contact, because, until"),
    "sign_contact": Act(SignEntry, triage.sign_contact, "sign what waits in a contact (manager)"),
    "return_contact": Act(ReturnEntry, triage.return_contact, "return what waits in a contact (manager)"),
    "settle_second_check": Act(
        SettleCheckEntry,
        gatekeeping.settle_second_check,
        "record that a manager has rung about the second check",
    ),
    "open_early_help": Act(OpenHelpEntry, help_opening.open_early_help, "open early help that was signed"),
    "record_contact_told": Act(
        ContactToldEntry, triage.record_contact_told, "record that who contacted us was told, or why not"
    ),
    "ask_social_worker": Act(
        AdviceEntry, advice.ask_social_worker, "ask a social worker: question, advice, by whom, decision"
    ),
    "add_advice": Act(
        AdviceStepEntry, advice.add_advice, "record what a social worker advised, or the decision"
    ),
    "open_disagreement": Act(DisagreementEntry, advice.open_disagreement, "we disagree: our view and theirs"),
    "escalate_disagreement": Act(
        EscalateEntry, advice.escalate_disagreement, "take a disagreement to its next stage"
    ),
    "settle_disagreement": Act(
        SettleEntry, advice.settle_disagreement, "record how a disagreement was settled"
    ),
    "add_safety_note": Act(
        SafetyNoteEntry, safety.add_safety_note, "record what must be known before a visit"
    ),
    "change_safety_note": Act(
        SafetyNoteEntry, safety.change_safety_note, "reword a safety note, or say when it is looked at again"
    ),
    "end_safety_note": Act(
        EndNoteEntry, safety.end_safety_note, "record that a safety note holds no longer, because …"
    ),
    "set_safe_contact": Act(
        SafeContactEntry, reaching.set_safe_contact, "record how somebody may be reached safely"
    ),
    "record_risk": Act(
        RiskEntry, safety.record_risk, "record what is known about a person who may be a risk"
    ),
    "change_risk": Act(
        RiskEntry,
        safety.change_risk,
        "change what is known about a person who may be a risk, or its review",
    ),
    "record_move": Act(
        MoveEntry, reaching.record_move, "record a new address, or that an address is confidential"
    ),
    "allocate": Act(AllocateEntry, allocating.allocate, "give a family to a worker"),
    "hand_over": Act(HandOverEntry, handing_over.hand_over, "hand a family from one worker to another"),
    "give_cover": Act(
        CoverEntry, handing_over.give_cover, "let somebody cover for a worker from a day to a day"
    ),
    "name_holder": Act(
        HolderEntry, allocating.name_holder, "name who holds a family while it waits, and why it does"
    ),
    "record_safe_check": Act(
        SafeCheckEntry, allocating.record_safe_check, "record how a family that waits was found"
    ),
    "declare_conflict": Act(
        ConflictEntry, allocating.declare_conflict, "declare a conflict of interest, or that it is over"
    ),
    "set_worker_facts": Act(
        WorkerFactsEntry,
        allocating.set_worker_facts,
        "record a worker's languages, wards, travel and weight limit",
    ),
    "raise_concern": Act(ConcernEntry, concerns.raise_concern, "worried about a child (F8)"),
    "record_told": Act(ToldEntry, concerns.record_told, "record who was told of a worry"),
    "add_attachment": Act(AttachmentEntry, attachments.add, "attach a file to a family's file"),
    "remove_attachment": Act(RemovalEntry, attachments.remove, "take an attachment out of a family's file"),
    "decide_difference": Act(DecisionEntry, differences.decide, "settle a difference"),
    "decide_differences": Act(
        DecisionsEntry, differences.decide_several, "settle several differences for one reason"
    ),
    "undo_decision": Act(UndoEntry, undoing.undo, "undo a decision: the difference is open again"),
    "ask_about_difference": Act(QuestionEntry, differences.ask, "ask about a difference and leave it open"),
}


def do(laptop: Laptop, name: str, entry_json: bytes | str) -> Saved:
    """Carry out an act with its entry as JSON; raises ``Refused`` for an unknown act or an entry that is not one."""
    act = ACTS.get(name)
    if act is None:
        raise refuse("act", f"There is no act “{name[:40]}”. Known are: {', '.join(ACTS)}.")
    try:
        entry = msgspec.json.decode(entry_json, type=act.entry)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise refuse("entry", f"That is not an entry of {name}: {error}.") from error
    return act.do(laptop, entry)
