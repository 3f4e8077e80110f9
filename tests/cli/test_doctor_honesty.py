"""``dlscheck doctor`` does not take a driver's word for what it can see for itself."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

#: A driver that asks as it should; each test takes one thing away.
ASKING = """
import json, threading, urllib.request

def post(base, path, message):
    body = json.dumps(message).encode()
    asked = urllib.request.Request(base + path, body, {"Content-Type": "application/json"})
    return urllib.request.urlopen(asked, timeout=5).read()

class Asking(Good):
    code = None

    def start(self, params):
        self.base = params["servers"][0]
        self.asked = self.code or params["handshakeCode"]
        try:
            post(self.base, "/dls/authorization",
                 {"clientUuid": "u", "handshakeCode": self.asked})
        except OSError:
            pass
        return super().start(params)
"""


def wrong(ended: Any) -> dict[str, str]:
    lines = [line for line in ended.out.splitlines() if line.startswith("WRONG ")]
    return dict(line.removeprefix("WRONG ").split(": ", 1) for line in lines)


def test_a_driver_that_answers_in_the_sdks_place(
    here: Any, sdk_file: Callable[..., Path]
) -> None:
    """Success is claimed, and no server was asked, nor told of the usage."""
    ended = here("doctor", sdk_file("serve(Good())"))
    assert ended.code == 5
    assert list(wrong(ended)) == ["handshake code arrives", "usage arrives"]
    assert "got none, and yet authorized: true" in ended.out


def test_a_driver_with_a_code_of_its_own(here: Any, sdk_file: Callable[..., Path]) -> None:
    """The canary in start does not reach the server."""
    body = f"{ASKING}\nAsking.code = '200001-demo'\nserve(Asking())"
    told = wrong(here("doctor", sdk_file(body)))
    assert "got ['200001-demo']" in told["handshake code arrives"]


def test_usage_that_is_claimed_and_never_seen(
    here: Any, sdk_file: Callable[..., Path]
) -> None:
    """The operation was performed, says the driver, and no report comes."""
    ended = here("doctor", sdk_file(f"{ASKING}\nserve(Asking())"))
    assert ended.code == 5
    assert list(wrong(ended)) == ["usage arrives"]


def test_requests_that_nobody_asked_for(here: Any, sdk_file: Callable[..., Path]) -> None:
    """The SDK goes on talking after the driver has answered for it."""
    body = f"""{ASKING}
class Restless(Asking):
    def start(self, params):
        answer = super().start(params)
        threading.Thread(target=self.talk, daemon=True).start()
        return answer

    def talk(self):
        while True:
            urllib.request.urlopen(self.base + "/dls/health", timeout=5).read()

serve(Restless())"""
    ended = here("doctor", sdk_file(body))
    assert ended.code == 5
    assert "while no call is in progress" in wrong(ended)["requests have a cause"]
