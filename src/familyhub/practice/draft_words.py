"""What unfinished entries are called in Today."""

from __future__ import annotations

DRAFT_WORDS = {
    "triage": "A decision at the front door",
    "told": "Who was told",
    "decision": "An answer to a difference",
    "plan_action": "An action of the plan",
    "score": "A score of a need",
    "copy": "A copy of the plan",
    "advice": "A question to a social worker",
    "advice_step": "What a social worker advised",
    "escalation": "The next stage of a disagreement",
    "settlement": "The outcome of a disagreement",
    "withdrawal": "An agreement taken back",
    "sharing": "What was shared",
    "record_copy": "A copy that was given",
    "section": "A part of the assessment",
    "assessment_need": "A need of the assessment",
    "voice": "A child's words",
    "child_day": "A day in a child's life",
    "meeting_plan": "Planning a meeting",
    "closing": "Ending help",
    "person": "Somebody of the family",
    "follow_up": "A six-month follow-up",
    "step_up": "A step up to social care",
    "step_down": "A step down to early help",
    "step_sent": "Sending a step up",
    "step_accepted": "Accepting a step up or step down",
    "safety_note": "A safety note",
    "safety_end": "The end of a safety note",
    "safe_contact": "How somebody may be reached",
    "person_risk": "A person who may be a risk",
    "move": "A new address",
    "step_declined": "Declining a step up or step down",
}
"""Kinds of drafts that need other words than their own name."""
