"""``kizuna register review``: one draft after the other, its words in their context, and a decision."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.text import Text

from kizuna.cli.registers import in_short, open_register, whoever
from kizuna.dialogue.drafts import QUEUED, UNNAMED
from kizuna.dialogue.register import Register
from kizuna.dialogue.review import Waiting, decisions, passages, waiting
from kizuna.dialogue.rows import Held
from kizuna.floor.errors import RegisterError

ASK = "[c]onfirm, c[o]rrect, [r]eject, [s]kip, [q]uit: "
HELP = (
    "c: as it stands; o: change a field and confirm; r: it is none, say why; s: later; q: stop. What is shown together "
    "is decided together; every answer is written at once."
)
HIDDEN = ("id", "sources", "selectors", "document", "text")


def run_review(document: str | None, place: str | None, who: str | None) -> None:
    """Walk the queue until its end or until the reviewer stops; every decision is written at once."""
    console = Console(highlight=False)
    reviewer = whoever(who)
    counts = {"confirmed": 0, "corrected": 0, "rejected": 0, "skipped": 0}
    with open_register(place) as register:
        if document is not None:
            register.get("document", document)
        for item in waiting(register, document):
            _show(console, register, item)
            answer = _ask(ASK, "corsq")
            if answer == "q":
                break
            counts[_decide(register, item, answer, reviewer)] += 1
        left = sum(1 for _ in waiting(register, document))
    console.print(f"{', '.join(f'{count} {what}' for what, count in counts.items())}; {left} left")


def _show(console: Console, register: Register, item: Waiting) -> None:
    console.rule()
    for held in item.drafts:
        proposed = "no rule took this sentence" if str(held.rule).startswith(QUEUED) else "proposed"
        console.print(Text.assemble((f"{held.kind} ", "bold"), f"{in_short(held.entry)}\n  {proposed} by {held.rule}"))
        for field, value in held.entry.model_dump(mode="json").items():
            if field not in HIDDEN and value not in (None, [], ""):
                console.print(Text(f"    {field} = {value}"), soft_wrap=True)
    for passage in passages(register, item.lead):
        stale = " (the text has changed; these words are not in it)" if passage.stale else ""
        console.print(Text(f"\n  {passage.document.title}, {passage.document.published or 'no day'}{stale}"))
        console.print(Text.assemble("  ...", passage.before, (passage.words, "bold reverse"), passage.after, "...\n"))


def _decide(register: Register, item: Waiting, answer: str, who: str) -> str:
    """Write one decision and return what it was."""
    if answer == "s":
        return "skipped"
    corrected = _corrections(item) if answer == "o" else {}
    why = _line("why: ") if answer == "r" else "read by a person"
    unnamed = [held for held in item.drafts if UNNAMED in json.dumps(held.entry.model_dump(mode="json"))]
    if unnamed and answer == "c":
        field = f"{unnamed[0].kind}.{_open_field(unnamed[0])}"
        print(f"Who it is of is not known ({UNNAMED}): correct it, such as {field} = JPN")
        return "skipped"
    if not why or (answer == "o" and not corrected):
        print("No reason, or nothing to correct: the draft stays.")
        return "skipped"
    try:
        register.record(decisions(item, "rejected" if answer == "r" else "confirmed", corrected), who, why)
    except RegisterError as error:
        sys.stderr.write(f"kizuna: {error}\nNothing was written; the draft stays.\n")
        return "skipped"
    return {"c": "confirmed", "o": "corrected", "r": "rejected"}[answer]


def _open_field(held: Held) -> str:
    """Return the field that holds nobody yet."""
    fields: dict[str, Any] = held.entry.model_dump(mode="json")
    return next(name for name, value in fields.items() if UNNAMED in (value if isinstance(value, list) else [value]))


def _corrections(item: Waiting) -> Mapping[str, Mapping[str, Any]]:
    """Read ``kind.field = value`` lines until an empty one; a list is written with commas."""
    kinds = {held.kind: held for held in item.drafts}
    found: dict[str, dict[str, Any]] = {}
    print(f"field = value, or kind.field = value ({', '.join(kinds)}); an empty line ends")
    while line := _line("> "):
        name, _, value = (part.strip() for part in line.partition("="))
        kind, _, field = name.rpartition(".")
        held = kinds.get(kind or item.lead.kind)
        fields = held.entry.model_dump(mode="json") if held else {}
        if held is None or field not in fields:
            print(f"There is no {name!r}; fields are {', '.join(fields or kinds)}")
            continue
        found.setdefault(held.kind, {})[field] = _as(fields[field], value)
    return found


def _as(present: Any, value: str) -> Any:
    """Return what was typed in the form of the present value: a list, a number, nothing, or the words."""
    if isinstance(present, list):
        return [part.strip() for part in value.split(",") if part.strip()]
    if isinstance(present, bool):
        return value.casefold() in ("true", "yes")
    return value or None


def _ask(question: str, answers: str) -> str:
    while True:
        answer = _line(question)
        if answer is None:
            return "q"
        if len(answer) == 1 and answer in answers:
            return answer
        print(HELP)


def _line(question: str) -> str | None:
    """Return a line that was typed, None at the end of input."""
    try:
        return input(question).strip()
    except EOFError:
        return None
