"""Tests of the single-fault sweep."""

from pathlib import Path

import pytest

from harness.rules.catalogue import RULES_BY_ID
from harness.scenario.case_file import Case, load_cases
from harness.suite.stage import set_stage
from harness.suite.sweep import DAMAGES, Strike, sweep
from harness.suite.workshop import Workshop

ROOT = Path(__file__).parents[2]


def _case(name: str) -> Case:
    (case,) = load_cases(
        ROOT / f"cases/{name}.yaml", ROOT / "cases", frozenset(RULES_BY_ID)
    )
    return case


def _swept(sdk: str, out: Path) -> list[Strike]:
    workshop = Workshop(set_stage(ROOT / "sdks" / sdk, "dls", out))
    try:
        return list(sweep(_case("submit/cadence"), workshop))
    finally:
        workshop.close()


@pytest.mark.parametrize("sdk", ["node/sdk.yaml", "reference/sdk.yaml"])
def test_sound_sdks_recover_from_every_fault(sdk: str, tmp_path: Path) -> None:
    """An SDK that conforms recovers from each single fault at each exchange."""
    strikes = _swept(sdk, tmp_path)
    assert len(strikes) == 3 * len(DAMAGES)
    for strike in strikes:
        assert strike.played.report(False, None).case.outcome == "passed", strike.case.id


def test_every_fault_strikes(tmp_path: Path) -> None:
    """Each run has exactly the one fault at the one exchange that it is named after."""
    for strike in _swept("node/sdk.yaml", tmp_path):
        struck = [getattr(event, "fault", None) for event in strike.played.events]
        assert [text for text in struck if text], strike.case.id


def test_defect_does_not_recover(tmp_path: Path) -> None:
    """An SDK that retries within the session fails for faults of its submissions only."""
    strikes = _swept("reference/faulty/retries-at-next-tick.yaml", tmp_path)
    failed = {s.fault.on for s in strikes if s.played.report(False, None).case.violated}
    assert failed == {"usage"}
