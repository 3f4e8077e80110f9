"""Defects of counting that show with one kind of operation alone."""

from collections.abc import Sequence
from dataclasses import replace
from typing import override

from licence_client import LicenceClient, Operation
from licence_client.licence import Grant
from licence_client.report import Report, ReportKey
from licence_client.submitter import Submitter
from licence_client.transport import Message

from faulty.usage import OfflineAwareAuthoriser

#: The third row of the table of types repeats the second one.
_TABLE = {"PDF417": "CODE_128", "TEXT_LINE": "VIN", "FILE": "PHOTO", "CAPTURED": "IMPORTED"}


class CountInByte(LicenceClient):
    """The results of one operation are counted in a byte."""

    @override
    def record(self, operation: Operation) -> None:
        super().record(replace(operation, count=operation.count % 256))


class CopiedTypeRow(LicenceClient):
    """A row of the table of types was copied, and its name left as it was."""

    @override
    def record(self, operation: Operation) -> None:
        name = _TABLE.get(operation.usage_type, operation.usage_type)
        super().record(replace(operation, usage_type=name))


class StaleSuccess(LicenceClient):
    """The flag that says whether anything was found is never put back."""

    _was_successful = False

    @override
    def is_tracked(self, operation: Operation) -> bool:
        self._was_successful = self._was_successful or operation.success
        return self._was_successful and operation.count > 0


class OfflineBuffer(LicenceClient):
    """On a local licence there is room for two reports."""

    authoriser_type = OfflineAwareAuthoriser
    authoriser: OfflineAwareAuthoriser

    @override
    def is_tracked(self, operation: Operation) -> bool:
        is_full = self.authoriser.is_offline and len(self.store.reports()) >= 2
        return super().is_tracked(operation) and not is_full


class OrganizationLeftOut(LicenceClient):
    """A report names the handshake code that was configured, and nothing if none was."""

    @override
    def report_key(self, grant: Grant) -> ReportKey:
        return (
            super()
            .report_key(grant)
            ._replace(handshake_code=self.settings.handshake_code, organization_id=None)
        )


class TextSubmitter(Submitter):
    """Writes every value as text."""

    @override
    def render(self, batch: Sequence[Report]) -> list[Message]:
        reports = super().render(batch)
        for report in reports:
            report["usage"] = [{k: str(v) for k, v in e.items()} for e in report["usage"]]
        return reports


class CountsAsText(LicenceClient):
    """Counts are JSON strings, as the form library makes them."""

    submitter_type = TextSubmitter
