"""What the reader proposes: kinds of statement, who promises, lists under a lead-in, deadlines, and the queue."""

from __future__ import annotations

import shutil
import time
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

import pytest

from kizuna.dialogue.read import read_document
from kizuna.dialogue.reading import Reading, Span
from kizuna.dialogue.rules.deadlines import read_deadline
from kizuna.dialogue.rules.fingerprint import fingerprint, hash_of
from kizuna.dialogue.rules.sentences import split_sentences
from kizuna.dialogue.rules.statements import said_in


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("We will convene a forum on ports.", "commitment_firm"),
        ("To this end, the two Prime Ministers, recalling their last meeting, will hold talks.", "commitment_firm"),
        ("Both sides agreed to set up a working group.", "commitment_firm"),
        ("The Ministers instructed their officials to draw up a plan.", "commitment_firm"),
        ("India and Japan have decided to share data.", "commitment_firm"),
        ("They are committed to lowering tariffs.", "commitment_firm"),
        ("Japan, through its bank, will fund the port.", "commitment_firm"),
        ("A joint task force will be established.", "commitment_firm"),
        ("The leaders discussed ports and will continue to work on them.", "commitment_firm"),
        ("The Participants intend to map deposits.", "commitment_soft"),
        ("The Ministers looked forward to holding the next round at an early date.", "commitment_soft"),
        ("The two sides will seek to lower costs.", "commitment_soft"),
        ("They announced their intention to cooperate on chips.", "commitment_soft"),
        ("We reaffirm our commitment to free trade.", "restated"),
        ("Japan reiterated its determination to end the dispute.", "restated"),
        ("We call on all parties to show restraint.", "call_on_others"),
        ("The Minister invited companies to invest in the corridor.", "proposal_or_invitation"),
        ("The Ministers signed a memorandum on ports.", "outcome"),
        ("We recognize the importance of trust.", "position"),
    ],
)
def test_a_sentence_is_of_one_of_the_eight_kinds(sentence: str, kind: str) -> None:
    found = said_in(sentence, "joint_statement")
    assert found is not None
    assert found.kind == kind


@pytest.mark.parametrize(
    "sentence",
    [
        "This investment will bolster security.",
        "Our ongoing cooperation will promote growth.",
        "The project, which will be large, is near the coast.",
        "Closer ties with partners will help.",
        "They looked forward to a successful summit.",
        "Indian companies will build it.",
    ],
)
def test_an_effect_a_courtesy_and_a_promise_of_others_are_no_commitment(sentence: str) -> None:
    found = said_in(sentence, "joint_statement")
    assert found is None or not found.kind.startswith("commitment")


def test_an_item_inherits_its_lead_in_until_the_list_ends() -> None:
    text = "The Participants intend to:\n• Share data on ore.\n• Mapping deposits together.\nGeneral\nTrade grew."
    reading = read_document(text, published="2025-01-01")
    promised = [one for one in reading.statements if one.kind == "commitment_soft"]
    assert [text[one.span.start : one.span.end] for one in promised] == [
        "• Share data on ore.", "• Mapping deposits together.",
    ]  # fmt: skip
    assert {one.lead_in for one in promised} == {Span(0, 27)}


def test_a_promise_carries_its_place_actor_action_object_and_deadline() -> None:
    text = "We, the Leaders of India and Japan, met. Japan will fund a port in Chennai by March 2027."
    (found,) = [one for one in read_document(text, published="2025-06-01").statements if one.action]
    assert text[found.span.start : found.span.end].startswith("Japan will")
    assert (found.actors, found.action, found.bindingness) == (("JPN",), "fund", "political")
    assert found.object.startswith("a port in Chennai")
    assert found.deadline is not None
    assert (found.deadline.date, found.deadline.relative) == ("2027-03", False)


@pytest.mark.parametrize(
    ("words", "date", "relative"),
    [
        ("by 2030", "2030", False),
        ("by the end of 2025", "2025", False),
        ("no later than 31 March 2026", "2026-03-31", False),
        ("by FY 2027", "2027", False),
        ("within 180 days of the date of this Framework", "2026-04-26", True),
        ("within six months", "2026-04-28", True),
        ("over the next five years", "2030-10-28", True),
        ("by the end of the year", "2025", True),
        ("later this year", "2025", True),
        ("next week at an early date", None, None),
        ("within 10 days of the receipt of the request", None, None),
    ],
)
def test_a_deadline_is_the_date_that_its_words_mean(words: str, date: str | None, relative: bool | None) -> None:
    sentence = f"They will meet {words}."
    found = read_deadline(sentence, Span(0, len(sentence)), "2025-10-28")
    assert (found and found.date) == date
    assert (found and found.relative) == relative


def test_a_relative_deadline_without_a_date_of_the_document_is_left_out() -> None:
    sentence = "They will meet within six months."
    assert read_deadline(sentence, Span(0, len(sentence)), None) is None


def test_sentences_cover_every_word_of_the_text_once() -> None:
    text = "Head\n1. The U.S. Govt. met Dr. Rao. “They will act.” It ended at 5 p.m. Then…\n\n• a\n"
    spans = split_sentences(text)
    assert all(one.end <= other.start for one, other in pairwise(spans))
    ends, starts = [0, *(span.end for span in spans)], [*(span.start for span in spans), len(text)]
    assert not "".join(text[end:start] for end, start in zip(ends, starts, strict=True)).strip()
    assert [text[s.start : s.end] for s in spans][:3] == ["Head", "1. The U.S. Govt. met Dr. Rao.", "“They will act.”"]


def queued(reading: Reading) -> list[str]:
    return [reading.text[one.span.start : one.span.end] for one in reading.queue]


def test_a_modal_that_no_rule_took_goes_to_the_queue_and_plain_description_does_not() -> None:
    reading = read_document("The programme will train engineers. The port is old.", published="2024-01-01")
    assert queued(reading) == ["The programme will train engineers."]
    assert not reading.statements


def test_every_proposal_names_its_rule_and_the_reading_the_hash_of_all() -> None:
    reading = read_document("We, the Leaders of India and Japan, met on 3 May 2024. We will act.", published=None)
    assert [one.rule for one in reading.statements] == ["firm: will"]
    assert reading.rules == fingerprint()


@pytest.mark.parametrize("changed", ["dialogue/read.py", "dialogue/data/areas.toml", "dialogue/rules/dates.py"])
def test_the_hash_changes_with_a_rule_wherever_it_stands(changed: str, tmp_path: Path) -> None:
    package = tmp_path / "kizuna"
    shutil.copytree(Path(str(files("kizuna"))), package, ignore=shutil.ignore_patterns("snapshot", "__pycache__"))
    assert hash_of(package) == fingerprint()
    with (package / changed).open("a", encoding="utf-8") as file:
        file.write("# another rule\n")
    assert hash_of(package) != fingerprint()


@pytest.mark.parametrize("words", ["will ", "we will, ", "India and Japan ", "“", "U.S. ", "commit to ", "a"])
def test_a_long_line_of_anything_is_read_in_linear_time(words: str) -> None:
    line = (words * 100_000)[:100_000]
    begin = time.process_time()
    read_document(line, published="2024-01-01")
    assert time.process_time() - begin < 2


def test_what_others_are_said_to_do_is_no_promise_of_the_issuers() -> None:
    text = "We, the Ministers of India and Japan, met. The Ministers noted that China will reduce tariffs by 2030."
    reading = read_document(text, published="2024-01-01")
    assert [one.kind for one in reading.statements] == ["position"]
    assert queued(reading) == ["The Ministers noted that China will reduce tariffs by 2030."]


@pytest.mark.parametrize(
    ("sentence", "action"),
    [
        ("We will not recognise any annexation.", "not recognise"),
        ("We will\tbuild\xa0 a port.", "build"),
        ("The Participants are intensifying their efforts.", "intensifying"),
    ],
)
def test_the_verb_of_a_promise_is_its_own(sentence: str, action: str) -> None:
    (found,) = read_document(f"We, the Leaders of India and Japan, met. {sentence}", published="2024-01-01").statements
    assert (found.kind, found.action) == ("commitment_firm", action)


@pytest.mark.parametrize("line", ["Date: 9999-12-31", "Date: 2024-02-30", "Date: 0000-01-01"])
def test_an_odd_day_at_the_head_of_a_text_stops_nothing(line: str) -> None:
    reading = read_document(f"{line}\nWe will build a port within 12 months.")
    assert len(reading.statements) == 1


def test_a_fact_sheet_is_known_by_its_headings() -> None:
    programme = "The initiative trains engineers of the region in the building of ports and of railways. "
    text = "".join(f"Heading {number}\n{programme * 4}\n" for number in range(12))
    assert read_document(text, published="2024-01-01").document.kind == "fact_sheet"
    spoken = text.replace("The initiative trains", "We train")
    assert read_document(spoken, published="2024-01-01").document.kind != "fact_sheet"
