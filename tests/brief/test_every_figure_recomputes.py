"""Every figure of a brief comes out again, to the last digit, from nothing but its derivation."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from kizuna.brief.again import Recomputer
from kizuna.brief.document import Brief
from kizuna.brief.stress_runs import SIMULATED
from kizuna.brief.write import write_brief
from kizuna.exposure.derivation import MEASURED
from kizuna.floor.figures import Figure
from kizuna.floor.gaps import Gap
from kizuna.tables.build import MADE_FROM, Tables


@pytest.fixture(scope="module")
def brief(tables: Tables) -> Brief:
    return write_brief(tables, ["IND", "JPN"], baskets=["magnets", "energy", "staple-food"])


def test_every_number_comes_out_again_though_the_figure_says_another(tables: Tables, brief: Brief) -> None:
    numbers = [figure for figure in brief.figures.values() if not isinstance(figure.value, Gap)]
    recomputer = Recomputer(tables)
    again = {figure.key: recomputer.again(changed(figure)) for figure in numbers}
    assert again == {figure.key: figure.value for figure in numbers}
    assert len(again) > 500


def test_a_gap_of_a_method_or_run_comes_out_again_though_the_figure_says_a_number(tables: Tables, brief: Brief) -> None:
    gaps = [
        figure
        for figure in brief.figures.values()
        if isinstance(figure.value, Gap) and figure.derivation.function.startswith((MEASURED, SIMULATED))
    ]
    recomputer = Recomputer(tables)
    again = {figure.key: recomputer.again(changed(figure)) for figure in gaps}
    assert again == {figure.key: figure.value for figure in gaps}
    assert len(again) > 50


def changed(figure: Figure) -> Figure:
    """Return the figure with another value, so that nothing can come out by being read off it."""
    return replace(figure, value=1.5 if isinstance(figure.value, Gap) else figure.value * 1.01 + 1)


def test_the_brief_holds_figures_of_every_kind_of_recipe_and_method(brief: Brief) -> None:
    functions = [figure.derivation.function for figure in brief.figures.values()]
    kinds = {text.split()[0 if text.startswith(SIMULATED) else 1] for text in functions}
    assert kinds >= {
        "hhi", "hhi-named", "effective", "top3", "share", "total-usd", "mean-usd", "mean-share", "mean-effective",
        "mean-supplier-usd", "cepii-geodep", "geopolrisk", "supply-balance", "origin", "food-balance",
        SIMULATED.strip(),
    }  # fmt: skip


def test_a_brief_holds_gaps_and_numbers_and_each_has_inputs_a_query_and_a_formula(brief: Brief) -> None:
    gaps = [figure for figure in brief.figures.values() if isinstance(figure.value, Gap)]
    assert 0 < len(gaps) < len(brief.figures)
    assert all(
        figure.derivation.inputs and figure.derivation.query and figure.derivation.formula
        for figure in brief.figures.values()
    )


def test_the_query_of_each_number_returns_rows(tables: Tables, brief: Brief) -> None:
    asked = {f.derivation.query: f.key for f in brief.figures.values() if not isinstance(f.value, Gap)}
    assert [key for query, key in asked.items() if not tables.rows(query)] == []


def test_the_inputs_of_each_figure_are_the_tables_that_its_query_reads_as_they_are_stored(
    tables: Tables, brief: Brief
) -> None:
    for figure in brief.figures.values():
        named = dict(figure.derivation.inputs)
        assert named == {table: tables.store.sha256(table) for table in named}, figure.key
        read = {stored for table in tables_read(figure) for stored in MADE_FROM[table]}
        assert read, figure.key
        if figure.derivation.function.startswith((MEASURED, SIMULATED)):  # these read more than their query shows
            assert all(named.keys() & set(MADE_FROM[table]) for table in tables_read(figure)), figure.key
        else:
            assert named.keys() == {table for table in read if not of_another_revision(table, figure)}, figure.key


def tables_read(figure: Figure) -> set[str]:
    """Return the SQL tables that a figure's query names after FROM."""
    return set(re.findall(r"\bFROM (\w+)", figure.derivation.query))


def of_another_revision(stored: str, figure: Figure) -> bool:
    """Say whether a stored table holds the trade of a revision that the figure's query does not ask for."""
    return stored.startswith("trade_") and f"revision = '{stored.removeprefix('trade_').upper()}'" not in (
        figure.derivation.query
    )
