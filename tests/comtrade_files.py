"""Files in the forms of UN Comtrade, with invented figures: its rows may not be passed on."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl

from kizuna.intake import comtrade
from kizuna.intake.adapters import recognise
from kizuna.intake.incoming import Read

NAMES = [
    "typeCode", "freqCode", "refPeriodId", "refYear", "refMonth", "period", "reporterCode", "reporterISO",
    "reporterDesc", "flowCode", "flowDesc", "partnerCode", "partnerISO", "partnerDesc", "partner2Code",
    "partner2ISO", "partner2Desc", "classificationCode", "classificationSearchCode", "isOriginalClassification",
    "cmdCode", "cmdDesc", "aggrLevel", "isLeaf", "customsCode", "customsDesc", "mosCode", "motCode", "motDesc",
    "qtyUnitCode", "qtyUnitAbbr", "qty", "isQtyEstimated", "altQtyUnitCode", "altQtyUnitAbbr", "altQty",
    "isAltQtyEstimated", "netWgt", "isNetWgtEstimated", "grossWgt", "isGrossWgtEstimated", "cifvalue", "fobvalue",
    "primaryValue", "legacyEstimationFlag", "isReported", "isAggregate",
]  # fmt: skip
BULK = [
    "typeCode", "freqCode", "period", "reporterCode", "flowCode", "partnerCode", "partner2Code",
    "classificationCode", "cmdCode", "customsCode", "motCode", "mosCode", "qtyUnitCode", "qty", "isQtyEstimated",
    "altQtyUnitCode", "altQty", "isAltQtyEstimated", "netWgt", "isNetWgtEstimated", "grossWgt",
    "isGrossWgtEstimated", "CIFValue", "FOBValue", "primaryValue", "legacyEstimationFlag", "isReported",
    "isAggregate",
]  # fmt: skip
LEGACY = (
    "Classification,Year,Period,Period Desc.,Aggregate Level,Is Leaf Code,Trade Flow Code,Trade Flow,Reporter Code,"
    "Reporter,Reporter ISO,Partner Code,Partner,Partner ISO,2nd Partner Code,2nd Partner,2nd Partner ISO,"
    "Customs Proc. Code,Customs,Mode of Transport Code,Mode of Transport,Commodity Code,Commodity,Qty Unit Code,"
    "Qty Unit,Qty,Alt Qty Unit Code,Alt Qty Unit,Alt Qty,Netweight (kg),Gross weight (kg),Trade Value (US$),"
    "CIF Trade Value (US$),FOB Trade Value (US$),Flag"
)

WEBSITE = "TradeData_6_3_2025_14_21_30.csv"
BULK_NAME = "COMTRADE-FINAL-CA6992022H6[2023-01-03].gz"

Row = dict[str, Any]
Taken = Callable[..., tuple[Read, pl.DataFrame]]


def report(**changes: object) -> Row:
    """Return one record as the API gives it: India's imports of magnets from Japan in 2022, with what is changed."""
    row: Row = dict.fromkeys(NAMES)
    row |= {
        "typeCode": "C", "freqCode": "A", "refPeriodId": 20220101, "refYear": 2022, "refMonth": 52, "period": "2022",
        "reporterCode": 699, "flowCode": "M", "partnerCode": 392, "partner2Code": 0, "classificationCode": "H6",
        "classificationSearchCode": "HS", "isOriginalClassification": True, "cmdCode": "850511", "aggrLevel": 6,
        "isLeaf": True, "customsCode": "C00", "mosCode": "0", "motCode": 0, "qtyUnitCode": 8, "qtyUnitAbbr": "kg",
        "qty": 4100.5, "isQtyEstimated": False, "altQtyUnitCode": -1, "altQtyUnitAbbr": "N/A",
        "isAltQtyEstimated": False, "netWgt": 4100.5, "isNetWgtEstimated": False, "isGrossWgtEstimated": False,
        "cifvalue": 98000.125, "primaryValue": 98000.125, "legacyEstimationFlag": 0, "isReported": True,
        "isAggregate": False,
    }  # fmt: skip
    unknown = {*changes} - {*NAMES}
    assert not unknown
    return row | changes


def export(**changes: object) -> Row:
    """Return one record of an export, valued FOB: by Japan to India, with what is changed."""
    return report(**{
        "reporterCode": 392, "partnerCode": 699, "flowCode": "X", "cifvalue": None, "fobvalue": 91000.5,
        "primaryValue": 91000.5,
    } | changes)  # fmt: skip


def text(value: object) -> str:
    """Return a value as the website writes it."""
    if value is None:
        return ""
    return f'"{str(value).lower() if isinstance(value, bool) else value}"'


def website(rows: list[Row], end: str = ",", newline: str = "\n", encoding: str = "utf-8") -> bytes:
    """Return the CSV of the website: every row ends in a comma, the header does not."""
    lines = [",".join(NAMES), *(",".join(text(row[name]) for name in NAMES) + end for row in rows)]
    return (newline.join(lines) + newline).encode(encoding)


def answer(rows: list[Row], **outer: object) -> bytes:
    """Return the JSON of the API."""
    whole = {"elapsedTime": "0.27 secs", "count": len(rows), "data": rows, "error": ""} | outer
    return json.dumps(whole).encode()


def bulk(rows: list[Row]) -> bytes:
    """Return a bulk file as it is unpacked: separated by tabs, two names in capitals, flags as numbers."""
    by_name = {name.casefold(): name for name in NAMES}
    lines = ["\t".join(BULK)]
    for row in rows:
        values = [row[by_name[name.casefold()]] for name in BULK]
        lines.append(
            "\t".join("" if one is None else str(int(one) if isinstance(one, bool) else one) for one in values)
        )
    return ("\n".join(lines) + "\n").encode()


# India's imports of magnets from Japan and all, Japan's exports to India, a product with a leading zero, a month.
ROWS = [
    report(),
    report(partnerCode=0, primaryValue=350000.5, cifvalue=350000.5, netWgt=None, qty=None, qtyUnitCode=-1),
    export(),
    report(cmdCode="010121", classificationCode="H5", period="202205", freqCode="M", netWgt=2.0, qty=2, qtyUnitCode=5),
]


def taken_in(folder: Path, content: bytes, name: str = WEBSITE) -> tuple[Read, pl.DataFrame]:
    """Read a file in this process and return what reading it came to, and the table."""
    (folder / name).write_bytes(content)
    incoming = recognise(folder / name)
    assert incoming.adapter == comtrade.NAME
    target = folder / "read.parquet"
    read = comtrade.read(incoming, incoming.parts[0], target, lambda _: None)
    frame = pl.read_parquet(target)
    assert read.rows_kept == frame.height
    assert read.rows_in == read.rows_kept + sum(rows for _, rows in read.dropped)
    return read, frame
