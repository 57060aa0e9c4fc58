"""A drawing made fit to stand inside a page: nothing that runs or fetches, and ids that are its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.dom import Node, minidom
from xml.parsers.expat import ExpatError

from kizuna.floor.errors import RequestError

_ELEMENTS = {
    *("svg", "g", "path", "rect", "line", "circle", "ellipse", "polygon", "polyline", "text", "tspan", "title", "desc"),
    *("defs", "clipPath", "pattern", "linearGradient", "radialGradient", "stop", "use", "symbol", "marker", "mask"),
}
_LOCAL_ADDRESS = re.compile(r"url\(#")


def inline_svg(svg: str, *, prefix: str, alternative: str = "") -> str:
    """Return the drawing with its ids under ``prefix`` and its text alternative as the label.

    Parameters
    ----------
    svg
        One SVG document.
    prefix
        Goes before every id, so that two drawings on one page never share one.
    alternative
        What the drawing shows; the label that the drawing itself carries if not given.

    Raises
    ------
    RequestError
        If the drawing holds anything but shapes, text and their paint: a script, an event handler, foreign content,
        an address outside itself.
    """
    root = _root(svg, prefix)
    label = alternative or _label(root)
    if not label.strip():
        raise _refused(prefix, "has no text alternative")
    for element in list(_elements(root, prefix)):
        _clean(element, prefix)
    for child in list(root.childNodes):
        if child.nodeName == "title":
            root.removeChild(child)
    root.setAttribute("role", "img")
    root.setAttribute("aria-label", label)
    return root.toxml()


def svg_label(svg: str) -> str:
    """Return the label that a drawing carries on its root: its ``aria-label``, else its title, else nothing."""
    return _label(_root(svg, "drawing"))


def _root(svg: str, prefix: str) -> minidom.Element:
    if "<!DOCTYPE" in svg or "<!ENTITY" in svg:
        raise _refused(prefix, "declares its own entities")
    try:
        root = minidom.parseString(svg.encode("utf-8")).documentElement
    except ExpatError as error:
        raise _refused(prefix, f"is not well-formed: {error}") from error
    if root is None or root.nodeName != "svg":
        raise _refused(prefix, "is not an SVG")
    return root


def _label(root: minidom.Element) -> str:
    titles = (child for child in root.childNodes if child.nodeName == "title")
    written = "".join(text.data for title in titles for text in title.childNodes if isinstance(text, minidom.Text))
    return root.getAttribute("aria-label") or written


def _elements(element: minidom.Element, prefix: str) -> Iterator[minidom.Element]:
    if element.nodeName not in _ELEMENTS:
        raise _refused(prefix, f"holds the element <{element.nodeName}>")
    yield element
    for child in element.childNodes:
        if child.nodeType == Node.ELEMENT_NODE:
            yield from _elements(child, prefix)
        elif child.nodeType != Node.TEXT_NODE:
            raise _refused(prefix, f"holds something that is neither shape nor text: {child.nodeName}")


def _clean(element: minidom.Element, prefix: str) -> None:
    """Refuse what runs or fetches, put ids under the prefix, and drop roles inside what is one image."""
    for name, value in list(element.attributes.items()):
        bare = name.lower()
        if bare.startswith("on"):
            raise _refused(prefix, f"has the event handler {name!r}")
        if bare in {"href", "xlink:href"}:
            if not value.startswith("#"):
                raise _refused(prefix, f"points outside itself: {name}={value[:60]!r}")
            element.setAttribute(name, f"#{prefix}-{value[1:]}")
        elif bare == "id":
            element.setAttribute(name, f"{prefix}-{value}")
        elif bare == "role" or bare.startswith("aria-"):
            element.removeAttribute(name)
        elif bare == "style":
            raise _refused(prefix, f"has a style of its own: {value[:60]!r}")
        elif "url(" in value.lower():
            if len(_LOCAL_ADDRESS.findall(value)) != value.lower().count("url("):
                raise _refused(prefix, f"points outside itself: {name}={value[:60]!r}")
            element.setAttribute(name, _LOCAL_ADDRESS.sub(f"url(#{prefix}-", value))


def _refused(prefix: str, what: str) -> RequestError:
    return RequestError(
        f"The drawing {what}.",
        where=prefix,
        expected="shapes, text and paint only",
        do="Draw it with kizuna.brief.pictures, or take that part out of the file.",
    )
