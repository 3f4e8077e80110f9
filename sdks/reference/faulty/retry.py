"""Defects that try again in the same session."""

from collections.abc import Sequence
from datetime import timedelta
from typing import override

from licence_client import LicenceClient
from licence_client.report import Report
from licence_client.submitter import Submitter
from licence_client.transport import Answer, Message


class BusySubmitter(Submitter):
    """Waits for a busy server."""

    status = 503

    @override
    def on_failed(self, batch: Sequence[Report], answer: Answer) -> None:
        if answer.status != self.status:
            super().on_failed(batch, answer)


class RetriesWhenBusy(LicenceClient):
    """A server that is busy has asked for a repetition, and gets it at the next tick."""

    submitter_type = BusySubmitter


class ThrottledSubmitter(BusySubmitter):
    """Waits for a server that has had too much."""

    status = 429


class RetriesWhenThrottled(LicenceClient):
    """Too many requests means later, and later is the next tick."""

    submitter_type = ThrottledSubmitter


class ReconnectingSubmitter(Submitter):
    """Makes a new connection where one has broken."""

    @override
    def send(self, message: Message) -> Answer:
        answer = super().send(message)
        is_broken = answer.status is None and answer.request_sent
        return super().send(message) if is_broken else answer


class RetriesInTransport(LicenceClient):
    """The HTTP library repeats a request whose connection broke, as its default is."""

    submitter_type = ReconnectingSubmitter


class RetriesEveryHalfHour(LicenceClient):
    """A clean-up every half an hour forgets what has failed, and so it is sent again."""

    @override
    def schedule_ticks(self) -> None:
        self.timers.every(timedelta(minutes=30), self.submitter.waiting.clear)
        super().schedule_ticks()
