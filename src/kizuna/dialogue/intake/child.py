"""The process that takes a file apart: ``python -m kizuna.dialogue.intake.child MEDIA SECONDS BYTES CHARACTERS ...``.

The file comes on standard input and its text goes to standard output in UTF-8. Standard error has a line for each
notice and, with exit code 1, one for a refusal; exit code 3 says that the memory was not enough. Over its time the
process is ended by a signal. It can write no file.
"""

from __future__ import annotations

import logging
import math
import resource
import signal
import sys
import unicodedata

REFUSED, OUT_OF_MEMORY = 1, 3


def main() -> int:
    """Set the limits, read, and answer."""
    media, seconds, *numbers = sys.argv[1:]
    memory, characters, *packed = map(int, numbers)
    limit(float(seconds), memory)
    logging.disable()  # what a parser complains of is no answer
    content = sys.stdin.buffer.read()
    try:
        text, notices = _text(media, content, packed)
        if len(text) > characters:
            raise ValueError(f"it has {len(text):,} characters of text; at most {characters:,} are read")
        answer = unicodedata.normalize("NFC", text).encode()
    except MemoryError:
        return OUT_OF_MEMORY
    except ValueError as error:
        sys.stderr.write(f"refused: {error}\n")
        return REFUSED
    sys.stderr.write("".join(f"notice: {notice}\n" for notice in notices))
    sys.stdout.buffer.write(answer)
    return 0


def limit(seconds: float, memory: int) -> None:
    """Bound the processor time from now on, the address space, and all writing to files."""
    signal.setitimer(signal.ITIMER_PROF, seconds)
    whole = math.ceil(seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (whole, whole))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _text(media: str, content: bytes, packed: list[int]) -> tuple[str, tuple[str, ...]]:
    """Return the text and notices; only the module that is needed is loaded."""
    if media == "docx":
        from kizuna.dialogue.intake.docx import docx_text
        from kizuna.floor.archives import Limits

        return docx_text(content, Limits(*packed))
    if media == "pdf":
        from kizuna.dialogue.intake.pdf import pdf_text

        return pdf_text(content)
    from kizuna.dialogue.intake.html import html_text

    return html_text(content.decode()), ()


if __name__ == "__main__":
    sys.exit(main())
