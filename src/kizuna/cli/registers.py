"""``kizuna register``: the register listed, shown, judged, asked since when, exported and imported."""

from __future__ import annotations

import getpass
import json
import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Literal, get_args

from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text

from kizuna.dialogue.entries import Commitment, Document, Entry, Evidence, Meeting, Progress, ProgressStatus, Series
from kizuna.dialogue.events import CONFIRMED, STATES, Event
from kizuna.dialogue.exchange import read_events, write_csv, write_json_lines
from kizuna.dialogue.linked_data import linked_data
from kizuna.dialogue.register import Register
from kizuna.dialogue.review import passages
from kizuna.dialogue.shipped import add_shipped
from kizuna.dialogue.since import Since, by_when, dated_meeting, progress_since, stands
from kizuna.dialogue.standing import STATUS_WORDS, Standing, evidence_of
from kizuna.floor.errors import RegisterError, UnknownNameError
from kizuna.floor.files import check_place, write_file
from kizuna.floor.home import data_directory
from kizuna.tables.economies import load_economies

FILE = "register.sqlite"


def own_place() -> Path:
    """Return where the user's own register lives."""
    return data_directory(os.environ) / FILE


def open_register(place: str | None, *, create: bool = False) -> Register:
    """Open a register; the user's own is made, with the entries that ship, when first asked for.

    Another is made only where ``create`` says so: a name with a slip of the pen is no new register.
    """
    if place is not None:
        return Register.open(place, create=create)
    path = own_place()
    if _born(path, add_shipped):
        _say(f"A new register, with the entries that ship: {path}")
    return Register.open(path)


def _born(path: Path, fill: Callable[[Register], object]) -> bool:
    """Make a register that is filled before it has its name, so that nobody finds it half made; False where one is."""
    if path.exists():
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".new-") as folder:
        made = Path(folder) / path.name
        with Register.open(made) as register:
            fill(register)
        try:
            os.link(made, path)
        except FileExistsError:
            return False  # another process was first
    return True


def whoever(who: str | None) -> str:
    """Return who acts: the name given, else the login name."""
    return who or getpass.getuser()


def run_list_entries(kind: str, state: str | None, place: str | None) -> None:
    """Print the entries of one kind."""
    if state is not None and state not in STATES:
        raise UnknownNameError("state", state, STATES, where="--state")
    with open_register(place) as register:
        held = register.entries(kind, state=None if state is None else [one for one in STATES if one == state])
    table = RichTable(title=f"{kind}: {len(held)}")
    for column in ("id", "what", "state", "proposed by"):
        table.add_column(column, overflow="fold", no_wrap=column == "id")
    for one in held:
        table.add_row(one.entry.id, Text(in_short(one.entry)), one.state, one.rule or "a person")
    Console(highlight=False).print(table)


def in_short(entry: Entry) -> str:
    """Return one line that says what an entry is."""
    match entry:
        case Commitment():
            due = f", by {entry.deadline}" if entry.deadline else ""
            return f"{', '.join(entry.actors)}: {entry.action} {entry.object}{due}"
        case Meeting():
            return f"{entry.series} {entry.start or '(no day)'} {entry.place or ''} {entry.status}".replace("  ", " ")
        case Progress():
            return f"{entry.commitment} {entry.as_of}: {STATUS_WORDS[entry.status]}"
    fields = entry.model_dump()
    for name in ("title", "name", "says", "exact", "key", "document", "meeting"):
        if fields.get(name):
            return str(fields[name])
    return entry.id


def run_show(kind: str, name: str, place: str | None) -> None:
    """Print one entry: its fields, its words, its sources, its history."""
    console = Console(highlight=False)
    with open_register(place) as register:
        held = register.get(kind, name)
        said = passages(register, held)
        sources = [register.get("document", id_).entry for id_ in getattr(held.entry, "sources", ())]
        history = register.history(kind, name)
        judged = register.entries("progress", commitment=name) if kind == "commitment" else ()
    console.print(Text(f"{kind} {name}: {held.state}", style="bold"))
    for field, value in held.entry.model_dump(mode="json").items():
        if value not in (None, [], "") and field not in ("id", "text"):
            console.print(Text(f"  {field}: {json.dumps(value, ensure_ascii=False)}"), soft_wrap=True)
    for passage in said:
        console.print(Text(f"\n  {passage.document.id}{' (stale)' if passage.stale else ''}:"))
        console.print(Text.assemble("  ...", passage.before, (passage.words, "bold reverse"), passage.after, "..."))
    for document in sources:
        console.print(Text(f"\n  source: {source_line(document)}"), soft_wrap=True)
    for one in judged:
        console.print(Text(f"\n  {in_short(one.entry)}; {one.entry.rationale} ({one.entry.id})"), soft_wrap=True)
    console.print()
    for event in history:
        when = f"{event.number} {event.at:%Y-%m-%d %H:%M}"
        console.print(Text(f"  {when} {event.who}: {event.act}, {_why(event)}"), soft_wrap=True)


def source_line(document: Document) -> str:
    """Return how a document is named as a source: title, day, address."""
    parts = (document.title, document.published, document.url)
    return ", ".join(part for part in parts if part)


def run_open(partners: Sequence[str], place: str | None) -> None:
    """Print the commitments that are open today, and what is due."""
    codes = _codes(partners)
    with open_register(place) as register:
        found = progress_since(register, codes, None, today=_today())
        evidence = evidence_of(register, found.standings)
    console = Console(highlight=False)
    _print_commitments(console, "Open commitments", [one for one in found.standings if one.open], evidence)
    _print_due(console, found)


def run_since(meeting: str, partners: Sequence[str], until: str | None, place: str | None) -> None:
    """Print what became of it since a meeting."""
    with open_register(place) as register:
        earlier = dated_meeting(register, meeting)
        series: Series = register.get("series", earlier.series).entry
        codes = _codes(partners) if partners else list(series.parties)
        found = progress_since(register, codes, meeting, until, today=_today())
        evidence = evidence_of(register, found.standings)
    console = Console(highlight=False)
    upto = f"{found.later.id} ({found.later.start})" if found.later else f"today ({found.day})"
    title = f"{' and '.join(codes)}, from {meeting} ({earlier.start}) to {upto}"
    console.print(Text(title, style="bold"), soft_wrap=True)
    for status, words in STATUS_WORDS.items():
        group = [one for one in found.standings if one.status == status]
        if group:
            _print_commitments(console, f"{words.capitalize()}: {len(group)}", group, evidence)
    if not found.standings:
        console.print("No commitment in this register.")
    _print_dialogues(console, found)
    _print_due(console, found)
    if found.drafts:
        console.print(f"{len(found.drafts)} more proposed commitments nobody has reviewed: kizuna register review")


def _print_commitments(
    console: Console, title: str, standings: Sequence[Standing], evidence: Mapping[str, Sequence[str]]
) -> None:
    console.print(Text(f"\n{title}", style="italic"))
    for one in standings:
        promise, last = one.commitment, one.progress[-1] if one.progress else None
        what = f"{', '.join(promise.actors)}: {promise.action} {promise.object}"
        again = f", said again {', '.join(one.again)}" if one.again else ""
        made = f"promised {one.made or 'on no stated day'}{', since then' if one.new else ''}{again}"
        due = f"; {by_when(promise)}" if promise.deadline or promise.deadline_text else ""
        judged = f" ({last.as_of}): {last.rationale} [{', '.join(evidence[last.id])}]" if last else ""
        console.print(Text.assemble((promise.id, "bold"), f"  {what}"))
        sources = ", ".join(promise.sources)
        console.print(Text(f"    {STATUS_WORDS[one.status]}{judged}; {made}{due}; sources: {sources}"))


def _print_dialogues(console: Console, found: Since) -> None:
    table = RichTable(title="Dialogues", title_justify="left")
    for column in ("dialogue", "met since", "last known before", "planned"):
        table.add_column(column, overflow="fold")
    for one in found.dialogues:
        met = ", ".join(str(meeting.start) for meeting in one.met) or "no meeting in this register"
        planned = ", ".join(f"{meeting.start} ({meeting.status})" for meeting in one.planned)
        table.add_row(one.series.name, met, str(one.before.start) if one.before else "", planned)
    console.print(table)


def _print_due(console: Console, found: Since) -> None:
    if not found.due:
        console.print("Nothing has a day by which it is due.")
        return
    table = RichTable(title="Due", title_justify="left")
    for column in ("by", "what", ""):
        table.add_column(column, overflow="fold")
    for one in found.due:
        table.add_row(one.on, Text(one.what), stands(one))
    console.print(table)


def run_export(file: Path, form: Literal["jsonl", "csv", "jsonld"], place: str | None) -> None:
    """Write the register to a file."""
    check_place(file)
    with open_register(place) as register:
        if form == "jsonld":
            content = json.dumps(linked_data(register.state()), ensure_ascii=False, indent=1) + "\n"
        else:
            content = {"jsonl": write_json_lines, "csv": write_csv}[form](register.events())
    _say(str(write_file(file, content.encode())))


def run_import(file: Path, place: str | None) -> None:
    """Load an exported file into an empty register."""
    events = list(read_events(file))
    own = own_place()
    if place is None and _born(own, lambda register: register.load_events(events)):
        _say(f"{len(events)} events: {own}")
        return
    with Register.open(own if place is None else place) as register:
        _say(f"{register.load_events(events)} events: {register.place}")


def run_add_progress(
    commitment: str, status: str, as_of: str, rationale: str, sources: Sequence[str], actor: str | None,
    place: str | None, who: str | None,
) -> None:  # fmt: skip
    """Add one judgement with its evidence."""
    known: tuple[ProgressStatus, ...] = get_args(ProgressStatus)
    if status not in known:
        raise UnknownNameError("status", status, known, where="--status")
    author = whoever(who)
    with open_register(place) as register:
        held = register.get("commitment", commitment)
        if held.state not in CONFIRMED:
            raise RegisterError(
                "Nobody has confirmed this commitment", [f"{commitment} is {held.state}"], where=register.place,
                do="Review it first: kizuna register review.",
            )  # fmt: skip
        count = len(register.entries("progress", commitment=commitment)) + 1
        id_ = f"{commitment[:100]}-progress-{count}"
        evidence = [
            _checked(Evidence, {"id": f"{id_}-evidence-{at}", "document": source})
            for at, source in enumerate(sources, start=1)
        ]
        fields: dict[str, Any] = {
            "id": id_, "commitment": commitment, "as_of": as_of, "status": status, "actor": actor,
            "rationale": rationale, "evidence": [one.id for one in evidence], "author": author,
        }  # fmt: skip
        register.add([*evidence, _checked(Progress, fields)], who=author, why=rationale)
    _say(f"{id_}: {STATUS_WORDS[known[known.index(status)]]}")


def _checked(kind: type[Entry], fields: dict[str, Any]) -> Entry:
    from pydantic import ValidationError

    try:
        return kind.model_validate(fields)
    except ValidationError as error:
        faults = [f"{'.'.join(map(str, fault['loc']))}: {fault['input']!r}: {fault['msg']}" for fault in error.errors()]
        raise RegisterError("This cannot be added", faults) from error


def _codes(partners: Sequence[str]) -> list[str]:
    economies = load_economies()
    return list(dict.fromkeys(economies.get(name).iso3 for name in partners))


def _today() -> date:
    return datetime.now(UTC).date()


def _why(event: Event) -> str:
    state = f"{event.content['state']}, " if event.act == "review" else ""
    return f"{state}{event.why}{f' (rule {event.rule})' if event.rule else ''}"


def _say(line: str) -> None:
    Console(highlight=False).print(Text(line), soft_wrap=True)
