"""Wire profiles by name and by file."""

from pathlib import Path

import pytest

from harness.documents import wire_profile
from harness.documents.bad_input import BadInput
from harness.documents.wire_profile import load_profile

OPEN_JSON = Path(wire_profile.__file__).parents[1] / "wire" / "open_json.yaml"


def _complaint(folder: Path, old: str, new: str) -> str:
    """Return what is told of open-json with *old* replaced."""
    text = OPEN_JSON.read_text(encoding="utf-8")
    assert old in text
    (folder / "spoilt.yaml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(BadInput) as caught:
        load_profile("spoilt.yaml", folder)
    return str(caught.value).removeprefix(f"{folder}/")


def test_open_json_is_a_file_like_any_other(tmp_path: Path) -> None:
    """A copy of open-json's file is the same profile as its name."""
    (tmp_path / "copy.yaml").write_bytes(OPEN_JSON.read_bytes())
    assert (
        load_profile("copy.yaml", tmp_path).text == load_profile("open-json", tmp_path).text
    )


def test_unknown_name(tmp_path: Path) -> None:
    """An unknown name is told with the known ones."""
    with pytest.raises(BadInput, match="unknown wire profile 'openjson'; Did you mean"):
        load_profile("openjson", tmp_path)


def test_missing_file(tmp_path: Path) -> None:
    """A file is looked for in the folder of whoever names it."""
    with pytest.raises(BadInput, match=f"{tmp_path}/mine.yaml: cannot be read"):
        load_profile("mine.yaml", tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        (
            "  method: POST",
            "  methods: POST",
            "spoilt.yaml:8: authorization.methods: unknown",
        ),
        ("clientUuid: clientUuid", "clientUUID: x", "unknown field 'clientUUID'; Did you"),
        ("[clientUuid, handshake", "[clientId, handshake", "unknown field 'clientId'"),
        ("    timeLabel: timeLabel\n", "", "usage.fields: expected a path for timeLabel"),
        (
            "timeLabel: iso",
            "timeLabel: epoch",
            "expected one of iso, epoch-s, epoch-ms, or",
        ),
        ("reports: reports", "reports: '[['", "a path in it is no JMESPath"),
        ("status: 403", "status: no", "Expected `int`, got `str`"),
    ],
)
def test_spoilt(tmp_path: Path, old: str, new: str, complaint: str) -> None:
    """What is wrong in a profile is told when it is loaded, not at the first request."""
    assert complaint in _complaint(tmp_path, old, new)
