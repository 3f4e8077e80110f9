"""
How long do threads wait, by the system call in which the kernel has them?

Under libfaketime a thread that waits by `epoll_wait` with a time-out can be woken so that
it looks at the clock again: event loops wait in this way. Other waits with a time-out take
as long in real time.
"""

import platform
from dataclasses import dataclass
from pathlib import Path

_FUTEX_WAITS = (0, 9)
_FUTEX_COMMAND = 0x7F


@dataclass(frozen=True)
class _Call:
    """A system call that waits: its name, and which argument has the time-out."""

    name: str
    argument: int
    in_milliseconds: bool = False


_EPOLL = _Call("epoll_wait", 3, in_milliseconds=True)
_FUTEX = _Call("futex", 3)
_COMMON = ("epoll_pwait2", "ppoll", "pselect6", "nanosleep", "clock_nanosleep")
_ARGUMENTS = {
    "epoll_pwait2": 3,
    "ppoll": 2,
    "pselect6": 4,
    "nanosleep": 0,
    "clock_nanosleep": 2,
}


def _calls(futex: int, epolls: tuple[int, ...], *common: int) -> dict[int, _Call]:
    others = {
        number: _Call(name, _ARGUMENTS[name])
        for number, name in zip(common, _COMMON, strict=True)
    }
    return {futex: _FUTEX, **dict.fromkeys(epolls, _EPOLL), **others}


_CALLS: dict[str, dict[int, _Call]] = {
    "x86_64": {
        **_calls(202, (232, 281), 441, 271, 270, 35, 230),
        7: _Call("poll", 2, in_milliseconds=True),
        23: _Call("select", 4),
    },
    "aarch64": _calls(98, (22,), 441, 73, 72, 101, 115),
}


@dataclass(frozen=True)
class Blocked:
    """
    A thread that waits with a time-out.

    Attributes:
        call: The system call's name.
        span_ns: How long it waits at most; ``None``: that cannot be seen, and it waits in
            real time.
    """

    call: str
    span_ns: int | None


def blocked(process: int, thread: int) -> Blocked | None:
    """
    Return how *thread* waits; ``None``: it runs, is gone, or waits without a time-out.

    Raises:
        PermissionError: The kernel does not tell.
    """
    try:
        text = Path(f"/proc/{process}/task/{thread}/syscall").read_text(encoding="ascii")
    except (FileNotFoundError, ProcessLookupError):
        return None
    return read_blocked(text, platform.machine())


def read_blocked(text: str, machine: str) -> Blocked | None:
    """Read what the kernel says of a thread on a *machine*: a number, and arguments."""
    number, *arguments = text.split()
    call = _CALLS[machine].get(int(number)) if number.isdigit() else None
    if call is None or not arguments:
        return None
    if call is _FUTEX and int(arguments[1], 16) & _FUTEX_COMMAND not in _FUTEX_WAITS:
        return None
    timeout = int(arguments[call.argument], 16)
    if not call.in_milliseconds:
        return Blocked(call.name, None) if timeout else None
    if not 0 < timeout < 2**31:
        return None  # -1 is: without a time-out
    return Blocked(call.name, timeout * 1_000_000 if call is _EPOLL else None)
