"""A writer that is killed leaves a register that holds whole writes and every one that was done."""

from __future__ import annotations

import random
import signal
import time
from pathlib import Path

import pytest
from register_writers import start_writer

from kizuna.dialogue.register import Register

ENTRIES = 40
KILLS = 24


@pytest.mark.parametrize("turn", range(KILLS))
def test_a_writer_killed_at_any_moment_leaves_nothing_half(tmp_path: Path, turn: int) -> None:
    path = tmp_path / "register.sqlite"
    writer = start_writer(str(path), "area", writes=0, entries=ENTRIES)
    assert writer.stdout is not None
    assert writer.stdout.readline() == "ready\n"
    # Some are killed while the register is made, most while they write.
    time.sleep(random.Random(turn).uniform(0.0, 1.0))
    writer.kill()
    done = [int(line) for line in writer.stdout.read().splitlines()]
    assert writer.wait() == -signal.SIGKILL
    assert done == [*range(len(done))]
    with Register.open(path) as register:
        register.check()
        events = [event.id for event in register.events()]
        writes = len(events) // ENTRIES
        assert events == [f"area-{write}-{at}" for write in range(writes) for at in range(ENTRIES)]
        # The last write may be in the file before the writer could say so.
        assert writes in (len(done), len(done) + 1)
        assert len(register.entries("area")) == len(events)
