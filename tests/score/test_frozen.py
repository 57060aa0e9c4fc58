"""What is frozen is what the early years give, and nothing of the later ones is in it."""

from __future__ import annotations

import numpy as np
import pytest

from kizuna.floor.params import parameter
from kizuna.score.estimate import Estimate, estimate, frozen_toml
from kizuna.score.predictor import frozen, frozen_sha256, frozen_text, parse_frozen
from kizuna.store.store import embedded_snapshot
from kizuna.tables.build import build_tables

# The file as it was before any year after 2015 was scored: a change of it is a change of what was tested.
FROZEN = "7e93586159d86d686abd66544691c2c6a366f20d9415e39df0dfbc54c80cba3b"


@pytest.fixture(scope="module")
def again() -> Estimate:
    """Return the estimate from tables in which no later year is left."""
    tables = build_tables(embedded_snapshot())
    last = int(parameter("estimation_last_year"))
    tables.connection.execute(f"DELETE FROM flows WHERE year > {last}")
    tables.connection.execute(f"DELETE FROM mine_production WHERE year > {last}")
    return estimate(tables)


def test_the_frozen_file_is_the_one_that_was_scored() -> None:
    assert frozen_sha256() == FROZEN


def test_the_early_years_alone_give_the_frozen_predictor(again: Estimate) -> None:
    new, old = parse_frozen(frozen_toml(again)), frozen()
    assert new.base == old.base
    assert new.rigidity_of == pytest.approx(old.rigidity_of, abs=1e-6)
    for name in ("reversion", "rigidity", "fill", "others_weight", "pooling", "typical_fall", "exposed_ratio"):
        assert getattr(new, name) == pytest.approx(getattr(old, name), abs=1e-6), name
    assert np.allclose(new.low, old.low, atol=1e-5)
    assert np.allclose(new.high, old.high, atol=1e-5)
    assert (new.last_year, new.events) == (old.last_year, old.events) == (2015, 206)


def test_the_frozen_choice_is_the_one_that_did_best_in_cross_validation(again: Estimate) -> None:
    assert min(again.trials, key=lambda key: again.trials[key]) == (frozen().base, frozen().pooling)


def test_what_is_frozen_is_read_back_as_it_was_written() -> None:
    model = parse_frozen(frozen_text())
    assert model.low.shape == model.high.shape == (2, 2, len(model.volatility_bounds) + 1)
    assert (model.low < model.high).all()
    assert 0 <= model.rigidity <= 1
    assert 0 <= model.fill <= 1
