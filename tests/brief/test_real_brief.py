"""The brief of India and Japan as data: what it must hold and what it must not say."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from kizuna.brief.document import Brief, Mark, Table
from kizuna.brief.pages import to_json
from kizuna.floor.gaps import Gap
from kizuna.tables.build import Tables

PROVISIONAL = "2024"


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


def test_no_finding_uses_the_provisional_year(document: dict[str, Any]) -> None:
    for finding in document["findings"]:
        assert PROVISIONAL not in finding["text"]
        assert not any(PROVISIONAL in document["figures"][name]["derivation"]["query"] for name in finding["figures"])


def test_findings_speak_of_three_years_by_value(real_brief: Brief) -> None:
    for finding in real_brief.findings:
        keys = [real_brief.figures[run.figure].key for run in finding.words if isinstance(run, Mark)]
        assert all(re.search(r"\.\d{4}-\d{4}\.", key) and key.endswith(".value") for key in keys), keys


def test_a_stake_of_a_finding_is_ten_million_dollars_or_more(real_brief: Brief) -> None:
    assert all(finding.stake_usd >= 1_000_000 for finding in real_brief.findings if finding.kind != "gap")
    totals = [
        figure.value
        for finding in real_brief.findings
        for run in finding.words
        if isinstance(run, Mark) and (figure := real_brief.figures[run.figure]).key.endswith("imports_mean.value")
    ]
    assert all(not isinstance(total, Gap) and total >= 10_000_000 for total in totals)


def test_every_mark_resolves_and_every_figure_is_one_that_stands_somewhere(document: dict[str, Any]) -> None:
    named = set(names_in(document))
    assert named <= document["figures"].keys()
    assert len(named) > 500


def names_in(part: object) -> list[str]:
    """Return every figure id that a part of the document points to."""
    if isinstance(part, dict):
        own = [str(name) for name in part["figures"]] if isinstance(part.get("figures"), list) else []
        return own + [name for key, value in part.items() if key != "figures" for name in names_in(value)]
    return [name for value in part for name in names_in(value)] if isinstance(part, list) else []


def test_the_json_is_sorted_and_the_same_each_time(real_brief: Brief, document: dict[str, Any]) -> None:
    written = to_json(real_brief)
    assert written == to_json(real_brief)
    assert json.dumps(document, ensure_ascii=False, sort_keys=True, indent=1) + "\n" == written.decode("utf-8")
    assert list(document["figures"]) == sorted(document["figures"])


def test_a_value_is_null_exactly_where_there_is_a_gap(document: dict[str, Any]) -> None:
    assert [
        key for key, figure in document["figures"].items() if (figure["value"] is None) != bool(figure["gap"])
    ] == []


def test_every_source_behind_a_figure_is_listed_with_its_hash(real_brief: Brief, tables: Tables) -> None:
    listed = {line.id: line.sha256 for line in real_brief.sources}
    for figure in real_brief.figures.values():
        assert set(figure.sources) <= listed.keys(), figure.key
    assert set(listed.values()) <= {tables.store.sha256(name) for name in tables.store.names()}


def test_the_chapters_stand_in_order_with_what_is_not_known_last(real_brief: Brief) -> None:
    assert [section.id for section in real_brief.sections] == [
        "glance", "critical-minerals", "energy", "staple-food", "batteries", "magnets", "semiconductors", "telecom",
        "defence-materials", "unknowns",
    ]  # fmt: skip


def test_coal_is_compared_as_the_whole_heading(real_brief: Brief) -> None:
    keys = {figure.key for figure in real_brief.figures.values()}
    assert any(".2701." in key or ":2701." in key for key in keys)
    assert not any(":270112." in key for key in keys)


def test_every_table_has_one_cell_a_column_and_a_citation(real_brief: Brief) -> None:
    for section in real_brief.sections:
        for part in section.parts:
            table = part if isinstance(part, Table) else part.twin
            assert {len(row) for row in table.rows} <= {len(table.columns)}, table.id
            assert table.citation.strip(), table.id
