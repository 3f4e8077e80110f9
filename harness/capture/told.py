"""What an inspector knows of a capture: settings of the SDK, sessions, the device."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import msgspec

from harness.documents.bad_input import BadInput, unknown_name
from harness.documents.yaml_document import YamlDocument
from harness.domain.evidence import Evidence
from harness.domain.recording import (
    AnyEvent,
    Configuration,
    SessionCrashed,
    SessionStopped,
    StartCalled,
)

Instant = Annotated[datetime, msgspec.Meta(tz=True)]

#: What the only device of a capture is called, unless the inspector names it.
ONE_DEVICE = "the device"

_SETTINGS = {
    "handshake-code": "handshake_code",
    "organization-id": "organization_id",
    "session-password": "session_password",
}


class ToldSession(
    msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True
):
    """
    One session as an inspector writes it down.

    Attributes:
        client: Its client UUID, where the capture has several.
        crash: When it was killed, where it was not stopped.
    """

    start: Instant
    stop: Instant | None = None
    crash: Instant | None = None
    client: str | None = None


@dataclass(frozen=True)
class Told:
    """
    All that an inspector says.

    Attributes:
        configuration: What the SDK was told; ``None``: nothing is known.
        device: The one device that all of the capture comes from; ``None``: many, perhaps.
        sessions: Starts and ends, oldest first.
    """

    configuration: Configuration | None = None
    device: str | None = None
    sessions: Sequence[AnyEvent] = field(default_factory=tuple)

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """The evidence that this adds to a capture."""
        is_config = self.configuration is not None or self.device is not None
        config = (Evidence.CONFIG,) if is_config else ()
        return (*config, *((Evidence.SESSION,) if self.sessions else ()))


def read_told(expected: Iterable[str], sessions: Path | None) -> Told:
    """
    Read what was given as ``--expect NAME=VALUE`` and ``--sessions FILE``.

    Raises:
        BadInput: A name is unknown, a value empty, or the file wrong.
    """
    settings: dict[str, Any] = {}
    servers: list[str] = []
    device = None
    for text in expected:
        name, _, value = text.partition("=")
        if name not in (*_SETTINGS, "server", "device"):
            known = (*_SETTINGS, "server", "device")
            raise BadInput(f"--expect {text!r}: {unknown_name('setting', name, known)}")
        if not value:
            raise BadInput(f"--expect {text!r}: expected {name}=VALUE, got no value")
        if name == "server":
            servers.append(value.rstrip("/"))
        elif name == "device":
            device = value
        else:
            settings[_SETTINGS[name]] = value
    is_told = bool(settings or servers)
    configuration = Configuration(servers=tuple(servers), **settings) if is_told else None
    listed = _listed(sessions) if sessions else []
    if listed and not all(session.client for session in listed):
        device = device or ONE_DEVICE
    events = sorted(_events(listed, configuration, device), key=lambda event: event.at)
    return Told(configuration, device, events)


def _listed(path: Path) -> list[ToldSession]:
    document = YamlDocument(path)
    listed = document.convert(list[ToldSession])
    if not listed:
        raise BadInput(f"{path}: expected a list of sessions, each with start and stop")
    return listed


def _events(
    sessions: Iterable[ToldSession], told: Configuration | None, device: str | None
) -> Iterator[AnyEvent]:
    configuration = told or Configuration(servers=())
    for session in sessions:
        name = session.client or device or ONE_DEVICE
        yield StartCalled(
            at=session.start, device=device or name, configuration=configuration
        )
        if session.stop:
            yield SessionStopped(at=session.stop, device=device or name)
        if session.crash:
            yield SessionCrashed(at=session.crash, device=device or name)
