"""
The driver of a program that only waits: it shows whether a clock mode works.

An operation does one kind of wait, named by its content, and tells how long that took by
this program's own clock, in milliseconds, as the message of an error.
"""

import json
import socket
import sys
import threading
import time
from typing import Any


def sleep() -> None:
    """Wait by a timer."""
    rung = threading.Event()
    threading.Timer(180, rung.set).start()
    rung.wait()


def blocked() -> None:
    """Wait for another thread, which is quicker than the time-out."""
    rung = threading.Event()
    threading.Timer(60, rung.set).start()
    rung.wait(180)


def network() -> None:
    """Wait for a server that takes the connection and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        client = socket.create_connection(server.getsockname(), timeout=10)
        try:
            client.recv(1)
        except TimeoutError:
            return
        finally:
            client.close()


WAITS = {"timer": sleep, "blocked": blocked, "network": network}


def answer_to(request: dict[str, Any]) -> dict[str, Any]:
    """Return the result of one request."""
    if request["method"] != "operate":
        return {}
    begun = time.monotonic()
    WAITS[request["params"]["content"]]()
    elapsed_ms = round((time.monotonic() - begun) * 1000)
    return {"performed": False, "error": {"code": -1, "message": str(elapsed_ms)}}


def main() -> None:
    """Answer until the input ends."""
    for line in sys.stdin:
        request = json.loads(line)
        answer = {"jsonrpc": "2.0", "id": request["id"], "result": answer_to(request)}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
