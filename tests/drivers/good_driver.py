"""
A driver that keeps the contract, for an SDK that asks no server.

Bad drivers are made of it: a script imports ``Good`` and ``serve`` and spoils one thing.
It writes what it did to the file named in ``TRACE``, if that is set.
"""

import json
import os
import sys
from datetime import UTC, datetime, timedelta

SLOT = timedelta(minutes=3)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Good:
    def __init__(self):
        self.now = EPOCH
        self.running = False
        self.due = None

    def describe(self, _params):
        return {
            "contract": 1,
            "sdk": {"name": "good", "version": "1.0", "language": "python"},
            "product": "dbr",
            "generation": os.environ.get("DLS_GENERATION", "dls"),
            "clock": "injected",
            "capabilities": ["next-timer", "restart-in-process"],
        }

    def start(self, params):
        self.move(params["now"])
        self.running, self.due = True, None
        return {"authorized": True, "error": None, "nextTimer": self.next_timer()}

    def operate(self, params):
        self.move(params["now"])
        if self.running and self.due is None:
            self.due = self.now + SLOT - (self.now - EPOCH) % SLOT
        return {
            "performed": self.running,
            "error": None if self.running else {"code": -1, "message": "not started"},
            "nextTimer": self.next_timer(),
        }

    def advance(self, params):
        self.move(params["to"])
        return {"nextTimer": self.next_timer()}

    def set_clock(self, params):
        self.now = datetime.fromisoformat(params["to"])
        return {"nextTimer": self.next_timer()}

    def stop(self, _params):
        self.running, self.due = False, None
        return {}

    def move(self, to):
        self.now = max(self.now, datetime.fromisoformat(to))
        if self.due is not None and self.due <= self.now:
            self.due = None

    def next_timer(self):
        if self.due is None:
            return None
        return self.due.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def answer(sdk, request):
    envelope = {"jsonrpc": "2.0", "id": request["id"]}
    method = getattr(sdk, request["method"], None)
    if method is None:
        error = {"code": -32601, "message": f"no method {request['method']}"}
        return {**envelope, "error": error}
    return {**envelope, "result": method(request["params"])}


def say(message):
    text = message if isinstance(message, str) else json.dumps(message)
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def trace(text):
    if "TRACE" in os.environ:
        with open(os.environ["TRACE"], "a", encoding="utf-8") as file:
            file.write(text + "\n")


def serve(sdk, answer=answer):
    for line in sys.stdin:
        trace(line.rstrip())
        say(answer(sdk, json.loads(line)))
    trace("end of input")


if __name__ == "__main__":
    serve(Good())
