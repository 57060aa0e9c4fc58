"""One Chromium for all tests of pages, and pages that are watched while they are open."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

OpenPage = Callable[[str], Page]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    found = shutil.which("chromium")
    assert found, "the tests need chromium: make test installs it"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    """Open pages; fail at the end on any message, error or request that is not the file or data inside it."""
    opened: list[Page] = []
    faults: list[str] = []

    def open_watched(address: str) -> Page:
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        opened.append(page)
        page.on("console", lambda message: faults.append(message.text))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("dialog", lambda dialog: faults.append(dialog.message))
        page.on("request", lambda request: faults.append(request.url) if leaves(request.url, address) else None)
        page.goto(address)
        return page

    yield open_watched
    for page in opened:
        page.close()
    assert faults == []


def leaves(url: str, address: str) -> bool:
    """Say whether a request goes anywhere but to the page itself or to data inside it."""
    return not (url.startswith("data:") or url.partition("#")[0] == address)
