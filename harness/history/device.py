"""One device: its cache as far as it can be seen from outside, and its usage."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from harness.domain.generation import Generation
from harness.domain.message import Grant, Report
from harness.domain.recording import Configuration
from harness.history.account import Account
from harness.history.accounts import Accounts, Archive
from harness.history.claim import Excess
from harness.history.keys import Keys
from harness.history.licences import Licences
from harness.history.lot import Key, Lot
from harness.history.tolerance import EXACT, TOLERANCE

_BEFORE_ALL = datetime.min.replace(tzinfo=UTC)
_SAME_OBJECT = timedelta(seconds=3)
#: So many different contents are remembered before those that are too old are dropped.
_MANY_CONTENTS = 64


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
        rank: Its place in the order of the first starts of devices.
        sessions: How many it has had.
        last_end: How its last session ended: ``stop``, ``crash``, ``restart``.
        stopped_sessions, crashed_sessions: Numbers of the sessions that ended so, as far
            as something of theirs is still open.
        inexact: How far its instants may be off from the ones that were noted.
        tolerance: How far from its time a thing may be done.
        suppresses_duplicates: The SDK counts a repeat within 3 s only once.
        accounts: What it counts, key by key.
        keys: Those that were in use last.
        licences: What servers granted, to it or to the processes that share its cache.
        accepted_claims: Portions accepted so far.
        excesses: What was claimed and nobody has performed.
        wiped: What was lost with the cache, rightly.
        unattributed_units: Of reports that do not say slot, code or type.
    """

    def __init__(
        self,
        name: str,
        generation: Generation,
        archive: Archive,
        inexact: timedelta = EXACT,
    ) -> None:
        """
        A device that has never been used.

        The *archive* is of all devices together; instants may be off by *inexact*.
        """
        self.name = name
        self.generation = generation
        self.client_uuids: tuple[str, ...] = ()
        self.uuids: dict[str, int] = {}
        self.is_empty = True
        self.clock_offset = timedelta()
        self.clock_peak = _BEFORE_ALL
        self.clock_was_set = False
        self.rank = 0
        self.sessions = 0
        self.last_end: str | None = None
        self.stopped_sessions: set[int] = set()
        self.crashed_sessions: set[int] = set()
        self.licences = Licences()
        self.inexact = inexact
        self.tolerance = TOLERANCE + inexact
        self.suppresses_duplicates = False
        self.accounts = Accounts(generation, archive)
        self.keys = Keys(generation)
        self.excesses: list[Excess] = []
        self.wiped: list[Lot] = []
        self.unattributed_units = 0
        self.accepted_claims = 0
        self._codes: dict[str, str] = {}
        self._contents: dict[tuple[str, str], datetime] = {}

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
        shown = at + self.clock_offset if self.clock_was_set else at
        if shown > self.clock_peak:
            self.clock_peak = shown
        return shown

    def lots(self) -> Iterator[Lot]:
        """All lots that are not accepted yet."""
        return self.accounts.lots()

    def account(self, key: Key) -> Account:
        """Return the account of *key*, opening it if need be."""
        return self.accounts.of(key)

    def forget_sessions(self) -> None:
        """Forget how sessions ended of which nothing is open."""
        mine = {lot.session for lot in self.lots()}
        self.stopped_sessions &= mine
        self.crashed_sessions &= mine

    def is_repeat(self, usage_type: str, content: str, now: datetime) -> bool:
        """Tell whether the same was decoded less than 3 s ago; each begins them anew."""
        seen = self._contents.get((usage_type, content))
        if len(self._contents) > _MANY_CONTENTS:
            latest = self._contents.items()
            self._contents = {k: at for k, at in latest if now - at < _SAME_OBJECT}
        self._contents[usage_type, content] = now
        return seen is not None and timedelta() <= now - seen < _SAME_OBJECT

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
        return self.keys.named(report.time_label, code, usage_type)

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
        for account in self.accounts.take(_stand_in(organization)):
            named = self.account(account.key._replace(code=code))
            named.performed_units += account.performed_units
            for lot in account.lots:
                lot.key = named.key
                named.add(lot)
            self.accounts.file(named)

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
        self.accounts.wipe()


def _stand_in(organization: str) -> str:
    """What usage is counted under until a code is known."""
    return f"organization {organization}"
