"""Events of a user's own: every fault of a file is named at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from kizuna.floor.errors import KizunaError, RequestError, TableError
from kizuna.score.event_file import events_of_frame, read_events_csv
from kizuna.score.history import History, read_history
from kizuna.score.predictor import predict
from kizuna.tables.build import Tables


@pytest.fixture(scope="module")
def history(tables: Tables) -> History:
    """Return the history of the snapshot."""
    return read_history(tables)


def write(folder: Path, *lines: str) -> Path:
    """Write a file of events."""
    path = folder / "events.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def faults_of(path: Path, history: History, tables: Tables) -> tuple[str, ...]:
    """Return the faults that a file is refused for."""
    with pytest.raises(TableError) as refused:
        events_of_frame(read_events_csv(path), history, tables.economies)
    return refused.value.faults


def test_a_good_file_is_read_in_its_order(tmp_path: Path, history: History, tables: Tables) -> None:
    path = write(tmp_path, "year,hs6,exporter", "2014,260600,IDN", "", "2014,260400,Indonesia")
    events = events_of_frame(read_events_csv(path), history, tables.economies)
    assert [(event.product, event.exporter, event.year) for event in events] == [
        ("260600", "IDN", 2014),
        ("260400", "IDN", 2014),
    ]
    assert events[0].mass_ratio < 0.2


def test_all_faults_of_a_file_come_together(tmp_path: Path, history: History, tables: Tables) -> None:
    path = write(
        tmp_path,
        "hs6,exporter,year",
        "260601,IDN,2014",
        "260600,IDX,2014",
        "260600,IDN,1996",
        "260600,IDN,2025",
        "260600,IDN,twelve",
        "260400,IDN,2014",
        "260400,idn,2014",
        "260600,BTN,2014",
        "811230,CHN,2019",
        "260699,XXX,1990",
    )
    faults = faults_of(path, history, tables)
    assert faults[0].startswith("row 2: product '260601' is not in the snapshot (near: 260600")
    assert faults[1].startswith("row 3: exporter 'IDX' is unknown (near: ")
    assert faults[2] == "row 4: year 1996 lacks figures of itself or the two years before it"
    assert faults[3] == "row 5: year 2025 lacks figures of itself or the two years before it"
    assert faults[4] == "row 6: year 'twelve' is not a calendar year"
    assert faults[5] == "row 8: repeats row 7"
    assert faults[6] == "row 9: BTN exported no 260600 with a mass in 2013"
    assert faults[7] == "row 10: no trade of 811230 with a mass in 2017, 2018, 2019"
    assert [fault.partition(":")[0] for fault in faults[8:]] == ["row 11"] * 3


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (("hs6,exporter", "260600,IDN"), "column year is missing"),
        (("hs,exporter,year", "260600,IDN,2014"), "column hs6 is missing (near: hs)"),
        (("hs6,exporter,year", "260600,IDN"), "row 2: 2 cells, not 3"),
        (("hs6,exporter,year",), "there is no row of events"),
        (("hs6,exporter,year,year", "260600,IDN,2014,2014"), "column year stands twice"),
    ],
)
def test_a_file_that_is_no_table_of_events_is_refused(tmp_path: Path, lines: tuple[str, ...], said: str) -> None:
    with pytest.raises(TableError) as refused:
        read_events_csv(write(tmp_path, *lines))
    assert said in refused.value.faults


def test_an_empty_or_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="is empty"):
        read_events_csv(write(tmp_path, ""))
    with pytest.raises(RequestError, match="cannot be read"):
        read_events_csv(tmp_path / "none.csv")


def test_a_frame_without_a_column_is_refused(tmp_path: Path, tables: Tables) -> None:
    frame = read_events_csv(write(tmp_path, "hs6,exporter,year", "260600,IDN,2014")).drop("exporter")
    with pytest.raises(KizunaError, match="column exporter is missing"):
        predict(frame, tables)


def test_what_declared_says_must_be_true_or_false(tmp_path: Path, tables: Tables) -> None:
    frame = read_events_csv(write(tmp_path, "hs6,exporter,year,declared", "260600,IDN,2014,perhaps"))
    with pytest.raises(KizunaError, match="declared is 'perhaps'"):
        predict(frame, tables)
