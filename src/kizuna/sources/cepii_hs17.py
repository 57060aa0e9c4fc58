"""BACI in HS17: one complete year, and six years of the larger flows by value.

The complete year gives value and mass of every flow. The other years come as lists of larger flows by material, without
mass; gallium, germanium and hafnium share one code and so the same rows, which are kept once.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from kizuna.floor.errors import SourceError
from kizuna.sources.checks import checked, number, text
from kizuna.sources.files import fingerprints, read_json, read_parquet, thousandths
from kizuna.sources.raw import SEE_PUBLISHER, RawTable, Source

HS17_TRADE = "critical_materials_hs17/baci_hs17_2024.parquet"
CROSSWALK = "critical_materials_hs17/crosswalk.json"
TOP_FLOWS = "critical_materials_hs17/flows_{year}.json"
TOP_FLOW_YEARS = range(2018, 2024)
COVERAGE_YEAR = 2024
SHARED_CODE = "811292"
SHARED_MATERIALS = ("gallium", "germanium", "hafnium")
ISO2_OF_OTHER_ASIA = {"TW": "S19"}
COUNTRIES = "baci_hs92_raw_materials/country_codes_V202401b.csv"
HS6 = r"^\d{6}$"
ISO3 = r"^[A-Z][A-Z0-9]{2}$"


def trade_hs17(folder: Path, countries: pl.DataFrame) -> list[RawTable]:
    """Read the complete year, the years of larger flows, and how much of the value such lists hold.

    Parameters
    ----------
    folder
        The data folder.
    countries
        The publisher's country codes with ``iso2`` and ``iso3`` (table ``economy_codes``).
    """
    complete = _complete_hs17(folder)
    flows = {year: read_json(folder, TOP_FLOWS.format(year=year)) for year in (*TOP_FLOW_YEARS, COVERAGE_YEAR)}
    product_of = {material: entry["title_code"] for material, entry in read_json(folder, CROSSWALK).items()}
    product_of |= dict.fromkeys(SHARED_MATERIALS, SHARED_CODE)
    iso3_of = dict(countries.filter(pl.col("iso2").is_not_null()).select("iso2", "iso3").rows()) | ISO2_OF_OTHER_ASIA
    listed = {year: _top_flows(content, year, product_of, iso3_of) for year, content in flows.items()}
    years = pl.concat([listed[year] for year in TOP_FLOW_YEARS])
    columns = {
        "year": number(pl.Int16, min(TOP_FLOW_YEARS), COVERAGE_YEAR),
        "product": text(pattern=HS6),
        "buyer": text(pattern=ISO3),
        "supplier": text(pattern=ISO3),
        "value_usd": number(pl.Int64, 1),
        "mass_kg": number(pl.Int64, 1, nullable=True),
        "coverage": text(pattern="^(complete|top flows)$"),
    }
    frame = checked("trade_hs17", pl.concat([complete, years]), columns, ["year", "product", "buyer", "supplier"])
    published = sum(len(rows) for year in TOP_FLOW_YEARS for rows in flows[year]["materials"].values())
    inputs = [HS17_TRADE, COUNTRIES, CROSSWALK, *(TOP_FLOWS.format(year=year) for year in flows)]
    source = Source(
        id="cepii-baci-hs17",
        publisher="CEPII",
        title="BACI, HS17, critical materials",
        vintage="V202601; 2024 complete, 2018-2023 by value",
        licence=SEE_PUBLISHER,
        citation="CEPII, BACI (HS17), V202601, years 2018-2024.",
        url="",
        inputs=fingerprints(folder, inputs),
        rows_in=complete.height + published,
        rows_kept=frame.height,
        dropped=((f"germanium and hafnium repeat the rows of {SHARED_CODE}, kept once", published - years.height),),
        repairs=(
            "2018-2023 hold the larger flows only, by value and without mass; table trade_hs17_coverage measures in "
            "2024 which share of a product's value such a list holds.",
            f"{SHARED_CODE} holds gallium, germanium, hafnium and more together: no figure of one of them alone. "
            "Hafnium's own code 811231 is not in the data.",
            "ISO2 codes of 2018-2023 were turned into ISO3 by the publisher's country table; NA is Namibia, TW is S19.",
            "2024 is provisional.",
        ),
    )
    return [RawTable("trade_hs17", frame, source), _coverage(complete, listed[COVERAGE_YEAR], source)]


def _complete_hs17(folder: Path) -> pl.DataFrame:
    found = read_parquet(folder, HS17_TRADE, ["year", "exporter", "importer", "hs6", "value_kusd", "qty_t"])
    return found.select(
        pl.col("year").cast(pl.Int16),
        pl.col("hs6").alias("product"),
        pl.col("importer").alias("buyer"),
        pl.col("exporter").alias("supplier"),
        thousandths(found, HS17_TRADE, "value_kusd").alias("value_usd"),
        thousandths(found, HS17_TRADE, "qty_t").alias("mass_kg"),
        pl.lit("complete").alias("coverage"),
    )


def _top_flows(
    content: dict[str, object], year: int, product_of: dict[str, str], iso3_of: dict[str, str]
) -> pl.DataFrame:
    name = TOP_FLOWS.format(year=year)
    materials = content["materials"]
    if not isinstance(materials, dict) or content.get("year") != year or set(materials) != set(product_of):
        raise SourceError("The file does not hold the materials of the crosswalk for its year", where=name)
    first, *others = SHARED_MATERIALS
    if any(materials[other] != materials[first] for other in others):
        raise SourceError(f"{', '.join(SHARED_MATERIALS)} no longer share the rows of {SHARED_CODE}", where=name)
    once = {material: flows for material, flows in materials.items() if material not in others}
    rows = [{"product": product_of[material], **flow} for material, flows in once.items() for flow in flows]
    schema = {"product": pl.String, "from": pl.String, "to": pl.String, "value": pl.Int64}
    frame = pl.DataFrame(rows, schema=schema, strict=True)
    unknown = sorted(set(frame["from"].to_list() + frame["to"].to_list()) - set(iso3_of))
    if unknown:
        raise SourceError(f"ISO2 codes without a row in the country table: {', '.join(unknown)}", where=name)
    return frame.select(
        pl.lit(year, pl.Int16).alias("year"),
        "product",
        pl.col("to").replace_strict(iso3_of).alias("buyer"),
        pl.col("from").replace_strict(iso3_of).alias("supplier"),
        pl.col("value").alias("value_usd"),
        pl.lit(None, pl.Int64).alias("mass_kg"),
        pl.lit("top flows").alias("coverage"),
    )


def _coverage(complete: pl.DataFrame, listed: pl.DataFrame, source: Source) -> RawTable:
    """Share of each product's complete value that the list of larger flows of the same year holds."""
    total = complete.group_by("product").agg(pl.col("value_usd").sum().alias("total"))
    part = listed.group_by("product").agg(pl.col("value_usd").sum().alias("part"))
    frame = total.join(part, on="product", how="left", validate="1:1").select(
        "product", (pl.col("part") / pl.col("total")).round(4).cast(pl.Decimal(6, 4)).alias("share_of_value")
    )
    columns = {"product": text(pattern=HS6), "share_of_value": number(pl.Decimal(6, 4), 0, 1)}
    frame = checked("trade_hs17_coverage", frame, columns, ["product"])
    lowest, highest = frame["share_of_value"].min(), frame["share_of_value"].max()
    return RawTable(
        "trade_hs17_coverage",
        frame,
        Source(
            id="cepii-baci-hs17-coverage",
            publisher=source.publisher,
            title="Share of value held by the lists of larger flows, HS17, 2024",
            vintage="V202601; 2024",
            licence=source.licence,
            citation=source.citation,
            url="",
            inputs=source.inputs,
            rows_in=listed.height,
            rows_kept=frame.height,
            dropped=(("summed to one row per product", listed.height - frame.height),),
            repairs=(
                f"Computed here from the complete file and the list of {COVERAGE_YEAR}: {lowest!s} to {highest!s}.",
            ),
        ),
    )
