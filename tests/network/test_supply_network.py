"""A network whose arrays cannot mean anything is refused, with every fault."""

from dataclasses import replace

import numpy as np
import pytest

from kizuna.floor.errors import NetworkError
from kizuna.network.supply_network import Block, SupplyNetwork


def two_economies() -> SupplyNetwork:
    flows = np.array([[2.0, 1.0], [0.0, 3.0]])
    block = Block("metal", np.zeros((2, 0)), np.zeros(0, dtype=np.int64), flows)
    shares = np.array([0.5])
    return SupplyNetwork(
        name="hand", kind="material", year=2023, unit="t", covers="use", economies=("IND", "JPN"), stages=("metal",),
        products=(("HS92:260400",),), output=flows.sum(axis=1)[:, None], blocks=(block,), stock_days=np.array([np.inf]),
        final_stock_days=np.full((2, 1), 30.0), spare=np.zeros((2, 1)), rigidity=shares, home_priority=shares,
        value_added_usd=np.full((2, 1), np.nan),
    )  # fmt: skip


BELOW_NOTHING = Block("metal", np.zeros((2, 0)), np.zeros(0, np.int64), np.array([[2.0, -1.0], [0.0, 3.0]]))
BACKWARDS = Block("metal", np.zeros((2, 2)), np.array([1, 0]), np.array([[2.0, 1.0], [0.0, 3.0]]))


def test_a_network_made_by_hand_is_taken():
    assert two_economies().nodes == 2


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("final_stock_days", np.full((2, 1), np.inf), "final_stock_days goes from inf to inf"),
        ("rigidity", np.array([1.5]), "rigidity goes from 1.5 to 1.5; expected numbers from 0 to 1"),
        ("spare", np.array([[-0.1], [0.2]]), "spare goes from -0.1 to 0.2"),
        ("output", np.array([[np.nan], [1.0]]), "output goes from nan to nan"),
        ("output", np.ones((1, 2)), "output has the shape [1, 2]; expected [2, 1]"),
        ("blocks", (), "blocks of none; expected metal, one of each stage in their order"),
        ("economies", ("IND", "IND"), "economies: 'IND' stands twice"),
        ("blocks", (BELOW_NOTHING,), "final of metal goes from -1 to 3; expected numbers from 0"),
        ("blocks", (BACKWARDS,), "maker_nodes of metal are not whole numbers, each once and ascending"),
        ("value_added_usd", np.array([[np.nan], [np.inf]]), "value_added_usd goes from inf to inf"),
    ],
)
def test_an_array_that_means_nothing_is_named_with_what_was_expected(field, value, says):
    with pytest.raises(NetworkError) as refused:
        replace(two_economies(), **{field: value})
    assert says in str(refused.value)


def test_all_faults_come_together():
    with pytest.raises(NetworkError) as refused:
        replace(two_economies(), rigidity=np.array([2.0]), spare=np.full((2, 1), -1.0))
    assert len(refused.value.details) == 2
