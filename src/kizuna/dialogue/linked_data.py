"""The register's state as JSON-LD: meetings as schema.org events, statements as W3C Web Annotations of their words.

A view: it leaves out the events, who reviewed what, and the whole texts of documents. What has no term in these
vocabularies is named in the register's own (``kizuna:``). The context is inline, so that nothing is fetched.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import quote

from kizuna.dialogue.entries import REFERENCES
from kizuna.dialogue.events import State

CONTEXT: dict[str, Any] = {
    "schema": "https://schema.org/",
    "oa": "http://www.w3.org/ns/oa#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "kizuna": "urn:kizuna:register:",
    "oa:start": {"@type": "xsd:nonNegativeInteger"},
    "oa:end": {"@type": "xsd:nonNegativeInteger"},
}
STATUS = {
    "held": "schema:EventScheduled",
    "scheduled": "schema:EventScheduled",
    "proposed": "schema:EventScheduled",
    "cancelled": "schema:EventCancelled",
}
IRI = ":/?#[]@!$&'()*+,;=%~"  # signs that an address keeps
Fields = Mapping[str, Any]


def linked_data(state: State) -> dict[str, Any]:
    """Return every entry that is not rejected as a node of one graph.

    Parameters
    ----------
    state
        From ``Register.state``.

    References
    ----------
    schema.org: Event, EventSeries, Person, Organization, Role, CreativeWork, PlanAction. W3C Web Annotation Vocabulary
    (2017): Annotation, SpecificResource, TextQuoteSelector, TextPositionSelector.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> from kizuna.dialogue.events import Event, replay
    >>> who = {"id": "a-minister", "name": "A. Minister", "aliases": [], "party": "JPN"}
    >>> day = datetime(2024, 8, 20, tzinfo=UTC)
    >>> graph = linked_data(replay([Event(1, day, "A. Clerk", "new", "add", "person", "a-minister", who)]))["@graph"]
    >>> graph[0]["@type"], graph[0]["schema:affiliation"]["@id"]
    ('schema:Person', 'kizuna:party:JPN')
    """
    graph = [
        _node(kind, kept.fields, kept.state)
        for kind, entries in state.entries.items()
        for kept in entries.values()
        if kept.state != "rejected"
    ]
    return {"@context": CONTEXT, "@graph": graph}


def _node(kind: str, fields: Fields, review: str) -> dict[str, Any]:
    node: dict[str, Any] = {"@id": _ref(kind, fields["id"]), "kizuna:kind": kind, "kizuna:review": review}
    node |= _TERMS.get(kind, _thing)(kind, fields)
    node |= {
        "schema:subjectOf": [_link("document", id_) for id_ in fields.get("sources", ())],
        "kizuna:selector": [_link("selector", id_) for id_ in fields.get("selectors", ())],
    }
    return {name: value for name, value in node.items() if value not in (None, [])}


def _ref(kind: str, id_: str) -> str:
    return f"kizuna:{kind}:{id_}"


def _link(kind: str, id_: str | None) -> dict[str, str] | None:
    return None if id_ is None else {"@id": _ref(kind, id_)}


def _party(name: str | None) -> dict[str, str] | None:
    """Return an economy, or whatever acts under a name, as an organisation of its own."""
    if name is None:
        return None
    return {"@id": f"kizuna:party:{quote(name, safe='')}", "@type": "schema:Organization", "schema:name": name}


def _parties(names: Iterable[str]) -> list[dict[str, str] | None]:
    return [_party(name) for name in names]


def _own(kind: str, fields: Fields, said: Iterable[str] = ()) -> dict[str, Any]:
    """Return the fields that no other term says, in the register's own words; ids of entries as links."""
    left = {"id", "sources", "selectors", *said}
    points = REFERENCES.get(kind, {})
    found: dict[str, Any] = {}
    for name, value in fields.items():
        if name not in left:
            links = name in points and value is not None
            several = isinstance(value, list | tuple)
            if links:
                value = [_link(points[name], id_) for id_ in value] if several else _link(points[name], value)
            elif name == "party":
                value = _party(value)
            found[f"kizuna:{name}"] = [*value] if isinstance(value, tuple) else value
    return found


def _thing(kind: str, fields: Fields) -> dict[str, Any]:
    return {"@type": f"kizuna:{kind.capitalize()}", **_own(kind, fields)}


def _document(kind: str, fields: Fields) -> dict[str, Any]:
    said = ("title", "published", "url", "licence", "language", "issuers", "text", "reports")
    return {
        "@type": "schema:CreativeWork", "schema:name": fields["title"], "schema:datePublished": fields["published"],
        "schema:url": fields["url"] and {"@id": quote(fields["url"], safe=IRI)}, "schema:license": fields["licence"],
        "schema:inLanguage": fields["language"], "schema:publisher": _parties(fields["issuers"]),
        "schema:about": _link("document", fields["reports"]),
        **_own(kind, {"genre" if name == "kind" else name: value for name, value in fields.items()}, said),
    }  # fmt: skip


def _selector(kind: str, fields: Fields) -> dict[str, Any]:  # noqa: ARG001 - one form for all kinds
    exact = {"@type": "oa:TextQuoteSelector", "oa:exact": fields["exact"], "oa:prefix": fields["prefix"],
             "oa:suffix": fields["suffix"]}  # fmt: skip
    place = {"@type": "oa:TextPositionSelector", "oa:start": fields["start"], "oa:end": fields["end"]}
    return {
        "@type": "oa:SpecificResource", "oa:hasSource": _link("document", fields["document"]),
        "oa:hasSelector": [exact, place], "kizuna:sha256": fields["sha256"], "kizuna:stale": fields["stale"],
    }  # fmt: skip


def _series(kind: str, fields: Fields) -> dict[str, Any]:
    said = ("name", "aliases", "parties", "parent")
    return {
        "@type": "schema:EventSeries", "schema:name": fields["name"], "schema:alternateName": list(fields["aliases"]),
        "schema:organizer": _parties(fields["parties"]), "schema:superEvent": _link("series", fields["parent"]),
        **_own(kind, fields, said),
    }  # fmt: skip


def _meeting(kind: str, fields: Fields) -> dict[str, Any]:
    return {
        "@type": "schema:Event", "schema:superEvent": _link("series", fields["series"]),
        "schema:startDate": fields["start"], "schema:endDate": fields["end"], "schema:location": fields["place"],
        "schema:eventStatus": {"@id": STATUS[fields["status"]]},
        **_own(kind, fields, ("series", "start", "end", "place")),
    }  # fmt: skip


def _person(kind: str, fields: Fields) -> dict[str, Any]:  # noqa: ARG001
    return {
        "@type": "schema:Person", "schema:name": fields["name"], "schema:alternateName": list(fields["aliases"]),
        "schema:affiliation": _party(fields["party"]),
    }  # fmt: skip


def _post(kind: str, fields: Fields) -> dict[str, Any]:  # noqa: ARG001
    return {
        "@type": "schema:Role", "schema:roleName": fields["title"], "kizuna:party": _party(fields["party"]),
    }  # fmt: skip


def _statement(kind: str, fields: Fields) -> dict[str, Any]:
    """Return an annotation: what is said of the words, which are a selector or, without a kept text, the document."""
    words = [_link("selector", id_) for id_ in fields["selectors"]]
    return {
        "@type": "oa:Annotation", "oa:hasTarget": words or [_link("document", fields["document"])],
        "oa:hasBody": {"@type": "oa:TextualBody", "rdf:value": fields["says"]},
        "oa:motivatedBy": {"@id": "oa:classifying"},
        **_own(kind, {"says_as": fields["kind"], **fields}, ("kind", "says")),
    }  # fmt: skip


def _commitment(kind: str, fields: Fields) -> dict[str, Any]:
    said = ("actors", "partners", "deadline")
    return {
        "@type": "schema:PlanAction", "schema:agent": _parties(fields["actors"]),
        "schema:participant": _parties(fields["partners"]), "schema:endTime": fields["deadline"],
        "schema:name": f"{fields['action']} {fields['object']}", **_own(kind, fields, said),
    }  # fmt: skip


_TERMS: dict[str, Callable[[str, Fields], dict[str, Any]]] = {
    "document": _document,
    "selector": _selector,
    "series": _series,
    "meeting": _meeting,
    "person": _person,
    "post": _post,
    "statement": _statement,
    "commitment": _commitment,
}
