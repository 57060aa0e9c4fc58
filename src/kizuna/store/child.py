"""The process that reads one part of a file.

``python -m kizuna.store.child PATH PART TARGET KNOWN SECONDS FILE_BYTES``, KNOWN being codes with commas between.

It writes a Parquet file to TARGET and, on standard output, a line for each step: ``bytes N`` as it goes on, and at the
end ``read {...}`` with its counts, or ``refused {...}`` with what was found and exit code 1.
"""

from __future__ import annotations

import json
import resource
import sys
from dataclasses import asdict
from pathlib import Path


def main() -> int:
    """Set the limits, read, and answer."""
    path, part, target, known, seconds, size = sys.argv[1:]
    limit(int(seconds), int(size))
    from kizuna.floor.errors import KizunaError
    from kizuna.sources.baci import read_year
    from kizuna.sources.incoming import recognise

    def tell(done: int) -> None:
        sys.stdout.write(f"bytes {done}\n")
        sys.stdout.flush()

    try:
        incoming = recognise(Path(path))
        wanted = next(one for one in incoming.parts if one.name == part)
        found = read_year(incoming, wanted, Path(target), {int(code) for code in known.split(",")}, tell)
    except KizunaError as error:
        sys.stdout.write(f"refused {json.dumps({'found': str(error)})}\n")
        return 1
    sys.stdout.write(f"read {json.dumps(asdict(found))}\n")
    return 0


def limit(seconds: int, size: int) -> None:
    """Bound the processor time and the size of a file that is written; no core is left."""
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    sys.exit(main())
