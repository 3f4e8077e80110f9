"""The command itself: its subcommands, and what becomes of errors."""

import sys
import traceback
from typing import NoReturn

import typer

from harness.cli import baseline
from harness.cli.doctor import doctor
from harness.cli.inspect import inspect
from harness.cli.judge import judge
from harness.cli.replay import replay
from harness.cli.rules import explain, rules
from harness.cli.run import run
from harness.cli.serve import serve
from harness.documents.bad_input import BadInput
from harness.drivers.driver import DriverFault
from harness.suite.tally import BAD_INPUT, DRIVER_FAULT, OUR_FAULT

app = typer.Typer(
    name="dlscheck",
    help="Proves that a licence SDK keeps the licence-tracking protocol (LTS and DLS).",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for command in (run, judge, inspect, replay, doctor, rules, explain, serve):
    app.command()(command)
app.add_typer(baseline.app, name="baseline")


def main() -> None:
    """Run the command; bad input is one message and exit code 2, never a traceback."""
    try:
        app()
    except BadInput as error:
        _end(str(error), BAD_INPUT)
    except DriverFault as error:
        _end(str(error), DRIVER_FAULT)
    except Exception:
        # Left alone, Python would end with 1, and a gate would blame the SDK.
        traceback.print_exc()
        _end("this is our own fault, not the SDK's", OUR_FAULT)


def _end(message: str, code: int) -> NoReturn:
    print(f"dlscheck: {message}", file=sys.stderr)
    sys.exit(code)
