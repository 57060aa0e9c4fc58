"""What the register keeps, what it refuses, and what it says when it refuses."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from register_writers import start_writer
from small_register import BY, DAY, TEXT, document, one_of_each, plain, selector, sha256, tables_of

from kizuna.dialogue.database import connect, reading
from kizuna.dialogue.entries import KINDS, Area, Commitment, Entry, Evidence, Meeting, Person, Progress, Statement
from kizuna.dialogue.events import Change, Event, addition, amendment, judgement, replay
from kizuna.dialogue.place import address
from kizuna.dialogue.register import Register
from kizuna.floor.errors import RegisterError, UnknownNameError

EXTRA = 3  # as SQLite numbers it


@pytest.fixture
def filled(register: Register) -> Register:
    """Return a register with an entry of every kind, each written by a person."""
    register.add(one_of_each(), **BY)
    return register


def held_names(register: Register) -> set[tuple[str, str]]:
    """Return kind and id of every entry."""
    return set(tables_of(register))


def test_an_entry_of_every_kind_comes_back_as_it_was_written(filled: Register) -> None:
    entries = one_of_each()
    assert {type(entry) for entry in entries} == set(KINDS.values())
    for number, entry in enumerate(entries, start=1):
        kind = next(kind for kind, model in KINDS.items() if model is type(entry))
        held = filled.get(kind, entry.id)
        assert held.entry == entry
        assert type(held.entry) is type(entry)
        assert (held.kind, held.state, held.rule) == (kind, "confirmed", None)
        assert (held.added, held.changed) == (number, number)
    filled.check()


def test_what_a_rule_proposed_is_a_draft_with_its_rule(register: Register) -> None:
    register.add([Area(id="ore", name="Ore")], **BY, rule="areas@3")
    held = register.get("area", "ore")
    assert (held.state, held.rule) == ("draft", "areas@3")


def test_an_event_says_who_when_and_why_and_holds_the_whole_entry(register: Register) -> None:
    noon = datetime(2024, 8, 20, 12, 0, 0, 123456, tzinfo=timezone(timedelta(hours=9)))
    (event,) = register.add([Area(id="ore", name="Ore")], who="B. Reader", why="named twice", at=noon)
    content = {"id": "ore", "name": "Ore", "broader": None, "baskets": []}
    assert event == Event(1, noon, "B. Reader", "named twice", "add", "area", "ore", content)
    assert [*register.events()] == [event]
    assert next(register.events()).at.utcoffset() == timedelta(0)


def test_an_event_without_a_time_has_that_of_the_write(register: Register) -> None:
    before = datetime.now(UTC)
    (event,) = register.add([Area(id="ore", name="Ore")], who="B. Reader", why="named twice")
    assert before <= event.at <= datetime.now(UTC)


def test_entries_may_be_added_in_any_order(register: Register) -> None:
    events = register.add(reversed(one_of_each()), **BY)
    assert len(events) == len(one_of_each())
    register.check()


def test_the_order_given_stays_where_it_can(register: Register) -> None:
    names = [entry.id for entry in one_of_each()]
    assert [event.id for event in register.add(one_of_each(), **BY)] == names


def test_a_long_chain_of_meetings_may_be_added_from_its_end(filled: Register) -> None:
    meetings = [
        Meeting(id=f"m-{at}", series="in-jp-2plus2", status="held", sources=("statement-2024",),
                previous=f"m-{at - 1}" if at else None)
        for at in range(3000)
    ]  # fmt: skip
    events = filled.add(reversed(meetings), **BY)
    assert [event.id for event in events] == [meeting.id for meeting in meetings]


def test_an_amendment_changes_the_fields_it_names_and_no_others(filled: Register) -> None:
    before = filled.get("commitment", "share-maps")
    event = filled.amend("commitment", "share-maps", {"deadline": "2027-03", "object": "maps of ore"}, **BY)
    after = filled.get("commitment", "share-maps")
    assert event.content == {"deadline": "2027-03"}
    assert after.entry == before.entry.model_copy(update={"deadline": "2027-03"})
    assert (after.added, after.changed) == (before.added, event.number)
    assert after.state == "confirmed"


def test_reviews_follow_each_other_and_the_last_one_counts(register: Register) -> None:
    register.add([Area(id="ore", name="Oar")], **BY, rule="areas@3")
    states = []
    for state, changes in [("rejected", None), ("corrected", {"name": "Ore"}), ("confirmed", None)]:
        register.review("area", "ore", state, **BY, changes=changes)  # type: ignore[arg-type]
        states.append(register.get("area", "ore").state)
    assert states == ["rejected", "corrected", "confirmed"]
    assert register.get("area", "ore").entry.name == "Ore"
    assert [event.act for event in register.history("area", "ore")] == ["add", "review", "review", "review"]


def test_a_rejected_entry_stays_and_its_id_is_taken(filled: Register) -> None:
    filled.review("person", "a-minister", "rejected", **BY)
    assert filled.get("person", "a-minister").state == "rejected"
    with pytest.raises(RegisterError, match="an id is never used twice"):
        filled.add([Person(id="a-minister", name="Another", party="JPN")], **BY)


def test_entries_are_found_by_state_and_by_fields(filled: Register) -> None:
    filled.add([Area(id="gas", name="Gas"), Area(id="coal", name="Coal", broader="minerals")], **BY, rule="areas@1")
    filled.review("area", "gas", "rejected", **BY)

    def found(**asked: Any) -> list[str]:
        return [held.entry.id for held in filled.entries("area", **asked)]

    assert found() == ["minerals", "gas", "coal"]
    assert found(state="draft") == ["coal"]
    assert sorted(found(state=["draft", "rejected"])) == ["coal", "gas"]
    assert found(broader="minerals") == ["coal"]
    assert sorted(found(broader=None)) == ["gas", "minerals"]
    assert sorted(found(broader=["minerals", None], name={"Coal", "Gas"})) == ["coal", "gas"]
    assert found(name=[]) == []
    assert [held.entry.id for held in filled.entries("statement", kind="commitment_firm")] == ["maps"]


def test_a_question_by_a_field_that_is_not_there_or_holds_several_is_refused(filled: Register) -> None:
    with pytest.raises(RegisterError) as caught:
        filled.entries("commitment", areas="minerals", colour="red")
    assert caught.value.faults == ("areas", "colour")
    with pytest.raises(UnknownNameError, match=r"'committment'.*\n.*commitment"):
        filled.entries("committment")
    with pytest.raises(RegisterError, match="area nothing"):
        filled.get("area", "nothing")


FACT: dict[str, Any] = {"sources": ("statement-2024",)}


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (Change("add", "treaty", "x", {"id": "x"}), "no such kind"),
        (Change("add", "area", "x", {"id": "x"}), "name is .*: Field required"),
        (Change("add", "area", "x", {"id": "x", "name": "X", "size": 3}), "size is 3: Extra inputs"),
        (Change("add", "area", "x", {"id": "y", "name": "X"}), "its content has the id 'y'"),
        (Change("add", "area", "X y", {"id": "X y", "name": "X"}), "id is 'X y'"),
        (Change("add", "area", "x", []), r"its content is \[\]"),  # type: ignore[arg-type]
        (Change("erase", "area", "minerals", {}), "no such act"),  # type: ignore[arg-type]
        (Change("amend", "area", "minerals", {"name": "X"}, "rule@1"), "only an added entry names a rule"),
        (Change("add", "area", "x", {"id": "x", "name": "X"}, " "), "rule is ' '"),
        (addition(Area(id="x", name="X", broader="x")), "broader points to the entry itself"),
        (addition(Area(id="x", name="X", broader="y")), "broader points to area y, which is not there"),
        (addition(Statement(id="x", document="lost", kind="position", says="x", sources=("gone",), selectors=("no",))),
         "(?s)document gone.*selector no.*document lost"),
        (addition(document("x").model_copy(update={"sha256": "0" * 64})), "but that of the text is"),
        (addition(selector("x").model_copy(update={"exact": "will share gaps"})), "has 'will share maps of ore' there"),
        (addition(selector("x").model_copy(update={"prefix": "??"})), "prefix or suffix"),
        (addition(selector("x").model_copy(update={"end": 1})), "ends at 1, not after"),
        (addition(selector("x").model_copy(update={"sha256": "0" * 64})), "quotes another text"),
        (addition(Evidence(id="x")), "neither a document nor a dataset"),
        (addition(Evidence(id="x", dataset="d", value=float("nan"))), "value is nan"),
        (addition(Area(id="x", name="a\0b")), "name holds a NUL"),
        (Change("add", "area", "x", {"id": "x", "name": "\ud800"}), "name is "),
        (Change("add", "commitment", "x", {"id": "x", "statements": [], "sources": []}),
         "(?s)sources is.*statements is.*actors is"),
        (amendment("area", "nothing", {"name": "X"}), "there is no such entry"),
        (amendment("area", "minerals", {}), "names no field"),
        (amendment("area", "minerals", {"id": "x"}), "an id never changes"),
        (amendment("area", "minerals", {"name": "Minerals"}), "it changes nothing"),
        (amendment("area", "minerals", {"name": ""}), "name is ''"),
        (amendment("area", "minerals", {"broader": "gone"}), "area gone"),
        (amendment("progress", "maps-2025", {"status": "done"}), "never changed, only followed"),
        (amendment("evidence", "figure", {"value": 2.0}), "never changed, only followed"),
        (judgement("progress", "maps-2025", "corrected", {"status": "done"}), "never changed, only followed"),
        (judgement("area", "minerals", "draft"), "state is 'draft'"),
        (judgement("area", "minerals", "corrected"), "goes with the fields"),
        (judgement("area", "minerals", "confirmed", {"name": "X"}), "goes with the fields"),
        (judgement("area", "minerals", "corrected", {"name": "Minerals"}), "it changes nothing"),
        (Change("review", "area", "minerals", {"state": "confirmed", "colour": "red"}), "there is no field colour"),
        (amendment("document", "statement-2024", {"text": "Else.", "sha256": sha256("Else.")}),
         "selector words: .*stale"),
    ],
)  # fmt: skip
def test_a_change_that_breaks_a_rule_is_refused_and_nothing_is_written(
    filled: Register, change: Change, fault: str
) -> None:
    before, events = tables_of(filled), [*filled.events()]
    with pytest.raises(RegisterError, match=fault):
        filled.record([addition(Area(id="good", name="Good")), change], **BY)
    assert tables_of(filled) == before
    assert [*filled.events()] == events


@pytest.mark.parametrize("hand", [{"who": " "}, {"why": ""}, {"who": "a\0b"}, {"at": datetime(2024, 8, 20)}])
def test_a_change_without_a_name_a_reason_or_a_zone_is_refused(register: Register, hand: dict[str, Any]) -> None:
    with pytest.raises(RegisterError, match=f"{next(iter(hand))} is "):
        register.add([Area(id="ore", name="Ore")], **BY | hand)
    assert [*register.events()] == []


def test_all_faults_of_a_write_come_together(register: Register) -> None:
    entries = [Area(id="x", name="a\0b"), Evidence(id="y"), Area(id="z", name="Z", broader="x")]
    with pytest.raises(RegisterError) as caught:
        register.add(entries, **BY)
    assert [fault.partition(":")[0] for fault in caught.value.faults] == ["add area x", "add evidence y"]


def test_what_is_no_entry_is_refused(register: Register) -> None:
    with pytest.raises(RegisterError, match="Entry is no kind of entry"):
        register.add([Entry(id="x")], **BY)


def test_a_text_may_change_with_its_selectors_in_one_write(filled: Register) -> None:
    new = "Later: " + TEXT
    moved = selector(text=new)
    filled.record(
        [
            amendment("document", "statement-2024", {"text": new, "sha256": sha256(new)}),
            amendment("selector", "words", {"sha256": moved.sha256, "start": moved.start, "end": moved.end}),
        ],
        **BY,
    )
    assert filled.get("selector", "words").entry == moved
    filled.check()


def test_a_stale_selector_need_not_quote(filled: Register) -> None:
    filled.amend("selector", "words", {"stale": True}, **BY)
    filled.amend("document", "statement-2024", {"text": "Else.", "sha256": sha256("Else.")}, **BY)
    with pytest.raises(RegisterError, match="quotes another text"):
        filled.amend("selector", "words", {"stale": False}, **BY)


def test_a_document_known_only_by_address_has_no_selectors(register: Register) -> None:
    register.add([document("far", text=None, url="https://example.org/far")], **BY)
    with pytest.raises(RegisterError, match="no text of document far is kept"):
        register.add([selector(of="far")], **BY)


def test_the_history_of_an_entry_is_its_events_alone(filled: Register) -> None:
    filled.amend("area", "minerals", {"name": "Ores"}, **BY)
    assert [(event.act, event.content.get("name")) for event in filled.history("area", "minerals")] == [
        ("add", "Minerals"), ("amend", "Ores")
    ]  # fmt: skip
    assert filled.history("area", "nothing") == ()


def test_events_loaded_into_an_empty_register_make_it_the_same(filled: Register, tmp_path: Path) -> None:
    filled.review("commitment", "share-maps", "corrected", **BY, changes={"deadline": "2027"})
    with Register.open(tmp_path / "copy.sqlite") as copy:
        assert copy.load_events(filled.events()) == len(one_of_each()) + 1
        assert [*copy.events()] == [*filled.events()]
        assert tables_of(copy) == tables_of(filled) == plain(replay(filled.events()))
        copy.check()


def test_further_events_are_loaded_where_those_before_are_there(filled: Register, tmp_path: Path) -> None:
    with Register.open(tmp_path / "copy.sqlite") as copy:
        copy.load_events(filled.events())
        last = filled.amend("area", "minerals", {"name": "Ores"}, **BY)
        assert copy.load_events([last]) == 1
        copy.check()
        assert tables_of(copy) == tables_of(filled)
        with pytest.raises(RegisterError, match=f"number of event {last.number}.* should be {last.number + 1}"):
            copy.load_events([last])


def test_loaded_events_are_held_to_every_rule_and_none_is_kept_otherwise(filled: Register, tmp_path: Path) -> None:
    events = [*filled.events()]
    wrong = Event(len(events) + 1, DAY, "B. Reader", "x", "amend", "progress", "maps-2025", {"status": "done"})
    odd = Event(len(events) + 2, DAY, "", "x", "amend", "area", "minerals", {"name": "Ores"})
    with Register.open(tmp_path / "copy.sqlite") as copy:
        with pytest.raises(RegisterError) as caught:
            copy.load_events([*events, wrong, odd])
        assert [fault.partition(":")[0] for fault in caught.value.faults] == [
            "amend progress maps-2025", "amend area minerals"
        ]  # fmt: skip
        assert [*copy.events()] == []
        assert held_names(copy) == set()


def test_more_events_than_one_page_are_streamed_whole_while_others_write(register: Register) -> None:
    register.add([Area(id=f"area-{at}", name="A") for at in range(10_001)], **BY)
    seen = []
    for event in register.events():
        if event.number == 1:
            register.add([Area(id="late", name="Late")], **BY)
        seen.append(event.number)
    assert seen == [*range(1, 10_002)]


@pytest.mark.parametrize(
    ("tampering", "difference"),
    [
        ("UPDATE area SET name = 'Ores'", "area minerals: name is 'Ores' in its table, 'Minerals' by the events"),
        ("UPDATE area SET state = 'draft'", "area minerals: state is 'draft' in its table, 'confirmed' by the events"),
        ("UPDATE commitment SET areas = '[]'", r"areas is \[\] in its table, \['minerals'\] by the events"),
        ("DELETE FROM progress", "progress maps-2025 was added by event 12, but is not in its table"),
        ("INSERT INTO area SELECT 'new', name, broader, baskets, state, rule, added, changed FROM area",
         "area new is in its table, but no event added it"),
        ("DROP TRIGGER events_no_update; UPDATE events SET number = 99 WHERE number = 12",
         "event 99 .*: its number is not 12"),
        ("DROP TRIGGER events_no_update; UPDATE events SET id = 'other' WHERE kind = 'progress'",
         "(?s)progress maps-2025 is in its table.*progress other was added"),
    ],
)  # fmt: skip
def test_the_check_names_what_was_changed_behind_the_register(
    filled: Register, tmp_path: Path, tampering: str, difference: str
) -> None:
    filled.check()
    plainly(tmp_path / "register.sqlite", tampering)
    with pytest.raises(RegisterError, match=difference):
        filled.check()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events SET who = 'nobody' WHERE number = 1",
        "DELETE FROM events WHERE number = 12",
        "REPLACE INTO events SELECT number, at, 'nobody', why, act, kind, id, content, rule FROM events",
        "INSERT INTO events SELECT * FROM events WHERE true ON CONFLICT (number) DO UPDATE SET who = 'nobody'",
    ],
)
def test_the_file_refuses_to_change_or_delete_an_event(filled: Register, tmp_path: Path, statement: str) -> None:
    before = [*filled.events()]
    with pytest.raises(sqlite3.IntegrityError, match="never changed or deleted"):
        plainly(tmp_path / "register.sqlite", statement)
    assert [*filled.events()] == before


def plainly(path: Path, statements: str) -> None:
    """Run SQL on a register's file as somebody without kizuna would."""
    connection = sqlite3.connect(path)
    try:
        connection.executescript(statements)
    finally:
        connection.close()


def test_the_file_is_written_so_that_a_loss_of_power_takes_nothing(filled: Register, tmp_path: Path) -> None:
    engine = connect(address(tmp_path / "register.sqlite"))
    with reading(engine) as connection:
        found = {
            name: connection.execute(sa.text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    engine.dispose()
    assert found == {"journal_mode": "delete", "synchronous": EXTRA, "foreign_keys": 1}
    assert [path.name for path in tmp_path.iterdir()] == ["register.sqlite"]
    assert filled.get("area", "minerals").entry.name == "Minerals"


def test_two_processes_that_write_at_once_lose_and_double_nothing(tmp_path: Path) -> None:
    place = tmp_path / "register.sqlite"
    writers = [start_writer(str(place), name, writes=20, entries=2) for name in ("one", "two")]
    assert [writer.wait(timeout=120) for writer in writers] == [0, 0]
    with Register.open(place) as register:
        assert [event.number for event in register.events()] == [*range(1, 81)]
        assert held_names(register) == {
            ("area", f"{name}-{write}-{at}") for name in ("one", "two") for write in range(20) for at in range(2)
        }
        register.check()


def test_progress_and_commitments_point_to_what_is_there(filled: Register) -> None:
    late = Progress(id="late", commitment="gone", as_of="2025", status="no_evidence", rationale="x", author="A. Clerk")
    follows = Commitment(
        id="next", statements=("maps",), actors=("JPN",), action="share", object="maps", bindingness="political",
        supersedes=("share-maps", "gone"), **FACT,
    )  # fmt: skip
    with pytest.raises(RegisterError) as caught:
        filled.add([late, follows], **BY)
    assert caught.value.faults == (
        "add progress late: commitment points to commitment gone, which is not there",
        "add commitment next: supersedes points to commitment gone, which is not there",
    )
