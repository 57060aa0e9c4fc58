"""Build ``docs/images/brief.png``: the first screen of the brief on India and Japan, as Chromium shows it.

    python tools/build_screenshot.py

Needs chromium and the development packages (``make dev-env system-packages``).
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from kizuna.brief.pages import to_html
from kizuna.brief.write import write_brief
from kizuna.store.store import embedded_snapshot
from kizuna.tables.build import build_tables

PICTURE = Path(__file__).resolve().parents[1] / "docs/images/brief.png"
WIDTH, HEIGHT = 1200, 1000
MOST_BYTES = 200_000


def build_screenshot() -> None:
    """Write the picture; refuse one that is too large for a README."""
    page = to_html(write_brief(build_tables(embedded_snapshot()), ["IND", "JPN"]))
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        file = Path(folder) / "brief.html"
        file.write_bytes(page)
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        opened = chromium.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        opened.goto(file.as_uri())
        opened.evaluate("document.fonts.ready")
        picture = opened.screenshot()
        chromium.close()
    if len(picture) > MOST_BYTES:
        raise SystemExit(f"the picture has {len(picture)} bytes; a README should load at most {MOST_BYTES}")
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    PICTURE.write_bytes(picture)


if __name__ == "__main__":
    build_screenshot()
