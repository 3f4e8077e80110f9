"""The vendor's SDKs as they are tested: which they are, and what was seen of each."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from harness.domain.recording import Sdk
from harness.domain.results import RuleResult
from harness.domain.verdict import Verdict
from harness.drivers.pool import DriverPool
from harness.rules.catalogue import RULES_BY_ID
from harness.scenario.case_file import Case, find_case_files, load_cases
from harness.suite.performance import perform
from harness.suite.stage import Stage, set_stage
from harness.suite.tally import CaseReport, sum_up_rules
from sdks.dynamsoft.proxied import Proxied, drive_through_proxy

_SDKS = Path(__file__).resolve().parents[1]
_CASES = Path(__file__).with_name("cases")
#: The handshake code of the scenarios.
_CODE = "300300-scanner"
_JUDGED = (Verdict.SATISFIED, Verdict.VIOLATED)

#: The folders of the SDKs, in the order of the page.
SUBJECTS = tuple(sorted(path.name for path in _SDKS.glob("dynamsoft-*")))


@dataclass(frozen=True)
class Seen:
    """
    What one SDK showed.

    Attributes:
        folder: The name of its folder.
        clock: The clock mode in which it was run.
        reports: One for each case.
    """

    folder: str
    sdk: Sdk
    clock: str
    reports: tuple[CaseReport, ...]

    @property
    def rules(self) -> tuple[RuleResult, ...]:
        """All rules, over all cases."""
        return sum_up_rules(self.reports)

    @property
    def judged(self) -> tuple[RuleResult, ...]:
        """The rules whose premise occurred: those with a verdict."""
        return tuple(rule for rule in self.rules if rule.verdict in _JUDGED)

    @property
    def faults(self) -> tuple[str, ...]:
        """What drivers did against the contract, or we ourselves: there should be none."""
        broken = [one.case for one in self.reports if one.case.outcome.endswith("-fault")]
        return tuple(f"{case.id}: {case.reason}" for case in broken)


def sdk_file_of(folder: str) -> Path:
    """Return the SDK's file in *folder*."""
    return _SDKS / folder / "sdk.yaml"


def stories() -> tuple[Case, ...]:
    """Return the scenarios for SDKs that nobody here can authorise."""
    known = frozenset(RULES_BY_ID)
    paths = find_case_files(_CASES)
    return tuple(case for path in paths for case in load_cases(path, _CASES, known))


def observe(folder: str, cases: Iterable[Case], out: Path) -> Seen:
    """
    Play *cases* with the SDK in *folder*; recordings are kept below *out*.

    Raises:
        BadInput: It cannot be run.
        DriverFault: It does not describe itself.
    """
    stage = set_stage(sdk_file_of(folder), None, out)
    (out / "recordings").mkdir(parents=True, exist_ok=True)
    reports = asyncio.run(_played(stage, cases))
    return Seen(folder, stage.sdk, stage.clock, tuple(reports))


async def through_proxy(folder: str, scratch: Path) -> Proxied:
    """Drive the SDK in *folder* through mitmproxy once; what is saved goes to *scratch*."""
    return await drive_through_proxy(
        sdk_file_of(folder), scratch, knows_proxies=knows_proxies(folder), code=_CODE
    )


def knows_proxies(folder: str) -> bool:
    """Tell whether the SDK looks for proxies in its environment: not the Node edition."""
    return "-node-" not in folder


async def _played(stage: Stage, cases: Iterable[Case]) -> list[CaseReport]:
    drivers = DriverPool(stage.sdk_file, stage.generation, stage.clock)
    try:
        return [await perform(case, stage, drivers) for case in cases]
    finally:
        await drivers.close()
