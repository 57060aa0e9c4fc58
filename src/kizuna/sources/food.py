"""Food: trade and stocks of wheat, maize and rice in kilocalories, and FAOSTAT production.

In the trade files a row is the exporter and a column the importer: summed over rows, Russia, the United States, Canada
and France lead in wheat; summed over columns, Egypt, Indonesia and Algeria do. The row labels of the wheat file are in
the order of another list of countries, its figures are not: the column order names the rows.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from kizuna.floor.errors import SourceError
from kizuna.sources.checks import checked, number, text
from kizuna.sources.files import exact, fingerprints, read_matrix, read_text
from kizuna.sources.forms import form_of
from kizuna.sources.raw import SEE_PUBLISHER, RawTable, Source

CROPS = ("wheat", "maize", "rice")
MISLABELLED = ("wheat",)
TRADE = "food_2015_2017/{crop}_Avg20152017E0_avg.csv"
STOCKS = "food_2015_2017/{crop}_Avg20152017Reserves.csv"
COUNTRIES = "food_2015_2017/country_list195_2012to2016.csv"
PRODUCTION = "faostat_production_2020/faostat_qcl_2020.csv"
YEAR = 2020  # of production
RENAMED = {"ARB": "ABW"}
KCAL = pl.Decimal(24, 0)
ISO3 = r"^[A-Z]{3}$"
PUBLISHER = "FAO and USDA"
CITATION = "FAO, FAOSTAT (trade, mean of 2015-2017); USDA, PSD (stocks, mean of 2017-2019)."


def read(folder: Path) -> list[RawTable]:
    """Read food trade, stocks and production from the data folder."""
    return [_trade(folder), _stocks(folder), _production(folder)]


def _trade(folder: Path) -> RawTable:
    economy_of = dict(read_text(folder, COUNTRIES, ["Country", "iso3"]).select("Country", "iso3").rows())
    cells = pl.concat([_cells(folder, crop, economy_of) for crop in CROPS])
    frame = cells.filter(pl.col("kcal") != 0)
    columns = {"crop": text(), "buyer": text(pattern=ISO3), "supplier": text(pattern=ISO3), "kcal": number(KCAL, 1)}
    frame = checked("food_trade", frame, columns, ["crop", "buyer", "supplier"])
    inputs = [COUNTRIES, *(TRADE.format(crop=crop.title()) for crop in CROPS)]
    return RawTable(
        "food_trade",
        frame,
        Source(
            id="food-trade",
            publisher=PUBLISHER,
            title="Bilateral trade of wheat, maize and rice, 195 economies",
            vintage="mean of 2015-2017",
            licence=SEE_PUBLISHER,
            citation=CITATION,
            url="",
            inputs=fingerprints(folder, inputs),
            rows_in=cells.height,
            rows_kept=frame.height,
            dropped=(("pairs of economies without a flow (0 kcal)", cells.height - frame.height),),
            repairs=(
                "Wheat: the row labels are those of another order of countries (the row labelled Seychelles is "
                "Russia); rows are named by the column order, which maize and rice confirm.",
                "Rows are exporters, columns importers; each flow is the mean of both sides' reports, so it is half "
                "the importers' figure where an exporter reports nothing (Viet Nam's rice).",
                "Kilocalories are rounded to whole numbers. ARB of the files is Aruba and carries ABW.",
            ),
        ),
    )


def _cells(folder: Path, crop: str, economy_of: dict[str, str]) -> pl.DataFrame:
    """Every cell of one crop's matrix, with the row named by the column in the same place."""
    name = TRADE.format(crop=crop.title())
    labels, matrix = read_matrix(folder, name)
    economies = matrix.columns
    unknown = sorted(set(labels) - set(economy_of))
    named = [economy_of.get(label, label) for label in labels]
    if unknown or sorted(named) != sorted(economies):
        raise SourceError(f"Row labels and columns name other economies {unknown}", where=name, expected="the same")
    if (named != economies) != (crop in MISLABELLED):
        does = "follow" if named == economies else "do not follow"
        raise SourceError(
            f"The row labels {does} the column order",
            where=name,
            expected="labels out of order in the wheat file alone",
            do="Check with known exporters which of the two names the rows, then mend the reader.",
        )
    labelled = matrix.with_columns(pl.Series("supplier", economies))
    long = labelled.unpivot(index="supplier", variable_name="buyer", value_name="kcal")
    return long.select(
        pl.lit(crop).alias("crop"),
        pl.col("buyer").replace(RENAMED),
        pl.col("supplier").replace(RENAMED),
        exact(long, name, "kcal", KCAL).alias("kcal"),
    )


def _stocks(folder: Path) -> RawTable:
    parts = []
    for crop in CROPS:
        name = STOCKS.format(crop=crop.title())
        found = read_text(folder, name, ["iso3", "R0"])
        kcal = exact(found, name, "R0", KCAL).alias("kcal")
        parts.append(found.select(pl.lit(crop).alias("crop"), pl.col("iso3").replace(RENAMED), kcal))
    found = pl.concat(parts)
    columns = {"crop": text(), "iso3": text(pattern=ISO3), "kcal": number(KCAL, 0)}
    frame = checked("food_stocks", found, columns, ["crop", "iso3"])
    return RawTable(
        "food_stocks",
        frame,
        Source(
            id="food-stocks",
            publisher=PUBLISHER,
            title="Stocks of wheat, maize and rice, 195 economies",
            vintage="mean of 2017-2019",
            licence=SEE_PUBLISHER,
            citation=CITATION,
            url="",
            inputs=fingerprints(folder, [STOCKS.format(crop=crop.title()) for crop in CROPS]),
            rows_in=found.height,
            rows_kept=frame.height,
            repairs=("Kilocalories are rounded to whole numbers. ARB of the files is Aruba and carries ABW.",),
        ),
    )


def _production(folder: Path) -> RawTable:
    area = "Area Code (ISO3)"
    found = read_text(folder, PRODUCTION, [area, "Area", "Item Code (FAO)", "Item", "Year", "Unit", "Value", "Flag"])
    if found["Unit"].unique().to_list() != ["tonnes"]:
        raise SourceError("Another unit than tonnes", where=f"{PRODUCTION}, column Unit", expected="tonnes alone")
    frame = found.select(
        pl.col(area).alias("area_code"),
        pl.col("Area").alias("area"),
        exact(found, PRODUCTION, "Item Code (FAO)", pl.Int32).alias("item_code"),
        pl.col("Item").alias("item"),
        exact(found, PRODUCTION, "Year", pl.Int16).alias("year"),
        exact(found, PRODUCTION, "Value", pl.Decimal(18, 2)).alias("tonnes"),
        pl.col("Flag").alias("flag"),
    )
    form = form_of("food_production")
    frame = checked("food_production", frame, {**form.columns, "year": number(pl.Int16, YEAR, YEAR)}, form.key)
    return RawTable(
        "food_production",
        frame,
        Source(
            id="faostat-production",
            publisher="FAO",
            title="FAOSTAT crops and livestock products (QCL), production",
            vintage=f"{YEAR}",
            licence=SEE_PUBLISHER,
            citation=f"FAO, FAOSTAT, Crops and livestock products (QCL), production {YEAR}.",
            url="",
            inputs=fingerprints(folder, [PRODUCTION]),
            rows_in=found.height,
            rows_kept=frame.height,
            repairs=(
                "CHN is an aggregate that holds mainland China (F41) and more: never add both.",
                "F5707 is the European Union (27), an aggregate of rows that stand here too.",
                f"{frame['tonnes'].null_count()} amounts are null where FAO has none (flag M).",
                "An empty flag is official data.",
            ),
        ),
    )
