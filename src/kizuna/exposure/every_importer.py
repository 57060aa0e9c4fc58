"""Every importer and product in one pass, and what two snapshots give otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kizuna.floor.errors import OutOfRangeError
from kizuna.floor.params import parameter
from kizuna.floor.units import HS6_DIGITS
from kizuna.tables.build import Tables

if TYPE_CHECKING:
    import polars as pl

COMPARED = ("imports_usd", "top", "top_share", "hhi", "geodep")
_EVERY = """
WITH one AS (
  SELECT product, buyer, supplier, value_usd FROM flows
  WHERE revision = $revision AND year = $year AND buyer <> supplier
), bought AS (
  SELECT product, buyer, sum(value_usd)::BIGINT AS imports_usd, max(value_usd)::BIGINT AS top_usd,
         arg_max(supplier, (value_usd, -enum_code(supplier)::INTEGER)) AS top, count(*) AS suppliers,
         sum(value_usd::HUGEINT * value_usd)::DOUBLE / pow(sum(value_usd)::DOUBLE, 2) AS hhi
  FROM one GROUP BY ALL
), sold AS (
  SELECT product, supplier AS buyer, sum(value_usd)::BIGINT AS exports_usd FROM one GROUP BY ALL
), world AS (
  SELECT product, sum(exports_usd::HUGEINT * exports_usd)::DOUBLE / pow(sum(exports_usd)::DOUBLE, 2) AS world_hhi
  FROM sold GROUP BY ALL
)
SELECT product::INTEGER AS product, enum_code(buyer) AS buyer, imports_usd, enum_code(top) AS top,
       top_usd / imports_usd AS top_share, hhi, suppliers, coalesce(exports_usd, 0) AS exports_usd, world_hhi,
       hhi > $limit AND world_hhi > $limit AND imports_usd > $ratio * coalesce(exports_usd, 0) AS geodep
FROM bought LEFT JOIN sold USING (product, buyer) JOIN world USING (product)
"""


def every_importer(tables: Tables, year: int, *, revision: str = "HS92") -> pl.DataFrame:
    """Return concentration and the yearly GeoDep criteria of every importer and product, in one pass.

    Parameters
    ----------
    year, revision
        Of the flows.

    Returns
    -------
    One row a product and buyer: ``imports_usd``, largest supplier ``top`` and ``top_share``, Herfindahl index ``hhi``
    of imports, number of ``suppliers``, ``exports_usd``, Herfindahl index ``world_hhi`` of world exports, and
    ``geodep``: criteria 1 to 3 hold in the year.

    References
    ----------
    CEPII GeoDep, Lefebvre and Wibaux, CEPII Policy Brief 47 (2024): as ``exposure.dependency.geodep_year``, by value.
    """
    limits = {"limit": parameter("geodep_hhi"), "ratio": parameter("geodep_import_export_ratio")}
    import polars as pl

    found = tables.arrays(_EVERY, revision=revision, year=year, **limits)
    economy = pl.Enum(tables.economy_codes)
    return pl.DataFrame(found).with_columns(
        pl.col("product").cast(pl.String).str.zfill(HS6_DIGITS),
        *(pl.col(name).cast(pl.UInt16).cat.to(economy) for name in ("buyer", "top")),
    )


@dataclass(frozen=True, slots=True)
class Moved:
    """One product of one partner that two snapshots give otherwise: what each says; None where it has no such flow."""

    product: str
    buyer: str
    before: dict[str, object] | None
    after: dict[str, object] | None


def differences(
    before: Tables, after: Tables, partners: Sequence[str], year: int, *, revision: str = "HS92"
) -> list[Moved]:
    """Return the products whose exposure two snapshots give otherwise for a partner, the largest change of money first.

    Parameters
    ----------
    before, after
        Figures of two snapshots.
    partners
        ISO3 codes.
    year, revision
        Of the flows.
    """
    found = [_by_product(tables, partners, year, revision) for tables in (before, after)]
    if not any(found):
        where = f"trade of {revision} in both snapshots"
        raise OutOfRangeError(f"year {year}", where=where, expected="a year with flows of one of the economies")
    names = sorted({*found[0], *found[1]})
    moved = [
        Moved(*name, found[0].get(name), found[1].get(name))
        for name in names
        if found[0].get(name) != found[1].get(name)
    ]
    return sorted(moved, key=lambda one: (-_change(one), one.product, one.buyer))


def _by_product(
    tables: Tables, partners: Sequence[str], year: int, revision: str
) -> dict[tuple[str, str], dict[str, object]]:
    import polars as pl

    rows = every_importer(tables, year, revision=revision).filter(pl.col("buyer").cast(pl.String).is_in(list(partners)))
    return {
        (row["product"], row["buyer"]): {name: row[name] for name in COMPARED} for row in rows.iter_rows(named=True)
    }


def _change(one: Moved) -> float:
    """Return by how many US dollars two snapshots differ."""
    amounts = [float(str(side["imports_usd"])) if side else 0.0 for side in (one.before, one.after)]
    return abs(amounts[1] - amounts[0])
