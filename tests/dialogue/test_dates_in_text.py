"""Dates in texts: what they say, how precisely, and when they only mean something beside the document's date."""

from __future__ import annotations

import pytest
from dialogue.hostile import MOST_SECONDS, UNITS, one_line, seconds_of

from kizuna.dialogue.rules.dates import read_dates

BASIS = "2022-09-08"


@pytest.mark.parametrize(
    ("words", "date"),
    [
        ("February 2021", "2021-02"),
        ("28 October 2025", "2025-10-28"),
        ("October 28, 2025", "2025-10-28"),
        ("28th October, 2025", "2025-10-28"),
        ("this 28th day of October, two thousand and twenty-five", "2025-10-28"),
        ("2021-02", "2021-02"),
        ("2021-02-07", "2021-02-07"),
        ("FY 2027", "2027"),
        ("fiscal year 2027", "2027"),
        ("by 2030", "2030"),
        ("January 30-31, 2023", "2023-01-30"),
        ("19\u201321 May 2023", "2023-05-19"),
        ("30 June - 2 July 2024", "2024-06-30"),
        ("Sept. 8, 2022", "2022-09-08"),
    ],
)
def test_a_stated_date_keeps_the_precision_of_its_words(words: str, date: str) -> None:
    found = read_dates(f"It was signed {words}.")
    assert [one.date for one in found] == [date]
    assert not found[0].relative
    assert found[0].basis is None


@pytest.mark.parametrize(
    ("words", "date"),
    [
        ("on Thursday", "2022-09-08"),
        ("on Wednesday", "2022-09-07"),
        ("on Friday", "2022-09-02"),
        ("last Thursday", "2022-09-01"),
        ("next Monday", "2022-09-12"),
        ("today", "2022-09-08"),
        ("yesterday", "2022-09-07"),
        ("tomorrow", "2022-09-09"),
        ("last November", "2021-11"),
        ("last May", "2022-05"),
        ("last September", "2021-09"),
        ("next September", "2023-09"),
        ("next November", "2022-11"),
        ("next May", "2023-05"),
        ("last month", "2022-08"),
        ("next year", "2023"),
        ("two years ago", "2020"),
        ("on September 1", "2022-09-01"),
        ("on 20 December", "2022-12-20"),
    ],
)
def test_a_relative_date_is_resolved_against_the_documents_date_and_says_so(words: str, date: str) -> None:
    found = read_dates(f"They met {words}.", BASIS)
    assert [(one.date, one.relative, one.basis) for one in found] == [(date, True, BASIS)]


def test_without_the_documents_date_a_relative_date_is_left_out() -> None:
    assert read_dates("They met on Thursday and will meet next year.") == ()


def test_a_document_known_by_its_month_resolves_months_and_no_days() -> None:
    assert [one.date for one in read_dates("last month, and on Thursday", "2022-01")] == ["2021-12"]


def test_months_that_share_a_year_are_each_a_date() -> None:
    assert [one.date for one in read_dates("in June, September and November 2022, respectively")] == [
        "2022-06", "2022-09", "2022-11"
    ]  # fmt: skip


@pytest.mark.parametrize(
    "words", ["$2024", "2,000 people", "2021/22/1", "2000 MW", "we may meet", "31 February 2022", "1 march on"]
)
def test_what_is_no_date_is_none(words: str) -> None:
    assert read_dates(words) == ()


def test_spans_hold_the_words_of_the_date() -> None:
    text = "Since February 2021 and until 7 May 2022"
    assert [text[one.span.start : one.span.end] for one in read_dates(text)] == ["February 2021", "7 May 2022"]


@pytest.mark.parametrize("unit", [*UNITS, "12 May to ", "two thousand and "])
def test_a_line_longer_than_any_that_is_let_in_is_read_in_time(unit: str) -> None:
    assert seconds_of(lambda text: read_dates(text, BASIS), one_line(unit)) < MOST_SECONDS
