"""The page in a real browser."""

from collections.abc import Callable

import msgspec
import pytest
from playwright.sync_api import Page, expect

from harness.domain.results import CaseResult, Results
from reports.page.dossier import Dossier
from reports.page.render import render_page

WIDTHS = {"wide": 1280, "phone": 390}


@pytest.fixture
def page(open_page: Callable[..., Page], results: Results, dossier: Dossier) -> Page:
    return open_page(render_page(results, dossier))


def test_verdict_comes_first(page: Page) -> None:
    """The first heading is the verdict, in view without any scrolling."""
    heading = page.get_by_role("heading").first
    expect(heading).to_have_text("Does not conform")
    expect(heading).to_be_in_viewport()


def test_a_link_opens_its_finding(
    open_page: Callable[..., Page], results: Results, dossier: Dossier
) -> None:
    """A link to a finding opens the page with that finding in view, and its timeline."""
    page = open_page(render_page(results, dossier), fragment="#finding-f1")
    expect(page.locator("#finding-f1")).to_be_in_viewport()
    expect(page.locator("svg.timeline")).to_be_visible()


def test_a_timeline_can_be_read(page: Page) -> None:
    """A failure opens into what was expected, what came, and what happened when."""
    page.get_by_text("submit/one-failure").first.click()
    expect(page.locator(".claims .expected")).to_contain_text("no second submission")
    timeline = page.locator("svg.timeline")
    for words in (
        "decode 2 QR_CODE",
        "slot 08:03:00",
        "status 503, not stored",
        "accepted",
    ):
        expect(timeline.locator("text", has_text=words).first).to_be_visible()
    page.get_by_text("HTTP exchanges").click()
    exchange = page.locator(".exchange").last
    exchange.locator("summary").click()
    expect(exchange.get_by_text('{"reports": "as they were sent"}')).to_be_visible()


def test_ledger_scenario_and_command(page: Page) -> None:
    """The ledger stands slot by slot, beside the scenario and how to see it again."""
    page.get_by_text("submit/one-failure").first.click()
    page.get_by_text("Ledger by slot").click()
    cells = page.locator(".slots tbody tr.off td")
    assert cells.all_inner_texts() == [
        *("a", "2026-03-01 08:00:00", "200001", "QR_CODE", "2", "4", "0", "0", "0", "2")
    ]
    page.get_by_text("Scenario", exact=True).click()
    expect(page.get_by_text("summary: A failure.")).to_be_visible()
    expect(page.get_by_text("dlscheck judge x.jsonl")).to_be_visible()


def test_filters(page: Page) -> None:
    """What does not match the filters is not shown, and comes back with Escape."""
    rules = page.locator(".rule:visible")
    expect(rules).to_have_count(3)
    page.keyboard.press("/")
    page.keyboard.type("requested")
    expect(rules).to_have_count(1)
    expect(page.locator(".failure:visible")).to_have_count(0)
    expect(page.locator("#count")).to_contain_text("1 of 3 rules")
    page.keyboard.press("Escape")
    expect(rules).to_have_count(3)
    page.get_by_label("Verdict").select_option("violated")
    expect(rules).to_have_count(1)
    page.get_by_label("Severity").select_option("should")
    expect(rules).to_have_count(0)


def test_a_link_to_what_a_filter_hides(page: Page) -> None:
    """A link to a finding that is filtered out lifts the filter."""
    page.get_by_label("Filter", exact=True).fill("requested")
    page.evaluate("location.hash = 'finding-f1'")
    expect(page.locator("#finding-f1")).to_be_in_viewport()


def test_keyboard(page: Page) -> None:
    """With keys alone one gets to the first finding and opens it."""
    page.keyboard.press("j")
    expect(page.locator(".failure > summary")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("svg.timeline")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_theme(
    open_page: Callable[..., Page], results: Results, dossier: Dossier, scheme: str
) -> None:
    """The page is as light or dark as the system, until the switch says otherwise."""
    page = open_page(render_page(results, dossier), color_scheme=scheme)
    is_dark = "getComputedStyle(document.body).backgroundColor.match(/\\d+/)[0] < 128"
    assert page.evaluate(is_dark) is (scheme == "dark")
    page.get_by_role("button", name="Theme").click()
    assert page.evaluate(is_dark) is (scheme == "light")


@pytest.mark.parametrize("width", WIDTHS)
def test_no_width_scrolls_sideways(
    open_page: Callable[..., Page],
    photograph: Callable[[Page, str], None],
    results: Results,
    dossier: Dossier,
    width: str,
) -> None:
    """At each width the page fits, with a failure open and a long text in it."""
    page = open_page(render_page(results, dossier), WIDTHS[width], "#finding-f1")
    page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true })")
    assert page.evaluate("document.documentElement.scrollWidth") <= WIDTHS[width]
    photograph(page, f"report-{width}-failure")
    page.evaluate("scrollTo(0, 0)")
    photograph(page, f"report-{width}")


def test_print(page: Page) -> None:
    """On paper the findings are open, and what only a screen can use is gone."""
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(page.locator("svg.timeline")).to_be_visible()
    expect(page.locator("#filters")).to_be_hidden()


def test_hostile_text_stays_text(
    open_page: Callable[..., Page], with_finding: Callable[..., Results], dossier: Dossier
) -> None:
    """A script in a client UUID is shown, and never runs."""
    uuid = "<script>window.harmed = 1</script><img src=x onerror='window.harmed = 1'>"
    html = render_page(with_finding(client_uuid=uuid), dossier)
    page = open_page(html, fragment="#finding-f1")
    expect(page.locator(".where").first).to_contain_text(uuid)
    assert page.evaluate("window.harmed") is None


def test_nothing_but_its_own_script_may_run(
    open_page: Callable[..., Page], results: Results, dossier: Dossier
) -> None:
    """Even markup that got into the page could run no script: its policy forbids it."""
    told = """() => new Promise((done) => {
        addEventListener("securitypolicyviolation", (it) => done(it.effectiveDirective));
        const script = document.createElement("script");
        script.textContent = "window.harmed = 1";
        document.body.append(script);
    })"""
    page = open_page(render_page(results, dossier), is_checked=False)
    assert page.evaluate(told).startswith("script-src")
    assert page.evaluate("window.harmed") is None


def test_three_hundred_cases_open_at_once(
    open_page: Callable[..., Page], results: Results, dossier: Dossier
) -> None:
    """A run of 300 cases, 60 of them with findings, is there in less than a second."""
    rule = results.rules[0]
    names = [f"submit/one-failure/{n}" for n in range(300)]
    findings = [
        msgspec.structs.replace(rule.findings[0], case=name, fingerprint=name)
        for name in names[:60]
    ]
    cases = [CaseResult(id=name, outcome="passed") for name in names]
    (evidence,) = dossier.evidence.values()
    many = msgspec.structs.replace(
        results,
        rules=(msgspec.structs.replace(rule, findings=tuple(findings)), *results.rules[1:]),
        cases=tuple(cases),
    )
    full = Dossier(dossier.rules, dict.fromkeys(names, evidence))
    page = open_page(render_page(many, full))
    assert page.locator(".failure").count() == 60
    assert min(_loading_time(page) for _ in range(3)) < 1000


def _loading_time(page: Page) -> float:
    """Open the page anew, and return how many milliseconds that took."""
    page.reload()
    entry = "performance.getEntriesByType('navigation')[0].loadEventEnd"
    took: float = page.evaluate(entry)
    return took
