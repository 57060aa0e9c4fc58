"""Rows of CEPII BACI, ``t,i,j,k,v,q``: text into columns of whole numbers, or what is wrong with a row.

``v`` is thousand US dollars and ``q`` metric tonnes, both with at most three decimals: whole dollars and kilograms hold
them exactly. ``k`` is text, since leading zeros count. ``q`` is missing where it is ``NA`` or empty; ``NA`` is missing
nowhere else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt

from kizuna.floor.units import HS6_DIGITS
from kizuna.intake.rows import SHOWN, short

HEADER = ("t", "i", "j", "k", "v", "q")
MISSING = ("", "NA")
NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
NO_MASS = -1
MOST_CODE = np.iinfo(np.int16).max
MOST = Decimal(10**12)  # thousand dollars, or tonnes, in one row
SHORTEST_ROW = len("2023,4,8,010121,1,\n")
COMPILED_FROM = 1 << 21  # bytes from which loading the compiled reader pays
Array = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class Columns:
    """Rows of a year, shape (rows,) each: codes, whole US dollars, and kilograms with ``NO_MASS`` where missing."""

    supplier: Array
    buyer: Array
    product: Array
    value: Array
    mass: Array

    @classmethod
    def empty(cls, rows: int) -> Columns:
        """Return room for so many rows."""
        return cls(*(np.empty(rows, kind) for kind in (np.int16, np.int16, np.uint32, np.int64, np.int64)))

    def each(self) -> tuple[Array, ...]:
        """Return the columns in the order of their names."""
        return tuple(getattr(self, one.name) for one in fields(self))

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.supplier)


@dataclass(frozen=True, slots=True)
class Block:
    """The columns of a block of rows, and what is wrong with some: each fault with the place of its row, from 0."""

    columns: Columns
    faults: tuple[tuple[int, str], ...]


def read_block(text: bytes, year: int, *, compiled: bool) -> Block:
    """Read whole rows; stops after some faults.

    Parameters
    ----------
    text
        Rows without the header; the last may lack its end.
    year
        The only one that rows may be of.
    compiled
        Whether rows as the publisher writes them are read by compiled code; others are read one by one in any case.
    """
    columns = Columns.empty(text.count(b"\n") + 1 if not compiled else len(text) // SHORTEST_ROW + 1)
    faults: list[tuple[int, str]] = []
    at = row = 0
    while at < len(text) and len(faults) <= SHOWN:
        if compiled:
            row, at = _plain(text, at, row, year, columns)
        if at < len(text):
            end = text.find(b"\n", at) + 1 or len(text)
            found = read_row(text[at:end], year)
            faults += [(row, fault) for fault in found if isinstance(fault, str)]
            if not faults:
                for column, number in zip(columns.each(), found, strict=True):
                    column[row] = number
            row, at = row + 1, end
    return Block(Columns(*(column[:row] for column in columns.each())), tuple(faults))


def read_row(line: bytes, year: int) -> list[int | str]:
    """Return supplier, buyer, product, dollars and kilograms of a row, or what is wrong with it, a text for each."""
    text = line.decode("utf-8", "surrogateescape").removesuffix("\n").removesuffix("\r")
    cells = [_bare(cell.strip(" ")) for cell in text.split(",")]
    if len(cells) != len(HEADER):
        return [f"{len(cells)} fields, expected {len(HEADER)}"]
    t, i, j, k, v, q = cells
    numbers = [
        _code("t", t, year, f"{year}, as the file's name says"),
        _code("i", i, None, "a country code"),
        _code("j", j, None, "a country code"),
        int(k) if len(k) == HS6_DIGITS and k.isascii() and k.isdigit() else
        f"k is {short(k)}, expected six digits, with leading zeros",
        _thousandths("v", v, least=1),
        NO_MASS if q in MISSING else _thousandths("q", q, least=0),
    ]  # fmt: skip
    return [fault for fault in numbers if isinstance(fault, str)] or numbers[1:]


def _plain(text: bytes, at: int, row: int, year: int, columns: Columns) -> tuple[int, int]:
    from kizuna.intake.baci_compiled import plain_rows

    found: tuple[int, int] = plain_rows(np.frombuffer(text, np.uint8), at, row, year, *columns.each())
    return found


def _bare(cell: str) -> str:
    """Return a field without the quotes around it; a single quote is part of it, and no number."""
    return cell[1:-1] if len(cell) > 1 and cell[0] == cell[-1] == '"' else cell


def _code(field: str, text: str, only: int | None, expected: str) -> int | str:
    """Return a code above 0, or ``only`` where there is one."""
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= len(str(MOST_CODE)) else 0
    right = number == only if only is not None else 0 < number <= MOST_CODE
    return number if right else f"{field} is {short(text)}, expected {expected}"


def _thousandths(field: str, text: str, least: int) -> int | str:
    """Return a number in thousandths, exactly as its digits say."""
    if NUMBER.fullmatch(text) and 0 <= (number := Decimal(text)) <= MOST:
        whole = int(number * 1000)
        if whole >= least and Decimal(whole).scaleb(-3) == number:
            return whole
    above = "above 0" if least else "0 or more"
    return f"{field} is {short(text)}, expected a number {above} with at most three decimals"
