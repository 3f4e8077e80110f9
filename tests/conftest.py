"""A browser to see pages in."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

#: Debian's; the suite of browsers that playwright offers is not needed.
CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A browser, for one file of tests: while it is open no other event loop can run."""
    if not CHROMIUM.exists():
        pytest.fail(
            f"no Chromium at {CHROMIUM}: install it with `apt-get install chromium`, or "
            "name another one in the environment variable CHROMIUM"
        )
    with sync_playwright() as playwright:
        # As root Chromium has no sandbox; all that it opens here is our own.
        sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=sandbox)
        yield browser
        browser.close()


@pytest.fixture
def photograph(tmp_path: Path) -> Callable[[Page, str], None]:
    """Keep a picture of a page; a gate says where, and keeps them."""
    folder = Path(os.environ.get("DLSCHECK_SCREENSHOTS", tmp_path))

    def take(page: Page, name: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=folder / f"{name}.png")

    return take
