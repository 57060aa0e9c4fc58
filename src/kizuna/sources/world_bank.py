"""World Bank: political stability (WGI), gross domestic product and population (WDI)."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from kizuna.floor.errors import SourceError
from kizuna.sources.checks import checked
from kizuna.sources.files import exact, fingerprints, read_text
from kizuna.sources.forms import SCORE, form_of
from kizuna.sources.raw import RawTable, Source

ESTIMATE = "wgi_political_stability/estimate.csv"
STANDARD_ERROR = "wgi_political_stability/stderr.csv"
GDP = "world_bank/gdp.csv"
POPULATION = "world_bank/population.csv"
WGI_YEARS = ("1996", "1998", "2000", *map(str, range(2002, 2025)))
NO_VALUE = ["nan", "None"]
# Codes under which the World Bank publishes groups of economies (regions, income groups, lending groups, the world).
GROUPS = frozenset(
    code
    for line in (
        "AFE AFW ARB CEB CSS EAP EAR EAS ECA ECS EMU EUU FCS HIC HPC IBD IBT IDA IDB IDX LAC LCN LDC LIC LMC",
        "LMY LTE MEA MIC MNA NAC OED OSS PRE PSS PST SAS SSA SSF SST TEA TEC TLA TMN TSA TSS UMC WLD",
        "INX",  # economies of no income group, without values
    )
    for code in line.split()
)
# Codes under which the World Bank published some economies in earlier years, and what it writes now.
OLD_CODES = {"ADO": "AND", "KSV": "XKX", "ROM": "ROU", "TMP": "TLS", "WBG": "PSE", "ZAR": "COD"}


def read(folder: Path) -> list[RawTable]:
    """Read governance, GDP and population from the data folder."""
    return [_governance(folder), _gdp(folder), _population(folder)]


def _governance(folder: Path) -> RawTable:
    estimate, error = _wgi_long(folder, ESTIMATE, "estimate"), _wgi_long(folder, STANDARD_ERROR, "standard_error")
    frame = estimate.join(error, on=["iso3", "year"], how="full", coalesce=True, validate="1:1")
    form = form_of("governance")
    frame = checked("governance", frame, form.columns, form.key)
    return RawTable(
        "governance",
        frame,
        Source(
            id="world-bank-wgi",
            publisher="World Bank",
            title="Worldwide Governance Indicators, political stability",
            vintage="1996-2024",
            licence="CC BY 4.0",
            citation="World Bank, Worldwide Governance Indicators, political stability, 1996-2024.",
            url="",
            inputs=fingerprints(folder, [ESTIMATE, STANDARD_ERROR]),
            rows_in=estimate.height,
            rows_kept=frame.height,
            repairs=(
                "Two rows carry Guyana's code: the one between Guatemala and Guam is French Guiana and has GUF now.",
                "Guyana's 2023 and 2024 scores equal French Guiana's to the last digit; doubtful, kept as published.",
                "Kosovo stands under R20, Taiwan under TWN, as published.",
                f"{frame['estimate'].null_count()} estimates are null where the publisher has none.",
                "Rounded to 15 decimals. One dimension of six: no stand-in for the mean of all six.",
            ),
        ),
    )


def _wgi_long(folder: Path, name: str, value: str) -> pl.DataFrame:
    """One row per economy and year; the file's own order tells French Guiana from Guyana."""
    wide = read_text(folder, name, ["Code", *WGI_YEARS]).with_columns(_split_guyana(folder, name))
    long = wide.unpivot(on=list(WGI_YEARS), index="Code", variable_name="year", value_name=value)
    long = long.with_columns(pl.col(value).replace(NO_VALUE, ["", ""]))
    return long.select(
        pl.col("Code").alias("iso3"),
        exact(long, name, "year", pl.Int16).alias("year"),
        exact(long, name, value, SCORE).alias(value),
    )


def _split_guyana(folder: Path, name: str) -> pl.Series:
    codes = read_text(folder, name, ["Code"])["Code"].to_list()
    places = [place for place, code in enumerate(codes) if code == "GUY"]
    expected = [["GTM", "GUM"], ["GUM", "HKG"]]
    if len(places) != 2 or [[codes[place - 1], codes[place + 1]] for place in places] != expected:
        raise SourceError(
            f"Guyana stands in data rows {[place + 1 for place in places]}",
            where=f"{name}, column Code",
            expected="two rows GUY, the first between GTM and GUM (French Guiana), the second between GUM and HKG",
            do="Look which row is which economy and mend the reader.",
        )
    codes[places[0]] = "GUF"
    return pl.Series("Code", codes)


def _gdp(folder: Path) -> RawTable:
    found = _indicator(folder, GDP)
    frame = found.select(pl.col("iso3"), pl.col("year"), exact(found, GDP, "Value", pl.Decimal(24, 2)).alias("usd"))
    return _world_bank_table(folder, "gdp", GDP, "Gross domestic product, current US dollars", frame)


def _population(folder: Path) -> RawTable:
    found = _indicator(folder, POPULATION)
    frame = found.select(pl.col("iso3"), pl.col("year"), exact(found, POPULATION, "Value", pl.Int64).alias("persons"))
    return _world_bank_table(folder, "population", POPULATION, "Population, total", frame)


def _indicator(folder: Path, name: str) -> pl.DataFrame:
    found = read_text(folder, name, ["Country Code", "Year", "Value"]).rename({"Country Code": "iso3"})
    return found.with_columns(exact(found, name, "Year", pl.Int16).alias("year")).filter(
        ~pl.col("iso3").is_in(list(GROUPS))
    )


def _world_bank_table(folder: Path, table: str, name: str, title: str, frame: pl.DataFrame) -> RawTable:
    form = form_of(table)
    frame = checked(table, frame, form.columns, form.key)
    rows_in = read_text(folder, name, ["Country Code"]).height
    last = max(frame["year"].to_list())
    return RawTable(
        table,
        frame,
        Source(
            id=f"world-bank-{table}",
            publisher="World Bank",
            title=f"World Development Indicators: {title}",
            vintage=f"to {last}",
            licence="PDDL",
            citation=f"World Bank, World Development Indicators, {title}, to {last}.",
            url="",
            inputs=fingerprints(folder, [name]),
            rows_in=rows_in,
            rows_kept=frame.height,
            dropped=(("groups of economies (regions, income groups, world)", rows_in - frame.height),),
            repairs=("Taiwan is not in the publisher's table.",),
        ),
    )
