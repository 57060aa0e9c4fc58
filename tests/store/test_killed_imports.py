"""An import that is killed, or meets a full or broken disk, at any call leaves the store as before or complete.

The program runs under strace, which kills it, or lets a call fail, at a random one. What it said it had taken in has to
be there, what is there has to be whole, and the next import has to finish. Writing to pipes and between threads does
not fail on a full disk, so that errors are given to calls on files alone.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from kizuna.floor.errors import KizunaError
from kizuna.intake.importing import add_file
from kizuna.store.layered import layered
from kizuna.store.library import Library
from kizuna.store.store import embedded_snapshot

ON_FILES = ("pwrite64", "fsync", "fdatasync", "rename", "unlink", "ftruncate")
CALLS = ("write", "pwrite64", "fsync", "fdatasync", "rename", "unlink", "ftruncate")
PROGRAM = """
import sys
from pathlib import Path
from kizuna.intake.importing import add_file
from kizuna.store.library import Library
with Library.open(Path(sys.argv[2])) as library:
    print("taken", add_file(library, Path(sys.argv[1])).addition.rows, flush=True)
"""
ROWS = 4_000
YEARS = (2022, 2023)
POINTS = 48


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a packed BACI of two years."""
    rng = random.Random(1)
    folder = tmp_path_factory.mktemp("files")
    for year in YEARS:
        keys = {(rng.choice((4, 76, 156, 392, 699, 842)), rng.randrange(10_000, 999_999)) for _ in range(ROWS)}
        lines = [f"{year},{i},251,{k:06d},{rng.randrange(1, 10**7) / 1000:.3f},NA" for i, k in sorted(keys)]
        text = "t,i,j,k,v,q\n" + "\n".join(lines) + "\n"
        (folder / f"BACI_HS92_Y{year}_V202601.csv").write_text(text, encoding="utf-8")
    beside = tmp_path_factory.mktemp("package") / "BACI_HS92_V202601"
    return Path(shutil.make_archive(str(beside), "zip", folder))


def run(package: Path, store: Path, *options: str) -> subprocess.CompletedProcess[str]:
    strace = ["strace", "-f", "-qq", "-e", f"trace={','.join(CALLS)}", *options]
    call = [*strace, sys.executable, "-c", PROGRAM, str(package), str(store)]
    return subprocess.run(call, capture_output=True, text=True, check=False, timeout=120)


@pytest.fixture(scope="module")
def counted(package: Path, tmp_path_factory: pytest.TempPathFactory) -> Counter[str]:
    """Return how often one process of a whole import makes each call, at most."""
    folder = tmp_path_factory.mktemp("counted")
    done = run(package, folder / "store", "-o", str(folder / "calls.txt"))
    assert "taken" in done.stdout, done.stderr
    by_process = Counter(re.findall(r"^(\d+) +(\w+)\(", (folder / "calls.txt").read_text(encoding="utf-8"), re.M))
    most: Counter[str] = Counter()
    for (_, call), times in by_process.items():
        most[call] = max(most[call], times)
    return most


def check(store: Path, package: Path, *, taken: bool) -> None:
    """Check that the store is as before or complete, and that the next import finishes it."""
    with Library.open(store) as library:
        found = library.additions()
        assert len(found) <= 1
        assert not taken or found
        if found:
            assert [part.name for part in found[0].parts] == [str(year) for year in YEARS]
            layered(embedded_snapshot(), library).verify()
        else:
            assert library.in_use().id == 0
        finished = add_file(library, package)
        assert finished.known == bool(found)
        layered(embedded_snapshot(), library).verify()
        assert list((store / "partial").iterdir()) == []
        named = {f"{part.sha256}.parquet" for part in finished.addition.parts}
        assert {path.name for path in (store / "objects").iterdir()} == named


@pytest.mark.parametrize("fault", ["signal=KILL", "error=ENOSPC", "error=EIO"])
def test_a_fault_at_any_call_loses_nothing_that_was_said_and_leaves_nothing_half(
    fault: str, package: Path, counted: Counter[str], tmp_path: Path
) -> None:
    rng = random.Random(fault)
    able = CALLS if fault.startswith("signal") else ON_FILES
    calls = [(call, at) for call, times in counted.items() if call in able for at in range(1, times + 1)]
    unfinished = 0
    for point, (call, at) in enumerate(rng.sample(calls, POINTS // 3)):
        store = tmp_path / f"store-{point}"
        fast = ["--seccomp-bpf"] if fault.startswith("error") else []  # with it, strace sends no signal
        done = run(package, store, *fast, "-o", os.devnull, "-e", f"inject={call}:{fault}:when={at}")
        taken = "taken" in done.stdout
        unfinished += not taken
        check(store, package, taken=taken)
        shutil.rmtree(store)
    assert unfinished >= 4, "too few faults were felt to say anything"


def test_a_disk_that_fills_in_steps_leaves_the_store_as_before_or_complete(package: Path, tmp_path: Path) -> None:
    place = tmp_path / "disk"
    place.mkdir()
    sizes = [f"{size}k" for size in range(64, 64 + 16 * 24, 24)]
    full = 0
    for size in sizes:
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)], check=False)
        if mounted.returncode != 0:
            pytest.skip("only an administrator may mount a small disk")
        try:
            taken = False
            try:
                with Library.open(place / "store") as library:
                    taken = bool(add_file(library, package).addition.rows)
            except (KizunaError, OSError):
                full += 1
            subprocess.run(["mount", "-o", "remount,size=64m", str(place)], check=True)
            check(place / "store", package, taken=taken)
        finally:
            subprocess.run(["umount", str(place)], check=True)
    assert 2 <= full <= len(sizes) - 1, f"{full} of {len(sizes)} disks were too small"
