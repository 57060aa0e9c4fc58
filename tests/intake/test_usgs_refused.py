"""USGS files that are off in some way: refused with the row, or not taken for the publisher's."""

from __future__ import annotations

from pathlib import Path

import pytest
from usgs_files import COPPER_2025, HEADER, LITHIUM_2026, LONG, chapter, read_here, zip_of

from kizuna.floor.errors import KizunaError, SourceError
from kizuna.intake import usgs
from kizuna.intake.importing import add_file
from kizuna.intake.incoming import look
from kizuna.store.library import Library


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (["MCS2024,Atlantis,Mine production,1,2,,,,"], "tin_world.csv, row 2: Country 'Atlantis' is not known"),
        (["MCS2024,Peru,Mine production,many,2,,,,"], "row 2: Amount 'many'"),
        (["MCS2024,Peru,Mine production,1,2,,,,", "MCS2024,Perue,Mine production,3,4,,,,"],
         "row 3: tin, Peru, mine, Mine production, 2022 stands twice, first in mcs2024-tin_world.csv, row 2"),
        (["MCS2024,Peru,Mine production,1,2,,,,", "MCS2024,Chile,Mine production,1,2"], "row 3: 5 fields, expected 9"),
        (["MCS2024,Peru,Mine production,1.2345,2,,,,"], "row 2: Amount '1.2345'"),
        (["MCS2024,Peru,Mine production,-1,2,,,,"], "row 2: Amount '-1'"),
        (["MCS2024,Peru,Mine production,>5,2,,,,"], "row 2: Amount '>5'"),
        ([f"MCS2024,Land {at},Mine production,1,2,,,," for at in range(12)], r"\(12 rows\)\n.* row 2: .*\n.* row 3: "),
    ],
)  # fmt: skip
def test_a_wrong_row_of_a_chapter_is_refused_with_its_number(tmp_path: Path, lines: list[str], found: str) -> None:
    with pytest.raises(KizunaError, match=found):
        read_here(chapter(tmp_path / "mcs2024-tin_world.csv", *lines))


@pytest.mark.parametrize(
    ("name", "header", "found"),
    [
        ("mcs2024-tin_world.csv", HEADER.replace("Country", "Land"), "two columns Prod_UNIT_YEAR"),
        ("mcs2024-tin_world.csv", HEADER.replace("Prod_t_2022", "Prod_oz_2022"), "two columns Prod_UNIT_YEAR"),
        ("mcs2024-tin_world.csv", HEADER.replace("Prod_t_2022,", ""), "two columns Prod_UNIT_YEAR"),
        ("mcs2024-unobt_world.csv", HEADER, "Commodity code 'unobt' is not known"),
    ],
)
def test_a_wrong_header_of_a_chapter_is_refused(tmp_path: Path, name: str, header: str, found: str) -> None:
    row = "MCS2024,Peru,Mine production" + "," * (header.count(",") - 2)
    with pytest.raises(SourceError, match=found):
        read_here(chapter(tmp_path / name, row, header=header))


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (("Canada ", "Kanada "), "row 2: Country 'Kanada' is not known"),
        (("kilograms", "ounces"), "row 9: Unit 'ounces' is not known"),
        ((",500,", ",about 500,"), "row 2: Amount 'about 500'"),
        (("Refinery production, copper", "Mine production, recoverable copper content"), "row 7: .* stands twice"),
        (("COUNTRY,TYPE", "COUNTRY,KIND"), "lacks columns\n  TYPE"),
        ((",8300,\n", ",8300\n"), "row 2: 12 fields, expected 13"),
    ],
)
def test_a_wrong_row_of_2025_is_refused_with_its_number(tmp_path: Path, change: tuple[str, str], found: str) -> None:
    text = COPPER_2025 + "MCS2025,Gallium ,China,Primary production,kilograms,1,2,,,,,,\n"
    assert change[0] in text
    (tmp_path / "MCS2025_World_Data.csv").write_text(text.replace(*change), encoding="utf-8")
    with pytest.raises(KizunaError, match=found):
        read_here(tmp_path / "MCS2025_World_Data.csv")


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (("Lithium,Argentina", "Lithium,Argentinia"), "row 3: Country 'Argentinia' is not known"),
        (('2025,"23,000"', '2024–25,"23,000"'), "row 3: Year '2024–25'"),
        (("Mine production,metric tons,2025,W", "Mine production,short tons,2025,W"), "row 2: Unit 'short tons'"),
        (('"23,000"', "500–700"), "row 3: Amount '500–700'"),
        (("Lithium,Argentina", "Lithium,United States"), "row 3: .* stands twice, first in .* row 2"),
        (("Section,", "Chapter,"), "lacks columns\n  Section"),
        (("W,,Yes,\n", "W,,Yes\n"), "row 2: 11 fields, expected 12"),
    ],
)
def test_a_wrong_row_of_2026_is_refused_with_its_number(tmp_path: Path, change: tuple[str, str], found: str) -> None:
    text = ",".join(LONG) + "\n" + LITHIUM_2026
    assert change[0] in text
    (tmp_path / "MCS2026_Commodities_Data.csv").write_bytes(text.replace(*change, 1).encode("cp1252"))
    with pytest.raises(KizunaError, match=found):
        read_here(tmp_path / "MCS2026_Commodities_Data.csv")


def test_nothing_is_taken_in_of_a_refused_file(library: Library, tmp_path: Path) -> None:
    path = chapter(tmp_path / "mcs2024-tin_world.csv", "MCS2024,Atlantis,Mine production,1,2,,,,")
    with pytest.raises(SourceError, match="row 2: Country 'Atlantis' is not known"):
        add_file(library, path)
    assert library.additions() == ()


def test_chapters_of_two_editions_in_one_file_are_refused(tmp_path: Path) -> None:
    path = zip_of(tmp_path / "w.zip", {"mcs2023-tin_world.csv": b"", "mcs2024-tin_world.csv": b""})
    with pytest.raises(SourceError, match="editions 2023, 2024"):
        usgs.recognise(look(path))


@pytest.mark.parametrize("name", ["cobalt_mcs2024-cobal_world.csv", "mcs2024-cobal_salient.csv", "world.csv"])
def test_other_files_are_not_the_publisher_s(tmp_path: Path, name: str) -> None:
    assert usgs.recognise(look(chapter(tmp_path / name, "MCS2024,Peru,Mine production,1,2,,,,"))) is None
