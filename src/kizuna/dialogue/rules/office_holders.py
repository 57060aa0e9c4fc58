"""Office-holders, from the shipped table: whose party is it where a text gives only a name and an office."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from kizuna.dialogue.dates import earliest, latest
from kizuna.floor.errors import TableError
from kizuna.tables.economies import load_economies, lookup_key

NEEDED = ("name", "family", "party", "post", "source", "checked")
NO_NAMES = frozenset(("jr", "sr", "ii", "iii", "dr", "shri", "mr", "ms", "mrs"))
KINDS = {
    "head": ("president", "prime minister", "chancellor", "premier"),
    "deputy": ("vice president", "deputy prime minister"),
    "foreign": ("foreign", "external affairs", "secretary of state"),
    "defence": ("defence", "defense", "raksha mantri", "war"),
    "trade": ("trade", "commerce", "economy, trade"),
    "envoy": ("ambassador",),
}


@dataclass(frozen=True)
class OfficeHolder:
    """One person in one office.

    Parameters
    ----------
    name, family, aliases
        The name with the given name first, the family name, and other forms in print.
    party
        Alpha-3 code of the economy served.
    post, kind
        The office, and its kind (a key of ``KINDS``).
    start, end
        First and last day in office as far as the source says; empty where it does not.
    seen
        Day on which the source names the person in that office; empty where ``start`` and ``end`` say more.
    sources, checked
        Where it is stated, and how the row was checked: ``text`` (the whole text was read), ``excerpt`` (the words were
        read in an excerpt of the page) or ``summary`` (in a summary of the page).
    """

    name: str
    family: str
    aliases: tuple[str, ...]
    party: str
    post: str
    kind: str
    start: str
    end: str
    seen: str
    sources: tuple[str, ...]
    checked: str

    def may_hold_at(self, day: str | None) -> bool:
        """Return whether nothing that is known speaks against this office on that day."""
        if day is None:
            return True
        after = not self.start or latest(day) >= earliest(self.start)
        return after and (not self.end or earliest(day) <= latest(self.end))

    def has_name(self, printed: str) -> bool:
        """Return whether the printed name can be this person: the same words in any order, initials for given names.

        Examples
        --------
        >>> holder = next(one for one in office_holders() if one.family == "Hayashi")
        >>> [holder.has_name(name) for name in ("Hayashi Yoshimasa", "Y. HAYASHI", "Hayashi Kenji")]
        [True, True, False]
        """
        words = name_words(printed)
        return any(_same_person(words, name_words(name), self.family) for name in (self.name, *self.aliases))


def office_kind(post: str | None) -> str | None:
    """Return the kind of office that its words say, or None.

    Examples
    --------
    >>> office_kind("Minister for Foreign Affairs"), office_kind("Deputy Prime Minister"), office_kind("Minister")
    ('foreign', 'deputy', None)
    """
    said = (post or "").casefold()
    kinds = [(said.find(word), -len(word), kind) for kind, words in KINDS.items() for word in words if word in said]
    return min(kinds)[2] if kinds else None


def name_words(name: str) -> tuple[str, ...]:
    """Return the words of a name in the form in which names are compared, without marks, titles or "Jr."."""
    bare = lookup_key(name).replace(".", " ").replace(",", " ").replace("-", " ")
    return tuple(word for word in bare.split() if word not in NO_NAMES)


@cache
def office_holders() -> tuple[OfficeHolder, ...]:
    """Return the table; a row with an unknown party or kind, a wrong date or no source is an error.

    Raises
    ------
    TableError
        If rows break these rules; lists all.
    """
    text = files("kizuna.dialogue").joinpath("data", "office_holders.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    faults = [f"row {number}: {fault}" for number, row in enumerate(rows, 2) for fault in _faults(row)]
    if faults:
        raise TableError("Rows of office holders break the rules:", faults, where="dialogue/data/office_holders.csv")
    return tuple(_holder(row) for row in rows)


def holders_named(printed: str) -> tuple[OfficeHolder, ...]:
    """Return the rows that the printed name can mean; a single word is taken as a family name."""
    words = name_words(printed)
    if not words:
        return ()
    rows = _by_word().get(words[-1], ()) + (_by_word().get(words[0], ()) if len(words) > 1 else ())
    return tuple(holder for holder in rows if _fits(holder, words))


def _fits(holder: OfficeHolder, words: tuple[str, ...]) -> bool:
    if len(words) == 1:
        return lookup_key(holder.family) == words[0]
    return holder.has_name(" ".join(words))


@cache
def _by_word() -> dict[str, tuple[OfficeHolder, ...]]:
    held: dict[str, list[OfficeHolder]] = {}
    for holder in office_holders():
        for word in name_words(holder.family):
            held.setdefault(word, []).append(holder)
    return {word: tuple(holders) for word, holders in held.items()}


def _same_person(printed: tuple[str, ...], known: tuple[str, ...], family: str) -> bool:
    families = set(name_words(family))
    if not families <= set(printed):
        return False
    given = [word for word in known if word not in families]
    said = [word for word in printed if word not in families]
    return bool(said) and all(any(_matches(word, name) for name in given) for word in said)


def _matches(word: str, name: str) -> bool:
    return word == name or (1 in (len(word), len(name)) and word[0] == name[0])


def _faults(row: dict[str, str]) -> list[str]:
    faults = [f"no {column}" for column in NEEDED if not row[column].strip()]
    if row["party"] not in {economy.iso3 for economy in load_economies()}:
        faults.append(f"the party {row['party']!r} is no alpha-3 code")
    if row["kind"] not in KINDS:
        faults.append(f"the kind {row['kind']!r} is none of {', '.join(KINDS)}")
    if not (row["from"] or row["to"] or row["seen"]):
        faults.append("no date at all")
    for column in ("from", "to", "seen"):
        try:
            earliest(row[column] or "2000")
        except ValueError as error:
            faults.append(f"{column}: {error}")
    return faults


def _holder(row: dict[str, str]) -> OfficeHolder:
    return OfficeHolder(
        name=row["name"],
        family=row["family"],
        aliases=tuple(alias for alias in row["aliases"].split(";") if alias),
        party=row["party"],
        post=row["post"],
        kind=row["kind"],
        start=row["from"],
        end=row["to"],
        seen=row["seen"],
        sources=tuple(row["source"].split(";")),
        checked=row["checked"],
    )
