"""What is served as pages, to whom and with which headers."""

import pytest

from mock_server.pages.pages import TITLES, pages
from mock_server.serving.stand_alone import Listening

FROM_ELSEWHERE = [
    {"Host": "evil.example"},
    {"Origin": "http://evil.example"},
    {"Sec-Fetch-Site": "cross-site"},
]


def test_nothing_but_our_own_is_loaded(tell) -> None:
    """Every page and what it needs has a policy that lets no other script run."""

    async def story(desk) -> None:
        for path in pages():
            reply = await desk.ask("GET", f"/__dls__/pages{path}")
            assert reply.status == 200
            policy = reply.headers["Content-Security-Policy"]
            assert "default-src 'self';" in policy
            assert "unsafe" not in policy
            assert "frame-ancestors 'none'" in policy
            assert reply.headers["X-Content-Type-Options"] == "nosniff"
            assert "Access-Control-Allow-Origin" not in reply.headers
            assert "http://www.w3.org/2000/svg" in reply.text or "://" not in reply.text

    tell(story)


@pytest.mark.parametrize("path", ["", "/", "/pages", "/pages/"])
@pytest.mark.parametrize("below", ["", "/t/somebody"])
def test_the_first_page(tell, below, path) -> None:
    """Whoever asks for the admin API with a browser comes to the first page."""

    async def story(desk) -> None:
        reply = await desk.ask("GET", f"{below}/__dls__{path}")
        assert "<h1>Overview</h1>" in reply.text

    tell(story)


@pytest.mark.parametrize("headers", FROM_ELSEWHERE)
@pytest.mark.parametrize("token", [None, "s3cret"])
def test_pages_of_other_sites(tell, headers, token) -> None:
    """What a page of another site may not ask, it may not ask of pages either."""

    async def story(desk) -> None:
        for path in ("", *TITLES):
            reply = await desk.ask("GET", f"/__dls__/pages{path}", **headers)
            is_name = token is not None and "Host" in headers
            assert reply.status == (200 if is_name else 403)

    tell(story, listening=Listening(token=token))


def test_a_page_needs_no_token(tell) -> None:
    """A page can be opened without the token, which the admin API still asks for."""

    async def story(desk) -> None:
        assert (await desk.ask("GET", "/__dls__/pages/journal")).status == 200
        assert (await desk.ask("GET", "journal")).status == 401

    tell(story, listening=Listening(token="s3cret"))


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("HEAD", "/", 200),
        ("GET", "/nowhere", 404),
        ("GET", "/assets/../pages.py", 404),
        ("GET", "/assets/%2e%2e/pages.py", 404),
        ("POST", "/", 405),
    ],
)
def test_what_is_not_there(tell, method, path, status) -> None:
    """Other paths and methods are refused in words."""

    async def story(desk) -> None:
        reply = await desk.ask(method, f"/__dls__/pages{path}")
        assert reply.status == status
        assert status == 200 or "expected" in reply.message

    tell(story)
