"""What the stress engine may and may not claim: the sentence of its backtest, frozen with what it was computed from."""

from __future__ import annotations

import tomllib
from importlib.resources import files

from kizuna.score.predictor import frozen_sha256
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
    return str(kept["sentence"]) if same and kept["frozen_sha256"] == frozen_sha256() else NO_CLAIM
