"""What the stress engine may and may not claim: the sentence of its backtest, frozen with what it was computed from."""

from __future__ import annotations

import tomllib
from importlib.resources import files

from kizuna.brief.amounts import per_cent
from kizuna.floor.params import parameter, parameters
from kizuna.score.predictor import frozen, frozen_sha256
from kizuna.sources.table_names import over
from kizuna.tables.build import Tables

FILE = "backtest.toml"
NO_CLAIM = "No backtest on these figures is kept with the package: kizuna backtest computes it."


def claim(tables: Tables) -> str:
    """Return the sentence of the backtest, where it was computed with this predictor on these figures.

    The backtest takes seconds, so that a brief does not repeat it: the sentence is kept with the sha256 of the frozen
    predictor and of the stored tables that it was computed from. A test computes it again.
    """
    kept = tomllib.loads(files("kizuna.brief").joinpath("assets", FILE).read_text(encoding="utf-8"))
    same = all(tables.store.sha256(table) == digest for table, digest in kept["tables"].items())
    same = same and not any(over(table) in tables.store.names() for table in kept["tables"])
    return str(kept["sentence"]) if same and kept["frozen_sha256"] == frozen_sha256() else NO_CLAIM


def rigidity_beside() -> str:
    """Return what the backtest estimates of rigidity beside what the engine draws.

    Examples
    --------
    >>> rigidity_beside().split(".")[0]
    'Fitted to yearly trade to 2015, the same form binds 100 % of trade to its buyer'
    """
    model, middle = frozen(), parameter("network_rigidity_material")
    highest = min(middle + parameters()["rigidity_shift"].high, 1)
    return (
        f"Fitted to yearly trade to {model.last_year}, the same form binds {per_cent(model.rigidity)} of trade to its "
        f"buyer. The {per_cent(middle)} taken here is a convention, and draws reach {per_cent(highest)}: the more is "
        "bound, the more of a loss stays with those who buy from the seller that fails."
    )
