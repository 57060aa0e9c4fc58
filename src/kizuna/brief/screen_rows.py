"""The rows of a screen: common suppliers by product, as printed and at full precision, and the sums by supplier."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kizuna.brief.amounts import TABLE_DIGITS, index, millions, per_cent
from kizuna.brief.document import Cell, Column, Table
from kizuna.brief.wording import capital, economy_name
from kizuna.exposure.screen import Bought, Common, Screen
from kizuna.tables.build import Tables
from kizuna.tables.suppressed import suppressed_partners

TOP_FLOWS, SUPPRESSED = "†", "‡"
_TOP_FLOWS_QUERY = """
SELECT DISTINCT product FROM flows WHERE revision = $revision AND year = $year AND coverage = 'top flows'
"""


@dataclass(frozen=True, slots=True)
class Note:
    """What must be known of some products, which carry its mark."""

    mark: str
    why: str
    products: frozenset[str]


@dataclass(frozen=True, slots=True)
class Purchase:
    """What one partner buys of a product from the common supplier, as it is printed, and the share itself."""

    usd: str
    share: str
    hhi: str
    of_all: float


@dataclass(frozen=True, slots=True)
class Line:
    """One product of the ranked table; ``of_largest`` is its stake over the largest one, ``marks`` lead to notes."""

    product: str
    name: str
    marks: str
    supplier: str
    purchases: tuple[Purchase, ...]
    stake: str
    of_largest: float


@dataclass(frozen=True, slots=True)
class SupplierSum:
    """One supplier: over how many products it is common, what each partner buys of them from it, and all together."""

    name: str
    products: int
    each_usd: tuple[int, ...]

    @property
    def stake_usd(self) -> int:
        """US dollars that the partners buy from it together."""
        return sum(self.each_usd)


def read_notes(tables: Tables, found: Screen) -> tuple[Note, ...]:
    """Return what must be known of some of the common suppliers' products; only notes that stand on some row."""
    common = {one.product for one in found.common}
    largest = {row[0] for row in tables.rows(_TOP_FLOWS_QUERY, revision=found.revision, year=found.year)}
    hidden = {product for code, product in suppressed_partners() if code in found.partners}
    partial = "This series lists the largest flows only: imports are larger, and shares smaller, than stand here."
    unpublished = "A partner does not publish all its suppliers: shares are of those that it publishes."
    notes = (
        Note(TOP_FLOWS, partial, frozenset(largest & common)),
        Note(SUPPRESSED, unpublished, frozenset(hidden & common)),
    )
    return tuple(note for note in notes if note.products)


def ranked_lines(tables: Tables, found: Screen, notes: Sequence[Note]) -> tuple[Line, ...]:
    """Return the rows as they are printed, most at stake first."""
    largest = max((one.stake_usd for one in found.common), default=1)
    return tuple(
        Line(
            one.product,
            one.name,
            "".join(note.mark for note in notes if one.product in note.products),
            capital(economy_name(tables, one.supplier)),
            tuple(map(_purchase, one.bought)),
            millions(one.stake_usd),
            one.stake_usd / largest,
        )
        for one in found.common
    )


def _purchase(bought: Bought) -> Purchase:
    share = per_cent(bought.top_share, TABLE_DIGITS)
    return Purchase(millions(bought.top_usd), share, index(bought.hhi), bought.top_share)


def every_row(tables: Tables, found: Screen, notes: Sequence[Note], citation: str) -> Table:
    """Return all rows at full precision, for the CSV."""
    heads = ("from supplier, USD", "imports, USD", "share from supplier", "HHI of suppliers", "suppliers")
    columns = ["product", "name", "supplier", "supplier name"]
    columns += [f"{code} {head}" for code in found.partners for head in heads] + ["together from supplier, USD", "note"]
    return Table(
        id="common-suppliers",
        title=f"Common suppliers of {' '.join(found.partners)}, {found.revision}, {found.year}",
        columns=tuple(map(Column, columns)),
        rows=tuple(tuple(Cell(plain=text) for text in _exact(tables, one, notes)) for one in found.common),
        note="Values in US dollars a year, shares and HHI 0 to 1.",
        citation=citation,
    )


def _exact(tables: Tables, one: Common, notes: Sequence[Note]) -> list[str]:
    row = [one.product, one.name, one.supplier, capital(economy_name(tables, one.supplier))]
    for bought in one.bought:
        numbers = (bought.top_usd, bought.imports_usd, bought.top_share, bought.hhi, bought.suppliers)
        row += map(repr, numbers)
    return [*row, str(one.stake_usd), " ".join(note.why for note in notes if one.product in note.products)]


def sums_by_supplier(tables: Tables, found: Screen) -> tuple[SupplierSum, ...]:
    """Return what is bought from each common supplier, the largest first, ties by code."""
    products: dict[str, list[Common]] = {}
    for one in found.common:
        products.setdefault(one.supplier, []).append(one)
    sums = {code: _sum(tables, code, group) for code, group in products.items()}
    return tuple(sums[code] for code in sorted(sums, key=lambda code: (-sums[code].stake_usd, code)))


def _sum(tables: Tables, supplier: str, group: Sequence[Common]) -> SupplierSum:
    each = zip(*([bought.top_usd for bought in one.bought] for one in group), strict=True)
    return SupplierSum(capital(economy_name(tables, supplier)), len(group), tuple(map(sum, each)))


def supplier_table(suppliers: Sequence[SupplierSum], partners: Sequence[str], caption: str, citation: str) -> Table:
    """Return the sums by supplier as a table, all suppliers."""
    heads = [*(f"{name}, m USD" for name in partners), "Together, m USD"]
    return Table(
        id="suppliers",
        title="Common suppliers by value",
        columns=(Column("Supplier"), Column("Products", True), *(Column(head, True) for head in heads)),
        rows=tuple(
            (_word(one.name), _word(str(one.products)), *(_money(each) for each in (*one.each_usd, one.stake_usd)))
            for one in suppliers
        ),
        note=caption,
        citation=citation,
    )


def _word(text: str) -> Cell:
    return Cell((text,), plain=text)


def _money(amount: int) -> Cell:
    return Cell((millions(amount),), plain=repr(amount / 1e6))
