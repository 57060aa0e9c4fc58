"""Processes of their own that write to a register, for tests of what happens when they meet or die.

Run as a program, it writes areas, some in each write, and prints a line when a write is done.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from itertools import count

from small_register import BY

from kizuna.dialogue.entries import Area
from kizuna.dialogue.register import Register


def start_writer(place: str, name: str, writes: int, entries: int) -> subprocess.Popen[str]:
    """Start a process that writes ``entries`` areas at a time, ``writes`` times or, where that is 0, until it dies."""
    command = [sys.executable, __file__, place, name, str(writes), str(entries)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def numbers(writes: int) -> Iterator[int]:
    """Return the numbers of the writes, without end where 0 are asked for."""
    return iter(range(writes)) if writes else count()


def main(place: str, name: str, writes: str, entries: str) -> None:
    """Write to a register, and say so each time it is done."""
    print("ready", flush=True)
    with Register.open(place) as register:
        for write in numbers(int(writes)):
            areas = [Area(id=f"{name}-{write}-{at}", name=f"Area {at}") for at in range(int(entries))]
            register.add(areas, **BY)
            print(write, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
