"""USGS: names lose their footnote marks, figures keep unit, year and status, marks become gaps."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from kizuna.floor.errors import SourceError
from kizuna.sources import usgs

HEADER = "\ufeffSource,Country,Type,Prod_kg_2022,Prod_kg_est_2023,Prod_notes,Reserves_kg"
GALLIUM = (
    "MCS2024,Japane,Primary production,3000,3000,estimated in 2022 also,",
    'MCS2024,"Korea, Republic ofe",Primary production,"2,000",W,,',
    "MCS2024,United\N{NO-BREAK SPACE}States1,Primary production,e5,NA,,",
    "MCS2024,Other countries4,Primary production,0,Less than ½ unit.,,",
    "MCS2024,World total (rounded),Primary production,610000,610000,,",
    ",,,,,,",
)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Return a data folder with one commodity file."""
    (tmp_path / usgs.FOLDER).mkdir()
    write_file(tmp_path, "mcs2024-galli_world.csv", *GALLIUM)
    return tmp_path


def write_file(folder: Path, name: str, *lines: str) -> None:
    """Write one commodity file with the usual header."""
    (folder / usgs.FOLDER / name).write_text("\n".join([HEADER, *lines]) + "\n", encoding="utf-8")


def rows(folder: Path) -> dict[tuple[str, int], tuple[str, str, Decimal | None]]:
    """Return status, unit and amount by country and year."""
    frame = usgs.read(folder)[0].frame
    return {(country, year): (status, unit, amount) for _, country, _, _, year, status, unit, amount in frame.rows()}


def test_footnote_marks_leave_the_names_and_marks_leave_gaps(data: Path) -> None:
    assert rows(data) == {
        ("Japan", 2022): ("estimated", "kg", Decimal(3000)),
        ("Japan", 2023): ("estimated", "kg", Decimal(3000)),
        ("Korea, Republic of", 2022): ("reported", "kg", Decimal(2000)),
        ("Korea, Republic of", 2023): ("estimated", "kg", None),
        ("United States", 2022): ("estimated", "kg", Decimal(5)),
        ("United States", 2023): ("estimated", "kg", None),
        ("Other countries", 2022): ("reported", "kg", Decimal(0)),
        ("Other countries", 2023): ("estimated", "kg", None),
    }


def test_names_that_end_in_e_by_nature_keep_it(data: Path) -> None:
    write_file(data, "mcs2024-galli_world.csv", "MCS2024,Greece,Primary production,1,1,,", "MCS2024,Ukraine,x,1,1,,")
    assert {country for country, _ in rows(data)} == {"Greece", "Ukraine"}


def test_totals_and_empty_lines_are_dropped_and_counted(data: Path) -> None:
    source = usgs.read(data)[0].source
    assert source.dropped == (("empty lines", 2), ("world totals", 2))
    assert (source.rows_in, source.rows_kept) == (12, 8)


def test_a_renamed_copy_is_not_read(data: Path) -> None:
    write_file(data, "gallium_mcs2024-galli_world.csv", *GALLIUM)
    raw = usgs.read(data)[0]
    assert raw.frame.height == 8
    assert any("gallium_mcs2024-galli_world.csv" in repair for repair in raw.source.repairs)


def test_a_qualifier_moves_from_the_country_to_the_type(data: Path) -> None:
    write_file(
        data,
        "mcs2024-clays_world.csv",
        "MCS2024,Brazil (beneficiated),Mine production,1,1,,",
        '"","Chile, crude",x,1,1,,',
    )
    frame = usgs.read(data)[0].frame
    found = {(country, stage, kind) for commodity, country, stage, kind, *_ in frame.rows() if commodity == "clays"}
    assert found == {("Brazil", "mine", "Mine production (beneficiated)"), ("Chile", "other", "x (crude)")}


def test_capacity_is_not_production(data: Path) -> None:
    write_file(data, "mcs2024-cemen_world.csv", 'MCS2024,China,"Clinker capacity, estimated",1,1,,')
    source = usgs.read(data)[0].source
    assert dict(source.dropped)["capacity, not production"] == 2


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("MCS2024,Atlantis,Primary production,1,1,,", r"Country 'Atlantis' is not known .*line 2, column Country"),
        ("MCS2024,Japan,Primary production,many,1,,", r"Amount 'many' .*mcs2024-galli_world\.csv, line 2"),
    ],
)
def test_an_unknown_country_and_an_unknown_mark_are_refused(data: Path, line: str, message: str) -> None:
    write_file(data, "mcs2024-galli_world.csv", line)
    with pytest.raises(SourceError, match=message):
        usgs.read(data)


@pytest.mark.parametrize(
    ("kind", "stage"),
    [
        ("Mine poduction, Kaolin", "mine"),
        ("Mne production, gross weight", "mine"),
        ("Refinery production, copper", "refinery"),
        ("Smelter production, aluminum", "smelter"),
        ("Plant production, lime", "plant"),
        ("Determined elsewhere", "other"),
    ],
)
def test_the_stage_follows_the_publisher_s_words(data: Path, kind: str, stage: str) -> None:
    write_file(data, "mcs2024-galli_world.csv", f'MCS2024,Japan,"{kind}",1,1,,')
    assert usgs.read(data)[0].frame["stage"].unique().to_list() == [stage]
