"""Inter-country input-output tables, read by pymrio, which comes with the extra ``kizuna[mrio]``.

A table is one object: a row for each industry, with its output and its sales to every industry and final use, in the
unit of the file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from kizuna.floor.errors import SourceError, TableError
from kizuna.intake.incoming import Incoming, Looked, Part, Read, Tell
from kizuna.intake.rows import SHOWN, read_blocks, short
from kizuna.intake.workbook import refuse_declarations
from kizuna.sources.raw import SEE_PUBLISHER
from kizuna.sources.table_names import BETWEEN, FINAL, IO_TABLE, OUTPUT, PRODUCER, UNIT, USE, year_of_table

if TYPE_CHECKING:
    import pandas as pd

NAME = "input_output"
READS = (
    "input-output tables through pymrio: WIOD 2013 (wiot11_row_apr12.xlsx), OECD ICIO (2020_SML.csv), EXIOBASE 3 "
    "(IOT_2011_ixi.zip), Eora26 (Eora26_2016_bp.zip), and a zip of any table that pymrio saved, such as GLORIA"
)
WHERE = (
    "https://www.rug.nl/ggdc/valuechain/wiod/wiod-2013-release, https://www.oecd.org/sti/ind/inter-country-input-output-"
    "tables.htm, https://doi.org/10.5281/zenodo.3583070, https://worldmrio.com, https://ielab.info"
)
TABLES: tuple[str, ...] = (IO_TABLE,)
NO_REGION = "ALL"  # under which pymrio puts a category of the OECD that has none: the statistical discrepancy
STANDS_BESIDE = "tables"  # one version for all: tables of several publishers and years stand side by side
WIOD = re.compile(r"wiot(?P<year>\d\d)_\w+\.xlsx", re.IGNORECASE)
OECD = re.compile(
    r"(?:(?P<edition>ICIO20(?:16|18|21|23))_(?P<year>\d{4})|(?P<small>\d{4})_SML)\.(?:csv|zip)", re.IGNORECASE
)
EXIOBASE = re.compile(r"IOT_(?P<year>\d{4})_(?P<system>ixi|pxp)\.zip", re.IGNORECASE)
EORA = re.compile(r"Eora26_(?P<year>\d{4})_(?P<prices>bp|pp)\.zip", re.IGNORECASE)
SAVED = "file_parameters.json"
FAULTS = (ValueError, KeyError, TypeError, AttributeError, IndexError, OSError, LookupError, ArithmeticError)


def recognise(file: Looked) -> Incoming | None:
    """Return the table that a file is, by its name, or by what pymrio leaves in a zip that it saved."""
    name = file.path.name
    if found := WIOD.fullmatch(name):
        century = "19" if int(found["year"]) > 50 else "20"
        return _incoming(file, "World Input-Output Database", "WIOD, release 2013", f"wiod-{century}{found['year']}")
    if found := OECD.fullmatch(name):
        edition = f"{found['edition'].casefold()}-" if found["edition"] else ""
        return _incoming(
            file, "OECD", "Inter-Country Input-Output Tables", f"oecd-{edition}{found['year'] or found['small']}"
        )
    if found := EXIOBASE.fullmatch(name):
        system = found["system"].casefold()
        return _incoming(file, "EXIOBASE", f"EXIOBASE 3, {system}", f"exiobase-{system}-{found['year']}")
    if found := EORA.fullmatch(name):
        return _incoming(file, "Eora", "Eora26", f"eora26-{found['prices'].casefold()}-{found['year']}")
    if any(member.rpartition("/")[2] == SAVED for member, _ in file.members):
        return _incoming(file, "see the table", "Input-output table saved by pymrio", file.path.stem.casefold())
    return None


def _incoming(file: Looked, publisher: str, title: str, name: str) -> Incoming:
    year = year_of_table(name)
    size = sum(size for _, size in file.members)
    texts = [member for member, _ in file.members if member.lower().endswith(".csv")]
    member = texts[0] if file.packed and len(texts) == 1 else ""
    return Incoming(
        path=file.path,
        adapter=NAME,
        title=title,
        publisher=publisher,
        version=STANDS_BESIDE,
        vintage=year or file.path.name,
        licence=SEE_PUBLISHER,
        citation=f"{publisher}, {title}, {year or file.path.name}.",
        url="",
        parts=(Part(IO_TABLE, name, member, size),),
    )


def read(incoming: Incoming, part: Part, target: Path, tell: Tell) -> Read:
    """Read the table with pymrio and write it as one row for each industry."""
    if incoming.path.suffix.lower() == ".xlsx":
        refuse_declarations(incoming.path)
    if OECD.fullmatch(incoming.path.name):
        _refuse_empty_cells(incoming, part)
    system = _parsed(incoming)
    tell(part.size)
    flows, final, output, notes = _aligned(system, incoming.path.name)
    labels = [_label(one) for one in flows.index]
    unit = ", ".join(sorted({str(text).strip() for text in np.asarray(system.unit).reshape(-1)}))
    columns = {PRODUCER: pl.Series(labels), UNIT: pl.repeat(unit, len(labels), eager=True), OUTPUT: pl.Series(output)}
    columns |= _columns(USE, flows) | _columns(FINAL, final)
    frame = pl.DataFrame(columns)
    frame.write_parquet(target, compression="zstd", statistics=False)
    return Read(frame.height, frame.height, (f"The table is in {unit or 'a unit that it does not state'}.", *notes))


def _columns(head: str, table: pd.DataFrame) -> dict[str, pl.Series]:
    """Return the columns of a table by their labels; each by itself, so that the table is let go."""
    values = table.to_numpy(dtype=np.float64)
    return {head + _label(one): pl.Series(values[:, at].copy()) for at, one in enumerate(table.columns)}


def _refuse_empty_cells(incoming: Incoming, part: Part) -> None:
    """Refuse a table of the OECD with an empty cell, which pymrio would take for 0."""
    for header, rows in read_blocks(incoming, part, lambda _: None, ()):
        for field in header[1:]:
            rows.refuse(rows.texts(field).str.strip_chars() == "", field, "a number")


def _parsed(incoming: Incoming) -> Any:
    """Return the table as pymrio gives it, with its flows worked out where a file has coefficients alone."""
    try:
        import pymrio
    except ImportError as error:
        raise SourceError(
            "pymrio, which reads input-output tables, is not installed", where=str(incoming.path),
            do="Install it with: pip install 'kizuna[mrio]'",
        ) from error  # fmt: skip
    parse = _parser(pymrio, incoming.path)
    try:
        system = parse(incoming.path)
        if system.Z is None:
            system.calc_system()
        elif system.x is None:
            system.x = pymrio.calc_x(system.Z, system.Y)
    except (*FAULTS, pymrio.ParserError) as error:
        raise SourceError(
            f"pymrio cannot read the table: {type(error).__name__}: {short(str(error))}", where=str(incoming.path),
            expected=READS, do="Fetch the publisher's file again.",
        ) from error  # fmt: skip
    return system


def _parser(pymrio: Any, path: Path) -> Callable[[Path], Any]:
    name = path.name
    if WIOD.fullmatch(name):
        return lambda file: pymrio.parse_wiod(file, names=("c_codes", "c_codes"))
    if OECD.fullmatch(name):
        return lambda file: pymrio.parse_oecd(file)
    if EORA.fullmatch(name):
        return lambda file: pymrio.parse_eora26(file)
    if EXIOBASE.fullmatch(name):
        return lambda file: pymrio.parse_exiobase3(file)
    return lambda file: pymrio.load(file)


def _aligned(system: Any, name: str) -> tuple[pd.DataFrame, pd.DataFrame, np.ndarray[Any, Any], list[str]]:
    """Return flows, final demand and output in the order of the flows' rows, by label."""
    flows, final = system.Z, system.Y
    notes = []
    nowhere = [one for one in final.columns if str(one[0]) == NO_REGION]
    if nowhere:
        total = float(np.abs(final[nowhere].to_numpy()).sum())
        notes.append(f"Final use of no region is left out: {', '.join(_label(one) for one in nowhere)}, {total:,.1f}.")
        final = final.drop(columns=nowhere)
    faults = _label_faults(flows.index, {"use": flows.columns, "final": final.index, "output": system.x.index})
    faults += [f"final use {_label(one)} stands twice" for one in final.columns[final.columns.duplicated()]]
    if faults:
        raise TableError("The table is not one of industries by industries", faults[:SHOWN], where=name)
    flows, final = flows.reindex(columns=flows.index), final.reindex(index=flows.index)
    output = system.x.reindex(index=flows.index).to_numpy(dtype=np.float64).reshape(-1)
    for what, values in (("flows", flows), ("final use", final), ("output", output)):
        if not np.isfinite(np.asarray(values, dtype=np.float64)).all():
            raise TableError(f"The {what} hold numbers that are not finite", [name], where=name)
    return flows, final, output, notes


def _label_faults(industries: pd.Index[Any], others: dict[str, pd.Index[Any]]) -> list[str]:
    faults = [f"industry {_label(one)} stands twice" for one in industries[industries.duplicated()]]
    for what, labels in others.items():
        faults += [f"{what} {_label(one)} is missing" for one in industries.difference(labels)[:SHOWN]]
        faults += [f"{what} {_label(one)} is of no industry" for one in labels.difference(industries)[:SHOWN]]
    return faults


def _label(label: Sequence[Any]) -> str:
    return BETWEEN.join(str(text) for text in label[:2])
