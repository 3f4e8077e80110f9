"""
The page of memory in which one driver's processes read the time and tell their deadlines.

Its layout is that of ``preload/clock.h``.
"""

import ctypes
import mmap
import os
import platform
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_MAGIC = 0x31534C44
_SEATS = 8192
_PROCESSES = 512

_HEAD = struct.Struct("<IIqqIIII")
_MONOTONIC_AT, _OFFSET_AT, _BIRTHS_AT, _USED_AT = 8, 16, 24, 28
_TRAFFIC_AT = 36
_PROCESSES_AT = _HEAD.size
_SEATS_AT = _PROCESSES_AT + 4 * _PROCESSES
_SEAT = struct.Struct("<IIqIIII")
_WORD_IN_SEAT, _DEADLINE_IN_SEAT = 4, 8
_BY_WALL, _BY_FIFO = 1, 1
_SIZE = _SEATS_AT + _SEATS * _SEAT.size

#: Nobody waits until then: that is what a free seat and one not used yet have.
_NEVER = 2**63 - 1
_UNUSED = 0

_FUTEX_NUMBERS = {"x86_64": 202, "aarch64": 98}
_FUTEX_WAKE = 1


@dataclass(frozen=True)
class Waiter:
    """
    A thread that waits with a deadline.

    Attributes:
        seat: The number of its seat.
        due_ns: Its deadline, by the page's monotonic clock.
    """

    seat: int
    process: int
    thread: int
    due_ns: int
    is_polling: bool


class ClockPage:
    """The page of one driver and all of its children."""

    def __init__(self, folder: Path, monotonic_ns: int, wall_ns: int) -> None:
        """Make a page in *folder* whose clocks show *monotonic_ns* and *wall_ns*."""
        self.path = folder / "clock"
        with self.path.open("wb+") as file:
            file.truncate(_SIZE)
            self._map = mmap.mmap(file.fileno(), _SIZE)
        self._bells: dict[int, int] = {}
        self._start = ctypes.addressof(ctypes.c_char.from_buffer(self._map))
        self._libc = ctypes.CDLL(None, use_errno=True)
        offset = wall_ns - monotonic_ns
        _HEAD.pack_into(self._map, 0, _MAGIC, _SEATS, monotonic_ns, offset, *(0,) * 4)

    @property
    def monotonic_ns(self) -> int:
        """What the monotonic clock shows."""
        return self._signed(_MONOTONIC_AT)

    @property
    def wall_ns(self) -> int:
        """What the device's clock shows, since the epoch."""
        return self._signed(_MONOTONIC_AT) + self._signed(_OFFSET_AT)

    def move_by(self, ns: int) -> None:
        """Let *ns* pass, and wake whoever is due then."""
        ctypes.c_int64.from_address(self._start + _MONOTONIC_AT).value += ns
        self.wake_due()

    def set_wall(self, ns: int) -> None:
        """Let the device's clock show *ns*, without time passing."""
        offset = ns - self.monotonic_ns
        ctypes.c_int64.from_address(self._start + _OFFSET_AT).value = offset
        self.wake_due()

    def waiters(self) -> Iterator[Waiter]:
        """Return all threads that wait with a deadline."""
        used = self._unsigned(_USED_AT)
        end = _SEATS_AT + used * _SEAT.size
        offset = self._signed(_OFFSET_AT)
        for seat, found in enumerate(_SEAT.iter_unpack(self._map[_SEATS_AT:end])):
            process, _word, due, clock, kind, thread, _spare = found
            if process and due not in (_NEVER, _UNUSED):
                by_monotonic = due - offset if clock == _BY_WALL else due
                yield Waiter(seat, process, thread, by_monotonic, kind == _BY_FIFO)

    def next_waiter(self) -> Waiter | None:
        """Return who waits for the earliest deadline; ``None``: there is none."""
        return min(self.waiters(), key=lambda waiter: waiter.due_ns, default=None)

    def vacate(self, seat: int) -> None:
        """Free the seat of a thread that ended without warning."""
        at = _SEATS_AT + seat * _SEAT.size
        struct.pack_into("<q", self._map, at + _DEADLINE_IN_SEAT, _NEVER)
        struct.pack_into("<I", self._map, at, 0)

    def wake_due(self) -> int:
        """Wake whoever is due, and return how many those are."""
        now = self.monotonic_ns
        due = [waiter for waiter in self.waiters() if waiter.due_ns <= now]
        for waiter in due:
            self._wake(waiter)
        return len(due)

    @property
    def births(self) -> int:
        """How often processes were made, or may have been."""
        return self._unsigned(_BIRTHS_AT)

    @property
    def traffic(self) -> int:
        """How often something was sent or connected to."""
        return self._unsigned(_TRAFFIC_AT)

    def processes(self) -> list[int]:
        """Return the ids of all processes that have ever used the page."""
        numbers = struct.unpack_from(f"<{_PROCESSES}I", self._map, _PROCESSES_AT)
        return [number for number in numbers if number]

    def forget(self, process: int) -> None:
        """Take a process that has ended off the list."""
        numbers = struct.unpack_from(f"<{_PROCESSES}I", self._map, _PROCESSES_AT)
        for index, number in enumerate(numbers):
            if number == process:
                struct.pack_into("<I", self._map, _PROCESSES_AT + 4 * index, 0)

    def close(self) -> None:
        """Let go of it; processes that still use it keep their time."""
        for bell in self._bells.values():
            os.close(bell)
        self._bells.clear()

    def _wake(self, waiter: Waiter) -> None:
        word = self._start + _SEATS_AT + waiter.seat * _SEAT.size + _WORD_IN_SEAT
        counter = ctypes.c_uint32.from_address(word)
        counter.value = (counter.value + 1) % 2**32
        if waiter.is_polling:
            self._ring(waiter.seat)
        else:
            futex = _FUTEX_NUMBERS[platform.machine()]
            self._libc.syscall(futex, ctypes.c_void_p(word), _FUTEX_WAKE, 2**31 - 1)

    def _ring(self, seat: int) -> None:
        if seat not in self._bells:
            path = f"{self.path}.{seat}"
            self._bells[seat] = os.open(path, os.O_RDWR | os.O_NONBLOCK)
        os.write(self._bells[seat], b"!")

    def _signed(self, at: int) -> int:
        return int(ctypes.c_int64.from_address(self._start + at).value)

    def _unsigned(self, at: int) -> int:
        return int(ctypes.c_uint32.from_address(self._start + at).value)
