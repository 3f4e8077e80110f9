"""The command itself: what becomes of errors."""

import os
import sys
import traceback
from typing import NoReturn

from harness.cli.commands import application
from harness.cli.completion import wanted
from harness.documents.bad_input import BadInput
from harness.domain.exit_code import BAD_INPUT, DRIVER_FAULT, OUR_FAULT


def main() -> None:
    """Run the command; bad input is one message and exit code 2, never a traceback."""
    try:
        application(wanted(sys.argv, os.environ))()
    except BadInput as error:
        _end(str(error), BAD_INPUT)
    except Exception as error:
        if _is_driver_fault(error):
            _end(str(error), DRIVER_FAULT)
        # Left alone, Python would end with 1, and a gate would blame the SDK.
        traceback.print_exc()
        _end("this is our own fault, not the SDK's", OUR_FAULT)


def _is_driver_fault(error: Exception) -> bool:
    # Loaded here, since a page of help needs nothing of what drivers need.
    from harness.drivers.driver import DriverFault

    return isinstance(error, DriverFault)


def _end(message: str, code: int) -> NoReturn:
    print(f"dlscheck: {message}", file=sys.stderr)
    sys.exit(code)
