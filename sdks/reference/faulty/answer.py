"""Defects of what is made of one kind of answer to a submission."""

from collections.abc import Sequence
from typing import override

from licence_client import LicenceClient, Settings
from licence_client.report import Report, ReportKey
from licence_client.store import UsageStore
from licence_client.submitter import Submitter, usage_url
from licence_client.transport import Answer, Message, Transport


class StatusSubmitter(Submitter):
    """Looks at the status alone."""

    @override
    def is_accepted(self, answer: Answer) -> bool:
        return answer.status == 200


class StatusIsEnough(LicenceClient):
    """A status of 200 is enough: what the proxy's error page says nobody reads."""

    submitter_type = StatusSubmitter


class ResignedSubmitter(Submitter):
    """Takes a client error for final."""

    @override
    def on_failed(self, batch: Sequence[Report], answer: Answer) -> None:
        super().on_failed(batch, answer)
        if answer.status in (400, 404):
            self.store.drop(batch)


class ClientErrorsAreFinal(LicenceClient):
    """A report that the server has refused with a 400 or 404 will never be better."""

    submitter_type = ResignedSubmitter


class SweepingSubmitter(Submitter):
    """Leaves accepted reports for a broom to come."""

    def __init__(self, settings: Settings, transport: Transport, store: UsageStore) -> None:
        super().__init__(settings, transport, store)
        self._accepted: list[Report] = []

    @override
    def on_accepted(self, batch: Sequence[Report]) -> None:
        self._accepted.extend(batch)
        self.waiting.update(report.number for report in batch)

    def sweep(self) -> None:
        """Remove what was accepted."""
        self.store.drop(self._accepted)
        self._accepted.clear()


class RemovedAtNextTick(LicenceClient):
    """What was accepted is swept from the disk by the tick after."""

    submitter_type = SweepingSubmitter
    submitter: SweepingSubmitter

    @override
    def tick(self) -> None:
        self.submitter.sweep()
        super().tick()


class GrowingSubmitter(Submitter):
    """Leaves reports open for more."""

    @override
    def prepare(self, batch: Sequence[Report]) -> Sequence[Report]:
        return batch


class GrowsAfterFailure(LicenceClient):
    """
    A tick sends the open slot, too; where that fails, later units of the slot are added to
    the failed report.
    """

    submitter_type = GrowingSubmitter

    @override
    def tick(self) -> None:
        waiting = self.submitter.waiting
        self.submitter.submit(
            [report for report in self.store.reports() if report.number not in waiting]
        )


class SlotStore(UsageStore):
    """Knows a growing report by its slot."""

    @override
    def count(self, key: ReportKey, usage_type: str, units: int) -> None:
        alike = [known for known in self.ledger.growing if known.slot == key.slot]
        super().count(alike[-1] if alike else key, usage_type, units)


class OneCodeASlot(LicenceClient):
    """Units are added to the slot's report, whatever code that was opened for."""

    store_type = SlotStore


class PuttingAgainSubmitter(Submitter):
    """Finds POST wrong for what the server may know."""

    _method = "POST"

    @override
    def prepare(self, batch: Sequence[Report]) -> Sequence[Report]:
        self._method = "PUT" if any(report.sealed for report in batch) else "POST"
        return super().prepare(batch)

    @override
    def send(self, message: Message) -> Answer:
        return self.transport.send(self._method, usage_url(self.server), message)


class RepeatsByPut(LicenceClient):
    """A report that may be there already is sent with PUT, which may be repeated."""

    submitter_type = PuttingAgainSubmitter


class HandingOverSubmitter(Submitter):
    """Hands reports over to the other server of the pair, and to its care."""

    @override
    def send(self, message: Message) -> Answer:
        answer = super().send(message)
        others = [server for server in self.settings.servers if server != self.server]
        if answer.request_sent or not others:
            return answer
        self.transport.post(usage_url(others[0]), message)
        return Answer(200, {"accepted": True})


class StandbyUnchecked(LicenceClient):
    """Where one server is down the other gets the reports, and its answer is not read."""

    submitter_type = HandingOverSubmitter


class BreakingSubmitter(Submitter):
    """Counts failures in a row."""

    failures = 0

    @override
    def on_failed(self, batch: Sequence[Report], answer: Answer) -> None:
        super().on_failed(batch, answer)
        self.failures += 1

    @override
    def on_accepted(self, batch: Sequence[Report]) -> None:
        super().on_accepted(batch)
        self.failures = 0


class CircuitBreaker(LicenceClient):
    """After two failures in a row the circuit is open until the next start."""

    submitter_type = BreakingSubmitter
    submitter: BreakingSubmitter

    @override
    def tick(self) -> None:
        if self.submitter.failures < 2:
            super().tick()
