"""What people write in YAML: scenarios, configurations, SDK files, profiles, sessions."""

from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

from fuzz.target import Scratch, Target
from harness.capture.told import read_told
from harness.documents.bad_input import BadInput
from harness.documents.wire_profile import load_profile
from harness.documents.yaml_document import YamlDocument
from harness.documents.yaml_text import in_one_line
from harness.drivers.sdk_file import load_sdk_file
from harness.rules.catalogue import RULES_BY_ID
from harness.scenario.case_file import load_cases
from harness.suite.baseline_file import load_baseline
from mock_server.library.settings_file import load_settings

_file = Scratch(".yaml")
_line = Scratch(".yaml")
_RULES = frozenset(RULES_BY_ID)


def _profile(path: Path) -> Any:
    if b"codec" in path.read_bytes():
        return None  # it would name any module of Python's, which is its writer's own risk
    return load_profile(path.name, path.parent)


READERS: tuple[Callable[[Path], Any], ...] = (
    lambda path: load_cases(path, path.parent, _RULES),
    load_settings,
    load_sdk_file,
    load_baseline,
    lambda path: read_told((), path),
    _profile,
)


def feed_yaml(data: bytes) -> None:
    """A file is what it should be, or is refused in one message."""
    number = data[0] if data else 0
    path = _file.holding(data[1:])
    try:
        READERS[number % len(READERS)](path)
    except BadInput as error:
        assert str(error)


def feed_values(data: bytes) -> None:
    """A document is plain values, and those written in one line are read alike."""
    try:
        value = YamlDocument(_file.holding(data)).value
    except BadInput:
        return
    line = in_one_line(value)
    again = YamlDocument(_line.holding(line.encode())).value
    assert repr(again) == repr(value), line


_CASE = b"""\x00summary: A session.
exercises: [usage/nothing-lost]
begin: 2026-03-01T08:00:00Z
steps:
  - start
  - operate: {type: first, count: 3}
  - advance: 3m
  - until: 2026-03-01T09:00:00Z
  - setClock: {forward: 2d}
  - repeat: {times: 3, steps: [{advance: 1h}]}
  - fault: {kind: usage, do: status, status: 503}
  - stop
"""
_SETTINGS = b"""\x01prefix: /a
seed: 3
faults: ["usage status=503"]
world:
  organizations: [{id: "7", default: 7-shop}]
  handshakeCodes: [{code: 7-shop, organization: "7", quota: 1000}]
"""
_SDK = b"""\x02name: acme 1
driver:
  command: [java, -jar, driver.jar]
  timeout: 3s
"""
_SESSIONS = b"\x04- {start: 2026-03-01T08:00:00Z, stop: 2026-03-01T09:00:00Z, client: c}\n"
_OPEN_JSON = b"\x05" + (files("harness.wire") / "open_json.yaml").read_bytes()

YAML = Target("yaml", feed_yaml, (_CASE, _SETTINGS, _SDK, _SESSIONS, _OPEN_JSON))
VALUES = Target(
    "values",
    feed_values,
    (b"a: [1, 2.5, true, null, 0x1f, 'x: y', \"\\n\"]\nb: {c: 2026-03-01}\n", b"- 1:30\n"),
)
