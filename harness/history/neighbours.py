"""What the other devices of a capture have to do with an exchange of one."""

from collections import deque
from datetime import datetime

import msgspec

from harness.domain.message import Grant, UsageSubmission
from harness.domain.recording import Exchange
from harness.history.session import Attempt

#: What a message is put under that does not say whose it is.
UNIDENTIFIED = "unidentified"
#: Connections whose UUID is remembered: those of the latest traffic.
_MOST_CONNECTIONS = 5_000


class Aside(msgspec.Struct, frozen=True):
    """
    What other devices have to do with one exchange.

    Attributes:
        elsewhere_at: When another device was last seen to start: perhaps this one, under
            another client UUID.
        first: The first authorisation request of the same connection or page, if that is
            known and an earlier one.
    """

    elsewhere_at: datetime | None = None
    first: Attempt | None = None


class Neighbours:
    """What was seen so far of all devices together."""

    def __init__(self) -> None:
        """Nothing was seen."""
        #: The last two devices that were seen to start, and when; the latest one last.
        self._started: deque[tuple[str, datetime]] = deque(maxlen=2)
        self._first_on: dict[str, Attempt] = {}

    def aside(self, device: str, entry: int, event: Exchange) -> Aside:
        """Take in an exchange of *device*, and tell what others have to do with it."""
        if event.kind == "authorization":
            return Aside(first=self._first(Attempt(entry, event)))
        if event.kind == "usage":
            others = [at for name, at in self._started if name != device]
            return Aside(elsewhere_at=max(others, default=None))
        return Aside()

    def note_start(self, device: str, at: datetime) -> None:
        """A device was seen to start."""
        if self._started and self._started[-1][0] == device:
            self._started.pop()
        self._started.append((device, at))

    def _first(self, attempt: Attempt) -> Attempt | None:
        connection = attempt.exchange.connection
        if not connection or not attempt.client_uuid:
            return None
        first = self._first_on.setdefault(connection, attempt)
        if len(self._first_on) > _MOST_CONNECTIONS:
            del self._first_on[next(iter(self._first_on))]
        return None if first is attempt else first


def device_of(event: Exchange, only_device: str | None) -> str:
    """A device is known by its client UUID, unless all is said to be of one."""
    if only_device:
        return only_device
    request = event.request
    if isinstance(request, UsageSubmission):
        uuids = [report.client_uuid for report in request.reports]
        return next(filter(None, uuids), UNIDENTIFIED)
    return getattr(request, "client_uuid", None) or UNIDENTIFIED


def begins_session(event: Exchange) -> bool:
    """Tell whether *event* opens a session, of which nobody has told otherwise."""
    return event.kind == "authorization" and isinstance(event.answer, Grant)
