"""Input-output tables that kizuna's engine and BoARIO are both given.

Needs numpy alone, and pymrio for its test table, so it runs under either interpreter. A table is a dictionary of arrays
as it lies in an ``.npz`` file: ``flows`` ``[industry, industry]``, ``final`` ``[industry, region * category]`` and
``output`` ``[industry]``, per year, with ``regions``, ``sectors`` and ``categories`` sorted, since BoARIO sorts what it
gets. Industries are ordered by region, then sector.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Table = dict[str, npt.NDArray[Any]]
PYMRIO_TEST = "pymrio-test"


def main() -> None:
    """Write a table: ``ario_tables.py pymrio-test FILE`` or ``ario_tables.py REGIONSxSECTORS[xSEED] FILE``."""
    name, file = sys.argv[1], Path(sys.argv[2])
    if name == PYMRIO_TEST:
        table = pymrio_test()
    else:
        table = synthetic(*map(int, name.split("x")))
    np.savez_compressed(file, **table)


def read_table(name: str, folder: Path) -> Table:
    """Return pymrio's test table, or the one in a file of ``folder``."""
    if name == PYMRIO_TEST:
        return pymrio_test()
    with np.load(folder / name) as stored:
        return {key: stored[key] for key in ("flows", "final", "output", "regions", "sectors", "categories")}


def pymrio_test() -> Table:
    """Return the table that pymrio brings for trying out: 6 regions, 8 sectors, 7 categories of final demand."""
    import pymrio

    system = pymrio.load_test().calc_all()
    flows = system.Z.sort_index().sort_index(axis=1)
    final = system.Y.sort_index().sort_index(axis=1)
    return {
        "flows": flows.to_numpy(),
        "final": final.to_numpy(),
        "output": system.x.sort_index().to_numpy().reshape(-1),
        "regions": np.array(sorted(system.get_regions())),
        "sectors": np.array(sorted(system.get_sectors())),
        "categories": np.array(sorted(system.get_Y_categories())),
    }


def synthetic(regions: int, sectors: int, seed: int = 0) -> Table:
    """Return a table of chance numbers that could be the world's: every industry sells and earns, most links are small.

    Sizes are lognormal. A sector is used by between a quarter and all of the others, drawn once for the whole world,
    the first two by all. Seven tenths of an input come from home, the rest by the size of its foreign makers, of which
    a third are no suppliers.
    Industries spend 30 to 70 % of output on inputs. Output is what all this and final demand ask for, so the
    table balances.

    Parameters
    ----------
    regions, sectors
        How many.
    seed
        Of the chance numbers.

    Returns
    -------
    dict
        As described above, in units of about a million a year.
    """
    rng = np.random.default_rng(seed)
    size = rng.lognormal(0, 1, (regions, sectors))
    used = rng.random((sectors, sectors)) < rng.uniform(0.25, 1, (sectors, 1))
    used[:2] = True
    recipe = rng.lognormal(0, 1.5, (sectors, sectors)) * used
    recipe[np.arange(sectors), np.arange(sectors)] += 0.1
    spending = rng.uniform(0.3, 0.7, (regions, sectors))
    technology = recipe / recipe.sum(axis=0) * spending[:, None, :]
    abroad = size[:, :, None, None] * (rng.random((regions, sectors, regions, 1)) > 1 / 3)
    origin = _with_home(np.broadcast_to(abroad, (regions, sectors, regions, sectors)).copy(), 0.7)
    coefficients = (origin * technology.transpose(1, 0, 2)[None]).reshape(regions * sectors, regions * sectors)
    final = _with_home(abroad[:, :, :, :1].copy(), 0.7)[..., 0]
    final *= rng.lognormal(9, 1, (1, sectors, regions))
    final = final.reshape(regions * sectors, regions)
    output = np.linalg.solve(np.eye(regions * sectors) - coefficients, final.sum(axis=1))
    flows = coefficients * output
    return {
        "flows": flows,
        "final": final,
        "output": flows.sum(axis=1) + final.sum(axis=1),
        "regions": np.array([f"r{number:03}" for number in range(regions)]),
        "sectors": np.array([f"s{number:03}" for number in range(sectors)]),
        "categories": np.array(["final"]),
    }


def _with_home(abroad: Array, share: float) -> Array:
    """Return shares by supplying region: ``share`` from home, the rest as the foreign sizes are to each other."""
    regions = len(abroad)
    home = np.eye(regions, dtype=bool)[:, None, :, None]
    abroad[np.broadcast_to(home, abroad.shape)] = 0
    foreign = abroad.sum(axis=0)
    shares = np.divide(abroad, foreign, out=np.zeros_like(abroad), where=foreign > 0) * (1 - share)
    return shares + home * np.where(foreign > 0, share, 1.0)


if __name__ == "__main__":
    main()
