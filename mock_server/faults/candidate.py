"""A request as faults look at it, and whether one is about it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fnmatch import fnmatchcase

from mock_server.faults.fault import Fault

_MESSAGES = ("authorization", "usage")


@dataclass(frozen=True)
class Candidate:
    """
    A request that a fault may strike.

    Attributes:
        kind: What its path asks for: ``authorization``, ``usage`` or ``health``;
            ``None``: something else, or a preflight.
        at: What the mock's clock showed as it came.
        path: Below the server's URL, without the query.
        headers: By name, in whatever case it is asked for.
        query: The values by name.
    """

    kind: str | None
    device: str
    server: str
    at: datetime
    client_uuids: Collection[str] = ()
    codes: Collection[str] = ()
    slots: Collection[datetime] = ()
    method: str = "POST"
    path: str = "/"
    headers: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, Collection[str]] = field(default_factory=dict)

    @property
    def client(self) -> str:
        """
        Who asks: the device whose address is used, or else the UUID.

        UUIDs are drawn anew in every run, and a device that has an address of its own
        is the same one in all of them.
        """
        return self.device or min(self.client_uuids, default="")


def is_about(fault: Fault, asked: Candidate) -> bool:
    """Tell whether *fault* is about *asked*, leaving counts and times aside."""
    return _is_of_kind(fault, asked) and is_from(fault, asked) and _reads(fault, asked)


def is_from(fault: Fault, asked: Candidate) -> bool:
    """Tell whether *fault* is about whoever asks, at whichever server he does."""
    return fault.aims_at(asked.device, asked.server) and (
        fault.client_uuid is None or fault.client_uuid in asked.client_uuids
    )


def _is_of_kind(fault: Fault, asked: Candidate) -> bool:
    if fault.on is None:
        return asked.kind in _MESSAGES
    return fault.on in ("any", asked.kind)


def _reads(fault: Fault, asked: Candidate) -> bool:
    """Compare what the request says."""
    return (
        (fault.code is None or fault.code in asked.codes)
        and (fault.slot is None or fault.slot in asked.slots)
        and (fault.method is None or fault.method.upper() == asked.method)
        and (fault.path is None or fnmatchcase(asked.path, _pattern(fault.path)))
        and all(_has_header(asked, *wanted) for wanted in (fault.header or {}).items())
        and all(_has_query(asked, *wanted) for wanted in (fault.query or {}).items())
    )


def _has_header(asked: Candidate, name: str, value: str) -> bool:
    given = {key.lower(): text for key, text in asked.headers.items()}.get(name.lower())
    return given is not None and fnmatchcase(given, _pattern(value))


def _has_query(asked: Candidate, name: str, value: str) -> bool:
    pattern = _pattern(value)
    return any(fnmatchcase(given, pattern) for given in asked.query.get(name, ()))


def _pattern(text: str) -> str:
    """Only the star is special: brackets and question marks stand in real paths."""
    return text.replace("[", "[[]").replace("?", "[?]")
