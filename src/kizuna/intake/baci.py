"""CEPII BACI as downloaded: years of trade, with the publisher's codes of economies and names of products."""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl

from kizuna.floor.errors import SourceError
from kizuna.intake.baci_year import read_year
from kizuna.intake.incoming import Incoming, Looked, Part, Read, Tell
from kizuna.intake.rows import read_rows, write
from kizuna.tables.commodities import REVISIONS
from kizuna.tables.economies import load_economies

NAME = "baci"
READS = "CEPII BACI: the zip of a revision as downloaded, or BACI_HS92_Y2023_V202601.csv out of it"
WHERE = "https://www.cepii.fr/CEPII/en/bdd_modele/bdd_modele_item.asp?id=37"
TABLES: tuple[str, ...] = ("trade_hs92", "economy_codes", "product_names")
HS = rf"HS(?P<revision>{'|'.join(one[2:] for one in sorted(REVISIONS))})"
YEAR = re.compile(rf"BACI_{HS}_Y(?P<year>(?:19|20)\d\d)_V(?P<vintage>\d{{6}}[a-z]?)\.csv", re.I | re.ASCII)
COUNTRIES = re.compile(r"country_codes_\w+\.csv", re.I | re.ASCII)
PRODUCTS = re.compile(rf"product_codes_{HS}_\w+\.csv", re.I | re.ASCII)
README = re.compile(r"readme\.txt", re.I)
ISO2_MENDED = {516: "NA"}
NOT_SPECIFIED = "9999AA"


def recognise(file: Looked) -> Incoming | None:
    """Return the years, country codes and product names of a file; one revision and one version."""
    years: dict[str, str] = {}
    kinds: set[tuple[str, str]] = set()
    beside: list[Part] = []
    odd = []
    for path, _ in file.members:
        name = path.rpartition("/")[2]
        if (year := YEAR.fullmatch(name)) is not None:
            kind = (year["revision"], year["vintage"].lower())
            if year["year"] in years and kind in kinds:
                found = f"{year['year']} stands twice: {years[year['year']]} and {path}"
                raise SourceError(f"The year {found}", where=str(file.path), expected=READS)
            years[year["year"]] = path
            kinds.add(kind)
        elif COUNTRIES.fullmatch(name):
            beside.append(file.part("economy_codes", "BACI", path))
        elif (products := PRODUCTS.fullmatch(name)) is not None:
            beside.append(file.part("product_names", f"HS{products['revision']}", path))
        elif not README.fullmatch(name):
            odd.append(path)
    if not years:
        return None
    if odd or len(kinds) != 1:
        found = f"members of {len(kinds)} revisions or versions" if not odd else f"members {', '.join(odd[:3])}"
        raise SourceError(f"The file is no whole BACI: {found}", where=str(file.path), expected=READS)
    if len({(part.table, part.name) for part in beside}) < len(beside):
        raise SourceError("A table of codes stands twice", where=str(file.path), expected=READS)
    (revision, vintage), *_ = kinds
    span = f"{min(years)}-{max(years)}" if len(years) > 1 else min(years)
    return Incoming(
        path=file.path,
        adapter=NAME,
        title=f"BACI, HS{revision}",
        publisher="CEPII",
        version=f"V{vintage}",
        vintage=f"V{vintage}, {span}",
        licence="Etalab Open Licence 2.0",
        citation=f"CEPII, BACI (HS{revision}), version {vintage}, years {span}.",
        url=WHERE,
        parts=(*(file.part(f"trade_hs{revision}", year, years[year]) for year in sorted(years)), *beside),
    )


def read(incoming: Incoming, part: Part, target: Path, tell: Tell) -> Read:
    """Read one year, or a table of codes."""
    if part.table == "economy_codes":
        return _country_codes(incoming, part, target, tell)
    if part.table == "product_names":
        return _product_names(incoming, part, target, tell)
    return read_year(incoming, part, target, load_economies().baci_codes(), tell)


def _country_codes(incoming: Incoming, part: Part, target: Path, tell: Tell) -> Read:
    rows = read_rows(incoming, part, tell, ("country_code", "country_name", "country_iso2", "country_iso3"))
    code = rows.numbers("country_code", pl.Int16)
    iso2 = rows.texts("country_iso2", missing=("", "None"))
    frame = pl.DataFrame(
        {
            "publisher": pl.repeat("CEPII BACI", len(code), eager=True),
            "code": code,
            "name": rows.texts("country_name"),
            "iso2": iso2.fill_null(code.replace_strict(ISO2_MENDED, default=None, return_dtype=pl.String)),
            "iso3": rows.texts("country_iso3"),
        }
    )
    return write("economy_codes", frame, target, rows.height, ("Namibia's ISO2 code NA is written back where blank.",))


def _product_names(incoming: Incoming, part: Part, target: Path, tell: Tell) -> Read:
    rows = read_rows(incoming, part, tell, ("code", "description"))
    frame = pl.DataFrame(
        {
            "revision": pl.repeat(part.name, rows.height, eager=True),
            "product": rows.texts("code"),
            "name": rows.texts("description").str.strip_chars(),
        }
    )
    # Beside products of six digits the publisher lists 9999AA, what no product is given for.
    kept = frame.filter(pl.col("product") != NOT_SPECIFIED)
    dropped = ((f"the code {NOT_SPECIFIED}, which is no product", frame.height - kept.height),)
    return write("product_names", kept, target, rows.height, dropped=dropped)
