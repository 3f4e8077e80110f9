"""Submitting reports. A report whose submission failed waits for the next session."""

from collections.abc import Sequence
from itertools import batched

from licence_client.report import Report, render_report
from licence_client.settings import Settings
from licence_client.store import UsageStore
from licence_client.transport import Answer, Message, Transport

#: So many reports go into one request.
BATCH_SIZE = 500


class Submitter:
    """
    Sends reports to the server that granted, and remembers which ones failed in this
    session.
    """

    def __init__(self, settings: Settings, transport: Transport, store: UsageStore) -> None:
        self.settings = settings
        self.transport = transport
        self.store = store
        self.server = settings.servers[0]
        self.waiting: set[int] = set()

    def submit(self, reports: Sequence[Report]) -> None:
        """
        Send reports, in as many requests as it takes; one that fails does not hold up the
        next.
        """
        for batch in batched(reports, self.batch_size()):
            self.submit_batch(self.prepare(batch))

    def batch_size(self) -> int:
        """How many reports go into one request."""
        return BATCH_SIZE

    def prepare(self, batch: Sequence[Report]) -> Sequence[Report]:
        """
        Make reports ready to be sent: whatever becomes of the request, they stay as they
        are.
        """
        self.store.seal(batch)
        return batch

    def submit_batch(self, batch: Sequence[Report]) -> None:
        """Send one request, and act on its answer."""
        answer = self.send({"reports": self.render(batch)})
        if self.is_accepted(answer):
            self.on_accepted(batch)
        else:
            self.on_failed(batch, answer)

    def render(self, batch: Sequence[Report]) -> list[Message]:
        """The reports of one request, as they are sent."""
        return [render_report(report) for report in batch]

    def send(self, message: Message) -> Answer:
        """Put one submission on the wire."""
        return self.transport.post(usage_url(self.server), message)

    def is_accepted(self, answer: Answer) -> bool:
        """Whether the server has stored the reports, and said so."""
        return answer.status == 200 and answer.body.get("accepted") is True

    def on_accepted(self, batch: Sequence[Report]) -> None:
        """The reports have done their duty."""
        self.store.drop(batch)

    def on_failed(self, batch: Sequence[Report], answer: Answer) -> None:  # noqa: ARG002 (whatever it was)
        """
        The reports stay as they are until the next session, for whatever reason they
        failed.
        """
        self.waiting.update(report.number for report in batch)


def usage_url(server: str) -> str:
    """Where a server takes usage reports; a path prefix is kept."""
    return server.rstrip("/") + "/dls/usage"
