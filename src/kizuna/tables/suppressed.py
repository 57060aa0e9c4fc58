"""Imports whose partners a reporter does not publish in full."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

from kizuna.tables.commodities import Commodity


@cache
def suppressed_partners() -> dict[tuple[str, str], str]:
    """Return why, by (economy, HS6 code), as ``data/suppressed.toml`` lists them."""
    document = tomllib.loads(files("kizuna.tables").joinpath("data/suppressed.toml").read_text(encoding="utf-8"))
    return {(pair["economy"], pair["product"]): pair["why"] for pair in document["pair"]}


def suppression(economy: str, commodity: Commodity) -> str:
    """Return why an economy's imports of a commodity cannot be read by partner; empty where nothing is known against
    it.

    Examples
    --------
    >>> suppression("JPN", Commodity("271121", "HS92", ("271121",), "Natural gas"))
    ''
    """
    known = suppressed_partners()
    return "; ".join(known[economy, code] for code in commodity.codes if (economy, code) in known)
