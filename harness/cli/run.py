"""``dlscheck run``: the conformance suite against one SDK."""

import os
import shutil
from pathlib import Path
from typing import Annotated

import pytest
import typer

from harness.cli.options import (
    AllowIncompleteOption,
    GenerationOption,
    JsonOption,
    SdkArgument,
    StrictOption,
)
from harness.cli.output import show
from harness.cli.progress import Progress
from harness.documents.bad_input import BadInput
from harness.suite import plugin
from harness.suite.stage import set_stage
from harness.suite.summary import results_of_run
from reports.files import write_results

_OUT = Path("dlscheck-out")


def run(
    sdk: SdkArgument,
    out: Annotated[Path, typer.Option(help="Folder for results and recordings.")] = _OUT,
    generation: GenerationOption = None,
    keyword: Annotated[
        str | None, typer.Option("-k", metavar="EXPR", help="Only cases that match.")
    ] = None,
    processes: Annotated[
        int | None, typer.Option("-n", metavar="N", help="Processes; default: one a core.")
    ] = None,
    strict: StrictOption = False,
    allow_incomplete: AllowIncompleteOption = False,
    seed: Annotated[int | None, typer.Option(help="Seed of generated scenarios.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Run the conformance suite against one SDK."""
    stage = set_stage(sdk, generation, out, seed=seed, strict=strict)
    shutil.rmtree(out / "recordings", ignore_errors=True)
    gathering = Progress()
    arguments = [
        str(plugin.CASES),
        *("-c", os.devnull, "--rootdir", str(plugin.CASES.parent)),
        *("-p", plugin.__name__, "-p", "no:terminal", "-p", "no:cacheprovider"),
        *("--sdk", str(sdk), "--dls-out", str(out)),
        *(("--generation", generation) if generation else ()),
        *(("-k", keyword) if keyword else ()),
        *(("--dls-strict",) if strict else ()),
        *(("--dls-seed", str(seed)) if seed is not None else ()),
        *_processes(processes),
    ]
    with gathering:
        code = pytest.main(arguments, plugins=[plugin, _Registered(gathering)])
    if gathering.problems:
        raise BadInput("\n".join(gathering.problems))
    if code == pytest.ExitCode.NO_TESTS_COLLECTED:
        raise BadInput(f"-k {keyword!r}: expected an expression that matches some case")
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        raise RuntimeError(f"pytest ended with {code!r}")
    results = results_of_run(
        stage, gathering.reports, gathering.began, allow_incomplete=allow_incomplete
    )
    write_results(results, out)
    show(results, as_json)
    raise typer.Exit(results.exit)


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
    return ("-n", str(count)) if count > 1 else ()
