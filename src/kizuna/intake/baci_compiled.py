"""The loops over rows of BACI that are compiled: plain rows are read, and rows are put beside those of their product.

Loading numba takes 0.4 s, so that ``baci_year.py`` comes here with large files alone.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

SUPPLIER, BUYER, PRODUCT, VALUE, MASS = 1, 2, 3, 4, 5  # fields of a row; the year comes first
LEAST_DIGITS = (4, 1, 1, 6, 1, 1)
MOST_DIGITS = (4, 4, 4, 6, 12, 12)  # with three decimals, twelve fit a 64-bit integer
DECIMALS = 3  # of value and mass
NONE = -1  # a mass that is not there
COMMA, POINT, QUOTE, BLANK, LINE, RETURN, ZERO, NINE, N, A = (ord(sign) for sign in ',." \n\r09NA')


@numba.njit(nogil=True, cache=True)
def plain_rows(
    text: Array, at: int, row: int, year: int, supplier: Array, buyer: Array, product: Array, value: Array, mass: Array
) -> tuple[int, int]:  # fmt: skip
    """Read rows as the publisher writes them, until the text ends or a row is another.

    It is one loop, since numba takes three times as long where a field is read by a function of its own.

    Parameters
    ----------
    text
        Bytes, shape ``[byte]``.
    at, row
        Where to begin in the text and in the columns.
    year
        The only one that rows may be of.
    supplier, buyer, product, value, mass
        Columns to fill, shape ``[row]``: codes, whole US dollars above 0, kilograms with ``NONE`` where missing.

    Returns
    -------
    The row behind the last one read, and the byte behind it: where a row begins that is not plain, or the end.
    """
    size = len(text)
    numbers = np.empty(6, np.int64)
    while at < size and row < len(supplier):
        end = at
        for field in range(6):
            while field >= VALUE and end < size and text[end] == BLANK:
                end += 1
            quoted = field == PRODUCT and end < size and text[end] == QUOTE
            end += quoted
            number, begin = 0, end
            while end < size and ZERO <= text[end] <= NINE:
                number = number * 10 + (text[end] - ZERO)
                end += 1
            digits = end - begin
            if field >= VALUE:
                decimals = 0
                if digits and end + 1 < size and text[end] == POINT and ZERO <= text[end + 1] <= NINE:
                    end += 1
                    while decimals < DECIMALS and end < size and ZERO <= text[end] <= NINE:
                        number = number * 10 + (text[end] - ZERO)
                        decimals += 1
                        end += 1
                for _ in range(DECIMALS - decimals):
                    number *= 10
            if field == MASS and digits == 0:
                number = NONE
                if end + 1 < size and text[end] == N and text[end + 1] == A:
                    end += 2
            elif digits < LEAST_DIGITS[field] or digits > MOST_DIGITS[field]:
                return row, at
            if quoted:
                if end >= size or text[end] != QUOTE:
                    return row, at
                end += 1
            if field < MASS:
                if end >= size or text[end] != COMMA:
                    return row, at
                end += 1
            numbers[field] = number
        if end < size and text[end] == RETURN:
            end += 1
        if end < size and text[end] != LINE:
            return row, at
        if numbers[0] != year or numbers[SUPPLIER] == 0 or numbers[BUYER] == 0 or numbers[VALUE] == 0:
            return row, at
        supplier[row], buyer[row], product[row] = numbers[SUPPLIER], numbers[BUYER], numbers[PRODUCT]
        value[row], mass[row] = numbers[VALUE], numbers[MASS]
        at, row = min(end + 1, size), row + 1
    return row, at


@numba.njit(nogil=True, cache=True)
def place_rows(product: Array, place: Array, low: int, high: int, columns: Any, sorted_columns: Any) -> None:
    """Put the rows of the products from ``low`` to below ``high`` where the next row of their product belongs.

    Parameters
    ----------
    product
        Of each row, shape ``[row]``.
    place
        Where the next row of each product belongs, shape ``[product]``; it moves on.
    columns, sorted_columns
        Supplier, buyer, value and mass: of the rows, shape ``[row]``, and in the new order, shape ``[sorted row]``.
    """
    suppliers, buyers, values, masses = columns
    to_suppliers, to_buyers, to_values, to_masses = sorted_columns
    for row in range(len(product)):
        code = product[row]
        if low <= code < high:
            to = place[code]
            place[code] = to + 1
            to_suppliers[to], to_buyers[to] = suppliers[row], buyers[row]
            to_values[to], to_masses[to] = values[row], masses[row]
