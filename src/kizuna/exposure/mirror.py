"""Mirror flows: what an importer reports of its purchases from an exporter beside what that one reports of its sales.

Both are reports to UN Comtrade, from files that a user added. An import is mostly valued CIF, with insurance and
freight to the border, an export FOB, without; so the ratio of the two is above 1 where both are right.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from kizuna.floor.errors import RequestError
from kizuna.sources.forms import HS_OR_TOTAL, REPORTS, REVISION, form_of
from kizuna.tables.build import Tables
from kizuna.tables.economies import Economy

if TYPE_CHECKING:
    import polars as pl

Reports = Mapping[tuple[str, str], Mapping[str, Any]]  # by period and revision


def mirror(tables: Tables, importer: str, exporter: str, product: str) -> pl.DataFrame:
    """Set both reports of a trade side by side.

    Parameters
    ----------
    importer, exporter
        Code or name of the economy that buys, and of the one that sells.
    product
        2, 4 or 6 digits of the Harmonized System or ``TOTAL``, with a revision before it or not, such as
        ``HS17:850511``.

    Returns
    -------
    One row a ``period`` (year or month) and ``revision`` of the ``product``: ``import_usd`` as the importer reports it
    and ``export_usd`` as the exporter does, current US dollars; ``import_valued`` and ``export_valued``, CIF or FOB,
    null where the report does not say; ``difference_usd``, import less export; ``ratio``, import over export; and
    ``reason``, why there is no difference or no ratio. Of two files with the same report the one added later counts.

    Raises
    ------
    UnknownNameError
        If an economy is not known.
    RequestError
        If no file of UN Comtrade was added, the product is none, one of the economies has no code there, or neither
        of them reports it.

    References
    ----------
    United Nations, International Merchandise Trade Statistics: Concepts and Definitions 2010, chapter IV: imports are
    valued CIF, exports FOB.
    """
    import polars as pl

    buyer, seller = tables.economies.get(importer), tables.economies.get(exporter)
    revision, digits = _product(product)
    _check(tables, buyer, seller)
    imports = _reports(tables, "import", buyer, seller, digits, revision)
    exports = _reports(tables, "export", seller, buyer, digits, revision)
    if not imports and not exports:
        raise RequestError(
            f"neither {buyer.iso3} nor {seller.iso3} reports {product} of this trade",
            where="your files of UN Comtrade",
            expected="a product and a pair that they hold", do="kizuna data list shows what was added.",
        )  # fmt: skip
    rows = [
        {"period": key[0], "revision": key[1], "product": digits, **_sides(imports, exports, key, buyer, seller)}
        for key in sorted({*imports, *exports})
    ]
    usd: Any = form_of(REPORTS).columns["value_usd"].dtype
    kinds = {"usd": usd, "ratio": pl.Float64}
    return pl.DataFrame(rows, {name: kinds.get(name.rpartition("_")[2], pl.String) for name in rows[0]})


def _product(text: str) -> tuple[str, str]:
    """Return revision, empty for all, and digits."""
    revision, _, digits = text.upper().rpartition(":")
    if not re.search(HS_OR_TOTAL, digits) or (revision and not re.search(REVISION, revision)):
        expected = "2, 4 or 6 digits, or TOTAL, such as 850511 or HS17:850511"
        raise RequestError(f"{text!r} is no product of the Harmonized System", expected=expected)
    return revision, digits


def _check(tables: Tables, buyer: Economy, seller: Economy) -> None:
    if REPORTS not in tables.store.names():
        raise RequestError(
            "no file of UN Comtrade was added", expected="reports of trade, which kizuna may not ship",
            do="Download them from https://comtradeplus.un.org and take the file in: kizuna data add FILE",
        )  # fmt: skip
    if buyer is seller:
        raise RequestError(f"{buyer.iso3} on both sides", expected="two economies")
    for one in (buyer, seller):
        if one.comtrade_code is None:
            raise RequestError(
                f"{one.iso3} has no code of UN Comtrade", expected="an economy that trade is reported of"
            )


def _reports(
    tables: Tables, flow: str, reporter: Economy, partner: Economy, digits: str, revision: str
) -> Reports:  # fmt: skip
    """Return what one economy reports of its trade with another."""
    import polars as pl

    asked = [
        pl.col("product") == digits,
        pl.col("flow") == flow,
        pl.col("reporter_code") == reporter.comtrade_code,
        pl.col("partner_code") == partner.comtrade_code,
        *([pl.col("revision") == revision] if revision else []),
    ]
    added = pl.concat([pl.scan_parquet(path).filter(*asked) for path in tables.store.paths(REPORTS)])
    found = added.unique([*form_of(REPORTS).key], keep="last", maintain_order=True).collect()
    return {(one["period"], one["revision"]): one for one in found.iter_rows(named=True)}


def _sides(
    imports: Reports, exports: Reports, key: tuple[str, str], buyer: Economy, seller: Economy
) -> dict[str, object]:
    """Return both reports of one period and revision, and how far they are apart."""
    bought, sold = imports.get(key), exports.get(key)
    import_usd: Any = bought["value_usd"] if bought is not None else None
    export_usd: Any = sold["value_usd"] if sold is not None else None
    reasons = [
        reason
        for one, reports in ((buyer, imports), (seller, exports))
        if (reason := _why_not(one.iso3, reports, key)) is not None
    ]
    apart = not reasons
    if apart and export_usd == 0:
        reasons.append(f"the export that {seller.iso3} reports is 0")
    return {
        "import_usd": import_usd,
        "import_valued": _valued(bought),
        "export_usd": export_usd,
        "export_valued": _valued(sold),
        "difference_usd": import_usd - export_usd if apart else None,
        "ratio": None if reasons else float(import_usd / export_usd),
        "reason": "; ".join(reasons) or None,
    }


def _why_not(economy: str, reports: Reports, key: tuple[str, str]) -> str | None:
    """Return why a side has no value; None where it has one."""
    if key in reports:
        return f"the report of {economy} has no value" if reports[key]["value_usd"] is None else None
    others = sorted(revision for period, revision in reports if period == key[0])
    beside = f"; it reports this in {', '.join(others)}" if others else ""
    return f"your files have no report of {economy}{beside}"


def _valued(report: Mapping[str, Any] | None) -> str | None:
    """Return how a report's value is stated: as its CIF or its FOB value; None where it is neither, or both."""
    if report is None or report["value_usd"] is None:
        return None
    alike = [kind for kind in ("cif", "fob") if report[f"{kind}_usd"] == report["value_usd"]]
    return alike[0].upper() if len(alike) == 1 else None
