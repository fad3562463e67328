"""Code lists: values that are stored, with the words that people read. Light: no import outside the standard library."""

# long: every code list of the product, a few lines each

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CodeList:
    """A named list of stored codes and the words shown for each, in the order they are offered."""

    name: str
    values: dict[str, str]
    source: str = "local"

    def words(self, code: str | None) -> str:
        """The words for ``code``; an unknown code is shown as it is, none as an empty text."""
        return "" if code is None else self.values.get(code, code)


READERS = CodeList(
    "readers",
    {"workers": "workers only", "professionals": "professionals in the plan", "family": "the family too"},
    "safe practice: every text says who may read it; narrowest first",
)
ROLES = CodeList(
    "role",
    {
        "worker": "family-support worker",
        "coordinator": "locality hub coordinator",
        "manager": "manager",
        "gatekeeper": "gatekeeper",
        "analyst": "analyst",
        "partner": "partner",
        "operator": "hub operator",
    },
)
ETHNICITY = CodeList(
    "ethnicity",
    {
        "WBRI": "White British",
        "WIRI": "White Irish",
        "WIRT": "Traveller of Irish heritage",
        "WOTH": "Any other White background",
        "WROM": "Gypsy/Roma",
        "MWBC": "White and Black Caribbean",
        "MWBA": "White and Black African",
        "MWAS": "White and Asian",
        "MOTH": "Any other Mixed background",
        "AIND": "Indian",
        "APKN": "Pakistani",
        "ABAN": "Bangladeshi",
        "AOTH": "Any other Asian background",
        "BCRB": "Caribbean",
        "BAFR": "African",
        "BOTH": "Any other Black background",
        "CHNE": "Chinese",
        "OOTH": "Any other ethnic group",
        "REFU": "Refused",
        "NOBT": "Information not yet obtained",
    },
    "DfE, OGL v3.0",
)
CONTACT_SOURCE = CodeList(
    "contact_source",
    {
        "1A": "family member, relative or carer",
        "1B": "acquaintance (including neighbours and child minders)",
        "1C": "self",
        "1D": "other individual (including strangers or MPs)",
        "2A": "school",
        "2B": "education services",
        "3A": "GP",
        "3B": "health visitor",
        "3C": "school nurse",
        "3D": "other primary health",
        "3E": "A&E",
        "3F": "other health (e.g. hospice)",
        "4": "LA housing or housing association",
        "5A": "social care e.g. adult social care",
        "5B": "other internal, not social care or early help",
        "5C": "external: another LA's services",
        "5D": "early help",
        "6": "police",
        "7": "courts, probation, immigration, CAFCASS, prison",
        "8": "children's centres, independent providers, voluntary organisations",
        "9": "anonymous",
        "10": "unknown",
    },
    "DfE / Ofsted Annex A, OGL v3.0",
)
LEVEL = CodeList(
    "level_of_need",
    {"1": "1 universal", "2": "2 early help", "3": "3 targeted early help", "4": "4 statutory"},
    "common shape of the four levels; the local thresholds document decides",
)
SEX = CodeList("sex", {"F": "female", "M": "male", "X": "not recorded"})
NAME_KIND = CodeList(
    "name_kind",
    {"known": "known as now", "former": "former name", "nickname": "nickname", "legal": "legal name"},
)
MEMBER_ROLE = CodeList(
    "member_role", {"child": "child", "adult": "adult", "unborn": "unborn child", "network": "family network"}
)
RELATIONSHIP = CodeList(
    "relationship",
    {
        "mother": "mother",
        "father": "father",
        "stepmother": "stepmother",
        "stepfather": "stepfather",
        "parent": "parent",
        "partner": "partner",
        "ex_partner": "ex-partner",
        "grandmother": "grandmother",
        "grandfather": "grandfather",
        "aunt": "aunt",
        "uncle": "uncle",
        "sibling": "brother or sister",
        "half_sibling": "half-brother or half-sister",
        "kinship_carer": "kinship carer",
        "foster_carer": "foster carer",
        "friend": "family friend",
        "other": "other",
    },
)
FACT_KIND = CodeList(
    "fact_kind",
    {
        "ethnicity": "ethnicity",
        "school": "school or setting",
        "sen": "SEN",
        "sen_need": "SEN: kind of need",
        "disability": "disability",
        "language": "first language",
        "interpreter": "interpreter needed",
        "gp": "GP",
        "attendance": "attendance this half term, per cent",
        "suspension": "days suspended this half term",
        "due": "expected date of birth",
    },
)
SEN = CodeList(
    "sen",
    {
        "none": "no SEN recorded",
        "support": "SEN support",
        "assessment": "EHC needs assessment requested",
        "ehcp": "EHC plan",
    },
)
RISK = CodeList(
    "risk",
    {
        "conviction": "conviction",
        "police": "police information",
        "allegation": "allegation",
        "none": "none known",
    },
    "a person who may be a risk; most cautious first",
)
MAY_USE = CodeList("may_use", {"never": "never", "ask": "ask first", "yes": "yes"}, "most cautious first")
EPISODE_STATE = CodeList(
    "episode_state",
    {
        "waiting": "waiting for a worker",
        "open": "open",
        "assessment": "assessment under way",
        "plan": "plan in place",
        "stepped_up": "stepped up to social care",
        "closed": "closed",
        "follow_up": "six-month follow-up",
    },
)
END_REASON = CodeList(
    "end_reason",
    {
        "outcomes_met": "outcomes met",
        "universal": "needs met by universal services",
        "withdrew": "family withdrew agreement",
        "not_engaged": "could not engage",
        "moved": "moved out of area",
        "stepped_up": "stepped up",
        "no_further_action": "no further action after assessment",
    },
)
AGREEMENT_STATE = CodeList(
    "agreement_state",
    {"agreed": "agreed", "not_asked": "not asked yet", "declined": "declined", "withdrawn": "withdrawn"},
)
PLAN_STATE = CodeList("plan_state", {"draft": "draft", "open": "open", "closed": "closed"})
ACTION_STATUS = CodeList(
    "action_status",
    {"not_started": "not started", "in_progress": "in progress", "done": "done", "stopped": "stopped"},
)
VISIT_KIND = CodeList(
    "visit_kind",
    {"home": "home", "school": "school", "hub": "family hub", "community": "elsewhere", "video": "video"},
)
VISIT_OUTCOME = CodeList(
    "visit_outcome",
    {
        "made": "visit made",
        "not_in": "not in",
        "refused": "refused",
        "cancelled": "cancelled",
        "not_brought": "was not brought",
    },
)
SEEN_HOW = CodeList(
    "seen_how",
    {
        "talked": "talked",
        "played": "played",
        "watched": "watched",
        "awake": "watched, awake",
        "asleep": "asleep",
        "video": "video",
    },
)
CHILD_METHOD = CodeList(
    "child_method",
    {
        "said": "said",
        "drawn": "drawn",
        "signed": "signed",
        "watched": "watched",
        "three_houses": "Three Houses",
        "scales": "scales",
    },
)
SAFETY_ANSWER = CodeList(
    "safety_answer", {"yes": "yes", "not_sure": "not sure", "no": "no"}, "most cautious first"
)
SAFE_NOW = CodeList(
    "safe_now",
    {"no": "no", "not_known": "not known", "yes": "yes"},
    "is this child safe now? most cautious first",
)
NOTE_KIND = CodeList(
    "note_kind",
    {
        "call": "call",
        "text": "text message",
        "email": "e-mail",
        "talk": "talk",
        "letter": "letter",
        "meeting": "meeting",
        "event": "event",
    },
)
SAFETY_NOTE_KIND = CodeList(
    "safety_note_kind",
    {
        "two_workers": "two workers",
        "dog": "dog",
        "address": "address to be kept from somebody",
        "risk": "person who may be a risk",
        "illness": "infection",
        "other": "other",
    },
)
NEED_HEADLINE = CodeList(
    "need_headline",
    {
        "1": "Getting a good education",
        "2": "Good early years development",
        "3": "Improved mental and physical health",
        "4": "Promoting recovery and reducing harm from substance use",
        "5": "Improved family relationships",
        "6": "Children safe from abuse and exploitation",
        "7": "Crime prevention and tackling crime",
        "8": "Safe from domestic abuse",
        "9": "Secure housing",
        "10": "Financial stability",
    },
    "GOV.UK Supporting Families guidance, OGL v3.0 (vocabulary; locally editable)",
)
FINDING_ABOUT = CodeList(
    "finding_about",
    {"need": "a need", "action": "an action", "child": "a child", "plan": "the plan"},
    "what a finding of the plan check is about; each is the name of a kind of record but for the child, a person",
)
REVIEW_DECISION = CodeList(
    "review_decision",
    {
        "continue": "continue",
        "amend": "amend",
        "step_up": "step up",
        "step_down": "step down",
        "close": "close",
    },
)
MEETING_KIND = CodeList("meeting_kind", {"taf": "Team Around the Family", "review": "review of the plan"})
GUEST_STATE = CodeList(
    "guest_state",
    {"invited": "invited", "came": "came", "apologies": "sent apologies", "absent": "not there"},
)
FAMILY_QUESTION = CodeList(
    "family_question",
    {
        "better": "What is better since last time?",
        "worry": "What still worries you?",
        "next": "What should happen next?",
    },
    "asked of the family at every meeting; the words that were asked are kept with each answer",
)
SETTLED = CodeList(
    "settled",
    {"done": "done", "stopped": "stopped", "carried": "carried on by somebody"},
    "what becomes of an open action when help ends",
)
STILL_TRUE = CodeList(
    "still_true",
    {"yes": "still true", "partly": "partly", "no": "no longer true", "not_known": "not known"},
    "the six-month follow-up asks it of every need",
)
DECISION_KIND = CodeList(
    "decision_kind",
    {"taken": "took an answer", "written": "wrote another", "undone": "opened it again"},
)
CONTACT_OUTCOME = CodeList(
    "contact_outcome",
    {
        "advice": "information and advice",
        "universal": "universal or voluntary offer",
        "early_help": "early help",
        "social_care": "social care",
        "already_open": "already open: passed to the worker",
        "no_further_action": "no further action",
    },
)
CONTACT_STEP = CodeList(
    "contact_step",
    {
        "held": "held",
        "opened": "early help opened in the family's file",
        "told": "who contacted us was told",
        "not_safe": "who contacted us was not told: not safe",
        "not_possible": "who contacted us was not told: not possible",
    },
)
TOLD_WAY = CodeList(
    "told_way",
    {
        "phone": "phone call",
        "secure_mail": "secure mail",
        "letter": "letter",
        "in_person": "in person",
    },
)
SIGNATURE = CodeList("signature", {"signed": "signed", "returned": "returned"})
MATCH_ANSWER = CodeList("match_answer", {"same": "the same person", "not_same": "not the same person"})
CHECK_RESULT = CodeList("check_result", {"go_on": "go on", "rings": "a manager will ring you"})
"""Both codes are of one length: a result is not to be read off its size."""
CHECK_CALL = CodeList("check_call", {"rang": "rang", "nobody": "it was nobody"})
ADVICE_STEP = CodeList("advice_step", {"advice": "advice", "decision": "decision"})
DISAGREEMENT_STEP = CodeList(
    "disagreement_step", {"escalated": "went to the next stage", "settled": "settled"}
)
HANDSHAKE_KIND = CodeList(
    "handshake_kind", {"step_up": "step up", "step_down": "step down"}, "local words: to and from social care"
)
HANDSHAKE_STEP = CodeList(
    "handshake_step",
    {"sent": "sent", "accepted": "accepted", "declined": "declined", "withdrawn": "withdrawn"},
)
STEP_DOWN_ANSWER = CodeList("step_down_answer", {"accepted": "accepted", "declined": "declined"})
FAMILY_TOLD = CodeList(
    "family_told",
    {
        "agrees": "told, and agrees",
        "disagrees": "told, and does not agree",
        "not_told": "not told, because",
    },
    "whether the family knows of a step up or step down",
)
ALLOCATION_ROLE = CodeList(
    "allocation_role",
    {"lead": "lead worker", "second": "second worker", "cover": "cover", "holder": "holds it while it waits"},
)
WAITING_REASON = CodeList(
    "waiting_reason",
    {
        "new": "just opened",
        "no_room": "no worker has room",
        "language": "no worker who speaks the language has room",
        "conflict": "a conflict of interest",
        "family_asked": "the family asked to wait",
        "information": "information is missing",
        "worker_left": "their worker left",
        "other": "another reason",
    },
)
CONFLICT_STATE = CodeList("conflict_state", {"declared": "declared", "over": "over"})
CONFLICT_KIND = CodeList(
    "conflict_kind",
    {
        "relative": "relative or friend",
        "neighbour": "neighbour, or same school",
        "work": "knows them from other work",
        "before": "something happened before",
        "other": "another reason",
    },
)
CHECK_WAY = CodeList(
    "check_way",
    {
        "phone": "telephone call",
        "visit": "visit",
        "school": "seen at school or nursery",
        "agency": "another agency has seen them",
        "no_answer": "tried, no answer",
    },
)
TRAVEL = CodeList("travel", {"car": "car", "public": "public transport", "foot": "on foot or by bicycle"})
CONTACT_CHANNEL = CodeList(
    "contact_channel",
    {
        "phone": "phone call",
        "form": "online form",
        "walk_in": "walk-in",
        "police": "police notification",
        "worry": "worried about a child (F8)",
    },
)
ATTACHED_TO = CodeList(
    "attached_to",
    {"visit": "a visit", "note": "a note", "plan": "the plan", "agreement": "an agreement"},
    "what an attachment is about; each is the name of a kind of record",
)


# -- agreement, sharing and assessment -----------------------------------------------------------------------------
SAFE_TO_STOP = CodeList(
    "safe_to_stop",
    {"no": "no", "not_sure": "not sure", "yes": "yes"},
    "asked when agreement is withdrawn; most cautious first",
)
LAWFUL_BASIS = CodeList(
    "lawful_basis",
    {
        "public_task": "public task",
        "legal_obligation": "legal obligation",
        "vital_interests": "vital interests",
        "legitimate_interests": "legitimate interests",
        "consent": "consent (rarely right here)",
    },
    "UK GDPR Article 6(1)(e), (c), (d), (f) and (a); DfE information sharing advice, May 2024: agreement to a service is"
    " no lawful basis",
)
COPY_OF = CodeList(
    "copy_of",
    {"agreement": "the agreement", "assessment": "the assessment"},
    "what a copy was given of; each is the name of a kind of record",
)
OCCASION = CodeList(
    "occasion",
    {"assessment": "assessment", "review": "review", "closure": "closure", "between": "between visits"},
    "when a child's words or day were written down; safe practice: the same lines at assessment, each review and closure",
)
DAY_LINE = CodeList(
    "day_line",
    {
        "morning": "Waking and getting ready",
        "daytime": "School, nursery or the day at home",
        "after": "After school, play and friends",
        "evening": "Tea, evening and who is there",
        "night": "Bedtime and the night",
    },
    "local: the five lines of a day in a child's life",
)
ASSESSMENT_SECTION = CodeList(
    "assessment_section",
    {
        "child": "How {child} is getting on",
        "voice": "{child}'s own words",
        "day": "A day in {child}'s life",
        "parenting": "Parenting",
        "environment": "Family and home",
        "adult": "{adult}",
        "family": "The family's own network and goals, and what it all means",
    },
    "assessment framework: a child's developmental needs, parenting capacity, family and environment",
)
ASSESSMENT_TOPIC = CodeList(
    "assessment_topic",
    {
        "strengths": "Strengths",
        "worries": "Worries",
        "meaning": "What does this mean for the child?",
        "views": "Their views",
        "network": "Family network: who is there for them",
        "goals": "What the family wants to be different",
        "analysis": "Analysis: what does it all mean?",
    },
    "a text of a section; what each section has is in practice.assessment",
)
FAMILY_MEETING = CodeList(
    "family_meeting",
    {
        "wanted": "offered: they want it",
        "later": "offered: later",
        "declined": "offered: they do not want it",
        "not_offered": "not offered",
    },
    "family group decision-making: whether it was offered, and what the family said",
)


def all_lists() -> dict[str, CodeList]:
    """Every code list by name."""
    return {c.name: c for c in globals().values() if isinstance(c, CodeList)}
