"""The brief as one HTML file that needs nothing else."""

from __future__ import annotations

import json
from functools import partial

from kizuna.brief.document import Brief, Mark, Picture
from kizuna.brief.pages.check import check_brief
from kizuna.brief.pages.data import figure_facts
from kizuna.brief.pages.gap_notes import gap_notes, gap_reason
from kizuna.brief.pages.inline_svg import inline_svg
from kizuna.brief.pages.offline import csv_address, offline_page, template_text
from kizuna.brief.pages.table_csv import table_csv
from kizuna.brief.pages.words import KIND_NAMES, all_words
from kizuna.brief.pictures.fonts import font_face_css
from kizuna.floor.gaps import Gap


def to_html(brief: Brief) -> bytes:
    """Return the brief as one HTML page: fonts, drawings, tables' CSV and derivations inside, nothing fetched.

    All text is escaped. The page's policy lets only its own style and script run. The same brief gives the same bytes.
    """
    check_brief(brief)
    from markupsafe import Markup

    return offline_page(
        "brief.html.j2",
        style=font_face_css() + "\n" + template_text("brief.css"),
        script=template_text("brief.js"),
        brief=brief,
        kinds=KIND_NAMES,
        figures=Markup(_figures_json(brief)),
        drawing=lambda picture: Markup(_drawing(picture)),
        spark=lambda svg: Markup(inline_svg(svg, prefix="spark")),
        csv_address=lambda table: csv_address(table_csv(table, brief.figures)),
        gap_notes=partial(gap_notes, figures=brief.figures),
        gap_reason=partial(gap_reason, figures=brief.figures),
    )


def _figures_json(brief: Brief) -> str:
    """Return what the dialog shows for each figure on the page, as JSON that cannot end the element it stands in.

    What several figures have in common, such as the query and its inputs, stands once and is named by its place.
    """
    marked = {run.figure for _, words in all_words(brief) for run in words if isinstance(run, Mark)}
    shared: dict[str, int] = {}
    figures = {}
    for name in sorted(marked):
        facts, value = figure_facts(brief.figures[name]), brief.figures[name].value
        facts["value"] = None if isinstance(value, Gap) else repr(value)
        facts["function"] = facts["derivation"].pop("function")
        common = {part: facts.pop(part) for part in ("derivation", "method", "sources", "unit")}
        facts["shared"] = shared.setdefault(json.dumps(common, ensure_ascii=False, sort_keys=True), len(shared))
        figures[name] = facts
    document = {
        "command": brief.command,
        "shared": [json.loads(text) for text in shared],
        "sources": {source.id: f"{source.publisher}, {source.title}, {source.vintage}" for source in brief.sources},
        "figures": figures,
    }
    text = json.dumps(document, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))
    return text.replace("&", r"\u0026").replace("<", r"\u003c").replace(">", r"\u003e")


def _drawing(picture: Picture) -> str:
    return inline_svg(picture.svg, prefix=picture.id, alternative=picture.alternative)
