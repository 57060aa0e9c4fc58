"""FAOSTAT as downloaded: crops and livestock products, the detailed trade matrix, food balances.

The bulk files in their long form ("Normalized"), packed or as the CSV file out of them; of crops and livestock products
also what the website gives for a choice of countries, items and years.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from kizuna.floor.errors import SourceError
from kizuna.intake.faostat_tables import read_balances, read_production
from kizuna.intake.faostat_trade import read_trade
from kizuna.intake.incoming import Incoming, Looked, Part, Read, Tell, members
from kizuna.intake.rows import header_of

NAME = "faostat"
READS = (
    "FAOSTAT: Production_Crops_Livestock, Trade_DetailedTradeMatrix or FoodBalanceSheets, the zip "
    "..._E_All_Data_(Normalized).zip as downloaded or the csv out of it; the website's csv of crops and livestock"
)
WHERE = "https://bulks-faostat.fao.org/production/ and https://www.fao.org/faostat/en/#data"
TABLES: tuple[str, ...] = ("food_production", "food_trade_reports", "food_balances")
LICENCE = "CC BY 4.0 with FAO's Statistical Database Terms of Use (before July 2024: CC BY-NC-SA 3.0 IGO)"
PLAIN = (".csv",)
DATA = re.compile(r"(?P<set>\w+)_E_All_Data(?P<form>_\(Norm(alized)?\)|_NOFLAG)?( \(\d+\))?\.csv")
WEBSITE = ("Domain Code", "Domain")
WEBSITE_DATE = re.compile(r"FAOSTAT_data(?:_en)?_(?P<month>\d{1,2})-(?P<day>\d{1,2})-(?P<year>\d{4})")
CROPS = "Production_Crops_Livestock"
NO_DATE = (1980, 1, 1)  # of a packed member that has none
UNDATED = "date not known"


@dataclass(frozen=True, slots=True)
class _Set:
    """One data set: its stored table, FAO's code and title, and the fields that it must have."""

    table: str
    code: str
    title: str
    fields: tuple[str, ...]


_FACTS = ("Item Code", "Item", "Element Code", "Element", "Year", "Unit", "Value", "Flag")
_SETS = {
    CROPS: _Set("food_production", "QCL", "Crops and livestock products", ("Area Code", "Area", *_FACTS)),
    "FoodBalanceSheets": _Set("food_balances", "FBS", "Food balances (2010-)", ("Area Code", "Area", *_FACTS)),
    "Trade_DetailedTradeMatrix": _Set(
        "food_trade_reports", "TM", "Detailed trade matrix", ("Reporter Country Code", "Partner Country Code", *_FACTS)
    ),
}


def recognise(file: Looked) -> Incoming | None:
    """Return what one of FAOSTAT's files is; the wide form and other data sets' are refused."""
    found = {path: name for path, _ in file.members if (name := DATA.fullmatch(path.rpartition("/")[2])) is not None}
    known = {path: name for path, name in found.items() if name["set"] in _SETS}
    if known:
        return _bulk(file, known)
    if file.packed or file.path.suffix.lower() not in PLAIN:
        return None
    header = header_of(file.head(file.path.name))
    return _from_website(file, header) if tuple(header[:2]) == WEBSITE else None


def read(incoming: Incoming, part: Part, target: Path, tell: Tell) -> Read:
    """Read a data set."""
    readers = dict(zip(TABLES, (read_production, read_trade, read_balances), strict=True))
    return readers[part.table](incoming, part, target, tell)


def _bulk(file: Looked, found: dict[str, re.Match[str]]) -> Incoming:
    long = [(path, _SETS[name["set"]]) for path, name in found.items() if (name["form"] or "").startswith("_(Norm")]
    if len(long) != 1:
        kind = "the wide form of a data set" if not long else "more than one data set"
        raise SourceError(f"The file holds {kind}", where=str(file.path), expected=READS)
    (path, one), *_ = long
    others = [other for other, _ in file.members if other != path and f"{found[path]['set']}_E_" not in other]
    if others:
        raise SourceError(f"The file holds {', '.join(others[:3])} beside FAO's", where=str(file.path), expected=READS)
    _check(file, header_of(file.head(path)), one.fields)
    return _incoming(file, one, path, _date_of(file, path))


def _from_website(file: Looked, header: list[str]) -> Incoming:
    text = file.head(file.path.name).splitlines()
    code = next(iter(header_of(text[1])), "") if len(text) > 1 else ""
    one = _SETS[CROPS]
    if code != one.code:
        raise SourceError(
            f"The file is the website's of the domain {code or '(no row)'}", where=str(file.path),
            expected=f"domain {one.code}; of other data sets the bulk file", do=f"See {WHERE}",
        )  # fmt: skip
    area = next((name for name in header if name.startswith("Area Code")), "Area Code (ISO3)")
    item = "Item Code" if "Item Code" in header else "Item Code (FAO)"
    _check(file, header, (area, "Area", item, *_FACTS[1:]))
    named = WEBSITE_DATE.match(file.path.name)
    date = f"{named['year']}-{int(named['month']):02d}-{int(named['day']):02d}" if named else ""
    return _incoming(file, one, file.path.name, date)


def _check(file: Looked, header: list[str], fields: tuple[str, ...]) -> None:
    missing = [field for field in fields if field not in header]
    if missing:
        raise SourceError(
            f"The header lacks {', '.join(missing)}", where=str(file.path),
            expected=f"the columns {', '.join(fields)}", do="Fetch the publisher's file again.",
        )  # fmt: skip


def _date_of(file: Looked, member: str) -> str:
    """Return the date that a packed file gives its data, empty where there is none."""
    if not file.packed:
        return ""
    with members(file.path) as packed:
        date = packed.getinfo(member).date_time[:3]
    return "" if date == NO_DATE else "{}-{:02d}-{:02d}".format(*date)


def _incoming(file: Looked, one: _Set, member: str, date: str) -> Incoming:
    year = f" {date[:4]}." if date else ""
    url = f"https://www.fao.org/faostat/en/#data/{one.code}"
    return Incoming(
        path=file.path,
        adapter=NAME,
        title=f"FAOSTAT {one.title.lower()} ({one.code})",
        publisher="FAO",
        version=f"{one.code} {date or UNDATED}",
        vintage=f"file of {date}" if date else UNDATED,
        licence=LICENCE,
        citation=f"FAO.{year} FAOSTAT: {one.title}. {url}. Licence: CC-BY-4.0.",
        url=WHERE,
        parts=(file.part(one.table, one.code, member),),
    )
