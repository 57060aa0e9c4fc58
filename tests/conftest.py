"""Fixtures that every folder of tests may use."""

from __future__ import annotations

from pathlib import Path

import pytest

from kizuna.brief.document import Brief
from kizuna.brief.write import write_brief
from kizuna.store.store import embedded_snapshot
from kizuna.tables.build import Tables, build_tables

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of publishers' files that lies beside the checkout, or skip where there is none."""
    if not SHARED.is_dir():
        pytest.skip("the publishers' files are not beside this checkout (no folder ../shared)")
    return SHARED


@pytest.fixture(scope="session")
def tables() -> Tables:
    """Return the tables of the embedded snapshot, built once."""
    return build_tables(embedded_snapshot())


@pytest.fixture(scope="session")
def real_brief(tables: Tables) -> Brief:
    """Return the brief that ``make brief`` writes, made once."""
    return write_brief(tables, ["IND", "JPN"])
