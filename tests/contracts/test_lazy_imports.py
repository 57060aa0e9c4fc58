"""The command line starts without the heavy packages, so that help answers at once."""

from __future__ import annotations

import subprocess
import sys

HEAVY = {
    "SALib", "altair", "distributed", "duckdb", "jinja2", "matplotlib", "numba", "numpy", "pandas", "polars",
    "pydantic", "pymrio", "scipy", "typst", "vl_convert", "xarray",
}  # fmt: skip


def test_importing_the_command_line_loads_no_heavy_package() -> None:
    assert not loaded_by("import kizuna.cli.main") & HEAVY


def test_importing_the_package_loads_no_heavy_package() -> None:
    assert not loaded_by("import kizuna") & HEAVY


def test_the_probe_sees_a_package_that_is_loaded() -> None:
    assert "numpy" in loaded_by("import numpy")


def loaded_by(statement: str) -> set[str]:
    """Return the top-level modules that a fresh interpreter holds after one statement."""
    code = f"{statement}\nimport sys\nprint(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return {name.partition(".")[0] for name in run.stdout.split()}
