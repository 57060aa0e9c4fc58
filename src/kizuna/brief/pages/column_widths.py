"""How the columns of one table share the width of a printed page."""

from __future__ import annotations

from kizuna.brief.document import Table
from kizuna.brief.pages.words import plain_text

_LINE = 102  # characters of small print on one line of the page
_SPACE = 2  # characters between columns
_SPARK = 10  # characters as wide as a spark line


def column_widths(table: Table) -> tuple[float, ...]:
    """Return the relative width of each column, or nothing where the table fits as it is.

    A column of numbers is as wide as its longest number and the longest word above it, so that no number breaks; the
    columns of words share what is left by the length of their longest cell.
    """
    whole = [_longest_cell(table, place) for place in range(len(table.columns))]
    words = [_longest_word(table, place) for place in range(len(table.columns))]
    if sum(max(pair) + _SPACE for pair in zip(whole, words, strict=True)) <= _LINE:
        return ()
    firm = [
        max(whole[place], words[place]) if column.number else words[place] for place, column in enumerate(table.columns)
    ]
    left = max(0, _LINE - sum(firm) - _SPACE * len(firm))
    wish = [0 if column.number else max(0, whole[place] - words[place]) for place, column in enumerate(table.columns)]
    share = min(1.0, left / sum(wish)) if any(wish) else 0.0
    return tuple(round(least + _SPACE + share * more, 2) for least, more in zip(firm, wish, strict=True))


def _longest_cell(table: Table, place: int) -> int:
    lengths = (max(len(plain_text(row[place].words)), _SPARK if row[place].spark else 0) for row in table.rows)
    return max([*lengths, len("gap ")])


def _longest_word(table: Table, place: int) -> int:
    texts = [table.columns[place].title]
    if not table.columns[place].number:
        texts += [plain_text(row[place].words) for row in table.rows]
    spark = _SPARK if any(row[place].spark for row in table.rows) else 0
    return max([spark, *(len(word) for text in texts for word in text.split())])
