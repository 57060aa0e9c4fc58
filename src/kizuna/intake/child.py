"""The process that reads one part of a file.

``python -m kizuna.intake.child`` with JSON on standard input: ``file`` (as it was recognised), ``part``, ``target``,
and the limits ``seconds``, ``file_bytes``, ``memory_bytes``.

It writes a Parquet file to the target and, on standard output, a line for each step: ``bytes N`` as it goes on, and at
the end ``peak N`` (bytes of memory) with ``read {...}`` and its counts, or with ``refused {...}``, what was found, and
exit code 1.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from dataclasses import asdict
from importlib import import_module
from pathlib import Path


def main() -> int:
    """Set the limits, read, and answer."""
    asked = json.load(sys.stdin)
    limit(asked["seconds"], asked["file_bytes"], asked["memory_bytes"])
    from kizuna.floor.errors import KizunaError
    from kizuna.intake.incoming import Incoming, Part

    def tell(done: int) -> None:
        sys.stdout.write(f"bytes {done}\n")
        sys.stdout.flush()

    try:
        incoming = Incoming.of_record(asked["file"])
        adapter = import_module(f"kizuna.intake.{incoming.adapter}")  # that one alone: all take a third of the start
        found = adapter.read(incoming, Part(**asked["part"]), Path(asked["target"]), tell)
    except KizunaError as error:
        sys.stdout.write(f"peak {peak()}\nrefused {json.dumps({'found': str(error)})}\n")
        return 1
    sys.stdout.write(f"peak {peak()}\nread {json.dumps(asdict(found))}\n")
    return 0


def peak() -> int:
    """Return the most memory that this process had, in bytes; getrusage would count that of the one that made it."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return 1024 * next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))


def limit(seconds: int, size: int, memory: int) -> None:
    """Bound processor time, the size of a file that is written, and memory; no core is left."""
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def leave(code: int) -> None:
    """End at once: giving a gigabyte of memory back piece by piece takes a third of a second."""
    sys.stdout.flush()
    os._exit(code)


if __name__ == "__main__":
    leave(main())
