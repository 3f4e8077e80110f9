"""What the mitmproxy add-on is told by mitmproxy's own options."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.capture.inspection import AUTO
from harness.capture.live import LiveJudge
from harness.capture.part_writer import PartWriter, check_parts
from harness.capture.told import read_told
from harness.capture.writing import CaptureWriter
from harness.documents.bad_input import BadInput, unknown_name
from harness.documents.wire_profile import load_profile
from harness.domain.generation import GENERATIONS

#: Option, type, default and help, in the order in which mitmproxy lists them.
OPTIONS: tuple[tuple[str, type, object, str], ...] = (
    ("dls_profile", str, AUTO, "Wire profile: open-json, dynamsoft, opaque, auto, a file."),
    ("dls_generation", str, "", "Judge by lts or dls; empty: as the messages tell."),
    ("dls_expect", Sequence[str], [], "What the SDK was told: NAME=VALUE."),
    ("dls_record", str, "", "Write a recording of ours to this file, flow by flow."),
    ("dls_partitions", int, 0, "Record in so many parts, in a folder; 0: in one file."),
    ("dls_redact", bool, False, "Leave secrets out of recordings and exports."),
    ("dls_fail_on", str, "never", "Exit with 1 on a violation: never, must or should."),
)
FAIL_ON = ("never", "must", "should")


@dataclass(frozen=True)
class Settings:
    """
    The options, read.

    Attributes:
        record: What gets the recording: a file, or a folder if there are *partitions*.
    """

    profile: str = AUTO
    generation: str | None = None
    expect: tuple[str, ...] = ()
    record: Path | None = None
    partitions: int | None = None
    is_redacted: bool = False
    fail_on: str = "never"

    def check(self) -> None:
        """
        See that they can be worked with.

        Raises:
            BadInput: One of them is wrong.
        """
        if self.generation not in (None, *GENERATIONS):
            name = self.generation or ""
            raise BadInput(
                f"dls_generation: {unknown_name('generation', name, GENERATIONS)}"
            )
        if self.fail_on not in FAIL_ON:
            raise BadInput(
                f"dls_fail_on: {unknown_name('severity', self.fail_on, FAIL_ON)}"
            )
        if self.partitions is not None:
            check_parts(self.partitions)
        if self.partitions is not None and self.record is None:
            raise BadInput("--partitions: say with --record where the parts go")
        self.judge()

    def recorder(self) -> CaptureWriter | PartWriter | None:
        """
        Return what writes each event at once, if any is to be written.

        Raises:
            BadInput: It cannot be written there.
        """
        if self.record is None:
            return None
        if self.partitions is None:
            return CaptureWriter(self.record)
        return PartWriter(self.record, self.partitions, is_live=True)

    def judge(self) -> LiveJudge:
        """
        Return a judge who has seen nothing yet.

        Raises:
            BadInput: There is no such profile, or nothing like that to be expected.
        """
        is_auto = self.profile == AUTO
        profile = None if is_auto else load_profile(self.profile, Path())
        told = read_told(self.expect, None)
        return LiveJudge(profile, self.generation, told, "live")
