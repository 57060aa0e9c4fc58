"""The tables that everything is measured on: the snapshot's figures under one set of economy codes, in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from kizuna.floor.errors import TableError, UnknownNameError
from kizuna.floor.gaps import Gap
from kizuna.floor.params import parameter
from kizuna.sources.table_names import OVER, PRODUCT_NAMES, TRADE, over
from kizuna.store.figures import Figures
from kizuna.tables.commodities import Commodity, commodity_from_text
from kizuna.tables.economies import Economies, load_economies
from kizuna.tables.own_rows import flows_above, key_of, objects, own_rows

if TYPE_CHECKING:
    import duckdb
    import polars as pl

# Which stored tables each SQL table is made from; derivations name their hashes.
MADE_FROM: dict[str, tuple[str, ...]] = {
    "flows": ("trade_hs92", "trade_hs17"),  # and every revision that a user added
    "mine_production": ("mine_production",),
    "usgs_production": ("usgs_production",),
    "usgs_unnamed": ("usgs_production",),
    "material_codes": ("material_codes",),
    "governance": ("governance",),
    "food_trade": ("food_trade",),
    "food_stocks": ("food_stocks",),
    "food_production": ("food_production",),
    "gdp": ("gdp",),
    "population": ("population",),
    "distances": ("distances",),
    "hs_names": ("hs_names", PRODUCT_NAMES),
    "hs17_coverage": ("trade_hs17_coverage",),
}


@dataclass(frozen=True, slots=True)
class _Coded:
    """A table whose publisher has its own codes: the column of economies made of each column of codes.

    ``publisher`` is its name in the table of economies; ``label`` is the column that tells apart two economies of one
    code, empty where none is needed.
    """

    publisher: str
    columns: dict[str, str]
    label: str = ""


_CODED = {
    "mine_production": _Coded("wmd", {"iso3": "economy"}, "country"),
    "usgs_production": _Coded("usgs", {"country": "economy"}),
    "governance": _Coded("wgi", {"iso3": "economy"}),
    "food_trade": _Coded("food", {"buyer": "buyer", "supplier": "supplier"}),
    "food_stocks": _Coded("food", {"iso3": "economy"}),
    "food_production": _Coded("faostat", {"area_code": "economy"}),
    "gdp": _Coded("world_bank", {"iso3": "economy"}),
    "population": _Coded("world_bank", {"iso3": "economy"}),
    "distances": _Coded("geodist", {"iso3_a": "economy_a", "iso3_b": "economy_b"}),
}
# Tables that no measure reads; see Tables.need.
_WHEN_NEEDED = ("gdp", "population", "distances")
_AS_STORED = ("material_codes", "hs_names", "hs17_coverage")


class Tables:
    """The snapshot's figures as SQL tables, with the economies and the names of products.

    Parameters
    ----------
    connection
        In-memory DuckDB connection that holds the tables of ``MADE_FROM``; those that no measure reads (``gdp``,
        ``population``, ``distances``) after :meth:`need`.
    store
        The snapshot they were made from.
    economies
        All economies.

    ``product_names`` are the products of the flows by (revision, HS6); ``complete_products`` those of which a year has
    all flows and not the largest, or a user's own, alone.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, store: Figures, economies: Economies) -> None:
        self.connection, self.store, self.economies = connection, store, economies
        self.economy_codes: tuple[str, ...] = _enum_order(economies)
        found = self.rows(
            "SELECT revision, product, coalesce(name, 'HS ' || product) AS name, complete FROM "
            "(SELECT revision, product, bool_or(coverage = 'complete') AS complete FROM flows GROUP BY ALL) "
            "LEFT JOIN hs_names USING (revision, product) ORDER BY revision, product, name"
        )
        self.product_names = {(revision, product): name for revision, product, name, _ in found}
        self.complete_products = frozenset((revision, product) for revision, product, _, complete in found if complete)

    def need(self, name: str) -> None:
        """Add a table that no measure reads, such as ``gdp``, unless it is there; then queries may name it.

        Raises
        ------
        UnknownNameError
            If there is no such table.
        """
        if name not in MADE_FROM:
            raise UnknownNameError("table", name, MADE_FROM)
        if not self.rows("SELECT 1 FROM duckdb_tables() WHERE table_name = $name", name=name):
            _add_coded(self.connection, self.store, self.economies, name)

    def rows(self, sql: str, **values: object) -> list[tuple[Any, ...]]:
        """Return the rows of a query; ``$name`` in it takes the value of that name."""
        return self.connection.execute(sql, values).fetchall() if values else self.connection.execute(sql).fetchall()

    def frame(self, sql: str, **values: object) -> pl.DataFrame:
        """Return the rows of a query as a polars frame."""
        import polars as pl

        cursor = self.connection.execute(sql, values) if values else self.connection.execute(sql)
        names = [column[0] for column in cursor.description or ()]
        return pl.DataFrame(cursor.fetchall(), schema=names, orient="row", infer_schema_length=None)

    def arrays(self, sql: str, **values: object) -> dict[str, npt.NDArray[Any]]:
        """Return the columns of a query of numbers without nulls by name, each in its own width; see ``rows``."""
        return {name: np.asarray(column) for name, column in self.connection.execute(sql, values).fetchnumpy().items()}

    def commodity(self, text: str) -> Commodity:
        """Return the product or heading that ``text`` names, such as ``270900``, ``HS17:850511`` or ``2701``."""
        return commodity_from_text(text, self.product_names)

    def years(self, revision: str = "HS92") -> tuple[int, int]:
        """Return first and last year of trade of one revision."""
        query = "SELECT min(year), max(year) FROM flows WHERE revision = $revision"
        first, last = self.rows(query, revision=revision)[0]
        return int(first), int(last)

    def behind(self, names: Sequence[str], revision: str = "") -> tuple[str, ...]:
        """Return the stored tables behind SQL tables, each once; of flows only those of one revision if given."""
        trade = [one for one in trade_tables(self.store) if revision in ("", revision_of(one))]
        named = dict.fromkeys(table for name in names for table in (trade if name == "flows" else MADE_FROM[name]))
        there = {*self.store.names()}
        return tuple(one for table in named for one in (table, over(table)) if one in there)

    def inputs(self, names: Sequence[str], revision: str = "") -> tuple[tuple[str, str], ...]:
        """Return (stored table, sha256) for each stored table behind the named SQL tables.

        Of the flows only those of one revision if given.
        """
        return tuple((table, self.store.sha256(table)) for table in self.behind(names, revision))

    def source_ids(self, names: Sequence[str], revision: str = "") -> tuple[str, ...]:
        """Return the ids of the sources behind the named SQL tables; flows of one revision if given."""
        return tuple(dict.fromkeys(self.store.source(table).id for table in self.behind(names, revision)))


def trade_tables(store: Figures) -> tuple[str, ...]:
    """Return the stored tables of trade, one a revision of the Harmonized System, those that ship first.

    Of a revision there may be a user's own rows alone.
    """
    own = [name.removesuffix(OVER) for name in store.names() if TRADE.fullmatch(name.removesuffix(OVER))]
    return tuple(dict.fromkeys([*MADE_FROM["flows"], *own]))


def revision_of(table: str) -> str:
    """Return the revision of a stored table of trade, such as ``HS92``."""
    return table.removeprefix("trade_").upper()


def build_tables(store: Figures) -> Tables:
    """Build the SQL tables from a snapshot, each publisher's codes turned into economies.

    Raises
    ------
    TableError
        If a code resolves to no economy, or a join would repeat or lose rows; lists every fault.
    SnapshotError
        If the snapshot lacks a table.
    """
    import duckdb

    connection = duckdb.connect()
    _lock_down(connection, store)
    economies = load_economies()
    codes = _enum_order(economies)
    quoted = ", ".join(f"'{code}'" for code in codes)
    connection.execute(f"CREATE TYPE economy AS ENUM ({quoted})")
    connection.execute("CREATE TYPE coverage AS ENUM ('complete', 'top flows')")
    _add_economies(connection, economies)
    _add_flows(connection, store)
    for name in _CODED:
        if name not in _WHEN_NEEDED:
            _add_coded(connection, store, economies, name)
    _add_units(connection)
    _add_unnamed(connection, store)
    for name in _AS_STORED:
        connection.execute(f"CREATE TABLE {name} AS SELECT * FROM {objects(store, MADE_FROM[name][0])}")
    _add_product_names(connection, store)
    return Tables(connection, store, economies)


def _lock_down(connection: duckdb.DuckDBPyConnection, store: Figures) -> None:
    """Let the database read the objects' folders and nothing else: no other file, no network, no extension."""
    folders = sorted({str(path.parent) for name in store.names() for path in store.paths(name)})
    listed = ", ".join("'" + folder.replace("'", "''") + "'" for folder in folders)
    connection.execute(f"SET allowed_directories = [{listed}]")
    for name in ("autoinstall_known_extensions", "autoload_known_extensions", "allow_community_extensions"):
        connection.execute(f"SET {name} = false")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")


def _enum_order(economies: Economies) -> tuple[str, ...]:
    return tuple(sorted(economy.iso3 for economy in economies))


def _insert(connection: duckdb.DuckDBPyConnection, name: str, rows: Sequence[tuple[object, ...]]) -> None:
    """Insert rows in one statement, column by column."""
    if rows:
        columns = ", ".join(f"unnest(${at + 1})" for at in range(len(rows[0])))
        connection.execute(f"INSERT INTO {name} SELECT {columns}", [list(column) for column in zip(*rows, strict=True)])


def _add_economies(connection: duckdb.DuckDBPyConnection, economies: Economies) -> None:
    connection.execute(
        "CREATE TABLE economies (economy economy PRIMARY KEY, iso2 VARCHAR, baci_code SMALLINT UNIQUE, name VARCHAR)"
    )
    rows = [(economy.iso3, economy.iso2 or None, economy.baci_code, economy.name_en) for economy in economies]
    _insert(connection, "economies", rows)


def _add_flows(connection: duckdb.DuckDBPyConnection, store: Figures) -> None:
    """Join trade to economies; rows in must equal rows out.

    Few flows are a table in memory; the many of a whole BACI a view of their objects, of which a question reads the
    years and products that it names.
    """
    found = [_flows_of(connection, store, table) for table in trade_tables(store)]
    there = [one for table in trade_tables(store) for one in (table, over(table)) if one in store.names()]
    rows = sum(store.rows(table) for table in there)
    kind = "TABLE" if rows <= parameter("flows_in_memory") else "VIEW"
    connection.execute(f"CREATE {kind} flows AS {' UNION ALL '.join(found)}")
    if kind == "VIEW" or any(table.endswith(OVER) for table in there):
        return  # that codes join was seen above, table by table
    joined = connection.execute("SELECT count(*) FROM flows").fetchall()[0][0]
    if joined != rows:
        raise TableError(
            "Trade flows and economies do not join one to one.",
            [f"{rows} flows stored, {joined} after the join"],
            expected="one economy for each publisher's code",
            do="Add the missing code to economies.csv.",
        )


def _flows_of(connection: duckdb.DuckDBPyConnection, store: Figures, table: str) -> str:
    """Return the query of one revision's flows, a user's own above the publisher's."""
    own, published = (_flows_in(connection, store, one) if one in store.names() else "" for one in (over(table), table))
    return flows_above(connection, table, own, published) if own else published


def _flows_in(connection: duckdb.DuckDBPyConnection, store: Figures, table: str) -> str:
    """Return the query of one table's flows; an object has the publisher's codes, or those of economies."""
    base = table.removesuffix(OVER)
    file = objects(store, table) if table == base else f"({own_rows(store, base)})"
    revision = revision_of(base)
    columns = {row[0] for row in connection.execute(f"DESCRIBE SELECT * FROM {file}").fetchall()}
    if "buyer" in columns:
        return (
            f"SELECT '{revision}' AS revision, year, product::VARCHAR AS product, buyer::economy AS buyer, "
            f"supplier::economy AS supplier, value_usd, mass_kg, coverage::coverage AS coverage FROM {file}"
        )
    _check_codes(connection, table, file)
    return (
        f"SELECT '{revision}' AS revision, t.year, t.product::VARCHAR AS product, b.economy AS buyer, "
        f"s.economy AS supplier, t.value_usd, t.mass_kg, 'complete'::coverage AS coverage FROM {file} t "
        "JOIN economies b ON b.baci_code = t.buyer_code JOIN economies s ON s.baci_code = t.supplier_code"
    )


def _check_codes(connection: duckdb.DuckDBPyConnection, table: str, file: str) -> None:
    """Check that every code of an object is an economy's: else a join would lose rows in silence."""
    for column in ("buyer_code", "supplier_code"):
        query = f"SELECT DISTINCT {column} FROM {file} WHERE {column} NOT IN "
        query += "(SELECT baci_code FROM economies WHERE baci_code IS NOT NULL)"
        unknown = connection.execute(f"{query} ORDER BY ALL").fetchall()
        if unknown:
            raise TableError(
                f"Codes of table {table} are of no economy.",
                [f"{column} {code}" for (code,) in unknown],
                expected="codes of BACI's country table",
                do="Go back with kizuna data use 0; a code belongs in tables/data/economies.csv.",
            )


def _add_coded(connection: duckdb.DuckDBPyConnection, store: Figures, economies: Economies, name: str) -> None:
    """Add one table with the publisher's codes turned into economies; aggregates have none and are left out."""
    coded = _CODED[name]
    stored = MADE_FROM[name][0]
    file = objects(store, stored)
    if over(stored) not in store.names():
        connection.execute(f"CREATE TABLE {name} AS {_coded(connection, economies, coded, file)}")
    else:
        # A user's own rows stand above those of the same economy, whatever code the publisher has for it.
        own = f"({own_rows(store, stored)})"
        connection.execute(f"CREATE TEMP TABLE own AS {_coded(connection, economies, coded, own)}")
        connection.execute("DROP TABLE code_map")
        key = ", ".join(coded.columns.get(column, column) for column in key_of(stored))
        rest = f"SELECT * FROM ({_coded(connection, economies, coded, file)}) ANTI JOIN own USING ({key})"
        connection.execute(f"CREATE TABLE {name} AS SELECT * FROM own UNION ALL BY NAME ({rest})")
        connection.execute("DROP TABLE own")
    connection.execute("DROP TABLE code_map")


def _coded(connection: duckdb.DuckDBPyConnection, economies: Economies, coded: _Coded, file: str) -> str:
    """Return the query of rows with economies for codes, and make the table ``code_map`` that it needs."""
    label = coded.label or "''"
    listed = " UNION ".join(f"SELECT {code}, {label} FROM {file}" for code in coded.columns)
    found = connection.execute(f"SELECT DISTINCT * FROM ({listed}) ORDER BY ALL").fetchall()
    mapped = [(code, text, _economy_of(economies, coded.publisher, code, text)) for code, text in found]
    connection.execute("CREATE TEMP TABLE code_map (code VARCHAR, label VARCHAR, economy economy)")
    _insert(connection, "code_map", [row for row in mapped if row[2] is not None])
    named = ", ".join(f"{code}_map.economy AS {economy}" for code, economy in coded.columns.items())
    joins = " ".join(
        f"JOIN code_map {code}_map ON {code}_map.code = t.{code} "
        f"AND {code}_map.label = {f't.{coded.label}' if coded.label else label}"
        for code in coded.columns
    )
    left = ", ".join([*coded.columns, *([coded.label] if coded.label else [])])
    return f"SELECT {named}, t.* EXCLUDE ({left}) FROM {file} t {joins}"


def _economy_of(economies: Economies, publisher: str, code: str, name: str) -> str | None:
    resolved = economies.by_publisher(publisher, code, name)
    return None if isinstance(resolved, Gap) else resolved.iso3


def _add_product_names(connection: duckdb.DuckDBPyConnection, store: Figures) -> None:
    """Add the names that came with a user's trade, then those of the user's own, above what is there."""
    for name in (PRODUCT_NAMES, over(PRODUCT_NAMES)):
        if name in store.names():
            own = f"({own_rows(store, PRODUCT_NAMES)})" if name != PRODUCT_NAMES else objects(store, name)
            same = "(h.revision, h.product) = (o.revision, o.product)"
            connection.execute(f"DELETE FROM hs_names h USING {own} o WHERE {same}")
            connection.execute(f"INSERT INTO hs_names BY NAME SELECT * FROM {own}")


def _add_unnamed(connection: duckdb.DuckDBPyConnection, store: Figures) -> None:
    """Keep what the USGS gives for other countries together: it belongs in world totals and to no economy."""
    file = objects(store, "usgs_production")
    connection.execute(f"CREATE TABLE usgs_unnamed AS SELECT * FROM {file} WHERE country = 'Other countries'")


def _add_units(connection: duckdb.DuckDBPyConnection) -> None:
    """Give mine production in whole thousandths of its unit, and what one of them weighs."""
    gas_kg = parameter("natural_gas_density") * 1e6
    connection.execute(f"""
        CREATE OR REPLACE TABLE mine_production AS
        SELECT economy, mineral, year, unit, status, amount, (amount * 1000)::BIGINT AS amount_thousandths,
               CASE unit WHEN 'metr. t' THEN 1.0 WHEN 'kg' THEN 1e-3 WHEN 'ct' THEN {parameter("carat")} / 1000
                         WHEN 'Mio m3' THEN {gas_kg} / 1000 END::DOUBLE AS kg_per_thousandth
        FROM mine_production""")
    unknown = connection.execute("SELECT DISTINCT unit FROM mine_production WHERE kg_per_thousandth IS NULL").fetchall()
    if unknown:
        raise TableError(
            "Mine production has units we cannot weigh.",
            [unit for (unit,) in unknown],
            expected="metr. t, kg, ct or Mio m3",
        )
