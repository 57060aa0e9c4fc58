"""The WIOD table of 2011 from kizuna's snapshot, as the table that kizuna's engine and BoARIO are both given.

Runs with kizuna's interpreter. As published, rows balance to 0.04 % of output, 352 flows to final use are negative
(goods taken from stocks), and of two industries without output less than nothing is used (-1 million dollars). BoARIO
0.7.2 stops in its first step on such a table; with those two rows at 0 it runs, but output begins 0.04 % low in all, up
to 82 % in one industry, and goes on moving without any event. So, for both sides alike: the categories of final use are
added up within a region, what is still negative is set to 0, and output is what is asked for, the sum of the row. The
22 industries without output keep none.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from ario_tables import Table

from kizuna.store.store import Store


def wiod_table(store: Store) -> Table:
    """Return the table, 41 regions and 35 sectors in alphabetical order, million US dollars a year."""
    intermediate, final = (
        pl.read_parquet(store.table(f"wiod_2011_{part}")).drop("producer") for part in ("intermediate", "final_demand")
    )
    producers = intermediate.columns
    regions, sectors = (sorted({name.split(".")[part] for name in producers}) for part in (0, 1))
    order = [producers.index(f"{region}.{sector}") for region in regions for sector in sectors]
    flows = intermediate.to_numpy().astype(np.float64)[np.ix_(order, order)]
    used_in = np.array([name.split(".")[0] for name in final.columns])
    uses = final.to_numpy().astype(np.float64)[order]
    by_region = np.stack([uses[:, used_in == region].sum(axis=1) for region in regions], axis=1)
    by_region = np.maximum(by_region, 0)
    return {
        "flows": flows,
        "final": by_region,
        "output": flows.sum(axis=1) + by_region.sum(axis=1),
        "regions": np.array(regions),
        "sectors": np.array(sectors),
        "categories": np.array(["final"]),
    }
