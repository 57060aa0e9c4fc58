"""A file is written whole or not at all."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from kizuna.floor.errors import OutputError

PARTIAL = ".partial"


def write_file(path: Path, content: bytes) -> Path:
    """Write a file so that its name never stands for half of it, and return where it is.

    The bytes go to a new file in the same folder, which then takes the name in one step. A symbolic link keeps
    pointing where it does. Nothing is left behind when something fails.

    Raises
    ------
    OutputError
        If the folder is missing, the path is a folder, or the place cannot be written.
    """
    target = check_place(path)
    try:
        replace_file(target, content)
    except OSError as error:
        raise _unwritable(path, error) from error
    return target


def replace_file(target: Path, content: bytes) -> None:
    """Put ``content`` at ``target`` by a rename, so that a reader sees the old file or the new one, never a part.

    The bytes go to a file ending in ``.partial`` in the same folder and are on the disk before it takes its name.
    """
    beside = target.with_name(f".{secrets.token_hex(8)}{PARTIAL}")
    try:
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)


def check_place(path: Path) -> Path:
    """Check that a file may be written there, before the work of making it begins, and return its real path.

    Raises
    ------
    OutputError
        If the folder is missing, the path is a folder, or the place cannot be written.
    """
    try:
        target = path.resolve()
        _refuse_unfit(path, target)
    except OSError as error:
        raise _unwritable(path, error) from error
    return target


def _unwritable(path: Path, error: OSError) -> OutputError:
    return OutputError(
        f"{path} cannot be written: {error.strerror or error}.",
        where=str(path.parent),
        expected="a folder that you may write to, with room for the file",
        do="Name another place with --out PATH.",
    )


def _refuse_unfit(path: Path, target: Path) -> None:
    if target.is_dir():
        raise OutputError(
            f"{path} is a folder.",
            expected="the name of a file",
            do=f"Name a file in it, such as --out {path / 'brief.html'}",
        )
    if target.parent.is_file():
        raise OutputError(
            f"{path.parent} is a file.",
            expected="a folder that exists",
            do=f"Name a place in a folder, such as {_nearest_folder(target)}.",
        )
    if not target.parent.is_dir():
        raise OutputError(
            f"There is no folder {path.parent}.",
            expected="a folder that exists",
            do=f"Make it first (mkdir -p {path.parent}), or name a place in {_nearest_folder(target)}.",
        )
    if target.exists() and not target.is_file():
        raise OutputError(
            f"{path} is not a file but a device or a pipe.",
            expected="a path where a file may be made",
            do="Name a file with --out PATH.",
        )
    if target.exists() and not os.access(target, os.W_OK):
        raise OutputError(
            f"{path} is there and may not be written.",
            expected="a file that you may write",
            do="Name another file with --out PATH, or let yourself write this one.",
        )


def _nearest_folder(target: Path) -> Path:
    return next(folder for folder in target.parents if folder.is_dir())
