"""The pages of a brief: one document as HTML, as PDF and as JSON.

All three are made from the same :class:`~kizuna.brief.document.Brief`, hold the same content in the same order, and
are the same bytes for the same brief.
"""

from kizuna.brief.pages.data import to_json
from kizuna.brief.pages.html import to_html
from kizuna.brief.pages.pdf import to_pdf

__all__ = ["to_html", "to_json", "to_pdf"]
