"""One device: its cache as far as it can be seen from outside, and its usage."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from harness.domain.generation import Generation
from harness.domain.message import Grant, Report
from harness.domain.recording import Configuration
from harness.history.account import Account
from harness.history.claim import Excess
from harness.history.licences import Licences
from harness.history.lot import Key, Lot

_SECOND = timedelta(seconds=1)


class Device:
    """
    What is known of one device.

    Attributes:
        client_uuids: The UUIDs of its last successful start: mostly one, or none since
            it was empty.
        uuids: Every UUID that it ever asked with, with the entry of the first request.
        is_empty: It has asked for nothing since it was new or wiped.
        clock_was_set: The user has set its clock.
        clock_offset: How far its clock is ahead of the harness's.
        clock_peak: The latest moment that its clock has shown.
        sessions: How many it has had.
        last_end: How its last session ended: ``stop``, ``crash``, ``restart``.
        stopped_sessions, crashed_sessions: Numbers of the sessions that ended so.
        suppresses_duplicates: The SDK counts a repeat within 3 s only once.
        contents: When each type and content was decoded last, by its clock.
        licences: What servers granted, to it or to the processes that share its cache.
        accepted_claims: Portions accepted so far.
        excesses: What was claimed and nobody has performed.
        wiped: What was lost with the cache, rightly.
        unattributed_units: Of reports that do not say slot, code or type.
    """

    def __init__(self, name: str, generation: Generation) -> None:
        """A device that has never been used."""
        self.name = name
        self.generation = generation
        self.client_uuids: tuple[str, ...] = ()
        self.uuids: dict[str, int] = {}
        self.is_empty = True
        self.clock_offset = timedelta()
        self.clock_peak: datetime | None = None
        self.clock_was_set = False
        self.sessions = 0
        self.last_end: str | None = None
        self.stopped_sessions: set[int] = set()
        self.crashed_sessions: set[int] = set()
        self.licences = Licences()
        self.suppresses_duplicates = False
        self.contents: dict[tuple[str, str], datetime] = {}
        self.accounts: dict[Key, Account] = {}
        self.excesses: list[Excess] = []
        self.wiped: list[Lot] = []
        self.unattributed_units = 0
        self.accepted_claims = 0
        self._codes: dict[str, str] = {}

    @property
    def was_granted(self) -> bool:
        """Whether a server has authorised it, or a process on its cache, at least once."""
        return self.licences.were_granted

    @property
    def client_uuid(self) -> str | None:
        """The UUID that it goes by; ``None``: it has had no success since it was empty."""
        return self.client_uuids[0] if self.client_uuids else None

    def time(self, at: datetime) -> datetime:
        """Return what its clock shows when the harness's shows *at*."""
        shown = at + self.clock_offset
        if self.clock_peak is None or shown > self.clock_peak:
            self.clock_peak = shown
        return shown

    def lots(self) -> Iterator[Lot]:
        """All lots that are not accepted yet."""
        for account in self.accounts.values():
            yield from account.lots

    def account(self, key: Key) -> Account:
        """Return the account of *key*, opening it if need be."""
        found = self.accounts.get(key)
        if found is None:
            other_side = self.generation.other_side(key.slot)
            found = self.accounts[key] = Account(key, other_side)
        return found

    def code_of(self, item: Configuration | Report) -> str | None:
        """
        Return the handshake code that *item* stands for.

        With only an organization ID that is the code which a grant named for it; before
        any grant, a name made of the ID, so that equal IDs are counted together.
        """
        if item.handshake_code:
            return item.handshake_code
        if not item.organization_id:
            return None
        return self._codes.get(item.organization_id, _stand_in(item.organization_id))

    def key_of(self, report: Report, usage_type: str | None) -> Key | None:
        """Return what one entry of *report* is counted under, if it says so."""
        code = self.code_of(report)
        if report.time_label is None or code is None or usage_type is None:
            return None
        return Key(code, self.slot_named(report.time_label), usage_type)

    def slot_named(self, label: datetime) -> datetime:
        """
        Return the slot that *label* means, even where it is off the grid.

        A label one second off a slot's start means that slot (the other generation's
        way to write it); any other means the slot in which it lies.
        """
        following = self.generation.slot_of(label + _SECOND)
        if following - label == _SECOND:
            return following
        return self.generation.slot_of(label)

    def keep_licence(self, configuration: Configuration, grant: Grant) -> None:
        """Remember what a server granted for *configuration*."""
        self.licences.keep(configuration, grant)
        organization, code = configuration.organization_id, grant.handshake_code
        if organization and code and not configuration.handshake_code:
            self._name_code(organization, code)

    def _name_code(self, organization: str, code: str) -> None:
        """A grant has told the code: what was counted under the ID is counted there."""
        if self._codes.get(organization) == code:
            return
        self._codes[organization] = code
        for key in [key for key in self.accounts if key.code == _stand_in(organization)]:
            account = self.accounts.pop(key)
            named = self.account(key._replace(code=code))
            named.performed_units += account.performed_units
            for lot in account.lots:
                lot.key = named.key
                named.add(lot)

    def wipe(self) -> None:
        """Its cache is gone: identity, licences and what was not submitted."""
        gone = [lot for lot in self.lots() if lot.owed]
        self.wiped += gone
        self.client_uuids = ()
        self.is_empty = True
        self.last_end = None
        self.licences.clear()
        for lot in gone:
            self.account(lot.key).performed_units -= lot.units
        for account in self.accounts.values():
            account.lots.clear()


def _stand_in(organization: str) -> str:
    """What usage is counted under until a code is known."""
    return f"organization {organization}"
