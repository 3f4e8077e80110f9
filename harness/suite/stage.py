"""One SDK, ready to be tested: what is the same for all of its cases."""

import asyncio
from dataclasses import dataclass, replace
from pathlib import Path

from harness.documents.wire_profile import load_profile
from harness.domain.recording import Sdk
from harness.drivers.clocks.choice import described_by
from harness.drivers.contract import Description
from harness.drivers.sdk_file import SdkFile, load_sdk_file
from harness.suite.baseline_file import load_baseline
from harness.suite.gate import Gate
from harness.wire.codec import Profile


@dataclass(frozen=True)
class Stage:
    """
    What every case needs.

    Attributes:
        generation: The one that was asked for; ``None``: as the SDK likes.
        out: Folder of the results; recordings go below it.
        gate: What is demanded of the SDK.
    """

    sdk_file: SdkFile
    description: Description
    profile: Profile
    generation: str | None
    out: Path
    seed: int | None
    gate: Gate

    @property
    def strict(self) -> bool:
        """Whether *should* rules fail a case too."""
        return self.gate.strict

    @property
    def clock(self) -> str:
        """The name of the clock mode."""
        return self.description.clock

    @property
    def sdk(self) -> Sdk:
        """The SDK as recordings and results name it."""
        described = self.description
        return Sdk(
            name=described.sdk.name,
            version=described.sdk.version,
            language=described.sdk.language,
            product=described.product,
            generation=described.generation,
        )


def set_stage(
    sdk: Path,
    generation: str | None,
    out: Path,
    *,
    clock: str | None = None,
    seed: int | None = None,
    gate: Gate | None = None,
    description: Description | None = None,
) -> Stage:
    """
    Read the SDK's file and ask its driver who it is, unless its *description* is known.

    The clock mode is *clock*, or what the file says, or what the driver says.

    Raises:
        BadInput: The file, or what it names, cannot be worked with.
        DriverFault: The driver does not describe itself as the contract wants.
    """
    sdk_file = load_sdk_file(sdk)
    profile = load_profile(sdk_file.wire, sdk_file.folder)
    gate = gate or Gate()
    if gate.baseline is None and sdk_file.baseline:
        gate = replace(gate, baseline=load_baseline(sdk_file.baseline))
    if description is None:
        asked = clock or sdk_file.clock
        description = asyncio.run(described_by(sdk_file, generation, asked))
    return Stage(sdk_file, description, profile, generation, out, seed, gate)
