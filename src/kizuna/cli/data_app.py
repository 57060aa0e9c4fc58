"""The commands under ``kizuna data``."""

from __future__ import annotations

from pathlib import Path

from cyclopts import App

data = App(name="data", help="Your own data: whole files of publishers, taken in once.", help_format="markdown")


@data.command
def add(file: Path, *, map: Path | None = None) -> None:  # noqa: A002 - the option's name
    """Take a publisher's file in, as downloaded, and use it; or a table of your own, with what its columns mean.

    Parameters
    ----------
    file
        The file as downloaded. Adding it twice changes nothing; an import that was killed goes on where it stopped.
    map
        For a table of your own (CSV, Excel, Parquet): the TOML file that says what its columns mean.
    """
    from kizuna.cli.own_data import run_add

    run_add(file, map)


@data.command
def check(file: Path, *, map: Path | None = None) -> None:  # noqa: A002 - the option's name
    """Read a file as add would, say what it holds, and keep nothing.

    Parameters
    ----------
    file
        The file as downloaded.
    map
        For a table of your own: the TOML file that says what its columns mean.
    """
    from kizuna.cli.own_data import run_check

    run_check(file, map)


@data.command(name="list")
def list_additions() -> None:
    """List what was added, and the snapshots."""
    from kizuna.cli.own_data import run_list

    run_list()


@data.command
def show(addition: int) -> None:
    """Show one addition: its parts, its source, what must be known of it.

    Parameters
    ----------
    addition
        Number of the addition, from the list.
    """
    from kizuna.cli.own_data import run_show

    run_show(addition)


@data.command
def sources() -> None:
    """List what files are read, where their publishers offer them, and whose figures each table is from now."""
    from kizuna.cli.own_data import run_sources

    run_sources()


@data.command
def gaps() -> None:
    """Say what the figures in use do not cover, and which file would close it."""
    from kizuna.cli.own_data import run_gaps

    run_gaps()


@data.command
def use(snapshot: int) -> None:
    """Take a snapshot in use; 0 is the embedded one.

    Parameters
    ----------
    snapshot
        Number of the snapshot, from the list.
    """
    from kizuna.cli.own_data import run_use

    run_use(snapshot)


@data.command
def diff(
    before: int, after: int, *economies: str, year: int | None = None, revision: str = "HS92", top: int = 20
) -> None:
    """Say what one snapshot changes in the exposures of some economies against another, such as a new version.

    Parameters
    ----------
    before
        Number of a snapshot; 0 is the embedded one.
    after
        Number of the other.
    economies
        Codes or names, such as IND JPN.
    year
        Year of the flows; the last settled one where not given.
    revision
        Of the Harmonized System.
    top
        Rows on the screen.
    """
    from kizuna.cli.own_data import run_diff

    run_diff(before, after, economies, year, revision, top)


@data.command
def remove(addition: int) -> None:
    """Remove an addition that is not in use, the snapshots that name it, and its objects.

    Parameters
    ----------
    addition
        Number of the addition, from the list.
    """
    from kizuna.cli.own_data import run_remove

    run_remove(addition)
