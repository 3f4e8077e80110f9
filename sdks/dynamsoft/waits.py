"""
How long do the vendor's SDKs wait for servers that do not help? In virtual time.

``python -m sdks.dynamsoft.waits [--write PAGE]`` starts each of two SDKs before servers
that are silent, refuse, hang up, fail, or say nothing, and tells how long the start took,
when which server was asked, and what came in the hour after that, in which the application
decodes something every minute. What takes minutes for an application takes a second here.
With ``--write`` the table goes into a page, between its two marks.
"""

import argparse
import asyncio
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import get_args

from harness.documents.bad_input import BadInput
from harness.drivers import contract
from harness.drivers.clocks.preload import PreloadClock
from harness.drivers.driver import Driver, DriverFault
from harness.drivers.sdk_file import load_sdk_file
from sdks.dynamsoft.closed import NotClosed, close_network
from sdks.dynamsoft.package import PACKAGES, ROOT, NotFetched, fetch
from sdks.dynamsoft.unhelpful import Asked, Manner, UnhelpfulPair

SDKS = ("dynamsoft-python-9.6.60.1", "dynamsoft-node-8.8.7")
MARKS = ("<!-- waits: generated -->", "<!-- end of waits -->")
_HEADS = (
    *("SDK", "servers", "start took", "asked at the start"),
    *("asked in the next hour", "code", "a new process asks again", "wall"),
)
_BEGIN = datetime(2026, 3, 1, 8, tzinfo=UTC)
#: So long the application goes on after the start, with an operation every minute.
_AFTERWARDS, _MINUTE = timedelta(hours=1), timedelta(minutes=1)
#: From a failure to the start of another process with the same cache, shortest first.
_PAUSES = tuple(timedelta(seconds=seconds) for seconds in (1, 60, 600, 3600))


@dataclass(frozen=True)
class Seen:
    """One SDK before servers of one manner; the last span is real time."""

    sdk: str
    manner: Manner
    took: timedelta
    at_start: str
    afterwards: str
    code: int | None
    again: timedelta | None
    wall: float

    def cells(self) -> list[str]:
        """Return a row of the table."""
        if self.manner == "refuse":
            again = "not to be seen"
        else:
            again = f"{_seconds(self.again)} later" if self.again else "not in an hour"
        code = "none" if self.code is None else str(self.code)
        times = [_seconds(self.took), self.at_start, self.afterwards]
        return [self.sdk, self.manner, *times, code, again, f"{self.wall:.1f} s"]


def main() -> int:
    """Measure, print the table, and write it where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", type=Path, help="the page whose table is made anew")
    page = parser.parse_args().write
    try:
        for package in PACKAGES:
            if (package.name, package.version) in _WANTED:
                fetch(package)
        close_network()
        table = _table(
            _measured(sdk, manner) for sdk in SDKS for manner in get_args(Manner.__value__)
        )
    except (NotFetched, NotClosed, BadInput, DriverFault) as error:
        print(error, file=sys.stderr)
        return 2
    print(table)
    if page:
        page.write_text(renewed(page.read_text(encoding="utf-8"), table), encoding="utf-8")
    return 0


_WANTED = {("dbr", "9.6.60.1"), ("dynamsoft-javascript-barcode", "8.8.7")}


def renewed(page: str, table: str) -> str:
    """Return *page* with *table* between its marks."""
    before, _, rest = page.partition(MARKS[0])
    _, _, after = rest.partition(MARKS[1])
    return f"{before}{MARKS[0]}\n\n{table}\n\n{MARKS[1]}{after}"


def _table(rows: Iterable[Seen]) -> str:
    lines = [_HEADS, tuple("---" for _ in _HEADS), *(row.cells() for row in rows)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _measured(sdk: str, manner: Manner) -> Seen:
    began = time.monotonic()
    took, code, at_start, later = asyncio.run(_story(sdk, manner))
    wall = time.monotonic() - began
    asks = (one for one in _PAUSES if asyncio.run(_asks_again(sdk, manner, one)))
    return Seen(
        sdk=sdk,
        manner=manner,
        took=took,
        at_start=_told(at_start),
        afterwards=_told(later),
        code=code,
        again=None if manner == "refuse" else next(asks, None),
        wall=wall,
    )


async def _story(
    sdk: str, manner: Manner
) -> tuple[timedelta, int | None, list[Asked], list[Asked]]:
    """Start once, and wait; return what the start took and came to, and who was asked."""
    clock = PreloadClock()
    clock.begin(_BEGIN)
    async with UnhelpfulPair(manner, clock.now) as pair:
        clock.servers = pair
        with TemporaryDirectory(ignore_cleanup_errors=True) as cache:
            driver = await _opened(clock, sdk)
            try:
                answer = await driver.start(_start(clock, pair, cache))
                ended, at_start = clock.now(), len(pair.asked)
                while clock.now() < ended + _AFTERWARDS:
                    await driver.operate(_decode(clock))
                    await clock.pass_until(clock.now() + _MINUTE, (), _nothing)
            finally:
                await driver.close()
    code = answer.error.code if answer.error else None
    return ended - _BEGIN, code, pair.asked[:at_start], pair.asked[at_start:]


async def _asks_again(sdk: str, manner: Manner, pause: timedelta) -> bool:
    """Tell whether another process with the same cache asks, *pause* after a failure."""
    clock = PreloadClock()
    clock.begin(_BEGIN)
    async with UnhelpfulPair(manner, clock.now) as pair:
        clock.servers = pair
        with TemporaryDirectory(ignore_cleanup_errors=True) as cache:
            for _ in range(2):
                known = len(pair.asked)
                driver = await _opened(clock, sdk)
                try:
                    await driver.start(_start(clock, pair, cache))
                finally:
                    await driver.close()
                await clock.pass_until(clock.now() + pause, (), _nothing)
    return len(pair.asked) > known


async def _opened(clock: PreloadClock, sdk: str) -> Driver:
    driver = await clock.open(load_sdk_file(ROOT / "sdks" / sdk / "sdk.yaml"), "dls")
    try:
        await driver.describe()
    except BaseException:
        await driver.close()
        raise
    return driver


def _decode(clock: PreloadClock) -> contract.Operate:
    return contract.Operate(
        now=clock.now(), kind="decode", type="QR_CODE", count=1, success=True
    )


def _start(clock: PreloadClock, pair: UnhelpfulPair, cache: str) -> contract.Start:
    return contract.Start(
        now=clock.now(), cache_dir=cache, servers=pair.urls, handshake_code="200001-demo"
    )


async def _nothing() -> None:
    return


def _told(asked: list[Asked]) -> str:
    """Say which server was asked when, since the beginning."""
    seen = [f"{one.server} at {_seconds(one.at - _BEGIN)}" for one in asked]
    return ", ".join(seen) or "nobody"


def _seconds(span: timedelta) -> str:
    return f"{round(span.total_seconds(), 3):g} s"


if __name__ == "__main__":
    sys.exit(main())
