"""A year of CEPII BACI as published: checked row by row and put in the order of the store.

Blocks of rows are unpacked one after the other and read side by side; their rows are then placed by product, each
product's in the publisher's order of suppliers and buyers. A file in another order is sorted.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from kizuna.floor.archives import blocks
from kizuna.floor.errors import TableError
from kizuna.floor.units import HS6_DIGITS
from kizuna.intake.baci_rows import COMPILED_FROM, HEADER, MOST_CODE, Block, Columns, read_block
from kizuna.intake.incoming import Incoming, Part, Read, opened
from kizuna.intake.rows import DO, SHOWN

BLOCK = 1 << 23  # bytes read at a time
AHEAD = 16  # blocks that are read or wait to be; enough to unpack on while the compiled reader is loaded
FIRST_ROW = 2  # behind the header, as an editor counts
CODES = 10**HS6_DIGITS
CODE_BITS = 15
ROW_GROUP = 250_000
Array = npt.NDArray[Any]


def read_year(
    incoming: Incoming, part: Part, target: Path, known: Collection[int], progress: Callable[[int], None]
) -> Read:
    """Read one year and write it as Parquet, sorted by product, supplier and buyer.

    Parameters
    ----------
    target
        Where to write; the columns are those of the stored table of trade.
    known
        The publisher's codes that are of an economy; another would be lost where trade is joined to economies.
    progress
        Called with the bytes read so far.

    Raises
    ------
    TableError
        If a row is not what the publisher's form says, a key stands twice, or a code is unknown; names file, row and
        field.
    """
    name, year = part.member or incoming.path.name, int(part.name)
    compiled = part.size >= COMPILED_FROM
    found = [*_columns(incoming, part, compiled, known, progress)]
    if not found:
        raise TableError("The file holds no row", ["a header alone"], where=name, expected="flows", do=DO)
    flows = _in_order(_by_product(found) if compiled else _joined(found), name)
    frame = _stored(flows, year)
    frame.sink_parquet(target, compression="zstd", compression_level=1, row_group_size=ROW_GROUP)
    missing, none = int((flows.mass <= 0).sum()), int((flows.mass == 0).sum())
    zero = f", in {none:,} of them the file has 0.000 tonnes" if none else ""
    notes = (f"{part.name}: mass is missing in {missing:,} rows{zero}; it is never 0.",)
    return Read(len(flows), len(flows), notes)


def _columns(
    incoming: Incoming, part: Part, compiled: bool, known: Collection[int], progress: Callable[[int], None]
) -> Iterator[Columns]:
    """Yield the columns of one block of rows after the other; the first block with a fault is refused."""
    name, first = part.member or incoming.path.name, FIRST_ROW
    there = np.zeros(MOST_CODE + 1, dtype=np.bool_)
    there[[*known]] = True
    with opened(incoming, part) as file:
        texts = _with_header(blocks(file, BLOCK, part.size), name, progress)
        for block in _side_by_side(partial(read_block, year=int(part.name), compiled=compiled), texts):
            _refuse_rows(block, name, first)
            _refuse_economies(block.columns, there, name, first)
            if len(block.columns):
                yield block.columns
            first += len(block.columns)


def _side_by_side(read: Callable[[bytes], Block], texts: Iterator[bytes]) -> Iterator[Block]:
    """Yield what was read of each text, in order, as many at a time as there are cores."""
    waiting: deque[Future[Block]] = deque()
    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        for text in texts:
            waiting.append(pool.submit(read, text))
            if len(waiting) >= AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _with_header(found: Iterator[bytes], name: str, progress: Callable[[int], None]) -> Iterator[bytes]:
    """Take the header off the first block and tell how many bytes were read."""
    read = 0
    for at, block in enumerate(found):
        read += len(block)
        if at == 0:
            line, _, block = block.partition(b"\n")
            head = line.decode("utf-8-sig", "replace").strip().replace('"', "")
            if head != ",".join(HEADER):
                expected = ",".join(HEADER)
                raise TableError("The header is another", [repr(head[:80])], where=name, expected=expected, do=DO)
        yield block
        progress(read)
    if not read:
        raise TableError("The file is empty", ["no header"], where=name, expected=",".join(HEADER), do=DO)


def _refuse_rows(block: Block, name: str, first: int) -> None:
    if block.faults:
        more = " (more follow)" if len(block.faults) > SHOWN else ""
        faults = [f"row {first + row}: {fault}" for row, fault in block.faults[:SHOWN]]
        raise TableError(
            f"Rows are not what the publisher's form says{more}", faults, where=name,
            expected="year, exporter, importer, six digits, thousand dollars, tonnes or NA", do=DO,
        )  # fmt: skip


def _refuse_economies(columns: Columns, there: Array, name: str, first: int) -> None:
    if there[columns.supplier].all() and there[columns.buyer].all():
        return
    faults = [
        f"row {first + int(np.flatnonzero(codes == code)[0])}: {field} is {code}"
        for field, codes in (("i", columns.supplier), ("j", columns.buyer))
        for code in np.unique(codes[~there[codes]])
    ]
    if faults:
        raise TableError(
            "Country codes are of no economy that kizuna knows", faults[:SHOWN], where=name,
            expected="codes of BACI's country table", do="A code that the publisher added belongs in economies.csv.",
        )  # fmt: skip


def _joined(found: list[Columns]) -> Columns:
    """Return the rows of all blocks in their order."""
    return Columns(*(np.concatenate(column) for column in zip(*(one.each() for one in found), strict=True)))


def _by_product(found: list[Columns]) -> Columns:
    """Return the rows of all blocks by product; those of a product stay in their order."""
    from kizuna.intake.baci_compiled import place_rows

    counts = sum(np.bincount(one.product, minlength=CODES) for one in found)
    ends = np.cumsum(counts)
    whole = Columns.empty(int(ends[-1]))
    place = ends - counts
    threads = len(os.sched_getaffinity(0))
    bounds = [*np.searchsorted(ends, ends[-1] * np.arange(threads) / threads), CODES]

    def placed(low: int, high: int) -> None:
        for one in found:
            place_rows(
                one.product, place, low, high, (one.supplier, one.buyer, one.value, one.mass),
                (whole.supplier, whole.buyer, whole.value, whole.mass),
            )  # fmt: skip

    with ThreadPoolExecutor(threads) as pool:
        [*pool.map(placed, bounds[:-1], bounds[1:])]
    whole.product[:] = np.repeat(np.arange(CODES, dtype=np.uint32), counts)
    return whole


def _in_order(flows: Columns, name: str) -> Columns:
    """Return the rows by product, supplier and buyer; refuses a key that stands twice."""
    key = (flows.product.astype(np.int64) << CODE_BITS | flows.supplier) << CODE_BITS | flows.buyer
    if (key[1:] > key[:-1]).all():
        return flows
    order = np.argsort(key, kind="stable")
    flows, key = Columns(*(column[order] for column in flows.each())), key[order]
    same = np.flatnonzero(key[1:] == key[:-1])
    if len(same):
        at = same[0]
        twice = f"i {flows.supplier[at]}, j {flows.buyer[at]}, k {flows.product[at]:0{HS6_DIGITS}d}"
        raise TableError(
            f"{len(same)} flows stand twice", [twice], where=name,
            expected="one row for a year, exporter, importer and product", do=DO,
        )  # fmt: skip
    return flows


def _stored(flows: Columns, year: int) -> pl.LazyFrame:
    """Return the columns of the stored table; the text of a product is made once for all its rows."""
    begins = np.flatnonzero(np.concatenate([[True], flows.product[1:] != flows.product[:-1]]))  # rows of each product
    products = pl.Enum([f"{code:0{HS6_DIGITS}d}" for code in flows.product[begins]])
    places = np.repeat(np.arange(len(begins), dtype=np.uint32), np.diff(begins, append=len(flows)))
    return pl.LazyFrame(
        {
            "year": pl.repeat(year, len(flows), dtype=pl.Int16, eager=True),
            "product": pl.Series(places).cat.to(products),
            "buyer_code": flows.buyer,
            "supplier_code": flows.supplier,
            "value_usd": flows.value,
            "mass_kg": flows.mass,
        }
    ).with_columns(pl.col("product").cast(pl.String), pl.when(pl.col("mass_kg") > 0).then(pl.col("mass_kg")))
