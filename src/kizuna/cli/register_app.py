"""The commands under ``kizuna register``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import App, Parameter

Place = Annotated[str | None, Parameter(name="--register")]

register = App(name="register", help="What was said, promised and done in each dialogue.", help_format="markdown")


@register.command
def review(*, document: str | None = None, place: Place = None, who: str | None = None) -> None:
    """Walk through the drafts: confirm, correct, reject or skip each, with its words in their context.

    Parameters
    ----------
    document
        Only drafts of this document.
    place
        Register: a file or an address of a database. Your own where not given.
    who
        Who decides; your login name where not given.
    """
    from kizuna.cli.reviewing import run_review

    run_review(document, place, who)


@register.command(name="list")
def list_entries(kind: str, *, state: str | None = None, place: Place = None) -> None:
    """List the entries of one kind.

    Parameters
    ----------
    kind
        Such as meeting, commitment, statement, document.
    state
        Only draft, confirmed, corrected or rejected ones.
    place
        Register: a file or an address of a database. Your own where not given.
    """
    from kizuna.cli.registers import run_list_entries

    run_list_entries(kind, state, place)


@register.command
def show(kind: str, name: str, *, place: Place = None) -> None:
    """Show one entry with its words, its sources and everything that happened to it.

    Parameters
    ----------
    kind
        Kind of the entry.
    name
        Its id.
    place
        Register: a file or an address of a database. Your own where not given.
    """
    from kizuna.cli.registers import run_show

    run_show(kind, name, place)


@register.command(name="open")
def open_commitments(*partners: str, place: Place = None) -> None:
    """List the commitments that are not done, superseded or dropped, and what is due.

    Parameters
    ----------
    partners
        Only those of series in which all of these economies take part.
    place
        Register: a file or an address of a database. Your own where not given.
    """
    from kizuna.cli.registers import run_open

    run_open(partners, place)


@register.command
def since(meeting: str, *partners: str, until: str | None = None, place: Place = None) -> None:
    """Say what became of it since a meeting: commitments, dialogues that met, what is due.

    Parameters
    ----------
    meeting
        Id of the earlier meeting.
    partners
        Economies; the parties of the meeting's series where not given.
    until
        Id of the later meeting; today where not given.
    place
        Register: a file or an address of a database. Your own where not given.
    """
    from kizuna.cli.registers import run_since

    run_since(meeting, partners, until, place)


@register.command
def export(
    file: Path, *, form: Annotated[Literal["jsonl", "csv", "jsonld"], Parameter(name="--format")] = "jsonl",
    place: Place = None,
) -> None:  # fmt: skip
    """Write the whole register to a file.

    Parameters
    ----------
    file
        File to write.
    form
        jsonl and csv hold every event and can be imported again; jsonld is a view of the state.
    place
        Register: a file or an address of a database. Your own where not given.
    """
    from kizuna.cli.registers import run_export

    run_export(file, form, place)


@register.command(name="import")
def import_events(file: Path, *, place: Place = None) -> None:
    """Load an exported file (jsonl or csv) into a register that does not exist yet, or is empty.

    Parameters
    ----------
    file
        File that export wrote.
    place
        Register: a file or an address of a database. Your own where not given.
    """
    from kizuna.cli.registers import run_import

    run_import(file, place)


@register.command
def anchors(*, document: str | None = None, place: Place = None) -> None:
    """Check that every quotation of a kept text stands at its place; name those that do not and what is most like them.

    Parameters
    ----------
    document
        Only quotations of this document.
    place
        Register: a file or an address of a database. Your own where not given.
    """
    from kizuna.cli.anchoring import run_anchors

    run_anchors(document, place)


@register.command
def text(document: str, file: Path, *, why: str, place: Place = None, who: str | None = None) -> None:
    """Give a document a new text: its quotations are anchored again, or marked stale where their words are gone.

    Parameters
    ----------
    document
        Id of the document.
    file
        Its new text (txt, html, pdf, docx).
    why
        Why it has a new text, such as corrected by the ministry.
    place
        Register: a file or an address of a database. Your own where not given.
    who
        Who changes it; your login name where not given.
    """
    from kizuna.cli.anchoring import run_text

    run_text(document, file, why, place, who)


progress = App(name="progress", help="Judgements of how commitments stand, each with its evidence.")
register.command(progress)


@progress.command
def add(
    commitment: str,
    *,
    status: str,
    as_of: str,
    rationale: str,
    source: Annotated[list[str] | None, Parameter(negative="")] = None,
    actor: str | None = None,
    place: Place = None,
    who: str | None = None,
) -> None:
    """Say how a commitment stood on a day. Nothing is overwritten: the latest judgement counts.

    Parameters
    ----------
    commitment
        Id of the commitment.
    status
        no_evidence, not_started, under_way, done, done_late, stalled, superseded or dropped.
    as_of
        Day of the judgement, such as 2024-08-20 or 2024-08.
    rationale
        Why, in a sentence.
    source
        Id of a document of the register that shows it; may be repeated. Needed for all but no_evidence.
    actor
        Only what this actor did, of several.
    place
        Register: a file or an address of a database. Your own where not given.
    who
        Who judges; your login name where not given.
    """
    from kizuna.cli.registers import run_add_progress

    run_add_progress(commitment, status, as_of, rationale, source or [], actor, place, who)
