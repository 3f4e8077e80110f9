"""
The pages and all that they need: HTML, scripts, a style sheet and an icon of our own.

Nothing in them depends on who asks or on what clients sent: scripts fetch that from the
admin API. So a page is made once, and a browser that has no token yet may have it.
"""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined

from mock_server.page import Page

#: Where the pages are, below where the admin API is.
ROOT = "/pages"
#: Each page by its path below `ROOT`: the template that it is made of, and its title.
TITLES = {
    "/": ("overview", "Overview"),
    "/statistics": ("statistics", "Statistics"),
    "/journal": ("journal", "Journal"),
    "/faults": ("faults", "Faults"),
}

#: A page loads what comes from here, runs no script but ours, and is in no frame.
_POLICY = (
    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
    "object-src 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-cache",
}
_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


@cache
def pages() -> Mapping[str, Page]:
    """Return everything that is served below `ROOT`, by its path there."""
    return {**_documents(), **_assets()}


def _documents() -> dict[str, Page]:
    environment = Environment(
        loader=PackageLoader("mock_server.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    links = {f".{path}": title for path, (_, title) in TITLES.items()}
    documents = {}
    for path, (name, title) in TITLES.items():
        template = environment.get_template(f"{name}.html.j2")
        html = template.render(links=links, here=f".{path}", name=name, title=title)
        documents[path] = _page(html.encode(), "text/html")
    return documents


def _assets() -> dict[str, Page]:
    folder = files("mock_server.pages") / "assets"
    return {
        f"/assets/{file.name}": _page(file.read_bytes(), kind)
        for file in folder.iterdir()
        for suffix, kind in _TYPES.items()
        if file.name.endswith(suffix)
    }


def _page(body: bytes, kind: str) -> Page:
    return Page(200, body, f"{kind}; charset=utf-8", _HEADERS)
