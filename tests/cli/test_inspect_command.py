"""Tests of ``dlscheck inspect``: files of all kinds, and what it says and ends with."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
import zstandard

ENTRY: dict[str, Any] = {
    "startedDateTime": "2026-03-01T08:00:30Z",
    "time": 20,
    "request": {
        "method": "POST",
        "url": "http://127.0.0.1:1/dls/authorization",
        "postData": {"text": '{"clientUuid": "u", "handshakeCode": "c"}'},
    },
    "response": {
        "status": 200,
        "content": {
            "text": '{"authorized": true, "validUntil": "2026-03-08T08:00:30.000Z"}'
        },
    },
}
NAMELESS: dict[str, Any] = {
    **ENTRY,
    "request": {**ENTRY["request"], "postData": {"text": '{"handshakeCode": "c"}'}},
}


def har(*entries: Any) -> bytes:
    return json.dumps({"log": {"entries": entries}}).encode()


@pytest.fixture
def capture(tmp_path: Path) -> Path:
    path = tmp_path / "capture.har"
    path.write_bytes(har(ENTRY))
    return path


def test_clean(here: Any, capture: Path) -> None:
    """A clean capture is incomplete at worst, and says what would make it more."""
    done = here("inspect", str(capture))
    assert done.code == 3
    assert "profile open-json" in done.err
    assert "not observable here; what would buy it back:" in done.out
    assert here("inspect", str(capture), "--allow-incomplete").code == 0


def test_violation(here: Any, capture: Path, tmp_path: Path) -> None:
    """A violation ends with 1, and stands in the results with its entry of the file."""
    capture.write_bytes(har({"request": {}}, ENTRY, NAMELESS))
    out = tmp_path / "out"
    done = here("inspect", str(capture), "--json", "--out", str(out))
    results = done.json
    rule = next(r for r in results["rules"] if r["id"] == "auth/carries-client-uuid")
    assert done.code == 1
    assert (results["source"], results["clock"]) == ("inspect", "captured")
    assert results["cases"][0]["id"] == "capture.har"
    assert rule["findings"][0]["entries"] == [2]
    assert "entry 0 was left out" in done.err
    assert json.loads((out / "results.json").read_text(encoding="utf-8")) == results


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.ZstdCompressor().compress])
def test_compressed(here: Any, tmp_path: Path, pack: Any) -> None:
    """A compressed capture is read like a plain one."""
    path = tmp_path / "capture"
    path.write_bytes(pack(har(ENTRY)))
    assert here("inspect", str(path)).code == 3


def test_standard_input(dlscheck: Any) -> None:
    """A capture may come in through a pipe."""
    done = dlscheck("inspect", "-", "--json", stdin=har(ENTRY).decode())
    assert done.json["cases"][0]["id"] == "stdin"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty; expected a capture"),
        (b"\x00\x01\x02binary", "got a file that begins with"),
        (b"\x1f\x8b\x08broken", "cannot be read"),
        (b'{"log": {}}', "expected a HAR file: no list of entries"),
        (har({"request": 1}), "no authorisation request and no usage in it (entry 0"),
        (har(ENTRY)[:60], "no authorisation request and no usage in it (entry 0"),
        (b'{"event":"recording-opened"}', "expected a recording of ours"),
    ],
)
def test_what_is_no_capture(here: Any, tmp_path: Path, content: bytes, said: str) -> None:
    """What cannot be worked with is one clear message, and no traceback."""
    path = tmp_path / "capture.har"
    path.write_bytes(content)
    done = here("inspect", str(path), "--profile", "open-json")
    assert done.code == 2
    assert said in done.err
    assert "Traceback" not in done.err


def test_missing_file(here: Any, tmp_path: Path) -> None:
    """A file that is not there is one clear message."""
    done = here("inspect", str(tmp_path / "nowhere.har"))
    assert done.code == 2
    assert "nowhere.har: cannot be read: No such file" in done.err


def test_truncated(here: Any, tmp_path: Path) -> None:
    """Of a file that is cut off the rest is judged."""
    path = tmp_path / "capture.har"
    path.write_bytes(har(ENTRY, NAMELESS, ENTRY)[:-200])
    done = here("inspect", str(path))
    assert done.code == 1
    assert "entry 2 was left out" in done.err


def test_several(here: Any, capture: Path, tmp_path: Path) -> None:
    """Several captures are summed up; those of two generations are not."""
    lts = json.loads(
        har(ENTRY).replace(b'\\"u\\"', b'\\"u\\", \\"generation\\": \\"lts\\"')
    )
    other = tmp_path / "other.har"
    other.write_text(json.dumps(lts), encoding="utf-8")
    done = here("inspect", str(capture), str(other))
    assert done.code == 2
    assert "expected dls" in done.err.lower()
    files = (str(capture), str(other))
    done = here("inspect", *files, "--generation", "lts", "--json")
    results = done.json
    assert results["sdk"]["generation"] == "lts"
    assert len(results["cases"]) == 2
