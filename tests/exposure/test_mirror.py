"""Both reports of a trade side by side, from files of UN Comtrade with invented figures."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from decimal import Decimal

import polars as pl
import pytest
from comtrade_files import Row, bulk, export, report

from kizuna.exposure.mirror import mirror
from kizuna.floor.errors import KizunaError, RequestError, UnknownNameError
from kizuna.intake.importing import add_file
from kizuna.store.layered import layered
from kizuna.store.library import Library
from kizuna.store.store import embedded_snapshot
from kizuna.tables.build import Tables

FIRST = [
    report(),
    export(),
    # 2021: the two report in two revisions; 2020: the exporter alone; 2019: a report without a value.
    report(period="2021", classificationCode="H6", primaryValue=70, cifvalue=0, fobvalue=70),
    export(period="2021", classificationCode="H5", primaryValue=64, fobvalue=64),
    export(period="2020", primaryValue=5, fobvalue=5),
    report(period="2019", primaryValue=None, cifvalue=None),
    export(period="2019", primaryValue=8, fobvalue=None),
    report(period="202205", freqCode="M", primaryValue=0, cifvalue=0, fobvalue=0),
    export(period="202205", freqCode="M", primaryValue=0, fobvalue=0),
    # None of these belong to the question: other products, partners and flows.
    report(cmdCode="8505", primaryValue=1), report(partnerCode=0, primaryValue=2),
    report(flowCode="RM", primaryValue=3), report(reporterCode=392, partnerCode=699, primaryValue=4),
    export(flowCode="RX", primaryValue=5), export(reporterCode=699, partnerCode=392, primaryValue=6),
]  # fmt: skip


@pytest.fixture(scope="module")
def with_files(tables: Tables, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Tables]:
    """Return a function that gives the tables after some files were added, one after the other."""

    def give(*files: list[Row]) -> Tables:
        folder = tmp_path_factory.mktemp("comtrade")
        with Library.open(folder / "data") as library:
            for number, rows in enumerate(files):
                path = folder / f"{number}.gz"
                path.write_bytes(gzip.compress(bulk(rows)))
                add_file(library, path)
            figures = layered(embedded_snapshot(), library)
        return Tables(tables.connection, figures, tables.economies)

    return give


@pytest.fixture(scope="module")
def tables_with_reports(with_files: Callable[..., Tables]) -> Tables:
    return with_files(FIRST)


def by_key(frame: pl.DataFrame) -> dict[tuple[str, str], dict[str, object]]:
    return {(row["period"], row["revision"]): row for row in frame.iter_rows(named=True)}


def test_both_reports_stand_side_by_side_with_what_lies_between_them(tables_with_reports: Tables) -> None:
    found = mirror(tables_with_reports, "India", "JPN", "850511")
    assert found.schema == {
        "period": pl.String, "revision": pl.String, "product": pl.String, "import_usd": pl.Decimal(24, 3),
        "import_valued": pl.String, "export_usd": pl.Decimal(24, 3), "export_valued": pl.String,
        "difference_usd": pl.Decimal(24, 3), "ratio": pl.Float64, "reason": pl.String,
    }  # fmt: skip
    assert [(row["period"], row["revision"]) for row in found.iter_rows(named=True)] == [
        ("2019", "HS22"), ("2020", "HS22"), ("2021", "HS17"), ("2021", "HS22"), ("2022", "HS22"), ("202205", "HS22"),
    ]  # fmt: skip
    row = by_key(found)["2022", "HS22"]
    assert row == {
        "period": "2022", "revision": "HS22", "product": "850511", "import_usd": Decimal("98000.125"),
        "import_valued": "CIF", "export_usd": Decimal("91000.500"), "export_valued": "FOB",
        "difference_usd": Decimal("6999.625"), "ratio": 98000.125 / 91000.5, "reason": None,
    }  # fmt: skip


def test_what_is_missing_is_null_and_says_why(tables_with_reports: Tables) -> None:
    found = by_key(mirror(tables_with_reports, "IND", "JPN", "850511"))
    del found["2022", "HS22"]
    shown = ("import_usd", "export_usd", "difference_usd", "reason")
    assert {key: tuple(row[name] for name in shown) for key, row in found.items()} == {
        ("2019", "HS22"): (None, 8, None, "the report of IND has no value"),
        ("2020", "HS22"): (None, 5, None, "your files have no report of IND"),
        ("2021", "HS17"): (None, 64, None, "your files have no report of IND; it reports this in HS22"),
        ("2021", "HS22"): (70, None, None, "your files have no report of JPN; it reports this in HS17"),
        ("202205", "HS22"): (0, 0, 0, "the export that JPN reports is 0"),
    }  # fmt: skip
    assert {row["ratio"] for row in found.values()} == {None}


def test_how_a_value_is_stated_is_read_from_the_report_and_not_assumed(tables_with_reports: Tables) -> None:
    found = by_key(mirror(tables_with_reports, "IND", "JPN", "850511"))
    assert found["2021", "HS22"]["import_valued"] == "FOB"
    assert found["2019", "HS22"]["export_valued"] is None
    assert found["202205", "HS22"]["import_valued"] is None  # CIF and FOB are alike


def test_the_other_direction_is_another_question(tables_with_reports: Tables) -> None:
    row = by_key(mirror(tables_with_reports, "JPN", "IND", "850511"))["2022", "HS22"]
    assert (row["import_usd"], row["export_usd"], row["difference_usd"], row["ratio"]) == (4, 6, -2, 4 / 6)


def test_a_revision_may_be_named_and_other_levels_of_the_hs_asked_for(tables_with_reports: Tables) -> None:
    assert [*by_key(mirror(tables_with_reports, "IND", "JPN", "hs17:850511"))] == [("2021", "HS17")]
    assert mirror(tables_with_reports, "IND", "JPN", "8505")["import_usd"].to_list() == [1]


def test_of_two_files_with_one_report_the_one_added_later_counts(with_files: Callable[..., Tables]) -> None:
    older, newer = [report(primaryValue=100), export(primaryValue=50)], [report(primaryValue=120)]
    for files, expected in (((older, newer), (120, 50)), ((newer, older), (100, 50))):
        found = mirror(with_files(*files), "IND", "JPN", "850511")
        assert found.select("import_usd", "export_usd").rows() == [expected]


WRONG_ASKS = {
    "an unknown economy": (("IND", "Atlantis", "850511"), UnknownNameError, "Atlantis"),
    "one economy twice": (("IND", "India", "850511"), RequestError, "IND on both sides"),
    "a product of five digits": (("IND", "JPN", "85051"), RequestError, "'85051' is no product"),
    "an unknown revision": (("IND", "JPN", "HS18:850511"), RequestError, "'HS18:850511' is no product"),
    "an economy without a code": (("IND", "MCO", "850511"), RequestError, "MCO has no code of UN Comtrade"),
    "what neither reports": (("IND", "USA", "850511"), RequestError, "neither IND nor USA reports 850511"),
}


@pytest.mark.parametrize("name", WRONG_ASKS)
def test_a_wrong_ask_says_what_is_wrong(name: str, tables_with_reports: Tables) -> None:
    asked, kind, says = WRONG_ASKS[name]
    with pytest.raises(KizunaError, match=says) as refused:
        mirror(tables_with_reports, *asked)
    assert isinstance(refused.value, kind)


def test_without_a_file_of_un_comtrade_it_says_where_to_find_one(tables: Tables) -> None:
    with pytest.raises(RequestError, match="no file of UN Comtrade was added") as refused:
        mirror(tables, "IND", "JPN", "850511")
    assert "kizuna data add FILE" in str(refused.value)
