"""Taking a file in: one part after the other in a process of its own, each an object before the next begins."""

from __future__ import annotations

import fcntl
import hashlib
import json
import secrets
import shutil
import subprocess
import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from kizuna.floor.errors import SourceError
from kizuna.floor.params import parameter
from kizuna.sources.incoming import Incoming, Part, recognise
from kizuna.sources.raw import Source
from kizuna.store.library import LOCK, PARTIAL, Addition, Library, PartEntry, put_in_place

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Taken:
    """What adding a file came to: its addition, whether it was there before, how many parts were finished before."""

    addition: Addition
    known: bool
    resumed: int


def add_file(library: Library, path: Path, known: Collection[int], progress: Progress | None = None) -> Taken:
    """Take a file in, or find that it is there.

    Parameters
    ----------
    library
        Where it goes.
    path
        A publisher's file as downloaded.
    known
        The publisher's codes that are of an economy.
    progress
        Called with (part, bytes read of all parts, bytes of all parts).

    Raises
    ------
    SourceError
        If no adapter knows it, a part is not what the publisher's form says, or there is no room; nothing is taken in.
    """
    incoming = recognise(path)
    with _alone(library):
        library.sweep()
        file_sha256 = _sha256(path)
        before = library.of_file(file_sha256)
        if before is not None:
            return Taken(before, known=True, resumed=0)
        _check_room(library, incoming)
        finished = library.finished(file_sha256)
        parts = []
        total, done = sum(part.size for part in incoming.parts), 0
        for part in incoming.parts:
            entry = finished.get(part.name)
            if entry is None:
                entry = read_part(library, incoming, part, known, partial(_tell, progress, part, total, done))
                library.finish(file_sha256, entry)
            parts.append(entry)
            done += part.size
            _tell(progress, part, total, done, 0)
        source = _source(incoming, file_sha256, parts)
        addition = library.add(incoming.table, incoming.version, path.name, file_sha256, source, parts)
    return Taken(addition, known=False, resumed=len(finished))


def read_part(
    library: Library, incoming: Incoming, part: Part, known: Collection[int], tell: Callable[[int], None]
) -> PartEntry:
    """Read one part in a process with limits and make it an object."""
    beside = library.folder / PARTIAL / f"{secrets.token_hex(8)}.parquet"
    limits = [str(int(parameter(f"import_{name}"))) for name in ("seconds", "object_bytes")]
    call = [
        sys.executable, "-I", "-B", "-m", "kizuna.store.child", str(incoming.path.resolve()), part.name, str(beside),
        ",".join(map(str, sorted(known))), *limits,
    ]  # fmt: skip
    read, refused, last = {}, {}, ""
    # One pipe for both: a child that fills a second one while the first is read would wait for ever.
    with subprocess.Popen(call, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as child:
        assert child.stdout is not None
        for line in child.stdout:
            kind, _, rest = line.partition(" ")
            if kind == "bytes":
                tell(int(rest))
            elif kind == "read":
                read = json.loads(rest)
            elif kind == "refused":
                refused = json.loads(rest)
            else:
                last = line.strip() or last
    if child.returncode != 0 or not read:
        beside.unlink(missing_ok=True)
        raise SourceError(refused["found"]) if refused else _broken(incoming, part, last, child.returncode)
    size = beside.stat().st_size
    sha256 = _sha256(beside)
    put_in_place(beside, library.object(sha256))
    return PartEntry(part.name, sha256, int(read["rows_kept"]), size, tuple(read["notes"]))


def _broken(incoming: Incoming, part: Part, last: str, code: int) -> SourceError:
    return SourceError(
        f"The part {part.name} cannot be read: {last or f'it ended with {code}'}",
        where=str(incoming.path),
        expected="a file that is read within the limits of time and size",
        do="Parts that were finished are kept: adding the file again goes on after them.",
    )


def _tell(progress: Progress | None, part: Part, total: int, before: int, read: int) -> None:
    if progress is not None:
        progress(part.name, before + read, total)


@contextmanager
def _alone(library: Library) -> Iterator[None]:
    """Hold the lock of imports; another import waits."""
    with (library.folder / LOCK).open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _check_room(library: Library, incoming: Incoming) -> None:
    free = shutil.disk_usage(library.folder).free
    needed = sum(part.size for part in incoming.parts) // 2 + max(part.size for part in incoming.parts)
    if free < needed:
        raise SourceError(
            f"There is room for {free / 1e9:.1f} GB, and {needed / 1e9:.1f} GB may be needed",
            where=str(library.folder),
            expected="room for half of the unpacked file, and for one part",
            do="Make room, or set KIZUNA_HOME elsewhere.",
        )  # fmt: skip


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _source(incoming: Incoming, file_sha256: str, parts: list[PartEntry]) -> Source:
    rows = sum(part.rows for part in parts)
    return Source(
        id=f"own-{incoming.table.replace('_', '-')}-{file_sha256[:12]}",
        publisher=incoming.publisher,
        title=incoming.title,
        vintage=incoming.vintage,
        licence=incoming.licence,
        citation=incoming.citation,
        url="",
        inputs=((incoming.path.name, file_sha256),),
        rows_in=rows,
        rows_kept=rows,
        repairs=tuple(note for part in parts for note in part.notes),
    )
