"""Build the pages that follow from the code: indicators, sources, scenarios, and the headlines that the README shows.

    python tools/build_docs.py

Writes ``docs/reference/indicators.md`` from the indicators and the parameters, ``docs/reference/sources.md`` from the
catalogue of the embedded snapshot, ``docs/reference/scenarios.md`` from the library of scenarios, and the block under
``kizuna brief IND JPN`` in ``README.md`` from what it prints.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from kizuna.exposure.indicators import indicators, methods
from kizuna.floor.params import parameters
from kizuna.scenario.aimed import Spread
from kizuna.scenario.scenario import Scenario, list_scenarios
from kizuna.scenario.shocks import DemandShock, HoardingShock, LinkShock, RouteShock, Shock
from kizuna.scenario.targets import Target
from kizuna.store.store import Store, embedded_snapshot

ROOT = Path(__file__).resolve().parents[1]
INDICATORS_PAGE = ROOT / "docs/reference/indicators.md"
SOURCES_PAGE = ROOT / "docs/reference/sources.md"
SCENARIOS_PAGE = ROOT / "docs/reference/scenarios.md"
README = ROOT / "README.md"
GENERATED = "<!-- Written by tools/build_docs.py; change the code, not this page. -->"
HEADLINES = re.compile(r"(^\$ kizuna brief IND JPN\n\.\.\.\n).*?(^```$)", flags=re.MULTILINE | re.DOTALL)
WIDTH = "120"


def build_docs() -> None:
    """Write the generated pages and the README's headlines."""
    INDICATORS_PAGE.write_text(indicators_page(), encoding="utf-8")
    SOURCES_PAGE.write_text(sources_page(embedded_snapshot()), encoding="utf-8")
    SCENARIOS_PAGE.write_text(scenarios_page(), encoding="utf-8")
    shown = HEADLINES.sub(lambda found: found[1] + headlines() + found[2], README.read_text(encoding="utf-8"))
    README.write_text(shown, encoding="utf-8")


def indicators_page() -> str:
    """Return the page on indicators and parameters."""
    parts = [
        "# Indicators and parameters",
        GENERATED,
        "What each method measures. [Methods](../explanation/methods.md) says what each asks and when they disagree. "
        "A share is 0 to 1; a flag is 0 or 1. An indicator that cannot be computed is a gap with its reason.",
    ]
    for method in methods():
        rows = [
            (f"`{i.id}`", i.title, i.unit.replace("|", " or "), f"`{i.formula}`", i.reference)
            for i in indicators().values()
            if i.method == method
        ]
        parts += [f"## {method}", table(("indicator", "what it says", "unit", "formula", "source"), rows)]
    constants = [
        (f"`{p.name}`", f"{p.value:g}", p.unit, f"{p.low:g} to {p.high:g}", p.meaning, p.source)
        for _, p in sorted(parameters().items())
    ]
    parts += [
        "## Parameters",
        "Every constant of the methods, from `src/kizuna/floor/params/`; the code holds no other.",
        table(("name", "value", "unit", "range", "meaning", "source"), constants),
    ]
    return "\n\n".join(parts) + "\n"


def sources_page(store: Store) -> str:
    """Return the page on the sources of the embedded figures."""
    parts = [
        "# Sources",
        GENERATED,
        "Every stored table of the embedded snapshot. `kizuna sources --verify` checks each against its sha256. "
        "A licence given as *see publisher* did not come with the files.",
    ]
    for name in store.names():
        source, entry = store.source(name), store.entry(name)
        facts = [
            ("publisher", source.publisher),
            ("vintage", source.vintage),
            ("licence", source.licence),
            ("citation", source.citation),
            ("address", source.url or "not given"),
            ("rows", f"{source.rows_kept:,} kept of {source.rows_in:,} read"),
            ("stored", f"{entry.bytes:,} bytes, sha256 `{entry.sha256}`"),
            ("inputs", "; ".join(f"`{file}`" for file, _ in source.inputs)),
        ]
        parts += [f"## {name}", f"{source.title}.", table(("", ""), facts)]
        notes = [f"- Dropped: {rows:,} rows, {reason}." for reason, rows in source.dropped]
        notes += [f"- {repair}" for repair in source.repairs]
        if notes:
            parts.append("\n".join(notes))
    return "\n\n".join(parts) + "\n"


def scenarios_page() -> str:
    """Return the page on the library of scenarios."""
    scenarios = list_scenarios()
    sources = [source for scenario in scenarios for source in scenario.sources]
    read = sum(source.verified for source in sources)
    parts = [
        "# Scenarios",
        GENERATED,
        f"The library of `kizuna stress`: {len(scenarios)} scenarios. Of their {len(sources)} sources somebody read "
        f"{read} for the file (*verified*); the others are named from memory (*not verified*). Nothing here says how "
        "likely a scenario is. Three numbers are a triangle: lowest, most likely, highest. [How to cut a supply line]"
        "(../how-to/cut-a-supply-line.md) shows how to write one of your own.",
        table(
            ("scenario", "what happens", "network"),
            [(f"[{one.id}](#{one.id})", one.title, one.network) for one in scenarios],
        ),
    ]
    for scenario in scenarios:
        parts += scenario_parts(scenario)
    return "\n\n".join(parts) + "\n"


def scenario_parts(scenario: Scenario) -> list[str]:
    """Return the chapter on one scenario."""
    subjects = ", ".join(f"`{subject}`" for subject in scenario.subjects)
    header = ("shock", "kind", "what is cut", "how deep", "onset, days", "at full depth, days", "fades in, days")
    cuts = [
        (one.name, one.kind, who_of(one), size_of(one), *map(days_of, (one.onset, one.lasts, one.recovery)))
        for one in scenario.shocks
    ]
    sources = [
        (one.title, one.publisher, one.date, one.reference, "verified" if one.verified else "not verified")
        for one in scenario.sources
    ]
    reasons = [(shock.name, shock.why or getattr(shock, "elasticity_source", "")) for shock in scenario.shocks]
    notes = [f"- {name}: {why.rstrip('.')}." for name, why in reasons if why]
    return [
        f"## {scenario.id}",
        f"**{scenario.title}.** {scenario.summary}",
        f"Subjects: {subjects}" + (f", figures of {scenario.year}." if scenario.year else "."),
        table(header, cuts),
        "\n".join([*notes, *(f"- Assumed: {text}" for text in scenario.assumptions)]),
        table(("source", "publisher", "date", "reference", "read for this file"), sources),
    ]


def who_of(shock: Shock) -> str:
    """Return whom a shock is aimed at, and what of theirs."""
    if isinstance(shock, LinkShock | RouteShock):
        how = f"({shock.measure})" if isinstance(shock, LinkShock) else f"by {', '.join(shock.chokepoints)}"
        text = f"trade from {named(shock.suppliers)} to {named(shock.buyers)} {how}"
    else:
        text = named(shock.economies)
    only = ", ".join((*shock.on, *shock.stages))
    return f"{text}; only {only}" if only else text


def named(target: Target) -> str:
    """Return the economies of a target."""
    names = ", ".join(name.text for name in target.names)
    if not target.everyone:
        return names
    return f"all except {names}" if names else "all"


def size_of(shock: Shock) -> str:
    """Return the share cut, or the increase, per cent."""
    if isinstance(shock, DemandShock | HoardingShock):
        return "+" + three(shock.surge, 100, " %")
    if isinstance(shock, LinkShock):
        return three(shock.cut, 100, " %")
    return three(shock.depth, 100, " %")


def days_of(spread: Spread) -> str:
    """Return a span in days."""
    return three(spread, 1, "")


def three(spread: Spread, factor: float, unit: str) -> str:
    """Return an uncertain number: one number, or the lowest, most likely and highest."""
    values = [spread.mode] if spread.certain else [spread.low, spread.mode, spread.high]
    return ", ".join(f"{value * factor:.0f}" for value in values) + unit


def headlines() -> str:
    """Return the five headline findings of India and Japan, as the command prints them."""
    command = Path(sys.executable).with_name("kizuna")
    with tempfile.TemporaryDirectory() as folder:
        plain = os.environ | {"COLUMNS": WIDTH, "NO_COLOR": "1", "TERM": "dumb"}
        done = subprocess.run(
            [command, "brief", "IND", "JPN"], cwd=folder, env=plain, capture_output=True, text=True, check=True
        )
    return "".join(f"{line.rstrip()}\n" for line in done.stdout.splitlines()[1:])


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


if __name__ == "__main__":
    build_docs()
