"""What the plan check goes by: numbers that a locality may change, and the words it looks for. Data, with its sources.

The words are this product's own, gathered from outcomes that tell of work done instead of change; a locality that writes
otherwise keeps a finding with a reason, so nothing here ever stops anybody.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PlanRules:
    """The numbers of the plan check; ``locality`` records hold those that an area has changed."""

    stale_after_days: int = 42
    """An open action counts as stale when nothing was written about it for longer (one round of reviews: six weeks)."""
    school_from_age: int = 5
    """Whole years from which a child is of school age (Education Act 1996, section 8, to the year)."""
    school_until_age: int = 16
    """Whole years from which a child is of school age no more (the same section, to the year)."""
    adult_from_age: int = 18
    """Whole years from which nobody is a child any more (Children Act 1989, section 105)."""
    least_agencies: int = 2
    """Agencies that own actions in a plan that is a coordinated one (JTAI letter, second area to improve)."""
    copied_from: int = 92
    """Likeness (0 to 100) from which two texts count as one text used twice; names alone may differ."""
    copied_least_words: int = 4
    """Texts of fewer words are alike by chance: “See GP” in two needs says nothing."""


OUR_VERBS = frozenset({
    "support", "help", "assist", "provide", "refer", "offer", "monitor", "improve", "reduce", "increase",
    "encourage", "promote", "signpost", "liaise", "ensure", "arrange", "explore", "discuss", "assess",
    "develop", "deliver", "address", "complete", "continue", "maintain", "engage", "access", "attend",
    "facilitate", "empower", "enable", "strengthen", "raise", "implement", "undertake", "identify", "review",
    "work", "keep", "build",
})  # fmt: skip
"""An outcome that begins with one of these tells what we do."""
NOUN_AFTER = frozenset({
    "is", "are", "was", "were", "has", "have", "comes", "stops", "ends", "no",
})  # fmt: skip
"""Behind “Help” or “Work” at the beginning they say that it was a noun: “Help is there at night”."""
WE = r"(?:we|i|school|council|worker|the worker|staff|professionals|early help|family support)"
"""Whoever helps, as the one an outcome is about."""
TO_DO = (
    "attend|access|engage|communicate|receive|complete|be supported|be referred|be offered|be monitored|be assessed|"
    "work with|seek|accept"
)
"""“Leo to attend school” names something to do, by no day and with no difference that anybody would see."""
SERVICES = frozenset({
    "support", "referral", "advice", "counselling", "course", "programme", "sessions", "mediation", "therapy",
    "assessment", "ehcp", "rehousing", "routines", "intervention", "services", "service",
})  # fmt: skip
"""A short outcome that ends in one of these, without a verb, is the name of a service."""
SERVICE_FOR = r" (?:for|with|to) [^,;.]{1,40}$"
"""Behind the name of a service, for whom it is."""
SERVICE_MOST_WORDS = 4
TELLS_CHANGE = r"\bso that\b|\bso (?:he|she|they|everybody|everyone|we)\b|\buntil\b"
"""What follows tells what changes, whatever the outcome began with."""

MEASURES = (
    r"\d",
    r"\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|half|once|twice|both|all|most|none|nobody|no one)\b",
    r"\b(?:every|each|daily|weekly|monthly|always|never|no|without|fewer|less|more|above|below|at least)\b",
    r"\b(?:till|until|within|in a row|running)\b",
    r"\bby (?:the (?:end|next|start|time|review)|next|(?:his|her|their|its) (?:next|birthday))\b",
    r"\b(?:january|february|march|april|may half term|june|july|august|september|october|november|december)\b",
    r"\b(?:mondays?|tuesdays?|wednesdays?|thursdays?|fridays?|saturdays?|sundays?|easter|christmas|term|review)\b",
    r"\bin writing\b",
    r"\b(?:says?|said|tells?|told|chooses?|asks?|can name|can say|in (?:his|her|their) own words)\b",
    r"[“\"‘]",
)
"""Any of these lets somebody look and say whether it has come about: a count, how often, by when, who says so."""

EDUCATION = frozenset({
    "school", "nursery", "college", "academy", "education", "educational", "primary", "secondary", "infants",
    "infant", "juniors", "junior", "sixth", "preschool", "pre-school", "senco", "teacher", "dsl", "classroom",
    "headteacher",
})  # fmt: skip
"""Words in the name of an agency or an owner that mean a place of learning."""
PROVISION = (
    r"\bsenc?o?\b",
    r"\behcp?\b",
    r"\b(?:sen|send|learning|teaching) (?:support|assistant|plan|provision)\b",
    r"\b(?:speech|language|occupational|sensory|hearing|sight) (?:and language )?(?:therap\w*|test|aids?|support|needs)\b",
    r"\b(?:educational psycholog\w*|one page|visual timetable|autism|adhd|dyslexia|paediatric\w*|makaton)\b",
    r"\b(?:additional needs|needs assessment|calm card|class(?:room)?)\b",
)
"""Help for special educational needs, by what an action says."""
UNBORN = r"\b(?:unborn|baby|bump|pregnan\w*|midwi\w*|birth|scans?|antenatal)\b"
"""How a plan speaks of a child who has no name yet."""

FAMILY = frozenset({
    "family", "the family", "parent", "parents", "carer", "mum", "dad",
})  # fmt: skip
"""An action's agency when its owner belongs to the family: that is no agency."""
NO_PERSON = frozenset({
    "school", "nursery", "college", "council", "gp", "surgery", "camhs", "health", "nhs", "police", "housing",
    "landlord", "hub", "senco", "dsl", "teacher", "midwife", "worker", "workers", "agency", "agencies",
    "professionals", "everyone", "everybody", "all", "tbc", "tba", "unknown", "nobody", "somebody", "charity",
    "family", "health visitor", "social care", "early help", "family support", "school nurse", "the school",
    "the council", "family hub", "social worker", "support worker", "to be confirmed", "n/a",
})  # fmt: skip
"""What stands where a person's name should: a building, a service or a post cannot be rung."""
