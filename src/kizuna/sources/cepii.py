"""CEPII: bilateral trade (BACI), the publisher's country codes, and distances (GeoDist).

BACI gives v in thousand US dollars and q in metric tonnes, both with at most three decimals, so whole dollars and whole
kilograms hold them exactly. q is gross weight; where the publisher has none it stays null. In BACI i is the exporter
(supplier here) and j the importer (buyer here).
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from kizuna.sources.cepii_hs17 import trade_hs17
from kizuna.sources.checks import checked, number, text
from kizuna.sources.files import exact, fingerprints, read_parquet, read_text, thousandths
from kizuna.sources.raw import SEE_PUBLISHER, RawTable, Source

HS92_TRADE = "baci_hs92_raw_materials/baci_hs92_1995_2024.parquet"
COUNTRIES = "baci_hs92_raw_materials/country_codes_V202401b.csv"
GEODIST = "cepii_geodist/dist_cepii.csv.gz"
ISO2_MENDED = {516: "NA"}
GEODIST_RENAMED = {"ROM": "ROU", "ZAR": "COD", "TMP": "TLS", "PAL": "PSE"}
HS6 = r"^\d{6}$"
ISO3 = r"^[A-Z][A-Z0-9]{2}$"
ETALAB = "Etalab Open Licence 2.0"


def read(folder: Path) -> list[RawTable]:
    """Read every CEPII table from the data folder."""
    countries = _economy_codes(folder)
    return [countries, _trade_hs92(folder), *trade_hs17(folder, countries.frame), _distances(folder)]


def _economy_codes(folder: Path) -> RawTable:
    found = read_text(folder, COUNTRIES, ["country_code", "country_name", "country_iso2", "country_iso3"])
    code = exact(found, COUNTRIES, "country_code", pl.Int16)
    iso2 = pl.when(pl.col("country_iso2").is_in(["", "None"])).then(None).otherwise(pl.col("country_iso2"))
    frame = found.select(
        pl.lit("CEPII BACI").alias("publisher"),
        code.alias("code"),
        pl.col("country_name").alias("name"),
        iso2.alias("iso2").fill_null(code.replace_strict(ISO2_MENDED, default=None, return_dtype=pl.String)),
        pl.col("country_iso3").alias("iso3"),
    )
    columns = {
        "publisher": text(),
        "code": number(pl.Int16, 1),
        "name": text(),
        "iso2": text(nullable=True, pattern=r"^[A-Z]{2}$"),
        "iso3": text(pattern=ISO3),
    }
    frame = checked("economy_codes", frame, columns, ["publisher", "code"])
    return RawTable(
        "economy_codes",
        frame,
        Source(
            id="cepii-country-codes",
            publisher="CEPII",
            title="BACI country codes",
            vintage="V202401b",
            licence=ETALAB,
            citation="CEPII, BACI, country codes V202401b.",
            url="",
            inputs=fingerprints(folder, [COUNTRIES]),
            rows_in=found.height,
            rows_kept=frame.height,
            repairs=(
                "Namibia (516): its ISO2 code NA is blank in the file and was written back.",
                "490 (Other Asia, nes), 697 (Europe EFTA, nes) and 711 (Southern African Customs Union) have no ISO2.",
                "ISO3 repeats: Belgium (56; 58 to 1998), Germany (276; 280 to 1990), Sudan (729; 736 to 2011).",
            ),
        ),
    )


def _trade_hs92(folder: Path) -> RawTable:
    found = read_parquet(folder, HS92_TRADE, ["t", "i", "j", "k", "v", "q"])
    frame = found.select(
        pl.col("t").cast(pl.Int16).alias("year"),
        pl.col("k").alias("product"),
        pl.col("j").cast(pl.Int16).alias("buyer_code"),
        pl.col("i").cast(pl.Int16).alias("supplier_code"),
        thousandths(found, HS92_TRADE, "v").alias("value_usd"),
        thousandths(found, HS92_TRADE, "q").alias("mass_kg"),
    )
    columns = {
        "year": number(pl.Int16, 1995, 2024),
        "product": text(pattern=HS6),
        "buyer_code": number(pl.Int16, 1),
        "supplier_code": number(pl.Int16, 1),
        "value_usd": number(pl.Int64, 1),
        "mass_kg": number(pl.Int64, 1, nullable=True),
    }
    frame = checked("trade_hs92", frame, columns, ["year", "product", "buyer_code", "supplier_code"])
    return RawTable(
        "trade_hs92",
        frame,
        Source(
            id="cepii-baci-hs92",
            publisher="CEPII",
            title="BACI, HS92, raw materials and fuels",
            vintage="1995-2024, code tables V202401b",
            licence=ETALAB,
            citation="CEPII, BACI (HS92), years 1995-2024, code tables V202401b.",
            url="",
            inputs=fingerprints(folder, [HS92_TRADE]),
            rows_in=found.height,
            rows_kept=frame.height,
            repairs=(
                f"Mass is null in {frame['mass_kg'].null_count()} rows where the publisher has none; it is never 0.",
                "Mass is gross weight, not metal content.",
                f"{frame['product'].n_unique()} HS6 codes; 2024 is provisional.",
            ),
        ),
    )


def _distances(folder: Path) -> RawTable:
    found = read_text(folder, GEODIST, ["iso_o", "iso_d", "contig", "dist"])
    frame = found.select(
        pl.col("iso_o").replace(GEODIST_RENAMED).alias("iso3_a"),
        pl.col("iso_d").replace(GEODIST_RENAMED).alias("iso3_b"),
        exact(found, GEODIST, "dist", pl.Decimal(12, 4)).alias("distance_km"),
        (exact(found, GEODIST, "contig", pl.Decimal(2, 1)) == 1).alias("contiguous"),
    )
    columns = {
        "iso3_a": text(pattern=ISO3),
        "iso3_b": text(pattern=ISO3),
        "distance_km": number(pl.Decimal(12, 4), 0, 20_100),
        "contiguous": number(pl.Boolean),
    }
    frame = checked("distances", frame, columns, ["iso3_a", "iso3_b"])
    return RawTable(
        "distances",
        frame,
        Source(
            id="cepii-geodist",
            publisher="CEPII",
            title="GeoDist, bilateral distances",
            vintage="dist_cepii",
            licence=SEE_PUBLISHER,
            citation="CEPII, GeoDist.",
            url="",
            inputs=fingerprints(folder, [GEODIST]),
            rows_in=found.height,
            rows_kept=frame.height,
            repairs=(
                "Distance is the publisher's dist (between the most populated cities), rounded to 0.1 m.",
                "Renamed codes: " + ", ".join(f"{old} to {new}" for old, new in GEODIST_RENAMED.items()) + ".",
                "YUG stays as published; the table has no Serbia, Montenegro or South Sudan.",
            ),
        ),
    )
