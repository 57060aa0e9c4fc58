"""The brief as a tagged PDF (PDF/UA-1), set by Typst from data."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from importlib.resources import files
from typing import Any, TypeAlias, cast

from kizuna.brief.document import Brief, Cell, Passage, Picture, Table
from kizuna.brief.pages.check import check_brief
from kizuna.brief.pages.column_widths import column_widths
from kizuna.brief.pages.font_coverage import covered_characters, name_uncovered
from kizuna.brief.pages.gap_notes import gap_notes, gap_reason
from kizuna.brief.pages.inline_svg import inline_svg, svg_label
from kizuna.brief.pages.words import KIND_NAMES
from kizuna.brief.pictures.fonts import FONT_FAMILIES, font_folder
from kizuna.floor.errors import RequestError
from kizuna.floor.figures import Figure

_Json: TypeAlias = dict[str, Any]


def to_pdf(brief: Brief) -> bytes:
    """Return the brief as PDF/UA-1 with the content of the HTML page in the same order.

    Words reach Typst as data and are never read as markup. Only the bundled fonts are used; a character that none of
    them has is set as its code point, such as ``[U+1F600]``. There is no date in the file, so the same brief gives the
    same bytes.

    Raises
    ------
    RequestError
        If Typst cannot set the document.
    """
    check_brief(brief)
    import typst

    document = _drawable(_document(brief), covered_characters(font_folder()))
    compiler = typst.Compiler(
        files("kizuna.brief.pages").joinpath("templates", "brief.typ").read_bytes(),
        font_paths=typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[font_folder()]),
        sys_inputs={"brief": json.dumps(document, ensure_ascii=False, allow_nan=False, sort_keys=True)},
    )
    try:
        return cast(bytes, compiler.compile(format="pdf", pdf_standards=["ua-1"]))
    except typst.TypstError as error:
        raise RequestError(
            f"Typst cannot set this brief: {error.message}.",
            where=error.diagnostic,
            expected="a document that fulfils PDF/UA-1",
            do="Write it as HTML or JSON meanwhile, and report this message.",
        ) from error


def _drawable(value: Any, covered: frozenset[int]) -> Any:
    """Return the document with only such characters in its texts as the fonts can draw."""
    if isinstance(value, str):
        return name_uncovered(value, covered)
    if isinstance(value, Mapping):
        return {name: _drawable(part, covered) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_drawable(part, covered) for part in value]
    return value


def _document(brief: Brief) -> _Json:
    """Return the document as the template reads it."""
    return {
        "fonts": list(FONT_FAMILIES),
        "title": brief.title,
        "subtitle": brief.subtitle,
        "method": brief.method_line,
        "badges": list(brief.badges),
        "names": [list(names) for names in brief.names],
        "rule": brief.rule,
        "findings": [asdict(finding) | {"kind": KIND_NAMES[finding.kind]} for finding in brief.findings],
        "sections": [
            {
                "title": section.title,
                "paragraphs": asdict(section)["paragraphs"],
                "parts": [_part(part, brief.figures) for part in section.parts],
            }
            for section in brief.sections
        ],
        "check": list(brief.check),
        "sources": [asdict(source) for source in brief.sources],
    }


def _part(part: Table | Picture | Passage, figures: Mapping[str, Figure]) -> _Json:
    if isinstance(part, Passage):
        return asdict(part)
    return _table(part, figures) if isinstance(part, Table) else _picture(part, figures)


def _picture(picture: Picture, figures: Mapping[str, Figure]) -> _Json:
    drawn = inline_svg(picture.svg, prefix=picture.id, alternative=picture.alternative) if picture.svg else None
    return {
        "title": picture.title,
        "svg": drawn,
        "alternative": picture.alternative,
        "caption": picture.caption,
        "absent": picture.absent,
        "twin": _table(picture.twin, figures),
    }


def _table(table: Table, figures: Mapping[str, Figure]) -> _Json:
    letters = gap_notes(table, figures)
    return {
        "title": table.title,
        "note": table.note,
        "columns": [asdict(column) for column in table.columns],
        "widths": list(column_widths(table)),
        "rows": [[_cell(cell, letters, figures) for cell in row] for row in table.rows],
        "gaps": [{"letter": letter, "reason": reason} for reason, letter in letters.items()],
    }


def _cell(cell: Cell, letters: Mapping[str, str], figures: Mapping[str, Figure]) -> _Json:
    reason = gap_reason(cell, figures)
    words = [run if isinstance(run, str) else asdict(run) for run in cell.words]
    spark = (
        {"svg": inline_svg(cell.spark, prefix="spark"), "alternative": svg_label(cell.spark)} if cell.spark else None
    )
    return {
        "words": words or (["gap"] if reason else []),
        "letter": letters[reason] if reason else None,
        "spark": spark,
    }
