"""A tiny licence server over real HTTP; what it answers is scripted, one step a request."""

import json
import ssl
import threading
from collections import deque
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Message = dict[str, Any]

GRANT: Message = {
    "authorized": True,
    "token": "t",
    "handshakeCode": "200001-granted",
    "validUntil": "2026-03-08T00:00:00.000Z",
}

#: Steps that are no HTTP status.
LOSE = "lose"  # store, then hang up without an answer
RESET = "reset"  # hang up without storing
HOLD = "hold"  # store, then say nothing
GARBAGE = "garbage"  # 200 with half an object
NOT_ACCEPTED = "not-accepted"  # 200 with a negative answer

BAD_BODIES = {GARBAGE: '{"accepted": tr', NOT_ACCEPTED: '{"accepted": false}'}


class LicenceServer:
    """Grants and accepts, unless a script says otherwise; remembers every request."""

    def __init__(self) -> None:
        self.script: deque[str | int] = deque()
        self.authorisation_script: deque[Message | str] = deque()
        self.grant = dict(GRANT)
        self.requests: list[tuple[str, str, Message]] = []
        self.stored: list[Message] = []
        self.lost: list[Message] = []
        self.log: list[tuple[object, object]] = []
        self.held = threading.Event()
        self._release = threading.Event()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler_for(self))
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,))
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._http.server_port}"

    def close(self) -> None:
        """Let go of whoever is held, and of the port."""
        self._release.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def wrap(self, context: ssl.SSLContext) -> None:
        """Speak TLS from now on."""
        self._http.socket = context.wrap_socket(self._http.socket, server_side=True)
        self.url = self.url.replace("http:", "https:")

    def submissions(self) -> list[list[Message]]:
        """The reports of each usage request, in order of arrival."""
        return [
            body["reports"] for _, path, body in self.requests if path.endswith("/usage")
        ]

    def authorisations(self) -> list[Message]:
        """The authorisation requests, in order of arrival."""
        return [body for _, path, body in self.requests if path.endswith("/authorization")]

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        """Act on one request."""
        body = json.loads(handler.rfile.read(int(handler.headers["Content-Length"])))
        self.requests.append((handler.command, handler.path, body))
        self.log.append((id(self), self.requests[-1]))
        if handler.path.endswith("/authorization"):
            self._answer_authorisation(handler)
        else:
            self._answer_usage(handler, body)

    def _answer_authorisation(self, handler: BaseHTTPRequestHandler) -> None:
        step = (
            self.authorisation_script.popleft() if self.authorisation_script else self.grant
        )
        if isinstance(step, str):
            return
        code = step.get("error", {}).get("code")
        _send(handler, {None: 200, 100: 503}.get(code, 403), json.dumps(step))

    def _answer_usage(self, handler: BaseHTTPRequestHandler, body: Message) -> None:
        step = self.script.popleft() if self.script else 200
        if handler.command != "POST":
            step = 405
        if step in (200, LOSE, HOLD):
            self.stored.extend(body["reports"])
        if step in (LOSE, HOLD):
            self.lost.extend(body["reports"])
        if step == HOLD:
            self.held.set()
            self._release.wait()
        if isinstance(step, int):
            _send(handler, step, json.dumps({"accepted": step == 200}))
        elif step in BAD_BODIES:
            _send(handler, 200, BAD_BODIES[step])


def refusal(code: int) -> Message:
    """A negative answer with a server's error code."""
    return {"authorized": False, "error": {"code": code, "message": "no"}}


def _send(handler: BaseHTTPRequestHandler, status: int, text: str) -> None:
    handler.send_response(status)
    handler.send_header("Content-Length", str(len(text)))
    handler.end_headers()
    handler.wfile.write(text.encode())


def _handler_for(server: LicenceServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            server.answer(self)

        def do_PUT(self) -> None:
            server.answer(self)

        def log_message(self, *_: object) -> None:
            pass

    return Handler
