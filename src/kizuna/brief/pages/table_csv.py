"""One table as CSV: what it is and whom to cite, then the rows at full precision."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping

from kizuna.brief.document import Table
from kizuna.brief.pages.gap_notes import gap_reason
from kizuna.floor.figures import Figure

_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


def table_csv(table: Table, figures: Mapping[str, Figure]) -> bytes:
    """Return a table as UTF-8 CSV.

    The first three lines start with ``#``: title, citation, note. Then the header, then one line a row with the
    full-precision value of each cell. A table with gaps gets one more column, ``gaps``, that names each column without
    a number and why. A word that a spreadsheet would run as a formula gets an apostrophe before it.
    """
    text = io.StringIO()
    for line in (table.title, table.citation, table.note):
        text.write(f"# {' '.join(line.split())}\n")
    writer = csv.writer(text, lineterminator="\n")
    columns = [column.title for column in table.columns]
    reasons = [
        "; ".join(
            f"{title}: {reason}"
            for title, cell in zip(columns, row, strict=True)
            if (reason := gap_reason(cell, figures))
        )
        for row in table.rows
    ]
    with_gaps = any(reasons)
    writer.writerow([_harmless(value) for value in columns] + ["gaps"] * with_gaps)
    for row, reason in zip(table.rows, reasons, strict=True):
        writer.writerow([_harmless(cell.plain) for cell in row] + [_harmless(reason)] * with_gaps)
    return text.getvalue().encode("utf-8")


def _harmless(value: str) -> str:
    return f"'{value}" if value.startswith(_FORMULA_SIGNS) and not _is_number(value) else value


def _is_number(value: str) -> bool:
    try:
        float(value)
    except ValueError:
        return False
    return True
