"""identity/: the client UUID."""

from harness.domain.results import Consequence
from harness.domain.verdict import Severity
from harness.history import fact
from harness.history.session import Attempt, Session
from harness.rules.identity_kept import (
    IndependentOfLicence,
    PersistsAcrossSessions,
    SurvivesCrash,
)
from harness.rules.involved import Involved, asked, submitted
from harness.rules.rule import MESSAGE, MESSAGE_SESSION, TOLD, WITH_CONFIG, Context, Rule


class CreatedWhenAbsent(Rule):
    """
    The first authorisation request of an empty device carries a UUID of its own.

    Source:   "If no Client UUID exists, a new one is created" (C-24).
    Observes: the first request of each device that is new or wiped.
    Violated: it carries a UUID that another device has used.
    Silent:   no empty device asked for authorisation.
    """

    id = "identity/created-when-absent"
    evidence = WITH_CONFIG
    told = ("device",)

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._first_used: dict[str, tuple[Session, Attempt]] = {}

    def on_authorization(self, seen: fact.AuthorizationSeen) -> None:
        """Compare the first request's UUID with those of the other devices."""
        device, uuid = seen.session.device, seen.attempt.client_uuid
        if not uuid:
            return
        told = (seen.session, seen.attempt)
        owner, first = self._first_used.setdefault(uuid, told)
        if not seen.was_empty:
            return
        if owner.cache == seen.session.cache:
            self.expose()
            return
        self.violate(
            device,
            seen.attempt.exchange.at,
            (asked(first), asked(seen.attempt)),
            f"a UUID that no other device has used, on the empty device {device.name!r}",
            f"{uuid!r}, which is the UUID of device {owner.device.name!r}",
            client_uuid=uuid,
            consequences=(_SHARED,),
        )


class StableWithinSession(Rule):
    """
    Every authorisation request of one session carries the same UUID.

    Source:   the UUID is fetched from the cache, and is in every message (C-23, C-28).
              Reports are judged by identity/reports-carry-it.
    Observes: the authorisation requests of a session, oldest first; in a capture those of
              one connection or page as well, and nothing else where client UUIDs alone
              tell devices apart.
    Violated: a later one carries another UUID.
    Silent:   no session asked more than once, or submitted anything.
    """

    id = "identity/stable-within-session"
    evidence = MESSAGE_SESSION
    weaker = MESSAGE
    compares_uuids = True

    def on_authorization(self, seen: fact.AuthorizationSeen) -> None:
        """Compare with the session's first request that carried a UUID."""
        if seen.first is not None and self.context.is_inferred:
            self._compare_on_connection(seen.session, seen.attempt, seen.first)
        named = [attempt for attempt in seen.session.attempts if attempt.client_uuid]
        uuid = seen.attempt.client_uuid
        if len(named) < 2 or not uuid:
            return
        first = named[0]
        if uuid == first.client_uuid:
            self._agree()
            return
        self.violate(
            seen.session.device,
            seen.attempt.exchange.at,
            (asked(first), asked(seen.attempt)),
            f"the UUID of the session's first request, {first.client_uuid!r}",
            f"{uuid!r}",
            client_uuid=first.client_uuid,
        )

    def on_submission(self, seen: fact.SubmissionSeen) -> None:
        """Reports under the session's own UUID are exposures; others have their rule."""
        carried = {claim.report.client_uuid for claim in seen.claims}
        if seen.session.attempts and carried == set(seen.session.client_uuids):
            self._agree()

    def _agree(self) -> None:
        """Messages that were put together by their UUIDs agree in them: no exposure."""
        self.expose(int(not self.context.is_by_uuid))

    def _compare_on_connection(
        self, session: Session, attempt: Attempt, first: Attempt
    ) -> None:
        """Compare with the first request of the same connection or page."""
        uuid = attempt.client_uuid
        is_of_session = any(one.entry == first.entry for one in session.attempts)
        if is_of_session and first.client_uuid != uuid:
            return
        if first.client_uuid == uuid:
            self.expose()
            return
        self.violate(
            session.device,
            attempt.exchange.at,
            (asked(first), asked(attempt)),
            f"the connection's or page's first UUID, {first.client_uuid!r}",
            f"{uuid!r}",
            client_uuid=first.client_uuid,
        )


class FreshAfterWipe(Rule):
    """
    After its cache is wiped a device uses a UUID that it never used before.

    Source:   random UUIDs are kept in the cache alone (C-25). SDKs that derive it from
              the hardware say so (hardware-uuid) and are left alone.
    Observes: the first request after a wipe.
    Violated: it carries a UUID from before.
    Silent:   no device was wiped.
    """

    id = "identity/fresh-after-wipe"
    severity = Severity.SHOULD
    evidence = WITH_CONFIG
    told = ("device",)

    def on_authorization(self, seen: fact.AuthorizationSeen) -> None:
        """Compare with all UUIDs of the device."""
        device, uuid = seen.session.device, seen.attempt.client_uuid
        is_hardware = "hardware-uuid" in self.context.capabilities
        before = [u for u, entry in device.uuids.items() if entry < seen.attempt.entry]
        if not seen.was_empty or not before or not uuid or is_hardware:
            return
        if uuid not in before:
            self.expose()
            return
        self.violate(
            device,
            seen.attempt.exchange.at,
            (Involved(device.uuids[uuid], "first used"), asked(seen.attempt)),
            "a UUID that the device has never used",
            f"{uuid!r}, which it used before it was wiped",
            client_uuid=uuid,
        )


class OneWinnerOnSharedCache(Rule):
    """
    Two processes that start on one empty cache end with one UUID.

    Source:   undocumented (C-24).
    Observes: devices that share a cache.
    Violated: their later sessions use different UUIDs.
    Silent:   no two processes shared a cache.
    """

    id = "identity/one-winner-on-shared-cache"
    severity = Severity.MAY
    capability = "shared-cache"
    evidence = WITH_CONFIG
    told = ("device",)

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._latest: dict[str, dict[str, Attempt]] = {}

    def on_authorization(self, seen: fact.AuthorizationSeen) -> None:
        """Remember the latest UUID of each process, by cache."""
        cache = seen.session.configuration.cache
        if cache:
            processes = self._latest.setdefault(cache, {})
            processes[seen.session.device.name] = seen.attempt

    def on_device_settled(self, seen: fact.DeviceSettled) -> None:
        """Compare the processes of one cache, once."""
        for cache, processes in self._latest.items():
            if seen.device.name != cache or len(processes) < 2:
                continue
            attempts = list(processes.values())
            uuids = {attempt.client_uuid for attempt in attempts}
            if len(uuids) == 1:
                self.expose()
                continue
            self.violate(
                seen.device,
                attempts[-1].exchange.at,
                tuple(map(asked, attempts)),
                "one UUID for all processes on the cache",
                f"{len(uuids)}",
            )


class ReportsCarryIt(Rule):
    """
    Every report carries the UUID that the device had when the usage was recorded.

    Source:   "Usage report": Client UUID (C-28, C-56).
    Observes: the UUID of each report, and of the session in which its units were done.
    Violated: another one.
    Silent:   no report was seen, or none said whose it is.
    """

    id = "identity/reports-carry-it"
    evidence = MESSAGE_SESSION
    weaker = TOLD
    reads = ("authorization", "usage")
    told = ("device",)

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        #: Devices that have changed their UUID, which another rule has told.
        self._changed: set[str] = set()

    def on_authorization(self, seen: fact.AuthorizationSeen) -> None:
        """Notice a device whose UUID is not the one of its last success."""
        device, uuid = seen.session.device, seen.attempt.client_uuid
        if device.client_uuids and uuid and uuid not in device.client_uuids:
            self._changed.add(device.name)

    def on_submission(self, seen: fact.SubmissionSeen) -> None:
        """Compare each report once."""
        if not self.context.has_usage:
            self._compare_with_device(seen)
            return
        judged = None
        for claim in seen.claims:
            uuid = claim.report.client_uuid
            if claim.report is judged or not uuid:
                continue
            lots = [lot for lot in claim.lots if lot.owed and lot.client_uuids]
            if not lots:
                continue
            judged = claim.report
            if not [lot for lot in lots if uuid not in lot.client_uuids]:
                self.expose()
            elif seen.session.device.name not in self._changed:
                self._violated(seen, lots[0].client_uuid, uuid)

    def _compare_with_device(self, seen: fact.SubmissionSeen) -> None:
        """A capture of one device: each report has a UUID that the device asked with."""
        known = seen.session.device.uuids
        carried = {claim.report.client_uuid for claim in seen.claims} - {None}
        for uuid in filter(None, sorted(map(str, carried))):
            if uuid in known:
                self.expose()
            elif known:
                self._violated(seen, next(reversed(known)), uuid)

    def _violated(self, seen: fact.SubmissionSeen, then: str | None, now: str) -> None:
        attempts = seen.session.attempts[-1:]
        self.violate(
            seen.session.device,
            seen.submission.at,
            (*map(asked, attempts), submitted(seen.submission)),
            f"the client UUID {then!r} in the report",
            f"{now!r}",
            client_uuid=then,
        )


class DistinctPerDevice(Rule):
    """
    Two devices never share a UUID.

    Source:   the UUID identifies one device, or one browser on one origin (C-27).
    Observes: the UUIDs of all requests, by device.
    Violated: a device comes to use another one's. (If an empty device begins with it,
              identity/created-when-absent says so.)
    Silent:   fewer than two devices asked.
    """

    id = "identity/distinct-per-device"
    evidence = WITH_CONFIG
    told = ("device",)

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._owners: dict[str, tuple[Session, Attempt]] = {}
        self._caches: set[str] = set()
        self._told: set[tuple[str, str]] = set()

    def on_authorization(self, seen: fact.AuthorizationSeen) -> None:
        """Look up who has used this UUID first."""
        device, uuid = seen.session.device, seen.attempt.client_uuid
        if not uuid:
            return
        owner, first = self._owners.setdefault(uuid, (seen.session, seen.attempt))
        self._caches.add(seen.session.cache)
        key = (device.name, uuid)
        if owner.cache == seen.session.cache:
            self.expose(int(len(self._caches) > 1))
        elif seen.was_empty:
            self._told.add(key)
        elif key not in self._told:
            self._told.add(key)
            self.violate(
                device,
                seen.attempt.exchange.at,
                (asked(first), asked(seen.attempt)),
                f"a UUID of its own on device {device.name!r}",
                f"{uuid!r}, which is the UUID of device {owner.device.name!r}",
                client_uuid=uuid,
            )


_SHARED = Consequence(
    rule=DistinctPerDevice.id, text="two devices are counted as one from then on"
)

RULES = (
    CreatedWhenAbsent,
    StableWithinSession,
    PersistsAcrossSessions,
    SurvivesCrash,
    IndependentOfLicence,
    ReportsCarryIt,
    DistinctPerDevice,
    FreshAfterWipe,
    OneWinnerOnSharedCache,
)
