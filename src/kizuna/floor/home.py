"""Where a user's own files live."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path


def data_directory(environment: Mapping[str, str]) -> Path:
    """Return the user's data directory: ``KIZUNA_HOME`` where it is set, else as the XDG base directories say.

    Parameters
    ----------
    environment
        Environment variables by name, such as ``os.environ``.

    References
    ----------
    XDG Base Directory Specification 0.8: ``XDG_DATA_HOME``, ``~/.local/share`` where it is not set.

    Examples
    --------
    >>> data_directory({"XDG_DATA_HOME": "/data/of/user"}).as_posix()
    '/data/of/user/kizuna'
    """
    if home := environment.get("KIZUNA_HOME"):
        return Path(home)
    if shared := environment.get("XDG_DATA_HOME"):
        return Path(shared) / "kizuna"
    return Path.home() / ".local" / "share" / "kizuna"
