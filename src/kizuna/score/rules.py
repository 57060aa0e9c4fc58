"""Simple rules for what importers buy after a supplier's fall: what a model has to beat.

Each rule is a function of the cases: history to the year before, and what the exporter sold to others. Results are kg,
shape ``[case]``. Where the exporter had sold nothing to others, its fall is unknown and taken as none.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from kizuna.floor.params import parameter
from kizuna.score.cases import Cases
from kizuna.score.history import Floats


def others_fall(cases: Cases) -> Floats:
    """Return ``1 - s``: the part that the exporter's other buyers lost, 0 to 1; 0 where they bought nothing."""
    return np.asarray(np.clip(1 - np.where(np.isnan(cases.left), 1, cases.left), 0, 1))


def persistence(cases: Cases) -> Floats:
    """Nothing changes: imports of the year before."""
    return cases.before.copy()


def lost(cases: Cases) -> Floats:
    """What the exporter no longer sells is lost to its own buyers: ``M (1 - (1 - s) d)``."""
    return np.asarray(cases.before * (1 - others_fall(cases) * cases.dependence))


def pooled(cases: Cases) -> Floats:
    """All importers share the loss by size, whoever they bought from: ``M (1 - L / W)``."""
    return np.asarray(cases.before * (1 - others_fall(cases) * pool_share(cases)))


def mix(cases: Cases) -> Floats:
    """A fixed part of the loss is own, the rest is pooled: 0.6 and 0.4."""
    own = parameter("rule_mix_rigidity")
    return np.asarray(own * lost(cases) + (1 - own) * pooled(cases))


def growth_limited(cases: Cases) -> Floats:
    """Other suppliers replace the loss as far as their sales to the importer usually grow in a year.

    Usual growth is the mean of the yearly growth of imports from all others over the past that is known, above 0.
    """
    others = np.maximum(cases.imports - cases.from_exporter, 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        growth = others[:, :-1] / others[:, 1:] - 1
    known = np.isfinite(growth)
    usual = np.where(known, growth, 0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    loss = cases.before - lost(cases)
    return np.asarray(cases.before - np.maximum(0, loss - np.maximum(usual, 0) * others[:, 0]))


def constant_fall(cases: Cases, exposed_ratio: float) -> Floats:
    """Every exposed importer falls by the same share, all others keep theirs.

    Parameters
    ----------
    exposed_ratio
        Imports over those of the year before that fit best on the years of estimation.
    """
    return np.where(cases.exposed, exposed_ratio, 1.0) * cases.before


def simple_rules(exposed_ratio: float) -> dict[str, Callable[[Cases], Floats]]:
    """Return every simple rule by name; ``persistence`` is what skill is measured against."""
    return {
        "persistence": persistence,
        "constant fall": lambda cases: constant_fall(cases, exposed_ratio),
        "lost": lost,
        "pooled": pooled,
        "growth-limited": growth_limited,
        "0.6 lost, 0.4 pooled": mix,
    }


def pool_share(cases: Cases) -> Floats:
    """Return what the exporter sold to others as a share of all that others bought, 0 to 1, ``[case]``."""
    none = np.zeros(len(cases))
    return np.asarray(np.divide(cases.others_before, cases.world_before, out=none, where=cases.world_before > 0))
