"""Governance scores as weights, and the production and supply-risk indices that carry them."""

from __future__ import annotations

import numpy as np

from kizuna.exposure.arrays import Amounts, Floats
from kizuna.exposure.concentration import added_over_suppliers, shares
from kizuna.floor.errors import OutOfRangeError
from kizuna.floor.params import parameter


def instability(estimate: Floats) -> Floats:
    """Return a governance estimate rescaled to 0 (stable) .. 1 (unstable): ``clip(0.5 - 0.2 e, 0, 1)``.

    Parameters
    ----------
    estimate
        World Bank estimate ``e``, about -2.5 (weak) to 2.5 (strong); not a number stays so.

    References
    ----------
    GeoPolRisk method: Santillan-Saldivar et al. 2022.

    Examples
    --------
    >>> instability(np.array([-2.5, 0.0, 1.0])).round(12).tolist()
    [1.0, 0.5, 0.3]
    """
    return np.asarray(
        np.clip(parameter("governance_midpoint") - parameter("governance_slope") * estimate, 0.0, 1.0), dtype=np.float64
    )


def weighted_concentration(amounts: Amounts, weights: Floats, trade_parameters: Floats | None = None) -> float:
    """Return the weighted concentration of one mix of suppliers: ``sum_i s_i^2 w_i t_i``.

    Parameters
    ----------
    amounts
        Supply of each economy in one unit, shape ``[supplier]``.
    weights
        Governance weight ``w_i`` of the same suppliers in the same order; the European criticality method uses 0
        (good) to 10.
    trade_parameters
        Trade parameter ``t_i``; 1 where not given.

    Raises
    ------
    OutOfRangeError
        If the shapes differ or a weight is missing.

    References
    ----------
    European Commission, Methodology for establishing the EU list of critical raw materials (2017), HHI_WGI,t.

    Examples
    --------
    >>> round(weighted_concentration(np.array([5, 3, 2]), np.array([6.0, 3.0, 2.0]), np.array([1.1, 1.0, 1.0])), 9)
    2.0
    """
    t = np.ones(len(weights)) if trade_parameters is None else trade_parameters
    if not len(amounts) == len(weights) == len(t):
        raise OutOfRangeError(
            f"{len(amounts)} amounts, {len(weights)} weights, {len(t)} trade parameters",
            expected="one of each a supplier",
        )
    if not (np.isfinite(weights).all() and np.isfinite(t).all()):
        raise OutOfRangeError("a supplier without a governance weight", expected="a weight for each supplier")
    return float(np.sum(shares(amounts) ** 2 * weights * t))


def import_reliance(imports: float, exports: float, production: float) -> float:
    """Return import reliance of the European method: ``(I - E) / (P + I - E)``, clipped to 0..1.

    Parameters
    ----------
    imports, exports, production
        Of one economy, in one and the same unit.

    Raises
    ------
    OutOfRangeError
        If apparent consumption ``P + I - E`` is 0 or less.

    References
    ----------
    European Commission, Methodology for establishing the EU list of critical raw materials (2017), import reliance.

    Examples
    --------
    >>> import_reliance(100.0, 20.0, 20.0)
    0.8
    """
    supply = production + imports - exports
    if supply <= 0:
        raise OutOfRangeError(f"apparent consumption {supply:g}", expected="production + imports - exports above 0")
    return float(np.clip((imports - exports) / supply, 0.0, 1.0))


def supply_risk(
    global_concentration: float,
    sourcing_concentration: float,
    *,
    import_reliance: float,
    recycling_input_rate: float,
    substitution_index: float,
) -> float:
    """Return supply risk of one stage as the European criticality method defines it.

    ``SR = [ HHI_global IR/2 + HHI_sourcing (1 - IR/2) ] (1 - EoL_RIR) SI``

    Parameters
    ----------
    global_concentration
        Weighted concentration of world production, see :func:`weighted_concentration`.
    sourcing_concentration
        The same of the economy's own sourcing mix: its production and its imports by origin.
    import_reliance
        ``IR``, 0 to 1.
    recycling_input_rate
        ``EoL_RIR``, 0 to 1.
    substitution_index
        ``SI``, 0 to 1; there is no default.

    Raises
    ------
    OutOfRangeError
        If import reliance, recycling input rate or substitution index lies outside 0 to 1.

    References
    ----------
    European Commission, Study on the critical raw materials for the EU 2023, DOI 10.2873/725585.

    Examples
    --------
    >>> round(supply_risk(2.0, 2.568, import_reliance=0.8, recycling_input_rate=0.1, substitution_index=0.95), 6)
    2.001384
    """
    for name, rate in (
        ("import reliance", import_reliance),
        ("recycling input rate", recycling_input_rate),
        ("substitution index", substitution_index),
    ):
        if not 0.0 <= rate <= 1.0:
            raise OutOfRangeError(f"{name} of {rate}", expected="a share from 0 to 1")
    mix = global_concentration * import_reliance / 2 + sourcing_concentration * (1 - import_reliance / 2)
    return mix * (1 - recycling_input_rate) * substitution_index


def geopolrisk_score(
    production_hhi: Floats | float, import_masses: Amounts, instabilities: Floats, production: Floats | float
) -> Floats:
    """Return the GeoPolRisk score of a material for one importer, or for many at once.

    ``score = HHI * sum_i(g_i f_i) / (p + F)`` with imports ``f_i`` (mass), their sum ``F``, the exporters'
    instability ``g_i`` (0 to 1; 0 for members of an importing bloc) and the importer's own production ``p`` (mass).

    Parameters
    ----------
    production_hhi
        Concentration of world production, scalar or of a shape that fits the importers'.
    import_masses
        Shape ``[supplier]``, ``[supplier, importer]`` or ``[supplier, year, importer]``.
    instabilities
        Shape ``[supplier]``, or that of the masses.
    production
        The importers' own production, same unit as the imports, scalar or shape ``[importer]``.

    Returns
    -------
    Score, scalar or shape ``[importer]``; not a number for an importer with neither production nor imports.

    Raises
    ------
    OutOfRangeError
        If scores and masses have shapes that do not fit, or a supplier has no score.

    References
    ----------
    Santillan-Saldivar et al. 2022; Koyamparambath et al. 2022.

    Examples
    --------
    >>> round(float(geopolrisk_score(0.4, np.array([70.0, 30.0]), np.array([0.6, 0.3]), 50.0)), 12)
    0.136
    """
    masses = np.asarray(import_masses, dtype=np.float64)
    weights = np.asarray(instabilities, dtype=np.float64)
    if weights.shape != masses.shape:
        if weights.shape != masses.shape[:1]:
            raise OutOfRangeError(
                f"flows {masses.shape} and scores {weights.shape}", expected="one score a flow or a supplier"
            )
        weights = weights.reshape(-1, *[1] * (masses.ndim - 1))
    if not np.isfinite(weights).all():
        raise OutOfRangeError("a supplier without a governance score", expected="a score for each supplier")
    supply = production + added_over_suppliers(masses)
    at_risk = added_over_suppliers(masses * weights)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(supply > 0, production_hhi * at_risk / supply, np.nan), dtype=np.float64)


def geopolrisk_factor(score: Floats | float, price_usd_per_kg: Floats | float) -> Floats:
    """Return the GeoPolRisk characterisation factor, kg copper-equivalent per kg: ``score * price / 0.409412948``.

    Parameters
    ----------
    score
        See :func:`geopolrisk_score`.
    price_usd_per_kg
        Import unit value, USD per kg.

    References
    ----------
    geopolrisk-py 2.0.1; the divisor is the mean copper midpoint of OECD importers 2017 to 2021.

    Examples
    --------
    >>> round(float(geopolrisk_factor(0.136, 2.0)), 6)
    0.664366
    """
    return np.asarray(np.multiply(score, price_usd_per_kg) / parameter("geopolrisk_copper_midpoint"), dtype=np.float64)
