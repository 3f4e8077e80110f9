"""Where results go: to a terminal, or as JSON to a program."""

import os
import sys
from pathlib import Path

import msgspec
from rich.console import Console

from harness.documents.bad_input import BadInput
from harness.domain.results import Results
from reports.annotations import render_annotations
from reports.markdown import render_markdown
from reports.terminal import print_results

#: A log has no width of its own; lines as long as this can still be read there.
_LOG_WIDTH = 140


def show_json(value: object) -> None:
    """Print *value* as one line of JSON."""
    sys.stdout.buffer.write(msgspec.json.encode(value) + b"\n")


def announce(results: Results, as_json: bool) -> None:
    """
    Tell GitHub's runner, where that runs us: annotations, and a summary for the job.

    Raises:
        BadInput: The file that it names for the summary cannot be written to.
    """
    if os.environ.get("GITHUB_ACTIONS") == "true":
        # The runner reads both streams, and only one of them may hold anything but JSON.
        stream = sys.stderr if as_json else sys.stdout
        print(render_annotations(results), end="", file=stream)
    summary = os.environ.get("GITHUB_STEP_SUMMARY")
    if summary:
        try:
            with Path(summary).open("a", encoding="utf-8") as file:
                file.write(render_markdown(results))
        except OSError as error:
            problem = f"cannot be written to: {error.strerror}"
            raise BadInput(f"GITHUB_STEP_SUMMARY={summary}: {problem}") from error


def show(results: Results, as_json: bool, page: Path | None = None) -> None:
    """Print *results* to standard output; the last line names the *page* about them."""
    announce(results, as_json)
    if as_json:
        show_json(results)
        return
    width = None if sys.stdout.isatty() else _LOG_WIDTH
    print_results(results, Console(width=width))
    if page:
        print(f"report: {page}")
