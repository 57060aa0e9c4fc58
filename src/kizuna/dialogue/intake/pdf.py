"""PDF files that hold text, page by page. A scanned page has none."""

from __future__ import annotations

import io
import re

from pypdf import PdfReader
from pypdf.errors import PyPdfError

ENDS = re.compile(r"[.!?:;\"\u201d)]\s*$")
PAGES_NAMED = 10


def pdf_text(content: bytes) -> tuple[str, tuple[str, ...]]:
    """Return the words of a PDF, and a notice where pages hold none.

    Between pages stands an empty line; a page that ends within a sentence goes on in the next line.

    Raises
    ------
    ValueError
        If it is broken, encrypted, or holds no text.
    """
    try:
        reader = PdfReader(io.BytesIO(content))
        if reader.is_encrypted:
            raise ValueError("it is encrypted")
        pages = [_joined(page.extract_text()).strip() for page in reader.pages]
    except (PyPdfError, RecursionError, KeyError, TypeError, AttributeError, IndexError, AssertionError) as error:
        # The ways in which a parser of PDF fails that a file leads astray.
        raise ValueError(f"not a sound PDF: {str(error)[:200] or type(error).__name__}") from error
    if not any(pages):
        raise ValueError("no text in it: it may be scanned")
    bare = [str(number) for number, page in enumerate(pages, start=1) if not page]
    more = f" and {len(bare) - PAGES_NAMED} more" if len(bare) > PAGES_NAMED else ""
    notices = (f"no text on page {', '.join(bare[:PAGES_NAMED])}{more}: scanned, or empty",) if bare else ()
    text = "".join(page + ("\n\n" if ENDS.search(page[-8:]) else "\n") for page in pages if page)
    return text.rstrip("\n") + "\n", notices


def _joined(words: str) -> str:
    """Return words with the halves of a character put together."""
    return words.encode("utf-16", "surrogatepass").decode("utf-16")
