"""What a sentence says: one of the eight kinds of statement, by the words that promise, intend, repeat, note or ask.

Each rule is a pattern for a verb and, where it matters, what its subject must be. The first rule that holds decides, in
the order of the list: a firm promise in a sentence outweighs a soft one beside it, and both outweigh what is repeated.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from itertools import islice

from kizuna.dialogue.entries import COMMITMENTS, DocumentKind, StatementKind
from kizuna.dialogue.rules.statement_words import statement_words
from kizuna.dialogue.rules.subjects import Speaker, Subject, subject_before

MOST_MATCHES = 6  # of one rule in one sentence; a sentence with more is no sentence
PREAMBLE = re.compile(r"\s*(?:whereas|recalling|reaffirming)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Rule:
    """A pattern, the kind of statement it makes, and who must stand before it for it to hold."""

    id: str
    kind: StatementKind
    pattern: re.Pattern[str]
    speakers: tuple[Speaker, ...] = ()
    documents: tuple[DocumentKind, ...] = ()
    unless: re.Pattern[str] | None = None
    not_after: re.Pattern[str] | None = None
    acts: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """What a sentence says, by which rule; the subject, and where what it promises begins, with its verb."""

    kind: StatementKind
    rule: str
    subject: Subject
    after: int


def said_in(sentence: str, document: DocumentKind) -> Said | None:
    """Return what one sentence says; None where no rule takes it.

    Examples
    --------
    >>> found = said_in("The two leaders will convene a council.", "joint_statement")
    >>> found.kind, found.rule
    ('commitment_firm', 'firm: will')
    >>> said_in("This investment will bolster security.", "joint_statement") is None
    True
    """
    for rule in _rules():
        if rule.documents and document not in rule.documents:
            continue
        for match in islice(rule.pattern.finditer(sentence), MOST_MATCHES):
            if rule.unless is not None and rule.unless.match(sentence, match.end()):
                continue
            if rule.not_after is not None and rule.not_after.search(sentence, 0, match.start()):
                continue
            verb = match.start("verb") if "verb" in match.re.groupindex else match.start()
            subject = subject_before(sentence, verb) if rule.speakers else Subject("things", "")
            if rule.speakers and subject.kind not in rule.speakers:
                continue
            after = match.start() + match[0].rstrip().rfind(" ") + 1 if rule.acts else match.end()
            return Said(_kind(rule, sentence, document), rule.id, subject, after)
    return None


def _kind(rule: Rule, sentence: str, document: DocumentKind) -> StatementKind:
    """Return the kind; what a preamble says is said again, for the articles say it."""
    promised = rule.kind in COMMITMENTS
    preamble = PREAMBLE.match(sentence) is not None
    if promised and preamble and (document in ("mou", "agreement") or " are taking " in sentence):
        return "restated"
    return rule.kind


@cache
def _rules() -> tuple[Rule, ...]:
    words = statement_words()
    return tuple(
        Rule(
            written.id,
            written.kind,
            words.compiled("".join(written.pattern)),
            written.subject,
            written.documents,
            words.compiled(written.unless) if written.unless else None,
            words.compiled(written.not_after) if written.not_after else None,
            written.acts,
        )
        for written in words.rules
    )
