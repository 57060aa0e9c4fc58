"""The register as linked data: every entry a node, words as annotations, nothing to fetch."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from small_register import BY, TEXT, one_of_each

from kizuna.dialogue.linked_data import linked_data
from kizuna.dialogue.register import Register

Node = dict[str, Any]


@pytest.fixture
def view(register: Register) -> Node:
    register.add(one_of_each(), **BY)
    return linked_data(register.state())


def of_kind(view: Node, kind: str) -> Node:
    (found,) = (node for node in view["@graph"] if node["kizuna:kind"] == kind)
    return found


def within(value: Any) -> Iterator[Node]:
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from within(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from within(inner)


def test_every_entry_that_is_not_rejected_is_a_node(register: Register) -> None:
    register.add(one_of_each(), **BY)
    rejected = next(held.entry.id for held in register.entries("person"))
    register.review("person", rejected, "rejected", **BY)
    nodes = {node["@id"] for node in linked_data(register.state())["@graph"]}
    kept = {
        f"kizuna:{kind}:{id_}" for kind, entries in register.state().entries.items() for id_ in entries
    }  # fmt: skip
    assert kept - nodes == {f"kizuna:person:{rejected}"}
    assert nodes < kept


def test_the_kinds_have_the_types_of_the_vocabularies(view: Node) -> None:
    types = {node["kizuna:kind"]: node["@type"] for node in view["@graph"]}
    assert {
        "meeting": "schema:Event", "series": "schema:EventSeries", "person": "schema:Person",
        "statement": "oa:Annotation", "selector": "oa:SpecificResource", "commitment": "schema:PlanAction",
    }.items() <= types.items()  # fmt: skip
    parties = [node for node in within(view["@graph"]) if node.get("@type") == "schema:Organization"]
    assert {party["schema:name"] for party in parties} == {"IND", "JPN"}


def test_a_selector_quotes_and_places_its_words(view: Node) -> None:
    quote, place = of_kind(view, "selector")["oa:hasSelector"]
    assert (quote["@type"], place["@type"]) == ("oa:TextQuoteSelector", "oa:TextPositionSelector")
    assert quote["oa:exact"] == TEXT[place["oa:start"] : place["oa:end"]]


def test_a_statement_is_an_annotation_of_its_words(view: Node) -> None:
    statement, selector = of_kind(view, "statement"), of_kind(view, "selector")
    assert statement["oa:hasTarget"] == [{"@id": selector["@id"]}]
    assert statement["oa:hasBody"]["rdf:value"] == "will share maps of ore"


def test_a_party_is_an_organisation_wherever_it_stands(view: Node) -> None:
    party = of_kind(view, "participation")["kizuna:party"]
    assert party == of_kind(view, "person")["schema:affiliation"]
    assert (party["@id"], party["@type"]) == ("kizuna:party:JPN", "schema:Organization")


def test_every_link_leads_to_a_node_a_party_or_a_term(view: Node) -> None:
    known = {node["@id"] for node in within(view["@graph"]) if len(node) > 1 and "@id" in node}
    linked = {node["@id"] for node in within(view["@graph"]) if [*node] == ["@id"]}
    assert {one for one in linked - known if one.startswith("kizuna:")} == set()
    assert "kizuna:series:in-jp-2plus2" in linked


def test_every_name_has_a_prefix_that_the_context_explains(view: Node) -> None:
    prefixes = {
        name.split(":")[0] for node in within(view["@graph"]) for name in node if not name.startswith("@")
    }  # fmt: skip
    assert prefixes <= set(view["@context"])


def test_nothing_is_fetched_and_nothing_is_lost_in_json(view: Node) -> None:
    assert isinstance(view["@context"], dict)
    assert json.loads(json.dumps(view)) == view


def test_the_whole_text_of_a_document_is_left_out(view: Node) -> None:
    assert TEXT not in json.dumps(view, ensure_ascii=False)
