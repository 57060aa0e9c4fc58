"""``kizuna read``: what a text is proposed to say, drafts for the register, and how well the reader does."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, Literal

from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text

from kizuna.cli.registers import open_register, whoever
from kizuna.dialogue.dates import checked
from kizuna.dialogue.drafts import add_reading, document_entry
from kizuna.dialogue.ids import LONGEST_ID, document_id
from kizuna.dialogue.intake.take_in import PlainText, take_in
from kizuna.dialogue.read import read_document
from kizuna.dialogue.reading import Reading, Span
from kizuna.floor.errors import RequestError

STANDARD_INPUT = "-"
SHOWN = 1000  # characters of a sentence on the screen


def run_read(
    document: str, published: str | None, add: bool, name: str | None, title: str | None, url: str | None,
    licence: str | None, everything: bool, place: str | None, who: str | None, form: Literal["text", "json"],
) -> None:  # fmt: skip
    """Read one text; print what is proposed, and add it to the register where asked."""
    if not document:
        raise RequestError(
            "no text was named", expected="a file, or - for standard input", do="Such as: kizuna read statement.txt"
        )
    if published is not None:
        _check_day(published)
    plain = _taken(document)
    reading = read_document(plain.text, published=published, title=title)
    if form == "json":
        sys.stdout.write(json.dumps(_as_data(reading), ensure_ascii=False, indent=1) + "\n")
    else:
        _print(reading, plain)
    if add:
        id_ = name or document_id(Path(document).stem if document != STANDARD_INPUT else title or "")
        _add(reading, id_, title, url, licence, everything, place, whoever(who), quiet=form == "json")


def _taken(document: str) -> PlainText:
    if document == STANDARD_INPUT:
        return take_in(sys.stdin.buffer, "standard input")
    return take_in(Path(document), document)


def _check_day(published: str) -> None:
    try:
        checked(published)
    except ValueError as error:
        raise RequestError(str(error), where="--published", expected="such as 2022-09-08 or 2022-09") from error


def _add(
    reading: Reading, id_: str, title: str | None, url: str | None, licence: str | None, everything: bool,
    place: str | None, who: str, *, quiet: bool,
) -> None:  # fmt: skip
    if not id_ or id_ != document_id(id_):
        raise RequestError(
            f"the name {id_!r}",
            where="--name",
            expected=f"small letters, digits and hyphens, at most {LONGEST_ID}",
            do=f"Such as {document_id(id_) or 'in-jp-2plus2-2026'}.",
        )
    with open_register(place, create=True) as register:
        document = document_entry(reading, id_, title=title, url=url, licence=licence)
        drafts = add_reading(register, reading, document, who, everything=everything)
        if not quiet:
            count = sum(draft.rule is not None for draft in drafts)
            console = Console(highlight=False)
            console.print(Text(f"{count} drafts: {register.place}\nNext: kizuna register review"), soft_wrap=True)


def _as_data(reading: Reading) -> dict[str, Any]:
    data = asdict(replace(reading, text=""))
    del data["text"]
    return data


def _print(reading: Reading, plain: PlainText) -> None:
    console = Console(highlight=False)
    found = reading.document
    day = found.published.date if found.published else "no day found"
    issuers = ", ".join(found.issuers) or "no issuer found"
    console.print(Text(f"{found.title or 'No title'}\n{found.kind.replace('_', ' ')}, {day}, {issuers}", style="bold"))
    for notice in plain.notices:
        console.print(Text(f"Note: {notice}"))
    _print_rows(
        console, "Meetings and dialogues", ("name", "date", "look at", "rule"),
        [(m.name, m.date.date, "; ".join(m.flags), m.rule) for m in reading.meetings],
    )  # fmt: skip
    _print_rows(
        console, "People", ("name", "office", "party", "look at", "rule"),
        [(p.name, p.post or "", p.party or "", "; ".join(p.flags), p.rule) for p in reading.people],
    )  # fmt: skip
    console.print(Text(f"Areas: {', '.join(area.code for area in reading.areas) or 'none'}\n"))
    console.print(Text(f"Statements: {len(reading.statements)}", style="italic"))
    for statement in reading.statements:
        due = f"; by {statement.deadline.date}" if statement.deadline else ""
        areas = f"; {', '.join(statement.areas)}" if statement.areas else ""
        kind = statement.kind.replace("_", " ")
        _print_sentence(console, kind, reading, statement.span, f"{statement.rule}{due}{areas}")
    console.print(Text(f"\nNot taken for promises, but to be looked at: {len(reading.queue)}", style="italic"))
    for queued in reading.queue:
        _print_sentence(console, "?", reading, queued.span, queued.why)
    console.print(Text(f"{len(reading.sentences)} sentences; rules {reading.rules[:12]}. Nothing here is confirmed."))


def _print_rows(console: Console, title: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    if not rows:
        console.print(Text(f"{title}: none\n"))
        return
    table = RichTable(title=f"{title}: {len(rows)}", title_justify="left")
    for head in heads:
        table.add_column(head, overflow="fold")
    for row in rows:
        table.add_row(*map(Text, row))
    console.print(table)


def _print_sentence(console: Console, kind: str, reading: Reading, span: Span, why: str) -> None:
    console.print(Text.assemble((f"{kind} ", "bold"), f"at {span.start}: {_words(reading, span)}"))
    console.print(Text(f"    {why}", style="dim"))


def _words(reading: Reading, span: Span) -> str:
    words = " ".join(reading.text[span.start : span.end].split())
    return words if len(words) <= SHOWN else f"{words[:SHOWN]}..."


def run_score(folder: Path, form: Literal["text", "json"]) -> None:
    """Score the reader on a folder of texts and hand labels."""
    from kizuna.score.reading import score_reading

    score = score_reading(folder)
    data = score.as_json()
    if form == "json":
        sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=1) + "\n")
        return
    table = RichTable(title=f"Reader against hand labels: {folder}", caption=f"rules {data['rules'][:12]}")
    for head in ("genre", "what", "precision", "recall", "F1"):
        table.add_column(head)
    for genre, measures in [*data["by_genre"].items(), ("all", data["pooled"])]:
        for what, values in measures.items():
            shares = (_share(values.get(key)) for key in ("precision", "recall", "f1"))
            table.add_row(genre, what.replace("_", " "), *shares)
    Console(highlight=False).print(table)


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"
