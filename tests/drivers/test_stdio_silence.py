"""Claims about drivers that exit, hang or flood: no silence lasts."""

import asyncio
import time
from datetime import timedelta

import msgspec
import pytest

from harness.drivers.driver import DriverFault


@pytest.mark.parametrize(
    ("last", "fate"),
    [
        ("sys.exit(3)", "its exit with code 3"),
        ("os.kill(os.getpid(), signal.SIGSEGV)", "its end by signal 11"),
        ("raise ValueError('boom')", "| ValueError: boom"),
        ("sys.exit()", "its exit with code 0"),
    ],
)
def test_exit(workshop, describe, last, fate):
    """An exit instead of an answer is blamed with its code or signal."""
    blame = workshop.blame("sys.stdin.readline()\n" + last, describe)
    assert "expected  an answer" in blame
    assert "in describe, before the first line of its output" in blame
    assert fate in blame


def test_exit_between(workshop):
    """An exit while nothing is asked is blamed when something is."""

    async def talk(driver):
        await driver.describe()
        await asyncio.sleep(0.3)
        await driver.stop()

    body = "say(answer(Good(), json.loads(sys.stdin.readline())))\nsys.exit(4)"
    blame = workshop.blame(body, talk)
    assert "between two requests, after line 1 of its output" in blame
    assert "expected  it to run until the end of its input" in blame
    assert "its exit with code 4" in blame


def test_answer_and_exit(workshop):
    """An answer that was written before an exit counts."""

    async def talk(driver):
        await driver.stop()
        return True

    body = "say(answer(Good(), json.loads(sys.stdin.readline())))\nos._exit(0)"
    assert workshop.drive(body, talk)


def test_line_without_end(workshop, describe):
    """An answer without its line break is quoted when the driver exits."""
    blame = workshop.blame("sys.stdin.readline(); sys.stdout.write('{}')", describe)
    assert "after '{}' without a line break" in blame


@pytest.mark.parametrize("workshop", ["asyncio"], indirect=True)
def test_output_closed(workshop, describe):
    """
    A driver that closes its output and lives on is blamed without waiting long.

    Under uvloop, whose child holds its output twice, it is the ceiling that ends it.
    """
    begun = time.monotonic()
    blame = workshop.blame("os.close(1)\ntime.sleep(60)", describe)
    assert "the end of its output, though it still runs" in blame
    assert time.monotonic() - begun < 10


def test_hang(workshop, describe):
    """A driver that does not answer is killed at the ceiling, which is named."""
    begun = time.monotonic()
    ceiling = timedelta(seconds=0.2)
    blame = workshop.blame("time.sleep(60)", describe, ceiling=ceiling)
    assert "an answer within 200ms of real time" in blame
    assert "nothing until it was killed" in blame
    assert "flush" in blame
    assert "`timeout` in the SDK's file" in blame
    assert 0.2 <= time.monotonic() - begun < 10


def test_hang_with_half_a_line(workshop, describe):
    """What stands there without a line break is quoted at the ceiling."""
    body = "sys.stdout.write('{\"half'); sys.stdout.flush()\ntime.sleep(60)"
    blame = workshop.blame(body, describe, ceiling=timedelta(seconds=0.5))
    assert "only '{\"half', without a line break" in blame


def test_hang_with_a_child(workshop, is_gone_soon):
    """At the ceiling the driver's children are killed, too."""

    async def talk(driver):
        with pytest.raises(DriverFault) as caught:
            await driver.describe()
        return caught.value.blame.log

    body = """
        child = subprocess.Popen(["sleep", "60"])
        print(child.pid, file=sys.stderr, flush=True)
        child.wait()
    """
    log = workshop.drive(body, talk, ceiling=timedelta(seconds=1))
    assert is_gone_soon(int(log))


def test_ceiling_after_the_last_request(workshop, describe):
    """Once the mock sees no more requests, the ceiling is counted from the last."""
    begun = time.monotonic()
    settings = {
        "ceiling": timedelta(seconds=0.2),
        "last_seen": lambda: min(time.monotonic(), begun + 0.5),
    }
    workshop.blame("time.sleep(60)", describe, **settings)
    assert time.monotonic() - begun >= 0.7


def test_flood_of_lines(workshop, describe):
    """A driver that never ceases to write lines is ended."""
    blame = workshop.blame("while True: print('rubbish')", describe)
    assert "line 1 of its output" in blame


def test_flood_without_lines(workshop, describe):
    """A line without end is given up at 16 MiB."""
    blame = workshop.blame("while True: sys.stdout.write('x' * 100_000)", describe)
    assert "lines of at most 16777216 bytes" in blame
    assert "line 1 of its output" in blame


def test_flood_of_blank_lines(workshop, describe):
    """Blank lines without end do not outlast the ceiling."""
    body = "while True: sys.stdout.write('\\n' * 1000)"
    blame = workshop.blame(body, describe, ceiling=timedelta(seconds=0.3))
    assert "an answer within 300ms" in blame


def test_input_not_read(workshop, operate):
    """A driver that does not read a large request hangs nobody."""
    large = msgspec.structs.replace(operate, content="x" * 3_000_000)
    blame = workshop.blame(
        "time.sleep(60)",
        lambda driver: driver.operate(large),
        ceiling=timedelta(seconds=0.2),
    )
    assert "in operate" in blame
