"""``dlscheck run``."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema
import pytest

SCHEMAS = Path(__file__).parents[2] / "docs" / "schemas"
FAULTY = "sdks/reference/faulty/retries-at-next-tick.yaml"
NODE = "sdks/node/sdk.yaml"
ONE_CASE = ("-n1", "-k", "one-failure and status-503")


def test_part_of_the_suite_is_incomplete(played: Any) -> None:
    """A conforming SDK in a part of the suite: nothing violated, but incomplete."""
    assert (played.ended.code, played.ended.err) == (3, "")
    assert "dlscheck-node 1.0.0 (dbr, DLS, injected clock): incomplete." in played.ended.out


def test_output_in_a_log(played: Any) -> None:
    """In a log there are no escape codes, and no line that ends in blanks."""
    assert "\x1b" not in played.ended.out
    assert not [x for x in played.ended.out.splitlines() if x != x.rstrip()]


def test_results_of_all_cases(played: Any) -> None:
    """results.json has every case, those that do not apply included."""
    outcomes = {case["id"]: case["outcome"] for case in played.results["cases"]}
    assert outcomes["submit/one-failure/status-503"] == "passed"
    assert outcomes["auth/refused/expired"] == "passed"
    assert "not-applicable" in outcomes.values()
    assert len(outcomes) == played.results["totals"]["cases"]


def test_recordings(played: Any) -> None:
    """Every case that was played left its recording, where the results say."""
    told = [c["recording"] for c in played.results["cases"] if c["recording"]]
    assert sorted(played.folder / name for name in told) == played.recordings


def test_junit_and_summary(played: Any) -> None:
    """junit.xml and summary.md tell of the same run."""
    suite = ET.parse(played.folder / "junit.xml").getroot()[0]
    assert int(suite.get("tests", 0)) == played.results["totals"]["cases"]
    assert "incomplete" in (played.folder / "summary.md").read_text(encoding="utf-8")


ASKED = """
import runpy, sys
with open({log!r}, "a", encoding="utf-8") as log:
    print(sys.argv, file=log)
sys.path.insert(0, {folder!r})
runpy.run_path({driver!r}, run_name="__main__")
"""


def test_a_driver_is_asked_once(dlscheck: Any, tmp_path: Path) -> None:
    """However many processes play, its driver is started once to say who it is."""
    reference = Path(__file__).parents[2] / "sdks" / "reference"
    log, sdk = tmp_path / "log", tmp_path / "sdk.yaml"
    told = {
        "log": str(log),
        "folder": str(reference),
        "driver": str(reference / "driver.py"),
    }
    (tmp_path / "driver.py").write_text(ASKED.format(**told), encoding="utf-8")
    sdk.write_text(
        "name: asked\ndriver:\n  command: ['{python}', driver.py]\nwire: open-json\n",
        encoding="utf-8",
    )
    keys = "one-failure and status-503"
    ended = dlscheck("run", sdk, "-n2", "-k", keys, "--out", tmp_path / "out", "--json")
    played = [case for case in ended.json["cases"] if case["outcome"] == "passed"]
    starts = log.read_text(encoding="utf-8").splitlines()
    assert len(played) == 1
    assert len(starts) == 1 + len(played)


def test_several_processes(dlscheck: Any, played: Any, tmp_path: Path) -> None:
    """Two processes find what one finds, rule by rule, with --json on standard output."""
    keys = "status-503 or refused/expired or lts"
    ended = dlscheck("run", NODE, "-n2", "-k", keys, "--out", tmp_path, "--json")
    assert ended.code == 3
    assert ended.json["rules"] == played.results["rules"]
    assert ended.json["ledger"] == played.results["ledger"]


def test_violation(dlscheck: Any, tmp_path: Path) -> None:
    """An SDK that breaks a must rule: exit code 1, and the finding is told."""
    ended = dlscheck("run", FAULTY, *ONE_CASE, "--out", tmp_path)
    assert ended.code == 1
    assert "submit/failed-waits-for-next-session (must) violated by client" in ended.out
    assert "does NOT conform" in ended.out


def test_allow_incomplete(dlscheck: Any, tmp_path: Path) -> None:
    """--allow-incomplete lifts exit code 3; recordings of an earlier run are gone."""
    (tmp_path / "recordings").mkdir()
    (tmp_path / "recordings" / "old.jsonl").touch()
    (tmp_path / "recordings" / "notes.txt").touch()
    ended = dlscheck("run", NODE, *ONE_CASE, "--out", tmp_path, "--allow-incomplete")
    assert ended.code == 0
    assert sorted(path.name for path in (tmp_path / "recordings").iterdir()) == [
        "notes.txt",
        "submit-one-failure-status-503.jsonl",
    ]


def test_driver_fault_ends_a_case(
    dlscheck: Any, sdk_file: Callable[..., Path], tmp_path: Path
) -> None:
    """A driver that breaks its contract in one case: exit code 5, the others are played."""
    sdk = sdk_file(
        """
        class Bad(Good):
            def start(self, params):
                is_bad = params["handshakeCode"] != "200001-demo"
                return {"authorized": "yes"} if is_bad else super().start(params)

        serve(Bad())
        """
    )
    keys = "idle/never-used or unknown-code"
    ended = dlscheck("run", sdk, "-n1", "-k", keys, "--out", tmp_path / "out", "--json")
    assert ended.code == 5
    cases = {case["id"]: case for case in ended.json["cases"]}
    bad = cases["auth/unknown-code"]
    assert bad["outcome"] == "driver-fault"
    assert "expected  authorized: true or false" in bad["reason"]
    assert cases["submit/idle/never-used"]["outcome"] in ("passed", "violated")
    judged = dlscheck("judge", tmp_path / "out" / bad["recording"], "--json")
    assert judged.code == 5
    assert judged.json["cases"][0]["reason"] == bad["reason"]


def test_describe_fails(here: Any, sdk_file: Callable[..., Path], tmp_path: Path) -> None:
    """A driver that cannot describe itself: exit code 5, and the blame."""
    sdk = sdk_file("print('hello'); sys.stdout.flush(); serve(Good())")
    ended = here("run", sdk, "--out", tmp_path / "out")
    assert ended.code == 5
    assert ended.message.startswith("driver 'spoilt' broke its contract")
    assert "hello" in ended.message


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("name: x\ndriver:\n  comand: [a]\n", "sdk.yaml:3: driver.comand: unknown key"),
        ("name: x\ndriver: {command: [/no/such]}\n", "cannot be started: No such file"),
        ("name: x\ndriver: {command: [cat]}\nwire: odd\n", "unknown wire profile 'odd'"),
        (None, "sdk.yaml: cannot be read: No such file or directory"),
    ],
)
def test_bad_sdk_file(here: Any, tmp_path: Path, text: str | None, complaint: str) -> None:
    """A mistake in the SDK's file: exit code 2 and one message."""
    path = tmp_path / "sdk.yaml"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    ended = here("run", path, "--out", tmp_path / "out")
    assert ended.code == 2
    assert complaint in ended.message


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("-k", "nosuchcase"), "-k 'nosuchcase': no case matches; names are parts of the"),
        (("-k", "((", "-n2"), "-k '((': expected names of cases with and, or, not"),
        (("--out", "/dev/null/x"), "--out /dev/null/x: cannot be written to: Not a dir"),
    ],
)
def test_bad_options(
    dlscheck: Any, tmp_path: Path, arguments: tuple[str, ...], complaint: str
) -> None:
    """An option that cannot be worked with: exit code 2 and one message."""
    ended = dlscheck("run", NODE, "-n1", "--out", tmp_path, *arguments)
    assert ended.code == 2
    assert ended.message.startswith(complaint)


@pytest.mark.parametrize("keyword", ["a b", "a and", "()", "f(x)", "a == b", "'a'"])
def test_bad_expression(here: Any, tmp_path: Path, keyword: str) -> None:
    """An expression that pytest cannot read is told before anything is played."""
    ended = here("run", NODE, "-n2", "--out", tmp_path, "-k", keyword)
    assert ended.code == 2
    assert ended.message.startswith(f"-k {keyword!r}: ")


def test_other_generation(here: Any, sdk_file: Callable[..., Path]) -> None:
    """An SDK that does not speak the generation that was asked for: exit code 2."""
    sdk = sdk_file("os.environ['DLS_GENERATION'] = 'dls'\nserve(Good())")
    ended = here("run", sdk, "--generation", "lts")
    assert ended.code == 2
    assert ended.message.startswith("generation 'lts' was asked for, and driver 'spoilt'")


@pytest.mark.parametrize(
    "arguments",
    [("run", NODE, "--nope"), ("run",), ("walk",), ("run", NODE, "--generation", "dlx")],
)
def test_usage_errors(here: Any, arguments: tuple[str, ...]) -> None:
    """What the command does not know: exit code 2, and how it is used."""
    ended = here(*arguments)
    assert (ended.code, ended.out) == (2, "")
    assert "Usage: dlscheck" in ended.err
    assert "Traceback" not in ended.err


def test_fault_of_ours(dlscheck: Any, tmp_path: Path) -> None:
    """A fault of the harness in a case: exit code 6, with the end of its traceback."""
    program = (
        "import harness.suite.workshop as workshop\n"
        "from harness.cli.main import main\n"
        "def perform(*_): raise KeyError('the harness slipped')\n"
        "workshop.perform = perform\n"
        "main()"
    )
    python = (sys.executable, "-c", program)
    arguments = ("run", NODE, *ONE_CASE, "--out", tmp_path, "--json")
    ended = dlscheck(*arguments, program=python)
    assert ended.code == 6
    (case,) = ended.json["cases"]
    assert case["outcome"] == "harness-fault"
    assert case["reason"].splitlines()[-1] == "KeyError: 'the harness slipped'"
    assert "in perform" in case["reason"]


def test_fault_of_ours_outside_any_case(dlscheck: Any) -> None:
    """A fault of the harness itself: exit code 6, not the 1 that would blame the SDK."""
    program = (
        "import harness.suite.stage as stage\n"
        "from harness.cli.main import main\n"
        "def set_stage(*_, **__): raise KeyError('the harness slipped')\n"
        "stage.set_stage = set_stage\n"
        "main()"
    )
    ended = dlscheck("run", NODE, program=(sys.executable, "-c", program))
    assert ended.code == 6
    assert ended.err.endswith("dlscheck: this is our own fault, not the SDK's\n")


@pytest.mark.parametrize("name", ["results.json", "recording.json"])
def test_published_schemas(played: Any, name: str) -> None:
    """What a run leaves fits the published schemas."""
    schema = json.loads((SCHEMAS / name).read_text(encoding="utf-8"))
    validator = jsonschema.Draft202012Validator(schema)
    if name == "results.json":
        validator.validate(played.results)
        return
    for line in played.recordings[0].read_bytes().splitlines():
        validator.validate(json.loads(line))
