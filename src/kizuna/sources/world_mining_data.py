"""World Mining Data: mine production by mineral, country and year, and the HS codes of its materials."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from kizuna.sources.checks import checked, number, text
from kizuna.sources.files import exact, fingerprints, read_text
from kizuna.sources.forms import AMOUNT, form_of
from kizuna.sources.raw import SEE_PUBLISHER, RawTable, Source

PRODUCTION = "world_mining_data/production_2018_2024.csv"
CODES = "world_mining_data/material_hs92_map.csv"
PUBLISHER = "Austrian Federal Ministry of Finance"
TOTAL = "DELETE"
NO_CODE = "Not Available"
RECODED = {"French Guiana": ("GUF", 254)}


def read(folder: Path) -> list[RawTable]:
    """Read mine production and the table of material codes from the data folder."""
    return [_production(folder), _material_codes(folder)]


def _production(folder: Path) -> RawTable:
    columns_in = ["mineral", "Country", "Country_Code", "Country_ISO", "unit", "data_source", "year", "production"]
    found = read_text(folder, PRODUCTION, columns_in)
    kept = found.filter(pl.col("Country_ISO") != TOTAL)
    iso3 = {country: iso for country, (iso, _) in RECODED.items()}
    code = {country: str(number) for country, (_, number) in RECODED.items()}
    kept = kept.with_columns(
        pl.col("Country").replace_strict(iso3, default=pl.col("Country_ISO")).alias("Country_ISO"),
        pl.col("Country").replace_strict(code, default=pl.col("Country_Code")).alias("Country_Code"),
    )
    frame = kept.select(
        "mineral",
        pl.col("Country").alias("country"),
        exact(kept, PRODUCTION, "Country_Code", pl.Int16).alias("country_code"),
        pl.col("Country_ISO").alias("iso3"),
        exact(kept, PRODUCTION, "year", pl.Int16).alias("year"),
        "unit",
        pl.col("data_source").alias("status"),
        exact(kept, PRODUCTION, "production", AMOUNT).alias("amount"),
    )
    form = form_of("mine_production")
    frame = checked("mine_production", frame, form.columns, form.key)
    recoded = kept.filter(pl.col("Country").is_in(list(RECODED))).height
    return RawTable(
        "mine_production",
        frame,
        Source(
            id="world-mining-data",
            publisher=PUBLISHER,
            title="World Mining Data, mine production by country",
            vintage="2018-2024",
            licence=SEE_PUBLISHER,
            citation="World Mining Data, Austrian Federal Ministry of Finance, years 2018-2024.",
            url="",
            inputs=fingerprints(folder, [PRODUCTION]),
            rows_in=found.height,
            rows_kept=frame.height,
            dropped=((f"world totals (Country_ISO {TOTAL})", found.height - kept.height),),
            repairs=(
                f"{recoded} rows of French Guiana carried Guyana's codes (328, GUY) and now carry 254, GUF.",
                "Gold: Guyana's 2023 and 2024 figures equal French Guiana's; doubtful, kept as published.",
                "Kosovo stands under R20 (697), Taiwan under S19 (490), as published.",
                f"{frame['amount'].null_count()} amounts are null where the publisher has none.",
                "Amounts are metal or mineral content as the mineral's name says, not gross weight.",
            ),
        ),
    )


def _material_codes(folder: Path) -> RawTable:
    wanted = ["Sheet_name", "Supply Chain Stage", "Symbol", "EoL-RIR (2023)", "HS Code - Complementary", "HS Code"]
    found = read_text(folder, CODES, wanted)
    main, more = pl.col("HS Code"), pl.col("HS Code - Complementary")
    codes = pl.when(main == NO_CODE).then(None).when(more == "").then(main).otherwise(main + ";" + more)
    frame = found.select(
        pl.col("Sheet_name").alias("material"),
        _or_null("Supply Chain Stage").alias("stage"),
        _or_null("Symbol").alias("symbol"),
        exact(found, CODES, "EoL-RIR (2023)", pl.Decimal(6, 4)).alias("end_of_life_recycling"),
        codes.alias("hs_codes"),
    )
    columns = {
        "material": text(),
        "stage": text(nullable=True, pattern="^(Extraction|Processing)$"),
        "symbol": text(nullable=True),
        "end_of_life_recycling": number(pl.Decimal(6, 4), 0, 1),
        "hs_codes": text(nullable=True, pattern=r"^\d{6}(;\d{6})*$"),
    }
    frame = checked("material_codes", frame, columns, ["material"])
    return RawTable(
        "material_codes",
        frame,
        Source(
            id="world-mining-data-codes",
            publisher=PUBLISHER,
            title="World Mining Data materials and their HS92 codes",
            vintage="end-of-life recycling 2023",
            licence=SEE_PUBLISHER,
            citation="World Mining Data, Austrian Federal Ministry of Finance; map of its materials to HS92 codes.",
            url="",
            inputs=fingerprints(folder, [CODES]),
            rows_in=found.height,
            rows_kept=frame.height,
            repairs=(
                f"{frame['hs_codes'].null_count()} materials have no usable HS92 code: "
                f"{', '.join(frame.filter(pl.col('hs_codes').is_null())['material'])}.",
                "The main code stands first in hs_codes, complementary codes follow.",
            ),
        ),
    )


def _or_null(column: str) -> pl.Expr:
    return pl.when(pl.col(column) == "").then(None).otherwise(pl.col(column))
