"""Defects of when reports go out."""

from datetime import timedelta
from typing import override

from licence_client import LicenceClient, Operation
from licence_client.licence import Grant
from licence_client.submitter import Submitter, usage_url
from licence_client.transport import Answer, Message


class SubmitsAtOnce(LicenceClient):
    """
    Every operation is reported as soon as it is done: live figures look good in a
    demonstration.
    """

    @override
    def record(self, operation: Operation) -> None:
        super().record(operation)
        waiting = self.submitter.waiting
        self.submitter.submit(
            [report for report in self.store.reports() if report.number not in waiting]
        )


class SlowTicks(LicenceClient):
    """A tick every twelve minutes is enough, a customer with a data plan has said."""

    tick_period = timedelta(minutes=12)


class BacklogAtFirstTick(LicenceClient):
    """
    The start is to be quick,
    so what earlier sessions have left waits for the first tick.
    """

    @override
    def send_backlog(self) -> None:
        pass


class BacklogBeforeAnswer(LicenceClient):
    """
    The backlog goes out first thing in the start, before the server has been asked for
    authorisation.
    """

    @override
    def authorise(self) -> Grant:
        self.store.open()
        self.purge()
        self.send_backlog()
        self.store.close()
        return super().authorise()


class EmptyPosts(LicenceClient):
    """A tick with nothing to send sends an empty list, as a sign of life."""

    @override
    def tick(self) -> None:
        if self.reports_due():
            super().tick()
        else:
            self.submitter.send({"reports": []})


class PuttingSubmitter(Submitter):
    """Finds PUT the right word for what may be repeated."""

    @override
    def send(self, message: Message) -> Answer:
        return self.transport.send("PUT", usage_url(self.server), message)


class PostsWithPut(LicenceClient):
    """Reports are submitted with HTTP PUT."""

    submitter_type = PuttingSubmitter
