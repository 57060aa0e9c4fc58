"""Rows of BACI read by compiled code are those that Python reads one by one."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kizuna.floor.errors import TableError
from kizuna.intake.adapters import recognise
from kizuna.intake.baci_compiled import NONE, place_rows, plain_rows
from kizuna.intake.baci_rows import COMPILED_FROM, NO_MASS, Columns, read_block, read_row
from kizuna.intake.baci_year import read_year

YEAR = 2023
PLAIN = b"2023,156,699,280530,12.345,0.5\n"
NUMBERS = ("0", "0.000", "7", "12.345", "999999999999.999", "1000000000000", "1000000000000.001", "0012.5", "5.", ".5",
           "1.2345", "1.2340", "-1", "+1", "1e3", "1e-3", "nan", "", "NA", "  NA", "   4.5", "4.5 ", "1_0", "٣", "inf",
           "9999999999999", "0.0004", "1" * 400, "1e999999999", "1e-999999999")  # fmt: skip
YEARS = ("2023", "2022", "02023", "")
CODES = (
    "156",
    "4",
    "9999",
    "10000",
    "32767",
    "32768",
    "65540",
    "0",
    "007",
    "00156",
    "-4",
    "",
    " 4",
    "4 ",
    "x",
    "999999999",
)
PRODUCTS = ("280530", "010121", "28053", "2805301", '"010121"', '"010121', "01O121", "", " 010121", "9999AA", '""')
FIELDS = (YEARS, CODES, CODES, PRODUCTS, NUMBERS, NUMBERS)
SIGNS = b'0123456789,. NA"\r-e\0\xff'
ENDS = ("\n", "\r\n", "", ",\n", "\r\r\n", " \n")


def one_by_one(line: bytes) -> list[int] | None:
    found = read_row(line, YEAR)
    return None if any(isinstance(one, str) for one in found) else [int(one) for one in found]


def compiled(text: bytes, rows: int = 1) -> tuple[list[list[int]], int]:
    columns = Columns.empty(rows)
    read, at = plain_rows(np.frombuffer(text, np.uint8), 0, 0, YEAR, *columns.each())
    return [[int(column[row]) for column in columns.each()] for row in range(read)], at


@settings(max_examples=3_000, deadline=None)
@given(st.data())
def test_a_row_that_compiled_code_reads_is_the_one_that_python_reads(data: st.DataObject) -> None:
    cells = PLAIN.decode().strip().split(",")
    for place in data.draw(st.sets(st.integers(0, 5), max_size=2)):
        cells[place] = data.draw(st.sampled_from(FIELDS[place]))
    line = (",".join(cells) + data.draw(st.sampled_from(ENDS))).encode()
    rows, at = compiled(line)
    if rows:
        assert (rows, at) == ([one_by_one(line)], len(line))
    else:
        assert at == 0


@settings(max_examples=500, deadline=None)
@given(st.integers(1, 10**15 - 1), st.integers(0, 10**15 - 1), st.integers(1, 9_999), st.integers(0, 999_999))
def test_every_number_as_the_publisher_writes_it_is_read_by_compiled_code(
    dollars: int, kilograms: int, code: int, product: int
) -> None:
    value, mass = (f"{amount // 1000}.{amount % 1000:03d}" for amount in (dollars, kilograms))
    line = f"2023,{code},4,{product:06d},{value},{mass}\n".encode()
    expected = [code, 4, product, dollars, kilograms]
    assert compiled(line) == ([expected], len(line))
    assert one_by_one(line) == expected


def test_bytes_changed_at_random_are_read_alike() -> None:
    rng = random.Random(2)
    plain = odd = 0
    for _ in range(20_000):
        line = bytearray(PLAIN)
        for _ in range(rng.randrange(1, 3)):
            line[rng.randrange(len(line) - 1)] = rng.choice(SIGNS)
        if b"\n" in line[:-1]:
            continue
        rows, at = compiled(bytes(line))
        plain, odd = plain + bool(rows), odd + (not rows)
        if rows:
            assert (rows, at) == ([one_by_one(bytes(line))], len(line)), bytes(line)
    assert plain > 1_000
    assert odd > 1_000


def test_odd_rows_among_plain_ones_are_read_in_their_place() -> None:
    odd = b"2023,842,392,010121,1e1, 4 \n"
    text = PLAIN * 3 + odd + PLAIN + odd + odd + PLAIN[:-1]
    found = [read_block(text, YEAR, compiled=which).columns.each() for which in (True, False)]
    assert [[*map(int, column)] for column in found[0]] == [[*map(int, column)] for column in found[1]]
    assert found[0][3].tolist() == [12_345, 12_345, 12_345, 10_000, 12_345, 10_000, 10_000, 12_345]


@pytest.mark.parametrize("which", [True, False])
def test_a_fault_has_the_place_of_its_row(which: bool) -> None:
    text = PLAIN * 2 + b"2023,842,392,10121,7,2\n" + PLAIN + b"2023,842,392,010121,7\n"
    faults = read_block(text, YEAR, compiled=which).faults
    assert [place for place, _ in faults] == [2, 4]
    assert [fault.split(",")[0] for _, fault in faults] == ["k is '10121'", "5 fields"]


@pytest.mark.parametrize("which", [True, False])
def test_rows_that_are_too_short_are_faults_however_many(which: bool) -> None:
    assert len(read_block(b"1\n" * 1_000, YEAR, compiled=which).faults) == 11


def test_rows_are_placed_by_product_in_their_order() -> None:
    rng = np.random.default_rng(3)
    product = rng.integers(0, 50, 400).astype(np.uint32)
    columns = (np.arange(400, dtype=np.int16), *(rng.integers(1, 99, 400) for _ in range(3)))
    counts = np.bincount(product)
    place = np.cumsum(counts) - counts
    placed = tuple(np.zeros_like(column) for column in columns)
    for low, high in ((0, 20), (20, 50)):
        place_rows(product, place, low, high, columns, placed)
    order = np.argsort(product, kind="stable")
    assert all((found == column[order]).all() for found, column in zip(placed, columns, strict=True))


def test_both_readers_say_alike_that_a_mass_is_missing() -> None:
    assert NONE == NO_MASS


def test_a_large_file_that_is_in_no_order_is_sorted_and_one_flow_twice_in_it_refused(tmp_path: Path) -> None:
    rng = np.random.default_rng(4)
    cells = rng.choice(200 * 200 * 70_000, 120_000, replace=False)
    columns = cells // (200 * 70_000) + 1, cells // 70_000 % 200 + 1, cells % 70_000
    frame = pl.DataFrame([*columns, rng.integers(1, 10**9, 120_000)], schema=["i", "j", "k", "v"])
    lines = [f"2023,{i},{j},{k:06d},{v // 1000}.{v % 1000:03d},NA" for i, j, k, v in frame.rows()]
    path = tmp_path / "BACI_HS92_Y2023_V202601.csv"
    path.write_text("\n".join(["t,i,j,k,v,q", *lines]), encoding="utf-8")
    incoming = recognise(path)
    assert incoming.parts[0].size > COMPILED_FROM
    read_year(incoming, incoming.parts[0], tmp_path / "out.parquet", range(1, 300), lambda _: None)
    found = pl.read_parquet(tmp_path / "out.parquet")
    sorted_ = frame.sort("k", "i", "j")
    assert found["product"].to_list() == [f"{k:06d}" for k in sorted_["k"]]
    for name, column in (("supplier_code", "i"), ("buyer_code", "j"), ("value_usd", "v")):
        assert found[name].to_list() == sorted_[column].to_list()
    path.write_text("\n".join(["t,i,j,k,v,q", *lines, lines[7]]), encoding="utf-8")
    incoming = recognise(path)
    i, j, k, _ = frame.row(7)
    with pytest.raises(TableError, match=rf"1 flows stand twice(.|\n)*i {i}, j {j}, k {k:06d}"):
        read_year(incoming, incoming.parts[0], tmp_path / "out.parquet", range(1, 300), lambda _: None)
