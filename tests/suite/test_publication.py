"""What a run leaves behind, with the evidence for its findings."""

import json
import shlex
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from harness.domain.recording import Exchange
from harness.domain.results import Results
from harness.domain.verdict import Severity
from harness.rules.catalogue import RULES_BY_ID
from harness.scenario.case_file import load_cases
from harness.suite.gate import Gate
from harness.suite.places import CASES
from harness.suite.publication import dossier_of, publish
from harness.suite.retrial import judge_recordings
from harness.suite.run_results import results_of_run
from harness.suite.stage import set_stage
from harness.suite.timelines import timelines_of
from harness.suite.workshop import Workshop

FAULTY = Path(__file__).parents[2] / "sdks/reference/faulty/retries-at-next-tick.yaml"
CASE = "submit/one-failure/status-503"
BEGAN = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Results, Path]:
    """One case of the suite, broken by an SDK that retries too early."""
    out = tmp_path_factory.mktemp("run")
    stage = set_stage(FAULTY, "dls", out)
    file = CASES / "submit" / "one-failure.yaml"
    cases = {c.id: c for c in load_cases(file, CASES, frozenset(RULES_BY_ID))}
    workshop = Workshop(stage)
    try:
        reports = [workshop.perform(cases[CASE])]
    finally:
        workshop.close()
    return results_of_run(stage, reports, BEGAN), out


def test_evidence(run: tuple[Results, Path]) -> None:
    """A case with findings has its recording, its ledger by slot, and its scenario."""
    evidence = dossier_of(*run, FAULTY).evidence[CASE]
    assert any(isinstance(event, Exchange) for event in evidence.events)
    assert sum(row.ledger.performed for row in evidence.slots) == run[0].ledger.performed
    assert "do: status" in (evidence.scenario or "") or "503" in (evidence.scenario or "")


def test_commands_name_what_there_is(run: tuple[Results, Path]) -> None:
    """The commands name the SDK's file, the case, and a recording that exists."""
    (play, _), (judge, _) = dossier_of(*run, FAULTY).evidence[CASE].commands
    assert shlex.split(play) == ["dlscheck", "run", str(FAULTY), "-k", CASE]
    assert Path(shlex.split(judge)[2]).is_file()


def test_every_rule_is_in_words(run: tuple[Results, Path]) -> None:
    """The page has the statement and the source of every rule."""
    rules = dossier_of(*run, None).rules
    assert rules.keys() == RULES_BY_ID.keys()
    assert all(dict(text.sections)["Source"] for text in rules.values())


def test_files(run: tuple[Results, Path]) -> None:
    """All files are written, and the page is the one that is returned."""
    results, out = run
    assert publish(results, out, FAULTY) == out / "report.html"
    names = {path.name for path in out.iterdir() if path.is_file()}
    told = {"results.json", "junit.xml", "summary.md", "badge.svg", "report.html"}
    assert names == told


def test_a_recording_that_is_gone(run: tuple[Results, Path], tmp_path: Path) -> None:
    """Without its recording a case has no evidence; the page is written all the same."""
    results, _ = run
    (case,) = results.cases
    lost = msgspec.structs.replace(case, recording="recordings/gone.jsonl")
    changed = msgspec.structs.replace(results, cases=(lost,))
    assert dossier_of(changed, tmp_path, None).evidence == {}
    assert publish(changed, tmp_path).is_file()


@pytest.mark.parametrize("name", ["../../etc/passwd", "nothing/at-all", "a" * 300])
def test_a_case_that_is_none_of_ours(run: tuple[Results, Path], name: str) -> None:
    """A recording may name any case: of one that we do not have there is no scenario."""
    results, out = run
    (case,) = results.cases
    renamed = msgspec.structs.replace(case, id=name)
    rules = tuple(
        msgspec.structs.replace(
            rule,
            findings=tuple(msgspec.structs.replace(f, case=name) for f in rule.findings),
        )
        for rule in results.rules
    )
    changed = msgspec.structs.replace(results, cases=(renamed,), rules=rules)
    assert dossier_of(changed, out, None).evidence[name].scenario is None


def test_bundles(run: tuple[Results, Path], tmp_path: Path) -> None:
    """Each finding has a bundle, which is judged as the run was."""
    results, out = run
    publish(results, out, FAULTY, with_bundles=True)
    found = {f.fingerprint: rule for rule in results.rules for f in rule.findings}
    bundles = {path.stem: path for path in (out / "evidence").iterdir()}
    assert bundles.keys() == found.keys()
    for fingerprint, path in bundles.items():
        moved = path.rename(tmp_path / path.name)
        judged = judge_recordings([moved], BEGAN, Gate(allow_incomplete=True))
        assert fingerprint in {f.fingerprint for r in judged.rules for f in r.findings}
        with zipfile.ZipFile(moved) as bundle:
            told = json.loads(bundle.read("evidence.json"))
            assert bundle.read("scenario.yaml").startswith(b"summary:")
            assert b"expected" in bundle.read("finding.txt")
        assert told["rule"] == found[fingerprint].id
        assert (told["clock"], told["wire"]) == ("injected", "open-json")
        assert told["sections"]["Source"]
        assert publish(judged, tmp_path / "again", with_bundles=True).is_file()


def test_timelines_for_a_terminal(run: tuple[Results, Path]) -> None:
    """Of each broken rule there is what happened in one case, with its findings marked."""
    results, out = run
    told = timelines_of(results, out)
    broken = {r.id for r in results.rules if r.findings and r.severity is not Severity.MAY}
    assert told.keys() == broken
    for rule, text in told.items():
        assert f"^ {rule} (must)" in text
        assert "start: code 200001-demo" in text
    assert timelines_of(results, out / "elsewhere") == {}


def test_redacted_bundles(run: tuple[Results, Path], tmp_path: Path) -> None:
    """With pseudonyms in place of secrets a bundle is judged as before."""
    results, out = run
    publish(results, out, FAULTY, with_bundles=True, is_redacted=True)
    (rule,) = [r for r in results.rules if r.findings and r.severity is not Severity.MAY]
    (path,) = (out / "evidence").iterdir()
    uuid = rule.findings[0].client_uuid
    assert uuid
    with zipfile.ZipFile(path) as bundle:
        texts = [bundle.read(name) for name in bundle.namelist() if "scenario" not in name]
        told = json.loads(bundle.read("evidence.json"))["finding"]
    assert not [text for text in texts if uuid.encode() in text or b"200001-" in text]
    assert told["clientUuid"] == "client-1"
    moved = path.rename(tmp_path / path.name)
    judged = judge_recordings([moved], BEGAN, Gate(allow_incomplete=True))
    again = next(one for one in judged.rules if one.id == rule.id)
    assert [f.fingerprint for f in again.findings] == [path.stem]
    assert [r.verdict for r in judged.rules] == [r.verdict for r in results.rules]
