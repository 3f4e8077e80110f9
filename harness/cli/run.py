"""``dlscheck run``: the conformance suite against one SDK."""

import ast
import os
import re
from pathlib import Path
from typing import Annotated

import pytest
import typer

from harness.cli.options import (
    AllowIncompleteOption,
    ClockOption,
    GenerationOption,
    JsonOption,
    SdkArgument,
    StrictOption,
)
from harness.cli.output import show
from harness.cli.progress import Progress
from harness.cli.sweep import run_sweep
from harness.documents.bad_input import BadInput
from harness.suite import plugin
from harness.suite.exploration import COUNTEREXAMPLES
from harness.suite.items import CASES
from harness.suite.publication import publish
from harness.suite.stage import set_stage
from harness.suite.summary import results_of_run

_OUT = Path("dlscheck-out")
#: What counts as a name in an expression of pytest's, and what is none.
_NAME = re.compile(r"(?:\w|[:+\-.\[\]\\/])+")
_WORDS = {word: word for word in ("and", "or", "not")}
_LOGIC = (ast.Expression, ast.BoolOp, ast.UnaryOp, ast.boolop, ast.Not, ast.Constant)
_KEYWORDS = (
    "names are parts of the ids of cases, such as 'one-failure and not hang', where an "
    "id is a path below cases/ and the name of a variant"
)


def run(
    sdk: SdkArgument,
    out: Annotated[Path, typer.Option(help="Folder for results and recordings.")] = _OUT,
    generation: GenerationOption = None,
    clock: ClockOption = None,
    keyword: Annotated[
        str | None, typer.Option("-k", metavar="EXPR", help="Only cases that match.")
    ] = None,
    processes: Annotated[
        int | None, typer.Option("-n", metavar="N", help="Processes; default: one a core.")
    ] = None,
    strict: StrictOption = False,
    allow_incomplete: AllowIncompleteOption = False,
    seed: Annotated[int | None, typer.Option(help="Seed of generated scenarios.")] = None,
    property_examples: Annotated[
        int, typer.Option(min=0, help="Generated stories for each property; 0: none.")
    ] = plugin.PROPERTY_EXAMPLES,
    sweep: Annotated[
        str | None,
        typer.Option(metavar="SCENARIO", help="Strike one scenario with every fault."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Run the conformance suite against one SDK."""
    _check_keyword(keyword)
    asked = generation.value if generation else None
    stage = set_stage(sdk, asked, out, clock=clock, seed=seed, strict=strict)
    _clear(out)
    if sweep is not None:
        raise typer.Exit(run_sweep(sweep, stage, as_json))
    gathering = Progress()
    arguments = [
        str(CASES),
        *("-c", os.devnull, "--rootdir", str(CASES.parent)),
        *("-p", plugin.__name__, "-p", "no:terminal", "-p", "no:cacheprovider"),
        *("--sdk", str(sdk), "--dls-out", str(out)),
        *(("--generation", asked) if asked else ()),
        *("--dls-clock", stage.clock),
        *(("-k", keyword) if keyword else ()),
        *(("--dls-strict",) if strict else ()),
        *(("--dls-seed", str(seed)) if seed is not None else ()),
        *("--property-examples", str(property_examples)),
        *_processes(processes),
    ]
    # Options for the user's own tests are none for the suite: -x would hide cases.
    os.environ.pop("PYTEST_ADDOPTS", None)
    with gathering:
        code = pytest.main(arguments, plugins=[plugin, _Registered(gathering)])
    if gathering.problems:
        raise BadInput("\n".join(gathering.problems))
    _check_end(code, keyword)
    results = results_of_run(
        stage, gathering.reports, gathering.began, allow_incomplete=allow_incomplete
    )
    page = publish(results, out, sdk)
    show(results, as_json, page)
    raise typer.Exit(results.exit)


def _clear(out: Path) -> None:
    """Remove the recordings and counter-examples of an earlier run."""
    folder = out / "recordings"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for old in (*folder.glob("*.jsonl"), *out.glob(f"{COUNTEREXAMPLES}/*.yaml")):
            old.unlink()
    except OSError as error:
        raise BadInput(f"--out {out}: cannot be written to: {error.strerror}") from error


def _check_keyword(keyword: str | None) -> None:
    """See that pytest can read the expression: a process of its own would only die."""
    as_python = _NAME.sub(lambda name: _WORDS.get(name[0], "True"), keyword or "any")
    try:
        parts = list(ast.walk(ast.parse(as_python.strip(), mode="eval")))
    except SyntaxError:
        parts = []
    if not parts or not all(map(_is_logic, parts)):
        problem = "expected names of cases with and, or, not and parentheses"
        raise BadInput(f"-k {keyword!r}: {problem}; {_KEYWORDS}")


def _is_logic(part: ast.AST) -> bool:
    return isinstance(part, _LOGIC) and getattr(part, "value", True) is True


def _check_end(code: int, keyword: str | None) -> None:
    """See that pytest played what it was asked to play."""
    if code == pytest.ExitCode.INTERRUPTED:
        raise KeyboardInterrupt
    if code == pytest.ExitCode.NO_TESTS_COLLECTED:
        raise BadInput(f"-k {keyword!r}: no case matches; {_KEYWORDS}")
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        raise RuntimeError(f"pytest ended with {code!r}")


class _Registered:
    """Registers *gathering* under the name by which the plug-in looks for one."""

    def __init__(self, gathering: plugin.Gathering) -> None:
        self._gathering = gathering

    @pytest.hookimpl(tryfirst=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        """Come before the plug-in does."""
        config.pluginmanager.register(self._gathering, plugin.GATHERING)


def _processes(asked: int | None) -> tuple[str, ...]:
    count = asked if asked is not None else len(os.sched_getaffinity(0))
    return ("-n", str(count), "--dist", "worksteal") if count > 1 else ()
