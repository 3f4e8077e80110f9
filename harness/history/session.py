"""A session of one device: from a start of the SDK to its stop, crash or next start."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

import msgspec

from harness.domain.certificate import BadCertificate
from harness.domain.message import Grant, Refusal
from harness.domain.recording import Configuration, Exchange, StartAnswered
from harness.history.device import Device
from harness.history.lot import Lot
from harness.history.submission import Submission
from harness.history.till import Till

#: By their place in the configuration.
SERVERS = ("main", "standby")


class Attempt(msgspec.Struct, frozen=True, eq=False, gc=False):
    """One authorisation request, and where it stands in the recording."""

    entry: int
    exchange: Exchange

    @property
    def client_uuid(self) -> str | None:
        """The UUID that it carries, if it can be read."""
        return getattr(self.exchange.request, "client_uuid", None)


@dataclass(eq=False)
class Session:
    """
    What one session did so far.

    Attributes:
        number: Counted from 1 on each device.
        started_at, device_start: When start was called, by harness and device clock.
        had_licence: Whether a local licence was valid when it began.
        bad_certificates: What is wrong with the certificates of servers, by URL.
        backlog: Lots that are due at this start, once it has succeeded.
        deadlines: Lots that are due in this session, with the instant since when, in order.
        next_tick: The next start + 180 k s that has not passed yet.
        wake_at: When it has to be looked at next, if ever.
        tills: Where its units are counted just now, by their type; emptied when what
            it does becomes another matter.
        clock_went_back: Whether the device's clock was set back.
    """

    device: Device
    number: int
    entry: int
    started_at: datetime
    device_start: datetime
    configuration: Configuration
    settling: bool
    had_licence: bool
    bad_certificates: Mapping[str, BadCertificate] = field(default_factory=dict)
    attempts: list[Attempt] = field(default_factory=list)
    grant: Attempt | None = None
    refusal: Attempt | None = None
    outcome: StartAnswered | None = None
    outcome_entry: int | None = None
    backlog: list[Lot] = field(default_factory=list)
    backlog_judged: bool = False
    too_old: list[Lot] = field(default_factory=list)
    deadlines: deque[tuple[datetime, Lot]] = field(default_factory=deque)
    next_tick: datetime | None = None
    wake_at: datetime | None = None
    tills: dict[str, Till] = field(default_factory=dict)
    first_failure: Submission | None = None
    clock_went_back: bool = False
    is_over: bool = False
    _asked_with: tuple[str, ...] = ()

    @property
    def cache(self) -> str:
        """Whose cache it uses: its device's, mostly, or one that processes share."""
        return self.configuration.cache or self.device.name

    @property
    def client_uuids(self) -> tuple[str, ...]:
        """The UUIDs of its authorisation requests, or else of the device: mostly one."""
        return self._asked_with or self.device.client_uuids

    @property
    def client_uuid(self) -> str | None:
        """The first of its UUIDs."""
        return self.client_uuids[0] if self.client_uuids else None

    @property
    def is_licensed(self) -> bool:
        """The SDK says that it may work, and it has a licence to do so."""
        if self.outcome is None or not self.outcome.authorized:
            return False
        return self.grant is not None or self.has_local_licence

    @property
    def has_two_servers(self) -> bool:
        """The application has given a standby as well."""
        return len(self.configuration.servers) > 1

    @cached_property
    def servers(self) -> frozenset[str]:
        """Which servers it was told of, of ``main`` and ``standby``."""
        return frozenset(SERVERS[: len(self.configuration.servers)])

    @cached_property
    def untrustworthy(self) -> frozenset[str]:
        """Those of its servers whose certificate is bad: nothing may be sent there."""
        told = zip(SERVERS, self.configuration.servers, strict=False)
        return frozenset(name for name, url in told if url in self.bad_certificates)

    @property
    def is_offline(self) -> bool:
        """Its start got no proper answer from any server."""
        if self.grant is not None:
            return False
        answers = [attempt.exchange.answer for attempt in self.attempts]
        return self.outcome is not None and not any(answers)

    @property
    def has_local_licence(self) -> bool:
        """A licence from an earlier session is valid, and nobody has refused since."""
        return self.had_licence and self.refusal is None

    @property
    def code(self) -> str | None:
        """The handshake code that its usage is counted under."""
        return self.device.code_of(self.configuration)

    def enter(self, attempt: Attempt, most: int | None = None) -> None:
        """Take in an authorisation request; of more than *most* the second is dropped."""
        self.tills.clear()
        self.attempts.append(attempt)
        if most is not None and len(self.attempts) > most:
            del self.attempts[1]
        asked = [attempt.client_uuid for attempt in self.attempts]
        self._asked_with = tuple(dict.fromkeys(filter(None, asked)))
        self._note_answer(attempt)

    def _note_answer(self, attempt: Attempt) -> None:
        answer = attempt.exchange.answer
        if isinstance(answer, Grant):
            self.grant = attempt
        if isinstance(answer, Refusal) and is_definitive(answer):
            self.refusal = attempt


def is_definitive(refusal: Refusal) -> bool:
    """A refusal is definitive if it has an error code other than 100 (standing by)."""
    return refusal.code is not None and refusal.code != 100
