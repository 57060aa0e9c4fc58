"""The brief as JSON: its words, its tables, and every figure with its derivation."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any, TypeAlias

from kizuna.brief.document import Brief, Cell, Passage, Section, Table, Words
from kizuna.brief.pages.check import check_brief
from kizuna.brief.pages.gap_notes import gap_reason
from kizuna.brief.pages.words import figures_in, plain_text
from kizuna.floor.figures import Figure
from kizuna.floor.gaps import Gap

_Json: TypeAlias = dict[str, Any]


def to_json(brief: Brief) -> bytes:
    """Return the brief as UTF-8 JSON with sorted keys; the same brief gives the same bytes.

    A figure's ``value`` is null exactly when ``gap`` holds the reason. A cell's ``value`` is its full-precision text,
    as in the CSV. Drawings are left out; their tables are there.
    """
    check_brief(brief)
    document = {
        "title": brief.title,
        "subtitle": brief.subtitle,
        "method": brief.method_line,
        "badges": list(brief.badges),
        "partners": [
            {"economy": code, "names": {"en": english, "ja": japanese, "hi": hindi}}
            for code, english, japanese, hindi in brief.names
        ],
        "rule": brief.rule,
        "findings": [
            {
                "kind": finding.kind,
                "text": plain_text(finding.words),
                "figures": list(figures_in(finding.words)),
                "stake_usd": finding.stake_usd,
            }
            for finding in brief.findings
        ],
        "sections": [_section(section, brief) for section in brief.sections],
        "sources": [asdict(source) for source in brief.sources],
        "check": list(brief.check),
        "figures": {name: figure_facts(figure) for name, figure in brief.figures.items()},
    }
    text = json.dumps(document, ensure_ascii=False, allow_nan=False, sort_keys=True, indent=1)
    return (text + "\n").encode("utf-8")


def figure_facts(figure: Figure) -> _Json:
    """Return one figure as plain data: key, value or gap, unit, method, sources, derivation."""
    gap = figure.value.reason if isinstance(figure.value, Gap) else None
    derivation = figure.derivation
    return {
        "key": figure.key,
        "value": None if isinstance(figure.value, Gap) else figure.value,
        "gap": gap,
        "unit": figure.unit,
        "method": figure.method,
        "sources": list(figure.sources),
        "derivation": {
            "query": derivation.query,
            "formula": derivation.formula,
            "function": derivation.function,
            "inputs": [{"table": table, "sha256": sha256} for table, sha256 in derivation.inputs],
            "rows_used": derivation.rows_used,
            "notes": list(derivation.notes),
        },
    }


def _section(section: Section, brief: Brief) -> _Json:
    parts: list[_Json] = []
    for part in section.parts:
        if isinstance(part, Table):
            parts.append({"table": _table(part, brief)})
        elif isinstance(part, Passage):
            passage = {"id": part.id, "title": part.title, "paragraphs": _paragraphs(part.paragraphs)}
            parts.append({"passage": passage})
        else:
            picture = {
                "id": part.id,
                "title": part.title,
                "alternative": part.alternative,
                "caption": part.caption,
                "absent": part.absent or None,
                "table": _table(part.twin, brief),
            }
            parts.append({"picture": picture})
    return {
        "id": section.id,
        "title": section.title,
        "paragraphs": _paragraphs(section.paragraphs),
        "parts": parts,
    }


def _paragraphs(paragraphs: tuple[Words, ...]) -> list[_Json]:
    return [{"text": plain_text(words), "figures": list(figures_in(words))} for words in paragraphs]


def _table(table: Table, brief: Brief) -> _Json:
    return {
        "id": table.id,
        "title": table.title,
        "note": table.note,
        "citation": table.citation,
        "columns": [{"title": column.title, "number": column.number} for column in table.columns],
        "rows": [[_cell(cell, brief) for cell in row] for row in table.rows],
    }


def _cell(cell: Cell, brief: Brief) -> _Json:
    return {
        "text": plain_text(cell.words),
        "figures": list(figures_in(cell.words)),
        "gap": gap_reason(cell, brief.figures) or None,
        "value": cell.plain or None,
    }
