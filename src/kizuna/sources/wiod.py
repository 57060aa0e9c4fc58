"""World Input-Output Database, release 2013: the table of 2011 as published, in million current US dollars."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from kizuna.floor.errors import SourceError
from kizuna.sources.checks import checked, number, text
from kizuna.sources.files import exact, fingerprints, read_parquet, read_text
from kizuna.sources.raw import SEE_PUBLISHER, RawTable, Source

YEAR = 2011
PRODUCERS = 1435
FINAL_USES = 205
PRODUCER = r"^[A-Za-z]{3}\.c\d+$"
USER = r"^[A-Za-z]{3}\.(c\d+|CONS_h|CONS_np|CONS_g|GFCF|INVEN)$"


def read(folder: Path) -> list[RawTable]:
    """Read intermediate use, final demand and output of 2011; producers keep the published order."""
    output = _output(folder)
    producers = output.frame["producer"].to_list()
    intermediate = _matrix(folder, "intermediate", "wiod_2011_intermediate", producers, PRODUCERS)
    final_demand = _matrix(folder, "final_demand", "wiod_2011_final_demand", producers, FINAL_USES)
    if intermediate.frame.columns[1:] != producers:
        raise SourceError(
            "Buyers of intermediate use are not the producers in their order", where=_name("intermediate", "parquet")
        )
    return [intermediate, final_demand, output]


def _output(folder: Path) -> RawTable:
    name = _name("output", "csv")
    found = read_text(folder, name, ["producer", "output"])
    frame = found.select("producer", exact(found, name, "output", pl.Int64).alias("output"))
    columns = {"producer": text(pattern=PRODUCER), "output": number(pl.Int64, 0)}
    checked("wiod_2011_output", frame, columns, ["producer"])
    return RawTable("wiod_2011_output", frame, _source(folder, name, "output", found.height, frame.height))


def _matrix(folder: Path, part: str, table: str, producers: list[str], width: int) -> RawTable:
    name = _name(part, "parquet")
    found = read_parquet(folder, name)
    if found.to_series(0).to_list() != producers or found.width != width + 1:
        raise SourceError(
            f"{found.height} producers and {found.width - 1} columns",
            where=name,
            expected=f"the {len(producers)} producers of the output file in its order, and {width} columns",
        )
    _refuse_faulty_cells(table, found, None if part == "final_demand" else 0)
    return RawTable(table, found, _source(folder, name, part.replace("_", " "), found.height, found.height))


def _refuse_faulty_cells(table: str, found: pl.DataFrame, lowest: int | None) -> None:
    """Check every cell as one long column, since a check per column takes several times as long."""
    long = found.unpivot(index="producer", variable_name="user", value_name="million_usd")
    columns = {"producer": text(), "user": text(pattern=USER), "million_usd": number(pl.Int32, lowest)}
    checked(table, long, columns, ["producer", "user"])


def _source(folder: Path, name: str, part: str, rows_in: int, rows_kept: int) -> Source:
    return Source(
        id=f"wiod-2013-{YEAR}-{part.replace(' ', '-')}",
        publisher="World Input-Output Database",
        title=f"WIOD, release 2013, {part}, {YEAR}",
        vintage=f"release 2013, year {YEAR}",
        licence=SEE_PUBLISHER,
        citation="WIOD, release 2013; Timmer et al. (2015).",
        url="",
        inputs=fingerprints(folder, [name]),
        rows_in=rows_in,
        rows_kept=rows_kept,
        repairs=(
            "Million current US dollars, 41 regions by 35 industries; rows balance to 0.04 % of output.",
            "Final-demand columns follow the order CONS_h, CONS_np, CONS_g, GFCF, INVEN; INVEN may be negative.",
        ),
    )


def _name(part: str, suffix: str) -> str:
    return f"wiod2013/wiot_{YEAR}_{part}.{suffix}"
