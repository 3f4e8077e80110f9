"""Claims about drivers that break the contract: which is blamed for what."""

import asyncio

import pytest

from harness.drivers.driver import DriverFault

GOOD = "serve(Good())"


def describing(changes: str) -> str:
    """A driver whose description has *changes*."""
    return f"""
class Spoilt(Good):
    def describe(self, params):
        result = super().describe(params)
        {changes}
        return result
serve(Spoilt())
"""


def saying(text: str) -> str:
    """A driver that answers everything by *text*, an expression of *request*."""
    return f"serve(Good(), lambda sdk, request: {text})"


def test_rubbish(workshop, describe):
    """A line that is no JSON is quoted, with driver, method, line and a way out."""
    blame = workshop.blame("say('Starting up...')\n" + GOOD, describe)
    assert "driver 'spoilt' broke its contract in describe, line 1 of" in blame
    assert "expected  a JSON-RPC 2.0 answer" in blame
    assert "Starting up..." in blame
    assert "everything else to stderr" in blame


def test_later_line(workshop, start):
    """The line is that of the answer at fault, blank ones counted."""

    async def talk(driver):
        await driver.describe()
        await driver.start(start)

    body = """
        class Spoilt(Good):
            def start(self, params):
                return {"authorized": "yes"}
        say("")
        serve(Spoilt())
    """
    blame = workshop.blame(body, talk)
    assert "in start, line 3 of its output" in blame
    assert "expected  authorized: true or false" in blame
    assert "got       'yes'" in blame
    assert '{"authorized": bool,' in blame


@pytest.mark.parametrize(
    ("changes", "expected", "got"),
    [
        ("result['contract'] = 2", "contract: 1", "2"),
        ("result['contract'] = '1'", "contract: a whole number", "'1'"),
        ("del result['product']", "a field product", "no such field in {'contract'"),
        ("del result['sdk']['version']", "a field sdk.version", "no such field in {'name'"),
        ("result['sdk']['name'] = 7", "sdk.name: a string", "7"),
        ("result['product'] = 'dbx'", "product: one of dbr, dlr, dce, dwt", "'dbx'"),
        ("result['generation'] = 'LTS'", "generation: one of lts, dls", "'LTS'"),
        ("result['clock'] = 'fake'", "clock: one of injected, preload", "'fake'"),
        ("result['capabilities'] = None", "capabilities: a list", "None"),
        (
            "result['capabilities'].append('teleport')",
            "capabilities[2]: one of organization-id, session-password, standby-server",
            "'teleport'",
        ),
        ("result = None", "an object {", "None"),
        ("result = [1]", "an object {", "[1]"),
    ],
)
def test_misfit(workshop, describe, changes, expected, got):
    """What does not fit the contract is named by field, with what was expected."""
    blame = workshop.blame(describing(changes), describe)
    assert f"  expected  {expected}" in blame
    assert f"  got       {got}" in blame


@pytest.mark.parametrize(
    "written", ["'tomorrow'", "7", "'2026-03-01T08:00:00'", "'9999-12-31T23:59:59-08:00'"]
)
def test_bad_time(workshop, operate, written):
    """A time that is none is blamed, with an example of one."""
    body = f"""
        class Spoilt(Good):
            def next_timer(self):
                return {written}
        serve(Spoilt())
    """
    blame = workshop.blame(body, lambda driver: driver.operate(operate))
    assert "an RFC 3339 instant such as 2026-03-01T08:00:30.000Z" in blame
    assert f"got       {written}" in blame
    assert "expected  nextTimer: " in blame


@pytest.mark.parametrize(
    ("text", "expected", "got"),
    [
        ("dict(jsonrpc='2.0', id=7, result={})", '"id": 1', '"id": 7'),
        ("dict(jsonrpc='2.0', id='1', result={})", '"id": 1', "\"id\": '1'"),
        ("dict(jsonrpc='2.0', id=True, result={})", '"id": 1', '"id": True'),
        ("dict(jsonrpc='2.0', result={})", '"id": 1', '"id": None'),
        ("dict(id=1, result={})", '"jsonrpc": "2.0"', "{"),
        ("dict(jsonrpc=2.0, id=1, result={})", '"jsonrpc": "2.0"', "{"),
        ("[answer(sdk, request)]", "one message a line", "a batch"),
        ("'7'", "a JSON-RPC 2.0 answer, an object", "7"),
        ("dict(jsonrpc='2.0', id=1)", "a field result or error", "{"),
        ("dict(request, result={})", "an answer", "a request of the driver's own"),
        (
            "dict(jsonrpc='2.0', id=1, error=dict(code=-32603, message='oh no'))",
            "a result {",
            "JSON-RPC error -32603: 'oh no'",
        ),
        ("dict(jsonrpc='2.0', id=1, error='oh no')", "an object", "'oh no'"),
        (
            "dict(jsonrpc='2.0', id=None, error=dict(code=-32700, message='what?'))",
            '"id": 1',
            "\"id\": None with error {'code': -32700",
        ),
        ("'[' * 100_000", "a JSON-RPC 2.0 answer", "deep nesting"),
        ("'\\ufeff' + json.dumps(answer(sdk, request))", "a JSON-RPC 2.0 answer", "{"),
    ],
)
def test_envelope(workshop, describe, text, expected, got):
    """What is no answer to the request is blamed for what is wrong with it."""
    blame = workshop.blame(saying(text), describe)
    assert expected in blame
    assert got in blame
    assert "line 1 of its output" in blame


def test_byte_order_mark(workshop, describe):
    """A byte order mark, which nobody sees, is named."""
    blame = workshop.blame(saying("'\\ufeff{}'"), describe)
    assert "without a byte order mark" in blame


def test_no_utf8(workshop, describe):
    """Output in another encoding is told as such."""
    body = """
        sys.stdout.reconfigure(encoding="latin-1")
        serve(Good(), lambda sdk, request: '{"jsonrpc": "2.0", "name": "Grün"}')
    """
    assert "expected  UTF-8" in workshop.blame(body, describe)


def test_null_beside(workshop, describe):
    """A null error beside a result is let pass."""
    body = saying("dict(answer(sdk, request), error=None)")
    assert workshop.drive(body, describe).contract == 1


def test_quote_is_short(workshop, describe):
    """A blame does not repeat megabytes of rubbish."""
    assert len(workshop.blame(saying("'x' * 3_000_000"), describe)) < 1000


def test_log_in_blame(workshop, describe):
    """The last ten lines of the log are part of the blame."""
    body = """
        for number in range(20):
            print(f"log {number}", file=sys.stderr, flush=True)
        time.sleep(0.2)
        say("rubbish")
        time.sleep(60)
    """
    blame = workshop.blame(body, describe)
    assert "    | log 10\n" in blame
    assert blame.endswith("    | log 19")
    assert "log 9\n" not in blame


def test_extra_line(workshop):
    """A line that answers nothing is blamed, if only at the next request."""

    async def talk(driver):
        await driver.describe()
        for _ in range(200):
            await asyncio.sleep(0.01)
            await driver.stop()

    body = """
        def twice(sdk, request):
            say(answer(sdk, request))
            time.sleep(0.05)
            return "and one more"
        serve(Good(), twice)
    """
    blame = workshop.blame(body, talk)
    assert "line 2 of its output" in blame
    assert "and one more" in blame


def test_extra_line_between(workshop):
    """A line that comes while nothing is asked is kept as a fault by itself."""

    async def talk(driver):
        await driver.describe()
        await asyncio.sleep(0.3)
        return driver.fault

    body = """
        def twice(sdk, request):
            say(answer(sdk, request))
            time.sleep(0.05)
            return "and one more"
        serve(Good(), twice)
    """
    fault = workshop.drive(body, talk)
    assert "between two requests, line 2 of its output" in str(fault)


def test_first_of_two(workshop, describe):
    """Where rubbish comes before the answer, the rubbish is blamed."""
    blame = workshop.blame(
        saying("'rubbish\\n' + json.dumps(answer(sdk, request))"), describe
    )
    assert "line 1 of its output" in blame
    assert "rubbish" in blame


def test_fault_is_final(workshop):
    """After a fault every request tells the same fault; the driver is dead."""

    async def talk(driver):
        with pytest.raises(DriverFault) as first:
            await driver.describe()
        with pytest.raises(DriverFault) as second:
            await driver.stop()
        return str(first.value) == str(second.value)

    assert workshop.drive(saying("'rubbish'"), talk)


def test_fault_in_made_up_method(workshop):
    """Rubbish in answer to the made-up method is a fault like any other."""
    blame = workshop.blame(saying("'rubbish'"), lambda driver: driver.ask_unknown())
    assert "in dlscheck_made_up_method, line 1 of its output" in blame
