"""``dlscheck fleet``, as a user runs it."""

import json
import threading
import time

import pytest

from mock_server.library.running import Mock, running_mock


def test_a_fleet(dlscheck) -> None:
    """It tells figures and the ledger, as text and as JSON, and progress beside them."""
    with running_mock() as mock:
        ended = dlscheck("fleet", mock.url, "--devices", 5, "--span", "30m")
        assert ended.code == 0, ended.err
        assert "stored (as the server says) + 0 pending + 0 purged" in ended.out
        assert "turn 1 of 10" in ended.err
        fault = ["--fault", "usage reset probability=20% times=all"]
        ended = dlscheck("fleet", mock.url, "--devices", 5, *fault, "--json")
    told = json.loads(ended.out)
    assert (told["balanced"], ended.code) == (True, 0)
    assert told["figures"]["failed"]


def test_a_server_that_forgets(dlscheck) -> None:
    """A ledger that does not balance is exit code 1, and says on which devices."""
    with running_mock() as mock:
        forgetting = threading.Thread(target=_forget, args=(mock,))
        forgetting.start()
        ended = dlscheck("fleet", mock.url, "--devices", 20, "--span", "2h")
        forgetting.join()
    assert ended.code == 1, ended.err
    assert "IT DOES NOT BALANCE on " in ended.out
    assert ": -" in ended.out


def _forget(mock: Mock) -> None:
    """Once usage is stored, begin anew."""
    while not sum(mock.units.values()):
        time.sleep(0.001)
    mock.reset()


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["http://192.0.2.1:80"], "expected a server on this machine"),
        (["http://127.0.0.1:1", "--clock", "fast"], "expected virtual or real"),
        (["http://127.0.0.1:1", "--span", "soon"], "expected a time span"),
        (["http://127.0.0.1:1", "--span", "99d"], "at most 30d"),
        (["http://127.0.0.1:1", "--fault", "@x y"], "expected a time span"),
    ],
)
def test_bad_input(here, arguments, problem) -> None:
    """What cannot be done is told in one message, with exit code 2."""
    ended = here("fleet", *arguments)
    assert ended.code == 2
    assert problem in ended.message
