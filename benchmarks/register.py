"""How long does a register of a million events take to replay, from the database into its state?

The register is made up: meetings every month, each with a text, the words quoted in it, statements, commitments,
reviews of what rules proposed, and progress. Making it is timed too; a part is a process of its own.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import combinations, islice
from pathlib import Path
from typing import Any

from machine import describe, plain_environment

from kizuna.dialogue.entries import (
    Area,
    Commitment,
    Document,
    Evidence,
    Meeting,
    Participation,
    Person,
    Post,
    Progress,
    Selector,
    Series,
    Statement,
)
from kizuna.dialogue.events import Change, Event, addition, amendment, judgement
from kizuna.dialogue.register import Register
from kizuna.dialogue.since import last_two_meetings, progress_since

EVENTS = 1_000_000
AIM = 30.0
RUNS = 3
BEGUN = datetime(2000, 1, 1, tzinfo=UTC)
SENTENCES = 40
SERIES = 40
# Each series has partners of its own.
PAIRS = list(combinations(("IND", "JPN", "USA", "AUS", "KOR", "VNM", "IDN", "FRA", "DEU", "GBR"), 2))[:SERIES]
NOUNS = ["supply chains", "rare earths", "ports", "grids", "satellites", "seeds", "cables", "reactors", "quotas"]


def main() -> None:
    """Print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", choices=PARTS, help="one part alone, as the other processes run it")
    parser.add_argument("--file", type=Path, help="the register's file")
    parser.add_argument("--events", type=int, default=EVENTS)
    asked = parser.parse_args()
    if asked.part:
        PARTS[asked.part](asked.file, asked.events)
        return
    print(describe(), flush=True)
    with tempfile.TemporaryDirectory() as folder:
        file = asked.file or Path(folder) / "register.sqlite"
        for part in PARTS:
            command = [sys.executable, __file__, "--part", part, "--file", str(file), "--events", str(asked.events)]
            subprocess.run(command, env=plain_environment(), check=True)


def make(file: Path, count: int) -> None:
    """Make the register with every rule checked."""
    begun = time.perf_counter()
    with Register.open(file) as register:
        register.load_events(islice(numbered(changes(random.Random(1))), count))
    taken = time.perf_counter() - begun
    print(f"made: {count:,} events in {taken:.1f} s, {file.stat().st_size / 1e6:.0f} MB; peak {_peak_mb():.0f} MB")


def read(file: Path, count: int) -> None:
    """Replay the events of the database, several times."""
    with Register.open(file, create=False) as register:
        for _ in range(RUNS):
            wall, processor = time.perf_counter(), time.process_time()
            state = register.state()
            wall, processor = time.perf_counter() - wall, time.process_time() - processor
            kept = Counter({kind: len(entries) for kind, entries in state.entries.items()})
            assert state.last == count
            print(f"replayed: {wall:.1f} s ({processor:.1f} s of processor; aim: under {AIM:.0f} s)", flush=True)
            del state
        print("entries:", ", ".join(f"{number:,} {kind}" for kind, number in kept.most_common()))
    print(f"peak {_peak_mb():.0f} MB")


def compare(file: Path, count: int) -> None:  # noqa: ARG001 - parts are called alike
    """Replay, and compare with the tables."""
    begun = time.perf_counter()
    with Register.open(file, create=False) as register:
        register.check()
    print(f"checked against the tables: {time.perf_counter() - begun:.1f} s; peak {_peak_mb():.0f} MB")


def write_one(file: Path, count: int) -> None:  # noqa: ARG001 - parts are called alike
    """Add one entry at a time to the full register."""
    with Register.open(file, create=False) as register:
        taken = []
        for number in range(RUNS * RUNS):
            begun = time.perf_counter()
            register.add([Area(id=f"late-{number}", name="Late", broader="area-0")], "A. Clerk", "late")
            taken.append(time.perf_counter() - begun)
    print(f"one more entry: {sorted(taken)[len(taken) // 2] * 1e3:.1f} ms (median of {len(taken)})")


def since(file: Path, count: int) -> None:  # noqa: ARG001 - parts are called alike
    """Ask what became of it since the last meeting but one, for the partners of one series."""
    with Register.open(file, create=False) as register:
        taken = []
        for number in range(RUNS * RUNS):
            partners = PAIRS[number % SERIES]
            begun = time.perf_counter()
            earlier, later = last_two_meetings(register, partners, date(2040, 1, 1)) or (None, None)
            assert earlier is not None
            assert later is not None
            found = progress_since(register, partners, earlier.id, later.id, today=date(2040, 1, 1))
            taken.append(time.perf_counter() - begun)
        made = sum(one.new for one in found.standings)
        print(
            f"since: {sorted(taken)[len(taken) // 2] * 1e3:.0f} ms, slowest {max(taken) * 1e3:.0f} (aim: 200); "
            f"{len(found.standings):,} commitments of the pair, {made} of them new, of one in {SERIES} pairs"
        )


PARTS = {"make": make, "read": read, "compare": compare, "since": since, "write-one": write_one}


def numbered(asked: Iterator[Change]) -> Iterator[Event]:
    """Yield changes as events, a minute apart."""
    for number, change in enumerate(asked, start=1):
        yield Event(
            number, BEGUN + timedelta(minutes=number), "A. Clerk", "read in the statement", change.act, change.kind,
            change.id, change.content, change.rule,
        )  # fmt: skip


def changes(rng: random.Random) -> Iterator[Change]:
    """Yield what happens to a register in which forty series meet without end."""
    yield addition(Document(id="founding", title="Founding note", kind="note"))
    for number in range(len(NOUNS)):
        yield addition(Area(id=f"area-{number}", name=NOUNS[number]))
    for number in range(SERIES):
        yield addition(Series(id=f"series-{number}", name=f"Dialogue {number}", parties=PAIRS[number],
                              sources=("founding",)))  # fmt: skip
        yield addition(Person(id=f"person-{number}", name=f"Person {number}", party="JPN"))
        yield addition(Post(id=f"post-{number}", title=f"Minister {number}", party="JPN"))
    number = 0
    while True:
        yield from of_one_meeting(number, rng)
        number += 1


def of_one_meeting(number: int, rng: random.Random) -> Iterator[Change]:
    """Yield what a reader proposes from the text of one meeting, what a reviewer says, and what follows."""
    series, rule = number % SERIES, "reader@1"
    day = (BEGUN + timedelta(days=number)).date().isoformat()
    said = [f"Both sides will work together on {rng.choice(NOUNS)} by {2030 + at}." for at in range(SENTENCES)]
    text = " ".join(said)
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    yield addition(Document(id=f"d-{number}", title=f"Statement {number}", kind="joint_statement", published=day,
                            issuers=("IND", "JPN"), sha256=sha256, text=text), rule)  # fmt: skip
    fact: dict[str, Any] = {"sources": (f"d-{number}",)}
    earlier = f"m-{number - SERIES}" if number >= SERIES else None
    yield addition(Meeting(id=f"m-{number}", series=f"series-{series}", start=day, status="held", previous=earlier,
                           **fact), rule)  # fmt: skip
    yield judgement("meeting", f"m-{number}", "confirmed")
    for at in range(4):
        who = (series + at) % SERIES
        yield addition(Participation(id=f"m-{number}-{at}", meeting=f"m-{number}", person=f"person-{who}",
                                     post=f"post-{who}", party="JPN", **fact), rule)  # fmt: skip
    start = 0
    for at, sentence in enumerate(said):
        end = start + len(sentence)
        name = f"{number}-{at}"
        yield addition(Selector(id=f"w-{name}", document=f"d-{number}", sha256=sha256, start=start, end=end,
                                exact=sentence), rule)  # fmt: skip
        start = end + 1
        yield addition(Statement(id=f"s-{name}", document=f"d-{number}", meeting=f"m-{number}", says=sentence,
                                 kind="commitment_firm", areas=(f"area-{at % len(NOUNS)}",),
                                 selectors=(f"w-{name}",), **fact), rule)  # fmt: skip
        yield judgement("statement", f"s-{name}", "rejected" if rng.random() < 0.1 else "confirmed")
        if at % 2 == 0:
            yield from of_one_commitment(name, f"series-{series}", f"m-{number}", fact, rng)


def of_one_commitment(
    name: str, series: str, meeting: str, fact: dict[str, Any], rng: random.Random
) -> Iterator[Change]:
    """Yield a commitment, its review, and how it stands later."""
    commitment = f"c-{name}"
    yield addition(Commitment(id=commitment, statements=(f"s-{name}",), series=series, meeting=meeting,
                              actors=("IND", "JPN"), action="work", object="together", deadline="2030",
                              bindingness="political", **fact), "reader@1")  # fmt: skip
    if rng.random() < 0.2:
        yield judgement("commitment", commitment, "corrected", {"object": f"on {rng.choice(NOUNS)}"})
    else:
        yield judgement("commitment", commitment, "confirmed")
    if rng.random() < 0.1:
        yield amendment("commitment", commitment, {"condition": "if funds allow"})
    yield addition(Evidence(id=f"e-{name}", dataset="trade_hs92", version="1", key=name, value=rng.random()))
    for year in (2031, 2032):
        yield addition(Progress(id=f"p-{name}-{year}", commitment=commitment, as_of=str(year), status="under_way",
                                rationale="A first step was reported.", evidence=(f"e-{name}",),
                                author="A. Clerk"))  # fmt: skip


def _peak_mb() -> float:
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(status.split("VmHWM:")[1].split()[0]) / 1e3


if __name__ == "__main__":
    main()
