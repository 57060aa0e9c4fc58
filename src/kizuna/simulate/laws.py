"""The laws of a step: how capacity bends, how output is shared, how orders move. ARIO is one choice of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from kizuna.floor.params import parameter

CapacityLaw = Literal["overproduction", "spare"]
OrderLaw = Literal["fixed", "capacity", "trust"]
BOARIO = "boario-0.7.2"


@dataclass(frozen=True, slots=True)
class Laws:
    """What distinguishes one model from another; times in days.

    Parameters
    ----------
    capacity
        ``overproduction``: capacity grows with scarcity (ARIO); ``spare``: idle capacity is switched on as far as
        orders
        ask for it.
    capacity_days
        Time in which capacity follows.
    scarcity_tolerance
        Unmet share of orders up to which overproduction relaxes. The published rule asks for exactly 0, which round-off
        decides.
    orders
        Weight of a supplier in new orders: ``fixed`` base shares, ``capacity`` over the base (ARIO "alt"), or ``trust``
        in what it delivered lately.
    trust_days
        Time in which trust follows deliveries; only for ``trust``.
    stock_share
        Share of the stock target below which a maker cuts output (psi); 0: only when inputs run out.
    working_step
        Whether makers hold one step of use in work on top of their stock; needed where stocks are below a step.
    restocking_days
        Time in which a gap in stocks is ordered.
    final_reorders
        Whether final users move their orders between suppliers, as makers do.
    by_contract
        Whether all trade is bound to its buyer whatever the network's rigidity, and no home priority holds.
    spot_access
        Share of what contracts fail to bring that buyers claim from the pool.
    price_response
        Rise of the log price per unit of relative excess of orders over supply.
    price_limit
        Largest size of the log price.
    demand_elasticity
        Percent by which final need falls per percent of price.
    compat
        ``boario-0.7.2`` reproduces that tool's quirks, for comparison; empty otherwise.
    """

    capacity: CapacityLaw
    capacity_days: float
    scarcity_tolerance: float
    orders: OrderLaw
    trust_days: float
    stock_share: float
    working_step: bool
    restocking_days: float
    final_reorders: bool
    by_contract: bool
    spot_access: float
    price_response: float
    price_limit: float
    demand_elasticity: float
    compat: str = ""


def contract_laws() -> Laws:
    """Return the laws of material networks: contracts, a pool, spare capacity, trust and prices.

    References
    ----------
    docs/explanation/stress-engine.md, "One step".
    """
    return Laws(
        capacity="spare",
        capacity_days=parameter("spare_days"),
        scarcity_tolerance=parameter("scarcity_floor"),
        orders="trust",
        trust_days=parameter("trust_days"),
        stock_share=0.0,
        working_step=True,
        restocking_days=parameter("restocking_days"),
        final_reorders=True,
        by_contract=False,
        spot_access=parameter("spot_access"),
        price_response=parameter("price_response"),
        price_limit=parameter("price_limit"),
        demand_elasticity=parameter("demand_elasticity"),
    )


def ario_laws(*, psi: float | None = None, orders: OrderLaw = "capacity", compat: str = "") -> Laws:
    """Return the laws of ARIO with inventories.

    Parameters
    ----------
    psi
        Share of the stock target below which output is cut; the parameter ``ario_psi`` where none is given.
    orders
        ``capacity`` (the tool's "alt") or ``fixed`` ("noalt").
    compat
        See :class:`Laws`.

    References
    ----------
    Hallegatte, Risk Analysis 34 (2014) 152-167; Guan et al., Nature Human Behaviour 4 (2020) 577-587 for ``capacity``.
    """
    return Laws(
        capacity="overproduction",
        capacity_days=parameter("ario_overproduction_days"),
        scarcity_tolerance=0.0 if compat == BOARIO else parameter("scarcity_floor"),
        orders=orders,
        trust_days=1.0,
        stock_share=parameter("ario_psi") if psi is None else psi,
        working_step=False,
        restocking_days=parameter("ario_restocking_days"),
        final_reorders=False,
        by_contract=True,
        spot_access=0.0,
        price_response=0.0,
        price_limit=0.0,
        demand_elasticity=0.0,
        compat=compat,
    )


def with_laws(laws: Laws, **changes: object) -> Laws:
    """Return laws with some of them changed; an unknown name is a TypeError."""
    return replace(laws, **changes)  # type: ignore[arg-type]
