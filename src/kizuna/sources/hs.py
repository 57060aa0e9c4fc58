"""Names of the HS6 products that the trade tables hold, per revision."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from kizuna.floor.errors import SourceError
from kizuna.sources.checks import checked, text
from kizuna.sources.files import fingerprints, read_parquet, read_text
from kizuna.sources.raw import RawTable, Source

HS92_NAMES = "baci_hs92_raw_materials/product_codes_HS92_V202401b.csv"
HS92_TRADE = "baci_hs92_raw_materials/baci_hs92_1995_2024.parquet"
HS17_NAMES = "hs_codes/harmonized-system.csv"
HS17_TRADE = "critical_materials_hs17/baci_hs17_2024.parquet"


def read(folder: Path) -> list[RawTable]:
    """Read the names of the products that the two trade tables hold."""
    hs92 = read_text(folder, HS92_NAMES, ["code", "description"]).rename({"code": "product", "description": "name"})
    hs17 = read_text(folder, HS17_NAMES, ["hscode", "description"]).rename({"hscode": "product", "description": "name"})
    frame = pl.concat(
        [
            _named(hs92, HS92_NAMES, "HS92", read_parquet(folder, HS92_TRADE, ["k"])["k"]),
            _named(hs17, HS17_NAMES, "HS17", read_parquet(folder, HS17_TRADE, ["hs6"])["hs6"]),
        ]
    )
    columns = {"revision": text(pattern="^HS(92|17)$"), "product": text(pattern=r"^\d{6}$"), "name": text()}
    frame = checked("hs_names", frame, columns, ["revision", "product"])
    rows_in = hs92.height + hs17.height
    source = Source(
        id="hs-names",
        publisher="CEPII (HS92); HS descriptions in the public domain (HS17)",
        title="Names of HS6 products",
        vintage="HS92: V202401b; HS17: the list names no revision",
        licence="Etalab Open Licence 2.0 (HS92); PDDL (HS17)",
        citation="CEPII, BACI, product codes HS92 V202401b; Harmonized System descriptions (PDDL).",
        url="",
        inputs=fingerprints(folder, [HS92_NAMES, HS17_NAMES, HS92_TRADE, HS17_TRADE]),
        rows_in=rows_in,
        rows_kept=frame.height,
        dropped=(("products that no trade table holds", rows_in - frame.height),),
        repairs=("HS17 names come from a list that names no revision; every HS17 code of the trade table is in it.",),
    )
    return [RawTable("hs_names", frame, source)]


def _named(names: pl.DataFrame, file: str, revision: str, traded: pl.Series) -> pl.DataFrame:
    products = pl.DataFrame({"product": traded.unique().sort()})
    frame = products.join(names, on="product", how="left", validate="1:1")
    unnamed = frame.filter(pl.col("name").is_null())["product"].to_list()
    if unnamed:
        found = f"{revision} products without a name: {', '.join(unnamed)}"
        raise SourceError(found, where=file, expected="every traded HS6 code")
    return frame.select(pl.lit(revision).alias("revision"), "product", pl.col("name").str.strip_chars())
