"""HTML as lines: a block begins a new line, a list item begins with a bullet; scripts and styles are left out."""

from __future__ import annotations

import re
from html.parser import HTMLParser

BLOCKS = {
    "address", "article", "aside", "blockquote", "body", "br", "caption", "dd", "div", "dl", "dt", "figcaption",
    "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "li", "main", "nav", "ol", "p", "pre",
    "section", "table", "tbody", "td", "th", "thead", "title", "tr", "ul",
}  # fmt: skip
LEFT_OUT = {"script", "style", "noscript", "template", "svg", "iframe"}
BULLET = "• "
COMMENT, DECLARATION, PAGE = ("<!--", "-->"), ("<?", "?>"), ("<!doctype html", "<!doctype\nhtml")
FIRST_TAG = re.compile(r"<([a-z][a-z0-9]{0,15})[\s/>]")
HEAD = 2000  # characters in which a page must begin


def is_html(text: str) -> bool:
    """Return whether a text begins as a page, or a part of one, does: comments may stand before its first tag.

    Examples
    --------
    >>> is_html("<!-- saved --> <html lang='en'>"), is_html("<!-- page 2 --> The Ministers met.")
    (True, False)
    """
    head = text[:HEAD].lower().lstrip("\N{ZERO WIDTH NO-BREAK SPACE}").lstrip()
    while head:
        opened = next((marks for marks in (COMMENT, DECLARATION) if head.startswith(marks[0])), None)
        if opened is None:
            break
        head = head[len(opened[0]) :].partition(opened[1])[2].lstrip()
    tag = FIRST_TAG.match(head)
    return head.startswith(PAGE) or (tag is not None and tag[1] in BLOCKS | LEFT_OUT | {"head", "meta", "link", "base"})


def html_text(markup: str) -> str:
    r"""Return the words of a page.

    Raises
    ------
    ValueError
        If an element that is left out is never closed: all after it would be lost.

    Examples
    --------
    >>> html_text("<p>They will:</p><ul><li><p>meet</p><li>talk</ul><script>no</script>")
    'They will:\n• meet\n• talk\n'
    """
    page = _Page()
    page.feed(markup.removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}"))
    page.close()
    if page.outside:
        raise ValueError(f"<{page.outside[-1]}> is never closed, and what follows it would be lost")
    lines = (re.sub(r"[^\S\n]+", " ", line).strip() for line in "".join(page.parts).split("\n"))
    return "".join(f"{line}\n" for line in lines if line)


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.outside: list[str] = []
        self._item = False
        self._kept_lines = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if tag in LEFT_OUT:
            self.outside.append(tag)
        elif tag in BLOCKS:
            self.parts.append("\n")
            self._item = self._item or tag == "li"
            self._kept_lines += tag == "pre"

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in BLOCKS:
            self.handle_starttag(tag, attrs)
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self.outside:
            self.outside.remove(tag)
        elif tag in BLOCKS:
            self.parts.append("\n")
            self._item = self._item and tag != "li"
            self._kept_lines -= tag == "pre" and self._kept_lines > 0

    def handle_data(self, data: str) -> None:
        if self.outside:
            return
        if self._item and data.strip():
            self.parts.append(BULLET)
            self._item = False
            data = data.lstrip()
        self.parts.append(data if self._kept_lines else re.sub(r"\s+", " ", data))
