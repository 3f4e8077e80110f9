"""What the servers saw of a driver that is being examined: its word is not all there is."""

from collections.abc import Sequence

from harness.domain.message import AuthorizationRequest, UsageSubmission
from harness.domain.recording import Exchange


class Witness:
    """Looks at the requests that have come so far; they are added by whoever serves."""

    def __init__(self, exchanges: Sequence[Exchange]) -> None:
        self._exchanges = exchanges

    @property
    def requests(self) -> int:
        """How many have come."""
        return len(self._exchanges)

    @property
    def authorizations(self) -> list[Exchange]:
        """Those that ask for authorisation, as far as they can be told."""
        return [one for one in self._exchanges if one.kind == "authorization"]

    def codes(self) -> set[str | None]:
        """Return the handshake codes that were asked for, of requests that can be read."""
        requests = [one.request for one in self.authorizations]
        return {r.handshake_code for r in requests if isinstance(r, AuthorizationRequest)}

    def units(self) -> float:
        """Return the units of usage that were submitted."""
        messages = [one.request for one in self._exchanges]
        return sum(
            usage.count or 0
            for message in messages
            if isinstance(message, UsageSubmission)
            for report in message.reports
            for usage in report.usage
        )

    def is_closed(self) -> bool:
        """Tell whether requests came, and none of them can be read."""
        return bool(self._exchanges) and not any(one.request for one in self._exchanges)
