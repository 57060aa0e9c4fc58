"""Balances of supply: net import reliance, the loss of the largest supplier, the 65 % test, food self-sufficiency.

All functions take numbers or arrays of one shape, in one and the same unit: content with content, gross with gross.
Where consumption is 0 or less (exports exceed supply, so the figures do not belong together) the result is not a
number.
"""

from __future__ import annotations

import numpy as np

from kizuna.exposure.arrays import Floats

Amount = Floats | float


def apparent_consumption(production: Amount, imports: Amount, exports: Amount) -> Floats:
    """Return ``P + I - E``; secondary production and stock changes are not in it, since the embedded figures have none.

    Examples
    --------
    >>> float(apparent_consumption(30, 120, 20)), float(apparent_consumption(0, 10, 20))
    (130.0, nan)
    """
    used = np.asarray(production, dtype=np.float64) + imports - np.asarray(exports, dtype=np.float64)
    return np.where(used > 0, used, np.nan)


def net_import_reliance(production: Amount, imports: Amount, exports: Amount) -> Floats:
    """Return net import reliance ``(I - E) / (P + I - E)``; below 0 for a net exporter.

    References
    ----------
    US Geological Survey, Mineral Commodity Summaries (there with stock changes and old scrap).

    Examples
    --------
    >>> round(float(net_import_reliance(30, 120, 20)), 6)
    0.769231
    """
    return (np.asarray(imports, dtype=np.float64) - exports) / apparent_consumption(production, imports, exports)


def without_largest_supplier(production: Amount, imports: Amount, exports: Amount, largest: Amount) -> Floats:
    """Return supplier N-1: what is left of consumption without the largest supplier.

    With imports ``I_i`` from each supplier, it is ``(P + I - max_i I_i) / (P + I - E)``.

    References
    ----------
    The N-1 idea of Regulation (EU) 2017/1938, Annex II, for suppliers in place of gas infrastructure; ours in this
    form.

    Examples
    --------
    >>> round(float(without_largest_supplier(40, 100, 10, 60)), 6)
    0.615385
    """
    return (np.asarray(production, dtype=np.float64) + imports - largest) / apparent_consumption(
        production, imports, exports
    )


def largest_supplier_in_consumption(production: Amount, imports: Amount, exports: Amount, largest: Amount) -> Floats:
    """Return the share of the largest supplier in consumption, ``max_i I_i / (P + I - E)``.

    References
    ----------
    Regulation (EU) 2024/1252, which wants it at 65 % or less for one third country.

    Examples
    --------
    >>> round(float(largest_supplier_in_consumption(30, 120, 20, 91)), 6)
    0.7
    """
    return np.asarray(largest, dtype=np.float64) / apparent_consumption(production, imports, exports)


def self_sufficiency(production: Amount, imports: Amount, exports: Amount) -> Floats:
    """Return the self-sufficiency ratio ``P / (P + M - X)``; stock changes are not in it.

    References
    ----------
    FAO, Food Balance Sheets handbook.

    Examples
    --------
    >>> float(self_sufficiency(40, 80, 20))
    0.4
    """
    return np.asarray(production, dtype=np.float64) / apparent_consumption(production, imports, exports)


def import_dependency(production: Amount, imports: Amount, exports: Amount) -> Floats:
    """Return the import dependency ratio ``(M - X) / (P + M - X)``; below 0 for a net exporter.

    References
    ----------
    FAO, FAOSTAT suite of food security indicators (cereal import dependency ratio).

    Examples
    --------
    >>> float(import_dependency(40, 80, 20))
    0.6
    """
    return (np.asarray(imports, dtype=np.float64) - exports) / apparent_consumption(production, imports, exports)


def stocks_to_use(stocks: Amount, use: Amount) -> Floats:
    """Return closing stocks over a year's use, in years.

    References
    ----------
    Agricultural Market Information System, stock-to-use ratio.

    Examples
    --------
    >>> round(float(stocks_to_use(30, 90)), 4)
    0.3333
    """
    used = np.asarray(use, dtype=np.float64)
    return stocks / np.where(used > 0, used, np.nan)
