"""Selectors resolve to their exact words, or are stale; a changed text finds them again by their quotation."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_register import BY, TEXT, document, one_of_each, selector

from kizuna.dialogue.anchors import anchor, anchor_again, change_text, nearest, resolve, why_stale
from kizuna.dialogue.entries import Document
from kizuna.dialogue.reading import Span
from kizuna.dialogue.register import Register
from kizuna.dialogue.review import passages
from kizuna.floor.errors import RegisterError

PROMISE = "Both sides decided to hold a further round of the dialogue in Tokyo before the summer."
MOST_SECONDS = 5


@given(st.text(min_size=2, max_size=200), st.data())
def test_a_selector_resolves_to_the_span_that_it_was_made_of(text: str, data: st.DataObject) -> None:
    text = text.encode("utf-8", "ignore").decode()
    starts = [at for at in range(len(text)) if text[at].strip()]
    if not starts:
        return
    start = data.draw(st.sampled_from(starts))
    end = data.draw(st.integers(start + 1, len(text)))
    made = anchor("note", text, Span(start, end))
    assert made.exact == text[start:end]
    assert resolve(made, text) == Span(start, end)


def test_in_a_changed_text_a_selector_does_not_resolve_but_is_found_again() -> None:
    text = "They will meet. They will report."
    made = anchor("note", text, Span(16, 33))
    longer = "New head. " + text
    assert resolve(made, longer) is None
    again = anchor_again(made, longer)
    assert (again.id, again.stale, longer[again.start : again.end]) == (made.id, False, "They will report.")
    assert resolve(again, longer) == Span(again.start, again.end)


def test_of_equal_words_those_with_the_same_neighbours_are_taken() -> None:
    text = "India will act. Japan will act. Both met."
    second = anchor("note", text, Span(22, 30))
    assert text[22:30] == "will act"
    changed = "First, " + text
    assert anchor_again(second, changed).start == 29


def test_equal_words_that_nothing_tells_apart_make_it_stale() -> None:
    made = anchor("note", "act", Span(0, 3))
    assert anchor_again(made, "act act act").stale


def test_words_that_are_gone_make_it_stale_and_keep_what_it_quoted() -> None:
    made = anchor("note", "They will meet.", Span(5, 9))
    gone = anchor_again(made, "They shall meet.")
    assert gone.stale
    assert (gone.exact, gone.start, gone.sha256) == (made.exact, made.start, made.sha256)
    assert resolve(gone, "They will meet.") is None


@pytest.mark.parametrize(("start", "end"), [(0, 0), (5, 3), (0, 99)])
def test_a_span_outside_the_text_is_refused(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="does not lie"):
        anchor("note", "words", Span(start, end))


def test_a_new_text_moves_every_selector_of_its_document_in_one_write(register: Register) -> None:
    register.add(one_of_each(), **BY)
    before = register.get("selector", "words").entry
    anchored, stale = change_text(register, "statement-2024", "Corrected. " + TEXT, "A. Clerk", "a corrected text")
    assert (anchored, stale) == (1, 0)
    after = register.get("selector", "words").entry
    assert after.start == before.start + len("Corrected. ")
    register.check()


def test_a_new_text_without_the_words_leaves_them_stale_and_told_so(register: Register) -> None:
    register.add(one_of_each(), **BY)
    assert change_text(register, "statement-2024", "All is new.", "A. Clerk", "another text") == (0, 1)
    (passage,) = passages(register, register.get("statement", next(iter_statements(register))))
    assert passage.stale
    register.check()


def iter_statements(register: Register):  # type: ignore[no-untyped-def]
    return (held.entry.id for held in register.entries("statement"))


def test_a_document_that_is_not_there_is_refused(register: Register) -> None:
    with pytest.raises(RegisterError, match="no such entry"):
        change_text(register, "none", "words", "A. Clerk", "why")


def test_the_kept_selectors_of_a_register_all_quote_exactly(register: Register) -> None:
    register.add([document(), selector()], **BY)
    for held in register.entries("selector"):
        kept = register.get("document", held.entry.document).entry
        assert kept.text[held.entry.start : held.entry.end] == held.entry.exact


def test_short_words_are_not_taken_from_another_sentence() -> None:
    made = anchor("note", "They will meet in Tokyo.", Span(5, 9))
    other = "Prices will rise next year."
    assert anchor_again(made, other).stale
    assert why_stale(made, other) == "its words are short, and stand there among others"


def test_it_is_said_why_a_selector_is_stale() -> None:
    made = anchor("note", "Both act.", Span(5, 8))
    assert why_stale(made, "Both act. The end.") is None
    assert why_stale(made, "Nothing.") == "its words are not there"
    assert "2 times" in str(why_stale(made, "act, act"))
    assert "over 10,000 times" in str(why_stale(made, "act " * 11_000))


@given(st.text("ab. ", min_size=1, max_size=60), st.text("ab. ", max_size=60), st.data())
def test_a_selector_that_is_anchored_again_quotes_exactly_and_resolves(
    text: str, changed: str, data: st.DataObject
) -> None:
    starts = [at for at in range(len(text)) if text[at].strip()]
    if not starts:
        return
    start = data.draw(st.sampled_from(starts))
    made = anchor("note", text, Span(start, data.draw(st.integers(start + 1, len(text)))))
    again = anchor_again(made, changed)
    assert again.stale == (why_stale(made, changed) is not None)
    assert again.exact == made.exact
    if again.stale:
        assert (again.start, again.sha256) == (made.start, made.sha256)
    else:
        assert resolve(again, changed) == Span(again.start, again.end)


def test_changed_words_are_proposed_but_never_taken() -> None:
    made = anchor("note", f"Head. {PROMISE} End.", Span(6, 6 + len(PROMISE)))
    changed = f"New head.\n{PROMISE.replace('Tokyo', 'Kyoto')} New end."
    assert anchor_again(made, changed).stale
    found = nearest(made, changed)
    assert found is not None
    assert (found.id, found.exact) == (made.id, PROMISE.replace("Tokyo", "Kyoto"))
    assert resolve(found, changed) == Span(found.start, found.end)


def test_words_in_two_places_that_are_as_like_are_not_proposed() -> None:
    made = anchor("note", PROMISE, Span(0, len(PROMISE)))
    one, other = PROMISE.replace("Tokyo", "Kyoto"), PROMISE.replace("Tokyo", "Delhi")
    assert nearest(made, one) is not None
    assert nearest(made, f"{one} Then they spoke of other things, for long. {other}") is None


def test_words_that_are_not_like_enough_are_not_proposed() -> None:
    made = anchor("note", PROMISE, Span(0, len(PROMISE)))
    assert nearest(made, "Both sides decided to hold their peace on what others had said of the matter.") is None


@pytest.mark.parametrize("unit", ["a", "act ", "ab " * 300 + "zq\n"])
def test_a_text_of_one_word_again_and_again_is_searched_in_seconds(unit: str) -> None:
    text = unit * (2_000_000 // len(unit))
    before = process_time()
    for words in ("act", unit * 3, "ab " * 600):
        made = anchor("note", f"x{words}y", Span(1, 1 + len(words)))
        anchor_again(made, text)
        nearest(made, text)
    assert process_time() - before < MOST_SECONDS


@pytest.mark.parametrize(
    ("words", "before", "after"),
    [
        ("raise joint patrols to 5", "They raise joint patrols to 5.", "They raise joint patrols to 50 by 2030."),
        ("build a new port", "They build a new port now.", "They build a new portal now, in the north of the country."),
    ],
)
def test_a_quotation_is_not_found_inside_a_longer_word_or_number(words: str, before: str, after: str) -> None:
    start = before.index(words)
    assert anchor_again(anchor("note", before, Span(start, start + len(words))), after).stale


def test_two_quotations_never_fall_on_one_place(tmp_path: Path) -> None:
    both = "First part. They will meet again in the spring. Second part. They will meet again in the spring. End."
    one = both.replace("First part. They will meet again in the spring. ", "")
    places = [found.start() for found in re.finditer("They", both)]
    with Register.open(tmp_path / "r.sqlite") as register:
        document = Document(id="n", title="N", kind="note", sha256=sha256(both.encode()).hexdigest(), text=both)
        register.add([document, *(anchor("n", both, Span(at, at + 36)) for at in places)], who="A. Clerk", why="x")
        assert change_text(register, "n", one, "A. Clerk", "a part was withdrawn") == (1, 1)
