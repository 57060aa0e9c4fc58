"""Fixtures of the tests that take users' files in."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from comtrade_files import Taken, taken_in

from kizuna.store.library import Library


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """Yield an empty library in a folder of its own."""
    with Library.open(tmp_path / "data") as opened:
        yield opened


@pytest.fixture
def taken(tmp_path: Path) -> Taken:
    """Return a function that reads a file of UN Comtrade in this process: what reading it came to, and the table."""
    return partial(taken_in, tmp_path)
