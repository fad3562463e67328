"""The plan check on this laptop: what a family's plan lacks, and keeping a finding because …."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from familyhub.casework import reading
from familyhub.casework.entries import Saved
from familyhub.casework.plan_entries import KeepEntry
from familyhub.casework.problems import refuse
from familyhub.practice.clocks import parse_day
from familyhub.practice.plan_check import Finding, findings
from familyhub.records.codes import FINDING_ABOUT, READERS

if TYPE_CHECKING:
    from datetime import date

    from familyhub.casework.laptop import Laptop
    from familyhub.practice.family_file import FamilyFile
    from familyhub.practice.plan_view import PlanView

NO_PLAN = "No plan is open for this family. Open one first (open_plan)."


def checked(laptop: Laptop, family_id: str) -> tuple[FamilyFile, tuple[Finding, ...]]:
    """A family's file with what its open plan lacks; raises ``Refused`` where the file is not here."""
    file = reading.family(laptop, family_id)
    return file, findings(file, laptop.today)


def keep_finding(laptop: Laptop, entry: KeepEntry) -> Saved:
    """Keep a finding, because …: it is silent until the next review. Raises ``Refused``."""
    file, found = checked(laptop, entry.family_id)
    if file.plan is None:
        raise refuse("family_id", NO_PLAN)
    check = laptop.check()
    because = check.text("because", entry.because, needed="Say why: whoever reads the plan later will ask.")
    audience = check.code("readers", entry.readers, READERS, needed="Who may read it?")
    about = check.code("about", entry.about, FINDING_ABOUT, needed="What is the finding about?")
    if about and not any(
        f.kept is None and (f.code, f.about) == (entry.code, (about, entry.about_id)) for f in found
    ):
        check.wrong("code", "The plan check does not say that now. Look at the plan again.")
    check.done()
    with laptop.store.work(laptop.who.id) as work:
        kept_id = work.create(f"fam:{file.id}", "kept_finding", {
            "plan_id": file.plan.id, "finding": entry.code, "about": about, "about_id": entry.about_id,
            "because": because, "because_readers": audience, "on": laptop.today.isoformat(),
            "until": next_review(file, file.plan, laptop.today), "by": laptop.who.id,
        })  # fmt: skip
    return laptop.saved(kept_id, entry.draft_id)


def next_review(file: FamilyFile, plan: PlanView, today: date) -> str:
    """The day of the next review: as it is planned, else by the local rhythm from today."""
    due = parse_day(plan.review_due)
    return (due if due and due >= today else today + timedelta(weeks=file.review_weeks)).isoformat()
