"""All adapters, and the one that knows a file."""

from __future__ import annotations

from pathlib import Path

from kizuna.floor.errors import SourceError
from kizuna.intake import baci, comtrade, faostat, input_output, own_table, portwatch, usgs, wdi, wgi, world_mining_data
from kizuna.intake.incoming import Adapter, Incoming, look

ADAPTERS: tuple[Adapter, ...] = (baci, input_output, wdi, wgi, portwatch, faostat, comtrade, usgs, world_mining_data)


def recognise(path: Path, mapping: Path | None = None) -> Incoming:
    """Return what a file is; its content is checked when it is read.

    Parameters
    ----------
    path
        A publisher's file as downloaded, or a table of the user's own.
    mapping
        For the latter: the file that says what its columns mean.

    Raises
    ------
    SourceError
        If it is missing, unsound as a packed file, or nothing that an adapter reads.
    """
    file = look(path)
    if mapping is not None:
        return own_table.mapped(file, mapping)
    for adapter in ADAPTERS:
        if (found := adapter.recognise(file)) is not None:
            return found
    shown = ", ".join(name for name, _ in file.members[:3]) or "nothing"
    raise SourceError(
        f"No adapter knows this file, which holds {shown}", where=str(path),
        expected="a file that kizuna data sources lists, under the name that it was downloaded with",
        do="A table of your own needs --map, a TOML file that says what its columns mean.",
    )  # fmt: skip
