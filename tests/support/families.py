"""A small store with invented families, the same on every run: for screens, commands and reading.

The Bells: Leo (9), Jade (15), Mia (4) and an unborn baby; Dawn their mum, Craig the dad who lives elsewhere, Pat the gran.
The Hughes family is a second one, so that lists have more than a line.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from familyhub.casework import front_door
from familyhub.casework.laptop import Laptop, Who
from familyhub.store.laptop import LaptopStore, Work

TODAY = date(2026, 3, 12)
PASSPHRASE = "four quiet grey geese"
ASHA, SAM, JOAN = "w-asha-rahman", "w-sam-doyle", "w-joan-pike"
BELL, HUGHES = "bell", "hughes"


def day(offset: int) -> str:
    """A day relative to ``TODAY`` as ISO text."""
    return (TODAY + timedelta(days=offset)).isoformat()


def second_check(
    laptop: Laptop, contact_id: str, result: str = "go_on", at: str = "2026-03-12T09:10:00Z"
) -> None:
    """The hub's second check of a contact comes back."""
    about = front_door.contact(laptop, contact_id).about
    fields = {"contact_id": contact_id, "result": result, "at": at, "about": about}
    with laptop.store.work("hub") as work:
        work.create(f"con:{contact_id}", "second_check", fields)


def small_laptop(home: Path, *, worker: str = ASHA) -> Laptop:
    """A demonstration store with the two families, open, as ``worker``'s laptop; nothing waits to be sent."""
    store = LaptopStore.create(home, PASSPHRASE, demonstration=True)
    store.now_ms = lambda: int(datetime(2026, 3, 1, 9, tzinfo=UTC).timestamp() * 1000)
    store.set_settings(
        {"worker": worker, "demonstration_today": TODAY.isoformat(), "hub_url": "http://127.0.0.1:1"}
    )
    with store.work("hub") as work:
        _reference(work)
    with store.work(ASHA) as work:
        _bell(work)
        _bell_plan(work)
        _bell_story(work)
        _hughes(work)
    with store.changing() as copy:
        copy.settle([op.op_id for op in copy.all_pending()], "done")
        copy.connection.exec_driver_sql("delete from confirmed")
    names = {
        ASHA: ("Asha Rahman", "worker"),
        SAM: ("Sam Doyle", "worker"),
        JOAN: ("Joan Pike", "coordinator"),
    }
    name, role = names[worker]
    return Laptop(store, Who(worker, name, role, "birkenhead"), lambda: TODAY)


def _reference(work: Work) -> None:
    for identity, name, role in (
        (ASHA, "Asha Rahman", "worker"),
        (SAM, "Sam Doyle", "worker"),
        (JOAN, "Joan Pike", "coordinator"),
    ):
        work.create("ref", "worker", {"name": name, "role": role, "locality": "birkenhead"}, identity)
    work.create(
        "ref",
        "locality",
        {
            "name": "Birkenhead", "day_number": "0151 496 0101", "day_hours": "9 to 5", "night_number": "0151 496 0102",
            "visit_rhythm_days": 14, "not_seen_after_days": 42, "alone_from_age": 5, "review_weeks": 6,
            "amber_working_days": 5,
        },
        "birkenhead",
    )  # fmt: skip


def _person(
    work: Work, scope: str, identity: str, given: str, surname: str, role: str, **fields: Any
) -> None:
    here = fields.pop("lives_here", True)
    work.create(scope, "person", fields, identity)
    if given:
        work.create(scope, "person_name", {"person_id": identity, "kind": "known", "given": given,
                                           "family_name": surname}, f"{identity}-name")  # fmt: skip
    work.create(
        scope, "membership", {"person_id": identity, "role": role, "lives_here": here}, f"{identity}-member"
    )


def _bell(work: Work) -> None:
    scope = "fam:bell"
    work.create(
        scope, "family", {"name": "Bell family", "locality": "birkenhead", "opened_on": day(-38)}, BELL
    )
    _person(work, scope, "dawn", "Dawn", "Bell", "adult", sex="F", birth_date="1991-05-02")
    _person(
        work, scope, "craig", "Craig", "Walsh", "adult", sex="M", birth_date="1988-01-11", lives_here=False
    )
    _person(work, scope, "pat", "Pat", "Bell", "network", sex="F", birth_date="1962-07-30", lives_here=False)
    _person(work, scope, "jade", "Jade", "Bell", "child", sex="F", birth_date="2010-08-14")
    _person(work, scope, "leo", "Leo", "Bell", "child", sex="M", birth_date="2016-11-20")
    _person(work, scope, "mia", "Mia", "Bell", "child", sex="F", birth_date="2021-09-03")
    _person(work, scope, "unborn", "", "", "unborn", expected_date="2026-05-20")
    for child in ("jade", "leo", "mia"):
        work.create(scope, "relationship", {"person_id": "dawn", "other_id": child, "kind": "mother",
                                            "parental_responsibility": True}, f"dawn-{child}")  # fmt: skip
    work.create(scope, "relationship", {"person_id": "craig", "other_id": "leo", "kind": "father",
                                        "parental_responsibility": True}, "craig-leo")  # fmt: skip
    work.create(scope, "relationship", {"person_id": "pat", "other_id": "dawn", "kind": "mother"}, "pat-dawn")
    work.create(scope, "address", {"person_id": "dawn", "lines": "14 Grove Steps", "town": "Birkenhead",
                                   "postcode": "CH42 3", "ward": "Rock Ferry", "from_on": "2021-02-01"}, "bell-address")  # fmt: skip
    work.create(scope, "safe_contact", {"person_id": "dawn", "how": "Mobile only, others read her texts",
                                        "how_readers": "workers", "mobile": "07700 900123", "may_ring": "yes",
                                        "may_text": "never", "may_write": "ask"}, "dawn-reach")  # fmt: skip
    work.create(
        scope,
        "person_fact",
        {"person_id": "leo", "kind": "sen", "value": "support", "on": day(-100)},
        "leo-sen",
    )
    work.create(scope, "person_fact", {"person_id": "leo", "kind": "school", "value": "St Hilda's Primary",
                                       "on": day(-500)}, "leo-school")  # fmt: skip
    work.create(scope, "person_fact", {"person_id": "leo", "kind": "attendance", "value": "71", "on": day(-4),
                                       "source": "St Hilda's"}, "leo-attendance")  # fmt: skip
    work.create(scope, "safety_note", {"kind": "two_workers", "what": "Two workers: Craig may be there",
                                       "what_readers": "workers", "review_on": day(20)}, "bell-two")  # fmt: skip
    work.create(scope, "safety_note", {"kind": "dog", "what": "Dog: ask for it to be put in the yard",
                                       "what_readers": "family"}, "bell-dog")  # fmt: skip
    work.create(scope, "agreement", {"person_id": "dawn", "state": "agreed", "on": day(-35),
                                     "agencies": "school, health visitor", "not_agencies": "housing"}, "dawn-agreed")  # fmt: skip
    work.create(
        scope, "agreement", {"person_id": "craig", "state": "not_asked", "on": day(-35)}, "craig-asked"
    )
    work.create(scope, "episode", {"started_on": day(-38)}, "bell-episode")
    work.create(
        scope,
        "episode_state",
        {"episode_id": "bell-episode", "state": "open", "on": day(-38), "by": ASHA},
        "bell-open",
    )
    work.create(
        scope,
        "episode_state",
        {"episode_id": "bell-episode", "state": "plan", "on": day(-21), "by": ASHA},
        "bell-planned",
    )
    work.create(scope, "lead_practitioner", {"episode_id": "bell-episode", "worker_id": ASHA, "agency": "council",
                                             "on": day(-35)}, "bell-lead")  # fmt: skip
    for child in ("jade", "leo", "mia"):
        work.create(scope, "level_of_need", {"episode_id": "bell-episode", "person_id": child, "level": "3",
                                             "on": day(-35), "reason": "Several needs, several agencies",
                                             "reason_readers": "professionals", "by": ASHA}, f"{child}-level")  # fmt: skip
    for worker in (ASHA, SAM):
        work.create(
            "loc:birkenhead",
            "allocation",
            {"family_id": BELL, "worker_id": worker, "on": day(-36)},
            f"bell-{worker}",
        )


def _bell_plan(work: Work) -> None:
    scope = "fam:bell"
    work.create(scope, "plan", {"episode_id": "bell-episode", "state": "open", "started_on": day(-21),
                                "review_due": day(10), "agencies": "council, school, health"}, "bell-plan")  # fmt: skip
    for place, (need, who, what, outcome) in enumerate(
        (
            (
                "mondays",
                "leo",
                "Leo misses Mondays",
                "Leo is in by 9 every Monday till Easter; he says it feels “okay”",
            ),
            ("mood", "dawn", "Dawn's mood", "Support Dawn"),
            ("jade-need", "jade", "Jade", ""),
        ),
        start=1,
    ):
        work.create(scope, "need", {"plan_id": "bell-plan", "person_id": who, "what": what, "what_readers": "family",
                                    "outcome": outcome or None, "outcome_readers": "family", "place": place}, need)  # fmt: skip
    work.create(scope, "need_score", {"need_id": "mondays", "score": 4, "on": day(-21)}, "score-1")
    work.create(scope, "need_score", {"need_id": "mondays", "score": 6, "on": day(-2)}, "score-2")
    for identity, need, what, owner, agency, due, status in (
        ("chart", "mondays", "Morning chart, five steps", "Dawn", "family", day(3), "in_progress"),
        ("letter", "mondays", "Attendance letter", "Ms Ali", "St Hilda's", day(0), "not_started"),
        ("club", "mondays", "Monday breakfast club", "", "school", day(10), "not_started"),
        ("gp", "mood", "See GP", "Dawn", "family", None, "not_started"),
        ("housing", "mood", "Ring housing about the damp", "Asha Rahman", "council", day(-6), "not_started"),
    ):
        work.create(scope, "action", {"plan_id": "bell-plan", "need_id": need, "what": what, "what_readers": "family",
                                      "owner": owner or None, "agency": agency, "due": due, "status": status}, identity)  # fmt: skip
    work.create(scope, "action_progress", {"action_id": "chart", "on": day(-10), "text": "Chart is on the fridge.",
                                           "text_readers": "family", "by": ASHA}, "chart-1")  # fmt: skip


def _bell_story(work: Work) -> None:
    scope = "fam:bell"
    for identity, offset, happened, children in (
        ("visit-1", -15, "Dawn tired but pleased with the chart. Kitchen warm, food in.",
         (("leo", True, True, "I get up when the clock says seven."), ("mia", True, False, ""))),
        ("visit-2", -36, "First visit. Dawn told us about the mornings.",
         (("leo", True, False, ""), ("mia", True, False, ""))),
    ):  # fmt: skip
        work.create(scope, "visit", {"kind": "home", "outcome": "made", "on": day(offset), "start_at": "10:30",
                                     "end_at": "11:20", "happened": happened, "happened_readers": "professionals",
                                     "safe": "no", "by": ASHA, "written_at": f"{day(offset)}T15:00:00Z"}, identity)  # fmt: skip
        for child, seen, alone, said in children:
            work.create(scope, "visit_child", {"visit_id": identity, "person_id": child, "seen": seen, "alone": alone,
                                               "how": "talked" if child == "leo" else "awake", "said": said or None,
                                               "said_readers": "workers" if said else None}, f"{identity}-{child}")  # fmt: skip
        work.create(scope, "visit_child", {"visit_id": identity, "person_id": "jade", "seen": False,
                                           "not_seen_why": "at school"}, f"{identity}-jade")  # fmt: skip
    work.create(scope, "note", {"kind": "event", "on": day(-4), "agency": "St Hilda's", "who": "Ms Ali", "by": ASHA,
                                "text": "Attendance 71 % this half term (Leo)", "text_readers": "professionals",
                                "significant": True, "written_at": f"{day(-4)}T09:00:00Z"}, "note-1")  # fmt: skip
    work.create(scope, "note", {"kind": "call", "on": day(-8), "who": "midwife", "agency": "midwifery", "by": ASHA,
                                "text": "Growth good, Dawn low in mood.", "text_readers": "workers",
                                "written_at": f"{day(-8)}T12:00:00Z"}, "note-2")  # fmt: skip
    work.create(
        scope, "next_visit", {"on": day(0), "at": "15:30", "kind": "home", "worker_id": ASHA}, "bell-next"
    )


def _hughes(work: Work) -> None:
    scope = "fam:hughes"
    work.create(
        scope, "family", {"name": "Hughes family", "locality": "birkenhead", "opened_on": day(-90)}, HUGHES
    )
    _person(work, scope, "siân", "Siân", "Hughes", "adult", sex="F", birth_date="1985-03-03")
    _person(work, scope, "tia", "Tia", "Hughes", "child", sex="F", birth_date="2013-01-15")
    work.create(scope, "episode", {"started_on": day(-90)}, "hughes-episode")
    work.create(
        scope,
        "episode_state",
        {"episode_id": "hughes-episode", "state": "open", "on": day(-90)},
        "hughes-open",
    )
    work.create(
        "loc:birkenhead",
        "allocation",
        {"family_id": HUGHES, "worker_id": ASHA, "on": day(-88)},
        "hughes-asha",
    )
    work.create("loc:birkenhead", "family_index", {"name": "Okafor family", "locality": "birkenhead",
                                                   "ward": "Claughton", "stage": "open", "lead": "Sam Doyle"}, "okafor")  # fmt: skip
