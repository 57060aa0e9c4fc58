"""The chapters from the register: what was promised, what is known of it, and the draft agenda."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from kizuna.brief.again import compute_again
from kizuna.brief.document import Brief, Mark, Section, Table
from kizuna.brief.pages.words import plain_text
from kizuna.brief.write import write_brief
from kizuna.dialogue.entries import Commitment, Document, Evidence, Progress, Statement
from kizuna.dialogue.register import Register
from kizuna.dialogue.shipped import open_shipped
from kizuna.tables.build import Tables

TODAY = date(2026, 11, 24)
AT = datetime(2026, 11, 1, tzinfo=UTC)
DESK = "A desk officer"
MINERALS = ["critical-minerals"]


@pytest.fixture
def register() -> Iterator[Register]:
    with open_shipped() as shipped:
        yield shipped


def chapter(brief: Brief, name: str) -> Section:
    return next(section for section in brief.sections if section.id == name)


def rows(brief: Brief, name: str) -> list[list[str]]:
    tables = [part for section in brief.sections for part in section.parts if isinstance(part, Table)]
    found = next(table for table in tables if table.id == name)
    return [[plain_text(cell.words) for cell in row] for row in found.rows]


def written(tables: Tables, register: Register, partners: tuple[str, ...] = ("IND", "JPN")) -> Brief:
    return write_brief(tables, partners, baskets=MINERALS, cut=False, register=register, as_of=TODAY)


def judge(register: Register, commitment: str, status: str, as_of: str, name: str) -> None:
    shown = Evidence(id=f"{name}-shown", document="in-jp-2plus2-2024-joint-statement")
    entry = Progress(
        id=name, commitment=commitment, as_of=as_of, status=status, rationale="Held as agreed.", evidence=(shown.id,),
        author=DESK,
    )  # fmt: skip
    register.add([shown, entry], who=DESK, why="read in a statement", at=AT)


def test_a_fresh_machine_has_the_chapter_with_every_commitment_and_no_failure(tables: Tables) -> None:
    brief = write_brief(tables, ["IND", "JPN"], baskets=MINERALS, cut=False)
    stands = {row[0]: row[4] for row in rows(brief, "commitments")}
    assert len(stands) == 7
    assert set(stands.values()) == {"no evidence in the register"}
    assert "8 September 2022 in Tokyo" in plain_text(chapter(brief, "since").paragraphs[0])
    assert "20 August 2024 in New Delhi" in plain_text(chapter(brief, "since").paragraphs[0])


def test_confirmed_progress_is_shown_with_its_day_and_the_latest_counts(tables: Tables, register: Register) -> None:
    judge(register, "staff-talks", "done", "2024-08-20", "talks-done")
    judge(register, "staff-talks", "under_way", "2023-05", "talks-under-way")
    stands = {row[0]: row[4] for row in rows(written(tables, register), "commitments")}
    assert stands["Hold talks between Japan's Joint Staff and India's Integrated Defence Staff"] == (
        "done, 2024-08-20: Held as agreed. [5]"
    )


def test_progress_after_the_day_of_the_brief_is_not_known_on_it(tables: Tables, register: Register) -> None:
    judge(register, "staff-talks", "done", "2027-01", "talks-done")
    assert {row[4] for row in rows(written(tables, register), "commitments")} == {"no evidence in the register"}


def test_what_nobody_confirmed_stands_under_unreviewed_alone(tables: Tables, register: Register) -> None:
    source = ("in-jp-2plus2-2024-joint-statement",)
    said = Statement(
        id="s", document=source[0], meeting="in-jp-2plus2-3", kind="commitment_firm", says="w", sources=source
    )
    promise = Commitment(
        id="c", statements=("s",), series="in-jp-2plus2", meeting="in-jp-2plus2-3", actors=("IND",), action="stockpile",
        object="cobalt", bindingness="political", areas=("minerals",), sources=source,
    )  # fmt: skip
    register.add([said, promise], who=DESK, why="read", rule="a rule @1", at=AT)
    brief = written(tables, register)
    assert [row[0] for row in rows(brief, "unreviewed")] == ["stockpile cobalt"]
    others = [row for name in ("commitments", "said", "agenda", "due") for row in rows(brief, name)]
    assert not any("cobalt" in cell for row in others for cell in row if "stockpile" in cell.casefold())


def test_a_rejected_commitment_is_nowhere(tables: Tables, register: Register) -> None:
    register.review("commitment", "fighter-exercise", "rejected", DESK, "a misreading", at=AT)
    brief = written(tables, register)
    shown = [cell for name in ("commitments", "agenda") for row in rows(brief, name) for cell in row]
    assert not any("fighter" in cell for cell in shown)


def test_partners_without_two_meetings_are_told_what_is_missing(tables: Tables, register: Register) -> None:
    brief = written(tables, register, ("USA", "DEU"))
    said = plain_text(chapter(brief, "since").paragraphs[0])
    assert "no two dated meetings of the United States and Germany" in said
    assert not chapter(brief, "since").parts


def test_the_figures_then_and_now_are_those_of_the_meetings_years(tables: Tables, register: Register) -> None:
    brief = written(tables, register)
    shown = [part for part in chapter(brief, "since").parts if part.id == "then-and-now"]
    assert shown[0].title.endswith("2022 and 2024")
    marks = [run for row in shown[0].rows for cell in row for run in cell.words if isinstance(run, Mark)]
    keys = {brief.figures[mark.figure].key.split(".")[2] for mark in marks}
    assert keys == {"2022", "2024"}


def test_every_figure_of_the_two_chapters_recomputes(tables: Tables, register: Register) -> None:
    brief = written(tables, register)
    cells = [
        cell for name in ("since", "next") for part in chapter(brief, name).parts for row in part.rows for cell in row
    ]
    figures = {run.figure for cell in cells for run in cell.words if isinstance(run, Mark)}
    assert len(figures) >= 10
    for name in figures:
        figure = brief.figures[name]
        assert compute_again(tables, figure) == figure.value


def test_the_agenda_is_ranked_by_dollars_and_areas_of_one_good_are_one_item(tables: Tables, register: Register) -> None:
    brief = written(tables, register)
    found = rows(brief, "agenda")
    with_goods = [row for row in found if " from " in row[2]]
    assert found[: len(with_goods)] == with_goods
    assert len({row[2] for row in with_goods}) == len(with_goods)
    assert "Critical minerals" in with_goods[0][1]
    assert with_goods[0][2].count(": ") == 3


def test_every_source_number_leads_to_a_document(tables: Tables, register: Register) -> None:
    brief = written(tables, register)
    numbers = {row[0] for row in rows(brief, "documents")}
    cited = {part for row in rows(brief, "commitments") for part in row[-1].split()}
    assert cited
    assert cited <= numbers


def test_the_command_writes_the_same_chapters_again(tables: Tables) -> None:
    first = write_brief(tables, ["IND", "JPN"], baskets=MINERALS, cut=False)
    assert "--as-of 2026-11-24" in first.command
    assert write_brief(tables, ["IND", "JPN"], baskets=MINERALS, cut=False, as_of=TODAY) == first


def test_a_document_of_a_users_own_is_cited_by_its_title(tables: Tables, register: Register) -> None:
    own = Document(id="own", title="Our own note", kind="note", published="2025-01")
    register.add([own], who=DESK, why="new", at=AT)
    register.amend("commitment", "staff-talks", {"sources": ["own"]}, DESK, "a better source", at=AT)
    assert any("Our own note" in cell for row in rows(written(tables, register), "documents") for cell in row)
