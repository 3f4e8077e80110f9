"""The admin API described as OpenAPI 3.1, out of the types that it takes and gives."""

import re
from collections.abc import Iterable
from functools import lru_cache
from http import HTTPStatus
from typing import Any

import msgspec

from mock_server.admin.route import Part, Route

_REFERENCE = "#/components/schemas/{name}"
_PARAMETER = re.compile(r"\{(\w+)\}")


class Told(Part, frozen=True, kw_only=True):
    """What is wrong, in words."""

    message: str


class Problem(Part, frozen=True, kw_only=True):
    """The answer to what cannot be done."""

    error: Told


@lru_cache(maxsize=64)
def document(routes: tuple[Route, ...], root: str) -> dict[str, Any]:
    """Return the description of *routes*, which are served below *root*."""
    types = [Problem, *_types(routes)]
    schemas, components = msgspec.json.schema_components(types, ref_template=_REFERENCE)
    by_type = {_key(one): schema for one, schema in zip(types, schemas, strict=True)}
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        operation = _operation(route, by_type, components)
        paths.setdefault(route.path, {})[route.method.lower()] = operation
    return {
        "openapi": "3.1.0",
        "info": {"title": "The mock licence server's admin API", "version": "1"},
        "servers": [{"url": root}],
        "paths": paths,
        "components": {"schemas": components},
    }


def _types(routes: Iterable[Route]) -> list[Any]:
    told = (one for route in routes for one in (route.takes, route.gives))
    return list({_key(one): one for one in told if one is not None}.values())


def _key(kind: Any) -> str:
    return repr(kind)


def _operation(
    route: Route, schemas: dict[str, Any], components: dict[str, Any]
) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": _name(route),
        "summary": route.summary,
        "responses": {
            str(route.status.value): _response(route.status.phrase, route.gives, schemas),
            **{
                str(status.value): _response(status.phrase, Problem, schemas)
                for status in _problems(route)
            },
        },
    }
    if route.takes_body:
        operation["requestBody"] = {
            "required": bool(_fields_needed(route.takes)),
            "content": {"application/json": {"schema": schemas[_key(route.takes)]}},
        }
    elif route.takes is not None:
        name = schemas[_key(route.takes)]["$ref"].rpartition("/")[2]
        operation["parameters"] = _parameters(route, components[name])
    return operation


def _name(route: Route) -> str:
    words = re.findall(r"\w+", route.path)
    return "-".join([route.method.lower(), *words])


def _problems(route: Route) -> Iterable[HTTPStatus]:
    yield HTTPStatus.BAD_REQUEST
    yield HTTPStatus.UNAUTHORIZED
    yield HTTPStatus.FORBIDDEN
    yield HTTPStatus.NOT_FOUND
    yield HTTPStatus.UNPROCESSABLE_ENTITY
    if route.takes_body:
        yield HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        yield HTTPStatus.UNSUPPORTED_MEDIA_TYPE


def _response(phrase: str, kind: Any, schemas: dict[str, Any]) -> dict[str, Any]:
    if kind is None:
        return {"description": phrase}
    content = {"application/json": {"schema": schemas[_key(kind)]}}
    return {"description": phrase, "content": content}


def _parameters(route: Route, schema: dict[str, Any]) -> list[dict[str, Any]]:
    in_path = _PARAMETER.findall(route.path)
    return [
        {
            "name": name,
            "in": "path" if name in in_path else "query",
            "required": name in in_path,
            "schema": _without_null(part),
        }
        for name, part in schema["properties"].items()
    ]


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """What is not said in a query is left out: there is no way to write null there."""
    kinds = [one for one in schema.get("anyOf", ()) if one != {"type": "null"}]
    if len(kinds) == 1:
        return dict(kinds[0])
    return {name: value for name, value in schema.items() if name != "default"}


def _fields_needed(kind: Any) -> list[str]:
    return [field.name for field in msgspec.structs.fields(kind) if field.required]
