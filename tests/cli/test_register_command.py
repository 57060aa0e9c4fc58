"""``kizuna read`` and ``kizuna register`` as a user meets them."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]
TEXT = (
    "We, the Ministers of India and Japan, met at the Minerals Dialogue of 3 May 2026 in Tokyo.\n"
    "We will map deposits of rare earths by 2028.\nWe recognize trust.\n"
)


@pytest.fixture
def added(run: Run, tmp_path: Path) -> Run:
    """Return the command after one text was read into the user's own register."""
    (tmp_path / "statement.txt").write_text(TEXT, encoding="utf-8")
    ran = run("read", "statement.txt", "--add", "--published", "2026-05-03", "--who", "A. Clerk")
    assert ran.code == 0, ran.err
    return run


def typed(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))


def test_a_text_is_read_to_the_screen_and_nothing_is_written(run: Run, tmp_path: Path) -> None:
    (tmp_path / "statement.txt").write_text(TEXT, encoding="utf-8")
    ran = run("read", "statement.txt")
    assert ran.code == 0, ran.err
    said = " ".join(ran.out.split())
    for words in ("joint statement, 2026-05-03, IND, JPN", "Meetings and dialogues: 1", "at 91: We will map", "2028"):
        assert words in said
    assert set(ran.files) == {"statement.txt"}


def test_json_gives_every_proposal_with_its_place_and_rule(run: Run, tmp_path: Path) -> None:
    (tmp_path / "statement.txt").write_text(TEXT, encoding="utf-8")
    found = json.loads(run("read", "statement.txt", "--format", "json").out)
    promise = next(one for one in found["statements"] if one["kind"] == "commitment_firm")
    assert TEXT[promise["span"]["start"] : promise["span"]["end"]].startswith("We will map")
    assert promise["rule"]
    assert len(found["rules"]) == 64


def test_drafts_are_reviewed_one_by_one_and_every_decision_is_kept(added: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    typed(monkeypatch, "c", "o", "commitment.deadline = 2029", "", "c")
    ran = added("register", "review", "--document", "statement", "--who", "B. Reader")
    assert ran.code == 0, ran.err
    assert "1 confirmed, 1 corrected, 0 rejected, 0 skipped" in ran.out
    assert "We will map deposits" in ran.out
    listed = added("register", "list", "commitment", "--state", "corrected").out
    assert "2029" in listed
    shown = added("register", "show", "commitment", "statement-91-promise").out
    for words in ("A. Clerk: add", "B. Reader: review, corrected", 'deadline: "2029"', "We will map deposits"):
        assert words in " ".join(shown.split())


def test_the_end_of_input_ends_the_review_and_decides_nothing(added: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    typed(monkeypatch)
    assert "0 confirmed, 0 corrected, 0 rejected, 0 skipped" in added("register", "review").out


def test_a_wrong_correction_is_refused_and_the_draft_stays(added: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    typed(monkeypatch, "s", "o", "commitment.deadline = soon", "", "q")
    ran = added("register", "review", "--document", "statement")
    assert "Nothing was written" in ran.err
    assert "0 confirmed, 0 corrected, 0 rejected, 2 skipped" in ran.out


def test_progress_counts_with_its_source_and_not_without(run: Run) -> None:
    ask = ("register", "progress", "add", "staff-talks", "--as-of", "2024-08-20", "--rationale", "Named as held.")
    assert run(*ask, "--status", "done").code == 2
    done = run(*ask, "--status", "done", "--source", "in-jp-2plus2-2024-joint-statement")
    assert done.code == 0, done.err
    since = " ".join(run("register", "since", "in-jp-2plus2-2").out.split())
    assert "done (2024-08-20): Named as held." in since
    assert "staff-talks" not in run("register", "open", "IND", "JPN").out


def test_an_export_loads_into_an_empty_register_and_nowhere_else(run: Run) -> None:
    for form in ("jsonl", "csv"):
        assert run("register", "export", f"out.{form}", "--format", form).code == 0
        loaded = run("register", "import", f"out.{form}", "--register", f"{form}.sqlite")
        assert loaded.code == 0, loaded.err
        assert run("register", "export", f"again.{form}", "--format", form, "--register", f"{form}.sqlite").code == 0
        files = run("register", "export", "view.json", "--format", "jsonld").files
        assert files[f"out.{form}"] == files[f"again.{form}"]
    assert run("register", "import", "out.jsonl").code == 2


def test_the_score_of_a_folder_is_printed_and_given_as_json(run: Run, shared: Path) -> None:
    found = json.loads(run("read", "--score", str(shared / "documents"), "--format", "json").out)
    assert set(found) >= {"pooled", "by_genre", "rules"}
    assert set(found["pooled"]["commitments"]) >= {"precision", "recall", "f1"}


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (("read",), "no text was named"),
        (("read", "none.txt"), "cannot be read"),
        (("read", "x.txt", "--published", "yesterday"), "is not a date"),
        (("register", "list", "treaties"), "'treaties' is not a kind of entry"),
        (("register", "show", "commitment", "none"), "no such entry"),
        (("register", "since", "none"), "no such entry"),
        (("register", "list", "meeting", "--state", "done"), "'done' is not a state"),
        (("register", "list", "meeting", "--register", "no/such/folder/r.sqlite"), "no folder"),
        (("brief", "IND", "JPN", "--as-of", "soon"), "'soon' is not a day"),
    ],
)
def test_a_wrong_ask_gives_one_error(run: Run, ask: tuple[str, ...], said: str) -> None:
    ran = run(*ask)
    assert ran.code == 2
    assert said in ran.err
    assert ran.err.count("kizuna:") == 1


def test_a_document_is_not_added_twice(added: Run) -> None:
    again = added("read", "statement.txt", "--add")
    assert again.code == 2
    assert "holds this text already" in again.err


def test_a_changed_text_anchors_its_quotations_again_and_names_those_that_are_lost(added: Run, tmp_path: Path) -> None:
    ran = added("register", "anchors", "--document", "statement")
    assert ran.code == 0, ran.err
    assert "quotations stand at their place in 1 kept texts" in ran.out
    changed = "Corrected version.\n" + TEXT.replace("We will map deposits", "We shall map all deposits")
    (tmp_path / "corrected.txt").write_text(changed, encoding="utf-8")
    ran = added("register", "text", "statement", "corrected.txt", "--why", "corrected by the ministry", "--who", "A.")
    assert ran.code == 0, ran.err
    assert "1 stale" in ran.out
    assert "its words are not there" in ran.out
    assert "most like it" in ran.out
    ran = added("register", "anchors")
    assert ran.code == 2
    assert "1 quotations do not stand at their place" in ran.err


def test_a_failed_import_leaves_no_register_behind(run: Run, tmp_path: Path) -> None:
    (tmp_path / "gap.jsonl").write_text('{"number": 7}\n', encoding="utf-8")
    assert run("register", "import", "gap.jsonl").code == 2
    assert "7" in run("register", "list", "commitment").out


def test_an_empty_correction_and_the_end_of_input_leave_the_draft(added: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    typed(monkeypatch, "o", "")
    ran = added("register", "review", "--document", "statement")
    assert "0 confirmed, 0 corrected, 0 rejected, 1 skipped" in ran.out


def test_a_slip_in_the_name_of_a_register_makes_none(run: Run, tmp_path: Path) -> None:
    assert run("register", "list", "meeting", "--register", "missing.sqlite").code == 2
    assert not (tmp_path / "missing.sqlite").exists()
