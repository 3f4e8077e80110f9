"""The freedoms of a conforming SDK, each used by one variant."""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from itertools import batched
from typing import override

from licence_client import LicenceClient
from licence_client.authoriser import Authoriser
from licence_client.grid import SLOT_WIDTH
from licence_client.identity import Identity
from licence_client.licence import Grant
from licence_client.report import Report
from licence_client.submitter import Submitter, usage_url
from licence_client.transport import Answer, Message


class SingleSubmitter(Submitter):
    """Puts one report into a request."""

    @override
    def batch_size(self) -> int:
        return 1


class OneRequestPerReport(LicenceClient):
    """Every report goes out in a request of its own."""

    submitter_type = SingleSubmitter


class NewestFirst(LicenceClient):
    """The newest report goes out first."""

    @override
    def reports_due(self) -> list[Report]:
        return super().reports_due()[::-1]


class SendsOpenSlot(LicenceClient):
    """
    A tick sends the open slot's units, too;
    later units of that slot are a further report.
    """

    @override
    def tick(self) -> None:
        waiting = self.submitter.waiting
        self.submitter.submit(
            [report for report in self.store.reports() if report.number not in waiting]
        )


class SplittingSubmitter(Submitter):
    """Writes a report as several, each with one type."""

    @override
    def render(self, batch: Sequence[Report]) -> list[Message]:
        return [
            {**report, "usage": [entry]}
            for report in super().render(batch)
            for entry in report["usage"]
        ]


class OneReportPerType(LicenceClient):
    """The types of one slot go out as reports of their own."""

    submitter_type = SplittingSubmitter


class TalkativeAuthoriser(Authoriser):
    """Tells the server more than it asks for."""

    @override
    def request(self, client_uuid: str) -> Message:
        return {
            **super().request(client_uuid),
            "sdkVersion": "1.0.0",
            "platform": {"os": "other", "cores": 2},
        }


class TalkativeSubmitter(Submitter):
    """Puts fields of its own into every report."""

    @override
    def render(self, batch: Sequence[Report]) -> list[Message]:
        return [
            {**report, "sdkVersion": "1.0.0", "edition": None}
            for report in super().render(batch)
        ]


class ExtraFields(LicenceClient):
    """Both messages carry fields that the protocol does not know."""

    authoriser_type = TalkativeAuthoriser
    submitter_type = TalkativeSubmitter


class BacklogSpread(LicenceClient):
    """The backlog goes out in up to five parts, five seconds apart."""

    @override
    def send_backlog(self) -> None:
        due = self.reports_due()
        for place, part in enumerate(batched(due, len(due) // 5 + 1)):
            if place == 0:
                self.submitter.submit(part)
            else:
                self.timers.after(
                    place * timedelta(seconds=5), partial(self.submitter.submit, part)
                )


class ThriftyAuthoriser(Authoriser):
    """Asks only where it has to."""

    @override
    def authorise(self, client_uuid: str) -> Grant:
        return self.licences.now_valid() or super().authorise(client_uuid)


class KeepsUsingLicence(LicenceClient):
    """While the local licence holds, a start asks no server."""

    authoriser_type = ThriftyAuthoriser


class PairSubmitter(Submitter):
    """Knows both servers of the pair."""

    @override
    def send(self, message: Message) -> Answer:
        answer = super().send(message)
        others = [server for server in self.settings.servers if server != self.server]
        if others and not answer.request_sent:
            return self.transport.post(usage_url(others[0]), message)
        return answer


class StandbyForReports(LicenceClient):
    """
    Where the first server cannot be connected to, the other one gets the reports in the
    same tick.
    """

    submitter_type = PairSubmitter


class PurgesInBackground(LicenceClient):
    """
    Old reports are purged at a tick; until then they are on the disk,
    but are not sent.
    """

    @override
    def open_session(self, grant: Grant) -> None:
        self._may_purge = False
        super().open_session(grant)
        self._may_purge = True

    @override
    def purge(self) -> None:
        if self._may_purge:
            super().purge()

    @override
    def reports_due(self) -> list[Report]:
        too_old = self.reports_too_old()
        return [report for report in super().reports_due() if report not in too_old]

    @override
    def tick(self) -> None:
        self.purge()
        super().tick()


class EmptyReports(LicenceClient):
    """A tick with nothing to send sends a report without usage for the slot before."""

    @override
    def tick(self) -> None:
        if self.reports_due():
            super().tick()
        elif self.grant is not None:
            key = self.report_key(self.grant)
            empty = Report(0, key._replace(slot=key.slot - SLOT_WIDTH), {})
            self.submitter.send({"reports": self.submitter.render([empty])})


class BracedIdentity(Identity):
    """Writes a UUID as a registry does."""

    @override
    def new_uuid(self) -> str:
        return "{" + super().new_uuid().upper() + "}"


class UuidUpperCaseBraces(LicenceClient):
    """The client UUID is in upper case and in braces."""

    identity_type = BracedIdentity
