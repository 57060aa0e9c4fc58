"""The rules of axe, run in a page."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page

AXE = Path(__file__).parent / "vendor" / "axe.min.js"


def violations(page: Page) -> list[str]:
    """Return the ids of the rules that axe finds broken in a page; axe must have been loaded into it."""
    return [str(name) for name in page.evaluate("axe.run().then(found => found.violations.map(rule => rule.id))")]
