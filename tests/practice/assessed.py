"""A family with its assessment as plain values, with only what a test says of them."""

from __future__ import annotations

from typing import Any

from familyhub.practice.assessment import AssessmentView
from familyhub.practice.family_file import FamilyFile
from familyhub.practice.household import Member
from tests.practice.plans import child

LEO, MIA, BUMP = child("Leo"), child("Mia", 3), child("Bump", None)


def adult(given: str, *, responsible: bool = True, here: bool = True, role: str = "adult") -> Member:
    """An adult of the family."""
    return Member(
        given, f"{given} Poe", given, role, "", None, None, 34, "34", here, False, "", None, "", responsible
    )


DAWN, CRAIG = adult("Dawn"), adult("Craig", here=False)
PAT, LODGER = adult("Pat", responsible=False, here=False, role="network"), adult("Lee", responsible=False)


def family(*assessments: AssessmentView, **more: Any) -> FamilyFile:
    """A family of two children, a baby to come, two parents in two homes, a lodger and a gran."""
    base: dict[str, Any] = dict.fromkeys(("safety", "agreement", "plans", "visits", "notes", "story"), ())
    base |= {
        "id": "poe", "name": "Poe family", "locality": "", "ward": "", "level": "3", "level_since": None, "lead": "",
        "lead_agency": "", "stage": "", "opened_on": "2026-02-01", "rev": "", "children": (LEO, MIA, BUMP),
        "adults": (DAWN, CRAIG, LODGER, PAT), "next_visit": None, "assessments": assessments,
    }  # fmt: skip
    return FamilyFile(**(base | more))


def assessment(**more: Any) -> AssessmentView:
    """An assessment that was started on 5 February."""
    return AssessmentView("a1", "e1", "2026-02-05", "council", "Asha", "w-asha", **more)
