"""kizuna: where partner economies hang on the same supplier, with figures that can be checked.

The verbs of the package, loaded when first used:

>>> import kizuna
>>> tables = kizuna.build_tables(kizuna.embedded_snapshot())
>>> found = kizuna.measure_exposure(tables, ["JPN"], products=["270900"], years=[2023], methods=["concentration"])
>>> round(found.by_key["JPN", "HS92:270900", 2023, "import_hhi", "value"].value, 4)
0.3376
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kizuna.brief.document import Brief
    from kizuna.brief.write import write_brief
    from kizuna.exposure.assumptions import Assumptions
    from kizuna.exposure.exposure import Exposure
    from kizuna.exposure.measure import measure_exposure
    from kizuna.floor.errors import KizunaError
    from kizuna.floor.figures import Derivation, Figure
    from kizuna.floor.gaps import Gap
    from kizuna.store.store import Store, embedded_snapshot
    from kizuna.tables.build import Tables, build_tables

__version__ = "0.1.0"

_HOMES = {
    "Assumptions": "kizuna.exposure.assumptions",
    "Brief": "kizuna.brief.document",
    "Derivation": "kizuna.floor.figures",
    "Exposure": "kizuna.exposure.exposure",
    "Figure": "kizuna.floor.figures",
    "Gap": "kizuna.floor.gaps",
    "KizunaError": "kizuna.floor.errors",
    "Store": "kizuna.store.store",
    "Tables": "kizuna.tables.build",
    "build_tables": "kizuna.tables.build",
    "embedded_snapshot": "kizuna.store.store",
    "measure_exposure": "kizuna.exposure.measure",
    "write_brief": "kizuna.brief.write",
}
__all__ = [
    "Assumptions", "Brief", "Derivation", "Exposure", "Figure", "Gap", "KizunaError", "Store", "Tables", "build_tables",
    "embedded_snapshot", "measure_exposure", "write_brief",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'kizuna' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
