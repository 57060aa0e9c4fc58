"""People with an office: names in both orders, parties from the text and from the table, and the table itself."""

from __future__ import annotations

import pytest
from dialogue.hostile import MOST_SECONDS, UNITS, one_line, seconds_of

from kizuna.dialogue.reading import ReadPerson
from kizuna.dialogue.rules.document import read_document_facts
from kizuna.dialogue.rules.office_holders import holders_named, office_holders, office_kind
from kizuna.dialogue.rules.people import FROM_TABLE, OUTSIDE, read_people


def people_of(text: str, published: str | None = "2022-09-08") -> tuple[ReadPerson, ...]:
    """Return the people of a text of that date."""
    return read_people(text, read_document_facts(text, published))


@pytest.mark.parametrize(
    ("text", "name", "post", "party"),
    [
        ("Prime Minister Jane Doe of Australia spoke.", "Jane Doe", "Prime Minister", "AUS"),
        ("Japanese Minister for Foreign Affairs Taro Yamada.", "Taro Yamada", "Minister for Foreign Affairs", "JPN"),
        ("Australia\u2019s Foreign Minister Jane Doe spoke.", "Jane Doe", "Foreign Minister", "AUS"),
        ("U.S. Secretary of State John Q. Public spoke.", "John Q. Public", "Secretary of State", "USA"),
        ("Minister of Economy, Trade, and Industry of Japan Yamada Taro spoke.", "Yamada Taro",
         "Minister of Economy, Trade, and Industry", "JPN"),
        ("Jane Doe, Minister for Trade of Australia, spoke.", "Jane Doe", "Minister for Trade", "AUS"),
        ("Prime Minister YAMADA Taro of Japan spoke.", "YAMADA Taro", "Prime Minister", "JPN"),
        ("President Jean-Luc O\u2019Neil spoke.", "Jean-Luc O\u2019Neil", "President", None),
    ],
)  # fmt: skip
def test_a_name_with_its_office_is_read_with_the_party_of_the_text(
    text: str, name: str, post: str, party: str | None
) -> None:
    (person,) = people_of(text)
    assert (person.name, person.post, person.party) == (name, post, party)
    assert person.flags == ()


@pytest.mark.parametrize(
    "name", ["Hayashi Yoshimasa", "Yoshimasa Hayashi", "HAYASHI Yoshimasa", "Y. Hayashi", "Hayashi"]
)
def test_a_party_that_the_text_does_not_say_comes_from_the_table_and_is_flagged(name: str) -> None:
    (person,) = people_of(f"Foreign Minister {name} spoke.")
    assert (person.name, person.party) == (name, "JPN")
    assert FROM_TABLE in person.flags


def test_the_text_decides_before_the_table() -> None:
    (person,) = people_of("Foreign Minister Yoshimasa Hayashi of Australia spoke.")
    assert (person.party, person.flags) == ("AUS", ())


def test_a_table_row_of_other_dates_is_used_and_flagged() -> None:
    (person,) = people_of("Prime Minister Yoshihide Suga spoke.", "2025-01-01")
    assert person.party == "JPN"
    assert OUTSIDE in person.flags


def test_one_word_that_is_a_family_name_of_another_office_gets_no_party() -> None:
    (person,) = people_of("Ambassador Hayashi spoke.")
    assert person.party is None
    assert any("one word" in flag for flag in person.flags)


def test_later_mentions_by_family_name_are_the_same_person() -> None:
    text = "Defence Minister Rajnath Singh came. Minister Singh and SINGH Rajnath met. Defence Minister Singh left."
    assert [person.name for person in people_of(text)] == ["Rajnath Singh"]


def test_a_fuller_later_name_replaces_a_short_first_one() -> None:
    text = "President Biden spoke. Later President Joseph R. Biden, Jr. signed."
    (person,) = people_of(text)
    assert person.name == "Joseph R. Biden, Jr."
    assert text[person.span.start : person.span.end] == person.name


def test_two_people_of_two_parties_in_one_sentence_keep_their_own() -> None:
    text = "President Ann Alpha of the United States and Prime Minister Ben Beta of Japan met."
    assert [(person.name, person.party) for person in people_of(text)] == [("Ann Alpha", "USA"), ("Ben Beta", "JPN")]


def test_signatures_give_each_name_the_office_below_it() -> None:
    text = "Signed in Tokyo.\n\nAnn B. Alpha Beta Chika\n\nPresident Prime Minister"
    assert [(person.name, person.post) for person in people_of(text)] == [
        ("Ann B. Alpha", "President"),
        ("Beta Chika", "Prime Minister"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "during the Prime Minister\u2019s Official Visit",
        "the Foreign Ministers Meeting and the Leaders' Summit",
        "a Vice Minister for Foreign Affairs-level dialogue",
        "the President and the Prime Minister agreed",
        "led by the Secretary of Energy and the Japanese Minister of Economy, Trade, and Industry, to map them",
        "the Minister of Defence India hosted",
    ],
)
def test_an_office_without_a_name_is_nobody(text: str) -> None:
    assert people_of(text) == ()


def test_every_row_of_the_table_has_a_party_a_date_a_source_and_says_how_it_was_checked() -> None:
    assert len(office_holders()) >= 40
    for holder in office_holders():
        assert holder.start or holder.end or holder.seen
        assert all(source.startswith(("https://", "http://")) for source in holder.sources)
        assert holder.checked in ("text", "excerpt", "summary")
        assert holder.family in holder.name
        assert office_kind(holder.post) == holder.kind


def test_a_name_can_mean_rows_of_two_terms_and_the_date_chooses() -> None:
    motegi = holders_named("Motegi Toshimitsu")
    assert [row.start for row in motegi if row.may_hold_at("2020-05-01")] == ["2019-09-11"]
    assert [row.start for row in motegi if row.may_hold_at("2026-01-01")] == ["2025-10-21"]


@pytest.mark.parametrize("unit", [*UNITS, "Anna, Prime Minister ", "Prime Minister Anna Bel of Japan, "])
def test_a_line_longer_than_any_that_is_let_in_is_read_in_time(unit: str) -> None:
    document = read_document_facts("x", "2022-09-08")
    assert seconds_of(lambda text: read_people(text, document), one_line(unit)) < MOST_SECONDS


def test_many_people_who_share_a_name_are_told_apart_in_time() -> None:
    text = " ".join(f"President Anna X{number}abc spoke." for number in range(20_000))
    document = read_document_facts("x", "2022-09-08")
    assert seconds_of(lambda many: read_people(many, document), text) < MOST_SECONDS
