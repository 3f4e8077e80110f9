"""Which clock mode an SDK is tested in."""

from datetime import timedelta

from harness.documents.bad_input import BadInput, unknown_name
from harness.domain.instant import EPOCH
from harness.drivers.clocks.browser import BrowserClock
from harness.drivers.clocks.faketime import FaketimeClock
from harness.drivers.clocks.flowing import RealClock, ScaledClock
from harness.drivers.clocks.injected import InjectedClock
from harness.drivers.clocks.mode import ClockMode
from harness.drivers.clocks.preload import PreloadClock
from harness.drivers.clocks.proof import prove
from harness.drivers.contract import Description, with_clock
from harness.drivers.driver import DriverFault
from harness.drivers.sdk_file import SdkFile, generation_problem

#: What drivers use that move the SDK's clock themselves.
DEFAULT_CLOCK = InjectedClock.name
#: Stands for the strongest mode that works.
AUTO = "auto"
#: Languages whose programs wait in an event loop, whatever they do.
_LOOPS = ("javascript", "typescript", "node")

#: Every mode.
SUPPORTED_CLOCKS: dict[str, type[ClockMode]] = {
    mode.name: mode
    for mode in (
        *(InjectedClock, BrowserClock, PreloadClock),
        *(FaketimeClock, ScaledClock, RealClock),
    )
}


def clock_named(name: str) -> ClockMode:
    """
    Return a clock of the mode *name*.

    Raises:
        BadInput: There is none of that name.
    """
    if name not in SUPPORTED_CLOCKS:
        raise BadInput(unknown_name("clock mode", name, SUPPORTED_CLOCKS))
    return SUPPORTED_CLOCKS[name]()


async def resolved(
    sdk_file: SdkFile, generation: str | None, mode: str | None
) -> tuple[str, str]:
    """
    Return the name of the clock mode to use, and why it is that one.

    Args:
        sdk_file: Whose driver is to be driven.
        generation: The generation asked for; ``None``: none was.
        mode: The mode asked for; ``None``: as the driver says; ``auto``: the strongest.

    Raises:
        BadInput: The driver cannot be started, or ``auto`` finds no mode that works.
    """
    if mode not in (None, AUTO):
        return mode, "as asked"
    told = await told_clock(sdk_file, generation)
    if mode is None or clock_named(told).is_given:
        return told, "as the driver says"
    reasons = []
    for clock in (PreloadClock, FaketimeClock, ScaledClock):
        reason = await _why_not(clock(), sdk_file, generation)
        if reason is None:
            return clock.name, "the strongest that works without a clock of the SDK's own"
        reasons.append(f"{clock.name}: {reason}")
    told_reasons = "\n  ".join(reasons)
    raise BadInput(f"no clock mode works for {sdk_file.name}:\n  {told_reasons}")


async def _why_not(
    clock: ClockMode, sdk_file: SdkFile, generation: str | None
) -> str | None:
    """Say why *clock* does not work for *sdk_file*; ``None``: it does."""
    try:
        proofs = await prove(clock, EPOCH)
        described = await _asked(sdk_file, generation, clock.name)
    except (BadInput, DriverFault) as error:
        return str(error)
    wrong = "; ".join(proof.text for proof in proofs if not proof.is_exact)
    if wrong:
        return f"it is not exact on this machine: {wrong}"
    language = (described.sdk.language or "").lower()
    if clock.wakes_loops_only and clock.tolerance == timedelta() and language not in _LOOPS:
        return f"it moves event loops only, and the SDK's language is {language!r}"
    return None


async def described_by(
    sdk_file: SdkFile, generation: str | None, mode: str | None
) -> Description:
    """
    Return what the driver of *sdk_file* answers to ``describe``, with its clock mode.

    Args:
        sdk_file: Which driver.
        generation: The generation asked for; ``None``: none was.
        mode: The clock mode asked for; ``None``: as the driver says; ``auto``: the
            strongest that works.

    Raises:
        BadInput: It drives another generation, or cannot be driven in this mode.
        DriverFault: Its answer does not fit the contract.
    """
    if mode == AUTO:
        mode, _ = await resolved(sdk_file, generation, mode)
    given = _given_clock(sdk_file)
    first = await _asked(sdk_file, generation, mode or given)
    if mode is None and first.clock != given:
        return await _asked(sdk_file, generation, first.clock)
    return first if mode is None else with_clock(first, mode)


async def told_clock(sdk_file: SdkFile, generation: str | None) -> str:
    """
    Return the clock mode that the driver of *sdk_file* says it is made for.

    One that cannot say so is left to whoever examines it.

    Raises:
        BadInput: It cannot be started.
    """
    given = _given_clock(sdk_file)
    driver = await clock_named(given).open(sdk_file, generation)
    try:
        return (await driver.describe()).clock
    except DriverFault:
        return given
    finally:
        await driver.close()


def _given_clock(sdk_file: SdkFile) -> str:
    """Return the mode in which nothing has to be done around the driver's process."""
    has_page = sdk_file.websocket is not None and sdk_file.websocket.page is not None
    return BrowserClock.name if has_page else DEFAULT_CLOCK


async def _asked(sdk_file: SdkFile, generation: str | None, mode: str) -> Description:
    clock = clock_named(mode)
    driver = await clock.open(sdk_file, generation)
    try:
        described = await driver.describe()
        clock.check_reached(driver)
    finally:
        await driver.close()
    problem = generation_problem(driver.name, described, generation)
    if problem:
        raise BadInput(problem)
    return described
