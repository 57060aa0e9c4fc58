"""Meetings in texts: their names, their dates, and dates that belong to something else."""

from __future__ import annotations

import pytest
from dialogue.hostile import MOST_SECONDS, UNITS, one_line, seconds_of

from kizuna.dialogue.reading import ReadMeeting
from kizuna.dialogue.rules.document import read_document_facts
from kizuna.dialogue.rules.meetings import read_meetings

BASIS = "2024-09-25"


def meetings_of(text: str, published: str = BASIS) -> tuple[ReadMeeting, ...]:
    """Return the meetings of a text of that date."""
    return read_meetings(text, read_document_facts(text, published))


@pytest.mark.parametrize(
    ("text", "name", "date"),
    [
        ("The third Japan-India 2+2 was held on 20 August 2024.", "third Japan-India 2+2", "2024-08-20"),
        ("the Quad Foreign Ministers' Meeting held in Tokyo on July 29, 2024", "Quad Foreign Ministers' Meeting",
         "2024-07-29"),
        ("since the last meeting in November 2019", "last meeting", "2019-11"),
        ("the next 2+2 Ministerial Dialogue in 2026", "next 2+2 Ministerial Dialogue", "2026"),
        ("at the 2022 G7 Elmau Summit", "G7 Elmau Summit", "2022"),
        ("In March 2021, they met for the first Quad Leaders' Summit.", "first Quad Leaders' Summit", "2021-03"),
        ("The Joint Working Group on Mines met in Delhi on 5 May 2023.", "Joint Working Group on Mines", "2023-05-05"),
        ("the 12th round of the Defence Dialogue held on 5 April 2023", "12th round of the Defence Dialogue",
         "2023-04-05"),
        ("the Nutrition for Growth (N4G) Summit in 2021", "Nutrition for Growth (N4G) Summit", "2021"),
        ("at the sidelines of the G20 Summit in Bali on 15 November 2022", "G20 Summit", "2022-11-15"),
        ("Ministerial Consultations (AUSMIN) in Brisbane on 29 July 2023", "Ministerial Consultations", "2023-07-29"),
        ("They held the first official meeting today in Tokyo.", "first official meeting", BASIS),
        ("the Quad meeting on the margins of the General Assembly in September 2023", "Quad meeting", "2023-09"),
        ("He hosted them on May 1, 2024, for the fourth Quad Summit.", "fourth Quad Summit", "2024-05-01"),
    ],
)  # fmt: skip
def test_a_meeting_is_found_with_its_name_and_date(text: str, name: str, date: str) -> None:
    assert [(one.name, one.date.date) for one in meetings_of(text)] == [(name, date)]


@pytest.mark.parametrize(
    "text",
    [
        "The agreement signed in 2021 was discussed at the Dialogue on Energy.",
        "Trade rose in 2021 after the Energy Dialogue.",
        "They will hold the Energy Dialogue and double trade by 2030.",
        "Before the Energy Dialogue, exports fell; in 2023 they rose.",
        "Since the meeting in 2021, exports grew.",
        "Our meeting today sets a new foundation.",
        "Since September 2021, the Group studied policies.",
        "Building on the G7 Summit in Hiroshima, today we announce a program.",
        "They reconvene the Trade Policy Forum before the end of 2023.",
        "The Energy Dialogue went well.\n\nIn 2021 exports grew.",
    ],
)
def test_a_date_that_belongs_to_something_else_is_not_taken(text: str) -> None:
    assert meetings_of(text) == ()


def test_respectively_gives_each_meeting_its_own_date() -> None:
    text = "They welcomed the 6th Cyber Dialogue and the 3rd Space Dialogue in June and November 2022, respectively."
    assert [(one.name, one.date.date, one.ordinal) for one in meetings_of(text)] == [
        ("6th Cyber Dialogue", "2022-06", 6),
        ("3rd Space Dialogue", "2022-11", 3),
    ]


def test_two_mentions_of_one_meeting_are_one_with_the_fuller_name_and_date() -> None:
    text = "the Quad Summit in May 2022. Later, the second Quad Leaders' Summit on 24 May 2022 was recalled."
    assert [(one.name, one.date.date) for one in meetings_of(text)] == [("second Quad Leaders' Summit", "2022-05-24")]


def test_meetings_of_other_ordinals_or_days_stay_apart() -> None:
    text = "the first Quad Summit in 2021, the second Quad Summit in 2021, and the Quad Summit in 2022"
    assert [(one.ordinal, one.date.date) for one in meetings_of(text)] == [(1, "2021"), (2, "2021"), (None, "2022")]


def test_the_meeting_of_the_day_takes_its_full_name_from_another_mention_and_says_so() -> None:
    text = "Talks at the India-Japan 2+2 deliberations on Wednesday. He was at the second India-Japan 2+2 Meeting."
    (meeting,) = meetings_of(text)
    assert (meeting.name, meeting.ordinal, meeting.date.date) == ("second India-Japan 2+2 Meeting", 2, BASIS)
    assert "name and date from two mentions" in meeting.flags


def test_a_relative_date_flags_the_meeting() -> None:
    (meeting,) = meetings_of("The 33rd Ministerial Consultations will be held next month.")
    assert (meeting.date.date, meeting.date.relative) == ("2024-10", True)
    assert meeting.flags == (f"date resolved against {BASIS}",)


def test_spans_hold_the_name_and_the_date() -> None:
    text = "through the Space Dialogue of November 2021"
    (meeting,) = meetings_of(text)
    assert text[meeting.span.start : meeting.span.end] == "Space Dialogue"
    assert text[meeting.date.span.start : meeting.date.span.end] == "November 2021"


@pytest.mark.parametrize("unit", [*UNITS, "Quad Meeting on ", "the Space Dialogue of May 2021, "])
def test_a_line_longer_than_any_that_is_let_in_is_read_in_time(unit: str) -> None:
    document = read_document_facts("x", BASIS)
    assert seconds_of(lambda text: read_meetings(text, document), one_line(unit)) < MOST_SECONDS
