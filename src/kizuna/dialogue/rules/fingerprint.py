"""The hash of the rules: of every file that decides what is read, so that a score names what it is of."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable

KINDS = (".py", ".toml", ".csv")


@cache
def fingerprint() -> str:
    """Return the sha256 of the rules' modules and lists, by name; 64 hexadecimal digits."""
    whole = sha256()
    for folder in ("rules", "data"):
        for file in sorted(_files(files("kizuna.dialogue") / folder), key=lambda one: one.name):
            whole.update(f"{folder}/{file.name}\n".encode())
            whole.update(sha256(file.read_bytes()).digest())
    return whole.hexdigest()


def _files(folder: Traversable) -> list[Traversable]:
    own = ("india_japan.toml",)  # entries that ship, which decide nothing that is read
    return [one for one in folder.iterdir() if one.name.endswith(KINDS) and one.name not in own]
