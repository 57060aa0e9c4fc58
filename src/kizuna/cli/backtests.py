"""``kizuna backtest``: the stress engine's one-year form scored on real history."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text

from kizuna.brief.pictures.svg import chart_to_svg
from kizuna.cli.figures import figures_in_use
from kizuna.floor.files import check_place, write_file
from kizuna.score.backtest import backtest
from kizuna.score.event_file import read_events_csv
from kizuna.score.labels import EXPOSED, TRAINING
from kizuna.score.picture import draw_backtest, picture_group, text_alternative
from kizuna.score.report import BacktestReport, Group
from kizuna.tables.build import build_tables

Format = Literal["text", "json", "svg"]
SHORT_HASH = 16
_WIDTH = 116


def run_backtest(events: Path | None, form: Format, out: Path | None) -> None:
    """Score and print or write the report."""
    if out is not None:
        check_place(out)
    asked = None if events is None else read_events_csv(events)
    report = backtest(build_tables(figures_in_use()), events=asked)
    if form == "text" and out is None:
        _print(report, Console(highlight=False))
        return
    content = _content(report, form)
    if out is None:
        sys.stdout.buffer.write(content)
    else:
        Console(highlight=False).print(Text(str(write_file(out, content))), soft_wrap=True)


def _content(report: BacktestReport, form: Format) -> bytes:
    if form == "json":
        return (json.dumps(report.to_dict(), ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()
    if form == "svg":
        return chart_to_svg(draw_backtest(report), text_alternative=text_alternative(report)).encode()
    page = io.StringIO()
    _print(report, Console(file=page, highlight=False, width=_WIDTH, color_system=None))
    return page.getvalue().encode()


def _print(report: BacktestReport, console: Console) -> None:
    console.print(Text(report.sentence))
    shown = [group for group in report.groups if group.importers == EXPOSED and group.period != TRAINING]
    if shown:
        console.print(_rules_table(picture_group(report)))
        console.print(_groups_table(shown))
    flows, value = report.without_mass
    notes = (
        f"Frozen as {report.frozen_sha256[:SHORT_HASH]}, estimated on years to {report.last_year_estimated}.",
        f"Quantities are kg: {flows:.1%} of flows, {value:.1%} of value, have no mass and are left out.",
        "All importers, the years of estimation, every event and importer: --format json",
    )
    for note in notes:
        console.print(Text(note))


def _rules_table(group: Group) -> RichTable:
    table = RichTable(title=f"{group.period}, {group.events_set}, {group.importers} importers: {group.events} events")
    for name in ("prediction", "error", "skill", "95 % interval", "rank"):
        table.add_column(name, justify="left" if name == "prediction" else "right", no_wrap=True, min_width=5)
    for score in group.scores:
        rank = "-" if score.rank is None else f"{score.rank:.2f}"
        span = f"{score.low:.2f}, {score.high:.2f}" if group.certain else "too few"
        table.add_row(Text(score.name), f"{score.error:.3f}", f"{score.skill:.2f}", span, rank)
    return table


def _groups_table(groups: Sequence[Group]) -> RichTable:
    table = RichTable(title=f"kizuna by set of events, {groups[0].period}, exposed importers")
    for name in ("events", "n", "skill", "best simple rule", "lead", "80 % held"):
        table.add_column(name, justify="right" if name in ("n", "skill", "80 % held") else "left")
    for group in groups:
        rule = f"{group.best_rule} {group.score(group.best_rule).skill:.2f}"
        ends = f"{group.lead_low:.2f}, {group.lead_high:.2f}" if group.certain else "too few"
        lead = f"{group.lead:.2f} ({ends})"
        skill, held = f"{group.score().skill:.2f}", f"{group.coverage:.0%}"
        table.add_row(Text(group.events_set), str(group.events), skill, Text(rule), lead, held)
    return table
