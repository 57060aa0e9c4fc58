"""USGS Mineral Commodity Summaries 2024: world production by commodity, country and year (2022 and 2023).

One file per commodity chapter, each with its own header: production columns name their unit and year and say whether
the figure is estimated. Country names carry footnote letters and numbers and qualifiers; each is mended by a list of
known names, and a name that is not in the list is an error.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import polars as pl

from kizuna.floor.errors import SourceError
from kizuna.sources.checks import checked, number, text
from kizuna.sources.files import fingerprints
from kizuna.sources.raw import RawTable, Source
from kizuna.sources.usgs_names import COMMODITIES, COUNTRIES

FOLDER = "usgs_mcs_2024"
WORLD_FILE = re.compile(r"^mcs2024-([a-z_]+)_world\.csv$", re.IGNORECASE)
RENAMED_COPY = re.compile(r"^.+_mcs2024-[a-z]+_world\.csv$", re.IGNORECASE)
PRODUCTION = re.compile(r"^Prod_(?:Sponge_)?(t|kt|mmt|kg|ct|kct|mct|mcm)_(est_)?(2022|2023)$", re.IGNORECASE)
NO_AMOUNT = frozenset({"", "NA", "W", "XX", "—", "Less than ½ unit.", "included with ilmenite"})
OTHERS = "Other countries"
NOT_STATED = "not stated"
STAGES = (
    ("mine", re.compile(r"\bm(i)?ne\b", re.IGNORECASE)),
    ("refinery", re.compile(r"\brefinery\b", re.IGNORECASE)),
    ("smelter", re.compile(r"\bsmelter\b", re.IGNORECASE)),
    ("plant", re.compile(r"\bplant\b", re.IGNORECASE)),
)
AMOUNT = pl.Decimal(18, 3)
SCHEMA = pl.Schema(
    {
        "commodity": pl.String(),
        "country": pl.String(),
        "stage": pl.String(),
        "type": pl.String(),
        "year": pl.Int16(),
        "status": pl.String(),
        "unit": pl.String(),
        "amount": AMOUNT,
    }
)


@dataclass(slots=True)
class _Tally:
    """What is counted while the files are read; one record holds a figure per year, and figures are counted."""

    rows_in: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    mended: set[str] = field(default_factory=set)
    qualified: int = 0


def read(folder: Path) -> list[RawTable]:
    """Read world production of every commodity file from the data folder."""
    names = sorted((path.name for path in (folder / FOLDER).glob("*_world.csv")), key=str.lower)
    wanted = [name for name in names if WORLD_FILE.match(name)]
    copies = [name for name in names if RENAMED_COPY.match(name)]
    if not wanted or len(wanted) + len(copies) != len(names):
        raise SourceError(f"{len(names)} world files, {len(wanted)} of them named mcs2024-*", where=FOLDER)
    tally = _Tally()
    rows = [row for name in wanted for row in _file_rows(folder / FOLDER / name, tally)]
    frame = pl.DataFrame(rows, schema=SCHEMA, orient="row", strict=True)
    columns = {
        "commodity": text(),
        "country": text(),
        "stage": text(pattern="^(mine|refinery|plant|smelter|other)$"),
        "type": text(),
        "year": number(pl.Int16, 2022, 2023),
        "status": text(pattern="^(reported|estimated)$"),
        "unit": text(pattern="^(t|kt|mmt|kg|ct|kct|mct|mcm)$"),
        "amount": number(AMOUNT, 0, nullable=True),
    }
    frame = checked("usgs_production", frame, columns, ["commodity", "country", "stage", "type", "year"])
    source = Source(
        id="usgs-mcs-2024",
        publisher="USGS",
        title="Mineral Commodity Summaries 2024, world production",
        vintage="2022-2023 (2023 estimated)",
        licence="US public domain",
        citation="U.S. Geological Survey, Mineral Commodity Summaries 2024.",
        url="",
        inputs=fingerprints(folder, [f"{FOLDER}/{name}" for name in wanted]),
        rows_in=tally.rows_in,
        rows_kept=frame.height,
        dropped=tuple(sorted(tally.dropped.items())),
        repairs=(
            f"{len(copies)} files are renamed copies and were not read: {', '.join(copies)}.",
            f"Footnote marks were taken off country names: {'; '.join(sorted(tally.mended))}.",
            f"{tally.qualified} rows had a qualifier beside the country name; it now stands at the end of the type.",
            "Fluorspar: the column Type is headed by its content and was read as Type.",
            f"Iron oxide pigments: the type is empty and is written as {NOT_STATED!r}.",
            "A figure counts as estimated where the column header, an e before the number or the row's note says so.",
            "W (withheld), NA, XX and 'Less than 1/2 unit' are null, never 0.",
            "Units: t, kt and mmt are tonnes, thousand and million tonnes; kct and mct are thousand and million "
            "carats; mcm is million cubic metres.",
        ),
    )
    return [RawTable("usgs_production", frame, source)]


def _file_rows(path: Path, tally: _Tally) -> list[tuple[object, ...]]:
    matched = WORLD_FILE.match(path.name)
    code = matched.group(1) if matched else ""
    if code not in COMMODITIES:
        raise SourceError(
            f"Commodity code {code!r} is not known", where=path.name, expected=", ".join(sorted(COMMODITIES))
        )
    with path.open(encoding="utf-8-sig", newline="") as lines:
        header, *records = list(csv.reader(lines))
    production = {place: found for place, name in enumerate(header) if (found := PRODUCTION.match(name))}
    notes = [place for place, name in enumerate(header) if name.startswith("Prod_note")]
    if header[1] != "Country" or (len(production) != 2 and not any(name.startswith("Cap_") for name in header)):
        raise SourceError(
            f"Header {header[:8]}", where=path.name, expected="Source, Country, Type and two columns Prod_UNIT_YEAR"
        )
    width = max(len(production), 1)
    rows: list[tuple[object, ...]] = []
    for line, record in enumerate(records, start=2):
        fields = [_plain(entry) for entry in record]
        tally.rows_in += width
        if reason := _reason_to_drop(fields, bool(production)):
            tally.dropped[reason] += width
            continue
        where = f"{path.name}, line {line}"
        country, kind = _country_and_type(fields[1], fields[2] or NOT_STATED, where, tally)
        note = " ".join(fields[place] for place in notes)
        for place, found in production.items():
            unit, year = found.group(1).lower(), int(found.group(3))
            amount, marked = _amount(fields[place], where)
            status = _status(bool(found.group(2)) or marked, note, year)
            rows.append((COMMODITIES[code], country, _stage(kind), kind, year, status, unit, amount))
    return rows


def _reason_to_drop(fields: list[str], has_production: bool) -> str:
    """Return why a record is not a country's production, or empty text."""
    if not any(fields[1:]):
        return "empty lines"
    country, kind = fields[1].lower(), fields[2].lower()
    if country.startswith("world total") or kind.startswith("world "):
        return "world totals"
    if not has_production or "capacity" in kind.split(",")[0].split(" and ")[0]:
        return "capacity, not production"
    return ""


def _plain(entry: str) -> str:
    return " ".join(entry.replace("\N{NO-BREAK SPACE}", " ").split())


def _country_and_type(published: str, kind: str, where: str, tally: _Tally) -> tuple[str, str]:
    """Take footnote marks off the name and move a qualifier, such as ``(beneficiated)``, to the type."""
    unmarked = re.sub(r"\d+$", "", published)
    name, qualifier = unmarked, ""
    if unmarked not in COUNTRIES and unmarked.removesuffix("e") in COUNTRIES:
        name = unmarked.removesuffix("e")
    elif unmarked == "Other":
        name = OTHERS
    elif unmarked not in COUNTRIES and (bracket := re.fullmatch(r"(.+?) \((.+)\)", unmarked)):
        name, qualifier = bracket.groups()
    elif unmarked not in COUNTRIES and ", " in unmarked:
        name, qualifier = unmarked.split(", ", maxsplit=1)
    if name not in COUNTRIES:
        raise SourceError(
            f"Country {published!r} is not known",
            where=f"{where}, column Country",
            do="Add it to usgs_names.COUNTRIES.",
        )
    if published not in (name, f"{name} ({qualifier})", f"{name}, {qualifier}"):
        tally.mended.add(f"{published} to {name}")
    if qualifier:
        tally.qualified += 1
        kind = kind if qualifier in kind else f"{kind} ({qualifier})"
    return name, kind


def _amount(field_text: str, where: str) -> tuple[Decimal | None, bool]:
    """Return the amount and whether an ``e`` before it marks an estimate."""
    if field_text in NO_AMOUNT:
        return None, False
    digits = field_text.removeprefix("e").replace(",", "")
    if not re.fullmatch(r"\d+(\.\d{1,3})?", digits):
        raise SourceError(
            f"Amount {field_text!r}", where=where, expected="a number, an e before it, or a mark such as W or NA"
        )
    return Decimal(digits).quantize(Decimal("0.001")), field_text.startswith("e")


def _status(estimated: bool, note: str, year: int) -> str:
    """Let the row's note, such as ``Also estimated in 2022`` or ``Reported in 2022``, speak before the header."""
    if (
        re.search(rf"\breported\b.*\b{year}\b", note, re.IGNORECASE)
        and len(note) <= len("Reported quantity in 2022.") + 1
    ):
        return "reported"
    if re.search(rf"\bestimated in {year}\b|\bin {year} is also estimated\b", note, re.IGNORECASE):
        return "estimated"
    return "estimated" if estimated else "reported"


def _stage(kind: str) -> str:
    return next((stage for stage, pattern in STAGES if pattern.search(kind)), "other")
