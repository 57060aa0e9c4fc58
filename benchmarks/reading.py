"""How many words a second does the reader read? The aim is 100,000 words in under 10 seconds.

The texts are made up: paragraphs, headings and lists in the wording of joint statements, none of them long.
"""

from __future__ import annotations

import argparse
import random
import time

from machine import describe

from kizuna.dialogue.read import read_document

WORDS = 100_000
AIM = 10.0
RUNS = 3
ISSUERS = ["The Ministers", "The two leaders", "India and Japan", "Both sides", "The Participants", "We", "The group"]
VERBS = [
    "will expand", "intend to deepen", "agreed to launch", "welcomed the progress of", "reaffirmed their commitment to",
    "discussed", "underscored the importance of", "will continue to support", "called on all parties to respect",
    "plan to fund",
]  # fmt: skip
THINGS = [
    "supply chains for critical minerals", "the Cyber Dialogue of June 2022", "joint exercises at sea",
    "semiconductor research", "a network of ports in the Indo-Pacific", "food and energy security",
    "the training of engineers", "clean hydrogen",
]  # fmt: skip
ENDS = ["", " by the end of 2027", " within 180 days", ", in line with their laws", " over the next five years"]


def main() -> None:
    """Print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--words", type=int, default=WORDS)
    asked = parser.parse_args()
    text = made_up(asked.words)
    words = len(text.split())
    read_document(made_up(100), published="2022-09-08")
    times = []
    for _ in range(RUNS):
        begun = time.perf_counter()
        reading = read_document(text, published="2022-09-08")
        times.append(time.perf_counter() - begun)
    best = min(times)
    print(describe())
    print(f"{words:,} words, {len(reading.sentences):,} sentences, {len(reading.statements):,} statements")
    print(f"{best:.2f} s (best of {RUNS}), {words / best:,.0f} words/s; the aim is {WORDS:,} words in {AIM:.0f} s")


def made_up(words: int, seed: int = 1) -> str:
    """Return a text of about so many words."""
    chance = random.Random(seed)
    paragraphs, count = ["We, the Ministers of India and Japan, met in Tokyo on 8 September 2022."], 0
    while count < words:
        sentences = [_sentence(chance) for _ in range(chance.randint(2, 8))]
        paragraph = " ".join(sentences)
        if chance.random() < 0.1:
            items = "\n\n".join(f"- support {chance.choice(THINGS)};" for _ in range(4))
            paragraph = f"The Participants will:\n\n{items}"
        if chance.random() < 0.1:
            paragraphs.append(chance.choice(THINGS).capitalize())
        paragraphs.append(paragraph)
        count += len(paragraph.split())
    return "\n\n".join(paragraphs)


def _sentence(chance: random.Random) -> str:
    words = [f"{chance.choice(ISSUERS)} {chance.choice(VERBS)} {chance.choice(THINGS)}{chance.choice(ENDS)}"]
    words += [f"including {chance.choice(THINGS)} and {chance.choice(THINGS)}"] if chance.random() < 0.5 else []
    return " ".join(words) + "."


if __name__ == "__main__":
    main()
