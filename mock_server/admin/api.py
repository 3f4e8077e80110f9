"""Requests to the admin API, answered."""

import inspect
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import msgspec
from aiohttp import web

from mock_server.admin import clock, faults, general, journal, ledger, statistics
from mock_server.admin.answer import json_answer, problem
from mock_server.admin.guard import Guard, Objection
from mock_server.admin.openapi import document
from mock_server.admin.page_answer import is_of_pages, page_answer
from mock_server.admin.route import NotThere, Route
from mock_server.serving.tenant import Tenant

#: Where a tenant's admin API is, below where the tenant is.
ROOT = "/__dls__"
ROUTES: tuple[Route, ...] = (
    *general.ROUTES,
    *clock.ROUTES,
    *faults.ROUTES,
    *journal.ROUTES,
    *ledger.ROUTES,
    *statistics.ROUTES,
)
_DOCUMENT = "/openapi.json"
_PARAMETER = re.compile(r"\\{(\w+)\\}")


@dataclass(frozen=True)
class _Place:
    """A path, and what may be done there by method."""

    pattern: re.Pattern[str]
    routes: dict[str, Route]


class Api:
    """Answers what is asked below `ROOT`."""

    def __init__(self, guard: Guard) -> None:
        """Let pass what *guard* lets pass."""
        self._guard = guard
        self._places = _places()

    async def answer(
        self, request: web.BaseRequest, path: str, get_tenant: Callable[[], Tenant]
    ) -> web.Response:
        """
        Answer *request*, whose *path* is what is below `ROOT`.

        *get_tenant* is called once nothing speaks against the request; it may raise
        `NotThere`.
        """
        if is_of_pages(path):
            return page_answer(self._guard, request, path)
        objection = self._guard.objection(request.headers, request.remote or "")
        if objection is not None:
            return problem(objection.status, objection.message)
        if path == _DOCUMENT and request.method == "GET":
            root = request.path.removesuffix(_DOCUMENT)
            return json_answer(HTTPStatus.OK, document(ROUTES, root))
        try:
            return await self._routed(request, path, get_tenant)
        except NotThere as error:
            return problem(HTTPStatus.NOT_FOUND, str(error))
        except msgspec.MsgspecError as error:
            return problem(HTTPStatus.BAD_REQUEST, str(error))
        except web.HTTPRequestEntityTooLarge as error:
            return problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, error.reason)
        except RecursionError:
            return problem(HTTPStatus.BAD_REQUEST, "body: it is nested too deeply")
        except ValueError as error:
            return problem(HTTPStatus.UNPROCESSABLE_ENTITY, str(error))

    async def _routed(
        self, request: web.BaseRequest, path: str, get_tenant: Callable[[], Tenant]
    ) -> web.Response:
        place, parameters = self._place(path)
        route = place.routes.get(request.method)
        if route is None:
            allowed = ", ".join(place.routes)
            message = f"method: expected {allowed}, got {request.method}"
            answer = problem(HTTPStatus.METHOD_NOT_ALLOWED, message)
            answer.headers["Allow"] = allowed
            return answer
        given = await _given(route, request, parameters)
        if isinstance(given, Objection):
            return problem(given.status, given.message)
        tenant = get_tenant()
        result = await _awaited(route.call(tenant, given))
        await tenant.durable()
        if route.gives is None:
            return web.Response(status=route.status)
        return json_answer(route.status, result)

    def _place(self, path: str) -> tuple[_Place, dict[str, str]]:
        for place in self._places:
            match = place.pattern.fullmatch(path)
            if match:
                return place, match.groupdict()
        known = ", ".join(dict.fromkeys(route.path for route in ROUTES))
        raise NotThere(f"path: expected {ROOT} with {_DOCUMENT}, {known}, got {path}")


def _places() -> tuple[_Place, ...]:
    by_path: dict[str, dict[str, Route]] = {}
    for route in ROUTES:
        by_path.setdefault(route.path, {})[route.method] = route
    return tuple(
        _Place(re.compile(_PARAMETER.sub(r"(?P<\1>[^/]+)", re.escape(path))), routes)
        for path, routes in by_path.items()
    )


async def _given(
    route: Route, request: web.BaseRequest, parameters: dict[str, str]
) -> Any | Objection:
    """
    Return what *request* says in the words of *route*, or what speaks against it.

    Raises:
        msgspec.MsgspecError: It says something else.
    """
    query = request.rel_url.query
    if route.takes_body:
        if query:
            raise msgspec.ValidationError(f"query: expected none, got {', '.join(query)}")
        return await _body(route, request)
    if len(query) != len(set(query)):
        raise msgspec.ValidationError("query: expected every name only once")
    values = {**query, **parameters}
    if route.takes is None:
        if values:
            raise msgspec.ValidationError(f"query: expected none, got {', '.join(values)}")
        return None
    given = msgspec.convert(values, route.takes, strict=False)
    for field in msgspec.structs.fields(route.takes):
        # The word null is read as no value, but whoever means none says nothing.
        if field.encode_name in values and getattr(given, field.name) is None:
            raise msgspec.ValidationError(
                f"{field.encode_name}: expected a value, got null"
            )
    return given


async def _body(route: Route, request: web.BaseRequest) -> Any | Objection:
    body = await request.read()
    # Other sites' pages can send what a form can, but not this, without being asked.
    if body and request.content_type != "application/json":
        return Objection(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            f"Content-Type: expected application/json, got {request.content_type}",
        )
    return msgspec.json.decode(body or b"{}", type=route.takes)


async def _awaited(result: Any) -> Any:
    if inspect.isawaitable(result):
        awaitable: Awaitable[Any] = result
        return await awaitable
    return result
