"""
Runs one command to its end, and writes what it took to a file descriptor, as JSON.

``python -I -S launcher.py DESCRIPTOR COMMAND...``

A new process begins with the peak of memory of the one that it is forked from, and the
benchmarks hold more than much of what they measure. This holds next to nothing.
"""

import json
import os
import sys
import time


def main() -> None:
    """Run it, and tell its seconds, its kibibytes and its exit code."""
    told, command = int(sys.argv[1]), sys.argv[2:]
    os.set_inheritable(told, False)
    began = time.monotonic()
    child = os.posix_spawn(command[0], command, os.environ)
    _, status, usage = os.wait4(child, 0)
    spent = {
        "wall": time.monotonic() - began,
        "cpu": usage.ru_utime + usage.ru_stime,
        "peak_kib": usage.ru_maxrss,
        "exit": os.waitstatus_to_exitcode(status),
    }
    os.write(told, json.dumps(spent).encode())


if __name__ == "__main__":
    main()
