"""All products of some partners in one pass: what each buys from whom, and where they hang on the same supplier.

One question to the flows, whatever their number: sums are integers, so that the answer does not depend on threads.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kizuna.floor.errors import OutOfRangeError, RequestError
from kizuna.floor.params import parameter
from kizuna.tables.build import Tables

_QUERY = """
WITH bought AS (
  SELECT product, buyer, supplier, sum(value_usd)::BIGINT AS usd FROM flows
  WHERE revision = $revision AND year = $year AND buyer <> supplier AND buyer IN (SELECT unnest($buyers)::economy)
  GROUP BY ALL
), of_buyer AS (
  SELECT product, buyer, sum(usd)::BIGINT AS imports, arg_max(supplier, (usd, -enum_code(supplier)::INTEGER)) AS top,
         max(usd) AS top_usd, sum(usd::HUGEINT * usd)::DOUBLE / pow(sum(usd)::DOUBLE, 2) AS hhi, count(*) AS suppliers
  FROM bought GROUP BY ALL
)
SELECT product, buyer::VARCHAR, imports, top::VARCHAR, top_usd, hhi, suppliers FROM of_buyer ORDER BY product, buyer
"""


@dataclass(frozen=True, slots=True)
class Bought:
    """What one partner buys of a product abroad in a year.

    ``imports_usd`` from all, of it ``top_usd`` from the largest supplier ``top`` (of equals, the first by code);
    ``hhi`` is the Herfindahl index of its suppliers, 0 to 1.
    """

    buyer: str
    imports_usd: int
    top: str
    top_usd: int
    hhi: float
    suppliers: int

    @property
    def top_share(self) -> float:
        """Share of imports from the largest supplier."""
        return self.top_usd / self.imports_usd


@dataclass(frozen=True, slots=True)
class Common:
    """A product for which every partner buys more than a share from the same supplier, outside the partners.

    ``bought`` stands in the order of the partners.
    """

    product: str
    name: str
    supplier: str
    bought: tuple[Bought, ...]

    @property
    def stake_usd(self) -> int:
        """US dollars that the partners buy from it together."""
        return sum(one.top_usd for one in self.bought)


@dataclass(frozen=True, slots=True)
class Screen:
    """All products of one revision and year: common dependencies, most at stake first, and every product bought."""

    partners: tuple[str, ...]
    revision: str
    year: int
    share: float
    products: int
    common: tuple[Common, ...]
    bought: dict[str, tuple[Bought, ...]]


def screen(tables: Tables, partners: Sequence[str], year: int, *, revision: str = "HS92") -> Screen:
    """Screen every product of a revision for suppliers on which all partners hang.

    Parameters
    ----------
    partners
        ISO3 codes, two or more.
    year
        Year of the flows.
    revision
        Of the Harmonized System.

    Raises
    ------
    RequestError
        If fewer than two partners are named.
    OutOfRangeError
        If there are no flows of the year.

    References
    ----------
    A common dependency: the same largest supplier with more than the parameter ``common_supplier_share`` of
    each partner's imports by value, each of at least ``table_usd``; as in the findings of the brief, for one year.
    """
    if len(partners) < 2:
        raise RequestError(f"{len(partners)} partners", expected="two or more: what is common is between partners")
    rows = tables.rows(_QUERY, revision=revision, year=year, buyers=list(partners))
    if not rows:
        where = f"trade of {revision}"
        raise OutOfRangeError(f"year {year}", where=where, expected="a year with flows of the partners")
    bought: dict[str, list[Bought]] = {}
    for product, *values in rows:
        bought.setdefault(product, []).append(Bought(*values))
    for each in bought.values():
        each.sort(key=lambda one: partners.index(one.buyer))
    share = parameter("common_supplier_share")
    names = tables.product_names
    common = [
        Common(product, names.get((revision, product), product), found[0].top, tuple(found))
        for product, found in bought.items()
        if _is_common(found, partners, share)
    ]
    common.sort(key=lambda one: (-one.stake_usd, one.product))
    whole = {product: tuple(found) for product, found in bought.items()}
    return Screen(tuple(partners), revision, year, share, len(bought), tuple(common), whole)


def _is_common(found: Sequence[Bought], partners: Sequence[str], share: float) -> bool:
    tops = {one.top for one in found}
    return (
        len(found) == len(partners)
        and len(tops) == 1
        and not tops & {*partners}
        and all(one.top_share > share and one.imports_usd >= parameter("table_usd") for one in found)
    )
