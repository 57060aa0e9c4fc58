"""Every figure of a brief comes out again, to the last digit, from nothing but its derivation."""

from __future__ import annotations

import pytest

from kizuna.brief.document import Brief
from kizuna.brief.write import write_brief
from kizuna.exposure.again import compute_again
from kizuna.floor.gaps import Gap
from kizuna.tables.build import Tables


@pytest.fixture(scope="module")
def brief(tables: Tables) -> Brief:
    return write_brief(tables, ["IND", "JPN"], baskets=["magnets", "energy", "staple-food"])


def test_every_figure_comes_out_the_same_when_computed_again(tables: Tables, brief: Brief) -> None:
    again = {figure.key: compute_again(tables, figure) for figure in brief.figures.values()}
    assert again == {figure.key: figure.value for figure in brief.figures.values()}
    assert len(again) > 500


def test_the_brief_holds_figures_of_every_kind_of_recipe_and_method(brief: Brief) -> None:
    kinds = {figure.derivation.function.split()[1] for figure in brief.figures.values()}
    assert kinds >= {
        "hhi", "effective", "top3", "share", "total-usd", "mean-usd", "mean-share", "mean-effective",
        "mean-supplier-usd", "cepii-geodep", "geopolrisk", "supply-balance", "origin", "food-balance",
    }  # fmt: skip


def test_gaps_stay_gaps_and_numbers_stay_numbers(brief: Brief) -> None:
    gaps = [figure for figure in brief.figures.values() if isinstance(figure.value, Gap)]
    assert gaps
    assert len(gaps) < len(brief.figures)
    assert all(
        figure.derivation.inputs and figure.derivation.query and figure.derivation.formula
        for figure in brief.figures.values()
    )


def test_a_figure_that_was_changed_does_not_come_out_again(tables: Tables, brief: Brief) -> None:
    figure = next(figure for figure in brief.figures.values() if figure.derivation.function.split()[1] == "hhi")
    assert not isinstance(figure.value, Gap)
    assert compute_again(tables, figure) != figure.value * (1 + 1e-12)


def test_the_query_of_each_figure_reads_the_tables_it_names(tables: Tables, brief: Brief) -> None:
    stored = {name: tables.store.sha256(name) for name in tables.store.names()}
    for figure in brief.figures.values():
        assert {table: digest for table, digest in figure.derivation.inputs if stored[table] != digest} == {}
