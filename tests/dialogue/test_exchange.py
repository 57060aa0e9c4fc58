"""A register exported and imported is the same register, event by event; a bad file names every fault."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_register import BY, one_of_each

from kizuna.dialogue.events import Event
from kizuna.dialogue.exchange import FIELDS, read_events, write_csv, write_json_lines
from kizuna.dialogue.register import Register
from kizuna.floor.errors import RegisterError

WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
NUMBERS = st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
PLAIN = st.none() | st.booleans() | NUMBERS | WORDS
VALUES = st.recursive(PLAIN, lambda inner: st.lists(inner, max_size=3), max_leaves=5)
MOMENTS = st.datetimes(timezones=st.just(UTC) | st.just(timezone(timedelta(hours=9))))
EVENTS = st.builds(
    Event, st.integers(1, 10**9), MOMENTS, WORDS, WORDS, st.sampled_from(["add", "amend", "review"]), WORDS, WORDS,
    st.dictionaries(WORDS, VALUES, max_size=4), st.none() | WORDS.filter(bool),
)  # fmt: skip


@given(st.lists(EVENTS, max_size=4))
def test_events_survive_both_forms_to_the_last_sign(
    tmp_path_factory: pytest.TempPathFactory, events: list[Event]
) -> None:
    folder = tmp_path_factory.mktemp("exchange")
    for name, write in (("a.jsonl", write_json_lines), ("a.csv", write_csv)):
        path = folder / name
        path.write_bytes(write(events).encode())
        found = read_events(path)
        assert found == tuple(events)
        assert write(found) == write(events)  # which tells 1, 1.0 and true apart


@pytest.mark.parametrize("write", [write_json_lines, write_csv])
def test_a_register_loaded_from_its_export_has_the_same_events_and_state(
    register: Register, tmp_path: Path, write: Callable[[Iterable[Event]], str]
) -> None:
    register.add(one_of_each(), **BY)
    register.review("commitment", next(h.entry.id for h in register.entries("commitment")), "rejected", **BY)
    path = tmp_path / "out"
    path.write_bytes(write(register.events()).encode())
    with Register.open(tmp_path / "other.sqlite") as other:
        other.load_events(read_events(path))
        assert [*other.events()] == [*register.events()]
        assert other.state() == register.state()
        other.check()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{not json}\n", "line 1: no JSON"),
        ("[1]\n", "the columns are"),
        ('{"number": 1}\n', "line 1: missing"),
        ("a,b\n1,2\n", "the columns are"),
    ],
)
def test_a_file_that_holds_no_events_is_refused_with_its_line(tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "bad"
    path.write_text(content)
    with pytest.raises(RegisterError) as refused:
        read_events(path)
    assert said in str(refused.value)


def test_all_faults_of_all_lines_are_named(tmp_path: Path) -> None:
    at = "2024-01-01T00:00:00+00:00"
    good = {"number": 1, "at": at, "who": "a", "why": "b", "act": "add", "kind": "area", "id": "x"}
    rows = [good | {"rule": None, "content": {}, "act": "burn"}, good | {"rule": 3, "content": [], "at": "yesterday"}]
    path = tmp_path / "bad.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    with pytest.raises(RegisterError) as refused:
        read_events(path)
    for said in ("line 1: act: 'burn'", "line 2: rule", "line 2: content", "line 2: at: 'yesterday'"):
        assert said in str(refused.value)


AT = "2024-01-01T00:00:00+00:00"
GOOD = {"number": 1, "at": AT, "who": "a", "why": "b", "act": "add", "kind": "area", "id": "x", "rule": None}
LINE = json.dumps(GOOD | {"content": {"id": "x"}})
HEAD = ",".join(FIELDS)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (LINE.replace('"who": "a"', '"who": "a", "who": "z"'), "line 1: no JSON: 'who' stands twice"),
        (LINE.replace('{"id": "x"}', '{"id": "x", "id": "y"}'), "line 1: no JSON: 'id' stands twice"),
        (LINE.replace('{"id": "x"}', '{"v": NaN}'), "NaN is no number"),
        (LINE.replace('{"id": "x"}', '{"v": 1e999}'), "1e999 is no number"),
        (LINE.replace('"who": "a"', '"who": "a\\u0000"'), "line 1: who: it holds a NUL"),
        (LINE.replace('{"id": "x"}', '{"v": ["\\ud800"]}'), "line 1: content: it holds a NUL or half"),
        (LINE.replace('{"id": "x"}', "[" * 100_000), "line 1: no JSON"),
        (LINE.replace('"number": 1', '"number": 1.0'), "line 1: number: 1.0"),
        (LINE + "\n\0\n", "line 2: no JSON"),
        (f'{HEAD}\r\n 1_0 ,{AT},a,b,add,area,x,,"{{}}"\r\n', "line 2: number: ' 1_0 '"),
        (f'{HEAD}\r\n1,{AT},"a\nb",b,burn,area,x,,"{{}}"\r\n1,{AT},a,b,fly,area,x,,[]\r\n', "line 4: act: 'fly'"),
        (f'{HEAD}\r\n1,{AT},"a\nb",b,burn,area,x,,"{{}}"\r\n1,{AT},a,b,fly,area,x,,[]\r\n', "line 2: act: 'burn'"),
        (f"{HEAD}\r\n1,{AT},a\r\n", "line 2: 3 columns, expected 9"),
        (f'{HEAD}\r\n1,{AT},"a"b,b,add,area,x,,{{}}\r\n', "line 2: no CSV"),
        (f"{HEAD}\r\n1,{AT},a\0,b,add,area,x,,{{}}\r\n", "line 2: who: it holds a NUL"),
    ],
)  # fmt: skip
def test_what_would_not_come_back_as_it_was_is_refused(tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "bad"
    path.write_bytes(content.encode())
    with pytest.raises(RegisterError) as refused:
        read_events(path)
    assert said in str(refused.value)
    assert str(path) in str(refused.value)


def test_a_file_that_another_program_saved_with_a_mark_is_read(tmp_path: Path) -> None:
    path = tmp_path / "marked"
    for content in (LINE, f"{HEAD}\r\n1,{AT},a,b,add,area,x,,{{}}\r\n"):
        path.write_bytes(b"\xef\xbb\xbf" + content.encode())
        assert read_events(path)[0].number == 1


def test_bytes_that_are_no_utf_8_are_named_by_their_place(tmp_path: Path) -> None:
    path = tmp_path / "bad"
    path.write_bytes(b"{\xff}")
    with pytest.raises(RegisterError, match="no UTF-8 at byte 1"):
        read_events(path)
    with pytest.raises(RegisterError, match="No such file"):
        read_events(tmp_path / "none")


def test_long_words_are_read_and_the_limit_for_other_readers_of_csv_stays(tmp_path: Path) -> None:
    before = csv.field_size_limit()
    long = Event(1, datetime(2024, 1, 1, tzinfo=UTC), "a", "b" * 2 * before, "add", "area", "x", {})
    for events in ((long,), ()):
        path = tmp_path / "a.csv"
        path.write_bytes(write_csv(events).encode())
        assert read_events(path) == events
    assert csv.field_size_limit() == before


def test_an_empty_rule_is_not_written_as_none() -> None:
    made = Event(7, datetime(2024, 1, 1, tzinfo=UTC), "a", "b", "add", "area", "x", {}, "")
    with pytest.raises(ValueError, match="event 7 has an empty rule"):
        write_csv([made])
