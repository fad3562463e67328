"""What must be known before a visit on the command line: printed with its ids, written by name."""

from __future__ import annotations

import json

from tests.cli.test_command_line import Run, home, run

__all__ = ["home", "run"]


def test_what_must_be_known_is_printed_before_all_else_and_safe_contact_before_the_number(run: Run) -> None:
    out = run("family", "show", "bell")[1]
    lines = out.splitlines()
    assert lines[1].startswith("Before a visit: ")
    assert (
        "Before a visit: two workers: Two workers: Craig may be there (look again Wed 1 Apr) [bell-two]"
        in lines
    )
    assert "Lives: Dawn, 14 Grove Steps, Birkenhead, CH42 3." in lines
    reach = next(line for line in lines if line.startswith("Reach: Dawn"))
    assert reach == (
        "Reach: Dawn: Mobile only, others read her texts (ring: yes, text: never, write: ask first). "
        "mobile 07700 900123. [dawn]"
    )


def test_a_number_that_must_not_be_used_is_not_printed(run: Run) -> None:
    entry = json.dumps({"family_id": "bell", "person_id": "dawn", "may_ring": "never"})
    assert run("do", "set_safe_contact", "--json", "-", stdin=entry.encode())[0] == 0
    out = run("family", "show", "bell")[1]
    assert "07700" not in out
    assert "mobile do not use" in out


def test_a_note_is_written_changed_with_its_revision_and_ended_by_name(run: Run) -> None:
    def do(name: str, **entry: object) -> dict[str, object]:
        status, out, err = run(
            "do", name, "--json", "-", stdin=json.dumps({"family_id": "bell", **entry}).encode()
        )
        assert (status, err) == (0, "")
        found: dict[str, object] = json.loads(out)
        return found

    def notes() -> dict[str, dict[str, object]]:
        return {n["id"]: n for n in json.loads(run("family", "show", "bell", "--json")[1])["safety"]}

    made = str(do("add_safety_note", kind="dog", what="A dog", told="no", told_how="met at the door")["id"])
    note = notes()[made]
    assert (note["kind"], note["told"], note["told_how"]) == ("dog", False, "met at the door")
    do("change_safety_note", note_id=made, what="Two dogs", rev=note["rev"])
    do("end_safety_note", note_id=made, because="given away")
    assert (notes()[made]["what"], notes()[made]["ended_on"]) == ("Two dogs", "2026-03-12")
    assert f"[{made}]" in run("family", "show", "bell")[1]


def test_a_confidential_address_is_refused_beside_its_field(run: Run) -> None:
    entry = {"family_id": "bell", "secrecy": "moved", "lines": "9 Hidden Row"}
    status, out, err = run("do", "record_move", "--json", "-", stdin=json.dumps(entry).encode())
    assert status != 0
    assert "never written in the family's file" in out + err
    assert "Hidden" not in run("family", "show", "bell")[1]
