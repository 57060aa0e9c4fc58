"""Taking a file in: one part after the other in a process of its own, each an object before the next begins."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from kizuna.floor.errors import SnapshotError, SourceError
from kizuna.floor.params import parameter
from kizuna.intake.adapters import recognise
from kizuna.intake.incoming import Incoming, Part, Tell
from kizuna.sources.raw import Source
from kizuna.store.library import PARTIAL, Addition, Library, PartEntry, put_in_place

CHILD = (sys.executable, "-I", "-B", "-m", "kizuna.intake.child")
# Large pages cost more than they give to columns that are written once: placing 11 million flows took 0.5 s, not 0.2.
SETTINGS = {"NUMPY_MADVISE_HUGEPAGE": "0"}
SHOWN = 5
OWN = "own-"  # begins the id of a source that a user added
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Taken:
    """What adding a file came to.

    Its addition, whether it was there before, how many parts were finished before, and whether it is in use newly.
    """

    addition: Addition
    known: bool
    resumed: int
    taken: bool = True


def add_file(
    library: Library, path: Path, progress: Progress | None = None, mapping: Path | None = None
) -> Taken:  # fmt: skip
    """Take a file in, or find that it is there.

    Parameters
    ----------
    library
        Where it goes.
    path
        A publisher's file as downloaded, or a table of the user's own.
    progress
        Called with (part, bytes read of all parts, bytes of all parts).
    mapping
        For a table of the user's own: what its columns mean.

    Raises
    ------
    SourceError
        If no adapter knows it, a part is not what the publisher's form says, or there is no room; nothing is taken in.
    """
    incoming = recognise(path, mapping)
    stamp = _stamp(incoming)
    with library.alone(), _told(library):
        library.sweep()
        hashes = _hashes(incoming)
        sha256 = _identity(hashes)
        before = library.of_file(sha256)
        if before is not None:
            _check_same(incoming, before)
            _check_objects(library, before)
            taken = before.id not in library.in_use().additions
            if taken:
                library.put_in_use(before.id)
            return Taken(before, known=True, resumed=0, taken=taken)
        _check_room(library, incoming)
        finished = library.finished(sha256)
        parts = []
        total, done = sum(part.size for part in incoming.parts), 0
        for part in incoming.parts:
            entry = finished.get((part.table, part.name))
            if entry is None:
                try:
                    entry = read_part(library, incoming, part, partial(_tell, progress, part, total, done))
                finally:  # what was read of another file must not be kept under this one's hash
                    _refuse_changed(library, incoming, sha256, changed=_stamp(incoming) != stamp)
                library.finish(sha256, entry)
            parts.append(entry)
            done += part.size
            _tell(progress, part, total, done, 0)
        _refuse_changed(library, incoming, sha256, changed=_hashes(incoming) != hashes)
        source = _source(incoming, hashes, parts)
        addition = library.add(incoming.version, path.name, sha256, source, parts)
    return Taken(addition, known=False, resumed=len(finished))


def _refuse_changed(library: Library, incoming: Incoming, sha256: str, *, changed: bool) -> None:
    """Take back what is finished of a file that changed, and refuse it."""
    if changed:
        library.forget(sha256)
        raise SourceError(
            "The file changed while it was read", where=str(incoming.path),
            expected="one file, whole, from first to last", do="Add it again when nothing writes to it any more.",
        )  # fmt: skip


def _stamp(incoming: Incoming) -> tuple[tuple[int, ...], ...]:
    """Return what tells cheaply whether a file, or its mapping, was written or replaced; its hash is the last word."""
    files = [incoming.path, *([incoming.mapping] if incoming.mapping else [])]
    looked = [path.stat() if path.exists() else None for path in files]
    return tuple((one.st_ino, one.st_size, one.st_mtime_ns) if one else () for one in looked)


def read_part(library: Library, incoming: Incoming, part: Part, tell: Tell) -> PartEntry:
    """Read one part in a process with limits and make it an object."""
    beside = library.folder / PARTIAL / f"{secrets.token_hex(8)}.parquet"
    answer = ask_child(asked_of(incoming, part, beside), tell)
    read = answer.read
    if answer.code != 0 or not read:
        beside.unlink(missing_ok=True)
        raise SourceError(answer.refused) if answer.refused else _broken(incoming, part, answer)
    size = beside.stat().st_size
    sha256 = _sha256(beside)
    put_in_place(beside, library.object(sha256))
    dropped = tuple((str(reason), int(rows)) for reason, rows in read["dropped"])
    return PartEntry(
        part.table, part.name, sha256, int(read["rows_kept"]), size, int(read["rows_in"]), tuple(read["notes"]), dropped
    )


def asked_of(incoming: Incoming, part: Part, target: Path) -> dict[str, Any]:
    """Return what a child is asked to read, and within what limits."""
    return {
        "file": incoming.record(),
        "part": asdict(part),
        "target": str(target),
        "seconds": int(parameter("import_seconds")),
        "file_bytes": int(parameter("import_object_bytes")),
        "memory_bytes": int(parameter("import_memory")),
    }


@dataclass(slots=True)
class Answer:
    """What a child read, why it refused, its last other line, its memory in bytes, and its exit code."""

    read: dict[str, Any] = field(default_factory=dict)
    refused: str = ""
    last: str = ""
    peak: int = 0
    code: int = 0


def ask_child(asked: dict[str, Any], tell: Tell) -> Answer:
    """Let a child read a part."""
    answer = Answer()
    # One pipe for both: a child that fills a second one while the first is read would wait for ever.
    with subprocess.Popen(
        CHILD, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        env=os.environ | SETTINGS | _cache(asked),
    ) as child:  # fmt: skip
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdin.write(json.dumps(asked))
        child.stdin.close()
        for line in child.stdout:
            kind, _, rest = line.partition(" ")
            if kind == "bytes":
                tell(int(rest))
            elif kind == "peak":
                answer.peak = int(rest)
            elif kind == "read":
                answer.read = json.loads(rest)
            elif kind == "refused":
                answer.refused = json.loads(rest)["found"]
            else:
                answer.last = line.strip() or answer.last
    answer.code = child.returncode
    return answer


def _cache(asked: dict[str, Any]) -> dict[str, str]:
    """Return where compiled loops are kept if the package's folder, numba's own choice, cannot be written."""
    if os.access(Path(__file__).parent, os.W_OK) or "NUMBA_CACHE_DIR" in os.environ:
        return {}
    return {"NUMBA_CACHE_DIR": str(Path(asked["target"]).parent.parent / "compiled")}


def _broken(incoming: Incoming, part: Part, answer: Answer) -> SourceError:
    return SourceError(
        f"The part {part.name} cannot be read: {answer.last or f'it ended with {answer.code}'}",
        where=str(incoming.path),
        expected="a file that is read within the limits of time, size and memory",
        do="Parts that were finished are kept: adding the file again goes on after them.",
    )


def _tell(progress: Progress | None, part: Part, total: int, before: int, read: int) -> None:
    if progress is not None:
        progress(part.name, before + read, total)


@contextmanager
def _told(library: Library) -> Iterator[None]:
    """Say where a disk failed, or is full."""
    try:
        yield
    except (OSError, sqlite3.OperationalError) as error:
        raise SnapshotError(
            f"The file cannot be taken in: {error}", where=str(library.folder), expected="a disk with room that works",
            do="Make room, or set KIZUNA_HOME elsewhere. Finished parts are kept: adding the file again goes on.",
        ) from error  # fmt: skip


def _check_same(incoming: Incoming, known: Addition) -> None:
    """Refuse a file whose bytes are there under a name that says something else of them, such as another revision."""
    said, before = (f"{one.title}, {one.vintage}" for one in (incoming, known.source))
    if said != before:
        raise SourceError(
            f"The same bytes are there as addition {known.id}, as {before}, and this name says {said}",
            where=str(incoming.path), expected=f"one meaning; it was added as {known.file_name}",
            do=f"If this name is right: kizuna data use 0, then kizuna data remove {known.id}, then add this file.",
        )  # fmt: skip


def _check_objects(library: Library, known: Addition) -> None:
    if missing := [part.name for part in known.parts if not library.object(part.sha256).is_file()]:
        raise SnapshotError(
            f"The file is there as addition {known.id}, and objects of it are missing: {', '.join(missing[:SHOWN])}",
            where=str(library.folder),
            do=f"kizuna data use 0, then kizuna data remove {known.id}, then add the file again.",
        )


def _check_room(library: Library, incoming: Incoming) -> None:
    free = shutil.disk_usage(library.folder).free
    needed = int(sum(part.size for part in incoming.parts) * parameter("import_room"))
    if free < needed:
        raise SourceError(
            f"There is room for {free / 1e9:.1f} GB, and {needed / 1e9:.1f} GB may be needed",
            where=str(library.folder),
            expected="room for the objects",
            do="Make room, or set KIZUNA_HOME elsewhere.",
        )  # fmt: skip


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _hashes(incoming: Incoming) -> tuple[tuple[str, str], ...]:
    """Return name and sha256 of the file, and of its mapping if there is one."""
    files = [incoming.path, *([incoming.mapping] if incoming.mapping else [])]
    return tuple((path.name, _sha256(path)) for path in files)


def _identity(hashes: tuple[tuple[str, str], ...]) -> str:
    """Return the sha256 of the file; of a table with a mapping, that of both hashes, since both make the figures."""
    if len(hashes) == 1:
        return hashes[0][1]
    return hashlib.sha256("".join(f"{sha256}\n" for _, sha256 in hashes).encode()).hexdigest()


def _source(incoming: Incoming, hashes: tuple[tuple[str, str], ...], parts: list[PartEntry]) -> Source:
    dropped: Counter[str] = Counter()
    for part in parts:
        dropped.update(dict(part.dropped))
    return Source(
        id=f"{OWN}{incoming.adapter.replace('_', '-')}-{_identity(hashes)[:12]}",
        publisher=incoming.publisher,
        title=incoming.title,
        vintage=incoming.vintage,
        licence=incoming.licence,
        citation=incoming.citation,
        url=incoming.url,
        inputs=hashes,
        rows_in=sum(part.rows_in for part in parts),
        rows_kept=sum(part.rows for part in parts),
        dropped=tuple(sorted(dropped.items())),
        repairs=tuple(dict.fromkeys(note for part in parts for note in part.notes)),
    )
