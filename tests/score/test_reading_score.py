"""How readings are scored, on cases made by hand; and the reader on texts that were labelled before its rules ran."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from kizuna.dialogue.read import read_document
from kizuna.dialogue.reading import Reading
from kizuna.floor.errors import DocumentError
from kizuna.score.reading import Count, score_document, score_reading

TEXT = "We will build a port. It is large. We intend to meet. Trade grew."
SENTENCES = [(0, 21, "firm"), (22, 34, "none"), (35, 53, "soft"), (54, 65, "none")]
LABELS = Path(__file__).parent / "labels"


def gold(**more: Any) -> dict[str, Any]:
    sentences = [{"start": a, "end": b, "label": label, "areas": []} for a, b, label in SENTENCES]
    return {"genre": "mou", "sentences": sentences, "meetings": [], "people": []} | more


def read() -> Reading:
    return read_document(TEXT, published="2024-01-01")


def test_all_right_is_one_and_an_empty_reading_has_no_precision() -> None:
    right = score_document("a", read(), gold()).counts["commitments"]
    assert right == Count(2, 0, 0)
    empty = score_document("a", replace(read(), statements=(), queue=()), gold()).counts["commitments"]
    assert empty.as_json() == {"precision": None, "recall": 0.0, "f1": 0.0, "labelled": 2, "proposed": 0}


def test_a_proposal_on_a_sentence_that_is_no_commitment_is_wrong() -> None:
    labels = gold()
    labels["sentences"][0]["label"] = "none"
    assert score_document("a", read(), labels).counts["commitments"] == Count(1, 1, 0)


def test_two_proposals_on_one_sentence_count_once() -> None:
    whole = gold(sentences=[{"start": 0, "end": len(TEXT), "label": "firm", "areas": []}])
    assert score_document("a", read(), whole).counts["commitments"].right == 1


def test_restated_counts_in_the_second_line_alone() -> None:
    labels = gold()
    labels["sentences"][1]["label"] = "restated"
    found = score_document("a", read(), labels).counts
    assert found["commitments"].missed == 0
    assert found["commitments_with_restated"].missed == 1


def test_a_meeting_counts_by_its_day_and_a_name_that_is_alike() -> None:
    text = "The second Maritime Affairs Dialogue was held in September 2021."
    reading = read_document(text, published="2022-01-01")
    labels = gold(sentences=[], meetings=[{"name": "Maritime Affairs Dialogue", "date": "2021-09"}])
    assert score_document("a", reading, labels).counts["meetings"] == Count(1, 0, 0)
    labels["meetings"][0]["date"] = "2021-10"
    assert score_document("a", reading, labels).counts["meetings"] == Count(0, 1, 1)


def test_a_party_counts_where_it_is_labelled() -> None:
    reading = read_document("Prime Minister Kishida Fumio met the press.", published="2023-01-13")
    assert [person.party for person in reading.people] == ["JPN"]
    for party, right in (("JP", 1), ("IN", 0), (None, 1)):
        labels = gold(sentences=[], people=[{"name": "Fumio Kishida", "party": party}])
        assert score_document("a", reading, labels).counts["people"].right == right


def folder_of(tmp_path: Path, text: str = TEXT) -> Path:
    (tmp_path / "gold").mkdir()
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    labels = gold(sha256=sha256(TEXT.encode()).hexdigest(), date="2024-01-01")
    (tmp_path / "gold" / "a.json").write_text(json.dumps(labels), encoding="utf-8")
    return tmp_path


def test_a_folder_gives_pooled_scores_those_by_genre_and_the_hash_of_the_rules(tmp_path: Path) -> None:
    found = score_reading(folder_of(tmp_path)).as_json()
    assert found["pooled"]["commitments"]["f1"] == 1.0
    assert found["by_genre"]["mou"] == found["pooled"]
    assert len(found["rules"]) == 64
    assert found["pooled"]["meetings"]["precision"] is None


def test_a_text_that_is_not_the_labelled_one_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="not the text that was labelled"):
        score_reading(folder_of(tmp_path, TEXT + " More."))


def test_a_folder_without_labels_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="no labels"):
        score_reading(tmp_path)


def scored(shared: Path, tmp_path: Path) -> dict[str, Any]:
    """Score the reader on the texts that were labelled for this project; one of them is the first part of a text."""
    (tmp_path / "gold").mkdir()
    for path in sorted(LABELS.glob("*.json")):
        labels = json.loads(path.read_text(encoding="utf-8"))
        text = shared / "documents" / f"{labels.get('part_of', path.stem)}.txt"
        if not text.is_file():
            pytest.skip(f"the text {text.name} is not beside this checkout")
        shutil.copy(path, tmp_path / "gold" / path.name)
        part = text.read_text(encoding="utf-8")[: labels.get("characters")]
        (tmp_path / f"{path.stem}.txt").write_text(part, encoding="utf-8")
    return score_reading(tmp_path).as_json()


def test_on_the_labels_made_here_the_reader_keeps_what_it_was_measured_at(shared: Path, tmp_path: Path) -> None:
    """All twelve texts were scored once before the rules learned from them; the page on the register has both."""
    found = scored(shared, tmp_path)
    assert found["pooled"]["commitments"]["f1"] >= 0.89
    assert found["by_genre"]["fact sheet"]["commitments"]["f1"] >= 0.89
    assert found["by_genre"]["mou"]["commitments"]["f1"] >= 0.97
    assert found["by_genre"]["joint statement"]["commitments"]["f1"] >= 0.88
    assert found["pooled"]["queue"]["recall"] >= 0.98
    assert found["pooled"]["queue"]["share_seen"] <= 0.60


def test_on_the_published_labels_the_reader_finds_nearly_all(shared: Path) -> None:
    folder = shared / "documents"
    if not folder.is_dir():
        pytest.skip("the labelled texts are not beside this checkout")
    found = score_reading(folder).as_json()["pooled"]
    assert found["commitments"]["f1"] >= 0.95
    assert found["meetings"]["recall"] == 1.0
    assert found["queue"]["recall"] >= 0.98
    assert found["queue"]["share_seen"] <= 0.60


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"genre": None}, ""),
        ({"sentences": [{"start": 0, "end": 4, "label": "Firm", "areas": []}]}, "label is 'Firm'"),
        ({"sentences": [{"start": 0, "end": 4}]}, r"sentences\[0\].label is missing"),
    ],
)  # fmt: skip
def test_labels_of_another_form_are_refused(tmp_path: Path, change: dict[str, Any], says: str) -> None:
    folder = folder_of(tmp_path)
    (path,) = (folder / "gold").glob("*.json")
    labels = json.loads(path.read_text(encoding="utf-8"))
    if not says:
        del labels["genre"]
    path.write_text(json.dumps(labels | ({} if not says else change)), encoding="utf-8")
    with pytest.raises(DocumentError, match=says or "genre is missing"):
        score_reading(folder)
