"""Defects of what becomes of a report when its submission has ended."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import override

from licence_client import LicenceClient, Settings
from licence_client.files import write_whole
from licence_client.grid import Grid
from licence_client.report import Report
from licence_client.submitter import Submitter
from licence_client.transport import Answer

from faulty.relabel import relabelled


class ImpatientSubmitter(Submitter):
    """Does not remember what has failed."""

    @override
    def on_failed(self, batch: Sequence[Report], answer: Answer) -> None:
        pass


class RetriesAtNextTick(LicenceClient):
    """A failed report is simply still there at the next tick, and is sent again."""

    submitter_type = ImpatientSubmitter


class ForgetfulSubmitter(Submitter):
    """Knows only in memory what has been accepted."""

    @override
    def on_accepted(self, batch: Sequence[Report]) -> None:
        self.waiting.update(report.number for report in batch)


class ForgetsToDelete(LicenceClient):
    """
    Accepted reports are skipped in this session but stay on the disk: every later start
    sends them again.
    """

    submitter_type = ForgetfulSubmitter


class PostponingSubmitter(Submitter):
    """Lists what has failed in a file of its own."""

    @override
    def on_failed(self, batch: Sequence[Report], answer: Answer) -> None:
        super().on_failed(batch, answer)
        path = retry_list(self.settings)
        listed = json.loads(path.read_text()) if path.exists() else []
        write_whole(path, json.dumps(listed + [report.number for report in batch]).encode())


class DropsFailed(LicenceClient):
    """
    The list of failed reports is read after the backlog was sent: they miss the next start
    and go out at the one after.
    """

    submitter_type = PostponingSubmitter

    @override
    def send_backlog(self) -> None:
        path = retry_list(self.settings)
        if path.exists():
            self.submitter.waiting.update(json.loads(path.read_text()))
            path.unlink()
        super().send_backlog()


def retry_list(settings: Settings) -> Path:
    """The file that lists the reports which have failed."""
    return settings.cache_dir / "failed.json"


class RestampingSubmitter(Submitter):
    """Takes a report that goes out now for usage of now."""

    @override
    def prepare(self, batch: Sequence[Report]) -> Sequence[Report]:
        slot = Grid(self.settings.generation).slot_of(datetime.now(UTC))
        return super().prepare(
            [relabelled(self.store, r, slot) if r.sealed else r for r in batch]
        )


class RestampsFailed(LicenceClient):
    """A failed report is sent again under the label of the current slot."""

    submitter_type = RestampingSubmitter


class BlockedByFailure(LicenceClient):
    """Backs off: the tick after a failed submission is skipped, new usage or not."""

    _backs_off = False

    @override
    def tick(self) -> None:
        if self._backs_off:
            self._backs_off = False
            return
        failed_before = len(self.submitter.waiting)
        super().tick()
        self._backs_off = len(self.submitter.waiting) > failed_before


class OptimisticSubmitter(Submitter):
    """Takes what was written for what has arrived."""

    @override
    def is_accepted(self, answer: Answer) -> bool:
        return super().is_accepted(answer) or (
            answer.status is None and answer.request_sent
        )


class DeletesOnLostAnswer(LicenceClient):
    """
    A connection that ends after the request was written counts as success: the report is
    gone.
    """

    submitter_type = OptimisticSubmitter


class TrustingSubmitter(Submitter):
    """Believes that the standby knows what the main server has missed."""

    @override
    def is_accepted(self, answer: Answer) -> bool:
        is_paired = len(self.settings.servers) > 1
        return super().is_accepted(answer) or (is_paired and not answer.request_sent)


class DropsWhenServerDown(LicenceClient):
    """
    With a standby configured, reports that cannot be delivered are given up: the pair will
    sort it out.
    """

    submitter_type = TrustingSubmitter
