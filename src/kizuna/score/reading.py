"""How well the reader reads: proposals set against hand labels, by genre and over all.

A predicted commitment counts for the gold sentence with which it overlaps most, if the overlap is at least half of the
shorter of both; each gold sentence counts once. Meetings match on the day and a name that is alike, people on surname
and, where it is labelled, party, areas as sets of codes on each labelled commitment, deadlines on place and date.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz, utils

from kizuna.dialogue.dates import is_date
from kizuna.dialogue.entries import COMMITMENTS, REVIEWED
from kizuna.dialogue.read import read_document
from kizuna.dialogue.reading import Reading, Span
from kizuna.dialogue.rules.fingerprint import fingerprint
from kizuna.dialogue.rules.office_holders import name_words
from kizuna.floor.errors import DocumentError
from kizuna.floor.params import parameter
from kizuna.tables.economies import load_economies

POSITIVE = ("firm", "soft")
WITH_RESTATED = (*POSITIVE, "restated")
ALL = (*WITH_RESTATED, "none")
Gold = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Count:
    """True and false positives and false negatives of one thing that is read."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    def __add__(self, other: Count) -> Count:
        return Count(self.right + other.right, self.wrong + other.wrong, self.missed + other.missed)

    def as_json(self) -> dict[str, Any]:
        """Return precision, recall and F1, null where nothing was proposed or labelled, and the counts."""
        proposed, labelled = self.right + self.wrong, self.right + self.missed
        return {
            "precision": self.right / proposed if proposed else None,
            "recall": self.right / labelled if labelled else None,
            "f1": 2 * self.right / (proposed + labelled) if proposed + labelled else None,
            "labelled": labelled,
            "proposed": proposed,
        }


@dataclass(frozen=True, slots=True)
class DocumentScore:
    """The counts of one text; a reviewer is shown ``seen`` of its ``sentences``, and ``queue`` of its commitments."""

    slug: str
    genre: str
    counts: Mapping[str, Count]
    seen: int
    sentences: int


@dataclass(frozen=True, slots=True)
class ReadingScore:
    """Scores of all texts of a folder; ``rules`` is the hash of the rules that read them."""

    documents: tuple[DocumentScore, ...]
    rules: str

    def as_json(self) -> dict[str, Any]:
        """Return the pooled scores, those by genre and by document, and the hash of the rules."""
        genres = sorted({one.genre for one in self.documents})
        return {
            "pooled": _pooled(self.documents),
            "by_genre": {genre: _pooled([one for one in self.documents if one.genre == genre]) for genre in genres},
            "by_document": {one.slug: _pooled([one]) for one in self.documents},
            "rules": self.rules,
        }


def score_reading(folder: Path) -> ReadingScore:
    """Read every labelled text of a folder and score what was proposed.

    Parameters
    ----------
    folder
        Texts ``SLUG.txt`` beside ``gold/SLUG.json``; texts without labels are passed over.

    Raises
    ------
    DocumentError
        If there are no labels, a text is missing, or is not the one that was labelled.
    """
    gold = sorted((folder / "gold").glob("*.json"))
    if not gold:
        raise DocumentError("There are no labels", where=str(folder / "gold"), expected="SLUG.json beside SLUG.txt")
    return ReadingScore(tuple(_score_file(folder, path) for path in gold), fingerprint())


def _score_file(folder: Path, labels: Path) -> DocumentScore:
    gold: Gold = _checked(json.loads(labels.read_text(encoding="utf-8")), labels)
    path = folder / f"{labels.stem}.txt"
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DocumentError(f"The text of {labels.name} is missing", where=str(path)) from error
    if sha256(content).hexdigest() != gold["sha256"]:
        raise DocumentError(
            f"{path.name} is not the text that was labelled", where=str(path), expected=f"sha256 {gold['sha256']}"
        )
    return score_document(labels.stem, read_document(content.decode("utf-8"), published=gold.get("date")), gold)


def _checked(gold: Any, labels: Path) -> Gold:
    """Return labels of the form that is scored; raises DocumentError with every fault."""
    needed = ("sha256", "genre", "sentences")
    faults = [f"{name} is missing" for name in needed if not isinstance(gold, dict) or name not in gold]
    for at, one in enumerate(gold["sentences"] if not faults else ()):
        missing = [name for name in ("start", "end", "label", "areas") if name not in one]
        faults += [f"sentences[{at}].{name} is missing" for name in missing]
        if "label" in one and one["label"] not in ALL:
            faults.append(f"sentences[{at}].label is {one['label']!r}, not one of {', '.join(ALL)}")
    if not faults and gold.get("date") is not None and not is_date(gold["date"]):
        faults.append(f"date is {gold['date']!r}")
    if faults:
        raise DocumentError(
            f"{labels.name} has {len(faults)} faults: {'; '.join(faults)}",
            where=str(labels),
            expected="sha256, genre and sentences (start, end, label, areas)",
        )
    return dict(gold)


def score_document(slug: str, reading: Reading, gold: Gold) -> DocumentScore:
    """Score the reading of one text by its labels."""
    shown = [one.span for one in reading.statements if one.kind in REVIEWED] + [one.span for one in reading.queue]
    promises = [one for one in reading.statements if one.kind in COMMITMENTS]
    repeated = [one.span for one in reading.statements if one.kind == "restated"]
    labelled = _labelled(gold, POSITIVE)
    counts = {
        "commitments": _matched([one.span for one in promises], gold, POSITIVE),
        "commitments_with_restated": _matched([one.span for one in promises] + repeated, gold, WITH_RESTATED),
        "queue": _seen(shown, labelled),
        "meetings": _paired(
            [(one.name, one.date.date) for one in reading.meetings],
            [(one["name"], one["date"]) for one in gold.get("meetings") or ()],
            _same_meeting,
        ),
        "people": _paired(
            [(one.name, one.party) for one in reading.people],
            [(one["name"], one.get("party")) for one in gold.get("people") or ()],
            _same_person,
        ),
        "areas": _areas(reading, gold),
    }
    if "deadlines" in gold:
        counts["deadlines"] = _paired(
            [(one.deadline.span, one.deadline.date) for one in promises if one.deadline],
            [(Span(one["start"], one["end"]), one["date"]) for one in gold["deadlines"]],
            lambda one, other: one[1] == other[1] and _overlap(one[0], other[0]) > 0,
        )
    return DocumentScore(slug, gold["genre"], counts, _sentences_shown(shown, gold), len(gold["sentences"]))


def _pooled(documents: Sequence[DocumentScore]) -> dict[str, Any]:
    names = dict.fromkeys(name for one in documents for name in one.counts)
    pooled = {
        name: sum((one.counts[name] for one in documents if name in one.counts), Count()).as_json()
        for name in names
        if name != "queue"
    }
    queue = sum((one.counts["queue"] for one in documents), Count())
    sentences = sum(one.sentences for one in documents)
    pooled["queue"] = {
        "recall": queue.as_json()["recall"],
        "share_seen": sum(one.seen for one in documents) / sentences if sentences else None,
        "sentences": sentences,
    }
    return pooled


def _labelled(gold: Gold, labels: Sequence[str]) -> list[Span]:
    return [Span(one["start"], one["end"]) for one in gold["sentences"] if one["label"] in labels]


def _overlap(one: Span, other: Span) -> int:
    return max(0, min(one.end, other.end) - max(one.start, other.start))


def _gold_of(span: Span, gold: Iterable[Span]) -> Span | None:
    """Return the labelled sentence that a span overlaps most, by at least half of the shorter; None without one."""
    best = max(gold, key=lambda other: _overlap(span, other), default=None)
    return best if best is not None and _mostly(span, best) else None


def _mostly(one: Span, other: Span) -> bool:
    """Return whether two spans share at least half of the shorter."""
    return 0 < 2 * _overlap(one, other) >= min(one.end - one.start, other.end - other.start)


def _matched(predicted: Sequence[Span], gold: Gold, labels: Sequence[str]) -> Count:
    """Count predicted spans: one right for each labelled sentence that is met, one wrong for each that meets none."""
    every, labelled = _labelled(gold, ALL), set(_labelled(gold, labels))
    met = [_gold_of(span, every) for span in predicted]
    found = labelled & set(met)
    return Count(len(found), sum(span not in labelled for span in met), len(labelled) - len(found))


def _seen(shown: Sequence[Span], labelled: Sequence[Span]) -> Count:
    """Count labelled commitments among what a reviewer is shown; nothing shown is wrong."""
    found = sum(any(_mostly(one, span) for one in shown) for span in labelled)
    return Count(found, 0, len(labelled) - found)


def _sentences_shown(shown: Sequence[Span], gold: Gold) -> int:
    """Return how many labelled sentences a reviewer would see."""
    every = [Span(one["start"], one["end"]) for one in gold["sentences"]]
    return len({found for span in shown if (found := _gold_of(span, every)) is not None})


def _paired(predicted: Sequence[Any], labelled: Sequence[Any], same: Callable[[Any, Any], bool]) -> Count:
    """Count pairs, each labelled item taken once."""
    left = list(labelled)
    right = 0
    for one in predicted:
        match = next((other for other in left if same(one, other)), None)
        if match is not None:
            left.remove(match)
            right += 1
    return Count(right, len(predicted) - right, len(left))


def _same_meeting(one: tuple[str, str], other: tuple[str, str]) -> bool:
    likeness = fuzz.token_set_ratio(one[0], other[0], processor=utils.default_process)
    return one[1] == other[1] and likeness >= parameter("meeting_name_likeness")


def _same_person(one: tuple[str, str | None], other: tuple[str, str | None]) -> bool:
    """Return whether two names share a surname, first or last, and the labelled party is the one that was read."""
    words, known = name_words(one[0]), name_words(other[0])
    shared = {words[0], words[-1]} & {known[0], known[-1]} if words and known else set()
    return bool(shared) and (other[1] is None or one[1] == load_economies().get(other[1]).iso3)


def _areas(reading: Reading, gold: Gold) -> Count:
    """Count codes on the labelled commitments that were read at all."""
    total: Counter[str] = Counter()
    for one in (one for one in gold["sentences"] if one["label"] in POSITIVE):
        codes, read = set(one["areas"]), set(_codes_of(reading, Span(one["start"], one["end"])))
        total.update(right=len(read & codes), wrong=len(read - codes), missed=len(codes - read))
    return Count(total["right"], total["wrong"], total["missed"])


def _codes_of(reading: Reading, span: Span) -> tuple[str, ...]:
    near = max(reading.statements, key=lambda one: _overlap(one.span, span), default=None)
    return near.areas if near is not None and _mostly(near.span, span) else ()
