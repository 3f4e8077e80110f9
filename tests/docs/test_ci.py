"""The snippets for CI servers run: their steps, as shell, on a part of the suite."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "ci.md"
#: The real command, kept to a few cases: a whole run is another test's.
_SHIM = """\
#!/bin/sh
command=$1; shift
exec {command} "$command" "$@" -k one-failure -n1 --property-examples 0 --allow-incomplete
"""


@pytest.fixture
def shell(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run a line as a CI server does: in the folder of a project with an SDK's file."""
    driver = ROOT / "sdks" / "reference" / "driver.py"
    sdk = f'name: acme\ndriver:\n  command: ["{{python}}", {driver}]\n'
    (tmp_path / "acme.yaml").write_text(sdk, encoding="utf-8")
    shim = tmp_path / "bin" / "dlscheck"
    shim.parent.mkdir()
    command = Path(sys.executable).parent / "dlscheck"
    shim.write_text(_SHIM.format(command=command), encoding="utf-8")
    shim.chmod(0o755)

    def run(line: str, **env: str) -> subprocess.CompletedProcess[str]:
        path = {"PATH": f"{shim.parent}:{os.environ['PATH']}"}
        return subprocess.run(
            ["bash", "-e", "-c", line],
            cwd=tmp_path,
            env=os.environ | path | env,
            check=False,
            capture_output=True,
            encoding="utf-8",
            timeout=120,
        )

    return run


def _snippet(note: str) -> Any:
    pattern = rf"<!-- {note} -->\n```yaml\n(.*?)^```$"
    found = re.search(pattern, PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert found
    return yaml.safe_load(found[1])


def _filled(text: str, values: dict[str, str]) -> str:
    return re.sub(r"\$\{\{ (.*?) \}\}", lambda match: values[match[1]], text)


def _run_action(shell: Any, given: dict[str, str], **env: str) -> Any:
    """Run the steps of the action that are shell, with what a workflow gives it."""
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    defaults = {n: told.get("default", "") for n, told in action["inputs"].items()}
    values = {f"inputs.{name}": told for name, told in (defaults | given).items()}
    values["github.action_path"] = str(ROOT)
    ended = None
    for step in [one for one in action["runs"]["steps"] if "run" in one]:
        told = {name: _filled(text, values) for name, text in step["env"].items()}
        ended = shell(step["run"], **told, **env)
    return ended


def test_github(shell: Any, tmp_path: Path) -> None:
    """The workflow's steps pass, write the summary of the job, and leave the files."""
    steps = _snippet("github")["jobs"]["conformance"]["steps"]
    given = next(step["with"] for step in steps if step["uses"] == "./dlscheck")
    summary = tmp_path / "summary"
    ended = _run_action(
        shell, given, GITHUB_ACTIONS="true", GITHUB_STEP_SUMMARY=str(summary)
    )
    assert ended.returncode == 0, ended.stderr
    assert summary.read_text(encoding="utf-8").startswith("# dlscheck-reference")
    assert (tmp_path / "dlscheck-out" / "report.html").is_file()


def test_github_annotates_what_is_broken(shell: Any, tmp_path: Path) -> None:
    """A broken rule fails the step, and is an annotation."""
    sdk = tmp_path / "acme.yaml"
    defect = "  env: {DLS_VARIANT: retries-at-next-tick}\n"
    sdk.write_text(sdk.read_text(encoding="utf-8") + defect, encoding="utf-8")
    ended = _run_action(shell, {"sdk": "acme.yaml"}, GITHUB_ACTIONS="true")
    assert ended.returncode == 1
    title = "::error title=submit/failed-waits-for-next-session in submit/one-failure"
    assert title in ended.stdout


def test_gitlab(shell: Any, tmp_path: Path) -> None:
    """Each line of the script passes, and the files are where the job looks for them."""
    job = _snippet("gitlab")["conformance"]
    for line in job["script"]:
        ended = shell(line)
        assert ended.returncode == 0, ended.stderr
    assert (tmp_path / job["artifacts"]["reports"]["junit"]).is_file()


def test_jenkins(shell: Any, tmp_path: Path) -> None:
    """The shell step of the pipeline passes, and leaves what is archived."""
    text = PAGE.read_text(encoding="utf-8")
    (line,) = re.findall(r"^ *sh '(.*)'$", text, re.MULTILINE)
    (junit,) = re.findall(r"^ *junit '(.*)'$", text, re.MULTILINE)
    assert shell(line).returncode == 0
    assert (tmp_path / junit).is_file()
