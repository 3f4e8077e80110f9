"""The pages in a real browser, with a real mock and real SDKs behind them."""

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from playwright.sync_api import Locator, Page, expect

from mock_server import HandshakeCode, LicenceItem, Organization, World
from mock_server.library.running import Mock, running_mock
from mock_server.serving.settings import Settings

PAGES = ("", "statistics", "journal", "faults")
HOSTILE = "<script>window.harmed = 1</script><img src=x onerror='window.harmed = 1'>"
PHONE = 390


def row(page: Page, text: str) -> Locator:
    return page.get_by_role("row").filter(has_text=text)


def pie(page: Page, title: str) -> Locator:
    return page.locator(f".pie[data-title='{title}']")


def use(sdk: Callable[..., Any]) -> None:
    """Two devices: 3 QR codes and 2 others by one code, 4 by the other code."""
    with sdk("first") as one, sdk("second", "200001-other") as other:
        assert one.start()
        assert other.start()
        one.decode(3)
        one.decode(2, "PDF417")
        other.decode(4)
        one.advance(minutes=6)
        other.advance(minutes=6)
        one.stop()
        other.stop()


def test_overview(visit, mock, sdk) -> None:
    """How the mock stands is told, and goes on being told without any reload."""
    page = visit()
    expect(page.locator(".tiles li").first).to_contain_text("0units of usage are stored")
    use(sdk)
    expect(page.locator(".tiles li").first).to_contain_text("9units of usage are stored")
    expect(row(page, "200001-demo").first).to_contain_text("200001, its default")
    expect(page.locator(".tiles")).to_contain_text("2 for authorisation")
    expect(page.locator(".tiles")).to_contain_text("UTC on 2026-03-01")
    mock.arm("usage reset")
    expect(page.locator(".tiles .bad")).to_have_text("1fault is armed")


def test_statistics_of_two_sessions(visit, sdk) -> None:
    """S-42: what two SDKs did is there in totals, by two hours and by device."""
    use(sdk)
    page = visit("statistics")
    for title in ("All history", "Selected period", "Today"):
        expect(pie(page, title).get_by_role("img")).to_have_attribute(
            "aria-label", f"{title}: 9"
        )
        expect(pie(page, title).locator("li")).to_have_text(
            ["200001-demo556 %", "200001-other444 %"]
        )
    expect(page.locator("#hours tbody tr")).to_have_count(12)
    expect(row(page, "08:00 to 10:00").get_by_role("cell")).to_have_text(["9", "2"])
    expect(page.locator("#devices tbody tr")).to_have_count(2)
    page.get_by_role("combobox", name="Look at").select_option("200001-demo")
    expect(pie(page, "All history").locator("li")).to_have_text(["item-200001-demo5100 %"])
    page.get_by_label("Parts").select_option("by type of usage")
    expect(pie(page, "Today").locator("li")).to_have_text(["QR_CODE360 %", "PDF417240 %"])
    page.get_by_role("link", name="item-200001-demo").first.click()
    expect(pie(page, "Today").locator("li")).to_have_text(["200001-demo5100 %"])
    expect(page.locator("#devices tbody tr")).to_have_count(1)
    page.go_back()
    expect(page.get_by_role("combobox", name="Look at")).to_have_value(
        '{"code":"200001-demo"}'
    )


def test_a_day_that_is_clicked(visit, report) -> None:
    """A click on a day in the chart shows the twelve rows of that day."""
    report(3, timeLabel="2026-02-20T23:57:00Z", clientUuid="a")
    report(4, timeLabel="2026-02-21T00:00:00Z", clientUuid="a")
    page = visit("statistics")
    expect(page.locator("#day-title")).to_have_text("Sun, 1 Mar 2026 by two hours")
    page.locator("[data-day='2026-02-20']").click()
    expect(page.locator("#day-title")).to_have_text("Fri, 20 Feb 2026 by two hours")
    expect(row(page, "22:00 to 24:00").get_by_role("cell")).to_have_text(["3", "0"])
    page.locator("[data-day='2026-02-21']").click()
    expect(row(page, "00:00 to 02:00").get_by_role("cell")).to_have_text(["4", "0"])
    assert "day=2026-02-21" in page.url
    page.get_by_label("Line").select_option("accumulated")
    chart = page.get_by_role("slider", name="Day")
    expect(chart).to_have_attribute("aria-valuetext", "Sat, 21 Feb 2026: 7 units")


def test_a_period(visit, report) -> None:
    """The selected period is what its pie and the line are about; nonsense is told."""
    report(3, timeLabel="2026-02-20T08:00:00Z")
    report(4)
    page = visit("statistics")
    page.get_by_role("button", name="7 days").click()
    told = pie(page, "Selected period").get_by_role("img")
    expect(told).to_have_attribute("aria-label", "Selected period: 4")
    expect(page.get_by_label("From")).to_have_value("2026-02-23")
    expect(page.locator(".target")).to_have_count(7)
    page.get_by_label("From").fill("2026-02-20")
    expect(told).to_have_attribute("aria-label", "Selected period: 7")
    page.close()
    page = visit("statistics", is_checked=False)
    page.get_by_label("From").fill("2026-03-02")
    expect(page.get_by_role("alert")).to_contain_text("expected first before last")


def test_a_fault_bites(visit, sdk) -> None:
    """A fault that is armed on its page is seen in the journal when it has struck."""
    page = visit("faults")
    page.get_by_label("Strikes").select_option("usage")
    page.get_by_role("textbox", name="Status").fill("500")
    page.get_by_label("How many").fill("1")
    line = page.get_by_label("In one line")
    expect(line).to_have_value("usage status status=500 times=1")
    page.get_by_role("button", name="Arm").click()
    expect(row(page, "status=500")).to_contain_text("waiting")
    with sdk("first") as one:
        assert one.start()
        one.decode(3)
        one.advance(minutes=6)
    expect(row(page, "status=500")).to_contain_text("over")
    page.get_by_role("link", name="What they struck").click()
    struck = page.locator(".entries details").first
    expect(struck).to_contain_text("3 units")
    expect(struck.locator(".chip")).to_have_text("status 500 on usage 1")
    struck.locator("summary").click()
    expect(struck.locator("pre.bytes")).to_contain_text("7b 22 72 65")
    expect(struck.locator("pre.bytes")).to_contain_text('{"reports')


def test_a_fault_is_switched_off_and_on(visit, mock) -> None:
    """A fault that is switched off strikes no more and can be switched on again."""
    mock.arm("usage lose-answer clientUuid=somebody")
    page = visit("faults")
    lever = page.get_by_role("switch")
    expect(lever).to_be_checked()
    lever.click()
    forget = page.get_by_role("button", name="Forget")
    expect(forget).to_be_visible()
    assert _armed(mock) == []
    page.reload()
    expect(lever).not_to_be_checked()
    lever.click()
    expect(row(page, "lose-answer")).to_contain_text("waiting")
    expect(lever).to_be_checked()
    assert _armed(mock) == ["usage lose-answer clientUuid=somebody"]
    lever.click()
    forget.click()
    expect(page.get_by_text("None is armed")).to_be_visible()


def _armed(mock: Mock) -> list[str]:
    with urlopen(f"{mock.url}/__dls__/faults") as answer:
        return [fault["text"] for fault in json.load(answer)]


def test_a_fault_that_is_none(visit) -> None:
    """What says no fault is told in the words of the admin API, and arms none."""
    page = visit("faults", is_checked=False)
    expect(page.get_by_label("In one line")).to_have_value("status")
    page.get_by_label("In one line").fill("usage brake")
    page.get_by_role("button", name="Arm").click()
    expect(page.get_by_role("alert")).to_contain_text("unknown word 'brake'")


def test_the_journal_is_live(visit, report) -> None:
    """What comes while one looks appears on top; what is open stays open."""
    report(1, clientUuid="first")
    page = visit("journal")
    entries = page.locator(".entries details")
    expect(entries).to_have_count(1)
    entries.first.locator("summary").click()
    report(2, clientUuid="second")
    expect(entries).to_have_count(2)
    expect(entries.first).to_contain_text("second · 2 units")
    expect(entries.last).to_have_attribute("open", "")
    assert page.locator(".entries .entry").all_inner_texts() == ["#2", "#1"]


def test_the_journal_is_filtered(visit, post, report) -> None:
    """Filters show what meets them alone, also of what comes later, and can be linked."""
    post("/dls/authorization", {"clientUuid": "a", "handshakeCode": "200001-demo"})
    report(1, clientUuid="a")
    report(2, clientUuid="b")
    page = visit("journal")
    entries = page.locator(".entries details")
    expect(entries).to_have_count(3)
    page.get_by_label("Client UUID").fill("a")
    expect(entries).to_have_count(2)
    page.get_by_label("Kind").select_option("usage")
    expect(entries).to_have_count(1)
    report(3, clientUuid="b")
    report(4, clientUuid="a")
    expect(entries).to_have_count(2)
    expect(entries.first).to_contain_text("a · 4 units")
    expect(page).to_have_url(re.compile("kind=usage&clientUuid=a"))
    page.reload()
    expect(page.get_by_label("Client UUID")).to_have_value("a")
    expect(entries).to_have_count(2)
    page.get_by_role("button", name="Clear filters").click()
    expect(entries).to_have_count(5)


def test_a_filter_that_is_none(visit, report) -> None:
    """A filter that the mock does not understand is told, in its words."""
    report()
    page = visit("journal", is_checked=False)
    page.get_by_label("Slot").fill("soon")
    expect(page.get_by_role("alert")).to_contain_text("slot")
    page.get_by_label("Slot").fill("2026-03-01T08:00:00Z")
    expect(page.locator(".entries details")).to_have_count(1)
    expect(page.get_by_role("alert")).to_be_hidden()


def test_bytes_that_are_no_text(visit, post) -> None:
    """A body that is no text is shown byte by byte, exactly."""
    with pytest.raises(OSError, match="400"):
        post("/dls/usage", b"\xff\x00<b>")
    page = visit("journal")
    page.locator(".entries summary").click()
    dump = page.locator("pre.bytes").inner_text()
    assert dump.split() == ["0000", "ff", "00", "3c", "62", "3e", "··<b>"]


def test_a_journal_that_forgot(visit) -> None:
    """A journal that had to let entries go says so."""
    with running_mock(Settings(journal=2)) as small:
        for _ in range(3):
            _knock(small)
        page = visit("journal", at=small.url)
        expect(page.locator(".live")).to_contain_text(
            "2 exchanges. Incomplete: 1 older exchange had to go."
        )


def _knock(mock: Mock) -> None:
    with urlopen(f"{mock.url}/dls/health"):
        pass


def test_only_what_clients_ask_is_in_the_journal(visit, mock) -> None:
    """A visit leaves nothing behind: no icon is asked for where clients ask."""
    for path in PAGES:
        expect(visit(path).get_by_role("heading").first).to_be_visible()
    assert mock.exchanges() == []


@pytest.mark.parametrize("path", PAGES)
def test_hostile_text_stays_text(visit, report, mock, path) -> None:
    """A script in what a client sent is shown as it is and never runs."""
    report(
        1,
        clientUuid=HOSTILE,
        handshakeCode="200001-demo",
        usage=[{"type": HOSTILE, "count": 1}],
    )
    mock.arm(f"usage reset 'clientUuid={HOSTILE.replace(chr(39), chr(34))}'")
    page = visit(path)
    if path == "statistics":
        expect(page.locator("#devices")).to_contain_text(HOSTILE)
        page.get_by_label("Parts").select_option("by type of usage")
        expect(pie(page, "Today")).to_contain_text(HOSTILE)
    if path == "journal":
        page.locator(".entries summary").click()
        expect(page.locator(".entries .what")).to_contain_text(HOSTILE)
    if path == "faults":
        expect(page.locator("#armed code")).to_contain_text("<script>")
    if path == "":
        expect(page.locator(".tiles li").first).to_contain_text("1unit")
    assert page.evaluate("window.harmed") is None
    assert page.locator("main script, main img").count() == 0


@pytest.mark.parametrize("path", PAGES)
def test_hostile_names_in_the_configuration(visit, report, mock, path) -> None:
    """A script in a code, an organization or a licence item never runs either."""
    code, item = f"200001-{HOSTILE}", f"item {HOSTILE}"
    named = HandshakeCode(code=code, organization=HOSTILE, items=(item,))
    mock.configure(
        World(
            organizations=(Organization(id=HOSTILE, default=code),),
            handshake_codes=(named,),
            licence_items=(LicenceItem(id=item, quota=1),),
        )
    )
    report(2, handshakeCode=code)
    page = visit(path)
    if path in ("", "statistics"):
        expect(page.locator("main")).to_contain_text(HOSTILE)
    expect(page.get_by_role("heading").first).to_be_visible()
    assert page.evaluate("window.harmed") is None
    assert page.locator("main script, main img").count() == 0


def test_another_sites_page_gets_nothing(chromium, mock, report, tmp_path) -> None:
    """A page from elsewhere can neither read nor change a mock, whatever it tries."""
    file = tmp_path / "evil.html"
    file.write_text("<h1>evil</h1>")
    admin = f"{mock.url}/__dls__"
    tried = """async (admin) => {
        const json = {"Content-Type": "application/json"};
        const asked = [
            [`${admin}/overview`, {}],
            [`${admin}/overview`, {mode: "no-cors"}],
            [`${admin}/reset`, {method: "POST", mode: "no-cors"}],
            [`${admin}/reset`, {method: "POST", body: "{}", mode: "no-cors"}],
            [`${admin}/reset`, {method: "POST", body: "{}", headers: json}],
            [`${admin}/faults`, {method: "POST", body: '{"text":"usage reset"}'}],
            [`${admin}/journal`, {method: "DELETE"}],
        ];
        const told = [];
        for (const [url, how] of asked) {
            try { told.push(await (await fetch(url, how)).text()); }
            catch (error) { told.push("refused"); }
        }
        return told;
    }"""
    report(3)
    number = mock.arm("usage status=503 times=all")
    context = chromium.new_context()
    try:
        page = context.new_page()
        page.goto(f"file://{file}")
        told = page.evaluate(tried, admin)
        frame = "(url) => { document.body.innerHTML = `<iframe src=${url}>`; }"
        page.evaluate(frame, f"{admin}/pages/")
        page.wait_for_function("frames[0] && frames[0].location")
        assert "units of usage" not in (page.frames[-1].content())
    finally:
        context.close()
    assert set(told) <= {"refused", ""}
    assert mock.units == {"200001-demo": 3}
    assert mock.fired(number) == 0


def test_no_script_but_its_own_may_run(visit) -> None:
    """Even markup that got into a page could run no script: its policy forbids it."""
    told = """() => new Promise((done) => {
        addEventListener("securitypolicyviolation", (it) => done(it.effectiveDirective));
        const script = document.createElement("script");
        script.textContent = "window.harmed = 1";
        document.body.append(script);
    })"""
    page = visit("journal", is_checked=False)
    assert page.evaluate(told).startswith("script-src")
    assert page.evaluate("window.harmed") is None


def test_keys_alone(visit, report) -> None:
    """With keys alone one chooses a day, arms a fault, and opens what it struck."""
    report(3, timeLabel="2026-02-28T10:00:00Z")
    page = visit("statistics")
    expect(page.locator("#day-title")).to_contain_text("1 Mar 2026")
    _tab_to(page, page.get_by_role("slider"))
    page.keyboard.press("ArrowLeft")
    expect(row(page, "10:00 to 12:00").get_by_role("cell").first).to_have_text("3")
    expect(page.get_by_role("slider")).to_be_focused()
    for key in ("ArrowLeft", "ArrowLeft", "Home", "PageUp"):
        page.keyboard.press(key)
    expect(page.locator("#day-title")).to_contain_text("7 Feb 2026")
    page.reload()
    _tab_to(page, page.get_by_role("link", name="Faults", exact=True))
    page.keyboard.press("Enter")
    expect(page.get_by_label("In one line")).to_have_value("status")
    _tab_to(page, page.get_by_label("In one line"))
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("usage wrong-type")
    page.keyboard.press("Enter")
    expect(row(page, "usage wrong-type")).to_be_visible()
    _tab_to(page, page.get_by_role("switch"))
    page.keyboard.press("Space")
    expect(page.get_by_role("switch")).not_to_be_checked()
    expect(page.get_by_role("switch")).to_be_focused()
    page.keyboard.press("Space")
    expect(page.get_by_role("switch")).to_be_checked()
    expect(page.locator("#armed")).to_have_attribute("aria-busy", "false")
    report(2)
    _tab_to(page, page.get_by_role("link", name="What they struck"))
    page.keyboard.press("Enter")
    expect(page.locator(".entries .chip")).to_have_text("wrong-type on usage 1")
    _tab_to(page, page.locator(".entries summary"))
    page.keyboard.press("Enter")
    expect(page.locator("pre.bytes")).to_be_visible()


def _tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until *wanted* has the focus, from wherever that is."""
    is_there = "(node) => node === document.activeElement"
    for _ in range(80):
        if wanted.first.evaluate(is_there):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no way to {wanted} by Tab")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, PHONE])
def test_every_width_and_theme(visit, photograph, mock, sdk, report, width, scheme) -> None:
    """Each page fits each width, in both themes, whatever clients are called."""
    use(sdk)
    report(5, clientUuid="x" * 300, usage=[{"type": "y" * 300, "count": 70_000_000}])
    mock.arm(f"usage:3 status=503 clientUuid={'z' * 200}")
    for path in PAGES:
        page = visit(path, width, color_scheme=scheme)
        if path == "journal":
            page.locator(".entries summary").first.click()
            expect(page.locator("pre.bytes")).to_be_visible()
        else:
            expect(page.locator("tbody tr").first).to_be_visible()
        photograph(page, f"mock-{path or 'overview'}-{width}-{scheme}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        is_dark = "getComputedStyle(document.body).backgroundColor.match(/\\d+/)[0] < 128"
        assert page.evaluate(is_dark) is (scheme == "dark")


def test_the_theme_is_kept(visit) -> None:
    """The switch turns light to dark, and the next page is dark as well."""
    page = visit(color_scheme="light")
    page.get_by_role("button", name="Theme").click()
    page.get_by_role("link", name="Faults", exact=True).click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_somebody_of_a_name(visit, mock, report) -> None:
    """The pages below a name are about the mock of that name, and no other."""
    report(3, "/t/mine")
    page = visit(at=f"{mock.url}/t/mine")
    expect(page.locator("#tenant")).to_have_text(" · mine")
    expect(page.locator(".tiles li").first).to_contain_text("3units")
    page.get_by_role("link", name="Journal", exact=True).click()
    expect(page.locator(".entries details")).to_have_count(1)
    assert mock.units == {}


def test_a_mock_with_a_token(visit) -> None:
    """Without the token a page shows nothing and asks for it; with it, everything."""
    with guarded_mock("s3cret") as url:
        page = visit("journal", at=url, is_checked=False)
        asked = page.get_by_label("This mock was started with a token")
        expect(asked).to_be_focused()
        expect(page.get_by_role("status").first).to_contain_text("Authorization: Bearer")
        asked.fill("s3cret")
        page.keyboard.press("Enter")
        expect(page.get_by_text("No exchange yet.")).to_be_visible()
        page.get_by_role("link", name="Overview", exact=True).click()
        expect(page.locator(".tiles li").first).to_contain_text("0units")


@contextmanager
def guarded_mock(token: str) -> Iterator[str]:
    """Run the command itself with a token, and give the URL of its main server."""
    command = [Path(sys.executable).with_name("dlscheck"), "serve", "--port", "0"]
    process = subprocess.Popen(
        [*command, "--token", token], stdout=subprocess.PIPE, encoding="utf-8"
    )
    try:
        assert process.stdout is not None
        greeting = {}
        while "try" not in greeting:
            name, _, rest = process.stdout.readline().partition(" ")
            greeting[name] = rest.strip()
        assert greeting["pages"] == f"{greeting['main']}/__dls__/"
        yield greeting["main"]
    finally:
        process.terminate()
        process.communicate()


def test_a_mock_that_is_gone(visit) -> None:
    """When the mock ends, the page keeps what it showed and says so."""
    with running_mock() as short:
        page = visit(at=short.url, is_checked=False)
        expect(page.locator(".tiles li").first).to_be_visible()
    expect(page.get_by_role("status").first).to_contain_text("does not answer")
    expect(page.locator(".tiles li").first).to_be_visible()
