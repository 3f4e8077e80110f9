"""Requests that want in by a trick, on the wire."""

import asyncio
from urllib.parse import urlsplit

import pytest

#: Other spellings of the admin API's path, for whoever looks at one and serves another.
SPELLINGS = (
    *("/__dls__/overview", "/%5F%5Fdls__/overview", "//__dls__/overview"),
    *("/__dls__%2Foverview", "/./__dls__/overview", "/x/../__dls__/overview"),
    *("/__dls__/pages/..%2foverview", "/__dls__//overview", "/__dls__/overview/"),
    *("/__dls__/pages/../overview", "/__DLS__/overview", "/__dls__/overview%00"),
    *("/t/a/__dls__/overview", "/t/%2e%2e/__dls__/overview", "/t/a/%5f%5fdls__/overview"),
    *("http://localhost/__dls__/overview", "http://evil.example/__dls__/overview"),
)
FILES = (
    *("/__dls__/pages/../pages.py", "/__dls__/pages/assets/../../pages.py"),
    *("/__dls__/pages/assets/..%2f..%2fpages.py", "/__dls__/pages/%2e%2e/pages.py"),
    *("/__dls__/pages//etc/passwd", "/__dls__/pages/assets/%2fetc%2fpasswd"),
    *("/__dls__/pages/assets/..\\..\\pages.py", "/../../../../etc/passwd"),
)


async def raw(url: str, target: str, headers: str) -> bytes:
    """Ask with *target* exactly as it is written."""
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    try:
        head = f"GET {target} HTTP/1.1\r\n{headers}Connection: close\r\n\r\n"
        writer.write(head.encode())
        return await reader.read()
    finally:
        writer.close()
        await writer.wait_closed()


@pytest.mark.parametrize(
    "headers",
    [
        "Host: evil.example\r\n",
        "Host: 127.0.0.1.evil.example\r\n",
        "Host: localhost@evil.example\r\n",
        "Host: localhost\r\nOrigin: http://evil.example\r\n",
        "Host: localhost\r\nOrigin: null\r\n",
        "Host: localhost\r\nSec-Fetch-Site: cross-site\r\n",
    ],
)
def test_no_spelling_leads_past_the_guard(tell, headers) -> None:
    """A name that leads here, and a page of another site, get nothing by any path."""

    async def story(desk) -> None:
        for spelling in SPELLINGS:
            told = await raw(desk.server.admin_url, spelling, headers)
            assert not told.startswith(b"HTTP/1.1 200"), spelling
            assert b'"journal"' not in told, spelling

    tell(story)


def test_no_path_leads_out_of_the_pages(tell) -> None:
    """Pages are served from a list; whatever the path says, there is no other file."""

    async def story(desk) -> None:
        for target in FILES:
            told = await raw(desk.server.admin_url, target, "Host: localhost\r\n")
            assert told.startswith((b"HTTP/1.1 404", b"HTTP/1.1 400")), (target, told[:99])
            assert b"import" not in told
            assert b"root:" not in told

    tell(story)


def test_a_header_that_comes_back_stays_one(tell) -> None:
    """What is repeated of a request's headers adds no header to the answer."""

    async def story(desk) -> None:
        url = desk.server.admin_url
        for trick in ("a\rX-Evil: 1", "a\nX-Evil: 1", "a\r\n X-Evil: 1", "a\x0bX-Evil: 1"):
            headers = f"Host: localhost\r\nOrigin: {trick}\r\n"
            told = await raw(url, "/dls/health", headers)
            head = told.partition(b"\r\n\r\n")[0]
            assert b"\nX-Evil" not in head, trick
            assert b"\rX-Evil" not in head, trick

    tell(story)
