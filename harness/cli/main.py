"""The command itself: what becomes of errors, of signals, and of what it prints."""

import errno
import os
import signal
import sys
import traceback
from types import FrameType
from typing import NoReturn

from harness.cli.commands import application
from harness.cli.completion import wanted
from harness.documents.bad_input import NO_ROOM, BadInput
from harness.domain.exit_code import BAD_INPUT, DRIVER_FAULT, OUR_FAULT

#: What a shell calls the end by a signal: this, and its number.
_BY_SIGNAL = 128
_INTERRUPTED = _BY_SIGNAL + signal.SIGINT
_PIPE_BROKEN = _BY_SIGNAL + signal.SIGPIPE


def main() -> None:
    """Run the command; bad input is one message and exit code 2, never a traceback."""
    before = signal.signal(signal.SIGTERM, _as_ctrl_c)
    try:
        _run()
    finally:
        signal.signal(signal.SIGTERM, before)


def _run() -> None:
    try:
        _run_and_print()
    except BadInput as error:
        _end(str(error), BAD_INPUT)
    except OSError as error:
        if error.errno == errno.EPIPE:
            _end_with_pipe()
        if error.errno not in NO_ROOM:
            _end_with_fault(error)
        place = error.filename or "standard output"
        _end(f"{place}: cannot be written to: {error.strerror}; make room", BAD_INPUT)
    except Exception as error:
        if _is_driver_fault(error):
            _end(str(error), DRIVER_FAULT)
        _end_with_fault(error)


def _run_and_print() -> None:
    """Run the command; what it printed has left this process, or an error tells."""
    try:
        application(wanted(sys.argv, os.environ))()
    except SystemExit as ended:
        if isinstance(ended.__context__, BrokenPipeError):
            _end_with_pipe()
        if ended.code == _INTERRUPTED:
            _end("ended before its time; nothing was judged or kept", _INTERRUPTED)
        sys.stdout.flush()
        raise
    sys.stdout.flush()


def _as_ctrl_c(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - it is called so
    """Let SIGTERM do what ctrl-C does: what was started is ended, too."""
    signal.raise_signal(signal.SIGINT)


def _is_driver_fault(error: Exception) -> bool:
    # Loaded here, since a page of help needs nothing of what drivers need.
    from harness.drivers.driver import DriverFault

    return isinstance(error, DriverFault)


def _end(message: str, code: int) -> NoReturn:
    _drop_output()
    print(f"dlscheck: {message}", file=sys.stderr)
    sys.exit(code)


def _end_with_fault(error: Exception) -> NoReturn:
    # Left alone, Python would end with 1, and a gate would blame the SDK.
    traceback.print_exception(error)
    _end("this is our own fault, not the SDK's", OUR_FAULT)


def _end_with_pipe() -> NoReturn:
    """Whoever read what we print has enough of it: nothing is wrong, and nobody listens."""
    _drop_output()
    sys.exit(_PIPE_BROKEN)


def _drop_output() -> None:
    """Let what cannot be printed not be tried again when Python ends."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
