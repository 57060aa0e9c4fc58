"""A number is the same to the last digit whoever else is asked for, and on however many threads."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from kizuna.exposure.measure import measure_exposure
from kizuna.tables.build import Tables

MEASURE = """
from hashlib import sha256
import kizuna
tables = kizuna.build_tables(kizuna.embedded_snapshot())
found = kizuna.measure_exposure(tables, ["IND", "JPN"], baskets=["batteries", "defence-materials"], years=[2023])
print(found.frame().height, sha256(found.frame().write_json().encode()).hexdigest())
"""


@pytest.mark.parametrize("economy", ["IND", "JPN", "BTN"])
def test_an_economy_alone_has_the_numbers_it_has_among_others(tables: Tables, economy: str) -> None:
    ask = {"baskets": ["batteries", "energy"], "years": [2023]}
    alone = measure_exposure(tables, [economy], **ask).by_key
    among = measure_exposure(tables, ["IND", "JPN", "BTN", "EU27", "CHN"], **ask).by_key
    alone = {key: row for key, row in alone.items() if row.method != "partners"}
    assert {key: (row.value, row.gap) for key, row in alone.items()} == {
        key: (among[key].value, among[key].gap) for key in alone
    }
    assert len(alone) > 500


def test_the_number_of_threads_changes_no_digit() -> None:
    printed = {measured_on(threads) for threads in ("1", "2")}
    assert len(printed) == 1
    assert int(printed.pop().split()[0]) > 1000


def measured_on(threads: str) -> str:
    """Return the rows and the hash of one ask, measured by a fresh interpreter on so many threads."""
    names = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "POLARS_MAX_THREADS")
    done = subprocess.run(
        [sys.executable, "-c", MEASURE],
        env=os.environ | dict.fromkeys(names, threads),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
