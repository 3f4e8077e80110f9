"""
Is a driver sound? Asked before the suite blames the SDK.

The examination is a table of steps. A step returns what it found, or raises what is
wrong; the ones that follow need not make sense after a vital one went wrong.
"""

import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from harness.drivers.clocks.mode import ClockMode
from harness.drivers.clocks.proof import prove
from harness.drivers.contract import DESCRIBE
from harness.drivers.driver import GRACE, DriverFault
from harness.drivers.examination import Examination, Problem, Setting
from harness.drivers.sdk_file import SdkFile
from harness.drivers.witness import Witness


@dataclass(frozen=True)
class Check:
    """
    One question to the driver.

    Attributes:
        name: What was asked.
        ok: Whether the answer was right.
        detail: What was found; if not ok: what was expected, and what to do.
    """

    name: str
    ok: bool
    detail: str


@dataclass(frozen=True)
class _Step:
    """
    A check's name, what is done for it, and whether the next ones need it.

    One that is *witnessed* asks the servers, and is left out where they cannot tell.
    """

    name: str
    ask: Callable[[Examination], Awaitable[str]]
    vital: bool = False
    witnessed: bool = False


_STEPS = (
    _Step("describes itself", Examination.describes, vital=True),
    _Step("contract version", Examination.has_version),
    _Step("capabilities exist", Examination.has_known_capabilities),
    _Step("generation", Examination.has_generation),
    _Step("clock mode", Examination.has_clock, vital=True),
    _Step("clock mode works", Examination.proves_clock, vital=True),
    _Step("made-up method is refused", Examination.refuses_made_up_method),
    _Step("stop without a session", Examination.stops_without_session),
    _Step("operate without a session", Examination.refuses_without_session),
    _Step("session starts", Examination.starts, vital=True),
    _Step("handshake code arrives", Examination.hands_code_on, witnessed=True),
    _Step("operation is performed", Examination.operates),
    _Step("next timer", Examination.tells_next_timer),
    _Step("advance to the past", Examination.ignores_past),
    _Step("time goes by", Examination.advances),
    _Step("how it waits", Examination.tells_habits),
    _Step("usage arrives", Examination.hands_usage_on, witnessed=True),
    _Step("requests have a cause", Examination.asks_only_when_asked, witnessed=True),
    _Step("session stops", Examination.stops),
    _Step("process ends by itself", Examination.ends),
)

#: Where a fault in the description belongs, by the field at fault.
_STEP_OF_FIELD = {
    "contract": "contract version",
    "capabilities": "capabilities exist",
    "generation": "generation",
    "clock": "clock mode",
}


async def examine(
    sdk_file: SdkFile,
    *,
    generation: str | None,
    clock: ClockMode,
    servers: tuple[str, ...],
    begin: datetime,
    handshake_code: str = "200001-demo",
    witness: Witness | None = None,
    reason: str = "",
    grace: timedelta = GRACE,
) -> list[Check]:
    """
    Return what is right and wrong with the driver of *sdk_file*, in order of asking.

    A driver that breaks its contract gets a failed check that ends the examination.

    Args:
        sdk_file: Which driver.
        generation: The generation asked for; ``None``: none was.
        clock: How its time passes.
        servers: Servers that grant *handshake_code*, the main one first.
        begin: When the session begins, in virtual time.
        handshake_code: The one to start with.
        witness: What the servers see; without it the driver's word is taken.
        reason: Why it is this clock mode, for the reader.
        grace: How long the driver may take to end when it is closed.

    Raises:
        BadInput: The driver cannot be started at all.
    """
    proofs = await prove(clock, begin) if clock.is_proved else []
    clock.begin(begin)
    driver = await clock.open(sdk_file, generation, grace)
    # What an SDK still writes while it is killed must not break the removal.
    folder = tempfile.TemporaryDirectory(
        prefix="dlscheck-doctor-", ignore_cleanup_errors=True
    )
    with folder as cache:
        setting = Setting(
            servers=servers,
            handshake_code=handshake_code,
            cache_dir=Path(cache),
            generation=generation,
            clock=clock,
            witness=witness,
            reason=reason,
            proofs=proofs,
        )
        try:
            return await _checks(Examination(driver, setting))
        finally:
            await driver.close()


async def _checks(examination: Examination) -> list[Check]:
    checks = []
    for step in _STEPS:
        if step.witnessed and not examination.is_witnessed:
            continue
        try:
            checks.append(Check(step.name, True, await step.ask(examination)))
        except Problem as problem:
            checks.append(Check(step.name, False, str(problem)))
            if step.vital:
                break
        except DriverFault as fault:
            checks.append(_failed(step, fault))
            break
    return checks


def _failed(step: _Step, fault: DriverFault) -> Check:
    check = Check(step.name, False, str(fault))
    if fault.blame.method != DESCRIBE.name:
        return check
    field = fault.blame.field
    return replace(check, name=_STEP_OF_FIELD.get(field, step.name))
