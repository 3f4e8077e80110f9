"""
A small licence SDK as an application would ship it: ordinary clocks, timers and threads.

It counts what the application did in slots of three minutes, keeps that on disk, and
submits it from a timer of its own.
"""

import json
import os
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import requests

TICK_S = 180
BATCH = 500
#: How long one request may take, in seconds.
TIMEOUT_S = 10
RETENTION_S = 30 * 86400
STANDING_BY = 100
NO_LICENCE, TWO_LICENCES = -20000, -20006

Message = dict[str, Any]
Report = dict[str, Any]


class LicenceError(Exception):
    """The SDK refuses to work; `code` is what the application is told."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class Cache:
    """What is kept on disk: the client UUID, licences, and usage not submitted yet."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / "state.json"
        self.state: Message = {"uuid": "", "licences": {}, "reports": [], "last": 0}
        if self._path.exists():
            self.state = json.loads(self._path.read_text())
        if not self.state["uuid"]:
            self.state["uuid"] = str(uuid4())
            self.save()

    def save(self) -> None:
        """Put the state in place of what was there, in one step."""
        new = self._path.with_suffix(".new")
        new.write_text(json.dumps(self.state))
        new.replace(self._path)


class Client:
    """One application's licence."""

    def __init__(self, settings: Message, generation: str, product: str, bug: str) -> None:
        self._settings = settings
        self._generation = generation
        self._product = product
        #: A mistake that this copy makes on purpose; empty: none.
        self._bug = bug
        self._lock = threading.RLock()
        #: Keeps its connections open from one request to the next.
        self._http = requests.Session()
        self._server = ""
        self._code: str | None = None
        self._timer: threading.Timer | None = None
        self._tried: set[int] = set()
        self._is_open = False
        self._cache: Cache | None = None

    def start(self) -> None:
        """Get authorised, send what earlier sessions left, and begin to tick."""
        self._check()
        self._cache = Cache(Path(self._settings["cacheDir"]))
        self._authorise()
        with self._lock:
            self._is_open = True
            self._begun = time.monotonic()
            self._ticks = 0
            self._purge()
            self._set_timer()
            self._submit()

    def record(self, kind: str, count: int, success: bool) -> None:
        """Count what was done just now."""
        with self._lock:
            if not self._is_open:
                raise LicenceError(NO_LICENCE, "There is no session.")
            if (success or self._bug == "counts-failures") and count > 0:
                self._count(kind, count)

    def stop(self) -> None:
        """End the session; what is pending waits on disk."""
        with self._lock:
            self._is_open = False
            if self._timer is not None:
                self._timer.cancel()
            self._http.close()

    def _check(self) -> None:
        code = self._settings.get("handshakeCode")
        organization = self._settings.get("organizationId")
        if (code or organization) and self._settings.get("productKeys"):
            raise LicenceError(TWO_LICENCES, "Product keys exclude other licences.")
        if not (code or organization):
            raise LicenceError(NO_LICENCE, "No licence is configured.")

    # -- being authorised

    def _authorise(self) -> None:
        for server in self._settings["servers"]:
            status, answer = self._post(server, "/dls/authorization", self._request())
            if status == 200 and answer.get("authorized") is True:
                self._server, self._code = server, answer.get("handshakeCode")
                self._keep(answer)
                return
            error = answer.get("error")
            code = error.get("code") if isinstance(error, dict) else None
            if isinstance(code, int) and code != STANDING_BY:
                self._state["licences"].pop(self._selector, None)
                self._save()
                raise LicenceError(-20000 - code, str(error.get("message")))
        self._work_without_server()

    def _work_without_server(self) -> None:
        kept = self._state["licences"].get(self._selector)
        if kept is None or not time.time() < kept["until"]:
            code = -20003 if self._generation == "lts" else -20200
            raise LicenceError(code, "The licence server cannot be reached.")
        self._server, self._code = self._settings["servers"][0], kept["code"]

    def _request(self) -> Message:
        settings = self._settings
        return {
            "clientUuid": self._state["uuid"],
            "handshakeCode": settings.get("handshakeCode"),
            "organizationId": settings.get("organizationId"),
            "sessionPassword": settings.get("sessionPassword"),
            "product": self._product,
            "generation": self._generation,
            "deploymentType": "desktop",
            "binding": {"kind": "process-name", "value": "plain"},
            "chargeWay": "auto",
            "instances": 1,
            "alias": None,
        }

    def _keep(self, answer: Message) -> None:
        until = datetime.fromisoformat(answer["validUntil"]).timestamp()
        kept = {"code": answer.get("handshakeCode"), "until": until}
        self._state["licences"][self._selector] = kept
        self._save()

    # -- counting

    def _slot_now(self) -> int:
        second = int(time.time())
        first = 1 if self._generation == "lts" and self._bug != "wrong-grid" else 0
        return (second - first) // TICK_S * TICK_S + first

    def _count(self, kind: str, count: int) -> None:
        code = self._settings.get("handshakeCode") or self._code
        organization = None if code else self._settings.get("organizationId")
        place = [self._slot_now(), code, organization]
        for report in self._state["reports"]:
            if report["place"] == place and not report["sealed"]:
                report["usage"][kind] = report["usage"].get(kind, 0) + count
                break
        else:
            self._state["last"] += 1
            self._state["reports"].append(
                {"id": self._state["last"], "place": place, "usage": {kind: count},
                 "sealed": False}
            )  # fmt: skip
        self._save()

    def _purge(self) -> None:
        if self._generation == "dls":
            oldest = time.time() - RETENTION_S - TICK_S
            reports = self._state["reports"]
            self._state["reports"] = [r for r in reports if r["place"][0] >= oldest]
            self._save()

    # -- submitting

    def _set_timer(self) -> None:
        """The next tick: a multiple of three minutes after the start."""
        self._ticks += 1
        due = self._begun + self._ticks * TICK_S
        if self._bug == "ticks-early":
            due -= 60 * self._ticks
        self._timer = threading.Timer(max(due - time.monotonic(), 0), self._tick)
        self._timer.daemon = True
        self._timer.start()

    def _tick(self) -> None:
        with self._lock:
            if not self._is_open:
                return
            self._set_timer()
            if self._bug == "retries":
                self._tried.clear()
            self._submit()

    def _submit(self) -> None:
        """Send what is closed and was not tried in this session, oldest first."""
        closed = int(time.time()) - TICK_S
        due = [
            report
            for report in self._state["reports"]
            if report["id"] not in self._tried
            and (report["sealed"] or report["place"][0] <= closed)
        ]
        for at in range(0, len(due), BATCH):
            self._submit_batch(due[at : at + BATCH])

    def _submit_batch(self, batch: list[Report]) -> None:
        for report in batch:
            report["sealed"] = True
            self._tried.add(report["id"])
        self._save()
        body = {"reports": [self._rendered(report) for report in batch]}
        status, answer = self._post(self._server, "/dls/usage", body)
        if status == 200 and answer.get("accepted") is True:
            sent = {report["id"] for report in batch}
            reports = self._state["reports"]
            self._state["reports"] = [r for r in reports if r["id"] not in sent]
            self._save()

    def _rendered(self, report: Report) -> Message:
        slot, code, organization = report["place"]
        account = {"handshakeCode": code, "organizationId": organization}
        return {
            "timeLabel": datetime.fromtimestamp(slot, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            **{name: value for name, value in account.items() if value is not None},
            "clientUuid": self._state["uuid"],
            "product": self._product,
            "usage": [
                {"type": kind, "count": count} for kind, count in report["usage"].items()
            ],
        }

    # -- the rest

    def _post(self, server: str, path: str, body: Message) -> tuple[int, Message]:
        """POST; whatever goes wrong is an answer without a status."""
        try:
            answer = self._http.post(
                server.rstrip("/") + path,
                json=body,
                timeout=TIMEOUT_S,
                verify=self._settings.get("caFile") or True,
                # A usage report that was sent once must not go out again elsewhere.
                allow_redirects=False,
            )
            return answer.status_code, _parsed(answer.content)
        except Exception:  # an SDK never takes its application down
            return 0, {}

    @property
    def _state(self) -> Message:
        assert self._cache is not None
        return self._cache.state

    def _save(self) -> None:
        assert self._cache is not None
        self._cache.save()

    @property
    def _selector(self) -> str:
        settings = self._settings
        return json.dumps(
            [settings.get("handshakeCode"), settings.get("organizationId"), self._product]
        )


def bug_of_environment() -> str:
    """The mistake that this process is to make."""
    return os.environ.get("PLAIN_BUG", "")


def _parsed(text: bytes) -> Message:
    try:
        value = json.loads(text)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
