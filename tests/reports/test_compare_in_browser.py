"""The page that compares runs, in a real browser."""

from collections.abc import Callable

import msgspec
import pytest
from playwright.sync_api import Page, expect

from harness.domain.results import Results
from harness.domain.verdict import Verdict
from reports.comparison import Run, steps_of
from reports.page.render import render_comparison

WIDTHS = {"wide": 1280, "phone": 390}


@pytest.fixture
def html(results: Results) -> str:
    fixed = msgspec.structs.replace(
        results.rules[0], verdict=Verdict.SATISFIED, findings=()
    )
    newer = msgspec.structs.replace(
        results,
        rules=(fixed, *results.rules[1:]),
        sdk=msgspec.structs.replace(results.sdk, version="<b>9</b>"),
    )
    runs = [Run("acme 8.4 DLS", results, "old/report.html"), Run("acme <b>9</b>", newer)]
    return render_comparison(runs, steps_of(runs))


def test_changes(open_page: Callable[..., Page], html: str) -> None:
    """What got better between two versions is told, by rule."""
    page = open_page(html)
    expect(page.get_by_role("heading", name="Better: 1")).to_be_visible()
    expect(page.locator(".changes li")).to_contain_text("violated → satisfied")
    expect(page.get_by_role("heading", name="acme <b>9</b>")).to_be_visible()


def test_matrix(open_page: Callable[..., Page], html: str) -> None:
    """Each rule has a row with a mark for each run; a broken one leads to its finding."""
    page = open_page(html)
    row = page.get_by_role("row", name="failed-waits-for-next-session")
    expect(row.locator(".cell.violated")).to_have_count(1)
    expect(row.locator(".cell.satisfied")).to_have_count(1)
    assert row.get_by_role("link").get_attribute("href") == "old/report.html#finding-f1"


def test_filter(open_page: Callable[..., Page], html: str) -> None:
    """Rows are filtered by words and by any of their verdicts."""
    page = open_page(html)
    rows = page.locator(".matrix tr[data-text]:visible")
    expect(rows).to_have_count(3)
    page.get_by_label("Verdict").select_option("violated")
    expect(rows).to_have_count(1)
    expect(page.locator("#count")).to_have_text("1 of 3 rules")
    expect(page.locator(".matrix tbody:visible")).to_have_count(1)


@pytest.mark.parametrize("width", WIDTHS)
def test_no_width_scrolls_sideways(
    open_page: Callable[..., Page],
    photograph: Callable[[Page, str], None],
    html: str,
    width: str,
) -> None:
    """At each width the page fits; a wide matrix scrolls by itself."""
    page = open_page(html, WIDTHS[width])
    assert page.evaluate("document.documentElement.scrollWidth") <= WIDTHS[width]
    photograph(page, f"compare-{width}")
