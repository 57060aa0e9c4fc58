"""docx as lines: a paragraph a line, a list item with a bullet. Members are streamed in memory, never extracted.

Tables give a line for each paragraph of a cell, row by row. Deleted and moved-away words, headers and footers are left
out; footnotes too, with a notice.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from kizuna.floor.archives import Limits, check_members

SPACES = (
    "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}",
    "{http://purl.oclc.org/ooxml/wordprocessingml/main}",
)
BODY, STYLES = "word/document.xml", "word/styles.xml"
LEFT_OUT = {"Fallback", "moveFrom", "del", "pPr", "rPr"}
BULLET = "• "


def docx_text(content: bytes, limits: Limits) -> tuple[str, tuple[str, ...]]:
    """Return the words of a docx file, and a notice where footnotes are left out.

    Raises
    ------
    ValueError
        If it is no zip file, breaks a limit, has no document in it, or its XML has entities, a DTD or a fault.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            check_members(packed, limits)
            names = packed.namelist()
            if BODY not in names:
                raise ValueError(f"no {BODY} in it: not a docx file")
            root = _tree(packed, BODY, limits)
            listed = _list_styles(_tree(packed, STYLES, limits)) if STYLES in names else frozenset()
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, zlib.error) as error:
        raise ValueError(f"not a sound zip file: {error}") from error
    if root.tag not in {f"{space}document" for space in SPACES}:
        raise ValueError(f"{BODY} is no document of a word processor")
    notes = sum(_name(element) == "footnoteReference" for element in root.iter())
    text = "".join(f"{line}\n" for line in _lines(root, listed) if line.strip(BULLET))
    return text, (f"{notes} footnotes are left out",) if notes else ()


def _tree(packed: zipfile.ZipFile, name: str, limits: Limits) -> Element:
    with packed.open(name) as member:
        xml = member.read(limits.unpacked_bytes + 1)
    if len(xml) > limits.unpacked_bytes:
        raise ValueError(f"{name} is larger than its entry says")
    try:
        root: Element = fromstring(xml, forbid_dtd=True)
    except DefusedXmlException as error:
        raise ValueError(f"its XML declares entities or a DTD ({type(error).__name__})") from error
    except (ParseError, LookupError) as error:
        raise ValueError(f"its XML is broken: {error}") from error
    return root


def _name(element: Element) -> str:
    """Return the name of an element without its space."""
    return element.tag.rpartition("}")[2]


def _child(element: Element | None, name: str) -> Element | None:
    return next((inner for inner in element if _name(inner) == name), None) if element is not None else None


def _value(element: Element | None) -> str | None:
    """Return the attribute ``val`` of an element."""
    if element is None:
        return None
    return next((value for name, value in element.attrib.items() if name.rpartition("}")[2] == "val"), None)


def _list_styles(styles: Element) -> frozenset[str]:
    """Return the styles that make a paragraph a list item, on their own or by the style they rest on."""
    listed: set[str] = set()
    rest_on: dict[str, str] = {}
    for style in styles:
        id_ = next((value for name, value in style.attrib.items() if name.rpartition("}")[2] == "styleId"), None)
        form = _child(style, "pPr")
        if id_ is None or _child(form, "outlineLvl") is not None:  # a numbered heading is no item
            continue
        if _child(form, "numPr") is not None:
            listed.add(id_)
        elif (below := _value(_child(style, "basedOn"))) is not None:
            rest_on[id_] = below
    for id_ in rest_on:
        below, seen = rest_on[id_], {id_}
        while below not in listed and below in rest_on and below not in seen:
            seen.add(below)
            below = rest_on[below]
        if below in listed:
            listed.add(id_)
    return frozenset(listed)


def _is_item(paragraph: Element, listed: frozenset[str]) -> bool:
    form = _child(paragraph, "pPr")
    numbered = _child(form, "numPr")
    if numbered is not None:
        return _value(_child(numbered, "numId")) != "0"
    return _value(_child(form, "pStyle")) in listed


def _lines(root: Element, listed: frozenset[str]) -> Iterator[str]:
    """Yield a line a paragraph, each word once; the paragraphs of a text box come before the one that it stands in."""
    held: list[list[str]] = []
    ahead: list[tuple[Element, bool]] = [(root, False)]
    while ahead:
        element, done = ahead.pop()
        name = _name(element)
        if done:
            yield "".join(held.pop()).strip()
            continue
        if name in LEFT_OUT:
            continue
        if name == "p" and element.tag.startswith(SPACES):
            held.append([BULLET] if _is_item(element, listed) else [])
            ahead.append((element, True))
        elif held and element.tag.startswith(SPACES):
            held[-1].append(_said(name, element))
        ahead += [(inner, False) for inner in reversed(element)]


def _said(name: str, element: Element) -> str:
    if name == "t":
        return element.text or ""
    return {"tab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}.get(name, "")
