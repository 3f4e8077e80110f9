"""Where results go: to a terminal, or as JSON to a program."""

import os
import sys
from pathlib import Path

import msgspec

from harness.documents.bad_input import BadInput, unwritable
from harness.domain.results import Results
from reports.annotations import render_annotations
from reports.level import Level
from reports.markdown import render_markdown

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
            raise unwritable(Path(summary), error, "GITHUB_STEP_SUMMARY") from error


def level_of(*, quiet: bool, verbose: bool) -> Level:
    """
    Return how much the options ask for.

    Raises:
        BadInput: They ask for both.
    """
    if quiet and verbose:
        raise BadInput("-q and -v: expected one of them")
    return Level.QUIET if quiet else Level.VERBOSE if verbose else Level.NORMAL


def page_of(
    results: Results,
    out: Path | None,
    sdk: Path | None = None,
    *,
    with_bundles: bool = False,
    is_redacted: bool = False,
) -> Path | None:
    """
    Write all files of *results* into *out*, if there is one; return the page for people.

    Raises:
        BadInput: They cannot be written there.
    """
    if out is None:
        return None
    # Loaded for those who want a page: nobody else waits for what makes one.
    from harness.suite.publication import publish

    return publish(results, out, sdk, with_bundles=with_bundles, is_redacted=is_redacted)


def show(
    results: Results,
    as_json: bool,
    page: Path | None = None,
    *,
    level: Level = Level.NORMAL,
    folder: Path = Path(),
) -> None:
    """
    Print *results* to standard output.

    Args:
        results: What was found.
        as_json: For a program, and not for a reader.
        page: The page about them: the last line names it.
        level: How much is told.
        folder: Below it are the recordings, or they are found where they say.
    """
    announce(results, as_json)
    if as_json:
        show_json(results)
        return
    # Not for JSON, nor for a page of help: what draws tables takes its time to load.
    from rich.console import Console

    from harness.suite.timelines import timelines_of
    from reports.terminal import print_results

    has_width = sys.stdout.isatty() or "COLUMNS" in os.environ
    width = None if has_width else _LOG_WIDTH
    timelines = timelines_of(results, folder)
    print_results(results, Console(width=width), level, timelines)
    if page:
        print(f"report: {page}")
