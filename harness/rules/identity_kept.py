"""identity/, the part about time: a device keeps its client UUID."""

from harness.domain.verdict import Severity
from harness.history import fact
from harness.history.session import Attempt, Session
from harness.rules.involved import asked
from harness.rules.rule import TOLD, WITH_CONFIG, Context, Rule


class _KeptAcrossSessions(Rule):
    """Base: the UUID of the last successful start is there at the next one."""

    evidence = WITH_CONFIG
    told = ("device",)
    #: How the session before has to have ended.
    after_crash: bool

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._judged: set[tuple[str, int]] = set()
        #: Devices that lose their UUID without any crash: nothing else is to blame.
        self._forgetful: set[str] = set()
        self._established: dict[str, tuple[Session, Attempt]] = {}
        self._crashed: set[str] = set()

    def on_session_started(self, seen: fact.SessionStarted) -> None:
        """Remember whether the process was killed since the last request."""
        name = seen.session.device.name
        if seen.previous_end == "crash":
            self._crashed.add(name)

    def on_start_answered(self, seen: fact.StartAnswered) -> None:
        """A successful start establishes the UUID."""
        if seen.session.is_licensed and seen.session.grant:
            told = (seen.session, seen.session.grant)
            self._established[seen.session.device.name] = told

    def on_authorization(self, seen: fact.AuthorizationSeen) -> None:
        """Compare the first request of each session with the established UUID."""
        session, uuid = seen.session, seen.attempt.client_uuid
        device = session.device
        key = (device.name, session.number)
        # What processes on one cache come to is OneWinnerOnSharedCache's to judge.
        is_shared = session.configuration.cache is not None
        if not device.client_uuids or not uuid or key in self._judged or is_shared:
            return
        self._judged.add(key)
        established = self._established.get(device.name)
        if established and _licence(established[0]) != _licence(session):
            return
        has_crashed = device.name in self._crashed
        self._crashed.discard(device.name)
        is_kept = uuid in device.client_uuids
        if not is_kept and not has_crashed:
            self._forgetful.add(device.name)
        if has_crashed is not self.after_crash:
            return
        if is_kept:
            self.expose()
        elif not (self.after_crash and device.name in self._forgetful):
            self._lost(session, seen.attempt, uuid)

    def _lost(self, session: Session, attempt: Attempt, uuid: str) -> None:
        device = session.device
        established = self._established.get(device.name)
        involved = (asked(established[1]),) if established else ()
        self.violate(
            device,
            attempt.exchange.at,
            (*involved, asked(attempt)),
            f"the UUID of the device's last successful start, {device.client_uuid!r}",
            f"{uuid!r}",
        )


class PersistsAcrossSessions(_KeptAcrossSessions):
    """
    After one successful start, every later session uses the same UUID.

    Source:   "the UUID is fetched from the local cache" (C-23).
    Observes: the first request of each session of a device, the session before having
              ended by a stop, a failed start or a restart; however many days ago.
    Violated: another UUID than at the last successful start.
    Silent:   no device was started again after a success.
    """

    id = "identity/persists-across-sessions"
    weaker = TOLD
    reads = ("authorization", "answer")
    after_crash = False


class SurvivesCrash(_KeptAcrossSessions):
    """
    After one successful start, the UUID outlives the killing of the process.

    Source:   the UUID is in the cache, not in memory (C-23, C-63).
    Observes: the first request after a kill.
    Violated: another UUID than at the last successful start, on a device that keeps its
              UUID when it is stopped.
    Silent:   no device was started again after a kill.
    """

    id = "identity/survives-crash"
    after_crash = True


class IndependentOfLicence(Rule):
    """
    Changing handshake code, organization or server leaves the UUID as it is.

    Source:   the UUID is the device's, read from the cache (C-23).
    Observes: the first request of each session whose licence or server is another than
              at the last successful start.
    Violated: another UUID than then.
    Silent:   nothing was changed.
    """

    id = "identity/independent-of-licence"
    severity = Severity.SHOULD
    weaker = TOLD
    reads = ("authorization", "answer")
    evidence = WITH_CONFIG
    told = ("device",)

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._established: dict[str, tuple[Session, Attempt]] = {}

    def on_start_answered(self, seen: fact.StartAnswered) -> None:
        """A successful start establishes the UUID."""
        if seen.session.is_licensed and seen.session.grant:
            told = (seen.session, seen.session.grant)
            self._established[seen.session.device.name] = told

    def on_authorization(self, seen: fact.AuthorizationSeen) -> None:
        """Compare the first request with what was established under another licence."""
        session, device = seen.session, seen.session.device
        uuid, established = seen.attempt.client_uuid, self._established.get(device.name)
        if len(session.attempts) > 1 or not uuid or not established:
            return
        # A device that was wiped begins anew, also if its first start then fails.
        if not device.client_uuids:
            return
        before, attempt = established
        if _licence(before) == _licence(session):
            return
        if uuid in device.client_uuids:
            self.expose()
            return
        self.violate(
            device,
            seen.attempt.exchange.at,
            (asked(attempt), asked(seen.attempt)),
            f"the device's UUID, {device.client_uuid!r}",
            f"{uuid!r}, since the licence or the server was changed",
        )


def _licence(session: Session) -> tuple[object, ...]:
    """What a session asks for, and where."""
    told = session.configuration
    return told.handshake_code, told.organization_id, told.servers
