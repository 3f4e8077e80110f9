"""Claims about the examination of drivers."""

import asyncio
import textwrap
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from harness.documents.bad_input import BadInput
from harness.drivers.clocks.injected import InjectedClock
from harness.drivers.doctor import examine
from harness.drivers.sdk_file import load_sdk_file

HERE = Path(__file__).parent

pytestmark = pytest.mark.usefixtures("restored_imports")
BEGIN = datetime(2026, 3, 1, 8, tzinfo=UTC)


@pytest.fixture
def checks(tmp_path):
    """Examine a driver whose script ends in *body*; return the checks by name."""

    def examined(body, generation=None, more="", **settings):
        script = f"import os, time\nimport sys\nsys.path.insert(0, {str(HERE)!r})\n"
        script += "from good_driver import *\n" + textwrap.dedent(body)
        (tmp_path / "driver.py").write_text(script, encoding="utf-8")
        path = tmp_path / "acme.yaml"
        driver = "{command: ['{python}', driver.py], timeout: 20s}"
        path.write_text(f"name: acme\ndriver: {driver}\n{more}", encoding="utf-8")
        found = asyncio.run(
            examine(
                load_sdk_file(path),
                generation=generation,
                clock=InjectedClock(),
                servers=("http://127.0.0.1:9",),
                begin=BEGIN,
                **settings,
            )
        )
        return {check.name: check for check in found}

    return examined


def spoilt(text):
    return (
        "class Spoilt(Good):\n"
        + textwrap.indent(textwrap.dedent(text), "    ")
        + ("\nserve(Spoilt())\n")
    )


def wrong(found):
    return [check.name for check in found.values() if not check.ok]


GOOD = "serve(Good())"


def test_sound_driver(checks):
    """A driver that keeps the contract passes every check."""
    found = checks(GOOD)
    assert wrong(found) == []
    assert next(iter(found)) == "describes itself"
    assert list(found)[-1] == "process ends by itself"
    assert len(found) == 17


def test_without_next_timer(checks):
    """Without next-timer ten minutes go by in steps of one second."""
    found = checks(
        spoilt("""
        def describe(self, params):
            return {**super().describe(params), "capabilities": []}
        """)
    )
    assert wrong(found) == []
    assert "600 steps" in found["time goes by"].detail


@pytest.mark.parametrize(
    ("change", "name", "detail"),
    [
        ("'contract': 3", "contract version", "expected  contract: 1"),
        ("'capabilities': ['teleport']", "capabilities exist", "next-timer"),
        ("'product': 'x'", "describes itself", "one of dbr, dlr, dce, dwt"),
        ("'generation': 'x'", "generation", "one of lts, dls"),
        ("'clock': 'x'", "clock mode", "one of injected"),
    ],
)
def test_description(checks, change, name, detail):
    """What is wrong with a description is found under its name, and ends it all."""
    found = checks(
        spoilt(f"""
        def describe(self, params):
            return {{**super().describe(params), {change}}}
        """)
    )
    assert wrong(found) == [name]
    assert list(found)[-1] == name
    assert detail in found[name].detail


def test_generation(checks):
    """Another generation than asked for is found."""
    body = "os.environ['DLS_GENERATION'] = 'dls'\n" + GOOD
    found = checks(body, generation="lts")
    assert wrong(found) == ["generation"]
    assert "'lts' was asked for" in found["generation"].detail


def test_clock_that_counts(checks):
    """The mode in which it is examined is told, beside what the driver says."""
    found = checks(
        spoilt("""
        def describe(self, params):
            return {**super().describe(params), "clock": "real"}
        """)
    )
    assert found["clock mode"].detail == "injected (the driver says real)"


@pytest.mark.parametrize(
    ("text", "name", "detail"),
    [
        (
            "def dlscheck_made_up_method(self, params): return {}",
            "made-up method is refused",
            "expected JSON-RPC error -32601",
        ),
        (
            """
            def operate(self, params):
                self.started = getattr(self, "started", False) or self.running
                return {**super().operate(params), "performed": not self.started
                        or self.running}
            """,
            "operate without a session",
            "expected performed: false from operate without a session, got true",
        ),
        (
            """
            def start(self, params):
                error = {"code": -20101, "message": "who?"}
                return {"authorized": False, "error": error, "nextTimer": None}
            """,
            "session starts",
            "-20101",
        ),
        (
            """
            def operate(self, params):
                result = super().operate(params)
                return {**result, "performed": False}
            """,
            "operation is performed",
            "expected performed: true",
        ),
        (
            """
            def operate(self, params):
                return {**super().operate(params), "nextTimer": None}
            """,
            "next timer",
            "expected a nextTimer after an operation",
        ),
        (
            """
            def operate(self, params):
                return {**super().operate(params), "nextTimer": params["now"]}
            """,
            "operation is performed",
            "expected a nextTimer after 2026-03-01T08:00:00.000Z",
        ),
        (
            """
            def move(self, to):
                self.now = datetime.fromisoformat(to)
                if self.due is not None and self.due != self.now + SLOT:
                    self.due = None
            """,
            "advance to the past",
            "got nextTimer null instead of 2026-03-01T08:03:00.000Z",
        ),
        (
            """
            def advance(self, params):
                if params["to"] < "2026-03-01T08:03":
                    return {"nextTimer": self.next_timer()}
                return {"nextTimer": "2026-03-01T08:03:00.000Z"}
            """,
            "time goes by",
            "fire what is due first",
        ),
        (
            "def stop(self, params): return {}",
            "session stops",
            "expected performed: false from operate after stop",
        ),
    ],
)
def test_problem(checks, text, name, detail):
    """What is wrong is found under its name, with what was expected."""
    found = checks(spoilt(text))
    assert name in wrong(found)
    assert detail in found[name].detail


def test_refused_start_ends_it(checks):
    """Without a session there is nothing more to ask."""
    found = checks(
        spoilt("def start(self, params): return {'authorized': False, 'error': None}")
    )
    assert list(found)[-1] == "session starts"


def test_fault_ends_it(checks):
    """A fault is a failed check with the whole blame, and the last."""
    found = checks(spoilt("def start(self, params): sys.exit(3)"))
    assert wrong(found) == ["session starts"]
    assert list(found)[-1] == "session starts"
    assert "its exit with code 3" in found["session starts"].detail


def test_ends_late(checks):
    """A process that has to be killed is found."""
    found = checks(GOOD + "\ntime.sleep(60)", grace=timedelta(seconds=0.1))
    assert wrong(found) == ["process ends by itself"]
    assert (
        "exits at the end of its standard input" in found["process ends by itself"].detail
    )


def test_cannot_be_started(tmp_path):
    """A command that cannot be started at all is the user's mistake."""
    path = tmp_path / "acme.yaml"
    path.write_text("name: acme\ndriver: {command: [no-such-program]}\n")
    examination = examine(
        load_sdk_file(path),
        generation=None,
        servers=(),
        begin=BEGIN,
        clock=InjectedClock(),
    )
    with pytest.raises(BadInput, match="no-such-program"):
        asyncio.run(examination)


def test_class(tmp_path):
    """A driver that is a Python class is examined in the same way."""
    path = tmp_path / "acme.yaml"
    path.write_text("name: acme\ndriver: {python: 'acme_class:Acme'}\n")
    text = f"import sys\nsys.path.append({str(HERE)!r})\nfrom good_driver import Good\n"
    (tmp_path / "acme_class.py").write_text(text + "class Acme(Good): pass\n")
    found = asyncio.run(
        examine(
            load_sdk_file(path),
            generation=None,
            servers=(),
            begin=BEGIN,
            clock=InjectedClock(),
        )
    )
    assert [check.name for check in found if not check.ok] == []
