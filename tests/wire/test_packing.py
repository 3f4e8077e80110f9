"""Tests of messages that are no plain JSON bodies."""

import base64
import json
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import pytest

from harness.documents.bad_input import BadInput
from harness.documents.wire_profile import load_profile
from harness.domain.message import AuthorizationRequest, Grant, Receipt, UsageSubmission

HERE = Path(__file__).parent
EXAMPLES = HERE.parents[1] / "docs/examples"
ACME = (HERE / "acme.yaml").read_text(encoding="utf-8")
ASKED = {"device": {"id": "u"}, "key": "c"}
SLOTS = {"data": {"slots": [{"t": 0, "key": "c", "device": {"id": "u"}, "scans": []}]}}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    codec = EXAMPLES / "sealed_codec.py"
    (tmp_path / "sealed_codec.py").write_bytes(codec.read_bytes())
    text = f"codec: sealed_codec:SealedCodec\n{ACME}"
    (tmp_path / "sealed.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def test_codec_there_and_back(folder: Path) -> None:
    """What a codec packs it unpacks: requests and answers alike."""
    from_file = load_profile("sealed.yaml", folder)
    plain = load_profile("acme.yaml", HERE)
    until = datetime(2026, 3, 8, tzinfo=UTC)
    grant = Grant(handshake_code="c", valid_until=until)
    written = from_file.render_grant(grant, "t")
    assert written.body != plain.render_grant(grant, "t").body
    assert from_file.read_answer("authorization", written.status, written.body) == grant
    receipt = from_file.render_receipt(2)
    assert from_file.read_answer("usage", 200, receipt.body) == Receipt()


def test_sealed_requests_are_read(folder: Path) -> None:
    """A sealed request says what the plain one says."""
    sealed, plain = load_profile("sealed.yaml", folder), load_profile("acme.yaml", HERE)
    pack = sealed._codec.pack
    for kind, content in (("authorization", ASKED), ("usage", SLOTS)):
        body = json.dumps(content).encode()
        wanted = plain.read_request(kind, body)  # type: ignore[arg-type]
        assert sealed.read_request(kind, pack(body)) == wanted  # type: ignore[arg-type]
        assert wanted.message


def test_broken_seal(folder: Path) -> None:
    """What the codec refuses is a problem of the request, in the codec's words."""
    reading = load_profile("sealed.yaml", folder).read_request("usage", b"x" * 64)
    assert reading.problem == "body: expected a valid seal, got another one"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("nowhere:Codec", "No module named 'nowhere'"),
        ("sealed_codec:Other", "has no attribute 'Other'"),
        ("sealed_codec:_seal", "missing 1 required positional argument"),
        ("json:JSONDecoder", "expected the methods unpack and pack"),
    ],
)
def test_codec_that_cannot_be_made(folder: Path, name: str, said: str) -> None:
    """A codec that is not there, or is none, is told by name."""
    (folder / "wrong.yaml").write_text(f"codec: {name}\n{ACME}", encoding="utf-8")
    with pytest.raises(BadInput, match="codec") as caught:
        load_profile("wrong.yaml", folder)
    assert said in str(caught.value)


def test_dynamsoft() -> None:
    """The readable request of real SDKs is read from the query."""
    profile = load_profile("dynamsoft", Path())
    asked = {
        "hs": "200001-demo",
        "og": "o",
        "sp": "secret",
        "cu": "u",
        "pd": "dbr",
        "os": 1,
    }
    text = base64.b64encode(json.dumps(asked).encode()).decode()
    reading = profile.read_request("authorization", b"", f"ext={quote(text)}")
    assert reading.problem is None
    assert reading.message == AuthorizationRequest(
        client_uuid="u",
        handshake_code="200001-demo",
        organization_id="o",
        session_password="secret",
        product="dbr",
    )
    assert profile.find_in("/lts/auth/") == ("authorization", "/lts")
    assert profile.reads == ("authorization",)


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("", "query parameter ext: expected one, got none"),
        ("ext=%25", "query parameter ext: expected base64"),
        ("ext=e30", "clientUuid: expected a non-empty string, got null"),
        ("ext=W10=", "query parameter ext: expected an object, got []"),
        ("ext=eyI=", "query parameter ext: expected JSON"),
    ],
)
def test_dynamsoft_that_is_broken(query: str, problem: str) -> None:
    """A request that is not as it should be is told by what is wrong with it."""
    profile = load_profile("dynamsoft", Path())
    reading = profile.read_request("authorization", b"", query)
    assert problem in (reading.problem or "")


def test_opaque() -> None:
    """Closed bodies are told apart by their paths, and nothing is wrong with them."""
    profile = load_profile("opaque", Path())
    assert profile.find_in("/x/dls/authorization") == ("authorization", "/x/dls")
    assert profile.find_in("/auth/") == ("authorization", "")
    assert profile.kind_of("/usage") == "usage"
    assert profile.kind_of("/dls/usage") is None
    reading = profile.read_request("usage", b"\x00")
    assert (reading.message, reading.problem) == (None, None)
    assert profile.reads == ()


def test_form(tmp_path: Path) -> None:
    """Fields of a form are a message too."""
    text = ACME.replace("path: /v2/licence", "path: /v2/licence\n  packing: {read: form}")
    text = text.replace("clientUuid: device.id", "clientUuid: id", 1)
    (tmp_path / "form.yaml").write_text(text, encoding="utf-8")
    reading = load_profile("form.yaml", tmp_path).read_request(
        "authorization", b"id=u&key=c"
    )
    assert reading.message == AuthorizationRequest(client_uuid="u", handshake_code="c")


def test_prefix_is_told_from_the_path() -> None:
    """The part of a path before the message's own is the server's."""
    profile = load_profile("open-json", Path())
    assert profile.find_in("/a/b/dls/usage") == ("usage", "/a/b")
    assert profile.find_in("/dls/usage/more") is None
    assert isinstance(
        profile.read_request("usage", b'{"reports": []}').message, UsageSubmission
    )
