"""The mock for programs: started and asked from any thread."""

import json
import threading
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest

from harness.documents.bad_input import BadInput
from mock_server import HandshakeCode, Organization, World
from mock_server.faults import Fault
from mock_server.library import running_mock
from mock_server.serving.settings import Settings
from mock_server.serving.store import StoreFailed

AT = datetime(2026, 3, 1, 8, tzinfo=UTC)


def post(url: str, path: str, message: Any) -> Any:
    body = json.dumps(message).encode()
    with urllib.request.urlopen(urllib.request.Request(url + path, body)) as answer:
        return json.load(answer)


def report(url: str, client: str = "a", units: int = 2) -> Any:
    usage = [{"type": "QR_CODE", "count": units}]
    label = "2026-03-01T08:00:00Z"
    one = {"timeLabel": label, "handshakeCode": "200001-demo", "clientUuid": client}
    return post(url, "/dls/usage", {"reports": [{**one, "usage": usage}]})


def authorize(url: str, code: str = "200001-demo") -> Any:
    return post(url, "/dls/authorization", {"clientUuid": "a", "handshakeCode": code})


def test_serves_and_ends() -> None:
    """It serves from its beginning to its end, and leaves no thread."""
    before = threading.active_count()
    with running_mock() as mock:
        assert authorize(mock.url)["authorized"] is True
        assert mock.standby_url is None
        url = mock.url
    with pytest.raises(urllib.error.URLError):
        authorize(url)
    assert threading.active_count() == before


def test_is_asked_from_many_threads() -> None:
    """Clients and tests may be in threads of their own."""
    with running_mock() as mock:

        def act(number: int) -> int:
            report(mock.url, f"client-{number}")
            return len(mock.exchanges(client_uuid=f"client-{number}"))

        with ThreadPoolExecutor(8) as pool:
            assert list(pool.map(act, range(40))) == [1] * 40
        assert mock.units == {"200001-demo": 80}


def test_faults() -> None:
    """A fault is armed in one line or in full, counted, and disarmed."""
    with running_mock() as mock:
        number = mock.arm("usage status=503 times=all")
        with pytest.raises(urllib.error.HTTPError, match="503"):
            report(mock.url)
        assert mock.fired(number) == 1
        mock.disarm(number)
        report(mock.url)
        mock.arm(Fault(do="status", status=500))
        mock.disarm()
        report(mock.url)
        with pytest.raises(ValueError, match="sttus"):
            mock.arm("usage sttus=503")


def test_clock() -> None:
    """Grants go by the mock's clock."""
    with running_mock() as mock:
        mock.freeze(AT)
        mock.advance("1d")
        assert authorize(mock.url)["validUntil"] == "2026-03-09T08:00:00.000Z"
        with pytest.raises(ValueError, match="soon"):
            mock.advance("soon")


def test_verifies() -> None:
    """An expectation that is not met fails the test and tells what came near."""
    with running_mock() as mock:
        report(mock.url)
        assert mock.verify(exactly=1, kind="usage", slot=AT).found == (1,)
        with pytest.raises(AssertionError, match=r"found 0\n  near miss: #1 client"):
            mock.verify(kind="usage", client_uuid="b")
        mock.reset()
        assert mock.verify(exactly=0).found == ()
        assert mock.units == {}


def test_configuration() -> None:
    """The configuration comes with the settings, and is replaced on the way."""
    world = World(
        organizations=(Organization(id="7"),),
        handshake_codes=(HandshakeCode(code="7-x", organization="7"),),
    )
    with running_mock(Settings(world=world)) as mock:
        assert authorize(mock.url, "7-x")["handshakeCode"] == "7-x"
        refusing = HandshakeCode(code="7-x", organization="7", refuse=111)
        mock.configure(
            World(organizations=world.organizations, handshake_codes=(refusing,))
        )
        with pytest.raises(urllib.error.HTTPError, match="403"):
            authorize(mock.url, "7-x")
        with pytest.raises(ValueError, match="got 2 times"):
            mock.configure(World(organizations=world.organizations * 2, handshake_codes=()))


def test_names_are_apart() -> None:
    """Whoever has a name has a mock of their own at the same address."""
    with running_mock(standby=True) as mock:
        joe = mock.named("joe")
        report(joe.url)
        assert (joe.units, mock.units) == ({"200001-demo": 2}, {})
        assert joe.standby_url is not None
        with pytest.raises(urllib.error.HTTPError, match="503"):
            authorize(joe.standby_url)


def test_outlives_itself(tmp_path) -> None:
    """With a file, the next mock knows what this one took in."""
    db = tmp_path / "mock.db"
    with running_mock(db=db) as mock:
        report(mock.url)
        with pytest.raises(StoreFailed, match="another server"), running_mock(db=db):
            pass
    with running_mock(db=db) as mock:
        assert mock.units == {"200001-demo": 2}


def test_settings_from_a_file(tmp_path) -> None:
    """A configuration file says the same as for the command."""
    path = tmp_path / "mock.yaml"
    path.write_text("faults: [authorization status=503]\nclock: 2026-03-01T08:00:00Z\n")
    with running_mock(path) as mock:
        with pytest.raises(urllib.error.HTTPError, match="503"):
            authorize(mock.url)
        assert authorize(mock.url)["validUntil"] == "2026-03-08T08:00:00.000Z"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("world: {organizations: [], handshakeCodes: []}\nseeed: 1\n", r":2: .*'seeed'"),
        ("seed: 1\nfaults:\n  - usage reset\n  - nonsense\n", r":4: faults\[1\]"),
        (
            "world:\n  organizations: []\n  handshakeCodes: [{code: a, organization: b}]\n",
            ":1: world: handshake code 'a'",
        ),
        ("journal: 0\n", ":1: journal"),
    ],
)
def test_a_wrong_file(tmp_path, text, reason) -> None:
    """What is wrong with a file is told with its line."""
    path = tmp_path / "mock.yaml"
    path.write_text(text)
    with pytest.raises(BadInput, match=reason), running_mock(path):
        pass
