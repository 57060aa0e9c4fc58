"""``kizuna register anchors`` and ``text``: whether quotations still stand where they were made, and a changed text."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.text import Text

from kizuna.cli.registers import open_register, whoever
from kizuna.dialogue.anchors import change_text, nearest, resolve, why_stale
from kizuna.dialogue.entries import Document, Selector
from kizuna.dialogue.intake.take_in import take_in
from kizuna.dialogue.register import Register
from kizuna.floor.errors import RegisterError


def run_anchors(document: str | None, place: str | None) -> None:
    """Print how many quotations of kept texts stand at their place, and each that does not; fail if one does not."""
    with open_register(place) as register:
        texts = {one.id: one.text for one in _documents(register, document) if one.text is not None}
        selectors = [one for one in _selectors(register, document) if one.document in texts]
        astray = [one for one in selectors if resolve(one, texts[one.document] or "") is None]
        without = len(_documents(register, document)) - len(texts)
    _say(
        f"{len(selectors) - len(astray)} of {len(selectors)} quotations stand at their place in {len(texts)} kept "
        f"texts; {without} documents are known by address alone and hold no quotation."
    )
    if astray:
        raise RegisterError(
            f"{len(astray)} quotations do not stand at their place:",
            [line for one in astray for line in _lost(one, texts[one.document] or "")],
            where=register.place,
            do="Look at each beside its text; kizuna register review corrects the entries that rest on it.",
        )


def run_text(document: str, file: Path, why: str, place: str | None, who: str | None) -> None:
    """Give a document its new text, anchor its quotations again, and print those that are lost."""
    plain = take_in(file, str(file))
    with open_register(place) as register:
        again, stale = change_text(register, document, plain.text, whoever(who), why)
        lost = [one for one in _selectors(register, document) if one.stale]
    _say(f"{document} has its new text: {again} quotations anchored again, {stale} stale.")
    for line in (line for one in lost for line in _lost(one, plain.text)):
        _say(f"  {line}")


def _documents(register: Register, document: str | None) -> list[Document]:
    if document is not None:
        return [register.get("document", document).entry]
    return [held.entry for held in register.entries("document")]


def _selectors(register: Register, document: str | None) -> list[Selector]:
    if document is None:
        return [held.entry for held in register.entries("selector")]
    return [held.entry for held in register.entries("selector", document=document)]


def _lost(selector: Selector, text: str) -> list[str]:
    """Return the quotation that is lost, why, and the words that are most like it, if some are."""
    like = nearest(selector, text)
    why = why_stale(selector, text) or "its text is another than the one it was made on"
    lines = [f"{selector.id}: {selector.exact!r}: {why}"]
    return lines if like is None else [*lines, f"  most like it, at {like.start}: {like.exact!r}"]


def _say(text: str) -> None:
    Console(highlight=False).print(Text(text), soft_wrap=True)
