"""Which characters the bundled fonts can draw, read from the fonts themselves."""

from __future__ import annotations

import struct
import unicodedata
from functools import cache
from pathlib import Path

from kizuna.floor.errors import SnapshotError

_SEGMENTS, _GROUPS = 4, 12  # formats of a cmap subtable
_VARIATION_SELECTORS = range(0xFE00, 0xFE10)


@cache
def covered_characters(folder: Path) -> frozenset[int]:
    """Return the code points that at least one OpenType file in a folder has a glyph for.

    References
    ----------
    OpenType specification, ``cmap`` table, subtable formats 4 and 12.
    """
    fonts = [path for path in sorted(folder.iterdir()) if path.suffix in {".ttf", ".otf"}]
    if not fonts:
        raise SnapshotError("there are no fonts", where=str(folder), expected="OpenType files (.ttf, .otf)")
    return frozenset().union(*(_code_points(path.read_bytes()) for path in fonts))


def name_uncovered(text: str, covered: frozenset[int]) -> str:
    """Compose letters with their marks (NFC), then replace each character no font covers by its code point in brackets.

    Joiners and other format characters, which are never drawn, stay.

    Examples
    --------
    >>> name_uncovered("a\\U0001f600", frozenset({97}))
    'a[U+1F600]'
    >>> name_uncovered("e\\u0301", frozenset({0xE9})) == "\\u00e9"
    True
    """
    text = unicodedata.normalize("NFC", text)
    strange = {ord(sign) for sign in set(text) if ord(sign) not in covered and not _is_invisible(sign)}
    return text.translate({code: f"[U+{code:04X}]" for code in strange})


def _is_invisible(sign: str) -> bool:
    return sign in "\n\t" or unicodedata.category(sign) == "Cf" or ord(sign) in _VARIATION_SELECTORS


def _code_points(font: bytes) -> set[int]:
    """Return the code points of all Unicode subtables of one font."""
    tables = struct.unpack_from(">H", font, 4)[0]
    records = (struct.unpack_from(">4s4xII", font, 12 + 16 * place) for place in range(tables))
    start = next(offset for tag, offset, _ in records if tag == b"cmap")
    count = struct.unpack_from(">H", font, start + 2)[0]
    offsets = {struct.unpack_from(">4xI", font, start + 4 + 8 * place)[0] for place in range(count)}
    found: set[int] = set()
    for offset in offsets:
        kind = struct.unpack_from(">H", font, start + offset)[0]
        if kind == _GROUPS:
            found |= _of_groups(font, start + offset)
        elif kind == _SEGMENTS:
            found |= _of_segments(font, start + offset)
    return found


def _of_groups(font: bytes, start: int) -> set[int]:
    count = struct.unpack_from(">I", font, start + 12)[0]
    groups = (struct.unpack_from(">III", font, start + 16 + 12 * place) for place in range(count))
    return {code for first, last, _ in groups for code in range(first, last + 1)}


def _of_segments(font: bytes, start: int) -> set[int]:
    """Read the segments; a code whose glyph is 0 is not covered."""
    count = struct.unpack_from(">H", font, start + 6)[0] // 2
    ends, firsts, deltas, ranges = (start + 14 + 2 * count * row + (2 if row else 0) for row in range(4))
    found: set[int] = set()
    for place in range(count):
        last, first, delta, jump = (
            struct.unpack_from(">H", font, base + 2 * place)[0] for base in (ends, firsts, deltas, ranges)
        )
        for code in range(first, last + 1):
            glyph = code
            if jump:
                glyph = struct.unpack_from(">H", font, ranges + 2 * place + jump + 2 * (code - first))[0]
            if (glyph + delta) % 65536 and (glyph or not jump):
                found.add(code)
    return found - {0xFFFF}
