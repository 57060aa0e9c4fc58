"""What may be on a disk after the power fails: a small model of a file system, fed with a recorded run of a program.

A run is recorded with strace: every call that changes something in a folder, with its bytes. :class:`Disk` replays the
calls and, at any point, makes images of what a disk may hold if the power fails there.

The model takes as little for granted as POSIX says:

- Writes and changes of length of a file are on the disk once the file is synced. Before that, each sector of 512 bytes
  holds what it held at the last sync or after any later write, whatever its neighbours hold; a sector is never torn.
  The length is that of any of these moments, and a sector never written reads as zeros.
- Syncing a file says nothing about its name. Entries of a folder (made, renamed, removed) are on the disk once the
  folder is synced. Before that, any first few of them are, in their order: file systems with a journal keep the order
  of metadata. The order between two folders is not kept, so that a rename between two folders may be there twice or
  not at all; a rename within one folder is whole.
- A file whose name is on the disk and whose bytes were never synced is there, and empty or in part.
- A sync that has returned holds: no disk of the model lies about it. What was on the disk before the run stays there.

Links, room taken before it is written and copies within the kernel are not in the model; what a recording ends with is
compared with what is in the folder, so that a call that was not seen cannot go unnoticed.
"""

from __future__ import annotations

import os.path
import random
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

SECTOR = 512
LONGEST = 1 << 26  # bytes of one write
BY_DESCRIPTOR = (
    "write", "writev", "pwrite64", "ftruncate", "fsync", "fdatasync", "pwritev", "pwritev2", "fallocate", "sendfile",
)  # fmt: skip
BY_NAME = (
    "openat", "open", "creat", "rename", "renameat", "renameat2", "unlink", "unlinkat", "rmdir", "mkdir", "mkdirat",
    "truncate", "link", "linkat", "symlink", "symlinkat",
)  # fmt: skip
LINE = re.compile(r"(?P<thread>\d+) +(?:<\.\.\. \w+ resumed>|(?P<call>\w+)\()(?P<rest>.*)")
UNFINISHED = " <unfinished ...>"
RESULT = re.compile(r"\) += (\d+)")
TEXT = re.compile(r'"(?P<quoted>(?:\\x[0-9a-f]{2})*)"|<(?P<open>(?:\\x[0-9a-f]{2})*)>')

Fate = Literal["lost", "some", "kept"]
Image = dict[str, bytes | None]  # by path: the bytes of a file, None for a folder


@dataclass(frozen=True, slots=True)
class Call:
    """One change: ``make`` a file, ``folder``, ``cut`` to a length, ``write``, ``move``, ``remove``, ``sync``, ``say``.

    ``forgotten`` is a sync that a control leaves out; ``say`` is the program's word that its work is done.
    """

    kind: Literal["make", "folder", "cut", "write", "move", "remove", "sync", "forgotten", "say"]
    path: str = ""
    at: int = 0
    data: bytes = b""
    to: str = ""


@dataclass(eq=False, slots=True)
class File:
    """A file: what it held at its last sync, and after each change since."""

    versions: list[bytes] = field(default_factory=lambda: [b""])


@dataclass(eq=False, slots=True)
class Folder:
    """A folder: its entries at its last sync, and the changes of entries since; None takes an entry away."""

    synced: dict[str, File | Folder] = field(default_factory=dict)
    pending: list[dict[str, File | Folder | None]] = field(default_factory=list)

    def entries(self, changes: int) -> dict[str, File | Folder]:
        """Return the entries after the first few of the changes since the last sync."""
        merged: dict[str, File | Folder | None] = dict(self.synced)
        for change in self.pending[:changes]:
            merged |= change
        return {name: node for name, node in merged.items() if node is not None}

    def now(self) -> dict[str, File | Folder]:
        """Return the entries as the program sees them."""
        return self.entries(len(self.pending))


class Disk:
    """A folder on a disk that may lose power; what is in ``place`` at first is on the disk."""

    def __init__(self, place: Path) -> None:
        self.root = _on_disk(place)

    def apply(self, call: Call) -> None:
        """Make one change."""
        match call.kind:
            case "make" | "folder":
                folder, name = self._parent(call.path)
                if name not in folder.now():
                    folder.pending.append({name: File() if call.kind == "make" else Folder()})
            case "cut":
                self._change(call.path, self._content(call.path)[: call.at].ljust(call.at, b"\0"))
            case "write":
                old = self._content(call.path).ljust(call.at, b"\0")
                self._change(call.path, old[: call.at] + call.data + old[call.at + len(call.data) :])
            case "move":
                self._move(call.path, call.to)
            case "remove":
                folder, name = self._parent(call.path)
                folder.pending.append({name: None})
            case "sync":
                _sync(self._node(call.path))
            case "forgotten" | "say":
                pass

    def image(self, rng: random.Random, names: Fate, data: Fate) -> Image:
        """Return what the disk may hold now.

        Parameters
        ----------
        names
            What became of entries that were not synced: lost, kept, or in each folder some first ones kept.
        data
            What became of bytes that were not synced: lost, kept, or sector by sector one or the other.
        """
        contents: dict[File, bytes] = {}
        image: Image = {}
        folders = [("", self.root)]
        while folders:
            place, folder = folders.pop()
            for name, node in sorted(folder.entries(_how_many(len(folder.pending), names, rng)).items()):
                path = f"{place}{name}"
                if isinstance(node, Folder):
                    image[path] = None
                    folders.append((f"{path}/", node))
                else:
                    image[path] = contents.setdefault(node, _what_is_left(node.versions, data, rng))
        return image

    def _node(self, path: str) -> File | Folder:
        node: File | Folder = self.root
        for name in filter(None, path.split("/")):
            assert isinstance(node, Folder), path
            node = node.now()[name]
        return node

    def _parent(self, path: str) -> tuple[Folder, str]:
        place, _, name = path.rpartition("/")
        folder = self._node(place)
        assert isinstance(folder, Folder), path
        return folder, name

    def _content(self, path: str) -> bytes:
        file = self._node(path)
        assert isinstance(file, File), path
        return file.versions[-1]

    def _change(self, path: str, content: bytes) -> None:
        file = self._node(path)
        assert isinstance(file, File), path
        if content != file.versions[-1]:
            file.versions.append(content)

    def _move(self, path: str, to: str) -> None:
        node = self._node(path)
        (source, old), (target, new) = self._parent(path), self._parent(to)
        if source is target:
            source.pending.append({old: None, new: node})
        else:
            target.pending.append({new: node})
            source.pending.append({old: None})


def _on_disk(place: Path) -> Folder:
    folder = Folder()
    for path in place.iterdir():
        folder.synced[path.name] = _on_disk(path) if path.is_dir() else File([path.read_bytes()])
    return folder


def _sync(node: File | Folder) -> None:
    if isinstance(node, File):
        del node.versions[:-1]
    else:
        node.synced = node.now()
        node.pending.clear()


def _how_many(changes: int, fate: Fate, rng: random.Random) -> int:
    return {"lost": 0, "kept": changes, "some": rng.randint(0, changes)}[fate]


def _what_is_left(versions: list[bytes], fate: Fate, rng: random.Random) -> bytes:
    """Return what a file may hold: each sector as in one of the versions, the first being on the disk."""
    if fate != "some" or len(versions) == 1:
        return versions[0] if fate == "lost" else versions[-1]
    length, lost = len(rng.choice(versions)), rng.random()
    sectors = []
    for at in range(0, length, SECTOR):
        version = versions[0] if rng.random() < lost else rng.choice(versions)
        sectors.append(version[at : at + SECTOR].ljust(SECTOR, b"\0"))
    return b"".join(sectors)[:length]


def write_image(image: Image, place: Path) -> None:
    """Make the folders and files of an image in a new folder."""
    place.mkdir()
    for path, content in sorted(image.items()):
        if content is None:
            (place / path).mkdir()
        else:
            (place / path).write_bytes(content)


def read_image(place: Path) -> Image:
    """Return what is in a folder."""
    found = {str(path.relative_to(place)): path for path in place.rglob("*")}
    return {name: None if path.is_dir() else path.read_bytes() for name, path in found.items()}


def record(program: list[str], home: Path, word: bytes) -> list[Call]:
    """Run a program and return all its changes to what is in ``home``, and when it wrote ``word`` to somewhere else."""
    log = home.with_name(f"{home.name}.calls")
    traced = ",".join(f"?{call}" for call in (*BY_DESCRIPTOR, *BY_NAME))
    strace = ["strace", "-f", "-qq", "-y", "-xx", "-s", str(LONGEST), "--seccomp-bpf", "-e", f"trace={traced}"]
    done = subprocess.run([*strace, "-o", str(log), *program], capture_output=True, text=True, check=False, timeout=120)
    assert word.decode() in done.stdout, done.stdout + done.stderr
    lines = log.read_text(encoding="ascii").splitlines()
    return _Reader(str(home.resolve()), word).read(lines)


class _Reader:
    """Turns the lines of strace into changes below one folder; calls that failed change nothing."""

    def __init__(self, home: str, word: bytes) -> None:
        self.home, self.word = home, word
        self.calls: list[Call] = []
        self.places: dict[str, int] = {}  # where the next plain write to a file goes

    def read(self, lines: list[str]) -> list[Call]:
        begun: dict[str, tuple[str, str, int]] = {}
        for line in lines:
            if (found := LINE.fullmatch(line)) is None:
                continue
            name, text, before = found["call"], found["rest"], len(self.calls)
            if name is None:
                name, first, before = begun.pop(found["thread"])
                text = first + text
            if text.endswith(UNFINISHED):
                begun[found["thread"]] = (name, text.removesuffix(UNFINISHED), before)
            elif (result := RESULT.search(text)) is not None:
                assert "sync" not in name or before == len(self.calls), f"another call within {name}"
                self.calls += self._changes(name, text[: result.start()], int(result[1]))
        return self.calls

    def _changes(self, name: str, text: str, result: int) -> Iterator[Call]:
        paths = _paths(name, text)
        below = [path.removeprefix(f"{self.home}/") if path != self.home else "" for path in paths if self._in(path)]
        if name in ("write", "writev") and not below and self.word in _quoted(text):
            yield Call("say")
        if not below:
            return
        path, last = below[0], [int(number) for number in re.findall(r", (\d+)\b", text)][-1:]
        match name:
            case "openat" | "open" | "creat":
                yield from self._opening(path, text)
            case "write" | "writev":
                yield Call("write", path, self.places[path], _quoted(text)[:result])
                self.places[path] += result
            case "pwrite64":
                yield Call("write", path, last[0], _quoted(text)[:result])
            case "ftruncate":
                yield Call("cut", path, last[0])
            case "rename" | "renameat" | "renameat2":
                assert len(below) == 2, "a rename into or out of the folder"
                yield Call("move", path, to=below[1])
            case "unlink" | "unlinkat" | "rmdir":
                yield Call("remove", path)
            case "mkdir" | "mkdirat":
                yield Call("folder", path)
            case "fsync" | "fdatasync":
                yield Call("sync", path)
            case _:
                raise AssertionError(f"the model has no {name}")

    def _opening(self, path: str, text: str) -> Iterator[Call]:
        if "O_WRONLY" in text or "O_RDWR" in text:
            self.places[path] = 0
        if "O_CREAT" in text:
            yield Call("make", path)
        if "O_TRUNC" in text:
            yield Call("cut", path)

    def _in(self, path: str) -> bool:
        return path == self.home or path.startswith(f"{self.home}/")


def _paths(name: str, text: str) -> list[str]:
    """Return the paths of a call: that of its open file, or each quoted one, from the folder named before it."""
    base, paths = "", []
    for found in TEXT.finditer(text):
        if found["quoted"] is None:
            base = _bytes(found["open"]).decode("utf-8", "replace")
        elif name not in BY_DESCRIPTOR:
            paths.append(os.path.normpath(Path(base) / _bytes(found["quoted"]).decode("utf-8", "replace")))
        if name in BY_DESCRIPTOR:
            return [base]
    return paths


def _quoted(text: str) -> bytes:
    return b"".join(_bytes(found["quoted"]) for found in TEXT.finditer(text) if found["quoted"])


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text.replace("\\x", ""))
