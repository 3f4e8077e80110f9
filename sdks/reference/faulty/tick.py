"""Defects of the ticks."""

from datetime import UTC, datetime, timedelta
from typing import override

from licence_client import LicenceClient, Operation
from licence_client.grid import SLOT_WIDTH
from licence_client.licence import Grant


class TicksFromFirstOperation(LicenceClient):
    """The timer is created when there is first something to report."""

    _is_scheduled = False

    @override
    def schedule_ticks(self) -> None:
        if self.store.reports():
            self._schedule()

    @override
    def record(self, operation: Operation) -> None:
        super().record(operation)
        if not self._is_scheduled:
            self._schedule()

    def _schedule(self) -> None:
        self._is_scheduled = True
        super().schedule_ticks()


class TicksDrift(LicenceClient):
    """Each tick sets the timer for the next one, and everything in between adds up."""

    tick_period = timedelta(minutes=3, seconds=1)


class TicksInTenths(LicenceClient):
    """The period is given in seconds to a timer that counts in tenths."""

    tick_period = timedelta(seconds=18)


class WaitsForStragglers(LicenceClient):
    """A slot goes out when it has been closed for three minutes, lest something be late."""

    @override
    def tick(self) -> None:
        then = datetime.now(UTC) - SLOT_WIDTH
        self.submitter.submit(
            [r for r in self.reports_due() if self.grid.has_closed(r.key.slot, then)]
        )


class TicksIn7Bits(LicenceClient):
    """The ticks are numbered in a signed byte; after number 127 nothing is sent."""

    _number = 0

    @override
    def tick(self) -> None:
        self._number += 1
        if self._number < 2**7:
            super().tick()


class SubmitsWhenMany(LicenceClient):
    """A report of fifty units goes out at once, lest it grow too large."""

    @override
    def record(self, operation: Operation) -> None:
        super().record(operation)
        self.submitter.submit(
            [
                report
                for report in self.store.reports()
                if not report.sealed and sum(report.usage.values()) >= 50
            ]
        )


class SignOfLife(LicenceClient):
    """After an hour without usage an empty list is sent, lest the server worry."""

    _idle_ticks = 0

    @override
    def tick(self) -> None:
        self._idle_ticks = 0 if self.reports_due() else self._idle_ticks + 1
        super().tick()
        if self._idle_ticks == 20:
            self.submitter.send({"reports": []})
            self._idle_ticks = 0


class BacklogOnLocalLicence(LicenceClient):
    """Who still has a local licence sends the backlog before asking for a new one."""

    @override
    def authorise(self) -> Grant:
        if self.authoriser.licences.now_valid() is not None:
            self.store.open()
            self.purge()
            self.send_backlog()
            self.store.close()
        return super().authorise()
