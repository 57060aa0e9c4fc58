"""What kind of document a text is, who issues it and when."""

from __future__ import annotations

import pytest
from dialogue.hostile import MOST_SECONDS, UNITS, one_line, seconds_of

from kizuna.dialogue.rules.document import read_document_facts

WE = "We, the Foreign Ministers of Australia, India and Japan, met in Tokyo on 29 July 2024. We will meet again."
REPORT = 'India and Japan agree, the minister said. "We are friends," Mr Rao said. He said more.'
MOU = (
    "Whereas, the United States of America (the \u201cUnited States\u201d or \u201cU.S.\u201d) and Japan (together, "
    "the \u201cParticipants\u201d) intend to cooperate;\n\nThe Participants intend to map minerals.\n\n"
    "Signed in Tokyo this 28th day of October, two thousand and twenty-five."
)


@pytest.mark.parametrize(
    ("title", "text", "kind"),
    [
        ("Fact Sheet: Quad Leaders\u2019 Summit", "Health: We will help.", "fact_sheet"),
        ("Joint Statement of India and Japan", "The two leaders met.", "joint_statement"),
        ("Leaders\u2019 Statement on the Framework for Prosperity", "We, the leaders, met.", "joint_statement"),
        ("Memorandum of Understanding on Minerals", "Text.", "mou"),
        ("Framework for Securing Supply", "Text.", "mou"),
        ("Readout of the Call", "They spoke.", "readout"),
        ("Press Statement by the External Affairs Minister", "I am glad.", "press_statement"),
        ("Agreement on Critical Minerals", "Text.", "agreement"),
        (None, WE, "joint_statement"),
        (None, REPORT, "news"),
        (None, MOU, "mou"),
        (None, "The Parties shall consult. This Agreement shall enter into force on signature.", "agreement"),
        (None, "I am glad to be here. I thank my colleague. We spoke of minerals.", "press_statement"),
        (None, "The President spoke by phone with the Prime Minister.", "readout"),
        (None, "Health: Give vaccines.\nSpace: Share data.\nPeople: Fund students.", "fact_sheet"),
        (None, "Copper is a metal.", "note"),
    ],
)
def test_the_kind_is_read_from_the_title_and_else_from_the_words(title: str | None, text: str, kind: str) -> None:
    assert read_document_facts(text, None, title).kind == kind


def test_a_report_is_news_even_under_a_title_that_quotes_the_statement() -> None:
    assert read_document_facts(REPORT, None, "Joint statement issued").kind == "news"


@pytest.mark.parametrize(
    ("title", "text", "issuers"),
    [
        (None, WE, ("AUS", "IND", "JPN")),
        (None, MOU, ("USA", "JPN")),
        ("United States-Japan Joint Leaders\u2019 Statement", "They met.", ("USA", "JPN")),
        ("Press Statement by India\u2019s Minister", "I am glad.", ("IND",)),
        (None, "President Biden of the United States and Prime Minister Kishida of Japan met.", ("USA", "JPN")),
        (None, "President Trump and Prime Minister Ishiba held talks.", ("USA", "JPN")),
        (None, "We, the Leaders of the Group of Seven (G7), met.", ("G7",)),
        ("Fact Sheet: Quad Leaders\u2019 Summit", "Health: help.", ("Quad",)),
        (None, REPORT, ()),
        (None, "Copper is a metal.", ()),
    ],
)
def test_issuers_are_codes_or_a_group_as_printed(title: str | None, text: str, issuers: tuple[str, ...]) -> None:
    assert read_document_facts(text, None, title).issuers == issuers


@pytest.mark.parametrize(
    ("text", "date", "rule"),
    [
        (" date 2022-09-08 India and Japan met.", "2022-09-08", "own date line"),
        (WE, "2024-07-29", "first sentence"),
        ("On July 14, 2022, we, the leaders of India and Israel, met.", "2022-07-14", "first sentence"),
        ("TOKYO, 8 September 2022 \u2013 The ministers agreed.", "2022-09-08", "dateline"),
        (MOU, "2025-10-28", "signature"),
    ],
)
def test_the_date_is_read_where_it_is_not_given(text: str, date: str, rule: str) -> None:
    published = read_document_facts(text, None).published
    assert published is not None
    assert published.date == date
    assert rule in published.rule


def test_a_date_inside_the_text_is_not_the_documents_date() -> None:
    assert read_document_facts("Copper is a metal. Its price fell on 3 May 2021.", None).published is None


def test_a_given_date_stands_whatever_the_text_says() -> None:
    published = read_document_facts(WE, "2024-07").published
    assert published is not None
    assert (published.date, published.rule) == ("2024-07", "published: given")


def test_a_given_date_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="is not a date such as"):
        read_document_facts(WE, "July 2024")


@pytest.mark.parametrize("unit", UNITS)
def test_a_line_longer_than_any_that_is_let_in_is_read_in_time(unit: str) -> None:
    assert seconds_of(lambda text: read_document_facts(text, None), one_line(unit)) < MOST_SECONDS
