"""The request that throughput is measured with: usage with five portions."""

import json

PATH = "/dls/usage"
#: What a server that does no work answers.
CONSTANT_ANSWER = b'{"accepted": true, "reports": 1}'
_TYPES = ("QR_CODE", "CODE_128", "PDF417", "EAN_13", "DATAMATRIX")


def body(client: int, slot: int) -> bytes:
    """Return the report of one of many clients for a slot of a day."""
    hours, minutes = divmod(slot % 480 * 3, 60)
    report = {
        "timeLabel": f"2026-03-01T{hours:02}:{minutes:02}:00Z",
        "handshakeCode": "200001-demo",
        "clientUuid": f"6f0c2d1e-0000-4000-8000-{client:012}",
        "product": "dbr",
        "usage": [{"type": one, "count": 2} for one in _TYPES],
    }
    return json.dumps({"reports": [report]}).encode()


def request(client: int, slot: int, path: str = PATH) -> bytes:
    """Return all of a request as it goes on the wire."""
    content = body(client, slot)
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(content)}\r\n\r\n"
    )
    return head.encode() + content
