"""Where a register lives: a path or an address, looked at before any database opens it."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from kizuna.floor.errors import RegisterError

HEAD = b"SQLite format 3\0"
IN_MEMORY = (None, "", ":memory:")


def address(place: str | Path) -> URL:
    """Return the address that a path, or an address as text, stands for.

    Raises
    ------
    RegisterError
        If the text is no address.

    Examples
    --------
    >>> address("notes/register.sqlite").render_as_string()
    'sqlite:///notes/register.sqlite'
    """
    if isinstance(place, Path) or "://" not in place:
        return URL.create("sqlite", database=str(place))
    try:
        return make_url(place)
    except (ArgumentError, ValueError) as error:
        raise RegisterError(
            "This is no address of a database",
            [str(error).partition(" from given")[0]],
            expected="a path, or an address such as postgresql+pg8000://user@host/database",
        ) from error


def check_file(url: URL, create: bool) -> None:
    """Check that a SQLite address names a file that SQLite wrote or, if one may be made, a place for it.

    Raises
    ------
    RegisterError
        If the file is missing and none may be made, its folder is missing, or it is no SQLite file.
    """
    if url.get_backend_name() != "sqlite" or url.database in IN_MEMORY:
        return
    path = Path(str(url.database))
    if path.is_file():
        _refuse_other_files(path)
        return
    faults = ["it is a folder, or no file"] if path.exists() else []
    if not path.parent.is_dir():
        faults.append(f"there is no folder {path.parent}")
    elif not path.exists() and not create:
        faults.append("there is no such file")
    if faults:
        raise RegisterError(
            "There is no register", faults, where=str(path), expected="a register's file", do="Name another place."
        )


def _refuse_other_files(path: Path) -> None:
    """Refuse a file that SQLite did not write; an empty one is a register whose making was cut short."""
    try:
        with path.open("rb") as file:
            head = file.read(len(HEAD))
    except OSError as error:
        raise RegisterError("The register cannot be read", [error.strerror or str(error)], where=str(path)) from error
    if head not in (b"", HEAD):
        raise RegisterError(
            "This file is no register",
            [f"it begins with {head!r}"],
            where=str(path),
            expected=f"a SQLite file, which begins with {HEAD!r}",
            do="Name another file. Nothing was changed.",
        )
