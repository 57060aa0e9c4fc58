"""Areas of the agenda: the word lists, what they find, and what they leave alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from dialogue.hostile import MOST_SECONDS, UNITS, one_line, seconds_of

import kizuna.tables
from kizuna.dialogue.rules.areas import area_rules, areas_of, main_areas, read_areas
from kizuna.dialogue.rules.phrases import Phrases

CODES = (
    "trade climate health food energy tech ecosec supply minerals telecom cyber defence regional space people maritime "
    "defequip terror un commons disarm"
)


def test_the_areas_are_the_21_of_the_labels() -> None:
    assert list(area_rules()) == CODES.split()


def test_every_basket_and_broader_area_that_is_named_exists() -> None:
    baskets = {path.stem for path in (Path(kizuna.tables.__path__[0]) / "data/baskets").glob("*.toml")}
    assert {basket for rule in area_rules().values() for basket in rule.baskets} <= baskets
    assert {rule.broader for rule in area_rules().values() if rule.broader} <= area_rules().keys()


def test_every_basket_speaks_of_some_area() -> None:
    baskets = {path.stem for path in (Path(kizuna.tables.__path__[0]) / "data/baskets").glob("*.toml")}
    assert {basket for rule in area_rules().values() for basket in rule.baskets} == baskets


@pytest.mark.parametrize(
    ("sentence", "areas"),
    [
        ("We will strengthen supply chains for rare earths and gallium.", {"supply", "minerals"}),
        ("They agreed to co-develop fighter aircraft.", {"defequip"}),
        ("We will deploy 5G and Open RAN.", {"telecom"}),
        ("We will work together against ransomware.", {"cyber"}),
        ("Both sides will resume the visa talks for students.", {"people"}),
        ("We support reform of the UN.", {"un"}),
        ("We will stockpile vaccines.", {"health"}),
        ("We oppose economic coercion and will align export controls.", {"ecosec"}),
        ("The navies will patrol sea lanes.", {"maritime"}),
        ("We will meet again.", set()),
    ],
)
def test_a_sentence_speaks_of_its_areas_and_of_no_other(sentence: str, areas: set[str]) -> None:
    assert set(areas_of(sentence)) == areas


@pytest.mark.parametrize(
    ("sentence", "area"),
    [
        ("the Secretary of Energy", "energy"),
        ("a good investment climate", "climate"),
        ("the need for civic space", "space"),
        ("unfair trade practices", "trade"),
    ],
)
def test_words_that_mean_something_else_there_are_left_alone(sentence: str, area: str) -> None:
    assert area not in areas_of(sentence)


def test_an_exception_hides_its_own_words_and_not_those_beside_it() -> None:
    assert "energy" in areas_of("The Secretary of Energy spoke of nuclear energy.")


def test_a_phrase_with_a_capital_is_found_in_that_case_only() -> None:
    phrases = Phrases([("AI", "tech")])
    assert [found.start for found in phrases.find("AI, ai, Ai, said")] == [0]


def test_a_text_gives_each_area_once_with_its_first_words() -> None:
    text = "Cyber first. Then food; cyber again, and critical minerals."
    assert [(area.code, text[area.span.start : area.span.end]) for area in read_areas(text)] == [
        ("cyber", "Cyber"),
        ("food", "food"),
        ("minerals", "minerals"),
    ]


def test_a_text_is_about_an_area_only_if_half_of_its_sentences_speak_of_it() -> None:
    minerals = "The participants will map minerals in both countries. " * 2
    other = "The participants will review the projects every year. "
    assert main_areas(minerals + other) == ("minerals",)
    assert main_areas(minerals + other * 3) == ()


@pytest.mark.parametrize("unit", [*UNITS, "unfair trade practices ", "supply-chains and AI "])
def test_a_line_longer_than_any_that_is_let_in_is_read_in_time(unit: str) -> None:
    assert seconds_of(read_areas, one_line(unit)) < MOST_SECONDS
