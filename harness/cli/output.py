"""Where results go: to a terminal, or as JSON to a program."""

import sys
from pathlib import Path

import msgspec
from rich.console import Console

from harness.domain.results import Results
from reports.terminal import print_results

#: A log has no width of its own; lines as long as this can still be read there.
_LOG_WIDTH = 140


def show_json(value: object) -> None:
    """Print *value* as one line of JSON."""
    sys.stdout.buffer.write(msgspec.json.encode(value) + b"\n")


def show(results: Results, as_json: bool, page: Path | None = None) -> None:
    """Print *results* to standard output; the last line names the *page* about them."""
    if as_json:
        show_json(results)
        return
    width = None if sys.stdout.isatty() else _LOG_WIDTH
    print_results(results, Console(width=width))
    if page:
        print(f"report: {page}")
