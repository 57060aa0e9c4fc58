"""The fonts of a brief: files for Typst and vl-convert, ``@font-face`` rules for HTML."""

from __future__ import annotations

import base64
from functools import cache
from importlib.resources import files
from pathlib import Path

from kizuna.floor.errors import SnapshotError

#: Family names in the order in which they are tried, one list for HTML, SVG and Typst.
FONT_FAMILIES = ("Noto Sans", "Noto Sans Math", "Noto Sans Devanagari", "Noto Sans CJK JP")
FONT_STACK = ", ".join(FONT_FAMILIES) + ", sans-serif"
_WEB_FACES = (
    ("Noto Sans", 400, "NotoSans-Regular.woff2"),
    ("Noto Sans", 700, "NotoSans-Bold.woff2"),
    ("Noto Sans Math", 400, "NotoSansMath-Regular.woff2"),
    ("Noto Sans Devanagari", 400, "NotoSansDevanagari-Regular.woff2"),
    ("Noto Sans CJK JP", 400, "NotoSansCJKjp-Regular.woff2"),
)


def font_folder() -> Path:
    """Return the folder with the OpenType files."""
    folder = Path(str(files("kizuna.brief").joinpath("assets", "fonts")))
    if not folder.is_dir():
        raise SnapshotError(
            "the fonts of the brief are missing",
            where=str(folder),
            expected="a folder of font files in the installed package",
            do="Install kizuna as files, not from a zip archive.",
        )
    return folder


@cache
def font_face_css(families: tuple[str, ...] = FONT_FAMILIES) -> str:
    """Return ``@font-face`` rules with the WOFF2 files inlined as base64.

    Parameters
    ----------
    families
        The families to inline, from ``FONT_FAMILIES``; all five faces together are about 180 kB of text.
    """
    rules = []
    for family, weight, name in _WEB_FACES:
        if family in families:
            data = base64.b64encode((font_folder() / name).read_bytes()).decode("ascii")
            rules.append(
                f"@font-face{{font-family:'{family}';font-style:normal;font-weight:{weight};"
                f"src:url(data:font/woff2;base64,{data}) format('woff2')}}"
            )
    return "\n".join(rules)
