"""Input-output tables through pymrio: each publisher's layout comes back cell for cell, and makes a network."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import openpyxl
import polars as pl
import pymrio
import pytest

from kizuna.floor.errors import RequestError, ScenarioError, SourceError, UnknownNameError
from kizuna.floor.gaps import Gap
from kizuna.intake.adapters import recognise
from kizuna.intake.importing import add_file
from kizuna.network.build import build_network
from kizuna.scenario.scenario import load_scenario
from kizuna.simulate.stress import StressAsk, stress
from kizuna.store.layered import layered
from kizuna.store.library import Library
from kizuna.store.store import embedded_snapshot
from kizuna.tables.build import build_tables

REGIONS = ("JPN", "USA", "RoW")
USES = ("CONS_h", "CONS_np", "CONS_g", "GFCF", "INVEN")
OECD_USES = {"CONS_h": "HFCE", "CONS_np": "NPISH", "CONS_g": "GGFC", "GFCF": "GFCF", "INVEN": "INVNT"}
TOTALS = ("r60", "r69")
ONE_DRAW = StressAsk(1, 360, 1)


def shipped() -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    store = embedded_snapshot()
    names = ("intermediate", "final_demand", "output")
    intermediate, final, output = (pl.read_parquet(store.table(f"wiod_2011_{name}")) for name in names)
    return intermediate, final, output


def added(library: Library, path: Path) -> pl.DataFrame:
    add_file(library, path)
    (only,) = layered(embedded_snapshot(), library).paths("io_table")
    return pl.read_parquet(only)


def wiod_workbook(path: Path, regions: tuple[str, ...] = REGIONS) -> tuple[list[str], list[str]]:
    """Write the shipped table of some regions in the layout of the release of 2013; return industries and uses."""
    intermediate, final, _ = shipped()
    industries = [text for text in intermediate["producer"] if text.split(".")[0] in regions]
    uses = [f"{region}.{use}" for region in regions for use in USES]
    table = intermediate.join(final, on="producer").filter(pl.col("producer").is_in(industries))
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("WIOT_2011")
    codes = [text.split(".") for text in industries]
    heads = [*codes, *([region, f"c{37 + at}"] for region in regions for at in range(len(USES)))]
    sheet.append(["World Input-Output Table for 2011"])
    sheet.append(["current prices"])
    sheet.append(["(industry-by-industry)", None, None, None, *(code for _, code in heads), None])
    sheet.append(["(millions of US$)", None, None, None, *(f"name of {code}" for _, code in heads), None])
    sheet.append([None, None, None, None, *(region for region, _ in heads), None])
    sheet.append([None, None, None, None, *(code for _, code in heads), "total"])
    for (region, code), row in zip(codes, table.select([*industries, *uses]).rows(), strict=True):
        sheet.append([code, f"name of {code}", region, code, *row, sum(row)])
    for total in TOTALS:
        sheet.append([total, f"name of {total}", "TOT", total, *([1] * len(heads)), 1])
    book.save(path)
    return industries, uses


def oecd_text() -> str:
    """Return the whole shipped table in the layout of the OECD, with a column of no region."""
    intermediate, final, output = shipped()
    renamed = {text: text.replace(".", "_", 1) for text in intermediate["producer"]}
    uses = {text: f"{text.split('.')[0]}_{OECD_USES[text.split('.')[1]]}" for text in final.columns[1:]}
    frame = intermediate.join(final, on="producer").join(output, on="producer")
    frame = frame.rename({**renamed, **uses, "producer": "V1", "output": "OUT"}).with_columns(
        pl.col("V1").replace_strict(renamed), pl.lit(0.5).alias("DISC")
    )
    sums = {name: [1] for name in frame.columns[1:]}
    rest = pl.concat([pl.DataFrame({"V1": [name], **sums}) for name in ("TLS", "VA", "OUT")])
    return pl.concat([frame, rest], how="vertical_relaxed").write_csv()


def test_wiods_workbook_comes_back_cell_for_cell(library: Library, tmp_path: Path) -> None:
    industries, uses = wiod_workbook(tmp_path / "wiot11_row_apr12.xlsx")
    found = added(library, tmp_path / "wiot11_row_apr12.xlsx")
    assert found["producer"].to_list() == industries
    assert found["unit"].unique().to_list() == ["millions of US$"]
    intermediate, final, _ = shipped()
    ours = found.select(f"use {name}" for name in industries).to_numpy()
    assert (ours == intermediate.filter(pl.col("producer").is_in(industries)).select(industries).to_numpy()).all()
    ours = found.select(pl.selectors.starts_with("final ")).to_numpy()
    assert (ours == final.filter(pl.col("producer").is_in(industries)).select(uses).to_numpy()).all()
    network = build_network(build_tables(layered(embedded_snapshot(), library)), "io:wiod-2011")
    assert (network.economies, network.year, network.output.shape) == (REGIONS, 2011, (3, 35))


def test_the_whole_shipped_table_in_the_layout_of_the_oecd_comes_back_and_makes_the_same_network(
    library: Library, tmp_path: Path
) -> None:
    (tmp_path / "ICIO2021_2011.csv").write_text(oecd_text())
    found = added(library, tmp_path / "ICIO2021_2011.csv").sort("producer")
    intermediate, final, output = (frame.sort("producer") for frame in shipped())
    assert (found.select(f"use {name}" for name in intermediate.columns[1:]).to_numpy() == intermediate[:, 1:]).all()
    for use, name in OECD_USES.items():
        theirs = final.select(pl.selectors.ends_with(f".{use}"))
        ours = found.select(f"final {text.split('.')[0]}.{name}" for text in theirs.columns)
        assert (ours.to_numpy() == theirs.to_numpy()).all()
    assert np.abs(found["output"] - output["output"]).sum() < 0.001 * output["output"].sum()
    tables = build_tables(layered(embedded_snapshot(), library))
    own, embedded = build_network(tables, "io:oecd-icio2021-2011"), build_network(tables, "wiod")
    assert own.output.sum() == pytest.approx(embedded.output.sum())
    at = own.economies.index("JPN"), embedded.economies.index("JPN")
    assert own.output[at[0]].sum() == pytest.approx(embedded.output[at[1]].sum())
    notes = layered(embedded_snapshot(), library).source("io_table").repairs
    assert any("Final use of no region is left out: ALL.DISC" in note for note in notes)


def saved(path: Path, unit: str = "Mill USD") -> Path:
    """Save pymrio's own small table as it saves any, in a zip."""
    system = pymrio.load_test().calc_all()
    system.unit = system.unit.replace("Mill USD", unit)
    folder = path.parent / "folder"
    for extension in [*system.get_extensions()]:
        delattr(system, extension)
    system.save_all(folder)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for file in sorted(folder.rglob("*")):
            packed.write(file, file.relative_to(folder))
    return path


def test_a_table_that_pymrio_saved_makes_a_network(library: Library, tmp_path: Path) -> None:
    add_file(library, saved(tmp_path / "gloria-2022.zip"))
    network = build_network(build_tables(layered(embedded_snapshot(), library)), "io:gloria-2022")
    expected = pymrio.load_test().calc_all()
    assert network.economies == ("reg1", "reg2", "reg3", "reg4", "reg5", "reg6")
    assert network.output.sum() == pytest.approx(float(expected.x.to_numpy().sum()) * 1e6)


def test_a_table_in_euros_is_kept_and_not_taken_for_dollars(library: Library, tmp_path: Path) -> None:
    add_file(library, saved(tmp_path / "IOT_2010_ixi.zip", "M.EUR"))
    tables = build_tables(layered(embedded_snapshot(), library))
    with pytest.raises(RequestError, match=r"exiobase-ixi-2010 is in M\.EUR"):
        build_network(tables, "io:exiobase-ixi-2010")
    with pytest.raises(UnknownNameError, match="not an input-output table"):
        build_network(tables, "io:exiobase-ixi-2011")


def test_tables_of_several_publishers_stand_side_by_side(library: Library, tmp_path: Path) -> None:
    add_file(library, saved(tmp_path / "gloria-2022.zip"))
    wiod_workbook(tmp_path / "wiot11_row_apr12.xlsx")
    add_file(library, tmp_path / "wiot11_row_apr12.xlsx")
    assert set(layered(embedded_snapshot(), library).parts("io_table")) == {"gloria-2022", "wiod-2011"}


SCENARIO = """
id = "outage"
title = "Refineries stop"
summary = "Half of refining stops in one economy."
network = "input-output"
subjects = ["io:wiod-2011"]
assumptions = ["Nothing else changes."]

[[sources]]
title = "A supposition"
publisher = "none"
date = "2024"
reference = "none"
verified = false

[[shocks]]
name = "refineries"
kind = "capacity"
economies = ["JPN"]
stages = ["c8"]
depth = 0.5
duration = "2m"
"""


def test_a_scenario_file_runs_on_an_added_table(library: Library, tmp_path: Path) -> None:
    (tmp_path / "outage.toml").write_text(SCENARIO)
    scenario = load_scenario(str(tmp_path / "outage.toml"))
    with pytest.raises(ScenarioError, match="'wiod-2011' is not an input-output table we know"):
        stress(build_tables(embedded_snapshot()), ["JPN", "USA"], scenario, ONE_DRAW)
    wiod_workbook(tmp_path / "wiot11_row_apr12.xlsx")
    add_file(library, tmp_path / "wiot11_row_apr12.xlsx")
    (found,) = stress(build_tables(layered(embedded_snapshot(), library)), ["JPN", "USA"], scenario, ONE_DRAW).subjects
    assert (found.subject, found.title, found.network.year) == ("io:wiod-2011", "All sectors (wiod-2011)", 2011)
    losses = [found.losses[one] for one in ("JPN", "USA")]
    japan, america = (loss.unmet[1] / loss.need for loss in losses if not isinstance(loss, Gap))
    assert japan > america > 0


def oecd_small() -> str:
    return (
        "V1,AUS_A01,AUS_B05,JPN_A01,JPN_B05,AUS_HFCE,JPN_HFCE,OUT\n"
        "AUS_A01,1,2,3,4,5,6,21\nAUS_B05,1,2,3,4,5,6,21\nJPN_A01,1,2,3,4,5,6,21\nJPN_B05,1,2,3,4,5,6,21\n"
        "VA,17,13,9,5,0,0,0\nOUT,21,21,21,21,0,0,0\n"
    )


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (oecd_small().replace("AUS_B05,1,2,3", "AUS_B05,1,2,x"), "cannot read|not finite|not one of"),
        (oecd_small().replace("AUS_B05,1,2,3", "AUS_B05,1,2,"), "row 3: JPN_A01 is ''"),
        (oecd_small().replace("JPN_B05,1,2,3,4,5,6,21\n", ""), "cannot read|not one of industries"),
        (oecd_small().replace("JPN_B05,1,2", "JPN_A01,1,2"), "cannot read|stands twice|is missing"),
        ("", "The file is empty"),
    ],
)
def test_a_broken_table_is_refused(library: Library, tmp_path: Path, text: str, found: str) -> None:
    (tmp_path / "ICIO2021_2018.csv").write_text(text)
    with pytest.raises(SourceError, match=found):
        add_file(library, tmp_path / "ICIO2021_2018.csv")
    assert library.additions() == ()


@pytest.mark.parametrize(
    ("name", "part"),
    [("2020_SML.csv", "oecd-2020"), ("ICIO2023_2020.zip", ""), ("wiot95_row_apr12.xlsx", ""), ("2020.csv", "")],
)
def test_files_are_known_by_their_names(tmp_path: Path, name: str, part: str) -> None:
    (tmp_path / name).write_text(oecd_small())
    if part:
        assert recognise(tmp_path / name).parts[0].name == part
    else:
        with pytest.raises(SourceError):
            recognise(tmp_path / name)
