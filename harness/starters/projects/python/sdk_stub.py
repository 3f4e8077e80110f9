"""
A stand-in for your SDK, so that there is something to drive: put the real one in its place.

It is a small licence SDK that speaks open-json. It counts what the application does in
slots of three minutes, keeps that on disk, and submits it every three minutes.
"""

import json
import ssl
import urllib.error
import urllib.request
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from clock import Clock, Timer

Message = dict[str, Any]

_TICK_MS = 180_000
_SLOT_S = 180
_RETENTION_S = 30 * 86_400
_TIMEOUT_S = 10
#: The standby server says so while the main one works.
_STANDING_BY = 100
_NO_LICENCE, _UNREACHABLE = -20000, -20200


class LicenceError(Exception):
    """The SDK refuses to work; `code` is what the application is told."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


class LicenceClient:
    """One application's licence."""

    def __init__(
        self, settings: Message, generation: str, product: str, clock: Clock
    ) -> None:
        self._settings = settings
        self._generation = generation
        self._product = product
        self._clock = clock
        self._timer: Timer | None = None
        self._server = ""
        #: The code that usage is counted for, where none was configured.
        self._granted: str | None = None
        self._folder = Path(settings["cacheDir"])
        self._state = self._read_state()
        #: Reports to be sent in this session: one that fails waits for the next, on disk.
        self._waiting = [_read(path) for path in sorted(self._folder.glob("report-*.json"))]

    def start(self) -> None:
        """Get authorised, send what earlier sessions left, and begin to tick."""
        self._authorise()
        self._purge()
        self._set_timer()
        self._submit()

    def record(self, kind: str, count: int, success: bool) -> None:
        """Count what was done just now; what found nothing is not counted."""
        if not success or count <= 0:
            return
        code = self._settings.get("handshakeCode") or self._granted
        organization = None if code else self._settings.get("organizationId")
        place = [self._slot(), code, organization]
        for report in self._waiting:
            if report["place"] == place and not report["sealed"]:
                break
        else:
            self._state["last"] += 1
            new = {"place": place, "sealed": False, "usage": {}}
            report = {"id": self._state["last"], **new}
            self._save()
            self._waiting.append(report)
        report["usage"][kind] = report["usage"].get(kind, 0) + count
        self._keep(report)

    def stop(self) -> None:
        """End the session; what is pending waits on disk."""
        if self._timer is not None:
            self._clock.cancel(self._timer)

    # -- being authorised

    def _authorise(self) -> None:
        for server in self._settings["servers"]:
            answer = self._post(server, "/dls/authorization", self._request())
            if answer.get("authorized") is True:
                self._server, self._granted = server, answer["handshakeCode"]
                until = datetime.fromisoformat(answer["validUntil"]).timestamp()
                licence = {"code": self._granted, "until": until}
                self._state["licences"][self._selector()] = licence
                self._save()
                return
            code = (answer.get("error") or {}).get("code", _STANDING_BY)
            if code != _STANDING_BY:
                self._state["licences"].pop(self._selector(), None)
                self._save()
                raise LicenceError(_NO_LICENCE - code, answer["error"]["message"])
        self._work_without_server()

    def _work_without_server(self) -> None:
        """What was granted before holds until it expires, with a server or without."""
        licence = self._state["licences"].get(self._selector())
        if licence is None or self._now_s() >= licence["until"]:
            raise LicenceError(_UNREACHABLE, "The licence server cannot be reached.")
        self._server, self._granted = self._settings["servers"][0], licence["code"]

    def _request(self) -> Message:
        names = ("handshakeCode", "organizationId", "sessionPassword")
        return {
            "clientUuid": self._state["uuid"],
            **{name: self._settings.get(name) for name in names},
            "product": self._product,
            "generation": self._generation,
        }

    def _selector(self) -> str:
        code = self._settings.get("handshakeCode")
        return json.dumps([code, self._settings.get("organizationId")])

    # -- submitting

    def _set_timer(self) -> None:
        self._timer = self._clock.call_later(_TICK_MS, self._tick)

    def _tick(self) -> None:
        self._set_timer()
        self._submit()

    def _submit(self) -> None:
        """Send the slots that are over and were not tried in this session."""
        over = self._now_s() - _SLOT_S
        due = [r for r in self._waiting if r["sealed"] or r["place"][0] <= over]
        if not due:
            return
        sent = {report["id"] for report in due}
        self._waiting = [report for report in self._waiting if report["id"] not in sent]
        for report in due:
            # What was sent once stays as it is: a server that has it knows it again.
            report["sealed"] = True
            self._keep(report)
        body = {"reports": [self._rendered(report) for report in due]}
        if self._post(self._server, "/dls/usage", body).get("accepted") is True:
            for report in due:
                self._path_of(report).unlink()

    def _rendered(self, report: Message) -> Message:
        slot, code, organization = report["place"]
        account = {"handshakeCode": code} if code else {"organizationId": organization}
        return {
            "timeLabel": datetime.fromtimestamp(slot, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            **account,
            "clientUuid": self._state["uuid"],
            "product": self._product,
            "usage": [{"type": kind, "count": n} for kind, n in report["usage"].items()],
        }

    def _purge(self) -> None:
        """In DLS what is older than 30 days is given up."""
        oldest = self._now_s() - _RETENTION_S - _SLOT_S
        for report in list(self._waiting):
            if self._generation == "dls" and report["place"][0] < oldest:
                self._waiting.remove(report)
                self._path_of(report).unlink()

    # -- the rest

    def _now_s(self) -> int:
        return self._clock.now_ms() // 1000

    def _slot(self) -> int:
        """The first second of the slot of three minutes: LTS begins one second later."""
        first = 1 if self._generation == "lts" else 0
        return (self._now_s() - first) // _SLOT_S * _SLOT_S + first

    def _post(self, server: str, path: str, body: Message) -> Message:
        """Return what the server answers; nothing, if that is no proper answer."""
        url = server.rstrip("/") + path
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(url, json.dumps(body).encode(), headers)
        trusted = self._settings.get("caFile")
        tls = ssl.create_default_context(cafile=trusted) if trusted else None
        try:
            with urllib.request.urlopen(request, timeout=_TIMEOUT_S, context=tls) as answer:
                value = json.loads(answer.read())
        except urllib.error.HTTPError as refused:
            with refused:
                value = _refusal(refused)
        except Exception:  # an SDK never takes its application down
            value = {}
        return value if isinstance(value, dict) else {}

    def _read_state(self) -> Message:
        path = self._folder / "state.json"
        if path.exists():
            return _read(path)
        return {"uuid": str(uuid4()), "licences": {}, "last": 0}

    def _save(self) -> None:
        _write(self._folder / "state.json", self._state)

    def _keep(self, report: Message) -> None:
        _write(self._path_of(report), report)

    def _path_of(self, report: Message) -> Path:
        return self._folder / f"report-{report['id']:06}.json"


def _read(path: Path) -> Message:
    return dict(json.loads(path.read_text()))


def _write(path: Path, value: Message) -> None:
    """Put a value in place of what was there, in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_suffix(".new")
    new.write_text(json.dumps(value))
    new.replace(path)


def _refusal(answer: urllib.error.HTTPError) -> Any:
    """Return what a server says that refuses; all other errors are no answer."""
    try:
        value = json.loads(answer.read())
        return {"error": value["error"]} if isinstance(value["error"]["code"], int) else {}
    except Exception:
        return {}
