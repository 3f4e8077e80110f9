"""The command itself: its subcommands, and what becomes of errors."""

import sys

import typer

from harness.cli.doctor import doctor
from harness.cli.judge import judge
from harness.cli.rules import explain, rules
from harness.cli.run import run
from harness.documents.bad_input import BadInput
from harness.drivers.driver import DriverFault
from harness.suite.tally import BAD_INPUT, DRIVER_FAULT

app = typer.Typer(
    name="dlscheck",
    help="Proves that a licence SDK keeps the licence-tracking protocol (LTS and DLS).",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for command in (run, judge, doctor, rules, explain):
    app.command()(command)


def main() -> None:
    """Run the command; bad input is one message and exit code 2, never a traceback."""
    try:
        app()
    except BadInput as error:
        print(f"dlscheck: {error}", file=sys.stderr)
        sys.exit(BAD_INPUT)
    except DriverFault as error:
        print(f"dlscheck: {error}", file=sys.stderr)
        sys.exit(DRIVER_FAULT)
