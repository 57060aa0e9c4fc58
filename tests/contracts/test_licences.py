"""Every package that kizuna brings along carries a permissive licence."""

from __future__ import annotations

import re
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

DECISION = Path(__file__).resolve().parents[2] / "docs/decisions/0003-python-and-dependencies.md"

# Exactly what is allowed; a new expression is read by a person before it is added here.
ALLOWED = {
    "Apache-2.0",
    "Apache-2.0 OR BSD-2-Clause",
    "BSD-2-Clause",
    "BSD-2-Clause AND Apache-2.0 WITH LLVM-exception",
    "BSD-3-Clause",
    "BSD-3-Clause AND 0BSD AND MIT AND Zlib AND CC0-1.0",
    "MIT",
    "MIT-CMU",
    "PSF-2.0",
}
# Metadata older than licence expressions: what a classifier says. Trove's BSD names no clauses; the packages that use
# it ship the three-clause text, but for numba, whose text has two.
READ = {"numba": "BSD-2-Clause"}
CLASSIFIERS = {
    "License :: OSI Approved :: Apache Software License": "Apache-2.0",
    "License :: OSI Approved :: BSD License": "BSD-3-Clause",
    "License :: OSI Approved :: MIT License": "MIT",
    "License :: OSI Approved :: Python Software Foundation License": "PSF-2.0",
}


def test_every_package_of_the_runtime_closure_has_an_allowed_licence() -> None:
    licences = {name: licence(package) for name, package in closure("kizuna").items()}
    refused = {name: stated for name, stated in licences.items() if stated not in ALLOWED}
    assert not refused


def test_the_closure_reaches_the_packages_behind_the_packages() -> None:
    assert {"duckdb", "polars-runtime-32", "rpds-py", "markupsafe", "llvmlite"} <= closure("kizuna").keys()


def test_the_decision_page_lists_exactly_the_closure_with_its_licences() -> None:
    page = DECISION.read_text(encoding="utf-8").partition("## Licences of the closure")[2].partition("\n## ")[0]
    listed = dict(re.findall(r"^\| ([a-z0-9-]+) \| ([A-Z0-9].*) \|$", page, flags=re.MULTILINE))
    assert listed == {name: licence(package) for name, package in closure("kizuna").items()}


def closure(root: str) -> dict[str, Distribution]:
    """Return every installed package that ``root`` needs on this machine, by name, without ``root`` itself."""
    found: dict[str, Distribution] = {}
    seen: set[tuple[str, frozenset[str]]] = set()
    ahead = [Requirement(root)]
    while ahead:
        wanted = ahead.pop()
        name = canonicalize_name(wanted.name)
        if (name, frozenset(wanted.extras)) in seen:
            continue
        seen.add((name, frozenset(wanted.extras)))
        found[name] = distribution(name)
        for line in found[name].requires or []:
            needed = Requirement(line)
            if any(needed.marker is None or needed.marker.evaluate({"extra": extra}) for extra in ("", *wanted.extras)):
                ahead.append(needed)
    del found[canonicalize_name(root)]
    return found


def licence(package: Distribution) -> str:
    """Return what a package says of its licence: its expression, else its classifiers, else its licence field."""
    facts = package.metadata
    if expression := facts.get("License-Expression"):
        return str(expression)
    if facts["Name"] in READ:
        return READ[facts["Name"]]
    classifiers = [entry for entry in facts.get_all("Classifier") or [] if entry.startswith("License ::")]
    if classifiers:
        return " AND ".join(CLASSIFIERS.get(entry, entry) for entry in classifiers)
    return str(facts.get("License") or "none stated")
