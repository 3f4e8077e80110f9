"""Where results go: to a terminal, or as JSON to a program."""

import sys

import msgspec
from rich.console import Console

from harness.domain.results import Results
from reports.terminal import print_results


def show(results: Results, as_json: bool) -> None:
    """Print *results* to standard output."""
    if as_json:
        sys.stdout.buffer.write(msgspec.json.encode(results) + b"\n")
        return
    # A log has no width: a table that is cut there would hide the reasons.
    width = None if sys.stdout.isatty() else 140
    print_results(results, Console(width=width, soft_wrap=True))
