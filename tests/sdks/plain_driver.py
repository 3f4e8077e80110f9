"""
A conforming SDK and its driver in one small file, with no capability at all.

It does most things in another way than the SDKs that come with us: it tells no timers,
begins no second session in its process, sends the open slot as well, posts each report by
itself, newest first, keeps everything in one JSON file, and asks only when its licence is
over.
"""

import json
import os
import ssl
import sys
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

LTS = os.environ.get("DLS_GENERATION") == "lts"
TICK = timedelta(minutes=3)


def parse(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def slot_of(at: datetime) -> str:
    whole = int(at.timestamp())
    start = (whole - 1) // 180 * 180 + 1 if LTS else whole // 180 * 180
    return datetime.fromtimestamp(start, UTC).isoformat()


class Sdk:
    def __init__(self) -> None:
        self.now = datetime(1970, 1, 1, tzinfo=UTC)
        self.next_tick: datetime | None = None
        self.params: dict[str, Any] = {}
        self.tried: set[int] = set()
        self.state: dict[str, Any] = {}

    def save(self) -> None:
        path = Path(self.params["cacheDir"]) / "state.json"
        temporary = path.with_suffix(".new")
        temporary.write_text(json.dumps(self.state))
        temporary.replace(path)

    def post(self, path: str, body: Any) -> tuple[int, Any]:
        request = urllib.request.Request(
            self.params["servers"][0] + path,
            json.dumps(body).encode(),
            {"Content-Type": "application/json"},
            method="POST",
        )
        authority = self.params["caFile"]
        trust = ssl.create_default_context(cafile=authority) if authority else None
        try:
            with urllib.request.urlopen(request, timeout=5, context=trust) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            with error:
                return error.code, _json(error.read())
        except (OSError, ValueError, Exception):
            return 0, None

    def start(self, params: dict[str, Any]) -> dict[str, Any]:
        self.params, self.now = params, parse(params["now"])
        self.tried, self.next_tick = set(), None
        path = Path(params["cacheDir"]) / "state.json"
        fresh = {"uuid": os.urandom(9).hex(), "licence": {}, "reports": [], "last": 0}
        self.state = json.loads(path.read_text()) if path.exists() else fresh
        self.save()
        error = self.authorise()
        if error:
            return {"authorized": False, "error": error}
        self.purge()
        self.next_tick = self.now + TICK
        self.submit(lambda report: report["slot"] != slot_of(self.now))
        return {"authorized": True, "error": None}

    def authorise(self) -> dict[str, Any] | None:
        code = self.params["handshakeCode"]
        until = self.state["licence"].get(code)
        if until and parse(until) > self.now:
            return None
        body = {"clientUuid": self.state["uuid"], "handshakeCode": code}
        status, answer = self.post("/dls/authorization", body)
        if status == 200 and answer and answer.get("authorized"):
            self.state["licence"][code] = answer["validUntil"]
            self.save()
            return None
        number = (answer or {}).get("error", {}).get("code")
        number = -20000 - number if number else -20003
        return {"code": number, "message": "not authorised"}

    def purge(self) -> None:
        oldest = self.now - timedelta(days=30)
        if not LTS:
            reports = self.state["reports"]
            self.state["reports"] = [
                r for r in reports if parse(r["slot"]) + TICK >= oldest
            ]
            self.save()

    def operate(self, params: dict[str, Any]) -> dict[str, Any]:
        self.advance(params["now"])
        if self.next_tick is None:
            return {"performed": False, "error": {"code": -20003, "message": "no licence"}}
        if params["success"]:
            self.count(slot_of(self.now), params["type"], params["count"])
        return {"performed": True, "error": None}

    def count(self, slot: str, usage_type: str, units: int) -> None:
        key = {"slot": slot, "type": usage_type, "code": self.params["handshakeCode"]}
        for report in self.state["reports"]:
            if not report["sent"] and key.items() <= report.items():
                report["count"] += units
                break
        else:
            self.state["last"] += 1
            new = {**key, "count": units, "sent": False, "id": self.state["last"]}
            self.state["reports"].append(new)
        self.save()

    def submit(self, wanted: Any) -> None:
        due = [r for r in self.state["reports"] if r["id"] not in self.tried and wanted(r)]
        for report in sorted(due, key=lambda report: -report["id"]):
            self.tried.add(report["id"])
            report["sent"] = True
            self.save()
            if self.send(report):
                self.state["reports"].remove(report)
                self.save()

    def send(self, report: dict[str, Any]) -> bool:
        body = {
            "timeLabel": report["slot"],
            "handshakeCode": report["code"],
            "clientUuid": self.state["uuid"],
            "usage": [{"type": report["type"], "count": report["count"]}],
        }
        status, answer = self.post("/dls/usage", {"reports": [body]})
        return status == 200 and bool(answer and answer.get("accepted"))

    def set_clock(self, to: datetime) -> None:
        if self.next_tick:
            self.next_tick += to - self.now  # no timer is moved by that
        self.now = to

    def advance(self, to: str) -> dict[str, Any]:
        until = parse(to)
        while self.next_tick and self.next_tick <= until:
            self.now = self.next_tick
            self.next_tick += TICK
            self.submit(lambda _: True)
        self.now = max(self.now, until)
        return {}


def _json(text: bytes) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def answer(sdk: Sdk, method: str, params: dict[str, Any]) -> dict[str, Any]:
    if method == "describe":
        return {
            "contract": 1,
            "sdk": {"name": "plain", "version": "0.1", "language": "python"},
            "product": "dbr",
            "generation": "lts" if LTS else "dls",
            "clock": "injected",
            "capabilities": [],
        }
    if method == "stop":
        sdk.next_tick = None
        return {}
    if method == "set_clock":
        sdk.set_clock(parse(params["to"]))
        return {"nextTimer": None}
    if method == "advance":
        return sdk.advance(params["to"])
    return sdk.start(params) if method == "start" else sdk.operate(params)


def main() -> None:
    sdk = Sdk()
    for line in sys.stdin:
        request = json.loads(line)
        head = {"jsonrpc": "2.0", "id": request["id"]}
        known = ("describe", "start", "operate", "advance", "set_clock", "stop")
        if request["method"] not in known:
            told: dict[str, Any] = {"error": {"code": -32601, "message": "unknown"}}
        else:
            told = {"result": answer(sdk, request["method"], request.get("params", {}))}
        print(json.dumps({**head, **told}), flush=True)


main()
