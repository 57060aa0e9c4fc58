"""The hash of the rules: of every file that decides what is read, so that a score names what it is of."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable

KINDS = (".py", ".toml", ".csv")
# What decides beside the rules' own folder: what is queued and how a promise is put together, kinds, dates, thresholds.
OUTSIDE = ("dialogue/read.py", "dialogue/entries.py", "dialogue/dates.py", "floor/params/reading.toml")


@cache
def fingerprint() -> str:
    """Return the sha256 of the rules' modules and lists, by name; 64 hexadecimal digits."""
    return hash_of(files("kizuna"))


def hash_of(package: Traversable) -> str:
    """Return the hash of the rules in one copy of the package."""
    whole = sha256()
    own = [package.joinpath(*name.split("/")) for name in OUTSIDE]
    for folder in ("rules", "data"):
        own += _files(package.joinpath("dialogue", folder))
    for file in sorted(own, key=lambda one: (one.name, str(one))):
        whole.update(f"{file.name}\n".encode())
        whole.update(sha256(file.read_bytes()).digest())
    return whole.hexdigest()


def _files(folder: Traversable) -> list[Traversable]:
    own = ("india_japan.toml",)  # entries that ship, which decide nothing that is read
    return [one for one in folder.iterdir() if one.name.endswith(KINDS) and one.name not in own]
