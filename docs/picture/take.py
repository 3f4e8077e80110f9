"""
Takes the README's picture of a report: its verdict, and its first finding opened.

`make picture` plays the suite with a faulty SDK and takes it again.
"""

import os
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
#: In pixels; a README is about as wide.
WIDTH = 1080
#: The picture ends this far below the answer to what should not have been sent.
_MARGIN = 8


def take(report: Path, picture: Path) -> None:
    """Open *report* in Chromium and keep the beginning of it as *picture*, a PNG."""
    # As root Chromium has no sandbox; what it opens here is a file of our own.
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=sandbox)
        page = browser.new_page(viewport={"width": WIDTH, "height": 800})
        page.goto(report.absolute().as_uri())
        page.locator("#failures summary").first.click()
        page.evaluate("scrollTo(0, 0)")
        height = _bottom_of_story(page)
        clip = {"x": 0, "y": 0, "width": WIDTH, "height": height}
        page.screenshot(path=picture, full_page=True, clip=clip)
        browser.close()


def _bottom_of_story(page: Page) -> float:
    """Return how far down the first timeline has told what was wrong, in pixels."""
    told = page.locator("#failures svg").first.get_by_text("accepted", exact=True)
    box = told.first.bounding_box()
    assert box is not None
    return box["y"] + box["height"] + _MARGIN


if __name__ == "__main__":
    take(Path(sys.argv[1]), Path(sys.argv[2]))
