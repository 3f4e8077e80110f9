"""Answers of the admin API, as HTTP."""

from http import HTTPStatus
from typing import Any

import msgspec
from aiohttp import web


def json_answer(status: HTTPStatus, value: Any) -> web.Response:
    """Return *value* as JSON that nobody keeps."""
    return web.Response(
        status=status,
        body=msgspec.json.encode(value),
        content_type="application/json",
        headers={"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"},
    )


def problem(status: HTTPStatus, message: str) -> web.Response:
    """Return what is wrong with a request."""
    return json_answer(status, {"error": {"message": message}})
