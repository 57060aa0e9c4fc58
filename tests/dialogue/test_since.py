"""What became of it between two meetings: standings, dialogues and deadlines."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from kizuna.dialogue.entries import Commitment, Document, Evidence, Meeting, Progress, Series, Statement
from kizuna.dialogue.events import amendment, judgement
from kizuna.dialogue.register import Register
from kizuna.dialogue.shipped import open_shipped
from kizuna.dialogue.since import Since, last_two_meetings, progress_since
from kizuna.floor.errors import RegisterError

AT = datetime(2026, 1, 1, tzinfo=UTC)
TODAY = date(2026, 11, 24)
CLERK = "A. Clerk"


@pytest.fixture
def register() -> Iterator[Register]:
    """Return a register of two partners who met in 2020 and 2022, with one promise of each meeting."""
    text = Document(id="text", title="Text", kind="joint_statement", published="2022-03-01")
    series = Series(id="talks", name="Talks", parties=("IND", "JPN"), every_months=24, sources=("text",))
    first = Meeting(id="first", series="talks", start="2020-03-01", status="held", sources=("text",))
    second = Meeting(id="second", series="talks", start="2022-03-01", status="held", sources=("text",))
    entries = [text, series, first, second]
    for name, meeting in (("old", "first"), ("new", "second")):
        says = Statement(id=name, document="text", meeting=meeting, kind="commitment_firm", says="w", sources=("text",))
        entries += [says, promise(name, meeting)]
    with Register.open("sqlite://") as opened:
        opened.add(entries, who=CLERK, why="for a test", at=AT)
        yield opened


def promise(name: str, meeting: str, **more: object) -> Commitment:
    fields = {
        "id": name, "statements": (name if name in ("old", "new") else "new",), "series": "talks", "meeting": meeting,
        "actors": ("IND",), "action": "build", "object": f"the {name} port", "bindingness": "political",
        "sources": ("text",),
    }  # fmt: skip
    return Commitment.model_validate(fields | more)


def judge(
    register: Register,
    name: str,
    commitment: str,
    status: str,
    as_of: str,
    rule: str | None = None,
    actor: str | None = None,
) -> None:
    shown = Evidence(id=f"{name}-shown", document="text")
    entry = Progress.model_validate(
        {"id": name, "commitment": commitment, "status": status, "as_of": as_of, "rationale": "seen", "author": CLERK,
         "evidence": (shown.id,), "actor": actor}
    )  # fmt: skip
    register.add([shown], who=CLERK, why="seen", at=AT)
    register.add([entry], who=CLERK, why="seen", rule=rule, at=AT)


def asked(register: Register, since: str = "first", until: str | None = None) -> Since:
    return progress_since(register, ("IND", "JPN"), since, until, today=TODAY)


def status(found: Since, name: str) -> str:
    return next(one.status for one in found.standings if one.commitment.id == name)


def test_only_what_was_promised_after_the_earlier_meeting_is_new(register: Register) -> None:
    assert {one.commitment.id: one.new for one in asked(register).standings} == {"old": False, "new": True}


def test_what_was_promised_after_the_later_meeting_is_left_out(register: Register) -> None:
    third = Meeting(id="third", series="talks", start="2024-01", status="held", sources=("text",))
    register.add([third, promise("late", "third")], who=CLERK, why="later", at=AT)
    assert {one.commitment.id for one in asked(register, until="second").standings} == {"old", "new"}
    assert {one.commitment.id for one in asked(register).standings} == {"old", "new", "late"}


def test_without_a_judgement_there_is_no_evidence_and_it_stays_open(register: Register) -> None:
    found = asked(register)
    assert status(found, "old") == "no_evidence"
    assert all(one.open for one in found.standings)


def test_the_judgement_of_the_latest_day_counts_whenever_it_was_entered(register: Register) -> None:
    judge(register, "p2", "old", "done", "2024-05")
    judge(register, "p1", "old", "stalled", "2023-05")
    assert status(asked(register), "old") == "done"


def test_of_one_day_the_judgement_entered_last_counts(register: Register) -> None:
    judge(register, "p1", "old", "done", "2024-05")
    judge(register, "p2", "old", "stalled", "2024-05")
    assert status(asked(register), "old") == "stalled"


def test_a_judgement_after_the_later_meeting_is_not_known_at_it(register: Register) -> None:
    judge(register, "p1", "old", "done", "2024-05")
    assert status(asked(register, until="second"), "old") == "no_evidence"


def test_a_proposed_judgement_does_not_count_until_it_is_confirmed(register: Register) -> None:
    judge(register, "p1", "old", "done", "2024-05", rule="a rule @1")
    assert status(asked(register), "old") == "no_evidence"
    register.review("progress", "p1", "confirmed", CLERK, "read", at=AT)
    assert status(asked(register), "old") == "done"


def test_a_commitment_that_another_supersedes_is_superseded(register: Register) -> None:
    register.add([promise("bigger", "second", supersedes=("old",))], who=CLERK, why="w", at=AT)
    assert status(asked(register), "old") == "superseded"


def test_a_draft_of_a_commitment_is_counted_apart(register: Register) -> None:
    register.add([promise("draft", "second")], who=CLERK, why="w", rule="a rule @1", at=AT)
    found = asked(register)
    assert len(found.drafts) == 1
    assert {one.commitment.id for one in found.standings} == {"old", "new"}


def test_deadlines_of_what_is_open_are_due_and_overdue_ones_come_first(register: Register) -> None:
    late, ahead = promise("late", "second", deadline="2024"), promise("ahead", "second", deadline="2030-06")
    register.add([late, ahead], who=CLERK, why="w", at=AT)
    judge(register, "p", "ahead", "under_way", "2025")
    found = [(one.on, one.overdue) for one in asked(register).due]
    assert found == [("2024", True), ("2024-03", True), ("2030-06", False)]


def test_a_year_is_overdue_only_when_it_is_over(register: Register) -> None:
    register.add([promise("this", "second", deadline="2026")], who=CLERK, why="w", at=AT)
    assert [one.overdue for one in asked(register).due if one.on == "2026"] == [False]


def test_a_done_commitment_is_not_due(register: Register) -> None:
    register.add([promise("late", "second", deadline="2024")], who=CLERK, why="w", at=AT)
    judge(register, "p", "late", "done_late", "2025")
    assert "2024" not in [one.on for one in asked(register).due]


def test_a_dialogue_says_when_it_met_and_when_before(register: Register) -> None:
    (dialogue,) = asked(register).dialogues
    assert [meeting.id for meeting in dialogue.met] == ["second"]
    assert dialogue.before is not None
    assert dialogue.before.id == "first"


def test_a_series_without_one_of_the_partners_is_left_out(register: Register) -> None:
    register.add([Series(id="other", name="Other", parties=("IND", "AUS"), sources=("text",))], CLERK, "w", at=AT)
    assert [one.series.id for one in asked(register).dialogues] == ["talks"]


def test_meetings_in_the_wrong_order_are_refused(register: Register) -> None:
    with pytest.raises(RegisterError, match="do not follow each other"):
        asked(register, since="second", until="first")


def test_a_meeting_that_nobody_confirmed_is_refused(register: Register) -> None:
    meeting = Meeting(id="heard", series="talks", start="2021", status="held", sources=("text",))
    register.add([meeting], CLERK, "w", rule="a rule @1", at=AT)
    with pytest.raises(RegisterError, match="it is draft"):
        asked(register, since="heard")


def test_the_last_two_meetings_are_of_just_these_partners() -> None:
    with open_shipped() as shipped:
        found = last_two_meetings(shipped, ("JPN", "IND"), TODAY)
        assert found is not None
        assert [meeting.id for meeting in found] == ["in-jp-2plus2-2", "in-jp-2plus2-3"]
        assert last_two_meetings(shipped, ("IND", "USA"), TODAY) is None


def test_what_one_actor_did_leaves_the_promise_of_both_open(register: Register) -> None:
    register.add([promise("both", "second", actors=("IND", "JPN"))], who=CLERK, why="x", at=AT)
    judge(register, "p1", "both", "done", "2023", actor="IND")
    assert status(asked(register), "both") == "under_way"
    judge(register, "p2", "both", "done", "2024", actor="JPN")
    assert status(asked(register), "both") == "done"


def test_a_promise_said_again_counts_once_with_what_is_judged_of_it(register: Register) -> None:
    register.add([promise("twice", "second", restates=("old",))], who=CLERK, why="x", at=AT)
    judge(register, "p1", "twice", "under_way", "2023")
    found = {one.commitment.id: one for one in asked(register).standings}
    assert "twice" not in found
    assert (found["old"].status, found["old"].again) == ("under_way", ("2022-03-01",))


def test_an_older_promise_supersedes_no_newer_one(register: Register) -> None:
    register.record([amendment("commitment", "old", {"supersedes": ["new"]})], CLERK, "x", at=AT)
    assert status(asked(register), "new") == "no_evidence"


def test_a_judgement_whose_evidence_was_rejected_does_not_count(register: Register) -> None:
    judge(register, "p1", "old", "done", "2023")
    assert status(asked(register), "old") == "done"
    register.record([judgement("evidence", "p1-shown", "rejected")], CLERK, "another text", at=AT)
    assert status(asked(register), "old") == "no_evidence"


def test_a_promise_of_which_nobody_said_a_word_is_left_out(register: Register) -> None:
    register.record([judgement("statement", "old", "rejected")], CLERK, "nobody said it", at=AT)
    assert {one.commitment.id for one in asked(register).standings} == {"new"}


def test_a_promise_of_no_series_is_theirs_who_made_it_together(register: Register) -> None:
    loose = promise("loose", "second", series=None, actors=("IND", "JPN"))
    register.add([loose], who=CLERK, why="x", at=AT)
    assert "loose" in {one.commitment.id for one in asked(register).standings}
    assert "loose" not in {
        one.commitment.id for one in progress_since(register, ("IND", "USA"), None, today=TODAY).standings
    }


def test_the_last_two_meetings_are_those_up_to_a_day() -> None:
    with open_shipped() as shipped:
        found = last_two_meetings(shipped, ("JPN", "IND"), date(2022, 9, 8))
        assert found is not None
        assert [one.start for one in found] == ["2019-11-30", "2022-09-08"]
        assert last_two_meetings(shipped, ("JPN", "IND"), date(2020, 1, 1)) is None


@pytest.mark.parametrize("field", ["restates", "supersedes", "advances"])
def test_what_leads_back_to_itself_is_refused(register: Register, field: str) -> None:
    register.record([amendment("commitment", "old", {field: ["new"]})], CLERK, "x", at=AT)
    with pytest.raises(RegisterError, match="back to the entry itself"):
        register.record([amendment("commitment", "new", {field: ["old"]})], CLERK, "x", at=AT)
