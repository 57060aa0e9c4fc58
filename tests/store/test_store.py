"""The store: same bytes for the same frame, no half-written object, no altered byte unseen."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import duckdb
import polars as pl
import pytest

from kizuna.floor.errors import SnapshotError, UnknownNameError
from kizuna.sources.raw import RawTable, Source
from kizuna.store.store import Store


def source(name: str) -> Source:
    """Return a source with the fields that matter here."""
    return Source(
        name,
        "Publisher",
        "Title",
        "2023",
        "PDDL",
        "Cite.",
        "",
        (("a.csv", "0" * 64),),
        3,
        2,
        (("totals", 1),),
        ("mended",),
    )


def raw(name: str = "trade", values: tuple[int | None, ...] = (3, None)) -> RawTable:
    """Return a small table with every type of the contract."""
    frame = pl.DataFrame(
        {
            "year": [2022, 2023],
            "product": ["270900", "850511"],
            "value_usd": values,
            "amount": [Decimal("1.500"), None],
            "kcal": [Decimal(10**20), Decimal(0)],
            "contiguous": [True, False],
        },
        schema={
            "year": pl.Int16,
            "product": pl.String,
            "value_usd": pl.Int64,
            "amount": pl.Decimal(18, 3),
            "kcal": pl.Decimal(24, 0),
            "contiguous": pl.Boolean,
        },
    )
    return RawTable(name, frame, source(f"source-of-{name}"))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Return a store with one table."""
    begun = Store.begin(tmp_path / "snapshot")
    begun.add(raw())
    return begun


def content(folder: Path) -> dict[str, bytes]:
    """Return every file of a folder by its relative path."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_what_goes_in_comes_out_with_its_types(store: Store) -> None:
    read = duckdb.connect().execute("SELECT * FROM read_parquet(?)", [str(store.table("trade"))])
    assert [str(column[1]) for column in read.description] == [
        "SMALLINT", "VARCHAR", "BIGINT", "DECIMAL(18,3)", "DECIMAL(24,0)", "BOOLEAN",
    ]  # fmt: skip
    assert read.fetchall() == raw().frame.rows()


def test_two_builds_give_the_same_bytes_whatever_the_order_of_adding(tmp_path: Path) -> None:
    for folder, names in (("one", ("a", "b")), ("two", ("b", "a"))):
        begun = Store.begin(tmp_path / folder)
        for name in names:
            begun.add(raw(name, (1, 2) if name == "a" else (3, 4)))
    assert content(tmp_path / "one") == content(tmp_path / "two")


def test_an_opened_store_knows_tables_rows_and_sources(store: Store) -> None:
    opened = Store.open(store.folder)
    assert opened.names() == ("trade",)
    assert opened.entry("trade").rows == 2
    assert opened.table("trade").name == f"{opened.sha256('trade')}.parquet"
    assert opened.sources("trade") == opened.sources() == (source("source-of-trade"),)
    opened.verify()


def test_one_altered_byte_is_found(store: Store) -> None:
    path = store.table("trade")
    altered = bytearray(path.read_bytes())
    altered[len(altered) // 2] ^= 1
    path.write_bytes(altered)
    with pytest.raises(SnapshotError, match=r"table trade: its object [0-9a-f]{64} was altered"):
        store.verify()


def test_a_missing_object_is_found_by_verify_and_by_asking_for_its_table(store: Store) -> None:
    store.table("trade").unlink()
    with pytest.raises(SnapshotError, match=r"table trade: its object [0-9a-f]{64} is missing"):
        store.verify()
    with pytest.raises(SnapshotError, match="The object of table trade is missing"):
        store.table("trade")


def test_a_process_that_ends_inside_add_leaves_the_old_snapshot_whole(store: Store) -> None:
    before = content(store.folder)
    code = (
        "import os, pathlib\n"
        "import polars as pl\n"
        "from kizuna.sources.raw import RawTable\n"
        "from kizuna.store.store import Store\n"
        "pathlib.Path.replace = lambda self, target: os._exit(9)\n"
        f"store = Store.open({str(store.folder)!r})\n"
        "store.add(RawTable('more', pl.DataFrame({'a': [1]}), store.sources()[0]))\n"
    )
    ended = subprocess.run([sys.executable, "-c", code], check=False)
    after = content(store.folder)
    partial = set(after) - set(before)
    assert ended.returncode == 9
    assert len(partial) == 1
    assert all(name.endswith(".partial") for name in partial)
    assert {name: after[name] for name in before} == before
    Store.open(store.folder).verify()


def test_a_failed_write_leaves_nothing_behind(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    before = content(store.folder)

    def full_disk(_: int) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(OSError, match="No space"):
        store.add(raw("more", (8, 9)))
    assert content(store.folder) == before
    assert store.names() == ("trade",)


def test_a_table_added_again_is_replaced(store: Store) -> None:
    old = store.sha256("trade")
    assert store.add(raw(values=(7, 8))) != old
    assert Store.open(store.folder).names() == ("trade",)
    assert len(store.sources()) == 1


def test_an_unknown_table_is_answered_with_near_names(store: Store) -> None:
    with pytest.raises(UnknownNameError, match="Did you mean trade"):
        store.table("trades")


def test_a_folder_without_a_catalogue_is_no_snapshot(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match="There is no snapshot"):
        Store.open(tmp_path)


def test_a_snapshot_is_not_begun_over_another(store: Store) -> None:
    with pytest.raises(SnapshotError, match="There is a snapshot already"):
        Store.begin(store.folder)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda found: found.update(format=99), "another format"),
        (lambda found: found["sources"].clear(), "names the source"),
        (lambda found: found["tables"]["trade"].update(sha256="../../etc"), "has the sha256"),
        (lambda found: found["tables"]["trade"].pop("rows"), "lacks or repeats a field"),
    ],
)
def test_a_catalogue_that_contradicts_itself_is_refused(store: Store, change: object, message: str) -> None:
    path = store.folder / "catalogue.json"
    found = json.loads(path.read_text(encoding="utf-8"))
    assert callable(change)
    change(found)
    path.write_text(json.dumps(found), encoding="utf-8")
    with pytest.raises(SnapshotError, match=message):
        Store.open(store.folder)


def test_a_catalogue_that_is_not_json_is_refused(store: Store) -> None:
    (store.folder / "catalogue.json").write_text("{", encoding="utf-8")
    with pytest.raises(SnapshotError, match="not JSON"):
        Store.open(store.folder)
