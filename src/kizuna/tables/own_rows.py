"""A user's own rows above those of a publisher, as SQL.

A row takes the place of the one with the same key; every other row stays. What an own row of trade does not say stays
the publisher's: a mass that it lacks, and whether the flows of its product and year are all there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kizuna.sources.table_names import over
from kizuna.store.figures import Figures

if TYPE_CHECKING:
    import duckdb


def objects(store: Figures, name: str) -> str:
    """Return what the objects of a table are read with."""
    paths = ", ".join("'" + str(path).replace("'", "''") + "'" for path in store.paths(name))
    return f"read_parquet([{paths}])"


def own_rows(store: Figures, name: str) -> str:
    """Return the query of a user's own rows of a table; of two files with the same key the later counts."""
    key = ", ".join(key_of(name))
    query = ""
    for path in store.paths(over(name)):
        later = "SELECT * FROM read_parquet('" + str(path).replace("'", "''") + "')"
        rest = f"SELECT * FROM ({query}) ANTI JOIN ({later}) USING ({key})"
        query = f"SELECT * FROM (({later}) UNION ALL BY NAME ({rest}))" if query else later
    return query


def key_of(name: str) -> tuple[str, ...]:
    """Return the columns that name a row of a table once."""
    from kizuna.sources.forms import form_of  # loads polars, which few questions need

    return form_of(name).key


def flows_above(connection: duckdb.DuckDBPyConnection, table: str, own: str, published: str) -> str:
    """Return the query of a revision's flows, and make the table of own rows that it reads.

    Parameters
    ----------
    table
        Stored table of trade; the own rows are kept in the database under its name with ``_own``.
    own, published
        Queries of the flows of each; ``published`` may be empty.
    """
    name, key = over(table), ", ".join(key_of(table))
    if not published:
        connection.execute(f"CREATE TEMP TABLE {name} AS {own}")
        return f"SELECT * FROM {name}"
    connection.execute(f"""
        CREATE TEMP TABLE {name} AS
        WITH own AS ({own}),
        same AS (SELECT * FROM ({published}) WHERE product IN (SELECT product FROM own)),
        whole AS (SELECT year, product, max(coverage) AS coverage FROM same GROUP BY ALL)
        SELECT own.* REPLACE (coalesce(own.mass_kg, same.mass_kg) AS mass_kg,
                              coalesce(whole.coverage, own.coverage) AS coverage)
        FROM own LEFT JOIN same USING ({key}) LEFT JOIN whole USING (year, product)""")
    return f"SELECT * FROM {name} UNION ALL BY NAME (SELECT * FROM ({published}) ANTI JOIN {name} USING ({key}))"

