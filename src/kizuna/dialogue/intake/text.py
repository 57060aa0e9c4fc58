"""Plain text files: UTF-8, or UTF-16 with its mark; anything else is refused with the place of the first fault."""

from __future__ import annotations

import codecs

from kizuna.floor.errors import DocumentError


def decode(content: bytes, name: str) -> str:
    r"""Return the characters of a text file, changed in nothing.

    Raises
    ------
    DocumentError
        If it is not UTF-8 (or UTF-16 with a byte order mark), or holds a NUL.

    Examples
    --------
    >>> decode("絆\r\n".encode(), "note")
    '絆\r\n'
    """
    wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        text = content.decode("utf-16" if wide else "utf-8")
    except UnicodeDecodeError as error:
        raise DocumentError(
            f"{name} is not text in {'UTF-16' if wide else 'UTF-8'}: {error.reason} at byte {error.start}",
            expected="text in UTF-8",
            do="Save it as UTF-8.",
        ) from error
    if "\0" in text:
        raise DocumentError(
            f"{name} holds a NUL at character {text.index(chr(0))}", expected="text", do="See what kind of file it is."
        )
    return text
