"""Compute a figure a second time from nothing but its derivation."""

from __future__ import annotations

from kizuna.exposure.block import WORLD
from kizuna.exposure.derivation import MEASURED, recompute
from kizuna.exposure.measure import measure_exposure
from kizuna.floor.errors import UnknownNameError
from kizuna.floor.figures import Figure
from kizuna.floor.gaps import Gap
from kizuna.tables.build import Tables


def compute_again(tables: Tables, figure: Figure) -> float | Gap:
    """Return the value of a figure computed again: its recipe on its query's rows, or its method on its key.

    Raises
    ------
    UnknownNameError
        If the method gives no such row any more.
    """
    if not figure.derivation.function.startswith(MEASURED):
        return figure.value if isinstance(figure.value, Gap) else recompute(tables, figure.derivation)
    economy, commodity, year, indicator, *basis = figure.key.split(".")
    method, kind, name = figure.derivation.function.removeprefix(MEASURED).split()
    anyone = next(iter(tables.economies)).iso3  # the world's own rows come with any economy
    everyone = [economy] if economy != WORLD else [anyone]
    materials, products = ([name], []) if kind == "material" else ([], [name])
    exposure = measure_exposure(
        tables, everyone, materials=materials, products=products, years=[int(year)], methods=[method]
    )
    row = exposure.by_key.get((economy, commodity, int(year), indicator, basis[0] if basis else None))  # type: ignore[arg-type]
    if row is None:
        raise UnknownNameError("figure", figure.key, [".".join(map(str, key)) for key in exposure.by_key])
    return Gap(row.gap) if row.gap else float(row.value or 0.0)
