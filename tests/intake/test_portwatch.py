"""IMF PortWatch: daily transits of chokepoints by kind of ship, and what is refused."""

from __future__ import annotations

import csv
import datetime
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from kizuna.floor.errors import KizunaError, SourceError
from kizuna.intake import portwatch
from kizuna.intake.adapters import recognise
from kizuna.intake.importing import add_file
from kizuna.intake.incoming import Read
from kizuna.store.layered import layered
from kizuna.store.library import Library
from kizuna.store.store import embedded_snapshot
from kizuna.tables.build import build_tables

HEADER = (
    "date,year,month,day,portid,portname,n_container,n_dry_bulk,n_general_cargo,n_roro,n_tanker,n_cargo,n_total,"
    "capacity_container,capacity_dry_bulk,capacity_general_cargo,capacity_roro,capacity_tanker,capacity_cargo,"
    "capacity,ObjectId\n"
)
# Lines of the publisher's files: three days of the Suez Canal, and a day of Hormuz and of the Bering Strait.
SUEZ = "".join(
    f"2023/05/{day},2023,5,{day},chokepoint1,Suez Canal,{figures}\n"
    for day, figures in (
        (20, "21,26,7,4,25,58,83,1148714,1546236,34634,10421,1503404,2740006,4243411,1"),
        (21, "21,22,3,1,20,47,67,1053113,1593665,6854,4258,846416,2657891,3504308,2"),
        (22, "20,14,5,3,24,42,66,1237461,715973,20024,16595,911127,1990055,2901183,3"),
    )
)
HORMUZ = (
    "2026-04-05 00:00:00+00:00,2026,4,5,chokepoint6,Strait of Hormuz,0,1,1,0,7,2,9,0,30247,1212,0,266704,31459,298164\n"
    "2026-04-05 00:00:00+00:00,2026,4,5,chokepoint26,Bering Strait,0,0,0,0,0,0,0,0,0,0,0,0,0,0\n"
)
KINDS = ("container", "dry_bulk", "general_cargo", "roro", "tanker", "cargo", "total")
ESTIMATES = "Tonnes are the publisher's estimates of what ships carry, from their draught."
NAME = "Daily_Chokepoints_Data.csv"


def written(folder: Path, text: str, name: str = NAME, encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def read_here(path: Path) -> tuple[pl.DataFrame, Read]:
    """Read the table in this process, which is quicker than in one of its own."""
    incoming = recognise(path)
    target = path.parent / "read.parquet"
    read = portwatch.read(incoming, incoming.parts[0], target, lambda _: None)
    return pl.read_parquet(target), read


def expected(text: str) -> list[tuple[object, ...]]:
    """Return the long table of a file, worked out by hand from its lines."""
    rows = []
    for line in csv.reader(text.splitlines()):
        date = datetime.date(int(line[1]), int(line[2]), int(line[3]))
        for at, kind in enumerate(KINDS):
            rows.append((line[4], line[5], date, 1, kind, int(line[6 + at]), float(line[13 + at])))
    return sorted(rows, key=lambda row: (row[0], row[2], row[4]))


def test_days_become_a_row_for_each_kind_of_ship(library: Library, tmp_path: Path) -> None:
    taken = add_file(library, written(tmp_path, HEADER + SUEZ))
    figures = layered(embedded_snapshot(), library)
    frame = pl.read_parquet([*figures.paths("chokepoint_transits")])
    assert frame.rows() == expected(SUEZ)
    assert frame.schema["date"] == pl.Date
    assert (taken.addition.version, taken.addition.source.rows_kept, taken.addition.rows) == ("to 2023-05-22", 21, 21)
    total = frame.filter(pl.col("kind") == "total", pl.col("date") == datetime.date(2023, 5, 20))
    assert total.select("transits", "capacity_tonnes").row(0) == (83, 4243411.0)
    build_tables(figures)


def test_a_later_file_takes_the_place_of_the_earlier(library: Library, tmp_path: Path) -> None:
    add_file(library, written(tmp_path, HEADER + SUEZ))
    text = HEADER.replace(",ObjectId", "") + HORMUZ
    taken = add_file(library, written(tmp_path, text, "Daily_Chokepoint_Transit_Calls_and_Trade_Volume_Estimates.csv"))
    frame = pl.read_parquet([*layered(embedded_snapshot(), library).paths("chokepoint_transits")])
    assert frame.rows() == expected(HORMUZ)
    assert taken.addition.version == "to 2026-04-05"


DATES: dict[str, Callable[[int], str]] = {
    "as the site writes it": lambda day: f"2023/05/{day}",
    "as the sister file of ports": lambda day: f"2023/05/{day} 00:00:00+00",
    "ISO": lambda day: f"2023-05-{day}",
    "ISO with a time": lambda day: f"2023-05-{day}T00:00:00.000Z",
    "as pandas writes it": lambda day: f"2023-05-{day} 00:00:00+00:00",
    "without leading zeros": lambda day: f"2023/5/{day}",
    "milliseconds since 1970": lambda day: str(1684540800000 + (day - 20) * 86_400_000),
}


@pytest.mark.parametrize("name", DATES)
def test_each_way_to_write_the_date_is_read(name: str, tmp_path: Path) -> None:
    text = SUEZ
    for day in (20, 21, 22):
        text = text.replace(f"2023/05/{day}", DATES[name](day))
    frame, _ = read_here(written(tmp_path, HEADER + text))
    assert frame.rows() == expected(SUEZ)


SHUFFLED = "\n".join(",".join(line.split(",")[::-1]) for line in (HEADER + SUEZ).splitlines())
RIGHT = {
    "a byte order mark": "\ufeff" + HEADER + SUEZ,
    "lines that end as on Windows": (HEADER + SUEZ).replace("\n", "\r\n"),
    "no end of the last line": (HEADER + SUEZ).rstrip("\n"),
    "newest day first": HEADER + "".join(SUEZ.splitlines(keepends=True)[::-1]),
    "columns in another order": SHUFFLED,
    "quoted": "\n".join(",".join(f'"{cell}"' for cell in line.split(",")) for line in (HEADER + SUEZ).splitlines()),
}


@pytest.mark.parametrize("name", RIGHT)
def test_odd_but_right_files_are_read_right(name: str, tmp_path: Path) -> None:
    path = written(tmp_path, RIGHT[name])
    frame, read = read_here(path)
    assert frame.rows() == expected(SUEZ)
    assert (read.notes, read.rows_in, read.rows_kept) == ((ESTIMATES,), 21, 21)
    assert recognise(path).version == "to 2023-05-22"


def test_what_does_not_add_up_and_what_is_missing_is_told_and_kept(tmp_path: Path) -> None:
    text = HEADER + SUEZ.replace(",58,83,1148714,", ",58,84,,")
    frame, read = read_here(written(tmp_path, text))
    kept = frame.filter(pl.col("date") == datetime.date(2023, 5, 20)).select("kind", "transits", "capacity_tonnes")
    values = {kind: pair for kind, *pair in kept.rows()}
    assert (values["total"], values["container"]) == ([84, 4243411.0], [21, None])
    assert read.notes[1:] == (
        "In 1 rows transits of the kinds do not add up, first in row 2.",
        "1 values of tonnes are missing and stay so.",
    )


def changed(old: str, new: str) -> str:
    assert old in SUEZ
    return HEADER + SUEZ.replace(old, new)


WRONG = {
    "another day in the date": (changed("2023/05/21,", "2023/05/22,"), "row 3: date is '2023/05/22'"),
    "another month in the date": (changed("2023/05/21,", "2023/06/21,"), "row 3: date is '2023/06/21'"),
    "another year in the date": (changed("2023/05/21,", "2022/05/21,"), "row 3: date is '2022/05/21'"),
    "day and month exchanged": (changed("2023/05/21,", "21/05/2023,"), "row 3: date is '21/05/2023'"),
    "not midnight UTC": (changed("2023/05/21,", "2023/05/21 05:30:00+05:30,"), "row 3: date is '2023/05/21 05:30:00+0"),
    "milliseconds of another day": (changed("2023/05/21,", "1684540800000,"), "row 3: date is '1684540800000'"),
    "no date": (changed("2023/05/21,", ","), "row 3: date is ''"),
    "a day that is none": (changed("2023/05/21,2023,5,21", "2023/02/30,2023,2,30"), "row 3: day is '30'"),
    "a text in a number": (changed(",1053113,", ",1.05 Mt,"), "row 3: capacity_container is '1.05 Mt'"),
    "parts of a ship": (changed("Suez Canal,21,22", "Suez Canal,20.5,22"), "row 3: n_container is '20.5'"),
    "a count that is missing": (changed("Suez Canal,21,22", "Suez Canal,,22"), "row 3: n_container is ''"),
    "fewer than no ships": (changed("Suez Canal,21,22", "Suez Canal,-21,22"), "row 3: n_container is '-21'"),
    "fewer than no tonnes": (changed(",1053113,", ",-1053113,"), "row 3: capacity_container is '-1053113'"),
    "a port": (changed("22,chokepoint1,", "22,port1,"), "row 4: portid is 'port1'"),
    "no name": (changed("Suez Canal", " "), "row 2: portname is ' '"),
    "two names": (changed("22,chokepoint1,Suez", "22,chokepoint1,Panama"), "row 4: portname is 'Panama Canal'"),
    "a day twice": (HEADER + SUEZ + SUEZ.splitlines()[2], "row 4: portid is 'chokepoint1'"),
    "a field too few": (changed("Suez Canal,21,22", "Suez Canal,22"), "row 3: 20 fields, expected 21"),
    "a field too many": (changed("Suez Canal,21,22", "Suez Canal,0,21,22"), "row 3: 22 fields, expected 21"),
    "a lost column": ((HEADER + SUEZ).replace("capacity_roro", "roro"), "The header lacks columns\n  capacity_roro"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_file_is_refused_naming_the_row(name: str, tmp_path: Path) -> None:
    text, says = WRONG[name]
    with pytest.raises(KizunaError) as refused:
        read_here(written(tmp_path, text))
    assert says in str(refused.value)


def test_of_a_wrong_file_nothing_is_taken_in(library: Library, tmp_path: Path) -> None:
    text, says = WRONG["a text in a number"]
    with pytest.raises(SourceError, match=says):
        add_file(library, written(tmp_path, text))
    assert library.additions() == ()


UNREAD = {
    "the list of chokepoints": "X,Y,portid,portname,vessel_count_total\n1,2,chokepoint1,Suez Canal,19787\n",
    "UTF-16": "\ufeff" + HEADER + SUEZ,
    "nothing": "",
}


@pytest.mark.parametrize("name", UNREAD)
def test_another_file_is_not_taken_for_it(name: str, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="No adapter knows"):
        recognise(written(tmp_path, UNREAD[name], encoding="utf-16-le" if name == "UTF-16" else "utf-8"))


def test_a_month_of_days_adds_up_to_the_month(shared: Path, tmp_path: Path) -> None:
    """Real monthly sums, spread over days (invented), come back as the same sums of ships and tonnes."""
    monthly = pl.read_csv(shared / "data" / "portwatch" / "portwatch_chokepoint_monthly.csv").filter(
        pl.col("period_dt") == "2024-02-01"
    )
    fields = HEADER.strip().split(",")[6:-1]
    lines, sums = [], defaultdict(int)
    for row in monthly.iter_rows(named=True):
        for day in range(1, 30):
            shares = [row[field] // 29 + (row[field] % 29 if day == 29 else 0) for field in fields]
            line = [f"2024/02/{day:02}", "2024", "2", str(day), row["portid"], row["portname"], *map(str, shares), "0"]
            lines.append(",".join(line))
        for kind, ships, tonnes in zip(KINDS, fields[:7], fields[7:], strict=True):
            sums[row["portid"], kind, "ships"] += row[ships]
            sums[row["portid"], kind, "tonnes"] += row[tonnes]
    frame, read = read_here(written(tmp_path, HEADER + "\n".join(lines)))
    assert (monthly.height, read.rows_kept) == (28, 28 * 29 * 7)
    totals = frame.group_by("chokepoint", "kind").agg(pl.col("transits").sum(), pl.col("capacity_tonnes").sum())
    found = {}
    for chokepoint, kind, ships, tonnes in totals.rows():
        found |= {(chokepoint, kind, "ships"): ships, (chokepoint, kind, "tonnes"): int(tonnes)}
    assert found == dict(sums)


def test_the_second_hand_months_are_refused_for_want_of_days(shared: Path) -> None:
    incoming = recognise(shared / "data" / "portwatch" / "portwatch_chokepoint_monthly.csv")
    with pytest.raises(KizunaError, match=r"The header lacks columns\s+date, year, month, day"):
        portwatch.read(incoming, incoming.parts[0], Path("unwritten.parquet"), lambda _: None)
