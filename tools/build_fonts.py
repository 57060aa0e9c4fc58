"""Build the font subsets in ``src/kizuna/brief/assets/fonts``.

    apt-get install fonts-noto-core fonts-noto-cjk
    pip install fonttools brotli babel
    python tools/build_fonts.py

Five faces of the Noto family, cut to what a brief prints. OpenType files are for Typst and vl-convert, WOFF2 files for
``@font-face`` in HTML. Each subset keeps its shaping tables, its names and its licence (SIL Open Font License 1.1, no
reserved font name). Running the script again on the same packages gives the same bytes.
"""

from __future__ import annotations

import csv
import os
import re
from pathlib import Path

from babel import Locale
from fontTools import subset
from fontTools.ttLib import TTFont

os.environ["SOURCE_DATE_EPOCH"] = "1577836800"  # 2020-01-01, so that no build date enters the files
ROOT = Path(__file__).resolve().parents[1]
FONTS = ROOT / "src" / "kizuna" / "brief" / "assets" / "fonts"
ECONOMIES = ROOT / "src" / "kizuna" / "tables" / "data" / "economies.csv"
CORE = Path("/usr/share/fonts/truetype/noto")
CJK = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
COPYRIGHT = Path("/usr/share/doc/fonts-noto-core/copyright")
JAPANESE_WORDS = (
    "絆日本印度国共和連邦王合衆地域年月日令和平成昭和第回会合輸入輸出供給依存度割合重要鉱物資源半導体電池磁石通信防衛食料石炭油天然"
    "黒鉛希土類経済安全保障対話政府外務省産業億兆万千円米ドル百分率上位下位今後課題要約出典注暫定値、。・「」『』（）ー〜々〇％"
)
ARROWS_AND_SIGNS = "→←↑↓↔−×÷±≈≤≥≠∑√∞"


def main() -> None:
    """Write the five faces, the web faces and the licence."""
    FONTS.mkdir(parents=True, exist_ok=True)
    latin = {*range(0x20, 0x7F), *range(0xA0, 0x180), *range(0x2010, 0x2028), *range(0x2030, 0x203B), 0x2044}
    latin |= {
        *range(0x218, 0x21C),
        0x2C6,
        0x2DC,
        0x20AC,
        0x20B9,
        0x2116,
        0x2122,
        0x2070,
        0x2071,
        *range(0x2074, 0x208F),
    }
    devanagari = {*range(0x900, 0x980), *map(ord, " !()%,-./:;=?0123456789"), 0xA0, 0x200C, 0x200D, 0x20B9, 0x25CC}
    japanese = {*range(0x3000, 0x3018), *range(0x3041, 0x3097), *range(0x3099, 0x3100), *map(ord, JAPANESE_WORDS)}
    japanese |= set(map(ord, "".join(_japanese_names())))
    _cut(CORE / "NotoSans-Regular.ttf", "NotoSans-Regular.ttf", latin)
    _cut(CORE / "NotoSans-Bold.ttf", "NotoSans-Bold.ttf", latin)
    _cut(CORE / "NotoSansDevanagari-Regular.ttf", "NotoSansDevanagari-Regular.ttf", devanagari)
    _cut(CORE / "NotoSansMath-Regular.ttf", "NotoSansMath-Regular.ttf", set(map(ord, ARROWS_AND_SIGNS)))
    _cut(CJK, "NotoSansCJKjp-Regular.otf", japanese)
    (FONTS / "OFL.txt").write_text(_licence(), encoding="utf-8")
    total = sum(path.stat().st_size for path in FONTS.glob("*.?tf"))
    print(f"{total} bytes of OpenType, {sum(path.stat().st_size for path in FONTS.glob('*.woff2'))} of WOFF2")


def _japanese_names() -> list[str]:
    """Return every Japanese name of an economy: CLDR territories and the project's own table where it exists."""
    names = list(Locale("ja").territories.values())
    if ECONOMIES.exists():
        with ECONOMIES.open(encoding="utf-8", newline="") as file:
            names += [row["name_ja"] for row in csv.DictReader(file)]
    return names


def _cut(source: Path, target: str, characters: set[int]) -> None:
    latin_features = ["kern", "mark", "mkmk", "ccmp", "locl", "liga", "tnum", "lnum"]
    options = subset.Options(
        layout_features=["*"] if "Devanagari" in target else latin_features,
        drop_tables=["MATH", "DSIG", "STAT"],
        name_IDs=[0, 1, 2, 3, 4, 5, 6, 7, 13, 14],
        hinting=False,
        desubroutinize=True,
        notdef_outline=True,
        recalc_timestamp=False,
    )
    font = TTFont(source, fontNumber=0, recalcTimestamp=False)
    absent = sorted(characters - set(font.getBestCmap()))
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=characters)
    cutter.subset(font)
    font.save(FONTS / target)
    font.flavor = "woff2"
    font.save((FONTS / target).with_suffix(".woff2"))
    print(target, (FONTS / target).stat().st_size, "not in this face:", "".join(map(chr, absent)) or "none")


def _licence() -> str:
    """Return notices and the licence text as Debian's copyright file carries them."""
    text = COPYRIGHT.read_text(encoding="utf-8")
    body = text.split("License: OFL-1.1\n PREAMBLE", 1)[1]
    body = re.split(r"\n(?:License|Files|Comment): ", body)[0]
    lines = [line[1:] if line.startswith(" ") else line for line in body.splitlines()]
    plain = "\n".join("" if line == "." else line for line in lines)
    return (
        "Noto Sans, Noto Sans Devanagari, Noto Sans Math: Copyright 2015 Google LLC. All Rights Reserved.\n"
        "Noto Sans CJK JP: (c) 2014-2021 Adobe (http://www.adobe.com/).\n"
        "Noto is a trademark of Google LLC. These files are subsets, cut by tools/build_fonts.py.\n\n"
        "This Font Software is licensed under the SIL Open Font License, Version 1.1.\n\n"
        f"SIL OPEN FONT LICENSE Version 1.1 - 26 February 2007\n\nPREAMBLE{plain.rstrip()}\n"
    )


if __name__ == "__main__":
    main()
