"""What is measured as one thing: an HS6 product, a heading, or the codes of a material's stage."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kizuna.floor.errors import UnknownNameError

# Revisions of the Harmonized System in the trade tables, the longer series first.
REVISIONS = ("HS92", "HS17", "HS96", "HS02", "HS07", "HS12", "HS22")


@dataclass(frozen=True, slots=True)
class Commodity:
    """One or more HS6 codes of one revision that are measured together.

    Parameters
    ----------
    id
        What users write: ``270900``, ``2701``, ``rare-earths``.
    revision
        Of the Harmonized System, such as ``HS92``; codes of two revisions are never measured together.
    codes
        HS6 codes, ascending.
    name
        Plain name.
    material
        Material id where the codes are a stage of one, else empty.
    stage
        ``mine``, ``refined`` or ``fabricated`` where known, else empty.
    """

    id: str
    revision: str
    codes: tuple[str, ...]
    name: str
    material: str = ""
    stage: str = ""

    @property
    def key(self) -> str:
        """The id with its revision, such as ``HS92:270900``."""
        return f"{self.revision}:{self.id}"


def commodity_from_text(text: str, names: Mapping[tuple[str, str], str]) -> Commodity:
    """Read an HS code with or without revision: ``270900``, ``HS17:850511``, or a heading such as ``2701``.

    Without a revision the longer series HS92 is taken where it holds the code, else HS17.

    Parameters
    ----------
    text
        Four or six digits, with an optional ``HS92:`` or ``HS17:`` before them.
    names
        Product name by (revision, HS6): the products of the snapshot.

    Raises
    ------
    UnknownNameError
        If the snapshot holds no such product.
    """
    revision, _, digits = text.rpartition(":")
    for candidate in [revision.upper()] if revision else REVISIONS:
        codes = tuple(sorted(code for known, code in names if known == candidate and code.startswith(digits)))
        if digits.isdigit() and len(digits) in (4, 6) and codes:
            name = names[candidate, codes[0]] if len(codes) == 1 else f"Heading {digits}"
            return Commodity(id=digits, revision=candidate, codes=codes, name=name)
    raise UnknownNameError("product", text, sorted({code for _, code in names} | {f"{r}:{c}" for r, c in names}))
