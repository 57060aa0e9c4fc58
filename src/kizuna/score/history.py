"""World trade of every product as arrays by year: the history that events, rules and predictions are made from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from string import digits
from typing import Any

import numpy as np
import numpy.typing as npt

from kizuna.floor.errors import UnknownNameError
from kizuna.floor.params import parameter
from kizuna.floor.units import HS6_DIGITS
from kizuna.sources.forms import LAST_YEAR
from kizuna.tables.build import Tables

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

REVISION = "HS92"
_FLOWS = """
SELECT product::INTEGER AS product, year::SMALLINT AS year, enum_code(supplier)::SMALLINT AS supplier,
       enum_code(buyer)::SMALLINT AS buyer, sum(value_usd)::BIGINT AS value_usd,
       sum(coalesce(mass_kg, 0))::BIGINT AS mass_kg
FROM flows WHERE revision = $revision AND buyer <> supplier AND year <= $last
      AND starts_with(product::VARCHAR, $digit)
GROUP BY ALL ORDER BY product, year, supplier, buyer
"""


@dataclass(frozen=True, slots=True)
class ProductHistory:
    """All trade of one product.

    Parameters
    ----------
    product
        HS6 code.
    first
        Calendar year of the first place on the year axis.
    mass
        kg, shape ``[year, supplier, buyer]``; 0 where there is no flow, or one whose mass is not published.
    value
        USD of each supplier's exports, flows without a mass included, shape ``[year, supplier]``.
    weighed
        USD of each supplier's exports that have a mass, shape ``[year, supplier]``.
    suspect
        Share of each supplier's kg in flows of suspect unit value, shape ``[year, supplier]``.
    exports, imports
        kg, shape ``[year, economy]``.
    """

    product: str
    first: int
    mass: Floats
    value: Floats
    weighed: Floats
    suspect: Floats
    exports: Floats
    imports: Floats

    def at(self, year: int) -> int:
        """Return the place of a calendar year."""
        return year - self.first


@dataclass(frozen=True, slots=True)
class History:
    """World trade by product, 1995 on; masses are kg, flows without a mass carry none and are counted.

    Parameters
    ----------
    economies
        ISO3 codes of the economy axes.
    first, last
        First and last calendar year.
    products
        HS6 codes, ascending.
    starts
        First row of each product and one past the last, shape ``[product + 1]``.
    rows
        Year, supplier, buyer (places), value in USD and mass in kg of each flow, shape ``[flow]`` each; each in its own
        width, since a whole BACI has 260 million flows.
    """

    economies: tuple[str, ...]
    first: int
    last: int
    products: tuple[str, ...]
    starts: Integers
    rows: tuple[npt.NDArray[Any], ...]

    def __iter__(self) -> Iterator[ProductHistory]:
        return (self.product(code) for code in self.products)

    def product(self, code: str) -> ProductHistory:
        """Return the history of one product.

        Raises
        ------
        UnknownNameError
            If nothing is traded under the code.
        """
        if code not in self.products:
            raise UnknownNameError("product", code, self.products)
        at = self.products.index(code)
        of_product = slice(self.starts[at], self.starts[at + 1])
        year, supplier, buyer, value, mass = (column[of_product].astype(np.int64) for column in self.rows)
        years, size = self.last - self.first + 1, len(self.economies)
        cube = np.zeros((years, size, size))
        cube[year, supplier, buyer] = mass
        seller = year * size + supplier
        known = np.where(mass > 0, value, 0)
        sold, weighed = (np.asarray(np.bincount(seller, usd, years * size), dtype=np.float64) for usd in (value, known))
        suspect = _suspect_share(year, seller, value, mass, years * size)
        sold, weighed, suspect = (column.reshape(years, size) for column in (sold, weighed, suspect))
        return ProductHistory(code, self.first, cube, sold, weighed, suspect, cube.sum(axis=2), cube.sum(axis=1))

    def without_mass(self) -> tuple[float, float]:
        """Return the share of flows, and of their value, that has no mass and is left out of every quantity."""
        silent = self.rows[4] == 0
        return float(silent.mean()), float(self.rows[3][silent].sum() / self.rows[3].sum())


def read_history(tables: Tables, *, last: int | None = None) -> History:
    """Read the trade of all products of HS92.

    Parameters
    ----------
    last
        Last year to read, so that what is estimated on it cannot see a later one; all years where not given.
    """
    asked = {"revision": REVISION, "last": LAST_YEAR if last is None else last}
    # By the first digit of the product, one after the other, so that sorting takes less memory than what it gives.
    read = [tables.arrays(_FLOWS, **asked, digit=digit) for digit in digits]
    found = {name: np.concatenate([one.pop(name) for one in read]) for name in [*read[0]]}
    product, year = found.pop("product"), found.pop("year")
    first, final = int(year.min()), int(year.max())
    starts = np.flatnonzero(np.diff(product, prepend=-1))
    codes = tuple(f"{code:0{HS6_DIGITS}d}" for code in product[starts].tolist())
    columns = (found[name] for name in ("supplier", "buyer", "value_usd", "mass_kg"))
    return History(tables.economy_codes, first, final, codes, np.append(starts, len(product)), (year - first, *columns))


def _suspect_share(year: Integers, seller: Integers, value: Integers, mass: Integers, size: int) -> Floats:
    """Return the share of each seller's mass in flows whose USD per kg is far off the year's median by mass."""
    factor = parameter("unit_value_factor")
    known = mass > 0
    odd = np.zeros(len(mass), dtype=np.bool_)
    unit = np.divide(value, mass, out=np.zeros(len(mass)), where=known)
    for when in np.unique(year):
        rows = np.flatnonzero(known & (year == when))
        if len(rows):
            order = rows[np.argsort(unit[rows], kind="stable")]
            reached = np.cumsum(mass[order])
            usual = unit[order[np.searchsorted(reached, reached[-1] / 2)]]
            odd[rows] = (unit[rows] > factor * usual) | (unit[rows] * factor < usual)
    whole, part = (np.bincount(seller, np.where(chosen, mass, 0.0), size) for chosen in (known, odd))
    return np.divide(part, whole, out=np.zeros(size), where=whole > 0)
