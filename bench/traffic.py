"""
What a fleet of sound devices leaves behind: recordings of any length, made on the spot.

Every device starts each morning, scans, submits closed slots once every three minutes, and
is stopped; what was still open then goes out at its next start. One submission in fifty
fails, and goes out again as it was. The last start of each device settles it. No rule has
anything to complain of, and nothing is left to chance.
"""

import heapq
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path

import msgspec

from harness.domain.generation import DLS
from harness.domain.message import (
    AuthorizationRequest,
    Grant,
    Receipt,
    Report,
    Usage,
    UsageSubmission,
)
from harness.domain.recording import (
    SCHEMA,
    AnyEvent,
    Configuration,
    Delivery,
    Exchange,
    OperationAnswered,
    OperationCalled,
    RecordingClosed,
    RecordingOpened,
    Sdk,
    ServerTurned,
    SessionStopped,
    StartAnswered,
    StartCalled,
)

BEGIN = datetime(2026, 3, 1, 8, tzinfo=UTC)
TICK = timedelta(seconds=180)
_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)
_MINUTE = timedelta(minutes=1)
_TYPES = ("QR_CODE", "CODE_128")
_CODE = "200001-demo"
#: One submission in so many is answered with 503.
_FAILS = 50


@dataclass(frozen=True)
class Fleet:
    """
    How much is recorded.

    Attributes:
        slots: How many three-minute ticks each session lives.
        scans: Operations of each device in every three minutes.
    """

    devices: int
    days: int = 1
    slots: int = 10
    scans: int = 4


@dataclass
class Kiosk:
    """One device: what it holds back, and how many submissions it has made."""

    number: int
    open: dict[datetime, dict[str, int]] = field(default_factory=dict)
    failed: list[Report] = field(default_factory=list)
    submissions: int = 0

    @property
    def name(self) -> str:
        """What it is called in the recording."""
        return f"kiosk-{self.number:06}"

    @property
    def client_uuid(self) -> str:
        """Its client UUID."""
        return f"c0ffee00-0000-4000-8000-{self.number:012x}"

    def offset(self, devices: int) -> timedelta:
        """How long after the hour it starts: the fleet spreads over one tick."""
        return self.number * TICK / max(devices, 1)

    def scan(self, at: datetime, number: int) -> Iterator[AnyEvent]:
        """Scan one code and count it."""
        name, symbology = self.name, _TYPES[number % len(_TYPES)]
        slot = self.open.setdefault(DLS.slot_of(at), {})
        slot[symbology] = slot.get(symbology, 0) + 1
        yield OperationCalled(
            at=at, device=name, kind="decode", type=symbology, count=1, success=True
        )
        yield OperationAnswered(at=at, device=name, performed=True)

    def closed(self, at: datetime) -> list[Report]:
        """Take out the reports of all slots that are closed at *at*."""
        ready = [slot for slot in self.open if DLS.slot_end(slot) <= at]
        return [self._report(slot, self.open.pop(slot)) for slot in ready]

    def _report(self, slot: datetime, units: dict[str, int]) -> Report:
        return Report(
            time_label=slot,
            handshake_code=_CODE,
            client_uuid=self.client_uuid,
            usage=tuple(Usage(type=kind, count=count) for kind, count in units.items()),
        )

    def submit(
        self, at: datetime, reports: list[Report], *, fails: bool = False
    ) -> Iterator[AnyEvent]:
        """Submit *reports*, now and then in vain; or certainly so, where it *fails*."""
        if not reports:
            return
        self.submissions += 1
        fails = fails or (self.submissions + self.number) % _FAILS == 0
        if fails:
            self.failed += reports
        yield usage_exchange(self.name, at, reports, fails=fails)

    def start(
        self, at: datetime, *, settling: bool = False, fails: bool = False
    ) -> Iterator[AnyEvent]:
        """Start, get a licence, and submit what was left over, unless that *fails*."""
        servers = (f"http://127.0.0.1:{20_000 + self.number % 40_000}",)
        told = Configuration(servers=servers, handshake_code=_CODE)
        name = self.name
        yield StartCalled(at=at, device=name, configuration=told, settling=settling)
        request = AuthorizationRequest(
            client_uuid=self.client_uuid,
            handshake_code=_CODE,
            product="dbr",
            generation="dls",
        )
        yield Exchange(
            at=at,
            device=name,
            base=servers[0],
            method="POST",
            path="/dls/authorization",
            kind="authorization",
            request=request,
            body=json.dumps({"clientUuid": self.client_uuid, "handshakeCode": _CODE}),
            digest=f"{self.number:016x}",
            stored=False,
            status=200,
            answer=Grant(handshake_code=_CODE, valid_until=at + timedelta(days=365)),
            delivery=Delivery(request_bytes=120, answer_bytes=180),
        )
        yield StartAnswered(at=at, device=name, authorized=True)
        failed, self.failed = self.failed, []
        yield from self.submit(at, failed + self.closed(at), fails=fails)


def usage_exchange(
    name: str, at: datetime, reports: list[Report], *, fails: bool = False
) -> Exchange:
    """Return the submission of *reports* by the device *name*."""
    request = UsageSubmission(reports=tuple(reports))
    return Exchange(
        at=at,
        device=name,
        method="POST",
        path="/dls/usage",
        kind="usage",
        request=request,
        body=_ENCODER.encode(request).decode(),
        digest=f"{hash((name, at)) & 0xFFFFFFFFFFFFFFFF:016x}",
        stored=not fails,
        status=503 if fails else 200,
        answer=None if fails else Receipt(),
        delivery=Delivery(request_bytes=250, answer_bytes=0 if fails else 140),
    )


def opened() -> RecordingOpened:
    """Return the head of a recording of the whole fleet."""
    return RecordingOpened(
        at=BEGIN,
        schema=SCHEMA,
        dlscheck="0.1.0",
        source="run",
        case="bench/fleet",
        sdk=Sdk(name="fleet", version="1", product="dbr", generation="dls"),
        clock="injected",
        wire="open-json",
        capabilities=("organization-id", "session-password", "standby-server"),
    )


def recording(fleet: Fleet) -> Iterator[AnyEvent]:
    """Yield the recording of *fleet* from its head to its end, in order of time."""
    kiosks = [Kiosk(number) for number in range(fleet.devices)]
    yield opened()
    for day in range(fleet.days):
        for tick in range(fleet.slots + 1):
            at = BEGIN + day * _DAY + tick * TICK
            windows = [_window(kiosk, fleet, at, tick) for kiosk in kiosks]
            yield from sorted(chain.from_iterable(windows), key=lambda event: event.at)
    last = BEGIN + fleet.days * _DAY
    for kiosk in kiosks:
        yield from kiosk.start(last + kiosk.offset(fleet.devices), settling=True)
    yield RecordingClosed(at=last + 2 * TICK, settled=True)


def _window(kiosk: Kiosk, fleet: Fleet, begin: datetime, tick: int) -> Iterator[AnyEvent]:
    """Yield what one device does from one of its ticks to the next."""
    at = begin + kiosk.offset(fleet.devices)
    if tick == 0:
        yield from kiosk.start(at)
    else:
        yield from kiosk.submit(at, kiosk.closed(at))
    if tick == fleet.slots:
        yield SessionStopped(at=at + _SECOND, device=kiosk.name)
        return
    for number in range(fleet.scans):
        yield from kiosk.scan(at + (number + 1) * TICK / (fleet.scans + 1), number)


def backlog(reports: int, starts: int = 1, devices: int = 1) -> Iterator[AnyEvent]:
    """
    Yield a recording of *devices* of which each has so many *reports* unsent.

    It submits all of them at each of its *starts*, and only the last time they are stored.
    """
    last = BEGIN + (reports + 1) * TICK + starts * _MINUTE
    kiosks = (Kiosk(number) for number in range(devices))
    server = (
        ServerTurned(at=BEGIN + _SECOND, server="main", up=False),
        ServerTurned(at=last, server="main", up=True),
    )
    stories = [server, *(_hoarded(kiosk, reports, last) for kiosk in kiosks)]
    yield opened()
    yield from heapq.merge(*stories, key=lambda event: event.at)
    yield RecordingClosed(at=last + 3 * TICK, settled=True)


def _hoarded(kiosk: Kiosk, reports: int, last: datetime) -> Iterator[AnyEvent]:
    """Yield how one device gets its backlog, and is rid of it in the *last* minute."""
    yield from kiosk.start(BEGIN)
    for number in range(reports):
        yield from kiosk.scan(BEGIN + number * TICK + 90 * _SECOND, number)
    at = BEGIN + (reports + 1) * TICK
    kiosk.failed = kiosk.closed(at)
    while at + _MINUTE < last:
        yield SessionStopped(at=at, device=kiosk.name)
        yield from kiosk.start(at + _SECOND, fails=True)
        at += _MINUTE
    yield SessionStopped(at=last, device=kiosk.name)
    yield from kiosk.start(last + _SECOND, settling=True)


def write(path: Path, events: Iterator[AnyEvent]) -> int:
    """Write *events* to *path* as a recording, and return how many there were."""
    count = 0
    with path.open("wb") as file:
        for event in events:
            file.write(_ENCODER.encode(event) + b"\n")
            count += 1
    return count


_ENCODER = msgspec.json.Encoder()
