"""Which figures a command works on: the embedded ones, or the snapshot of the user's own data that is in use."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kizuna.floor.home import data_directory
from kizuna.store.figures import Figures
from kizuna.store.layered import layered
from kizuna.store.library import CATALOGUE, Library
from kizuna.store.store import embedded_snapshot


def library_folder() -> Path:
    """Return where the user's own data live."""
    return data_directory(os.environ) / "data"


@contextmanager
def open_library() -> Iterator[Library]:
    """Open the user's own data."""
    with Library.open(library_folder()) as library:
        yield library


def figures_in_use() -> Figures:
    """Return the figures of the snapshot in use; the embedded ones where nothing was added."""
    embedded = embedded_snapshot()
    if not (library_folder() / CATALOGUE).exists():
        return embedded
    with open_library() as library:
        return layered(embedded, library) if library.in_use().members else embedded
