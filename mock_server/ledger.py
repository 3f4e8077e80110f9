"""
What clients reported, and what of it is counted.

A *portion* is the units of one (handshake code, client UUID, slot, type) that one
report carries. A portion whose answer was lost comes again from a client that keeps
to the rules; that second coming is a *redelivery* and adds nothing. The ledger cannot
know that an answer is lost, only that none is confirmed: so every stored portion waits
for its confirmation, and an identical one that comes meanwhile is its redelivery,
which waits for a confirmation of its own.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import count
from typing import NamedTuple

from harness.domain.message import Report, UsageSubmission


class Account(NamedTuple):
    """
    What units are counted under.

    Attributes:
        handshake_code: Of a report without one, its organization's default code, or
            the organization's ID where that has none.
        slot: The instant that the report's time label names.
    """

    handshake_code: str
    client_uuid: str | None
    slot: datetime | None
    type: str | None


class Portion(NamedTuple):
    """The units that one report carries to one account."""

    account: Account
    units: int


class Ledger:
    """The units stored so far, counted once each."""

    def __init__(self, default_codes: Mapping[str, str]) -> None:
        """Begin empty; *default_codes* has the default code per organization ID."""
        self._default_codes = default_codes
        self._units: Counter[Account] = Counter()
        self._totals: Counter[str] = Counter()
        self._redelivered: list[Portion] = []
        #: Per portion the entries that hold it and are unconfirmed, oldest first.
        self._waiting: defaultdict[Portion, list[int]] = defaultdict(list)
        self._unconfirmed: dict[int, tuple[Portion, ...]] = {}
        self._entries = count(1)

    @property
    def units(self) -> Mapping[Account, int]:
        """The units stored per account, redeliveries not counted again."""
        return self._units

    @property
    def totals(self) -> Mapping[str, int]:
        """The units stored per handshake code."""
        return self._totals

    @property
    def redelivered(self) -> tuple[Portion, ...]:
        """The portions that were taken as redeliveries, in order of arrival."""
        return tuple(self._redelivered)

    def store(self, submission: UsageSubmission) -> int:
        """
        Take *submission* in, whole; return the number of its entry, to be confirmed.

        Its reports must name their counts: see `harness.wire` for what is refused
        before it comes here.
        """
        portions = tuple(
            portion for report in submission.reports for portion in self._portions(report)
        )
        # Twins within one submission are no redeliveries of one another, so all are
        # counted before any of them waits.
        for portion in portions:
            self._count(portion)
        entry = next(self._entries)
        self._unconfirmed[entry] = portions
        for portion in portions:
            self._waiting[portion].append(entry)
        return entry

    def confirm(self, entry: int) -> None:
        """Note that the answer to *entry* arrived: its portions wait no longer."""
        for portion in self._unconfirmed.pop(entry):
            waiting = self._waiting.get(portion, [])
            if entry in waiting:
                waiting.remove(entry)
            if not waiting:
                self._waiting.pop(portion, None)

    def _count(self, portion: Portion) -> None:
        waiting = self._waiting.get(portion)
        if waiting:
            del waiting[0]
            self._redelivered.append(portion)
            return
        self._units[portion.account] += portion.units
        self._totals[portion.account.handshake_code] += portion.units

    def _portions(self, report: Report) -> Iterator[Portion]:
        units: Counter[str | None] = Counter()
        for usage in report.usage:
            units[usage.type] += int(usage.count or 0)
        for type_, counted in units.items():
            account = Account(
                self._code_of(report), report.client_uuid, report.time_label, type_
            )
            if counted:
                yield Portion(account, counted)

    def _code_of(self, report: Report) -> str:
        organization = report.organization_id or ""
        default = self._default_codes.get(organization, organization)
        return report.handshake_code or default
