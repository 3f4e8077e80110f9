"""
A capture that nobody captured: many devices, most of which do what they should.

Devices start, submit slot after slot, and start again. Now and then a server fails, and
some then do what they must not: they submit again in the same session, on its ticks or off
them, forget what is left over, or send twice what was accepted. Requests may be slow,
connections shared, licences out of date.
"""

import heapq
import random  # noqa: TID251 - from a seed, so that every capture can be had again
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from harness.domain.evidence import Evidence
from harness.domain.message import (
    Answer,
    AuthorizationRequest,
    Grant,
    Receipt,
    Report,
    Request,
    Usage,
    UsageSubmission,
)
from harness.domain.recording import (
    SCHEMA,
    AnyEvent,
    Exchange,
    RecordingClosed,
    RecordingOpened,
    Sdk,
)

BEGIN = datetime(2026, 3, 1, 8, 0, 0, tzinfo=UTC)
SLOT = timedelta(seconds=180)
CODE = "200001-demo"

#: How often, of all submissions or starts.
_FAILS, _SLOW, _RESTARTS, _TWICE, _UNKNOWN = 0.03, 0.02, 0.01, 0.004, 0.001
#: How many of the devices misbehave, and how many share a connection with another one.
_BAD, _SHARED = 0.1, 0.01


class Crowd:
    """So many devices, from a seed."""

    def __init__(self, devices: int, seed: int = 1) -> None:
        """Nobody has started yet."""
        self._dice = random.Random(seed)
        self._devices = [_Device(self._dice, number) for number in range(devices)]

    def events(self, exchanges: int) -> Iterator[AnyEvent]:
        """Yield a recording with so many exchanges, in the order in which they end."""
        yield _head()
        last = BEGIN
        waiting: list[tuple[datetime, int, Exchange]] = []
        for made, exchange in enumerate(self._exchanges(exchanges)):
            heapq.heappush(waiting, (exchange.over_at, made, exchange))
            while waiting[0][0] < exchange.at:
                last, _, over = heapq.heappop(waiting)
                yield over
        while waiting:
            last, _, over = heapq.heappop(waiting)
            yield over
        yield RecordingClosed(at=last, settled=False)

    def _exchanges(self, most: int) -> Iterator[Exchange]:
        made, tick = 0, 0
        step = SLOT / len(self._devices)
        while True:
            for number, device in enumerate(self._devices):
                for exchange in device.live(tick, BEGIN + tick * SLOT + number * step):
                    yield exchange
                    made += 1
                    if made == most:
                        return
            tick += 1


class _Device:
    """One of them."""

    def __init__(self, dice: random.Random, number: int) -> None:
        self._dice = dice
        self._uuid = f"device-{number:06}"
        is_shared = number and dice.random() < _SHARED
        self._connection = f"c-{number - 1 if is_shared else number}"
        self._is_bad = dice.random() < _BAD
        self._failed: list[Report] = []
        self._accepted: Report | None = None
        self._began: datetime | None = None

    def live(self, tick: int, at: datetime) -> Iterator[Exchange]:
        """Do what is to be done in one slot, that begins for this device *at*."""
        if self._began is None or self._dice.random() < _RESTARTS:
            yield from self._start(at)
            return
        label = BEGIN + (tick - 1) * SLOT
        count = 1 + tick % 3
        reports = [self._report(label, count)]
        if self._is_bad:
            at += timedelta(seconds=self._dice.choice((0, 0, 70)))
            reports += self._failed[:1]
            del self._failed[:1]
        if self._accepted and self._dice.random() < _TWICE:
            reports.append(self._accepted)
        yield self._submit(at, reports)

    def _start(self, at: datetime) -> Iterator[Exchange]:
        self._began = at
        asked = AuthorizationRequest(
            client_uuid=None if self._dice.random() < _UNKNOWN else self._uuid,
            handshake_code=CODE,
            generation="dls",
        )
        until = at + (timedelta(minutes=10) if self._is_bad else timedelta(hours=6))
        grant = Grant(handshake_code=CODE, valid_until=until)
        yield self._exchange(at, "authorization", asked, grant)
        if self._failed and not (self._is_bad and self._dice.random() < 0.5):
            kept, self._failed = self._failed, []
            yield self._submit(at + timedelta(milliseconds=5), kept)

    def _submit(self, at: datetime, reports: list[Report]) -> Exchange:
        is_failed = self._dice.random() < _FAILS
        if is_failed:
            self._failed += reports
        else:
            self._accepted = reports[0]
        asked = UsageSubmission(reports=tuple(reports))
        return self._exchange(at, "usage", asked, None if is_failed else Receipt())

    def _exchange(
        self, at: datetime, kind: str, asked: Request, answer: Answer | None
    ) -> Exchange:
        is_slow = self._dice.random() < _SLOW
        took = self._dice.uniform(60, 120) if is_slow else self._dice.uniform(0.01, 0.1)
        return Exchange(
            at=at,
            base="http://127.0.0.1:8480",
            method="POST",
            path=f"/dls/{kind}",
            kind=kind,
            request=asked,
            digest=f"{self._dice.getrandbits(64):016x}",
            status=503 if answer is None else 200,
            answer=answer,
            answered_at=at + timedelta(seconds=round(took, 3)),
            connection=self._connection,
        )

    def _report(self, label: datetime, count: int) -> Report:
        return Report(
            time_label=label,
            handshake_code=CODE,
            client_uuid=self._uuid,
            usage=(Usage(type="QR_CODE", count=count),),
        )


def _head() -> RecordingOpened:
    return RecordingOpened(
        at=BEGIN,
        schema=SCHEMA,
        dlscheck="0",
        source="inspect",
        case="crowd",
        sdk=Sdk(name="capture", version="unknown", product="any", generation="dls"),
        clock="captured",
        wire="open-json",
        evidence=(Evidence.ENVELOPE, Evidence.MESSAGE),
    )
