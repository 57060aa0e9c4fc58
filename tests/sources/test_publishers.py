"""The readers on the publishers' own files: every row is accounted for, and the embedded snapshot is what they give."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from kizuna.sources import food, hs, usgs, wiod, world_bank, world_mining_data
from kizuna.sources.raw import RawTable
from kizuna.store.store import Store, embedded_snapshot

READERS = [food.read, hs.read, usgs.read, world_bank.read, world_mining_data.read, wiod.read]
Read = Callable[[Path], list[RawTable]]


@pytest.mark.parametrize("read", READERS, ids=lambda read: read.__module__.rpartition(".")[2])
def test_reading_again_gives_the_embedded_tables_byte_for_byte(shared: Path, tmp_path: Path, read: Read) -> None:
    store, embedded = Store.begin(tmp_path / "snapshot"), embedded_snapshot()
    for raw in read(shared / "data"):
        store.add(raw)
    assert store.names()
    assert {name: store.entry(name) for name in store.names()} == {name: embedded.entry(name) for name in store.names()}
    assert all(store.source(name) == embedded.source(name) for name in store.names())


def test_the_inputs_that_the_snapshot_names_are_the_files_beside_the_checkout(shared: Path) -> None:
    inputs = {item for source in embedded_snapshot().sources() for item in source.inputs}
    found = {(name, hashlib.sha256((shared / "data" / name).read_bytes()).hexdigest()) for name, _ in inputs}
    assert found == inputs
