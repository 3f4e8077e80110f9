"""
How much memory and time an inspection takes, by the length of the capture.

    .venv/bin/python bench/inspect_memory.py 100000 1000000

For each length a capture is generated (1 000 devices that start and submit once every
three minutes, one submission in 50 in vain), inspected by the real command, and measured.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

DEVICES = 1_000
BEGIN = datetime(2026, 3, 1, 8, 0, 30, tzinfo=UTC)
SLOT = timedelta(seconds=180)
MEBIBYTE = 1024


def entry(at: datetime, path: str, content: Any, status: int, answer: Any) -> str:
    """Return one entry of a HAR file."""
    return json.dumps(
        {
            "startedDateTime": at.isoformat(),
            "time": 12,
            "request": {
                "method": "POST",
                "url": f"http://127.0.0.1:8480/dls/{path}",
                "headers": [{"name": "Content-Type", "value": "application/json"}],
                "postData": {"mimeType": "application/json", "text": json.dumps(content)},
            },
            "response": {"status": status, "content": {"text": json.dumps(answer)}},
        }
    )


def entries(count: int) -> Iterator[str]:
    """Yield *count* entries: all devices start, and then submit slot after slot."""
    made, tick = 0, 0
    while made < count:
        for device in range(min(DEVICES, count - made)):
            at = BEGIN + tick * SLOT + device * timedelta(milliseconds=100)
            yield _start(device, at) if tick == 0 else _submission(device, tick, at, made)
            made += 1
        tick += 1


def _start(device: int, at: datetime) -> str:
    asked = {"clientUuid": f"device-{device:06}", "handshakeCode": "200001-demo"}
    until = (at + timedelta(days=365)).isoformat()
    answer = {"authorized": True, "validUntil": until}
    return entry(at, "authorization", {**asked, "generation": "dls"}, 200, answer)


def _submission(device: int, tick: int, at: datetime, made: int) -> str:
    slot = BEGIN.replace(second=0) + (tick - 1) * SLOT
    report = {
        "timeLabel": slot.isoformat(),
        "handshakeCode": "200001-demo",
        "clientUuid": f"device-{device:06}",
        "usage": [{"type": "QR_CODE", "count": 2}],
    }
    is_lost = made % 50 == 0
    answer = {} if is_lost else {"accepted": True}
    return entry(at, "usage", {"reports": [report]}, 503 if is_lost else 200, answer)


def measure(count: int, folder: Path) -> str:
    """Inspect a capture of *count* exchanges and say what it took."""
    path = folder / f"{count}.har"
    with path.open("w", encoding="utf-8") as file:
        file.write('{"log": {"version": "1.2", "entries": [\n')
        for number, text in enumerate(entries(count)):
            file.write((",\n" if number else "") + text)
        file.write("\n]}}\n")
    command = [str(Path(sys.executable).parent / "dlscheck"), "inspect", str(path)]
    began = time.monotonic()
    ended = subprocess.run(
        [*command, "--allow-incomplete", "--json"], check=False, capture_output=True
    )
    took = time.monotonic() - began
    # Of all children so far: lengths are measured in rising order.
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / MEBIBYTE
    size = path.stat().st_size / MEBIBYTE**2
    path.unlink()
    return (
        f"{count:>9} exchanges ({size:.0f} MiB): {peak:.0f} MiB at most, "
        f"{took:.0f} s, {count / took:.0f} exchanges/s, exit {ended.returncode}"
    )


def main() -> None:
    """Measure the lengths that are given, the shortest first."""
    counts = sorted(int(text) for text in sys.argv[1:]) or [10_000, 100_000]
    with tempfile.TemporaryDirectory() as folder:
        for count in counts:
            print(measure(count, Path(folder)), flush=True)


if __name__ == "__main__":
    main()
