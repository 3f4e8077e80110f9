"""A capture in a compressed and signed dialect, read by the profile of the guide."""

import base64
import json
import runpy
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from harness.capture.inspection import inspect_capture, open_capture
from harness.capture.told import Told

EXAMPLES = Path(__file__).parents[2] / "docs/examples"
CODEC = runpy.run_path(str(EXAMPLES / "sealed_codec.py"))["SealedCodec"]()
BEGIN = datetime(2026, 3, 1, 8, 0, 30, tzinfo=UTC)
SLOT = {
    "t": 1772352000,
    "key": "c",
    "device": {"id": "u"},
    "scans": [{"kind": "Q", "n": 2}],
}
GRANT = {"status": "ok", "key": "c", "until": "2026-03-08T08:00:30.000Z"}


def sealed(content: Any) -> dict[str, str]:
    body = CODEC.pack(json.dumps(content).encode())
    return {"text": base64.b64encode(body).decode(), "encoding": "base64"}


def entry(after: int, path: str, asked: Any, status: int, answer: Any) -> dict[str, Any]:
    at = BEGIN + timedelta(seconds=after)
    url = f"https://licence.example/v2/{path}"
    return {
        "startedDateTime": at.isoformat(),
        "time": 5,
        "request": {"method": "POST", "url": url, "postData": sealed(asked)},
        "response": {"status": status, "content": sealed(answer)},
    }


@pytest.mark.parametrize(("again_after", "violated"), [(360, True), (3600, False)])
def test_sealed_capture(tmp_path: Path, again_after: int, violated: bool) -> None:
    """Through the codec a retry is seen, and a wait is not mistaken for one."""
    entries = [
        entry(0, "licence", {"device": {"id": "u"}, "key": "c"}, 200, GRANT),
        entry(180, "slots", {"slots": [SLOT]}, 503, {}),
        entry(again_after, "slots", {"slots": [SLOT]}, 200, {"status": "ok"}),
    ]
    path = tmp_path / "sealed.har"
    path.write_text(json.dumps({"log": {"entries": entries}}), encoding="utf-8")
    with open_capture(str(path), str(EXAMPLES / "sealed.yaml"), ()) as reading:
        judgement = inspect_capture(reading, Told(), None, case="sealed").judgement
    assert ("submit/failed-waits-for-next-session" in judgement.violated()) is violated
    assert "slot/on-the-grid" in judgement.exercised()
