"""Claims about whether anything of a process runs."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from harness.drivers.clocks.stillness import Watch, is_alive, members_of_session, running

_CEILING_SECONDS = 20


@contextmanager
def program(text: str) -> Iterator[int]:
    """Run a Python program in a session of its own; it ends with the block."""
    command = [sys.executable, "-c", text]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)
    try:
        yield process.pid
    finally:
        process.kill()
        process.communicate()


def eventually(is_so) -> bool:
    end = time.monotonic() + _CEILING_SECONDS
    while not is_so():
        if time.monotonic() > end:
            return False
        time.sleep(0.001)
    return True


def test_whoever_waits_is_at_rest():
    """A program that waits for its input comes to rest, and stays there."""
    with program("input()") as pid:
        watch = Watch()
        assert eventually(lambda: watch.rest_of([pid]) is not None)
        assert eventually(lambda: watch.rest_of([pid]) == watch.rest_of([pid]))
        watch.close()


def test_whoever_computes_is_not():
    """A program that computes is never at rest, and is named."""
    with program("while True: pass") as pid:
        watch = Watch()
        assert eventually(lambda: len(running([pid])) == 1)
        assert all(watch.rest_of([pid]) is None for _ in range(50))
        watch.close()


def test_whoever_ran_in_between_is_found_out():
    """Threads that have had a processor since the last look differ from before."""
    with program("import time\nwhile True: time.sleep(0.001)") as pid:
        watch = Watch()
        assert eventually(lambda: watch.rest_of([pid]) is not None)
        before = None
        while before is None:
            before = watch.rest_of([pid])
        assert eventually(lambda: watch.rest_of([pid]) not in (None, before))
        watch.close()


def test_the_dead_are_at_rest():
    """A process that has ended keeps nobody waiting."""
    with program("input()") as pid:
        watch = Watch()
        assert eventually(lambda: watch.rest_of([pid]) is not None)
        os.kill(pid, 9)
        assert eventually(lambda: not is_alive(pid))
        assert watch.rest_of([pid]) is not None
        watch.close()
    assert watch.rest_of([pid]) == {}


def test_a_session_has_its_members():
    """The children of a program are in its session."""
    text = "import subprocess, sys\nsubprocess.run([sys.executable, '-c', 'input()'])"
    with program(text) as pid:
        assert eventually(lambda: len(members_of_session(pid)) == 2)
