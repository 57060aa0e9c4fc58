"""How fast is a whole BACI taken in, against DuckDB's own reading of the unzipped file, and screened?

A made-up year has 5,000 products, 220 economies and 11 million flows in the publisher's layout. Ten such years show
whether the cost grows linearly.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

import altair as alt
import numpy as np
import polars as pl
from machine import describe, plain_environment

from kizuna.exposure.every_importer import every_importer
from kizuna.exposure.screen import screen
from kizuna.intake.adapters import recognise
from kizuna.intake.importing import CHILD, SETTINGS, add_file, asked_of
from kizuna.store.layered import layered
from kizuna.store.library import Library
from kizuna.store.store import embedded_snapshot
from kizuna.tables.build import build_tables
from kizuna.tables.economies import load_economies

FLOWS, PRODUCTS, ECONOMIES = 11_000_000, 5_000, 220
AIM, RUNS = 0.8, 3
PLOT = Path(__file__).with_name("own_data_growth.svg")
NAME = "BACI_HS92_Y2023_V202601.csv"
PEER = '''
import sys, duckdb
c = duckdb.connect(); c.execute("SET enable_progress_bar = false")
c.execute(f"""COPY (SELECT t AS year, k AS product, j AS buyer_code, i AS supplier_code,
  (v * 1000)::BIGINT AS value_usd, (q * 1000)::BIGINT AS mass_kg
  FROM read_csv('{sys.argv[1]}', auto_detect = false, header = true, delim = ',', nullstr = 'NA',
  columns = {{'t': 'SMALLINT', 'i': 'SMALLINT', 'j': 'SMALLINT', 'k': 'VARCHAR', 'v': 'DOUBLE', 'q': 'DOUBLE'}}))
  TO '{sys.argv[2]}' (FORMAT parquet, COMPRESSION zstd)""")
'''


def main() -> None:
    """Print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--flows", type=int, default=FLOWS)
    parser.add_argument("--years", type=int, default=1, help="1 for the speed, 10 for the growth")
    parser.add_argument("--make", type=Path, help="only make the year in this folder, as another process asks")
    asked = parser.parse_args()
    if asked.make:
        make(asked.make, asked.flows)
        return
    print(describe(), flush=True)
    with tempfile.TemporaryDirectory() as folder:
        call = [sys.executable, __file__, "--make", folder, "--flows", str(asked.flows)]
        subprocess.run(call, env=plain_environment(), check=True)
        made = Path(folder) / NAME
        if asked.years == 1:
            speed(Path(folder), made)
        else:
            growth(Path(folder), made, asked.years)


def make(folder: Path, flows: int) -> None:
    """Write a made-up year in the publisher's layout and order."""
    rng = np.random.default_rng(1)
    codes = np.array(sorted(one.baci_code for one in load_economies() if one.baci_code))[:ECONOMIES]
    shipped = pl.read_parquet(embedded_snapshot().table("trade_hs92"), columns=["product"])["product"].unique()
    real = shipped.cast(pl.Int64).to_numpy()  # so that baskets have what they name
    others = np.setdiff1d(np.arange(10_101, 970_600), real)
    products = np.sort(np.concatenate([real, rng.choice(others, PRODUCTS - len(real), replace=False)]))
    cells = np.sort(rng.choice(ECONOMIES * ECONOMIES * PRODUCTS, int(flows * 1.01), replace=False))
    supplier, buyer, product = cells // (ECONOMIES * PRODUCTS), cells // PRODUCTS % ECONOMIES, cells % PRODUCTS
    kept = np.flatnonzero(supplier != buyer)[:flows]
    frame = pl.DataFrame(
        {
            "t": np.full(len(kept), 2023), "i": codes[supplier[kept]], "j": codes[buyer[kept]],
            "k": products[product[kept]],
            "v": np.maximum(np.exp(rng.normal(3, 2.5, len(kept))), 1e-3),
            "q": np.where(rng.random(len(kept)) < 0.05, np.nan, np.maximum(np.exp(rng.normal(2, 3, len(kept))), 1e-3)),
        }
    ).with_columns(pl.col("k").cast(pl.String).str.zfill(6), pl.col("q").fill_nan(None))  # fmt: skip
    frame.write_csv(folder / NAME, null_value="NA", float_precision=3)


def packed(folder: Path, csv: Path, years: int) -> Path:
    """Pack a year as several years."""
    path = folder / f"BACI_HS92_V{202601 + years}.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for year in range(2023 - years + 1, 2024):
            name = f"BACI_HS92_Y{year}_V{202601 + years}.csv"
            with archive.open(name, "w") as member, csv.open("rb") as lines:
                while block := lines.readlines(1 << 22):
                    member.writelines(line.replace(b"2023,", f"{year},".encode(), 1) for line in block)
    return path


def speed(folder: Path, csv: Path) -> None:
    """Compare one import with the peer, and time the screens."""
    zipped, target = packed(folder, csv, 1), folder / "peer.parquet"
    ours: dict[Path, list[float]] = {zipped: [], csv: []}
    theirs = []
    for run in range(RUNS):
        for path, taken in ours.items():
            store = folder / f"store-{path.suffix[1:]}-{run}"
            with Library.open(store) as library:
                begun = time.perf_counter()
                add_file(library, path)
                taken.append(time.perf_counter() - begun)
        begun = time.perf_counter()
        subprocess.run([sys.executable, "-c", PEER, str(csv), str(target)], env=plain_environment(), check=True)
        theirs.append(time.perf_counter() - begun)
    rows = sum(1 for _ in csv.open("rb")) - 1
    peer = min(theirs)
    print(f"{rows:,} flows, {csv.stat().st_size / 1e6:,.0f} MB; DuckDB from the unzipped file: {peer:.1f} s")
    for path, taken in ours.items():
        print(
            f"taken in from {path.suffix[1:]}: {min(taken):.1f} s, {peer / min(taken):.2f} of DuckDB's speed (aim: "
            f"{AIM}); reading takes {memory(path, target):.2f} GiB (aim: 2)"
        )
    with Library.open(store) as library:
        tables = build_tables(layered(embedded_snapshot(), library))
    for name, ask in (("every importer and product", lambda: every_importer(tables, 2023)),
                      ("a pair over all products", lambda: screen(tables, ["IND", "JPN"], 2023))):  # fmt: skip
        taken = []
        for _ in range(RUNS):
            begun = time.perf_counter()
            ask()
            taken.append(time.perf_counter() - begun)
        print(f"{name}: {min(taken):.2f} s (aim: 3)")


def memory(path: Path, target: Path) -> float:
    """Return the GiB that the process takes which reads a year."""
    incoming = recognise(path)
    question = json.dumps(asked_of(incoming, incoming.parts[0], target)).encode()
    with subprocess.Popen(CHILD, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, env=os.environ | SETTINGS) as child:
        assert child.stdin is not None
        child.stdin.write(question)
        child.stdin.close()
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    assert child.returncode == 0
    return used.ru_maxrss / 2**20


def growth(folder: Path, csv: Path, most: int) -> None:
    """Time imports of more and more years."""
    rows = []
    for years in (1, most // 5, most // 2, most):
        zipped = packed(folder, csv, years)
        with Library.open(folder / f"store-{years}") as library:
            begun = time.perf_counter()
            add_file(library, zipped)
            taken = time.perf_counter() - begun
            tables = build_tables(layered(embedded_snapshot(), library))
            begun = time.perf_counter()
            screen(tables, ["IND", "JPN"], 2023)
            asked = time.perf_counter() - begun
        if years == most:
            brief(folder, years)
        print(
            f"{years} years: {taken:.1f} s, {taken / years:.2f} s a year; a pair screened in {asked:.2f} s", flush=True
        )
        rows.append({"years": years, "seconds": taken, "what": "taken in"})
        rows.append({"years": years, "seconds": asked, "what": "a pair screened"})
        shutil.rmtree(folder / f"store-{years}")
        zipped.unlink()
    draw(pl.DataFrame(rows))


def brief(folder: Path, years: int) -> None:
    """Write the brief of a pair on the figures that were taken in; they are made up."""
    home = folder / "home" / "kizuna"
    home.mkdir(parents=True)
    (home / "data").symlink_to(folder / f"store-{years}", target_is_directory=True)
    environment = plain_environment() | {"KIZUNA_HOME": str(home)}
    call = [str(Path(sys.executable).with_name("kizuna")), "brief", "IND", "JPN", "--out", str(folder / "brief.html")]
    begun = time.perf_counter()
    with subprocess.Popen(call, env=environment, cwd=folder, stdout=subprocess.DEVNULL) as run:
        _, status, used = os.wait4(run.pid, 0)
        run.returncode = os.waitstatus_to_exitcode(status)
    taken = time.perf_counter() - begun
    peak = used.ru_maxrss / 2**20
    print(f"the brief of a pair on {years} years: {taken:.0f} s, {peak:.1f} GiB, exit {run.returncode}")


def draw(found: pl.DataFrame) -> None:
    """Plot the seconds against the years, with the line of the first year's cost."""
    taken = found.filter(pl.col("what") == "taken in")
    years = taken["years"].to_list()
    first = taken["seconds"][0]
    line = pl.DataFrame({"years": years, "seconds": [first * year for year in years], "what": "first year times years"})
    chart = (
        alt.Chart(pl.concat([found, line], how="vertical_relaxed"), title="A whole BACI: 11 million flows a year")
        .mark_line(point=True)
        .encode(
            x=alt.X("years:Q", title="years in one zip"),
            y=alt.Y("seconds:Q", title="seconds"),
            color=alt.Color("what:N", title=None),
            strokeDash=alt.StrokeDash("what:N", title=None),
        )
        .properties(width=420, height=260)
    )
    chart.save(PLOT)


if __name__ == "__main__":
    main()
