"""Playing a property: story after story, one report for all."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from harness.domain.recording import SCHEMA, RecordingClosed, RecordingOpened, Sdk
from harness.domain.results import Finding, Ledger, RuleResult
from harness.domain.verdict import Severity, Verdict
from harness.judge import Judgement
from harness.rules.catalogue import RULES_BY_ID
from harness.scenario.case_file import Case, load_cases
from harness.scenario.scenario import Crash, Operate, Scenario, Start, Step, Stop
from harness.suite.exploration import Exploration
from harness.suite.gate import Gate
from harness.suite.performance import Performance
from harness.suite.property import Cast, Play, Property, StoryBroken
from harness.suite.stage import Stage, set_stage
from harness.suite.tally import CaseReport

ROOT = Path(__file__).parents[2]
MUST, OTHER, SHOULD = "usage/nothing-lost", "submit/by-post", "auth/bounded-attempts"
START, STOP = Step(start=Start()), Step(stop=Stop())
OPERATE, CRASH = Step(operate=Operate()), Step(crash=Crash())


def story(*steps: Step) -> Scenario:
    return Scenario(summary="s", exercises=(MUST,), steps=steps)


def judged(*violated: str) -> Judgement:
    results = tuple(_result(rule, rule in violated) for rule in RULES)
    return Judgement(results, Ledger(), slots=())


RULES = (MUST, OTHER, SHOULD)


def _result(rule: str, is_violated: bool) -> RuleResult:
    finding = Finding(
        case="p/x",
        device="a",
        client_uuid="u",
        at=story().begin,
        entries=(0, 1),
        expected="good",
        got="bad",
        fingerprint="f",
    )
    return RuleResult(
        id=rule,
        severity=Severity.SHOULD if rule == SHOULD else Severity.MUST,
        verdict=Verdict.VIOLATED if is_violated else Verdict.SATISFIED,
        exposures=1,
        reason=None,
        findings=(finding,) if is_violated else (),
    )


class Actors:
    """
    Plays stories without any SDK.

    Attributes:
        violates: Which rules a story breaks.
        played: The stories, in order.
    """

    def __init__(self) -> None:
        self.violates: Callable[[Scenario], tuple[str, ...]] = lambda _: ()
        self.fault: Callable[[Scenario], bool] = lambda _: False
        self.played: list[Scenario] = []

    def play(self, case: Case) -> Performance:
        self.played.append(case.scenario)
        at = case.scenario.begin
        head = RecordingOpened(
            at=at,
            schema=SCHEMA,
            dlscheck="0",
            source="run",
            case=case.id,
            sdk=Sdk(name="s", version="1", product="dbr", generation="dls"),
            clock="injected",
            wire="open-json",
        )
        events = [head, *[RecordingClosed(at=at, settled=True)] * len(case.scenario.steps)]
        if self.fault(case.scenario):
            return Performance(case, events, "driver 'x' broke its contract", None, 0.1)
        return Performance(case, events, None, judged(*self.violates(case.scenario)), 0.1)


@pytest.fixture
def actors() -> Actors:
    return Actors()


@pytest.fixture(scope="module")
def reference() -> Stage:
    return set_stage(ROOT / "sdks/reference/sdk.yaml", "dls", Path())


@pytest.fixture
def explore(actors: Actors, reference: Stage, tmp_path: Path) -> Callable[..., CaseReport]:
    """Explore the stories that a test gives."""

    def explored(*stories: Scenario, **settings: Any) -> CaseReport:
        def search(_: Cast, play: Play, *, examples: int, seed: int) -> None:
            assert seed == 0
            for number in range(examples):
                play(stories[number % len(stories)])

        told = Property("p/x", "s", (MUST,), search)
        stage = replace(reference, out=tmp_path, **settings)
        return Exploration(told, stage, actors.play).explore(len(stories))

    return explored


def test_all_pass(explore: Any, tmp_path: Path) -> None:
    """The report sums up all stories; the recording of the longest is kept."""
    report = explore(story(START), story(START, STOP), story(STOP))
    assert (report.case.outcome, report.case.examples) == ("passed", 3)
    assert [rule.exposures for rule in report.rules] == [3, 3, 3]
    assert report.case.exercised == RULES
    recording = (tmp_path / report.case.recording).read_text(encoding="utf-8")
    assert recording.count("recording-closed") == 2
    assert not (tmp_path / "counterexamples").exists()


def test_the_same_story_again(explore: Any, actors: Actors) -> None:
    """What was drawn twice is played once."""
    report = explore(story(START), story(START), story(STOP))
    assert (len(actors.played), report.case.examples) == (2, 2)


def test_one_is_broken(explore: Any, actors: Actors, tmp_path: Path) -> None:
    """The plainest broken story is kept as a case file, with its recording and timeline."""
    actors.violates = lambda one: (MUST,) if OPERATE in one.steps else ()
    report = explore(story(START), story(START, OPERATE, STOP, OPERATE), story(CRASH))
    case = report.case
    assert (case.outcome, case.violated, case.examples) == ("violated", (MUST,), 2)
    assert CRASH not in actors.played[-1].steps
    path = tmp_path / case.counterexample
    (kept,) = load_cases(path, tmp_path, frozenset(RULES_BY_ID))
    assert (kept.scenario.steps, kept.scenario.exercises) == ((OPERATE,), (MUST,))
    assert "p/x" in kept.scenario.summary
    assert f"^ {MUST} (must)" in case.timeline
    recording = (tmp_path / case.recording).read_text(encoding="utf-8")
    assert recording.count("recording-closed") == 1


def test_goes_on_breaking_the_same_rule(explore: Any, actors: Actors) -> None:
    """A shorter story that breaks another rule is not what was found."""
    actors.violates = lambda one: (OTHER,) if len(one.steps) < 3 else (MUST,)
    report = explore(story(START, OPERATE, STOP, OPERATE))
    assert report.case.violated == (MUST,)


def test_should_rules_warn(explore: Any, actors: Actors) -> None:
    """A should rule is told with one finding, whose events are in no recording."""
    actors.violates = lambda _: (SHOULD,)
    report = explore(story(START), story(STOP))
    assert report.case.outcome == "passed"
    (finding,) = next(rule for rule in report.rules if rule.id == SHOULD).findings
    assert finding.entries == ()


def test_should_rules_fail_if_strict(explore: Any, actors: Actors) -> None:
    """In a strict run a should rule breaks the story."""
    actors.violates = lambda _: (SHOULD,)
    report = explore(story(START), gate=Gate(strict=True))
    assert report.case.outcome == "violated"
    assert next(rule for rule in report.rules if rule.id == SHOULD).findings[0].entries


def test_driver_fault(explore: Any, actors: Actors, tmp_path: Path) -> None:
    """A driver's fault ends the property; the story in which it happened is kept."""
    actors.fault = lambda one: OPERATE in one.steps
    report = explore(story(START), story(OPERATE), story(STOP))
    assert (report.case.outcome, len(actors.played)) == ("driver-fault", 2)
    assert report.case.reason == "driver 'x' broke its contract"
    assert report.rules == ()
    (kept,) = load_cases(
        tmp_path / report.case.counterexample, tmp_path, frozenset(RULES_BY_ID)
    )
    assert kept.scenario.steps == (OPERATE,)


def test_fault_of_ours(explore: Any, actors: Actors) -> None:
    """A mistake of ours comes with the story in which it was made, and ends all."""

    def slip(_: Scenario) -> tuple[str, ...]:
        raise KeyError("the harness slipped")

    actors.violates = slip
    with pytest.raises(KeyError, match="slipped") as caught:
        explore(story(START, STOP), story(STOP))
    assert len(actors.played) == 1
    assert "- start\n  - stop" in caught.value.__notes__[0]


def test_seed(reference: Stage, tmp_path: Path) -> None:
    """A search gets the seed of the run; without one it is always the same."""
    seeds = []

    def search(*_: Any, seed: int, **__: Any) -> None:
        seeds.append(seed)
        raise StoryBroken

    for seed in (None, None, 7):
        stage = replace(reference, out=tmp_path, seed=seed)
        Exploration(Property("p/x", "s", (), search), stage, Actors().play).explore(1)
    assert seeds == [0, 0, 7]
