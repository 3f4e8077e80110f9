"""The kill matrix must not flatter: what it counts, and what it refuses to count."""

import pytest

from harness.domain.verdict import Severity
from sdks.kill_matrix.matrix import Matrix, binding_rules
from sdks.kill_matrix.page import figures
from sdks.kill_matrix.plan import cases_of, plan
from sdks.kill_matrix.specimen import Specimen, load_specimens
from sdks.kill_matrix.trial import Trial, attempt, load_suite

FAULTY = Specimen("drops", "faulty", ("usage/nothing-lost",), "Drops.", ("dls",), "")
CONFORMING = Specimen("other", "conforming", (), "Another way.", ("dls",), "")
LOST = {"usage/nothing-lost": (Severity.MUST, "usage/counts")}
CADENCE = {"submit/every-three-minutes": (Severity.MUST, "submit/steady")}
ANCHOR = {"submit/anchored-at-start": (Severity.SHOULD, "submit/steady")}
MAY = {"report/one-per-slot": (Severity.MAY, "usage/counts")}


def trial(specimen: Specimen = FAULTY, **changes: object) -> Trial:
    blank = Trial(specimen, "dls", 1, {}, (), (), False, 0.0)
    return blank._replace(**changes)  # type: ignore[arg-type]  # fields by name


def test_the_rule_meant_kills() -> None:
    """A faulty SDK is caught by the rule that it was made to break."""
    matrix = Matrix((trial(condemned=LOST),))
    assert matrix.killed
    assert not matrix.survivors
    assert matrix.alone("usage/nothing-lost") == matrix.killed


def test_another_rule_is_no_kill() -> None:
    """A finding about something else leaves it a survivor, and is a stray."""
    matrix = Matrix((trial(condemned=CADENCE),))
    assert len(matrix.survivors) == len(matrix.strays) == 1
    assert not matrix.is_sound


def test_a_crash_is_no_kill() -> None:
    """An SDK whose driver broke down has shown nothing."""
    matrix = Matrix((trial(condemned=LOST, crashes=("usage/counts: gone",)),))
    assert matrix.survivors
    assert not matrix.killed


@pytest.mark.parametrize("found", [CADENCE, ANCHOR])
def test_a_conforming_one_must_be_left_alone(found: dict[str, object]) -> None:
    """A must or a should rule that condemns a conforming SDK is a false alarm."""
    assert Matrix((trial(CONFORMING, condemned=found),)).false_alarms


def test_may_rules_tell_conforming_ones_apart() -> None:
    """What a may rule says is information."""
    assert not Matrix((trial(CONFORMING, condemned=MAY),)).false_alarms


def test_a_conforming_one_that_crashes_is_an_alarm() -> None:
    """Nothing is known of an SDK that could not be played."""
    assert Matrix((trial(CONFORMING, crashes=("usage/counts: gone",)),)).false_alarms


def test_every_binding_rule_needs_a_killer_in_each_generation() -> None:
    """A kill in DLS says nothing of LTS."""
    matrix = Matrix((trial(condemned=LOST),))
    missing = {(rule.id, generation) for rule, generation in binding_rules()}
    missing.remove(("usage/nothing-lost", "dls"))
    assert set(matrix.without_killer) == missing
    assert not matrix.is_sound


def test_a_finding_without_pointers_is_told() -> None:
    """A verdict that does not say where is no verdict for its reader."""
    assert Matrix((trial(condemned=LOST, unexplained=tuple(LOST)),)).unexplained


def test_figures_count_specimens() -> None:
    """One that survives in one of its generations has survived."""
    lost = trial(condemned=LOST)
    matrix = Matrix((lost, lost._replace(generation="lts", condemned={})))
    assert dict(figures(matrix))["faulty SDKs caught"] == "0 of 1"


def test_plan_leaves_no_rule_out() -> None:
    """Each is tried somewhere, and each rule has a killer in all its generations."""
    specimens = load_specimens()
    planned = list(plan(specimens, everything=False))
    assert {one.specimen for one in planned} == set(specimens)
    wanted = {(s.breaks[0], g) for s in specimens if s.breaks for g in s.generations}
    assert wanted == {
        (one.specimen.breaks[0], one.generation) for one in planned if one.specimen.breaks
    }


def test_conforming_ones_play_every_case_among_them() -> None:
    """One case of each file in a turn; in all turns together nothing is left out."""
    planned = plan(load_specimens(), everything=False)
    turns = [one.turn for one in planned if one.specimen.kind == "conforming"]
    played = {case.id for turn in turns for case in cases_of(turn, load_suite())}
    assert played == {case.id for case in load_suite()}


def test_plan_of_everything() -> None:
    """Nothing is left out."""
    specimens = load_specimens()
    planned = list(plan(specimens, everything=True))
    assert not any(one.turn for one in planned)
    assert len(planned) == sum(len(one.generations) for one in specimens)


def test_real_trials() -> None:
    """A real variant is caught, a real conforming one plays everything unharmed."""
    by_name = {one.name: one for one in load_specimens()}
    caught = attempt(by_name["counts-failures"], "dls")
    assert "usage/failures-not-counted" in caught.condemned
    assert not caught.crashes
    assert not caught.unexplained
    assert not caught.by_accident
    assert 0 < caught.cases < attempt(by_name["newest-first"], "lts", 1).cases
