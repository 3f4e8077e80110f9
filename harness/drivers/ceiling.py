"""The real-time ceiling of a request."""

import asyncio
import time
from collections.abc import Callable
from datetime import timedelta

from harness.domain.instant import render_span
from harness.drivers.complaint import Complaint


def too_slow(limit: timedelta, got: str, way_out: str = "") -> Complaint:
    """Return the complaint about a request that took longer than *limit*."""
    longer = "an SDK that needs longer: `timeout` in the SDK's file"
    return Complaint(
        f"an answer within {render_span(limit)} of real time, counted from the last "
        "request that the mock saw",
        got,
        f"{way_out}; {longer}" if way_out else longer,
    )


class Ceiling:
    """
    Says when a request has taken too long in real time.

    The time counts from the later of the request and the last request that the mock
    saw, so a long backlog is no hang. One timer serves many requests: it is armed
    anew only when it goes off, since most requests end long before.
    """

    def __init__(
        self,
        limit: timedelta,
        last_seen: Callable[[], float],
        on_past: Callable[[], None],
    ) -> None:
        """
        Watch nothing yet.

        Args:
            limit: How long a request may take.
            last_seen: Tells when the mock last saw a request, by `time.monotonic`.
            on_past: Called once when a request is past its ceiling.
        """
        self.limit = limit
        self._last_seen = last_seen
        self._on_past = on_past
        self._since: float | None = None
        self._timer: asyncio.TimerHandle | None = None

    def begin(self) -> None:
        """A request goes out now."""
        self._since = time.monotonic()
        if self._timer is None:
            self._arm(self.limit.total_seconds())

    def end(self) -> None:
        """The request was answered."""
        self._since = None

    def cancel(self) -> None:
        """Watch nothing any more."""
        self._since = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _arm(self, seconds: float) -> None:
        self._timer = asyncio.get_running_loop().call_later(seconds, self._look)

    def _look(self) -> None:
        self._timer = None
        if self._since is None:
            return
        begun = max(self._since, self._last_seen())
        left = begun + self.limit.total_seconds() - time.monotonic()
        if left > 0:
            self._arm(left)
        else:
            self._since = None
            self._on_past()
