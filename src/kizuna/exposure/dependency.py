"""Screens for strategic dependency: the Commission's CDI1 to 3, CEPII's GeoDep, and what partners share.

The screens are kept apart on purpose: they ask different questions and may disagree.
"""

from __future__ import annotations

import numpy as np

from kizuna.exposure.arrays import Amounts, Flags, Floats
from kizuna.floor.errors import OutOfRangeError
from kizuna.floor.params import parameter


def extra_import_importance(extra: Floats, intra: Floats) -> Floats:
    """Return CDI2 of a bloc: ``extra / (extra + intra)``, imports from outside in all imports of the members.

    References
    ----------
    European Commission, SWD(2021) 352.

    Examples
    --------
    >>> round(float(extra_import_importance(np.array([100.0]), np.array([80.0]))[0]), 6)
    0.555556
    """
    return np.asarray(extra / (extra + intra), dtype=np.float64)


def import_export_ratio(imports: Amounts, exports: Amounts) -> Floats:
    """Return ``imports / exports`` in the same unit; infinite where nothing is exported.

    It is CDI3 of the Commission (extra-bloc imports over total exports, which stand in for production) and the
    third criterion of GeoDep. CEPII writes 9999 for the infinite case; here it stays infinite.

    References
    ----------
    European Commission, SWD(2021) 352; Lefebvre and Wibaux, CEPII Policy Brief 47 (2024).

    Examples
    --------
    >>> import_export_ratio(np.array([100.0, 5.0]), np.array([70.0, 0.0])).round(6).tolist()
    [1.428571, inf]
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(
            np.where(exports > 0, imports / np.where(exports > 0, exports, 1.0), np.inf), dtype=np.float64
        )


def strategic_verdict(cdi1: Floats, cdi2: Floats, cdi3: Floats) -> Flags:
    """Return whether a bloc depends strategically on others: CDI1, CDI2 and CDI3 all lie above their thresholds.

    Parameters
    ----------
    cdi1
        Concentration of imports from outside the bloc, :func:`kizuna.exposure.concentration.herfindahl`.
    cdi2
        Imports from outside in all imports, :func:`extra_import_importance`; not a number meets no threshold.
    cdi3
        Imports from outside over all exports of the members, :func:`import_export_ratio`.

    References
    ----------
    European Commission, SWD(2021) 352, Strategic dependencies and capacities.

    Examples
    --------
    >>> strategic_verdict(np.array([0.445, 0.445]), np.array([0.556, 0.556]), np.array([1.429, 1.0])).tolist()
    [True, False]
    """
    above = (cdi1 > parameter("cdi1")) & (cdi2 > parameter("cdi2")) & (cdi3 > parameter("cdi3"))
    return np.asarray(above, dtype=np.bool_)


def geodep_year(import_hhi: Floats, world_export_hhi: Floats, ratio: Floats) -> Flags:
    """Return whether GeoDep criteria 1 to 3 hold in a year: both concentrations above 0.4 and imports above exports.

    References
    ----------
    Lefebvre and Wibaux, CEPII Policy Brief 47 (2024), GeoDep.

    Examples
    --------
    >>> geodep_year(np.array([0.5, 0.5]), np.array([0.6, 0.3]), np.array([2.0, 2.0])).tolist()
    [True, False]
    """
    limit = parameter("geodep_hhi")
    return np.asarray(
        (import_hhi > limit) & (world_export_hhi > limit) & (ratio > parameter("geodep_import_export_ratio")),
        dtype=np.bool_,
    )


def geodep_window(flags: Flags) -> Flags:
    """Return GeoDep criterion 4 for each window: flagged in at least 2 of its 3 years.

    Parameters
    ----------
    flags
        Whether criteria 1 to 3 hold, shape ``[case, year]``, the years of the window ascending.

    Raises
    ------
    OutOfRangeError
        If the window does not have the method's three years.

    Examples
    --------
    >>> geodep_window(np.array([[True, False, True], [False, False, True]])).tolist()
    [True, False]
    """
    if flags.ndim != 2 or flags.shape[1] != int(parameter("geodep_window")):
        raise OutOfRangeError(
            f"flags of shape {flags.shape}", expected=f"{int(parameter('geodep_window'))} years a window"
        )
    return np.asarray(flags.sum(axis=1) >= int(parameter("geodep_years_flagged")), dtype=np.bool_)


def common_dependency(flag_a: bool, flag_b: bool, top_a: str, top_b: str) -> bool:
    """Return whether two economies are both flagged for a product and have the same top supplier.

    Examples
    --------
    >>> common_dependency(True, True, "CHN", "CHN"), common_dependency(True, True, "CHN", "TUR")
    (True, False)
    """
    return flag_a and flag_b and top_a == top_b


def reverse_dependency(flag_supplier: bool, top_of_supplier: str, economy: str) -> bool:
    """Return whether a supplier is itself flagged for a product with ``economy`` as its top supplier.

    Examples
    --------
    >>> reverse_dependency(True, "JPN", "JPN")
    True
    """
    return flag_supplier and top_of_supplier == economy


def persistence(flags: Flags) -> Floats:
    """Return the share of years flagged, per case; ``flags`` has shape ``[case, year]``.

    Examples
    --------
    >>> persistence(np.array([[True, True, False, True]])).tolist()
    [0.75]
    """
    return np.asarray(flags.mean(axis=1), dtype=np.float64)


def churn(flags: Flags) -> Floats:
    """Return how often a flag changes from one year to the next, per case: changes over pairs of years.

    Parameters
    ----------
    flags
        Shape ``[case, year]``, at least two consecutive years.

    Raises
    ------
    OutOfRangeError
        If there are fewer than two years.

    References
    ----------
    The question is that of Vicard and Wibaux, CEPII Policy Brief 41 (2023): one flag in five is gone a year later.

    Examples
    --------
    >>> churn(np.array([[True, True, False, True]])).round(6).tolist()
    [0.666667]
    """
    if flags.ndim != 2 or flags.shape[1] < 2:
        raise OutOfRangeError(f"flags of shape {flags.shape}", expected="two consecutive years or more")
    return np.asarray((flags[:, 1:] != flags[:, :-1]).mean(axis=1), dtype=np.float64)
