"""From a text to confirmed entries: drafts, what waits for a reviewer, and earlier commitments that are spoken of."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from kizuna.dialogue.drafts import QUEUED, add_reading, document_entry, draft_entries
from kizuna.dialogue.entries import Commitment
from kizuna.dialogue.events import addition
from kizuna.dialogue.known import Known
from kizuna.dialogue.matching import match_commitment
from kizuna.dialogue.read import read_document
from kizuna.dialogue.register import Register
from kizuna.dialogue.review import decisions, passages, waiting
from kizuna.dialogue.shipped import open_shipped

AT = datetime(2026, 1, 1, tzinfo=UTC)
WHO = "A. Clerk"
TEXT = (
    "We, the Ministers of India and Japan, met at the Minerals Dialogue of 3 May 2026 in Tokyo. "
    "We will map deposits of rare earths by 2028. The programme will train engineers. We recognize trust."
)


@pytest.fixture
def register() -> Iterator[Register]:
    with open_shipped() as opened:
        reading = read_document(TEXT, published="2026-05-03")
        document = document_entry(reading, "minerals-2026", title="Statement", url=None, licence=None)
        known = Known(areas=frozenset(held.entry.id for held in opened.entries("area")))
        drafts = draft_entries(reading, document, known)
        opened.record([addition(one.entry, one.rule) for one in drafts], WHO, "read", at=AT)
        yield opened


def kinds(register: Register) -> list[str]:
    return [item.lead.kind for item in waiting(register, "minerals-2026")]


def test_all_that_a_rule_proposed_waits_as_a_draft_and_the_document_does_not(register: Register) -> None:
    assert register.get("document", "minerals-2026").state == "confirmed"
    assert kinds(register) == ["meeting", "statement", "statement"]
    register.check()


def test_a_position_is_no_draft_and_a_modal_that_no_rule_took_is_one(register: Register) -> None:
    said = {held.entry.says: held.rule for held in register.entries("statement", document="minerals-2026")}
    assert "We recognize trust." not in said
    assert str(said["The programme will train engineers."]).startswith(QUEUED)


def test_a_statement_comes_with_its_promise_and_a_meeting_with_its_series(register: Register) -> None:
    together = [tuple(held.kind for held in item.drafts) for item in waiting(register, "minerals-2026")]
    assert together == [("meeting", "series"), ("statement", "commitment"), ("statement",)]


def test_what_a_reviewer_is_shown_quotes_the_text(register: Register) -> None:
    item = next(item for item in waiting(register) if item.lead.kind == "statement")
    (passage,) = passages(register, item.lead)
    assert passage.before + passage.words + passage.after == TEXT
    assert not passage.stale


def test_confirming_one_item_confirms_all_of_it_and_it_waits_no_more(register: Register) -> None:
    item = next(item for item in waiting(register) if item.lead.kind == "statement")
    register.record(decisions(item, "confirmed"), WHO, "read by a person", at=AT)
    assert {register.get(held.kind, held.entry.id).state for held in item.drafts} == {"confirmed"}
    assert kinds(register) == ["meeting", "statement"]


def test_a_correction_changes_the_fields_and_keeps_what_was_proposed(register: Register) -> None:
    item = next(item for item in waiting(register) if item.lead.kind == "statement")
    register.record(decisions(item, "confirmed", {"commitment": {"deadline": "2029"}}), WHO, "a misreading", at=AT)
    (promise,) = register.entries("commitment", state="corrected")
    assert promise.entry.deadline == "2029"
    first = register.history("commitment", promise.entry.id)[0]
    assert first.content["deadline"] == "2028"


def test_rejecting_a_meeting_leaves_its_series_to_be_decided(register: Register) -> None:
    item = next(item for item in waiting(register) if item.lead.kind == "meeting")
    register.record(decisions(item, "rejected"), WHO, "no such meeting", at=AT)
    assert register.get("meeting", item.lead.entry.id).state == "rejected"
    assert "series" in kinds(register)


def promise(name: str, **more: object) -> Commitment:
    fields = {
        "id": name, "statements": ("s",), "series": "talks", "actors": ("IND",), "action": "map",
        "object": "deposits of rare earths", "bindingness": "political", "areas": ("minerals",), "sources": ("d",),
    }  # fmt: skip
    return Commitment.model_validate(fields | more)


@pytest.mark.parametrize(
    ("more", "relation"),
    [
        ({}, "restates"),
        ({"deadline": "2030"}, "supersedes"),
        ({"object": "deposits of rare earths and share the results of drilling"}, "restates"),
        ({"action": "publish", "object": "the deposits of rare earths"}, "advances"),
        ({"object": "a railway"}, None),
        ({"series": "other"}, None),
        ({"actors": ("JPN",)}, None),
        ({"areas": ("food",)}, None),
    ],
)
def test_a_new_commitment_is_matched_to_an_earlier_one_of_its_series_area_and_object(
    more: dict[str, object], relation: str | None
) -> None:
    found = match_commitment(promise("new", **more), [promise("old")])
    assert [match.relation for match in found] == ([relation] if relation else [])


def test_a_queued_sentence_that_is_a_promise_gets_its_commitment(register: Register) -> None:
    item = next(item for item in waiting(register) if "will train" in getattr(item.lead.entry, "says", ""))
    corrected = {"statement": {"kind": "commitment_firm"}}
    register.record(decisions(item, "confirmed", corrected), WHO, "it is a promise", at=AT)
    found = register.get("commitment", f"{item.lead.entry.id}-promise").entry
    own = register.get("meeting", found.meeting).entry
    assert (found.action, found.series, found.actors) == ("train", own.series, ("IND", "JPN"))


def test_a_statement_that_is_none_takes_its_promise_with_it(register: Register) -> None:
    item = next(item for item in waiting(register) if len(item.drafts) > 1 and item.lead.kind == "statement")
    register.record(decisions(item, "confirmed", {"statement": {"kind": "position"}}), WHO, "no promise", at=AT)
    assert register.get("commitment", item.drafts[1].entry.id).state == "rejected"


def test_a_text_of_others_on_the_same_day_is_filed_under_no_meeting_of_these() -> None:
    with open_shipped() as opened:
        text = "Joint Statement. We, the Ministers of the United States and Australia, met. We will convene a forum."
        reading = read_document(text, published="2022-09-08")
        document = document_entry(reading, "us-au", title=None, url=None, licence=None)
        add_reading(opened, reading, document, WHO)
        found = opened.get(
            "commitment", next(one.entry.id for one in opened.entries("commitment", state="draft"))
        ).entry
        assert (found.series, found.meeting, found.actors) == (None, None, ("USA", "AUS"))


def test_an_older_text_supersedes_nothing_that_came_after_it() -> None:
    words = "We, the Ministers of India and Japan, met at the Minerals Dialogue of {}. We will map deposits by {}."
    with open_shipped() as opened:
        for name, day, met, due in (
            ("new", "2026-05-03", "3 May 2026", 2030),
            ("old", "2024-05-03", "3 May 2024", 2028),
        ):
            reading = read_document(words.format(met, due), published=day)
            add_reading(opened, reading, document_entry(reading, name, title=None, url=None, licence=None), WHO)
        drafts = [one.entry for one in opened.entries("commitment", state="draft")]
        assert [(one.sources, one.supersedes) for one in drafts] == [(("new",), ()), (("old",), ())]
