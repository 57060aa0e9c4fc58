"""Packed files that a user gives: members are streamed, never extracted, and refused before they are read.

Python's own reader has no bound on size, ratio or number of members, and before 3.11.8 takes members that share bytes
(CVE-2024-0450), of which a small file makes a large one.
"""

from __future__ import annotations

import gzip
import stat
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import IO

LOCAL_HEADER = 30  # bytes of a member's own header before its name
UNIX = 16  # bits by which the type of a file stands in its attributes
PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """What a packed file may hold: bytes unpacked in all, unpacked over packed of one member, members."""

    unpacked_bytes: int
    ratio: int
    members: int


def check_members(packed: zipfile.ZipFile, limits: Limits) -> list[zipfile.ZipInfo]:
    """Return the members of a packed file that may be read.

    Raises
    ------
    ValueError
        If it breaks a limit, or a member is encrypted, shares bytes with another, has the name of another, is a link,
        or has a name that leads elsewhere.
    """
    members = packed.infolist()
    if len(members) > limits.members:
        raise ValueError(f"{len(members)} members; at most {limits.members} are read")
    if len({member.filename for member in members}) < len(members):
        raise ValueError("two members of one name")
    total = sum(member.file_size for member in members)
    if total > limits.unpacked_bytes:
        raise ValueError(f"unpacks to {total / 1e6:,.0f} MB; at most {limits.unpacked_bytes / 1e6:,.0f} MB are read")
    for member in members:
        _check_member(member, limits)
    _refuse_overlaps(members)
    return members


def _check_member(member: zipfile.ZipInfo, limits: Limits) -> None:
    name = member.filename
    if member.flag_bits & 1:
        raise ValueError(f"{name} is encrypted")
    if member.file_size > limits.ratio * max(member.compress_size, 1):
        raise ValueError(f"{name} unpacks over {limits.ratio} times its size")
    if stat.S_ISLNK(member.external_attr >> UNIX):
        raise ValueError(f"{name} is a link")
    if name.startswith("/") or "\\" in name or "\0" in name or ".." in name.split("/") or ":" in name:
        raise ValueError(f"{name!r} is a name that leads elsewhere")


def _refuse_overlaps(members: list[zipfile.ZipInfo]) -> None:
    """Refuse members that share bytes, of which a small file can make a large one."""
    placed = sorted(members, key=lambda member: member.header_offset)
    for one, following in pairwise(placed):
        if one.header_offset + LOCAL_HEADER + one.compress_size > following.header_offset:
            raise ValueError(f"{one.filename} and {following.filename} share bytes")


@contextmanager
def open_packed(path: Path, limits: Limits) -> Iterator[zipfile.ZipFile]:
    """Open a packed file whose members were checked; raises ValueError as :func:`check_members` does.

    A file that is no sound zip raises ``zipfile.BadZipFile``.
    """
    with zipfile.ZipFile(path) as packed:
        check_members(packed, limits)
        yield packed


def unpacked_size(path: Path, limits: Limits) -> int:
    """Return the bytes that a gzip file unpacks to, counted as it is unpacked: what it says of itself may be a lie.

    Raises
    ------
    ValueError
        If it breaks a limit; unpacking stops there. One that is not sound raises ``gzip.BadGzipFile``, ``zlib.error``
        or ``EOFError``.
    """
    most = min(limits.unpacked_bytes, limits.ratio * path.stat().st_size)
    size = 0
    with gzip.open(path) as file:
        while piece := file.read(PIECE):
            size += len(piece)
            if size > most:
                raise ValueError(
                    f"it unpacks over {limits.ratio} times its size, or to over {limits.unpacked_bytes / 1e6:,.0f} MB"
                )
    return size


def blocks(member: IO[bytes], size: int, most: int) -> Iterator[bytes]:
    """Yield whole lines of a member in blocks of about ``size`` bytes.

    Parameters
    ----------
    most
        Bytes that its entry says it has; another number is a lie.

    Raises
    ------
    ValueError
        If it has more or fewer bytes than its entry says.
    """
    rest, read = b"", 0
    while block := member.read(size):
        read += len(block)
        if read > most:
            raise ValueError("it is larger than its entry says")
        cut = block.rfind(b"\n") + 1
        if cut:
            yield rest + block[:cut]
            rest = block[cut:]
        else:
            rest += block
    if read < most:
        raise ValueError("it is smaller than its entry says")
    if rest:
        yield rest
