"""Whatever is on the disk after a power cut during an import, the library is as before or complete.

Three imports are recorded call by call: the first into an empty home, a second onto what the first made, and one that
goes on where the second was cut off and first sweeps what that left. They are replayed on a disk that forgets what was
not synced (:mod:`store.lossy_disk` says what it may forget). At every call, most of all before and after every sync,
images of what the disk may hold are opened as a library; :func:`check` says what must hold.

The controls leave out syncs that the import makes. Each of them has to give images that are not as they must be; if
one did not, the images would show nothing about the syncs that are made.
"""

from __future__ import annotations

import hashlib
import io
import random
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, nullcontext, redirect_stdout
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple, Self
from unittest.mock import patch

import polars as pl
import pytest
from store.lossy_disk import Call, Disk, Fate, Image, read_image, record, write_image

from kizuna.intake import child
from kizuna.intake.importing import add_file
from kizuna.store.layered import layered
from kizuna.store.library import CATALOGUE, OBJECTS, PARTIAL, Library
from kizuna.store.store import embedded_snapshot

ROWS = 400
YEARS = {"first": (2019, 2020), "second": (2021, 2022, 2023)}
STORE = "kizuna/data"
WORD = b"taken"
PROGRAM = """
import sys
from pathlib import Path
from kizuna.intake.importing import add_file
from kizuna.store.library import Library
with Library.open(Path(sys.argv[2])) as library:
    add_file(library, Path(sys.argv[1]))
    sys.stdout.write("taken")
    sys.stdout.flush()
"""
WITHOUT_SYNCS = """
import os
from kizuna.store import library
os.fsync = os.fdatasync = lambda _: None
made = library.Library.__init__
def make(self, folder, connection):
    made(self, folder, connection)
    connection.execute("PRAGMA synchronous = OFF")
library.Library.__init__ = make
"""
SOME: tuple[Fate, Fate] = ("some", "some")
BEFORE_A_SYNC: tuple[tuple[Fate, Fate], ...] = (("kept", "lost"), ("lost", "kept"))
AFTER_A_SYNC: tuple[tuple[Fate, Fate], ...] = (("lost", "lost"), SOME, SOME)
AFTER_THE_WORD: tuple[tuple[Fate, Fate], ...] = (("lost", "lost"), ("kept", "lost"), ("lost", "kept"))
FATES: tuple[Fate, ...] = ("lost", "some", "some", "kept")
TRIES, FEW = 40, 10  # images more before a sync, where most is at stake: for the import as it is, for a control
MEMORY = Path("/dev/shm")
LEAST = 500  # images of all imports
WHOLE = 60  # one image of so many is gone on with in processes of its own


class Seen(NamedTuple):
    """What a library says: object of each part of each file, file of each part of each snapshot, snapshot in use."""

    additions: dict[str, dict[str, str]]
    snapshots: dict[int, dict[str, str]]
    in_use: int


@dataclass(frozen=True, slots=True)
class Recording:
    """One import: the home before it, its calls, the file taken in, and what the library said before and after."""

    base: Path
    calls: tuple[Call, ...]
    file: Path
    before: Seen
    after: Seen
    rows: pl.DataFrame
    ended: Image


class InThisProcess:
    """Stands for the process that reads a part, so that many imports go on fast; the reading is the same."""

    def __init__(self, *_: Any, **__: Any) -> None:
        self.stdin, self.returncode = _Kept(), -1
        self.stdout = self._lines()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def _lines(self) -> Iterator[str]:
        said = io.StringIO()
        asked = io.StringIO(self.stdin.getvalue())
        with patch.object(child, "limit"), patch("sys.stdin", asked), redirect_stdout(said):
            self.returncode = child.main()
        yield from said.getvalue().splitlines(keepends=True)


class _Kept(io.StringIO):
    """A text that is there after it was closed."""

    def close(self) -> None:
        pass


@pytest.fixture(scope="module")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Recording]:
    """Record the three imports."""
    folder = tmp_path_factory.mktemp("recorded")
    first, second = recorded_in_turn(folder)
    return {"first": first, "second": second, "resumed": recorded_again(second, folder)}


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Path]:
    """Return a folder for images, in memory where there is one: an image is made and read, not kept."""
    with TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else tmp_path) as folder:
        yield Path(folder)


def recorded_in_turn(folder: Path) -> list[Recording]:
    """Record imports of two files, one after the other, into one home."""
    home = folder / "home"
    home.mkdir()
    recordings = []
    for name, years in YEARS.items():
        file, base = packed(folder / name, years), folder / f"before-{name}"
        shutil.copytree(home, base)
        with Library.open(shutil.copytree(home, folder / f"asked-{name}") / STORE) as library:
            before = seen(library)
        calls = recorded(PROGRAM, file, home)
        with Library.open(home / STORE) as library:
            after, rows = seen(library), stored(library)
        recordings.append(Recording(base, calls, file, before, after, rows, read_image(home)))
    return recordings


def recorded_again(cut: Recording, folder: Path) -> Recording:
    """Record an import that goes on where another was cut off: its last object is there, and no one has noted it."""
    disk, home, base = Disk(cut.base), folder / "cut", folder / "before-cut"
    last = max(at for at, call in enumerate(cut.calls) if call.kind == "move")
    for call in cut.calls[: last + 1]:
        disk.apply(call)
    write_image(disk.image(random.Random(0), "kept", "kept"), home)
    (home / STORE / PARTIAL / "0.parquet").write_bytes(b"half")
    shutil.copytree(home, base)
    calls = recorded(PROGRAM, cut.file, home)
    assert [call.kind for call in calls].count("move") == 1, "two of three parts were finished"
    return replace(cut, base=base, calls=calls, ended=read_image(home))


def recorded(program: str, file: Path, home: Path) -> tuple[Call, ...]:
    return tuple(record([sys.executable, "-c", program, str(file), str(home / STORE)], home, WORD))


def packed(folder: Path, years: tuple[int, ...]) -> Path:
    """Make a packed BACI of some years."""
    rng = random.Random(years[0])
    (folder / "files").mkdir(parents=True)
    for year in years:
        keys = sorted({(rng.choice((4, 76, 156, 392, 699, 842)), rng.randrange(10_000, 999_999)) for _ in range(ROWS)})
        lines = [f"{year},{i},251,{k:06d},{rng.randrange(1, 10**7) / 1000:.3f},NA" for i, k in keys]
        text = "t,i,j,k,v,q\n" + "\n".join(lines) + "\n"
        (folder / "files" / f"BACI_HS92_Y{year}_V202601.csv").write_text(text, encoding="utf-8")
    return Path(shutil.make_archive(str(folder / "BACI_HS92_V202601"), "zip", folder / "files"))


def seen(library: Library) -> Seen:
    additions = library.additions()
    files = {one.id: one.file_sha256 for one in additions}
    return Seen(
        {one.file_sha256: {part.name: part.sha256 for part in one.parts} for one in additions},
        {
            one.id: {
                f"{table} {part}": files[id_] for table, parts in one.members.items() for part, id_ in parts.items()
            }
            for one in library.snapshots()
        },
        library.in_use().id,
    )


shipped = cache(embedded_snapshot)


def stored(library: Library) -> pl.DataFrame:
    return pl.read_parquet([*layered(shipped(), library).paths("trade_hs92")])


def sha256_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def images(recording: Recording, calls: tuple[Call, ...], tries: int) -> Iterator[tuple[str, Image, bool]]:
    """Yield each image that the disk may hold: where the power failed, the image, whether the import had said its word.

    A sync that a control leaves out changes nothing, and is a place to make images at all the same.
    """
    rng, disk, said, known = random.Random("power"), Disk(recording.base), False, set()
    for at, call in enumerate(calls):
        synced = call.kind in ("sync", "forgotten")
        before = [*BEFORE_A_SYNC, *[SOME] * tries] if synced else []
        made = [("before", said, fates, disk.image(rng, *fates)) for fates in before]
        disk.apply(call)
        said = said or call.kind == "say"
        after = [*AFTER_A_SYNC * synced, *AFTER_THE_WORD * said, (rng.choice(FATES), rng.choice(FATES))]
        made += [("after", said, fates, disk.image(rng, *fates)) for fates in after]
        for when, word, (names, data), image in made:
            if (key := (word, frozenset(image.items()))) not in known:
                known.add(key)
                yield f"{when} call {at}, {call.kind} {call.path}, names {names}, data {data}", image, word


def faults(recording: Recording, calls: tuple[Call, ...], folder: Path, tries: int = FEW) -> Iterator[str]:
    """Yield, for each image, what is not as it must be; an empty text where all is."""
    for number, (place, image, said) in enumerate(images(recording, calls, tries)):
        home = folder / f"image-{number}"
        write_image(image, home)
        try:
            whole = number % WHOLE == WHOLE - 1
            with nullcontext() if whole else patch("subprocess.Popen", InThisProcess):
                check(home / STORE, recording, said=said)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what a user would meet
            yield f"{place}: {type(error).__name__}: {error}"
        else:
            yield ""
        shutil.rmtree(home)


def check(store: Path, recording: Recording, *, said: bool) -> None:
    """Check what must hold, whatever was lost.

    The library opens, and its catalogue is sound. It says what it said before the import or what it says after it, and
    nothing else; after it, if the import had said its word. Every part of an addition, and every part that the next
    import would take as finished, has its object, of the right sha256. The next import of the file completes it: the
    same objects, snapshots and rows as without a cut, and no file beside them.
    """
    with Library.open(store) as library:
        check_catalogue(store)
        found = seen(library)
        assert found in (recording.before, recording.after), "neither what was before nor what is after"
        assert found == recording.after or not said, "what was said to be taken in is lost"
        check_objects(library, {part: sha256 for parts in found.additions.values() for part, sha256 in parts.items()})
        check_objects(
            library, {part.name: part.sha256 for part in library.finished(sha256_of(recording.file)).values()}
        )
        taken = add_file(library, recording.file)
        assert taken.known == (found == recording.after)
        assert seen(library) == recording.after
        named = {part: sha256 for parts in recording.after.additions.values() for part, sha256 in parts.items()}
        check_objects(library, named)
        assert stored(library).equals(recording.rows)
        assert {path.stem for path in (store / OBJECTS).iterdir()} == set(named.values())
        assert not [*(store / PARTIAL).iterdir()]
    check_catalogue(store)


def check_catalogue(store: Path) -> None:
    with closing(sqlite3.connect(store / CATALOGUE)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)], "the catalogue is damaged"
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == [], "the catalogue names what is not there"


def check_objects(library: Library, parts: dict[str, str]) -> None:
    for part, sha256 in parts.items():
        assert library.object(sha256).is_file(), f"the object of {part} is missing"
        assert sha256_of(library.object(sha256)) == sha256, f"the object of {part} is not what was written"


def forgetting(calls: tuple[Call, ...], which: Callable[[Call, Call], bool]) -> tuple[Call, ...]:
    """Leave out some syncs, chosen by the call and the one before it."""
    pairs = zip((Call("say"), *calls), calls, strict=False)
    return tuple(
        replace(call, kind="forgotten") if call.kind == "sync" and which(call, before) else call
        for before, call in pairs
    )


@pytest.mark.parametrize("name", ["first", "second", "resumed"])
def test_a_replay_ends_with_what_is_in_the_folder(name: str, recordings: dict[str, Recording]) -> None:
    disk = Disk(recordings[name].base)
    for call in recordings[name].calls:
        disk.apply(call)
    assert disk.image(random.Random(0), "kept", "kept") == recordings[name].ended
    assert [call.kind for call in recordings[name].calls].count("say") == 1


def test_after_a_power_cut_at_any_call_the_library_is_as_before_or_complete(
    recordings: dict[str, Recording], place: Path
) -> None:
    found = []
    for recording in recordings.values():
        found += [*faults(recording, recording.calls, place, TRIES)]
    assert [*filter(None, found)] == []
    assert len(found) >= LEAST


CONTROLS: dict[str, tuple[Callable[[Call, Call], bool], str]] = {
    "nothing is synced": (lambda _, __: True, "the catalogue is damaged"),
    "no object is synced": (lambda call, _: call.path.endswith(".parquet"), "is not what was written"),
    "the folder of objects is not synced": (lambda call, _: call.path == f"{STORE}/{OBJECTS}", "is missing"),
    "the catalogue is not synced": (lambda call, _: CATALOGUE in call.path, "the catalogue is damaged"),
    "the journal of the catalogue is not synced": (
        lambda call, _: call.path.endswith("-journal"),
        "the catalogue is damaged",
    ),
    "the end of a journal is not synced, as with synchronous=FULL": (
        lambda _, before: before.kind == "remove",
        "what was said to be taken in is lost",
    ),
}


@pytest.mark.parametrize("name", CONTROLS)
def test_a_sync_that_is_left_out_is_found(name: str, recordings: dict[str, Recording], place: Path) -> None:
    recording, (which, expected) = recordings["second"], CONTROLS[name]
    found = faults(recording, forgetting(recording.calls, which), place)
    assert any(expected in fault for fault in found)


def test_an_import_that_syncs_nothing_is_found(recordings: dict[str, Recording], tmp_path: Path, place: Path) -> None:
    second = recordings["second"]
    home = shutil.copytree(second.base, tmp_path / "home")
    calls = recorded(WITHOUT_SYNCS + PROGRAM, second.file, home)
    assert not [call for call in calls if call.kind == "sync"]
    assert any(faults(second, calls, place))
