"""
The admin API does as its own description says: asked by schemathesis.

Its dependencies bring plug-ins of pytest's that cost seconds wherever they are installed,
so they are in a group of their own, and `make test` runs this file in an environment of
its own.
"""

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode, checks
from schemathesis.specs.openapi import checks as openapi

from mock_server.admin.api import ROUTES
from mock_server.library.running import running_mock

_CHECKS = [
    checks.not_a_server_error,
    openapi.status_code_conformance,
    openapi.content_type_conformance,
    openapi.response_schema_conformance,
    openapi.negative_data_rejection,
    openapi.unsupported_method,
]
_EXAMPLES = 20


@pytest.fixture(scope="module")
def description() -> Any:
    with running_mock() as mock:
        yield schemathesis.openapi.from_url(f"{mock.url}/__dls__/openapi.json")


@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_keeps_to_its_description(description, route, mode) -> None:
    """Whatever is asked, the answer is one that is described; nonsense is refused."""
    operation = description[route.path][route.method]
    if mode is GenerationMode.NEGATIVE and route.takes is None:
        return  # there is nothing about it that could be nonsense

    @settings(
        max_examples=_EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def examine(case: Any) -> None:
        case.call_and_validate(checks=_CHECKS)

    examine()
