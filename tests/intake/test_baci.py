"""The tables that ship come back from CEPII's layout: country codes, names of products, trade in the codes of 2017."""

from __future__ import annotations

import zipfile
from pathlib import Path

import polars as pl

from kizuna.intake.importing import add_file
from kizuna.store.layered import layered
from kizuna.store.library import Library
from kizuna.store.store import embedded_snapshot
from kizuna.tables.build import build_tables
from kizuna.tables.economies import load_economies

FLOWS = (
    "SELECT year, product, buyer::VARCHAR AS buyer, supplier::VARCHAR AS supplier, value_usd, mass_kg FROM flows "
    "WHERE revision = 'HS17' ORDER BY year, product, buyer, supplier"
)


def shipped(table: str) -> pl.DataFrame:
    return pl.read_parquet(embedded_snapshot().table(table))


def countries() -> str:
    """Return the country table as CEPII ships it: Namibia's NA is blank."""
    frame = shipped("economy_codes").select(
        pl.col("code").alias("country_code"),
        pl.col("name").alias("country_name"),
        pl.when(pl.col("code") != 516).then(pl.col("iso2")).alias("country_iso2"),
        pl.col("iso3").alias("country_iso3"),
    )
    return frame.write_csv()


def years_of_hs17() -> dict[str, str]:
    """Return the shipped trade of HS17, a file a year, in CEPII's codes."""
    codes = {one.iso3: one.baci_code for one in load_economies() if one.baci_code is not None}
    files = {}
    for (year,), rows in shipped("trade_hs17").partition_by("year", as_dict=True).items():
        frame = rows.select(
            pl.col("year").alias("t"),
            pl.col("supplier").replace_strict(codes).alias("i"),
            pl.col("buyer").replace_strict(codes).alias("j"),
            pl.col("product").alias("k"),
            (pl.col("value_usd") / 1000).alias("v"),
            (pl.col("mass_kg") / 1000).alias("q"),
        ).sort("t", "i", "j", "k")
        files[f"BACI_HS17_Y{year}_V202601.csv"] = frame.write_csv(null_value="NA", float_precision=3)
    return files


def test_what_ships_comes_back_from_the_zip_of_a_revision(library: Library, tmp_path: Path) -> None:
    names = shipped("hs_names").filter(pl.col("revision") == "HS17")
    products = names.select(pl.col("product").alias("code"), pl.col("name").alias("description")).write_csv()
    files = years_of_hs17() | {
        "country_codes_V202601.csv": countries(),
        "product_codes_HS17_V202601.csv": products + "9999AA,Commodities not specified according to kind\n",
    }
    with zipfile.ZipFile(tmp_path / "BACI_HS17_V202601.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in files.items():
            packed.writestr(name, text)
    taken = add_file(library, tmp_path / "BACI_HS17_V202601.zip")
    figures = layered(embedded_snapshot(), library)
    assert pl.read_parquet([*figures.paths("economy_codes")]).equals(shipped("economy_codes"))
    assert pl.read_parquet([*figures.paths("product_names")]).equals(names.sort("revision", "product"))
    assert dict(taken.addition.source.dropped) == {"the code 9999AA, which is no product": 1}
    own, embedded = (build_tables(one) for one in (figures, embedded_snapshot()))
    assert own.frame(FLOWS).equals(embedded.frame(FLOWS))
    assert own.product_names == embedded.product_names
