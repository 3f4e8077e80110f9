"""
The clocks of the SDK's process, under the driver's control.

The SDK reads `datetime.now` and `time.monotonic_ns` like any program. freezegun freezes
both, but moves them together; on a real device, setting the clock does not touch the
monotonic one. So that one is replaced a second time.
"""

import sys
import time
from datetime import UTC, datetime, timedelta

import freezegun
import freezegun.api

#: The clock stands here until the first start tells the time.
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class VirtualClock:
    """
    The device's clock and the time that passes. There is one for the life of the
    process.
    """

    def __init__(self) -> None:
        # With more than one frame, whoever is called by an ignored module sees real time.
        freezegun.api.call_stack_inspection_limit = 1
        self._frozen = freezegun.freeze_time(_EPOCH, ignore=_everyone_but_the_sdk()).start()
        self._passed = timedelta(0)
        self.now = _EPOCH
        setattr(time, "monotonic_ns", self._monotonic_ns)  # noqa: B010 (mypy refuses the plain assignment)

    def advance(self, to: datetime) -> None:
        """Let time pass until the device's clock shows `to`; the past changes nothing."""
        if to > self.now:
            self._passed += to - self.now
            self.set(to)

    def set(self, to: datetime) -> None:
        """Set the device's clock, back or forward, without time passing."""
        self.now = to
        self._frozen.move_to(to)

    def _monotonic_ns(self) -> int:
        return self._passed // _MICROSECOND * 1000


def _everyone_but_the_sdk() -> list[str]:
    # Looking for clocks in the standard library costs more than all the rest of the
    # freezing.
    return sorted({name.partition(".")[0] for name in sys.modules} - {"licence_client"})
