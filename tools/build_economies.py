"""Build ``src/kizuna/tables/data/economies.csv``: every economy our publishers name, with all its codes and names.

    python tools/build_economies.py

Reads, in ``../shared/data``, the country table of CEPII BACI (codes) and the country names of every other publisher
(aliases); names in English, Japanese and Hindi come from the Unicode CLDR through babel (a build-time dependency only);
``map_id`` is kept where the base map has that area. What the sources cannot tell stands in the tables of this script:
numeric codes in which BACI differs from M49, economies that BACI does not list, economies of the past, and names.
The same inputs give the same bytes.
"""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path

from babel import Locale

from kizuna.tables.economies import lookup_key

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT.parent / "shared" / "data"
TARGET = ROOT / "src" / "kizuna" / "tables" / "data" / "economies.csv"
BASE_MAP = ROOT / "src" / "kizuna" / "brief" / "assets" / "world-50m.json"
CODES = TARGET.parent / "publisher_codes.csv"
COLUMNS = (
    *("iso3", "iso2", "m49", "baci_code", "comtrade_code", "name_en", "name_ja", "name_hi"),
    *("valid_from", "valid_to", "aliases", "map_id", "note"),
)

M49_DIFFERS = {"251": "250", "579": "578", "699": "356", "757": "756", "842": "840"}  # BACI code: M49 code
MISSING_ISO2 = {"NAM": "NA"}  # the table writes NA, which CSV readers take for "not available"
SPLIT = {  # economies whose own BACI code begins when a union ended
    **dict.fromkeys(("BEL", "LUX"), "1999"),
    **dict.fromkeys(("BWA", "LSO", "NAM", "SWZ", "ZAF"), "2000"),
    **dict.fromkeys(("SRB", "MNE"), "2006"),
    **dict.fromkeys(("CUW", "SXM", "BES"), "2011"),
    **dict.fromkeys(("SDN", "SSD"), "2012"),
}
# BACI code: our code, names (English, Japanese, Hindi), last year, aliases, note. Codes BLX, FRG, SUD, ZA1, R20 and
# S19 are not ISO 3166; ISO has no code for these, or the same one as for the successor.
SPECIAL: dict[str, tuple[str, str, str, str, str, tuple[str, ...], str]] = {
    "58": ("BLX", "Belgium-Luxembourg", "ベルギー・ルクセンブルク", "बेल्जियम-लक्ज़मबर्ग", "1998", (), ""),
    "200": ("CSK", "Czechoslovakia", "チェコスロバキア", "चेकोस्लोवाकिया", "1992", (), ""),
    "278": ("DDR", "German Democratic Republic", "ドイツ民主共和国", "जर्मन लोकतांत्रिक गणराज्य", "1990", (), ""),
    "280": (
        "FRG",
        "Germany before 1991",
        "ドイツ連邦共和国（1990年まで）",
        "जर्मन संघीय गणराज्य (1990 तक)",
        "1990",
        (),
        "",
    ),
    "490": (
        "S19",
        "Other Asia, n.e.s.",
        "その他のアジア（他に分類されないもの）",
        "अन्य एशिया (अन्यत्र अनिर्दिष्ट)",
        "",
        (
            "TWN",
            "TW",
            "158",
            "Taiwan",
            "Taiwan, China",
            "Chinese Taipei",
            "China, Taiwan Province of",
            "台湾",
            "ताइवान",
        ),
        "statistical code; in practice Taiwan",
    ),
    "530": ("ANT", "Netherlands Antilles", "オランダ領アンティル", "नीदरलैंड एंटिलीज़", "2010", (), ""),
    "697": (
        "R20",
        "Europe EFTA, n.e.s.",
        "その他のEFTA諸国（他に分類されないもの）",
        "यूरोप EFTA (अन्यत्र अनिर्दिष्ट)",
        "",
        (),
        "statistical code; World Mining Data uses it for Kosovo",
    ),
    "711": (
        "ZA1",
        "Southern African Customs Union",
        "南部アフリカ関税同盟",
        "दक्षिणी अफ़्रीकी सीमा शुल्क संघ",
        "1999",
        ("SACU",),
        "Botswana, Eswatini, Lesotho, Namibia and South Africa",
    ),
    "736": ("SUD", "Sudan before 2012", "スーダン（2011年まで）", "सूडान (2011 तक)", "2011", (), "with South Sudan"),
    "810": ("SUN", "Soviet Union", "ソビエト連邦", "सोवियत संघ", "1990", ("USSR",), ""),
    "849": ("PUS", "US Pacific Islands, n.e.s.", "太平洋の米国諸島", "अमेरिकी प्रशांत द्वीप", "", (), "statistical code"),
    "891": (
        "SCG",
        "Serbia and Montenegro",
        "セルビア・モンテネグロ",
        "सर्बिया और मोंटेनेग्रो",
        "2005",
        ("YUG", "Yugoslavia", "FR Yugoslavia"),
        "Federal Republic of Yugoslavia until 2003; includes Kosovo",
    ),
}
# Economies without a BACI code: ISO3, ISO2, M49.
ADDED = """
    ALA AX 248  ATA AQ 010  ESH EH 732  FRO FO 234  GGY GG 831  GLP GP 312  GUF GF 254  HMD HM 334  IMN IM 833
    JEY JE 832  LIE LI 438  MAF MF 663  MCO MC 492  MTQ MQ 474  PRI PR 630  REU RE 638  SGS GS 239  SJM SJ 744
    VAT VA 336  VIR VI 850  XKX XK -
"""
NAMES = {  # English names we prefer to CLDR's, which stays an alias
    "COD": "Democratic Republic of the Congo",
    "COG": "Republic of the Congo",
    "HKG": "Hong Kong",
    "MAC": "Macao",
    "MMR": "Myanmar",
    "PSE": "Palestine",
}
ALIASES = {
    "ARE": ("UAE",), "BLR": ("Byelorussia",), "CHN": ("People's Republic of China", "PRC", "Mainland China"),
    "CIV": ("Ivory Coast",), "COD": ("ZAR", "Congo (Kinshasa)", "Congo, Democratic Republic of the", "DR Congo", "DRC"),
    "COG": ("Congo (Brazzaville)", "Congo, Republic of the"), "CPV": ("Cape Verde",), "CZE": ("Czech Republic",),
    "GBR": ("UK", "Great Britain"), "KOR": ("Korea, Republic of", "Republic of Korea", "Korea, South"),
    "MKD": ("Macedonia",), "MMR": ("Burma",), "PRK": ("Korea, North", "DPRK"), "ROU": ("ROM",), "RUS": ("Russia",),
    "SWZ": ("Swaziland",), "TLS": ("TMP", "East Timor"), "TUR": ("Turkey",), "TZA": ("Tanzania",),
    "USA": ("United States", "United States of America", "US", "U.S."), "VNM": ("Vietnam",), "XKX": ("XKS", "KSV"),
}  # fmt: skip


def main() -> None:
    """Write the table and say how many economies it holds."""
    rows = baci_rows() + added_rows()
    add_aliases(rows, publisher_names())
    rows.sort(key=lambda row: row["iso3"])
    with TARGET.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    sys.stdout.write(f"{TARGET.relative_to(ROOT)}: {len(rows)} economies\n")


def baci_rows() -> list[dict[str, str]]:
    """One row for every code of the BACI country table."""
    rows = []
    for given in read_csv("baci_hs92_raw_materials/country_codes_V202401b.csv"):
        code, published = given["country_code"], mended(given["country_name"])
        row = special(code, published) if code in SPECIAL else current(code, given, published)
        rows.append(dict.fromkeys(COLUMNS, "") | row | {"baci_code": code, "comtrade_code": code})
    return rows


def special(code: str, published: str) -> dict[str, str]:
    """A statistical code, or an economy of the past."""
    iso3, name_en, name_ja, name_hi, valid_to, aliases, note = SPECIAL[code]
    row = {"iso3": iso3, "name_en": name_en, "name_ja": name_ja, "name_hi": name_hi, "valid_to": valid_to, "note": note}
    row["aliases"] = ";".join((published.split(" (...")[0], *aliases))
    return row | ({"m49": code, "map_id": map_id("158")} if iso3 == "S19" else {})


def current(code: str, given: dict[str, str], published: str) -> dict[str, str]:
    """An economy of today with its M49 code."""
    iso3 = given["country_iso3"]
    iso2 = MISSING_ISO2.get(iso3) or given["country_iso2"]
    m49 = M49_DIFFERS.get(code, code).zfill(3)
    row = named(iso3, iso2, published)
    return row | {"m49": m49, "valid_from": SPLIT.get(iso3, ""), "map_id": map_id(m49)}


def added_rows() -> list[dict[str, str]]:
    """Economies that other publishers or the base map name and BACI does not."""
    words = ADDED.split()
    rows = []
    for iso3, iso2, m49 in zip(words[::3], words[1::3], words[2::3], strict=True):
        numeric = m49.replace("-", "")
        rows.append(dict.fromkeys(COLUMNS, "") | named(iso3, iso2) | {"m49": numeric, "map_id": map_id(numeric)})
    return rows


def named(iso3: str, iso2: str, *aliases: str) -> dict[str, str]:
    """Codes and CLDR names; the name that CLDR gives and ours differs from becomes an alias."""
    english = Locale("en").territories[iso2]
    return {
        "iso3": iso3,
        "iso2": iso2,
        "name_en": NAMES.get(iso3, english),
        "name_ja": Locale("ja").territories[iso2],
        "name_hi": Locale("hi").territories[iso2],
        "aliases": ";".join((english, *ALIASES.get(iso3, ()), *aliases)),
    }


def add_aliases(rows: list[dict[str, str]], published: list[tuple[str, str, str]]) -> None:
    """Join the names that publishers use; one that two economies would share, or that is there already, is left out."""
    exceptions = {(entry["publisher"], entry["code"]) for entry in read_rows(CODES)}
    by_code = {code: row for row in rows for code in (row["iso3"], *row["aliases"].split(";"))}
    claims: dict[str, set[str]] = {}
    for publisher, code, name in published:
        if code in by_code and (publisher, code) not in exceptions and name:
            claims.setdefault(name, set()).add(by_code[code]["iso3"])
    taken = {lookup_key(row[column]) for row in rows for column in ("iso3", "iso2", "name_en", "name_ja", "name_hi")}
    for row in rows:
        wanted = row["aliases"].split(";") + sorted(name for name, who in claims.items() if who == {row["iso3"]})
        kept = {lookup_key(alias): alias for alias in reversed(wanted) if alias and lookup_key(alias) not in taken}
        taken |= kept.keys()
        row["aliases"] = ";".join(sorted(kept.values()))


def publisher_names() -> list[tuple[str, str, str]]:
    """(publisher, code, name) as the other publishers write them."""
    rows = [
        ("wmd", row["Country_ISO"], row["Country"]) for row in read_csv("world_mining_data/production_2018_2024.csv")
    ]
    rows += [("wgi", row["Code"], row["Country/Territory"]) for row in read_csv("wgi_political_stability/estimate.csv")]
    rows += [("food", row["iso3"], row["Country"]) for row in read_csv("food_2015_2017/country_list195_2012to2016.csv")]
    rows += [
        ("faostat", row["Area Code (ISO3)"], row["Area"])
        for row in read_csv("faostat_production_2020/faostat_qcl_2020.csv")
    ]
    rows += [("geodist", row["iso3"], row["country"]) for row in read_csv("cepii_geodist/geo_cepii.csv", "latin-1")]
    rows += [("world_bank", row["Country Code"], row["Country Name"]) for row in read_csv("world_bank/population.csv")]
    return sorted({(publisher, code, mended(name)) for publisher, code, name in rows})


def read_csv(path: str, encoding: str = "utf-8-sig") -> list[dict[str, str]]:
    return read_rows(DATA / path, encoding)


def read_rows(path: Path, encoding: str = "utf-8-sig") -> list[dict[str, str]]:
    with path.open(encoding=encoding) as file:
        return list(csv.DictReader(file))


def mended(name: str) -> str:
    """Undo the double encoding that some tables carry ("TÃ¼rkiye")."""
    return name.encode("latin-1").decode("utf-8") if "Ã" in name else name


def map_id(m49: str) -> str:
    return m49 if m49 in areas_on_the_map() else ""


def areas_on_the_map() -> set[str]:
    areas = json.loads(BASE_MAP.read_text(encoding="utf-8"))["objects"]["countries"]["geometries"]
    return {area["id"] for area in areas if "id" in area}


if __name__ == "__main__":
    main()
