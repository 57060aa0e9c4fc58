"""USGS world production, row by row: what a record says of country, type, stage, status and amount.

The snapshot builder and the reader of a user's own files share it. Country names carry footnote letters and numbers and
qualifiers; a name that is no country's is an error. Amounts stay in the publisher's unit.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from kizuna.floor.errors import SourceError
from kizuna.sources.usgs_names import COMMODITIES, COUNTRIES, STAGE_OF

TABLE = "usgs_production"
OTHERS = "Other countries"
NOT_STATED = "not stated"
PRODUCTION = re.compile(r"^Prod_(?:Sponge_)?(t|kt|mmt|kg|ct|kct|mct|mcm)_(est_)?((?:19|20)\d\d)$", re.IGNORECASE)
NO_AMOUNT = frozenset({"", "NA", "W", "XX", "s", "Large", "Very small"})
NO_AMOUNT_WORDS = re.compile(r"less than (½|1/2|one-half) unit\.?|included (with|in) .+", re.IGNORECASE)
ZERO = "—"  # "— Zero", as every chapter's footnotes say
STAGES = (
    ("mine", re.compile(r"\bm(i)?ne\b", re.IGNORECASE)),
    ("refinery", re.compile(r"\brefinery\b", re.IGNORECASE)),
    ("smelter", re.compile(r"\bsmelter\b", re.IGNORECASE)),
    ("plant", re.compile(r"\bplant\b", re.IGNORECASE)),
)
WORLD_TOTALS = "world totals"

Named = Callable[[str], str | None]  # a country's name as the table has it; None where it is no country's
Row = tuple[str, str, str, str, int, str, str, Decimal | None]  # as the columns of usgs_production


@dataclass(slots=True)
class Tally:
    """What is counted while files are read; one record holds a figure per year, and figures are counted."""

    rows_in: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    mended: set[str] = field(default_factory=set)
    qualified: int = 0
    zeros: int = 0


@dataclass(frozen=True, slots=True)
class Column:
    """One column of production: its place, its unit, its year, and whether its header says that it is estimated."""

    place: int
    unit: str
    year: int
    estimated: bool


@dataclass(frozen=True, slots=True)
class Chapter:
    """What the header of a chapter's file says."""

    commodity: str
    production: tuple[Column, ...]
    notes: tuple[int, ...]


def shipped_country(name: str) -> str | None:
    """Return the name of a country of the 2024 edition, None for any other."""
    return name if name in COUNTRIES else None


def chapter_of(code: str, header: Sequence[str], where: str) -> Chapter:
    """Return what the header of a chapter's file says; SourceError where it is none of the publisher's.

    Parameters
    ----------
    code
        Five letters of the file's name that stand for the chapter, such as ``cobal``.
    """
    if code not in COMMODITIES:
        raise SourceError(f"Commodity code {code!r} is not known", where=where, expected=", ".join(sorted(COMMODITIES)))
    production = tuple(
        Column(place, found.group(1).lower(), int(found.group(3)), bool(found.group(2)))
        for place, name in enumerate(header)
        if (found := PRODUCTION.match(name))
    )
    notes = tuple(place for place, name in enumerate(header) if name.startswith("Prod_note"))
    capacity = any(name.startswith("Cap_") for name in header)
    if len(header) < 3 or header[1] != "Country" or (len(production) != 2 and not capacity):
        raise SourceError(
            f"Header {list(header[:8])}", where=where, expected="Source, Country, Type and two columns Prod_UNIT_YEAR"
        )
    return Chapter(COMMODITIES[code], production, notes)


def figures_of(chapter: Chapter, record: Sequence[str], where: str, tally: Tally, named: Named) -> list[Row]:
    """Return the figures of one record of a chapter's file, one for each year; none where it is dropped and counted.

    Raises
    ------
    SourceError
        If its country is not known or an amount is no number.
    """
    fields = [plain(entry) for entry in record]
    width = max(len(chapter.production), 1)
    tally.rows_in += width
    if reason := reason_to_drop(fields[1], fields[2], bool(chapter.production), empty=not any(fields[1:])):
        tally.dropped[reason] += width
        return []
    country, kind = country_and_type(fields[1], fields[2] or NOT_STATED, where, tally, named)
    note = " ".join(fields[place] for place in chapter.notes)
    stage = stage_of(chapter.commodity, kind)
    rows = []
    for column in chapter.production:
        amount, marked = amount_of(fields[column.place], where, tally)
        status = status_of(column.estimated or marked, note, column.year)
        rows.append((chapter.commodity, country, stage, kind, column.year, status, column.unit, amount))
    return rows


def reason_to_drop(country: str, kind: str, has_production: bool, *, empty: bool) -> str:
    """Return why a record is not a country's production, or empty text."""
    if empty:
        return "empty lines"
    if is_world_total(country, kind):
        return WORLD_TOTALS
    if not has_production or "capacity" in kind.lower().split(",")[0].split(" and ")[0]:
        return "capacity, not production"
    return ""


def is_world_total(country: str, kind: str) -> bool:
    """Return whether a record is of the world."""
    return country.lower().startswith("world total") or kind.lower().startswith("world ")


def plain(entry: str) -> str:
    """Return a field with single blanks."""
    return " ".join(entry.replace("\N{NO-BREAK SPACE}", " ").split())


def country_and_type(published: str, kind: str, where: str, tally: Tally, named: Named) -> tuple[str, str]:
    """Take footnote marks off the name and move a qualifier, such as ``(beneficiated)``, to the type.

    Raises
    ------
    SourceError
        If what is left is no country's name.
    """
    unmarked = re.sub(r"\d+$", "", published)
    name, qualifier = unmarked, ""
    if named(unmarked) is None and named(unmarked.removesuffix("e")) is not None:
        name = unmarked.removesuffix("e")
    elif unmarked == "Other":
        name = OTHERS
    elif named(unmarked) is None and (bracket := re.fullmatch(r"(.+?) \((.+)\)", unmarked)):
        name, qualifier = bracket.groups()
    elif named(unmarked) is None and ", " in unmarked:
        name, qualifier = unmarked.split(", ", maxsplit=1)
    country = named(name)
    if country is None:
        raise SourceError(
            f"Country {published!r} is not known",
            where=f"{where}, column Country",
            do="Add it to usgs_names.COUNTRIES.",
        )
    if published not in (country, f"{country} ({qualifier})", f"{country}, {qualifier}"):
        tally.mended.add(f"{published} to {country}")
    if qualifier:
        tally.qualified += 1
        kind = kind if qualifier in kind else f"{kind} ({qualifier})"
    return country, kind


def amount_of(text: str, where: str, tally: Tally) -> tuple[Decimal | None, bool]:
    """Return the amount and whether an ``e`` before it marks an estimate.

    Raises
    ------
    SourceError
        If it is neither a number nor a mark of the publisher's.
    """
    if text in NO_AMOUNT or NO_AMOUNT_WORDS.fullmatch(text):
        return None, False
    if text == ZERO:
        tally.zeros += 1
        return Decimal("0.000"), False
    digits = text.removeprefix("e").replace(",", "")
    if not re.fullmatch(r"\d+(\.\d{1,3})?", digits):
        raise SourceError(
            f"Amount {text!r}", where=where, expected="a number, an e before it, or a mark such as W or NA"
        )
    return Decimal(digits).quantize(Decimal("0.001")), text.startswith("e")


def status_of(estimated: bool, note: str, year: int) -> str:
    """Let the row's note, such as ``Also estimated in 2022`` or ``Reported in 2022``, speak before the header."""
    if (
        re.search(rf"\breported\b.*\b{year}\b", note, re.IGNORECASE)
        and len(note) <= len("Reported quantity in 2022.") + 1
    ):
        return "reported"
    if re.search(rf"\bestimated (in )?{year}\b|\bin {year} is also estimated\b", note, re.IGNORECASE):
        return "estimated"
    return "estimated" if estimated else "reported"


def stage_of(commodity: str, kind: str) -> str:
    """Return the stage that the type names; where it names none, that of the commodity, where it has one.

    A type of a mined commodity counts as mined only where it says no more than production.
    """
    named = next((stage for stage, pattern in STAGES if pattern.search(kind)), "")
    usual = STAGE_OF.get(commodity, "other")
    return named or ("other" if usual == "mine" and kind.lower() != "production" else usual)


def mended_notes(tally: Tally) -> tuple[str, ...]:
    """Return what was changed in the records read, one sentence each."""
    notes = []
    if tally.mended:
        notes.append(f"Footnote marks were taken off country names: {'; '.join(sorted(tally.mended))}.")
    if tally.qualified:
        notes.append(
            f"{tally.qualified} rows had a qualifier beside the country name; it now stands at the end of the type."
        )
    if tally.zeros:
        notes.append(f"{tally.zeros} figures are written as {ZERO}, the publisher's mark of zero, and are 0.")
    return tuple(notes)
