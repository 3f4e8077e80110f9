"""
A network that begins and ends on this machine.

``python -m sdks.dynamsoft.closed COMMAND…``: the command and all that it starts run in a
network namespace of their own, in which there is a loopback interface and nothing else.
No name server can be reached, no address beyond loopback has a route: whatever an SDK
tries, nothing leaves.
"""

import fcntl
import os
import socket
import struct
import sys
from pathlib import Path

_SIOCGIFFLAGS, _SIOCSIFFLAGS = 0x8913, 0x8914
_UP = 0x1
_REQUEST = struct.Struct("16sh14x")


class NotClosed(Exception):
    """A network of our own cannot be had on this machine."""


def close_network() -> None:
    """
    Give this process, and whatever it starts from now on, a network of its own.

    Raises:
        NotClosed: It is not allowed here.
    """
    before = os.getuid(), os.getgid()
    try:
        os.unshare(os.CLONE_NEWNET if before[0] == 0 else _WITH_USER)
        if before[0] != 0:
            _be(*before)
        _raise_loopback()
    except OSError as error:
        raise NotClosed(
            f"no network namespace can be had here ({error.strerror}): real SDKs are run "
            "only where nothing leaves the machine; run this as root, or allow user "
            "namespaces (Linux: kernel.unprivileged_userns_clone=1, and no AppArmor "
            "restriction of them)"
        ) from error


def is_closed() -> bool:
    """Tell whether no address beyond loopback has a route."""
    routes = Path("/proc/net/route").read_text(encoding="ascii").splitlines()[1:]
    names = [name for _, name in socket.if_nameindex()]
    return all(line.split()[0] == "lo" for line in routes) and "lo" in names


_WITH_USER = os.CLONE_NEWUSER | os.CLONE_NEWNET


def _be(uid: int, gid: int) -> None:
    """Stay who we were, in a namespace of users of our own."""
    Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
    Path("/proc/self/uid_map").write_text(f"{uid} {uid} 1", encoding="ascii")
    Path("/proc/self/gid_map").write_text(f"{gid} {gid} 1", encoding="ascii")


def _raise_loopback() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as handle:
        asked = _REQUEST.pack(b"lo", 0)
        _, flags = _REQUEST.unpack(fcntl.ioctl(handle, _SIOCGIFFLAGS, asked))
        fcntl.ioctl(handle, _SIOCSIFFLAGS, _REQUEST.pack(b"lo", flags | _UP))


def main(command: list[str]) -> int:
    """Become *command*, closed in; return 2 where that cannot be."""
    try:
        close_network()
        os.execvp(command[0], command)
    except (NotClosed, OSError) as error:
        print(error, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
