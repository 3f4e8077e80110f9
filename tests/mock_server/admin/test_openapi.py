"""The admin API's description of itself."""

import json
import urllib.request

from mock_server.admin.api import ROUTES
from mock_server.admin.openapi import document
from mock_server.library.running import running_mock


def test_describes_everything() -> None:
    """Every route is in the description, each with a name of its own."""
    paths = document(ROUTES, "/__dls__")["paths"]
    told = {(path, method.upper()) for path, at in paths.items() for method in at}
    assert told == {(route.path, route.method) for route in ROUTES}
    names = [operation["operationId"] for at in paths.values() for operation in at.values()]
    assert len(names) == len(set(names))


def test_is_served_for_everybody() -> None:
    """A tenant's description says where the tenant's own API is."""
    with running_mock() as mock:
        url = mock.named("joe").url + "/__dls__/openapi.json"
        with urllib.request.urlopen(url) as answer:
            told = json.load(answer)
    assert told["openapi"] == "3.1.0"
    assert told["servers"] == [{"url": "/t/joe/__dls__"}]
