"""Events that a user names: a frame or CSV file of product, exporter and year, checked as a whole."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

from kizuna.floor.errors import KizunaError, RequestError, TableError, near_names
from kizuna.score.events import Event, describe_event
from kizuna.score.history import History, ProductHistory
from kizuna.tables.economies import Economies

if TYPE_CHECKING:
    import polars as pl

COLUMNS = ("hs6", "exporter", "year")
DECLARED = "declared"
ANSWERS = {"true": True, "false": False}
DO = "Write one row an event: hs6, exporter (ISO3), year; such as 260600,IDN,2014."


def read_events_csv(path: Path) -> pl.DataFrame:
    """Read a CSV file of events as text columns; what they say is checked by :func:`events_of_frame`.

    Raises
    ------
    RequestError
        If the file cannot be read or is empty.
    TableError
        If columns are missing or rows have more or fewer cells; lists every fault.
    """
    import polars as pl

    try:
        lines = list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise RequestError(f"{path} cannot be read: {reason}", expected="a CSV file of events", do=DO) from error
    rows = [(number, cells) for number, cells in enumerate(lines, start=1) if any(cell.strip() for cell in cells)]
    if not rows:
        raise RequestError(f"{path} is empty", expected=f"the columns {', '.join(COLUMNS)}", do=DO)
    names = [name.strip() for name in rows[0][1]]
    faults = [f"column {name} is missing{_near(name, names)}" for name in COLUMNS if name not in names]
    faults += [f"column {name} stands twice" for name in COLUMNS if names.count(name) > 1]
    faults += [f"row {at}: {len(cells)} cells, not {len(names)}" for at, cells in rows[1:] if len(cells) != len(names)]
    faults += ["there is no row of events"] if len(rows) == 1 else []
    if faults:
        raise TableError(
            f"{path.name} is not a table of events.", faults, expected=f"columns {', '.join(COLUMNS)}", do=DO
        )
    kept = [name for name in (*COLUMNS, DECLARED) if name in names]
    columns = {name: [cells[names.index(name)].strip() for _, cells in rows[1:]] for name in kept}
    columns["row"] = [str(number) for number, _ in rows[1:]]
    frame = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))
    return frame.with_columns(pl.col("row").cast(pl.Int64))


def events_of_frame(frame: pl.DataFrame, history: History, economies: Economies) -> tuple[Event, ...]:
    """Return the events that a frame names, in its order, each with its shares and ratios.

    Parameters
    ----------
    frame
        Columns ``hs6``, ``exporter`` and ``year``; a column ``row`` numbers the rows in messages.

    Raises
    ------
    TableError
        If columns are missing, a code or exporter is unknown, the exporter sold nothing in the year before, a year
        lacks the two before it, or a row repeats another; lists every fault.
    """
    missing = [name for name in COLUMNS if name not in frame.columns]
    if missing:
        faults = [f"column {name} is missing{_near(name, frame.columns)}" for name in missing]
        raise TableError("This is no table of events.", faults, expected=f"columns {', '.join(COLUMNS)}", do=DO)
    found: list[Event] = []
    faults = []
    seen: dict[tuple[str, str, int], object] = {}
    cache: dict[str, ProductHistory] = {}
    numbers = frame["row"].to_list() if "row" in frame.columns else range(1, frame.height + 1)
    listed = zip(numbers, *(frame[name].to_list() for name in COLUMNS), strict=True)
    for number, product, exporter, year in listed:
        code, place, when, wrong = _parsed(str(product), str(exporter), str(year), history, economies)
        faults += [f"row {number}: {fault}" for fault in wrong]
        if wrong:
            continue
        first = seen.setdefault((code, place, when), number)
        if first != number:
            faults.append(f"row {number}: repeats row {first}")
            continue
        if code not in cache:
            cache[code] = history.product(code)
        event = describe_event(cache[code], history.economies, history.economies.index(place), when)
        at = cache[code].at(when)
        silent = [year for year in (when - 2, when - 1, when) if not cache[code].exports[at + year - when].sum()]
        if silent:
            faults.append(f"row {number}: no trade of {code} with a mass in {', '.join(map(str, silent))}")
        elif not event.mass_ratio >= 0:
            faults.append(f"row {number}: {place} exported no {code} with a mass in {when - 1}")
        else:
            found.append(event)
    if faults:
        raise TableError(
            f"{len(faults)} faults in the table of events.",
            faults,
            expected=f"products and exporters of the snapshot, years {history.first + 2} to {history.last}",
            do=DO,
        )
    return tuple(found)


def declared_of_frame(frame: pl.DataFrame) -> list[bool] | None:
    """Return what the column ``declared`` says row by row; None where there is none.

    Raises
    ------
    TableError
        If a cell is neither true nor false; lists every fault.
    """
    if DECLARED not in frame.columns:
        return None
    said = [str(cell).strip().lower() for cell in frame[DECLARED].to_list()]
    faults = [f"row {at}: declared is {cell!r}" for at, cell in enumerate(said, start=1) if cell not in ANSWERS]
    if faults:
        raise TableError("Column declared is not understood.", faults, expected="true or false", do=DO)
    return [ANSWERS[cell] for cell in said]


def _parsed(
    product: str, exporter: str, year: str, history: History, economies: Economies
) -> tuple[str, str, int, list[str]]:
    """Return product, ISO3 code, year and all that is wrong with them."""
    faults = []
    code, place, when = product.strip().removeprefix("HS92:"), exporter.strip(), -1
    if code not in history.products:
        faults.append(f"product {product!r} is not in the snapshot{_near(code, history.products)}")
    try:
        place = economies.get(place).iso3
    except KizunaError:
        faults.append(f"exporter {exporter!r} is unknown{_near(place.upper(), history.economies)}")
    if year.strip().isascii() and year.strip().isdigit():
        when = int(year)
        if not history.first + 2 <= when <= history.last:
            faults.append(f"year {when} lacks figures of itself or the two years before it")
    else:
        faults.append(f"year {year!r} is not a calendar year")
    return code, place, when, faults


def _near(name: str, known: object) -> str:
    near = near_names(name, list(known)) if isinstance(known, list | tuple) else ()
    return f" (near: {', '.join(near)})" if near else ""
