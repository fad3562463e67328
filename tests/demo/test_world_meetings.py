"""Meetings and endings in the demonstration world: every decision, each child, what is planned, what is still true."""

from __future__ import annotations

from collections import Counter

from tests.demo.test_world_rows_support import TODAY, family_files, rows


def test_meetings_come_to_every_decision_and_some_are_planned() -> None:
    decided = Counter(r.fields["decision"] for r in rows() if r.entity == "review")
    assert set(decided) == {"continue", "amend", "step_up", "step_down", "close"}
    assert [r for r in rows() if r.entity == "meeting" and str(r.fields["on"]) > TODAY.isoformat()]


def test_a_meeting_that_was_held_has_each_child_of_the_house_with_views_or_why_none() -> None:
    held = 0
    for file in family_files().values():
        meetings = {str(r.fields["meeting_id"]): r for r in file.of("review") if "meeting_id" in r.fields}
        for meeting, review in meetings.items():
            held += 1
            said = {
                r.fields["person_id"]: r for r in file.of("child_voice") if r.fields["occasion_id"] == meeting
            }
            seen = {str(v.id): str(v.fields["on"]) for v in file.of("visit")}
            before = {
                r.fields["person_id"] for r in file.of("visit_child")
                if seen[str(r.fields["visit_id"])] <= str(review.fields["held_on"])
            }  # fmt: skip
            thirds = {p.id for p in file.of("person") if p.fields.get("third_party")}
            assert before - thirds <= said.keys()
            assert all(
                bool(r.fields.get("said")) != bool(r.fields.get("none_because")) for r in said.values()
            )
            assert any(
                g.fields["state"] == "came"
                for g in file.of("meeting_guest")
                if g.fields["meeting_id"] == meeting
            )
    assert held > 10


def test_help_that_ended_was_signed_by_somebody_else_and_is_followed_up() -> None:
    due, done = 0, 0
    for file in family_files().values():
        signed = {r.fields["closing_id"]: r.by for r in file.of("closing_signature")}
        for closing in file.of("closing"):
            assert signed[closing.id] != closing.by
        made = [r for r in file.of("follow_up") if "done_on" in r.fields]
        done += len(made)
        due += len(file.of("follow_up")) - 2 * len(made)
        needs = {r.id for r in file.of("need")}
        assert all(r.fields["need_id"] in needs for r in file.of("follow_up_need"))
    assert due > 3
    assert done > 1
