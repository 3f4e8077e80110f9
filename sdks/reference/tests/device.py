"""One device: a cache directory, and the driver process that works on it."""

import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

Message = dict[str, Any]

REFERENCE = Path(__file__).parents[1]
#: Start of a slot in both generations' sense, give or take a second.
EIGHT = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)


def at(seconds: float) -> datetime:
    """So many seconds after eight o'clock."""
    return EIGHT + timedelta(seconds=seconds)


def render(moment: datetime) -> str:
    """As the driver contract writes times."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Device:
    """Speaks to a real driver process over stdio; starts one whenever none is running."""

    def __init__(self, cache_dir: Path, servers: list[str], **environment: str) -> None:
        self.cache_dir = cache_dir
        self.servers = servers
        self.configuration: Message = {"handshakeCode": "200001-Demo "}
        self._environment = {**os.environ, "DLS_REQUEST_TIMEOUT": "5", **environment}
        self.log: list[tuple[object, object]] = []
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, seconds: float, **configuration: Any) -> Message:
        """Start the SDK."""
        setting = {**self.configuration, **configuration}
        place = {"cacheDir": str(self.cache_dir), "servers": self.servers}
        return self.call("start", now=render(at(seconds)), **place, **setting)

    def operate(self, seconds: float, usage_type: str = "QR_CODE", **more: Any) -> Message:
        """Do one tracked action."""
        operation = {
            "kind": "decode",
            "type": usage_type,
            "count": 1,
            "success": True,
            **more,
        }
        return self.call("operate", now=render(at(seconds)), **operation)

    def advance(self, seconds: float) -> Message:
        """Let time pass."""
        return self.call("advance", to=render(at(seconds)))

    def set_clock(self, seconds: float) -> Message:
        """Set the device's clock."""
        return self.call("set_clock", to=render(at(seconds)))

    def stop(self) -> Message:
        """End the session."""
        return self.call("stop")

    def call(self, method: str, **params: Any) -> Message:
        """One request and its result."""
        answer = self.ask(method, **params)
        assert "error" not in answer, answer
        result: Message = answer["result"]
        self.log.append((method, result))
        return result

    def ask(self, method: str, **params: Any) -> Message:
        """One request and its whole answer."""
        self.send(method, **params)
        process = self._running()
        assert process.stdout is not None
        answer: Message = json.loads(process.stdout.readline())
        return answer

    def send(self, method: str, **params: Any) -> None:
        """One request, whose answer nobody waits for."""
        process = self._running()
        assert process.stdin is not None
        request = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        process.stdin.write(json.dumps(request).encode() + b"\n")
        process.stdin.flush()

    def kill(self) -> None:
        """SIGKILL."""
        if self._process is not None:
            self._process.kill()
            self._reap()

    def end(self) -> int:
        """End of stdin; the driver's exit code."""
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(10)
        return self._reap()

    def wipe(self) -> None:
        """Remove the cache."""
        shutil.rmtree(self.cache_dir)

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, REFERENCE / "driver.py"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env=self._environment,
            )
        return self._process

    def _reap(self) -> int:
        assert self._process is not None
        with self._process as process:
            self._process = None
        return process.returncode
