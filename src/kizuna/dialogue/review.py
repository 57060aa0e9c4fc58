"""What waits for a reviewer: drafts, with those that stand or fall with them, and their words in context."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from kizuna.dialogue.anchors import resolve
from kizuna.dialogue.drafts import promise_of
from kizuna.dialogue.entries import PROMISES, Document, Selector
from kizuna.dialogue.events import Change, addition, judgement
from kizuna.dialogue.ids import promise_id
from kizuna.dialogue.reading import Span
from kizuna.dialogue.register import Register
from kizuna.dialogue.rows import Held

AROUND = 240  # characters of context on each side


@dataclass(frozen=True, slots=True)
class Passage:
    """Words of a document with what stands before and after them; ``stale`` where the text no longer holds them."""

    document: Document
    before: str
    words: str
    after: str
    stale: bool = False


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing to decide: the draft it is about first, then the drafts that are confirmed or rejected with it.

    ``document`` is that of a statement, and ``series`` that of its meeting.
    """

    drafts: tuple[Held, ...]
    document: Document | None = None
    series: str | None = None

    @property
    def lead(self) -> Held:
        """The draft that a reviewer is shown."""
        return self.drafts[0]


def waiting(register: Register, document: str | None = None) -> Iterator[Waiting]:
    """Yield what waits for review, in the order it was added; of one document only where it is named.

    A meeting comes with its new series, a participation with its new person and office, a statement with what it
    promises; what was shown beside something else comes by itself only the next time. What was decided meanwhile is
    passed over.
    """
    beside: set[tuple[str, str]] = set()
    for kind in ("document", "meeting", "participation", "person", "series", "post", "statement", "commitment"):
        for held in register.entries(kind, state="draft"):
            if document is not None and document not in _sources(register, held):
                continue
            if (kind, held.entry.id) not in beside and register.get(kind, held.entry.id).state == "draft":
                together = [*_together(register, held)]
                beside |= {(one.kind, one.entry.id) for one in together}
                yield Waiting((held, *together), *(_said_where(register, held) if kind == "statement" else ()))


def passages(register: Register, held: Held) -> tuple[Passage, ...]:
    """Return the words that an entry rests on, as the kept texts hold them."""
    found = []
    for id_ in getattr(held.entry, "selectors", ()):
        selector: Selector = register.get("selector", id_).entry
        document: Document = register.get("document", selector.document).entry
        found.append(_passage(document, selector))
    return tuple(found)


def decisions(
    item: Waiting, state: Literal["confirmed", "rejected"], corrected: Mapping[str, Mapping[str, Any]] | None = None
) -> Iterator[Change]:
    """Yield the reviews of one item; ``corrected`` holds the fields that change, by kind of entry.

    A correction of one entry confirms the others that go with it. A rejected meeting leaves its series a draft, and a
    rejected participation its person and office, since other drafts may point to them. A statement that a reviewer
    makes a promise gets its commitment, confirmed too; one that turns out to be none takes its commitment with it.
    """
    fields = corrected or {}
    kind = fields.get("statement", {}).get("kind")
    for held in item.drafts:
        if state == "rejected" and held is not item.lead and held.kind not in ("commitment",):
            continue
        if held.kind == "commitment" and kind is not None and kind not in PROMISES:
            yield judgement(held.kind, held.entry.id, "rejected")
            continue
        change = fields.get(held.kind)
        yield judgement(held.kind, held.entry.id, "corrected" if change else state, change)
    promised = kind in PROMISES and all(held.kind != "commitment" for held in item.drafts)
    if state == "confirmed" and promised and item.document is not None:
        said = item.lead.entry.model_copy(update=fields["statement"])
        yield addition(promise_of(said, item.document, item.series))


def _together(register: Register, held: Held) -> Iterable[Held]:
    entry = held.entry
    if held.kind == "meeting":
        return _drafts(register, ("series", entry.series))
    if held.kind == "participation":
        return _drafts(register, ("person", entry.person), ("post", entry.post))
    if held.kind == "statement":
        drafts = register.entries("commitment", state="draft", id=promise_id(entry.id))
        return [found for found in drafts if entry.id in found.entry.statements]
    return ()


def _said_where(register: Register, held: Held) -> tuple[Document, str | None]:
    document: Document = register.get("document", held.entry.document).entry
    meeting = held.entry.meeting
    return document, register.get("meeting", meeting).entry.series if meeting else None


def _drafts(register: Register, *names: tuple[str, str]) -> list[Held]:
    found = [register.get(kind, id_) for kind, id_ in names]
    return [one for one in found if one.state == "draft"]


def _sources(register: Register, held: Held) -> tuple[str, ...]:
    """Return the documents that an entry rests on; those of its participations for a person or an office."""
    if held.kind in ("person", "post"):
        pointing = register.entries("participation", **{held.kind: held.entry.id})
        return tuple(source for one in pointing for source in one.entry.sources)
    return (held.entry.id,) if held.kind == "document" else tuple(held.entry.sources)


def _passage(document: Document, selector: Selector) -> Passage:
    place = resolve(selector, document.text) if document.text is not None else None
    if document.text is None or not isinstance(place, Span):
        return Passage(document, selector.prefix, selector.exact, selector.suffix, stale=True)
    start, end = place.start, place.end
    return Passage(
        document,
        document.text[max(0, start - AROUND) : start],
        document.text[start:end],
        document.text[end : end + AROUND],
    )
