"""UN Comtrade as downloaded: what each economy reports of its trade in goods, by product, partner and flow.

Each row is one economy's report: what A says it bought of B and what B says it sold to A stand side by side.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from kizuna.floor.errors import SourceError, TableError
from kizuna.intake.codes import economies_of
from kizuna.intake.comtrade_form import Form, Told, is_empty_answer, rows_of, shape_of
from kizuna.intake.incoming import Incoming, Looked, Part, Read, Tell
from kizuna.intake.rows import DO, SHOWN, UTF8, Rows, write
from kizuna.sources.forms import HS_OR_TOTAL, PERIOD, REPORTS, form_of

NAME = "comtrade"
READS = (
    "UN Comtrade, goods by HS: TradeData.csv of the website, JSON of the API, what comtradeapicall's tables give "
    "through to_csv or to_json, bulk .gz or .txt, and CSV from before 2023"
)
WHERE = "https://comtradeplus.un.org"
TABLES: tuple[str, ...] = (REPORTS,)
STANDS_BESIDE = "reports"  # one version for all: files for several periods and economies stand side by side
SHORT = 8  # digits of a file's sha256 that name its part
REVISIONS = {"H0": "HS92", "H1": "HS96", "H2": "HS02", "H3": "HS07", "H4": "HS12", "H5": "HS17", "H6": "HS22"}
AMOUNT = pl.Decimal(24, 3)
MISSING = ("", "NaN")
NO_UNIT = (-1, 1)  # quantity codes of the publisher: not available, no quantity
NO_PRODUCT = "9999AA"
LIMITS = (500, 100_000, 250_000, 2_500_000)  # rows that one answer of the API may hold, by how it was asked
LOST_ZERO = (
    "2, 4 or 6 digits. A leading zero was lost, or the code was read as a number: read the file as text, in pandas "
    "read_csv(dtype=str), and write it again"
)
RELEASE = re.compile(r"\[([^\]]+)\]")

OTHER_CLASSIFICATION = "rows of another classification than the Harmonized System"
NO_REPORTER = "reports of a group, or of an economy of the past that kizuna does not have"
NOT_SPECIFIED = f"rows of {NO_PRODUCT}, which is no product"
BREAKDOWN = "parts of a total by second partner, customs procedure or mode of transport"
WITHOUT_TOTAL = "parts by second partner, customs procedure or mode of transport whose total is not in the file"
TWICE = "rows that stand twice, alike in all that is kept"


@dataclass(slots=True)
class _Seen:
    """What was seen of a file so far: rows by period, rows left out by reason and which they are, what was changed."""

    periods: Counter[str] = field(default_factory=Counter)
    dropped: Counter[str] = field(default_factory=Counter)
    which: dict[str, set[str]] = field(default_factory=dict)
    changed: Counter[str] = field(default_factory=Counter)
    parts: list[pl.DataFrame] = field(default_factory=list)
    encoding: str = UTF8

    def only(self, rows: Rows, kept: pl.Series, reason: str, column: str) -> Rows:
        """Return the rows where ``kept`` holds, counting the others with what they hold in a column."""
        out = rows.frame.get_column(column).filter(~kept)
        self.dropped[reason] += len(out)
        self.which.setdefault(reason, set()).update(out.unique())
        return rows.only(kept)


def recognise(file: Looked) -> Incoming | None:
    """Return what a file of UN Comtrade is, by its header or the first of its records."""
    if len(file.members) != 1:
        return None
    ((member, _),) = file.members
    head = file.head(member)
    shape = shape_of(head)
    if shape is None:
        if is_empty_answer(head):
            raise SourceError("The answer of UN Comtrade holds no row", where=str(file.path), expected=READS)
        return None
    if "TARIFFLINE" in file.path.name.upper():
        raise SourceError(
            "The file holds tariff lines, which are finer than the Harmonized System", where=str(file.path),
            expected=READS, do="Fetch FINAL in place of TARIFFLINE.",
        )  # fmt: skip
    first = shape.first if re.fullmatch(PERIOD, shape.first) else "period unknown"
    release = RELEASE.search(file.path.name)
    with file.path.open("rb") as content:
        sha256 = hashlib.file_digest(content, "sha256").hexdigest()
    return Incoming(
        path=file.path,
        adapter=NAME,
        title="UN Comtrade, reports of trade",
        publisher="United Nations Statistics Division",
        version=STANDS_BESIDE,
        vintage=f"from {first}{f', released {release[1]}' if release else ''}",
        licence="UN Comtrade terms of use: for internal use, not to be passed on without written permission",
        citation=f"United Nations Statistics Division, UN Comtrade Database, file {file.path.name}.",
        url=WHERE,
        parts=(file.part(REPORTS, f"{first} {sha256[:SHORT]}", member),),
    )


def read(incoming: Incoming, part: Part, target: Path, tell: Tell) -> Read:
    """Read the reports of one file that are totals, one a period, revision, product, reporter, partner and flow."""
    seen, told = _Seen(), Told()
    found = pl.concat(_kept(rows, form, seen) for form, rows in rows_of(incoming, part, tell, told))
    frame = _each_once(found, part.member or incoming.path.name, seen)
    _count_parts(frame, seen)
    if frame.is_empty():
        faults = [f"{rows:,} {reason}" for reason, rows in seen.dropped.items() if rows] or ["no rows"]
        raise TableError("No row is a total of goods by the HS", faults, where=incoming.path.name, expected=READS)
    notes = (*_what_it_holds(frame), *told.notes, *_changes(seen))
    return write(REPORTS, frame, target, seen.periods.total(), notes, tuple(seen.dropped.items()))


def _kept(rows: Rows, form: Form, seen: _Seen) -> pl.DataFrame:
    """Return the totals among some rows, typed, with the number of each row."""
    names = form.names
    rows = _without_points(rows, form, seen)
    period = rows.texts(names["period"])
    rows.refuse(~period.str.contains(PERIOD), names["period"], "a year such as 2022, or a month such as 202205")
    seen.periods.update(dict(period.value_counts().iter_rows()))
    flows = rows.texts(names["flow"]).replace_strict(form.flows, default=None, return_dtype=pl.String)
    rows.refuse(flows.is_null(), names["flow"], f"one of {', '.join(form.flows)}")
    seen.encoding = rows.encoding if rows.encoding != UTF8 else seen.encoding
    rows = _of_the_hs(rows, form, seen)
    keys = _keys(rows, form)
    totals = pl.select(pl.repeat(True, rows.height)).to_series()
    for what, values in form.totals.items():
        held = rows.texts(names[what])
        rows.refuse((held == "") & ("" not in values), names[what], "a code")
        totals &= held.is_in(values)
    seen.parts.append(keys.filter(~totals).group_by(pl.all()).len())
    rows, keys = rows.only(totals), keys.filter(totals)
    return keys.with_columns(*_amounts(rows, form, seen), rows.numbers_of.cast(pl.Int64).alias("row"))


def _without_points(rows: Rows, form: Form, seen: _Seen) -> Rows:
    """Return the rows with whole numbers that were written as 764.0 as 764; a product's code is left as it is."""
    codes = [form.names[what] for what in ("period", "reporter", "partner", "partner2", "transport", "unit")]
    pointed = rows.frame.select(pl.any_horizontal(pl.col(codes).str.contains(r"^-?[0-9]+\.0+$"))).to_series()
    seen.changed["rows with codes written as 764.0, read as 764"] += int(pointed.sum())
    plain = rows.frame.with_columns(pl.col(codes).str.replace(r"^(-?[0-9]+)\.0+$", "$1"))
    return Rows(rows.name, rows.numbers_of, plain, rows.encoding)


def _of_the_hs(rows: Rows, form: Form, seen: _Seen) -> Rows:
    """Return the rows of a product of the Harmonized System that one economy reports."""
    revision, product, reporter = (form.names[what] for what in ("revision", "product", "reporter"))
    rows = seen.only(rows, rows.texts(revision).is_in([*REVISIONS]), OTHER_CLASSIFICATION, revision)
    economies = economies_of(rows, rows.texts(reporter), NAME)
    rows = seen.only(rows, economies.is_not_null(), NO_REPORTER, reporter)
    rows.refuse(rows.texts(product).str.contains(r"^[0-9]([0-9]{2})*$|^[0-9]+\."), product, LOST_ZERO)
    rows = seen.only(rows, rows.texts(product) != NO_PRODUCT, NOT_SPECIFIED, product)
    rows.refuse(~rows.texts(product).str.contains(HS_OR_TOTAL), product, "TOTAL, or 2, 4 or 6 digits of the HS")
    return rows


def _keys(rows: Rows, form: Form) -> pl.DataFrame:
    names = form.names
    partner = rows.numbers(names["partner"], pl.Int16())
    rows.refuse(partner < 0, names["partner"], "a code of UN Comtrade")
    return pl.DataFrame(
        {
            "period": rows.texts(names["period"]),
            "revision": rows.texts(names["revision"]).replace_strict(REVISIONS, return_dtype=pl.String),
            "product": rows.texts(names["product"]),
            "reporter_code": rows.numbers(names["reporter"], pl.Int16()),
            "partner_code": partner,
            "flow": rows.texts(names["flow"]).replace_strict(form.flows, return_dtype=pl.String),
        }
    )


def _amounts(rows: Rows, form: Form, seen: _Seen) -> Iterator[pl.Series]:
    """Yield value, CIF and FOB value, net weight, quantity and its unit.

    The publisher writes 0 for a weight, a quantity or one of two values that is not there.
    """
    value, cif, fob, net, quantity = (
        _amount(rows, form.names[what], seen) for what in ("value", "cif", "fob", "net", "quantity")
    )
    unit = rows.numbers(form.names["unit"], pl.Int16(), MISSING)
    no_unit = unit.is_null() | unit.is_in(NO_UNIT)
    seen.changed["quantities without a unit, left out"] += int((no_unit & (quantity > 0)).sum())
    seen.changed["net weights of 0, kept as missing"] += int((net == 0).sum())
    seen.changed["quantities of 0, kept as missing"] += int((~no_unit & (quantity == 0)).sum())
    zero = [(one == 0) & (value > 0) for one in (cif, fob)]
    seen.changed["CIF or FOB values of 0 beside a value, kept as missing"] += sum(int(one.sum()) for one in zero)
    yield value.alias("value_usd")
    yield _null_where(cif, zero[0]).alias("cif_usd")
    yield _null_where(fob, zero[1]).alias("fob_usd")
    yield _null_where(net, net == 0).alias("net_kg")
    yield _null_where(quantity, no_unit | (quantity == 0)).alias("quantity")
    yield _null_where(unit, no_unit).alias("quantity_unit")


def _amount(rows: Rows, name: str, seen: _Seen) -> pl.Series:
    found = rows.numbers(name, AMOUNT, MISSING)
    rows.refuse(found < 0, name, "0 or more")
    longer = rows.texts(name).str.contains(r"\.[0-9]{3}[0-9]*[1-9]")
    seen.changed["amounts with over three decimals, rounded to three"] += int(longer.sum())
    return found


def _null_where(column: pl.Series, missing: pl.Series) -> pl.Series:
    return pl.select(pl.when(missing.fill_null(value=False)).then(None).otherwise(column)).to_series()


def _each_once(found: pl.DataFrame, name: str, seen: _Seen) -> pl.DataFrame:
    """Return the reports, each once; two of one key that differ are refused."""
    form = form_of(REPORTS)
    again = found.select(pl.struct(form.key).is_duplicated()).to_series()
    if not again.any():
        return found.drop("row")
    alike = found.filter(again).unique([*form.columns], keep="first", maintain_order=True)
    seen.dropped[TWICE] += int(again.sum()) - alike.height
    twice = alike.group_by(form.key, maintain_order=True).agg("row").filter(pl.col("row").list.len() > 1)
    faults = [
        f"rows {' and '.join(map(str, rows))}: {flow} of {product} ({revision}) in {period}, {reporter} with {partner}"
        for period, revision, product, reporter, partner, flow, rows in twice.iter_rows()
    ]
    if faults:
        expected = "one report a period, revision, product, reporter, partner and flow"
        raise TableError(f"{len(faults)} reports stand twice", faults[:SHOWN], where=name, expected=expected, do=DO)
    return pl.concat([found.filter(~again), alike]).drop("row")


def _count_parts(frame: pl.DataFrame, seen: _Seen) -> None:
    """Count the rows that are parts of a total: those whose total is in the file, and those whose total is not."""
    parts = pl.concat(seen.parts)
    alone = parts.join(frame, on=[*form_of(REPORTS).key], how="anti")
    seen.dropped[WITHOUT_TOTAL] += int(alone["len"].sum())
    seen.dropped[BREAKDOWN] += int(parts["len"].sum()) - int(alone["len"].sum())


def _what_it_holds(frame: pl.DataFrame) -> tuple[str, ...]:
    periods = sorted({str(frame["period"].min()), str(frame["period"].max())})
    reporters, partners = frame["reporter_code"].n_unique(), frame["partner_code"].n_unique()
    return (f"{' to '.join(periods)}: {frame.height:,} reports of {reporters} economies on {partners} partners.",)


def _changes(seen: _Seen) -> Iterator[str]:
    """Yield what must be known of the rows, one sentence each."""
    whole = seen.periods.total()
    for rows in dict.fromkeys((whole, *seen.periods.values())):
        if rows in LIMITS:
            of = "The file" if rows == whole else f"The period {next(p for p, n in seen.periods.items() if n == rows)}"
            yield f"{of} has {rows:,} rows, as many as one answer of the API may hold: it may be cut off."
    for reason, which in seen.which.items():
        if which and reason != NOT_SPECIFIED:
            yield f"Left out, {reason}: {', '.join(sorted(which)[:SHOWN])}."
    for what, rows in seen.changed.items():
        if rows:
            yield f"{rows:,} {what}."
    if seen.encoding != UTF8:
        yield f"The text is no UTF-8 and was read as {seen.encoding}; names are not kept."
