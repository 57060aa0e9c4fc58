"""IMF PortWatch as downloaded: ships through each chokepoint in a day, by kind, and the tonnes that they carry."""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl

from kizuna.intake.incoming import Incoming, Looked, Part, Read, Tell
from kizuna.intake.rows import Rows, header_of, read_rows, write

NAME = "portwatch"
READS = "IMF PortWatch: Daily_Chokepoints_Data.csv, the daily transits of all chokepoints"
WHERE = "https://portwatch.imf.org"
TABLES: tuple[str, ...] = ("chokepoint_transits",)
KINDS = ("container", "dry_bulk", "general_cargo", "roro", "tanker", "cargo", "total")
CARGO = KINDS[:4]  # without tankers
DATE = ("date", "year", "month", "day")
PORT = ("portid", "portname")
TRANSITS = {kind: f"n_{kind}" for kind in KINDS}
CAPACITY = {kind: "capacity" if kind == "total" else f"capacity_{kind}" for kind in KINDS}
PORT_ID = r"^chokepoint[1-9]\d*$"
MIDNIGHT = r"^(\d{4})[/-](\d\d?)[/-](\d\d?)(?:[ T]00:00:00(?:\.0+)?(?:Z|\+00(?::?00)?)?)?$"
EPOCH = r"^\d{10,14}$"  # milliseconds since 1970, of midnight UTC
DAY_MS = 86_400_000
DAY = re.compile(rb"\b(\d{4})[/-](\d\d?)[/-](\d\d?)\b")


def recognise(file: Looked) -> Incoming | None:
    """Return the daily transits of a file; its version is its newest day."""
    for member, _ in file.members:
        header = header_of(file.head(member)) if member.lower().endswith(".csv") else []
        if {PORT[0], TRANSITS["total"]} <= {*header}:
            return _incoming(file, member)
    return None


def read(incoming: Incoming, part: Part, target: Path, tell: Tell) -> Read:
    """Read the table: a row of the file becomes one for each kind of ship."""
    rows = read_rows(incoming, part, tell, (*DATE, *PORT, *TRANSITS.values(), *CAPACITY.values()))
    dates = _dates(rows)
    rows.refuse(~rows.texts("portid").str.contains(PORT_ID), "portid", "chokepoint and its number")
    rows.refuse(rows.texts("portname").str.strip_chars() == "", "portname", "a name")
    _refuse_contradictions(rows, dates)
    transits = {kind: rows.numbers(field, pl.Int32) for kind, field in TRANSITS.items()}
    tonnes = {kind: rows.numbers(field, pl.Int64, missing=("",)) for kind, field in CAPACITY.items()}
    for numbers, fields in ((transits, TRANSITS), (tonnes, CAPACITY)):
        for kind, field in fields.items():
            rows.refuse(numbers[kind] < 0, field, "a number that is not below 0")
    blocks = [
        pl.DataFrame(
            {
                "chokepoint": rows.texts("portid"),
                "name": rows.texts("portname").str.strip_chars(),
                "date": dates,
                "days": pl.repeat(1, rows.height, dtype=pl.Int16, eager=True),
                "kind": pl.repeat(kind, rows.height, dtype=pl.String, eager=True),
                "transits": transits[kind],
                "capacity_tonnes": tonnes[kind].cast(pl.Float64),
            }
        )
        for kind in KINDS
    ]
    notes = _notes(rows, transits, tonnes)
    # Of what was read a row is one kind of ship on one day, as in the table.
    return write("chokepoint_transits", pl.concat(blocks), target, rows.height * len(KINDS), notes)


def _incoming(file: Looked, member: str) -> Incoming:
    with file.opened(member) as stream:
        days = (tuple(map(int, found.groups())) for line in stream if (found := DAY.search(line)) is not None)
        newest = max(days, default=None)
    version = "to {:04}-{:02}-{:02}".format(*newest) if newest else "undated"
    return Incoming(
        path=file.path,
        adapter=NAME,
        title="Daily chokepoint transit calls and trade volume estimates",
        publisher="IMF PortWatch",
        version=version,
        vintage=version,
        licence="IMF terms (https://www.imf.org/external/terms.htm)",
        citation=f"UN Global Platform; IMF PortWatch (portwatch.imf.org), daily chokepoint transits, {version}.",
        url=WHERE,
        parts=(file.part("chokepoint_transits", "daily", member),),
    )


def _dates(rows: Rows) -> pl.Series:
    """Return the day of each row from year, month and day; ``date`` must be the same, whichever way it is written."""
    numbers = pl.DataFrame([rows.numbers(name, pl.Int32).alias(name) for name in DATE[1:]])
    days = numbers.select(
        pl.format("{}-{}-{}", pl.col("year"), *(pl.col(name).cast(pl.String).str.zfill(2) for name in ("month", "day")))
    )
    dates = days.to_series().str.to_date("%Y-%m-%d", strict=False).alias("date")
    rows.refuse(dates.is_null(), "day", "a day of its year and month")
    texts = rows.texts("date").str.strip_chars()
    parts = [texts.str.extract(MIDNIGHT, group).cast(pl.Int32, strict=False) for group in (1, 2, 3)]
    written = pl.Series(texts.str.contains(MIDNIGHT))
    same = written & (parts[0] == numbers["year"]) & (parts[1] == numbers["month"]) & (parts[2] == numbers["day"])
    since = texts.set(~texts.str.contains(EPOCH), None).cast(pl.Int64, strict=False)
    same |= (since == dates.cast(pl.Int64) * DAY_MS).fill_null(value=False)
    rows.refuse(~same.fill_null(value=False), "date", "the day that year, month and day say, at midnight UTC")
    return dates


def _refuse_contradictions(rows: Rows, dates: pl.Series) -> None:
    """Refuse a chokepoint that stands twice on a day, or has two names."""
    ports = rows.frame.select("portid", pl.col("portname").str.strip_chars())
    rows.refuse(ports.select("portid").with_columns(dates).is_duplicated(), "portid", "once each day")
    ids = ports.unique().get_column("portid")
    several = ids.filter(ids.is_duplicated()).to_list()
    rows.refuse(rows.texts("portid").is_in(several), "portname", "one name for each portid")


def _notes(rows: Rows, transits: dict[str, pl.Series], tonnes: dict[str, pl.Series]) -> tuple[str, ...]:
    """Return what does not add up, and what is missing; the figures stay as published."""
    cargo = sum((transits[kind] for kind in CARGO[1:]), transits[CARGO[0]])
    apart = (cargo != transits["cargo"]) | (transits["cargo"] + transits["tanker"] != transits["total"])
    missing = sum(one.null_count() for one in tonnes.values())
    notes = ["Tonnes are the publisher's estimates of what ships carry, from their draught."]
    if apart.any():
        first = rows.numbers_of[apart.arg_true()[0]]
        notes.append(f"In {apart.sum():,} rows transits of the kinds do not add up, first in row {first}.")
    if missing:
        notes.append(f"{missing:,} values of tonnes are missing and stay so.")
    return tuple(notes)
