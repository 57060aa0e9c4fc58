"""A year of CEPII BACI as published: ``t,i,j,k,v,q``, checked row by row and put in the order of the store.

``v`` is thousand US dollars and ``q`` metric tonnes, both with at most three decimals: whole dollars and kilograms hold
them exactly. ``k`` is text, since leading zeros count. ``q`` is missing where it is ``NA`` or empty; ``NA`` is missing
nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from queue import Queue
from threading import Event, Thread
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from kizuna.floor.archives import blocks
from kizuna.floor.errors import TableError
from kizuna.floor.units import HS6_DIGITS
from kizuna.intake.incoming import Incoming, Part, Read, opened
from kizuna.intake.rows import DO, SHOWN, short

HEADER = ("t", "i", "j", "k", "v", "q")
SCHEMA: dict[str, Any] = {
    "t": pl.Int16, "i": pl.Int16, "j": pl.Int16, "k": pl.String, "v": pl.Float64, "q": pl.Float64,
}  # fmt: skip
MISSING = "NA"
BLOCK = 1 << 24  # bytes read at a time
CODES = 10**HS6_DIGITS
MOST_UNITS = 2**53 // 1000  # thousands that a float holds to three decimals
NOISE = 1e-3  # of a whole unit, from reading decimals as floats
NO_MASS = -1
SHORT = 0.01  # seconds
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
    name = part.member or incoming.path.name
    columns = [*_columns(incoming, part, name, progress)]
    if not columns:
        raise TableError("The file holds no row", ["a header alone"], where=name, expected="flows", do=DO)
    rows = sum(len(block[0]) for block in columns)
    year, product, supplier, buyer, value, mass = _joined(columns)
    _check_year(year, int(part.name), name)
    _check_economies({"i": supplier, "j": buyer}, known, name)
    codes, place = _codes(product)
    del product
    order = _order(place, supplier, buyer)
    with ThreadPoolExecutor() as pool:
        columns_in_order = pool.map(partial(_taken, order), (value, mass, place, supplier, buyer))
        value, mass, place, supplier, buyer = columns_in_order
    _check_keys(place, supplier, buyer, codes, name)
    frame = pl.DataFrame(
        {
            "year": year,
            "product": pl.Series("product", place).cat.to(pl.Enum([f"{code:0{HS6_DIGITS}d}" for code in codes])),
            "buyer_code": buyer,
            "supplier_code": supplier,
            "value_usd": value,
            "mass_kg": mass,
        }
    ).with_columns(pl.col("product").cast(pl.String), pl.when(pl.col("mass_kg") > 0).then(pl.col("mass_kg")))
    frame.write_parquet(target, compression="zstd", compression_level=1, row_group_size=ROW_GROUP)
    missing, none = frame["mass_kg"].null_count(), int((mass == 0).sum())
    zero = f", in {none:,} of them the file has 0.000 tonnes" if none else ""
    return Read(rows, frame.height, (f"{part.name}: mass is missing in {missing:,} rows{zero}; it is never 0.",))


def _columns(incoming: Incoming, part: Part, name: str, progress: Callable[[int], None]) -> Iterator[tuple[Array, ...]]:
    """Yield the columns of one block of rows after the other: year, product, supplier, buyer, dollars, kilograms."""
    first = 2  # the row behind the header, as an editor counts
    with opened(incoming, part) as file:
        for block in _ahead(_with_header(blocks(file, BLOCK, part.size), name, progress)):
            frame = _parsed(block, name, first)
            if frame.height:
                yield _checked(frame, name, first)
            first += frame.height


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


def _joined(columns: list[tuple[Array, ...]]) -> list[Array]:
    """Return each column of all blocks as one array; blocks are let go as they are copied."""
    rows = sum(len(block[0]) for block in columns)
    whole = [np.empty(rows, column.dtype) for column in columns[0]]
    columns.reverse()
    at = 0
    while columns:
        block = columns.pop()
        for target, values in zip(whole, block, strict=True):
            target[at : at + len(values)] = values
        at += len(block[0])
    return whole


def _ahead(found: Iterator[bytes]) -> Iterator[bytes]:
    """Yield blocks that a thread of its own unpacks while the one before is parsed; it ends with whoever takes them."""
    waiting: Queue[bytes | Exception | None] = Queue(2)
    stop = Event()

    def pump() -> None:
        try:
            for block in found:
                if stop.is_set():
                    return
                waiting.put(block)
            waiting.put(None)
        except Exception as error:  # noqa: BLE001 - raised again where the blocks are taken
            waiting.put(error)

    thread = Thread(target=pump)
    thread.start()
    try:
        while (block := waiting.get()) is not None:
            if isinstance(block, Exception):
                raise block
            yield block
    finally:
        stop.set()
        while thread.is_alive():
            if not waiting.empty():
                waiting.get()
            thread.join(SHORT)


def _parsed(block: bytes, name: str, first: int) -> pl.DataFrame:
    """Parse rows by the schema; where that fails, as text, so that the fault has a row and a field."""
    if b'"' in block:
        return _parsed_as_text(block, name, first)
    lines = block.count(b"\n") + (not block.endswith(b"\n"))
    try:
        frame = pl.read_csv(block, has_header=False, schema=SCHEMA, null_values={"q": MISSING}, quote_char=None)
        if frame.height == lines and not any(frame[column].null_count() for column in HEADER[:-1]):
            return frame
    except (pl.exceptions.PolarsError, OSError):
        pass  # the rows are gone through one by one below
    return _parsed_as_text(block, name, first)


def _parsed_as_text(block: bytes, name: str, first: int) -> pl.DataFrame:
    rows: list[list[Any]] = []
    faults: list[str] = []
    for at, line in enumerate(block.decode("utf-8", "surrogateescape").splitlines(), start=first):
        row, wrong = _row([_bare(cell.strip()) for cell in line.split(",")])
        rows.append(row)
        faults += [f"row {at}: {fault}" for fault in wrong]
        if len(faults) > SHOWN:
            break
    if faults:
        more = " (more follow)" if len(faults) > SHOWN else ""
        raise TableError(
            f"Rows are not what the publisher's form says{more}", faults[:SHOWN], where=name,
            expected="year, exporter, importer, six digits, thousand dollars, tonnes or NA", do=DO,
        )  # fmt: skip
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def _bare(cell: str) -> str:
    """Return a field without the quotes around it; a single quote is part of it, and no number."""
    return cell[1:-1] if len(cell) > 1 and cell[0] == cell[-1] == '"' else cell


def _row(cells: list[str]) -> tuple[list[Any], list[str]]:
    """Return the values of a row, and what is wrong with it."""
    if len(cells) != len(HEADER):
        return [None] * len(HEADER), [f"{len(cells)} fields, expected {len(HEADER)}"]
    values: list[Any] = []
    faults = []
    for field, text in zip(HEADER, cells, strict=True):
        if field == "k":
            values.append(text)
        elif field == "q" and text in ("", MISSING):
            values.append(None)
        else:
            number = _number(text, whole=field in "tij")
            values.append(number)
            if number is None:
                faults.append(f"{field} is {short(text)}, expected a number")
    return values, faults


def _number(text: str, *, whole: bool) -> int | float | None:
    try:
        found = int(text) if whole else float(text)
    except ValueError:
        return None
    limit = np.iinfo(np.int16).max if whole else np.inf
    return found if text.isascii() and "_" not in text and -limit <= found <= limit and found == found else None


def _checked(frame: pl.DataFrame, name: str, first: int) -> tuple[Array, ...]:
    """Return the columns of a block, in whole dollars and kilograms; where one number is off, its row is looked for."""
    value, mass = pl.col("v") * 1000, pl.col("q") * 1000
    found = frame.lazy().select(
        sound=(
            (pl.col("k").str.len_bytes() == HS6_DIGITS) & ~pl.col("k").str.starts_with("+") & (pl.col("v") > 0)
            & (pl.col("v") <= MOST_UNITS) & (pl.col("i") > 0) & (pl.col("j") > 0)
            & ((value - value.round()).abs() <= NOISE)
        ).all()
        & ((pl.col("q") >= 0) & (pl.col("q") <= MOST_UNITS) & ((mass - mass.round()).abs() <= NOISE))
        .fill_null(value=True)
        .all(),
        product=pl.col("k").cast(pl.UInt32, strict=False),
        value=value.round().cast(pl.Int64, strict=False),
        mass=mass.round().cast(pl.Int64, strict=False).fill_null(NO_MASS),
    ).collect()  # fmt: skip
    if not found["sound"][0] or found["product"].null_count():
        raise TableError(
            "Rows are not what the publisher's form says", _faults(frame, first)[:SHOWN], where=name, do=DO
        )
    whole = (found[column].to_numpy() for column in ("value", "mass"))
    return (
        frame["t"].to_numpy(), found["product"].to_numpy(), frame["i"].to_numpy(), frame["j"].to_numpy(), *whole
    )  # fmt: skip


def _faults(frame: pl.DataFrame, first: int) -> list[str]:
    """Return a line for each field that is not what the form says, as far as they are shown."""
    digits = frame["k"].str.contains(rf"^[0-9]{{{HS6_DIGITS}}}$")
    value, mass = frame["v"] * 1000, frame["q"] * 1000
    return [
        *_named(frame, ~digits, "k", "six digits, with leading zeros", first),
        *_named(frame, ~(frame["v"].is_finite() & (value > 0) & (frame["v"] <= MOST_UNITS)), "v", "above 0", first),
        *_named(frame, (mass < 0) | ~frame["q"].is_finite() | (frame["q"] > MOST_UNITS), "q", "0 or more", first),
        *_named(frame, (value - value.round()).abs() > NOISE, "v", "at most three decimals", first),
        *_named(frame, (mass - mass.round()).abs() > NOISE, "q", "at most three decimals", first),
        *_named(frame, (frame["i"] < 1) | (frame["j"] < 1), "i", "a country code", first),
    ]


def _named(frame: pl.DataFrame, wrong: pl.Series, field: str, expected: str, first: int) -> list[str]:
    """Return a line for each row that is wrong, as far as they are shown."""
    if not wrong.any():
        return []
    rows = wrong.fill_null(value=False).arg_true()[:SHOWN].to_list()
    return [f"row {first + row}: {field} is {short(frame[field][row])}, expected {expected}" for row in rows]


def _check_year(year: Array, expected: int, name: str) -> None:
    odd = np.flatnonzero(year != expected)
    if len(odd):
        raise TableError(
            f"{len(odd)} rows are of another year", [f"row {int(odd[0]) + 2}: t is {year[odd[0]]}"], where=name,
            expected=f"{expected}, as the file's name says", do=DO,
        )  # fmt: skip


def _check_economies(columns: dict[str, Array], known: Collection[int], name: str) -> None:
    there = np.zeros(np.iinfo(np.int16).max + 1, dtype=np.bool_)
    there[[*known]] = True
    faults = [
        f"row {int(np.flatnonzero(codes == code)[0]) + 2}: {field} is {code}"
        for field, codes in columns.items()
        for code in np.unique(codes[~there[codes]])
    ]
    if faults:
        raise TableError(
            "Country codes are of no economy that kizuna knows", faults[:SHOWN], where=name,
            expected="codes of BACI's country table", do="A code that the publisher added belongs in economies.csv.",
        )  # fmt: skip


def _codes(product: Array) -> tuple[Array, Array]:
    """Return the products in order, and the place of each row's product among them."""
    there = np.zeros(CODES, dtype=np.bool_)
    there[product] = True
    codes = np.flatnonzero(there)
    places = np.zeros(CODES, dtype=np.uint16)
    places[codes] = np.arange(len(codes), dtype=np.uint16)
    return codes, places[product]


def _taken(order: Array, values: Array) -> Array:
    return np.take(values, order)


def _order(place: Array, supplier: Array, buyer: Array) -> Array:
    """Return the order by product, supplier and buyer: stable sorts from the last key to the first.

    The publisher's files come by supplier, buyer and product, so that one sort is mostly enough.
    """
    pair = supplier.astype(np.int32) * np.int32(1 << 15) + buyer
    if (pair[1:] >= pair[:-1]).all():
        return np.argsort(place, kind="stable")
    order = np.argsort(pair, kind="stable")
    return order[np.argsort(place[order], kind="stable")]


def _check_keys(place: Array, supplier: Array, buyer: Array, codes: Array, name: str) -> None:
    same = (np.diff(place) == 0) & (np.diff(supplier) == 0) & (np.diff(buyer) == 0)
    if same.any():
        at = int(np.flatnonzero(same)[0])
        key = f"i {supplier[at]}, j {buyer[at]}, k {codes[place[at]]:0{HS6_DIGITS}d}"
        raise TableError(
            f"{int(same.sum())} flows stand twice", [key], where=name,
            expected="one row for a year, exporter, importer and product", do=DO,
        )  # fmt: skip
