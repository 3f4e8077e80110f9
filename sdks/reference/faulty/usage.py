"""Defects of what is counted."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import override

from licence_client import LicenceClient, Operation, Settings
from licence_client.authoriser import Authoriser
from licence_client.licence import Grant
from licence_client.report import Report, ReportKey
from licence_client.submitter import Submitter
from licence_client.transport import Message


class DropsOpenSlotAtStop(LicenceClient):
    """
    Only whole slots are worth keeping:
    the shutdown throws away the one that is still open.
    """

    @override
    def stop(self) -> None:
        if self.grant is not None:
            slot = self.grid.slot_of(datetime.now(UTC))
            self.store.drop(
                [r for r in self.store.reports() if r.key.slot == slot and not r.sealed]
            )
        super().stop()


class ForgetsSecondType(LicenceClient):
    """
    A report has room for one type: what a second one yields in the same slot falls
    through.
    """

    @override
    def is_tracked(self, operation: Operation) -> bool:
        slot = self.grid.slot_of(datetime.now(UTC))
        growing = [r for r in self.store.reports() if r.key.slot == slot and not r.sealed]
        is_second = any(operation.usage_type not in report.usage for report in growing)
        return super().is_tracked(operation) and not is_second


class LoadsTwice(LicenceClient):
    """
    The open slot is read from its snapshot and again from the journal: a restart within the
    slot doubles its units.
    """

    @override
    def open_session(self, grant: Grant) -> None:
        super().open_session(grant)
        slot = self.grid.slot_of(datetime.now(UTC))
        for report in self.store.reports():
            if report.key.slot == slot and not report.sealed:
                for usage_type, units in list(report.usage.items()):
                    self.store.count(report.key, usage_type, units)


class CountsFailures(LicenceClient):
    """Counts at the call, before it is known whether anything was found."""

    @override
    def is_tracked(self, operation: Operation) -> bool:
        return operation.count > 0


class TypesLumped(LicenceClient):
    """
    A report has room for one type, so that of a slot's first operation stands for all of
    them.
    """

    @override
    def record(self, operation: Operation) -> None:
        slot = self.grid.slot_of(datetime.now(UTC))
        counted = [r for r in self.store.reports() if r.key.slot == slot]
        first_type = next(iter(counted[-1].usage)) if counted else operation.usage_type
        super().record(replace(operation, usage_type=first_type))


class DropsUnsentAtStop(LicenceClient):
    """
    What has never been tried lives in a queue that the shutdown empties; only failed
    reports are kept.
    """

    @override
    def stop(self) -> None:
        if self.grant is not None:
            self.store.drop(
                [report for report in self.store.reports() if not report.sealed]
            )
        super().stop()


class CountsInMemory(LicenceClient):
    """
    Units reach the disk at a tick or in the shutdown: a kill takes all that was counted
    since the last tick.
    """

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._counted: list[tuple[ReportKey, Operation]] = []

    @override
    def record(self, operation: Operation) -> None:
        if self.grant is None or not self.is_tracked(operation):
            super().record(operation)
        else:
            self._counted.append((self.report_key(self.grant), operation))

    @override
    def tick(self) -> None:
        self._write()
        super().tick()

    @override
    def stop(self) -> None:
        self._write()
        super().stop()

    def _write(self) -> None:
        for key, operation in self._counted:
            self.store.count(key, operation.usage_type, operation.count)
        self._counted.clear()


class OfflineAwareAuthoriser(Authoriser):
    """Knows whether it had to fall back on the local licence."""

    is_offline = False

    @override
    def without_server(self) -> Grant:
        self.is_offline = True
        return super().without_server()


class DropsOfflineUsage(LicenceClient):
    """On a local licence nothing is counted: there is no server to report to."""

    authoriser_type = OfflineAwareAuthoriser
    authoriser: OfflineAwareAuthoriser

    @override
    def is_tracked(self, operation: Operation) -> bool:
        return super().is_tracked(operation) and not self.authoriser.is_offline


class SamplingSubmitter(Submitter):
    """Adds what was read last to every report."""

    sample: str | None = None

    @override
    def render(self, batch: Sequence[Report]) -> list[Message]:
        return [{**report, "sample": self.sample} for report in super().render(batch)]


class ContentInReports(LicenceClient):
    """Reports carry the last decoded text, which support finds useful."""

    submitter_type = SamplingSubmitter
    submitter: SamplingSubmitter

    @override
    def record(self, operation: Operation) -> None:
        super().record(operation)
        self.submitter.sample = operation.content
