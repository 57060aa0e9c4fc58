"""A publisher's codes of economies, looked up before anything is taken in: an unknown one is an error with its row."""

from __future__ import annotations

import polars as pl

from kizuna.floor.errors import KizunaError, TableError
from kizuna.floor.gaps import Gap
from kizuna.intake.rows import SHOWN, Rows, short
from kizuna.tables.economies import load_economies

DO = "Nothing was taken in. A code that the publisher added belongs in economies.csv or publisher_codes.csv."


def check_codes(rows: Rows, codes: pl.Series, publisher: str, names: pl.Series | None = None) -> None:
    """Check that every code of a publisher is an economy's, or one of its known groups.

    Parameters
    ----------
    rows
        The rows that the codes are of, shape (rows,), for messages.
    codes
        The publisher's codes, as text.
    publisher
        As in :meth:`kizuna.tables.economies.Economies.by_publisher`.
    names
        The publisher's names, where one code may stand for two economies.

    Raises
    ------
    TableError
        Naming each code that is neither, with its first row.
    """
    economies_of(rows, codes, publisher, names)


def economies_of(rows: Rows, codes: pl.Series, publisher: str, names: pl.Series | None = None) -> pl.Series:
    """Return the economy (ISO3) of each of a publisher's codes, null for its groups; raises as :func:`check_codes`."""
    economies = load_economies()
    name = names if names is not None else pl.repeat("", len(codes), eager=True)
    frame = pl.DataFrame({"code": codes, "name": name, "row": rows.numbers_of})
    distinct = frame.unique(["code", "name"], keep="first", maintain_order=True)
    found: list[str | None] = []
    faults = []
    for code, label, row in distinct.rows():
        try:
            resolved = economies.by_publisher(publisher, code, label if names is not None else "")
            found.append(None if isinstance(resolved, Gap) else resolved.iso3)
        except KizunaError:
            found.append(None)
            faults.append(f"row {row}: {short(code)}{f', {label}' if label else ''}")
    if faults:
        raise TableError(
            f"{len(faults)} codes are of no economy that kizuna knows", faults[:SHOWN], where=rows.name,
            expected=f"codes of the publisher ({publisher})", do=DO,
        )  # fmt: skip
    mapped = distinct.with_columns(pl.Series("economy", found, dtype=pl.String))
    joined = frame.join(mapped.drop("row"), on=["code", "name"], how="left", maintain_order="left")
    return joined.get_column("economy")
