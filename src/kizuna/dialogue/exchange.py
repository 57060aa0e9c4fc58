"""The whole register as a file: every event, as JSON Lines or CSV, and back without loss."""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, get_args

from kizuna.dialogue.events import Act, Event
from kizuna.floor.errors import RegisterError

FIELDS = ("number", "at", "who", "why", "act", "kind", "id", "rule", "content")
FAULTS_SHOWN = 200
WHOLE = re.compile("0|-?[1-9][0-9]{0,17}")
UNKEEPABLE = re.compile("[\0\ud800-\udfff]")


def write_json_lines(events: Iterable[Event]) -> str:
    """Return one event a line, as JSON with sorted keys.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> day = datetime(2024, 8, 20, tzinfo=UTC)
    >>> made = Event(1, day, "A. Clerk", "new", "add", "area", "food", {"id": "food", "name": "Food"})
    >>> print(write_json_lines([made]), end="")
    {"act":"add","at":"2024-08-20T00:00:00+00:00","content":{"id":"food","name":"Food"},"id":"food","kind":"area",\
"number":1,"rule":null,"who":"A. Clerk","why":"new"}
    """
    return "".join(f"{_json(_fields(event))}\n" for event in events)


def write_csv(events: Iterable[Event]) -> str:
    """Return a table of events, one a row; ``content`` is a column of JSON, an empty ``rule`` is none.

    The words are as they were written, so that nothing is lost: a spreadsheet may take one that begins with ``=`` for a
    formula.

    Raises
    ------
    ValueError
        If the rule of an event is an empty text, which would come back as none.
    """
    file = io.StringIO(newline="")
    table = csv.writer(file)
    table.writerow(FIELDS)
    for event in events:
        fields = _fields(event)
        if event.rule == "":
            raise ValueError(f"event {event.number} has an empty rule")
        table.writerow([*(fields[name] for name in FIELDS[:-1]), _json(fields["content"])])
    return file.getvalue()


def read_events(path: Path) -> tuple[Event, ...]:
    """Read a file that :func:`write_json_lines` or :func:`write_csv` wrote; its first character tells which.

    Raises
    ------
    RegisterError
        If it cannot be read; naming every line and field that is no event.
    """
    try:
        text = path.read_bytes().decode("utf-8").removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}")
    except OSError as error:
        raise RegisterError("The file cannot be read", [str(error.strerror)], where=str(path)) from error
    except UnicodeDecodeError as error:
        fault = f"no UTF-8 at byte {error.start}: {error.reason}"
        raise RegisterError("The file cannot be read", [fault], where=str(path)) from error
    rows = _json_rows(text) if text.lstrip()[:1] in ("{", "") else _csv_rows(text)
    events: list[Event] = []
    faults: list[str] = []
    for line, row in rows:
        found = [row] if isinstance(row, str) else [*_row_faults(row)]
        faults += [f"line {line}: {fault}" for fault in found]
        if not found and not isinstance(row, str):
            events.append(_event(row))
    if faults:
        more = [f"and {len(faults) - FAULTS_SHOWN} more"] if len(faults) > FAULTS_SHOWN else []
        raise RegisterError(
            "The file holds what is no event:",
            [*faults[:FAULTS_SHOWN], *more],
            where=str(path),
            expected=f"events with the fields {', '.join(FIELDS)}",
            do="Export the register again.",
        )
    return tuple(events)


def _fields(event: Event) -> dict[str, Any]:
    return {
        "number": event.number, "at": event.at.isoformat(), "who": event.who, "why": event.why, "act": event.act,
        "kind": event.kind, "id": event.id, "rule": event.rule, "content": dict(event.content),
    }  # fmt: skip


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def _json_rows(text: str) -> Iterator[tuple[int, Mapping[str, Any] | str]]:
    """Yield line and event of each line, or line and fault; only a line feed ends a line."""
    for line, words in enumerate(text.split("\n"), start=1):
        if not words.strip():
            continue
        try:
            row = _loads(words)
        except (ValueError, RecursionError) as error:
            yield line, f"no JSON: {error}"
            continue
        yield line, row if isinstance(row, dict) else f"{words[:40]!r} is no event"


def _loads(words: str) -> Any:
    """Return what JSON says; refuse what it may not say, or says twice."""
    return json.loads(words, object_pairs_hook=_once, parse_constant=_no_number, parse_float=_finite)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"{next(name for name in names if names.count(name) > 1)!r} stands twice")
    return found


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is no number")


def _finite(digits: str) -> float:
    value = float(digits)
    return value if math.isfinite(value) else _no_number(digits)


def _csv_rows(text: str) -> Iterator[tuple[int, Mapping[str, Any] | str]]:
    """Yield the first line and the event of each row, or line and fault."""
    with _fields_up_to(len(text) + 1):
        table = csv.reader(io.StringIO(text, newline=""), strict=True)
        line = 1
        try:
            heads = next(table, [])
            if tuple(heads) != FIELDS:
                yield 1, f"the columns are {heads}"
                return
            line = table.line_num + 1
            for row in table:
                yield line, _csv_row(row)
                line = table.line_num + 1
        except csv.Error as error:
            yield line, f"no CSV: {error}"


@contextmanager
def _fields_up_to(size: int) -> Iterator[None]:
    """Let fields of CSV be as long as that, and set the limit of the process back."""
    before = csv.field_size_limit(size)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def _csv_row(row: list[str]) -> Mapping[str, Any] | str:
    if len(row) != len(FIELDS):
        return f"{len(row)} columns, expected {len(FIELDS)}"
    fields: dict[str, Any] = dict(zip(FIELDS, row, strict=True))
    if WHOLE.fullmatch(fields["number"]):
        fields["number"] = int(fields["number"])
    try:
        fields["content"] = _loads(fields["content"])
    except (ValueError, RecursionError) as error:
        return f"content: no JSON: {error}"
    return fields | {"rule": fields["rule"] or None}


def _row_faults(row: Mapping[str, Any]) -> Iterator[str]:
    missing, strange = [name for name in FIELDS if name not in row], [name for name in row if name not in FIELDS]
    if missing or strange:
        yield f"missing {missing}, not known {strange}"
        return
    if not isinstance(row["number"], int) or isinstance(row["number"], bool):
        yield f"number: {row['number']!r} is no whole number"
    for name in ("at", "who", "why", "act", "kind", "id"):
        if not isinstance(row[name], str):
            yield f"{name}: {row[name]!r} is no text"
    if row["rule"] is not None and not isinstance(row["rule"], str):
        yield f"rule: {row['rule']!r} is neither text nor null"
    if row["act"] not in get_args(Act):
        yield f"act: {row['act']!r}; known are {', '.join(get_args(Act))}"
    if not isinstance(row["content"], dict):
        yield "content: no object"
    if isinstance(row["at"], str) and not _is_moment(row["at"]):
        yield f"at: {row['at']!r} is no time with a zone"
    for name in FIELDS:
        if _unkeepable(row[name]):
            yield f"{name}: it holds a NUL or half a character"


def _unkeepable(value: object) -> bool:
    """Return whether any words of a value cannot be kept in UTF-8 by every database."""
    if isinstance(value, str):
        return UNKEEPABLE.search(value) is not None
    if isinstance(value, dict):
        return any(_unkeepable(part) for pair in value.items() for part in pair)
    return isinstance(value, list) and any(_unkeepable(part) for part in value)


def _is_moment(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def _event(row: Mapping[str, Any]) -> Event:
    return Event(
        row["number"], datetime.fromisoformat(row["at"]), row["who"], row["why"], row["act"], row["kind"], row["id"],
        row["content"], row["rule"],
    )  # fmt: skip
