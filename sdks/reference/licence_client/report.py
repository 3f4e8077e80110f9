"""A usage report: the units of one slot."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from licence_client.grid import render_label
from licence_client.transport import Message


class ReportKey(NamedTuple):
    """
    Whose usage, in which slot, and on whose account. `organization_id` stands in where no
    handshake code is known.
    """

    slot: datetime
    handshake_code: str | None
    organization_id: str | None
    client_uuid: str
    product: str


@dataclass
class Report:
    """
    The units counted under one key, by type. Once sealed, that is, once it may have been
    sent, it grows no more.
    """

    number: int
    key: ReportKey
    usage: dict[str, int]
    sealed: bool = False


def render_report(report: Report) -> Message:
    """The report as it is sent."""
    key = report.key
    account = {"handshakeCode": key.handshake_code, "organizationId": key.organization_id}
    return {
        "timeLabel": render_label(key.slot),
        **{name: value for name, value in account.items() if value is not None},
        "clientUuid": key.client_uuid,
        "product": key.product,
        "usage": [
            {"type": usage_type, "count": count}
            for usage_type, count in report.usage.items()
        ],
    }
