"""The brief of India and Japan as data: what it must hold and what it must not say."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from kizuna.brief.document import Brief, Finding, Mark, Passage, Table
from kizuna.brief.pages import to_json
from kizuna.floor.figures import Figure
from kizuna.floor.gaps import Gap
from kizuna.floor.params import parameter
from kizuna.tables.build import Tables

LAST = int(parameter("last_settled_year"))
NOW = f"{LAST - int(parameter('years_averaged')) + 1}-{LAST}"


@pytest.fixture(scope="module")
def document(real_brief: Brief) -> dict[str, Any]:
    found = json.loads(to_json(real_brief))
    assert isinstance(found, dict)
    return found


def test_there_are_five_to_seven_findings_each_with_a_figure_or_a_gap(real_brief: Brief) -> None:
    assert 5 <= len(real_brief.findings) <= 7
    for finding in real_brief.findings:
        assert finding.kind == "gap" or any(isinstance(run, Mark) for run in finding.words)


def test_the_findings_are_of_every_kind(real_brief: Brief) -> None:
    assert {finding.kind for finding in real_brief.findings} == {"common", "one-sided", "change", "can-supply", "gap"}


def marked(brief: Brief, finding: Finding) -> list[Figure]:
    """Return the figures of a finding in the order of its words."""
    return [brief.figures[run.figure] for run in finding.words if isinstance(run, Mark)]


def ranked(brief: Brief) -> list[Finding]:
    """Return the findings that carry figures."""
    return [finding for finding in brief.findings if finding.kind != "gap"]


def number(figure: Figure) -> float:
    """Return the value of a figure that is no gap."""
    assert not isinstance(figure.value, Gap), figure.key
    return figure.value


def mean_imports(tables: Tables, figure: Figure) -> float:
    """Return mean yearly imports by the query of a mean share, added up by hand."""
    assert figure.derivation.function.split()[1] == "mean-share"
    return sum(amount for _, _, amount in tables.rows(figure.derivation.query)) / int(parameter("years_averaged"))


def shares_now(brief: Brief, finding: Finding) -> dict[str, Figure]:
    """Return a finding's mean shares in imports over the last settled years: by economy, the first one named."""
    shares = [figure for figure in marked(brief, finding) if f".{NOW}.supplier_share_mean." in figure.key]
    return {figure.key.partition(".")[0]: figure for figure in reversed(shares)}


def test_no_finding_uses_the_provisional_year(document: dict[str, Any]) -> None:
    for finding in document["findings"]:
        assert str(LAST + 1) not in finding["text"]
        for name in finding["figures"]:
            years = re.findall(r"\b(?:19|20)\d\d\b", document["figures"][name]["derivation"]["query"])
            assert years
            assert max(map(int, years)) <= LAST


def test_findings_speak_of_means_and_a_change_of_the_latest_settled_year_too(real_brief: Brief) -> None:
    for finding in ranked(real_brief):
        for figure in marked(real_brief, finding):
            years = [int(year) for year in re.findall(r"\d{4}", figure.key.split(".")[2])]
            averaged = years[-1] - years[0] + 1 == int(parameter("years_averaged"))
            latest = finding.kind == "change" and years == [int(parameter("last_settled_year"))]
            assert averaged or latest, figure.key
            assert figure.key.endswith(".value")
        assert any("-" in figure.key.split(".")[2] for figure in marked(real_brief, finding))


def test_a_finding_speaks_only_of_imports_large_enough_for_a_headline(real_brief: Brief, tables: Tables) -> None:
    for finding in ranked(real_brief):
        shares = shares_now(real_brief, finding)
        means = [mean_imports(tables, figure) for figure in shares.values()]
        buyer, *_ = [key for figure in marked(real_brief, finding) if (key := figure.key.partition(".")[0]) in shares]
        assert mean_imports(tables, shares[buyer]) >= parameter("headline_usd")
        assert min(means) >= parameter("table_usd" if finding.kind == "one-sided" else "headline_usd")


def test_the_stake_of_a_finding_follows_from_its_figures(real_brief: Brief, tables: Tables) -> None:
    for finding in ranked(real_brief):
        figures, shares = marked(real_brief, finding), shares_now(real_brief, finding)
        first = figures[0]
        if finding.kind == "common":
            expected = sum(number(share) * mean_imports(tables, share) for share in shares.values())
        elif finding.kind == "one-sided":
            expected = number(first) * mean_imports(tables, first)
        elif finding.kind == "change":
            (now,) = shares.values()
            expected = abs(number(now) - number(first)) * mean_imports(tables, now)
        else:
            (expected,) = (number(figure) for figure in figures if ".imports_from_mean." in figure.key)
        assert finding.stake_usd == pytest.approx(expected, rel=1e-12), finding.kind


def test_the_largest_of_each_kind_comes_first_then_the_gaps_then_the_next_of_each_kind(real_brief: Brief) -> None:
    at = [finding.kind for finding in real_brief.findings].index("gap")
    first, second = real_brief.findings[:at], real_brief.findings[at + 1 :]
    for part in (first, second):
        stakes = [finding.stake_usd for finding in part]
        assert stakes == sorted(stakes, reverse=True)
        assert len({finding.kind for finding in part}) == len(part)
    largest = {finding.kind: finding.stake_usd for finding in first}
    assert all(finding.stake_usd <= largest[finding.kind] for finding in second)


def test_every_mark_resolves_and_every_figure_is_one_that_stands_somewhere(document: dict[str, Any]) -> None:
    named = set(names_in(document))
    assert named == document["figures"].keys()
    assert len(named) > 500


def names_in(part: object) -> list[str]:
    """Return every figure id that a part of the document points to."""
    if isinstance(part, dict):
        own = [str(name) for name in part["figures"]] if isinstance(part.get("figures"), list) else []
        return own + [name for key, value in part.items() if key != "figures" for name in names_in(value)]
    return [name for value in part for name in names_in(value)] if isinstance(part, list) else []


def test_the_json_is_sorted_and_the_same_when_written_again(real_brief: Brief, document: dict[str, Any]) -> None:
    written = to_json(real_brief)
    assert written == to_json(real_brief)
    assert json.dumps(document, ensure_ascii=False, sort_keys=True, indent=1) + "\n" == written.decode("utf-8")
    assert list(document["figures"]) == sorted(document["figures"])


def test_a_value_is_null_exactly_where_there_is_a_gap(document: dict[str, Any]) -> None:
    assert [
        key for key, figure in document["figures"].items() if (figure["value"] is None) != bool(figure["gap"])
    ] == []


def test_every_source_behind_a_figure_is_listed_with_the_hash_of_what_it_read(
    real_brief: Brief, tables: Tables
) -> None:
    listed = {(line.id, line.sha256) for line in real_brief.sources}
    assert listed <= {(tables.store.source(name).id, tables.store.sha256(name)) for name in tables.store.names()}
    for figure in real_brief.figures.values():
        assert set(figure.sources) <= {source for source, _ in listed}, figure.key
        read = {(tables.store.source(table).id, digest) for table, digest in figure.derivation.inputs}
        assert read <= listed, figure.key


def test_the_chapters_stand_in_order_with_what_is_not_known_last(real_brief: Brief) -> None:
    assert [section.id for section in real_brief.sections] == [
        "glance", "critical-minerals", "energy", "staple-food", "batteries", "magnets", "semiconductors", "telecom",
        "defence-materials", "cut", "since", "next", "unknowns",
    ]  # fmt: skip


def test_coal_is_compared_as_the_whole_heading(real_brief: Brief) -> None:
    keys = {figure.key for figure in real_brief.figures.values()}
    assert any(".2701." in key or ":2701." in key for key in keys)
    assert not any(":270112." in key for key in keys)


def test_every_table_has_one_cell_a_column_and_a_citation(real_brief: Brief) -> None:
    for section in real_brief.sections:
        for part in section.parts:
            if isinstance(part, Passage):
                continue
            table = part if isinstance(part, Table) else part.twin
            assert {len(row) for row in table.rows} <= {len(table.columns)}, table.id
            assert table.citation.strip(), table.id
