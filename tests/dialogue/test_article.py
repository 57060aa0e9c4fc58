"""What the reader has to find in one report of a real meeting (test material only, not part of the package)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from kizuna.dialogue.reading import ReadDocument
from kizuna.dialogue.rules.areas import read_areas
from kizuna.dialogue.rules.dates import read_dates
from kizuna.dialogue.rules.document import read_document_facts
from kizuna.dialogue.rules.meetings import read_meetings
from kizuna.dialogue.rules.people import read_people

SLUG = "india-japan-2plus2-2022"


@pytest.fixture(scope="module")
def text(shared: Path) -> str:
    """Return the report, or skip where it is not beside this checkout."""
    path = shared / "documents" / f"{SLUG}.txt"
    if not path.is_file():
        pytest.skip(f"the report {path.name} is not beside this checkout")
    return path.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def gold(shared: Path, text: str) -> dict[str, Any]:
    """Return the hand labels of the report."""
    assert text
    found: dict[str, Any] = json.loads((shared / "documents/gold" / f"{SLUG}.json").read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="module")
def document(text: str) -> ReadDocument:
    """Return what is known of the report; its date stands in its own date line."""
    return read_document_facts(text, None)


def test_the_report_is_news_of_its_own_date_line_and_issued_by_no_state(document: ReadDocument) -> None:
    assert document.kind == "news"
    assert document.published is not None
    assert document.published.date == "2022-09-08"
    assert document.issuers == ()


def test_all_six_meetings_are_found_with_their_dates_and_nothing_else(text: str, document: ReadDocument) -> None:
    assert [(meeting.name, meeting.date.date) for meeting in read_meetings(text, document)] == [
        ("second India-Japan 2+2 Foreign and Defence Ministerial Meeting", "2022-09-08"),
        ("last meeting", "2019-11"),
        ("Disarmament and Non-Proliferation Dialogue", "2021-02"),
        ("Maritime Affairs Dialogue", "2021-09"),
        ("Space Dialogue", "2021-11"),
        ("Cyber Dialogue", "2022-06"),
    ]


def test_thursday_is_the_day_of_the_report_and_flagged(text: str, document: ReadDocument) -> None:
    meeting = read_meetings(text, document)[0]
    assert meeting.ordinal == 2
    assert text[meeting.date.span.start : meeting.date.span.end] == "Thursday"
    assert (meeting.date.relative, meeting.date.basis) == (True, "2022-09-08")
    assert any("resolved against 2022-09-08" in flag for flag in meeting.flags)
    thursday = [date for date in read_dates(text, "2022-09-08") if date.relative]
    assert [date.date for date in thursday if text[date.span.start : date.span.end] == "Thursday"] == ["2022-09-08"]


def test_the_last_meeting_is_flagged_since_its_series_is_not_said(text: str, document: ReadDocument) -> None:
    last = read_meetings(text, document)[1]
    assert any("series" in flag for flag in last.flags)


def test_four_people_are_found_with_post_and_party(text: str, document: ReadDocument) -> None:
    assert [(person.name, person.post, person.party) for person in read_people(text, document)] == [
        ("S Jaishankar", "External Affairs Minister", "IND"),
        ("Rajnath Singh", "Defence Minister", "IND"),
        ("Yoshimasa Hayashi", "Minister for Foreign Affairs", "JPN"),
        ("Yasukazu Hamada", "Defense Minister", "JPN"),
    ]


def test_every_area_of_the_labels_is_found_and_at_most_four_more(text: str, gold: dict[str, Any]) -> None:
    found = {area.code for area in read_areas(text)}
    assert set(gold["areas"]) <= found
    assert len(found - set(gold["areas"])) <= 4


def test_every_span_holds_the_words_that_were_read(text: str, document: ReadDocument) -> None:
    for person in read_people(text, document):
        assert text[person.span.start : person.span.end] == person.name
    for meeting in read_meetings(text, document):
        assert " ".join(text[meeting.span.start : meeting.span.end].split()).startswith(meeting.name)
