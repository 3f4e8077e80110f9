"""
The fixture ``dls_server``, for test suites that want the mock and nothing else of ours.

Everything is imported late: pytest loads this file in every environment that we are
installed in, whether anybody asks for the fixture or not.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from mock_server.library.running import Mock


@pytest.fixture
def dls_server() -> "Iterator[Mock]":
    """A mock licence server of the test's own, on a port of this machine."""
    from mock_server.library.running import running_mock

    with running_mock() as mock:
        yield mock
