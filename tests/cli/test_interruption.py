"""A run that is told to end: by ctrl-C, or by SIGTERM."""

import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from harness.drivers.clocks.stillness import descendants, is_alive

ROOT = Path(__file__).parents[2]
COMMAND = (str(Path(sys.executable).parent / "dlscheck"), "run")
PYTEST = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "cases", "--sdk")
#: Six cases or so, of which the first two are judged before an SDK hangs.
KEYS = ("-k", "one-failure")
_CEILING = 60

#: The reference SDK, until so many sessions have begun: then it answers no more.
_SCRIPT = """\
import os, signal, sys
sys.path.insert(0, {reference!r})
import driver

begin = driver.Driver.start

def start(self, params):
    began = len(os.listdir({folder!r}))
    open(os.path.join({folder!r}, f"{{os.getpid()}}-{{began}}"), "x").close()
    if began >= {many}:
        with open({fifo!r}, "w") as file:
            file.write(f"{{os.getpid()}}\\n")
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)
        while True:
            signal.pause()
    return begin(self, params)

driver.Driver.start = start
driver.main()
"""


@dataclass
class Running:
    """A run of which one process or more plays a case that never ends."""

    process: subprocess.Popen[str]
    out: Path
    reading: int

    def wait_for_hanging(self, count: int) -> list[int]:
        """Return the ids of the drivers that hang, once there are so many."""
        told = b""
        while told.count(b"\n") < count:
            ready, _, _ = select.select([self.reading], [], [], _CEILING)
            assert ready, "nothing came to hang"
            told += os.read(self.reading, 100)
        return [int(line) for line in told.split()]

    def ended(self) -> tuple[int, str, str]:
        out, err = self.process.communicate(timeout=_CEILING)
        return self.process.returncode, out, err

    @property
    def results(self) -> Any:
        return json.loads((self.out / "results.json").read_text(encoding="utf-8"))


@pytest.fixture
def running(tmp_path: Path) -> Callable[..., Any]:
    folder, fifo = tmp_path / "sessions", tmp_path / "fifo"
    folder.mkdir()
    os.mkfifo(fifo)
    script = _SCRIPT.format(
        reference=str(ROOT / "sdks" / "reference"),
        folder=str(folder),
        fifo=str(fifo),
        many=6,
    )
    (tmp_path / "driver.py").write_text(script, encoding="utf-8")
    sdk = tmp_path / "sdk.yaml"
    sdk.write_text('name: hangs\ndriver:\n  command: ["{python}", driver.py]\n')

    @contextmanager
    def run(command: tuple[str, ...], *options: str) -> Iterator[Running]:
        out = tmp_path / "out"
        folder_option = "--out" if command is COMMAND else "--dls-out"
        # Opened for writing as well, it has no end as long as the test runs.
        reading = os.open(fifo, os.O_RDWR)
        process = subprocess.Popen(
            [*command, str(sdk), *KEYS, folder_option, str(out), *options],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            start_new_session=True,
        )
        try:
            yield Running(process, out, reading)
        finally:
            os.close(reading)
            for started in (*_started_by(process.pid), process.pid):
                _kill(started)
            process.communicate()

    return run


def _started_by(process: int) -> list[int]:
    return [one for one in descendants(process) if one != process]


def _left(processes: list[int]) -> list[int]:
    """Return those that live on: who was killed takes a moment to be gone."""
    return [one for one in processes if is_alive(one) and not _ends(one)]


def _ends(process: int) -> bool:
    try:
        handle = os.pidfd_open(process)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([handle], [], [], _CEILING)[0])
    finally:
        os.close(handle)


def _kill(process: int) -> None:
    try:
        os.kill(process, signal.SIGKILL)
    except ProcessLookupError:
        return


@pytest.mark.parametrize(("processes", "number"), [(1, signal.SIGINT), (2, signal.SIGTERM)])
def test_what_was_judged_is_kept(
    running: Any, processes: int, number: signal.Signals
) -> None:
    """One signal: files are written and say that they are partial; nothing is left."""
    with running(COMMAND, f"-n{processes}") as run:
        drivers = run.wait_for_hanging(processes)
        started = _started_by(run.process.pid)
        run.process.send_signal(number)
        code, out, err = run.ended()
    assert code == 3, err
    assert "Traceback" not in out + err
    assert set(drivers) <= set(started)
    assert _left(started) == []
    told = run.results
    outcomes = [case["outcome"] for case in told["cases"]]
    judged = len(outcomes) - outcomes.count("not-played")
    assert judged
    assert outcomes.count("not-played") >= processes
    expected = f"ended by {number.name}: {judged} of {len(outcomes)} cases were judged"
    assert told["partial"] == expected
    for name in ("report.html", "summary.md", "junit.xml"):
        assert expected in (run.out / name).read_text(encoding="utf-8"), name
    assert f"PARTIAL: {expected}" in out
    recorded = {case["recording"] for case in told["cases"]} - {None}
    assert recorded == {f"recordings/{path.name}" for path in run.out.glob("recordings/*")}


def test_at_a_terminal_all_processes_get_it(running: Any) -> None:
    """Ctrl-C reaches every process of the foreground, and counts once."""
    with running(COMMAND, "-n2") as run:
        run.wait_for_hanging(2)
        started = _started_by(run.process.pid)
        os.killpg(run.process.pid, signal.SIGINT)
        code, out, err = run.ended()
    assert code == 3, err
    assert "Traceback" not in out + err
    assert _left(started) == []
    assert run.results["partial"].startswith("ended by SIGINT")


def test_under_pytest(running: Any) -> None:
    """Whoever runs pytest itself gets the same files."""
    with running(PYTEST, "-n2", "--property-examples", "0") as run:
        run.wait_for_hanging(2)
        run.process.send_signal(signal.SIGINT)
        code, _, err = run.ended()
    assert code == pytest.ExitCode.INTERRUPTED, err
    assert run.results["partial"].startswith("ended by SIGINT")
    assert (run.out / "report.html").is_file()


def test_the_second_time_it_ends_at_once(running: Any) -> None:
    """A second ctrl-C waits for nobody, and leaves nobody."""
    with running(COMMAND, "-n2") as run:
        drivers = run.wait_for_hanging(2)
        started = _started_by(run.process.pid)
        run.process.send_signal(signal.SIGINT)
        assert "once more ends at once" in run.process.stderr.readline()
        run.process.send_signal(signal.SIGINT)
        code, out, err = run.ended()
    assert code == 130, err
    assert "Traceback" not in out + err
    assert set(drivers) <= set(started)
    assert _left(started) == []
    assert not (run.out / "results.json").exists()
