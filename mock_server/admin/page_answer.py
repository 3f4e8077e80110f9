"""Requests to the pages, answered: to whoever the guard lets have them."""

from http import HTTPStatus

from aiohttp import web

from mock_server.admin.answer import problem
from mock_server.admin.guard import Guard
from mock_server.pages.pages import ROOT, TITLES, pages

#: What leads to the first page.
_SHORT = ("", "/", ROOT)
_METHODS = ("GET", "HEAD")


def is_of_pages(path: str) -> bool:
    """Tell whether *path*, below the admin API, is a page or something that one needs."""
    return path in _SHORT or path.startswith(f"{ROOT}/")


def page_answer(guard: Guard, request: web.BaseRequest, path: str) -> web.Response:
    """Answer *request*, of whose *path* `is_of_pages` is true."""
    objection = guard.page_objection(request.headers, request.remote or "")
    if objection is not None:
        return problem(objection.status, objection.message)
    if request.method not in _METHODS:
        message = f"method: expected {', '.join(_METHODS)}, got {request.method}"
        answer = problem(HTTPStatus.METHOD_NOT_ALLOWED, message)
        answer.headers["Allow"] = ", ".join(_METHODS)
        return answer
    if path in _SHORT:
        first = f"{request.path.removesuffix(path)}{ROOT}/"
        return web.Response(status=HTTPStatus.FOUND, headers={"Location": first})
    return _page(path.removeprefix(ROOT))


def _page(path: str) -> web.Response:
    page = pages().get(path)
    if page is None:
        known = ", ".join(ROOT + one for one in TITLES)
        return problem(HTTPStatus.NOT_FOUND, f"path: expected {known}, got {ROOT}{path}")
    headers = {**page.headers, "Content-Type": page.content_type}
    return web.Response(status=page.status, body=page.body, headers=headers)
