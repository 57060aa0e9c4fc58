"""The sentences on the page of a screen: the answer, what is at stake, warnings, what it leaves out, how to check."""

from __future__ import annotations

from collections.abc import Sequence

from kizuna.brief import rules
from kizuna.brief.amounts import dollars, index, per_cent, usd
from kizuna.brief.screen_rows import TOP_FLOWS, Note, SupplierSum
from kizuna.brief.wording import economy_name
from kizuna.exposure.screen import Common, Screen
from kizuna.floor.params import parameter
from kizuna.tables.build import Tables

LEADING = 3  # products, or suppliers, that are named in words
SHORT_NAME = 90  # characters of a product's name there
WHOLE_REVISION = 4_500  # fewer products than in any revision since 1992: the smallest, of 1992, has some 5,000

OTHER_ASIA = "Other Asia, n.e.s. is the publisher's statistical code 490, in practice Taiwan."


def method_words(found: Screen) -> str:
    """Return what was screened for."""
    return (
        f"By value, one year. A supplier is common where each partner buys over {share_words(found)} of its imports "
        f"from it and imports {rules.money('table_usd')} or more; partners do not count as suppliers."
    )


def share_words(found: Screen) -> str:
    """Return the share from which a supplier is common."""
    return per_cent(found.share, 2)


def badges(tables: Tables, found: Screen, notes: Sequence[Note]) -> tuple[str, ...]:
    """Return the warnings that belong on the first screen."""
    held = products_held(tables, found.revision)
    largest = [len(note.products) for note in notes if note.mark == TOP_FLOWS]
    return (
        *([f"{found.year} is provisional: some economies have not reported in full"] if _provisional(found) else ()),
        *([f"{held:,} products of about 5,000"] if held < WHOLE_REVISION else ()),
        *(f"{many:,} series list the largest flows only" for many in largest),
    )


def _provisional(found: Screen) -> bool:
    return found.year > rules.settled()


def products_held(tables: Tables, revision: str) -> int:
    """Return how many products of a revision the figures hold in any year."""
    return sum(of == revision for of, _ in tables.product_names)


def how_to_load_all(tables: Tables, found: Screen) -> str:
    """Return how to load all products; empty where the figures hold a whole revision."""
    held, revision = products_held(tables, found.revision), found.revision
    if held >= WHOLE_REVISION:
        return ""
    return (
        f"The figures in use hold {held:,} products of {revision}, of which the partners bought {found.products:,} in "
        f"{found.year}; a whole revision has about 5,000. To screen them all, download CEPII's BACI of {revision} and "
        f"take it in: kizuna data add BACI_{revision}_V202601.zip"
    )


def answer_words(found: Screen, who: str) -> str:
    """Return the answer in one sentence."""
    many = len(found.common)
    how_many = "one" if many == 1 else f"{many:,}" if many else "none"
    return (
        f"For {how_many} of the {found.products:,} products screened, {who} each buy over {share_words(found)} from "
        "the same supplier."
    )


def total_words(found: Screen, suppliers: Sequence[SupplierSum]) -> str:
    """Return what is at stake in all, and how much of it with the largest supplier; empty where there is none."""
    if not suppliers:
        return ""
    whole, first = usd(sum(one.stake_usd for one in suppliers)), suppliers[0]
    what = "it" if len(found.common) == 1 else "them"
    if len(suppliers) == 1:
        return f"Together they bought {whole} of {what} from {first.name} in {found.year}."
    part = per_cent(first.stake_usd / sum(one.stake_usd for one in suppliers))
    return (
        f"Together they bought {whole} of {what} from these {len(suppliers)} suppliers in {found.year}, {part} of it "
        f"from {first.name}."
    )


def leading_words(tables: Tables, one: Common, partners: Sequence[str]) -> tuple[str, str]:
    """Return a product's name, cut if it is long, and what is bought from whom."""
    each = ", ".join(f"{name} {dollars(bought.top_usd)}" for name, bought in zip(partners, one.bought, strict=True))
    supplier = economy_name(tables, one.supplier)
    return short(one.name), f"from {supplier}: {usd(one.stake_usd)} ({each})"


def short(name: str) -> str:
    """Return a name that is cut after a word if it is long.

    Examples
    --------
    >>> short("Iron ores"), short("ore " * 30)[-9:], len(short("鉱" * 200))
    ('Iron ores', 'ore ore …', 92)
    """
    return name if len(name) <= SHORT_NAME else f"{name[:SHORT_NAME].rsplit(' ', 1)[0]} …"


def picture_words(suppliers: Sequence[SupplierSum]) -> str:
    """Return what the picture of the suppliers shows."""
    first = [f"{one.name} {usd(one.stake_usd)}" for one in suppliers[:LEADING]]
    return f"Largest of {len(suppliers)} common suppliers: {', '.join(first)}"


def limits(found: Screen) -> tuple[str, ...]:
    """Return what must be known before a row is called a dependence."""
    averaged = rules.years_word().removesuffix("-year")
    return (
        f"One year, {found.year}. One large cargo can make a common supplier for a year: a one-year spike is not a "
        f"dependence. kizuna brief averages {averaged} years, marks spikes, and leaves them out of its findings.",
        "A supplier is whom the goods are reported to come from, not who made them: a hub that passes goods on looks "
        "like a supplier. Look at what it produces before you call it a dependence.",
        "Value only. Mass, stocks, production at home and substitutes are not in these figures: imports are not use.",
        "HHI is the Herfindahl index of a partner's suppliers: the sum of their squared shares of its imports, 0 to 1; "
        f"1 is a single supplier, and GeoDep counts over {index(parameter('geodep_hhi'), 1)} as concentrated.",
        f"Both thresholds, {share_words(found)} of imports and {rules.money('table_usd')}, are choices. A product just "
        "under them is not on this page, and a product that one partner does not import cannot be.",
        *([OTHER_ASIA] if any(one.supplier == "S19" for one in found.common) else ()),
        *([f"{found.year} is provisional: its figures will change."] if _provisional(found) else ()),
    )


def how_to_check(tables: Tables, found: Screen) -> tuple[str, ...]:
    """Return the commands that write the page again, measure its first product and check the stored tables."""
    partners = " ".join(found.partners)
    again = f"kizuna screen {partners} --year {found.year} --revision {found.revision} --format html"
    lines = [f"To write this page again: {again}"]
    if found.common:
        first = max(tables.years(found.revision)[0], found.year - int(parameter("years_averaged")) + 1)
        years = " ".join(f"--year {year}" for year in range(first, found.year + 1))
        product = f"{found.revision}:{found.common[0].product}"
        ask = f"kizuna exposure {partners} --product {product} {years}"
        lines.append(f"To measure one product by every method, year by year: {ask}")
    return (*lines, "To check the stored tables against their sha256: kizuna sources --verify.")
