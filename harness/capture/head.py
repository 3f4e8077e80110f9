"""The head of the recording that a capture is."""

from datetime import datetime
from importlib.metadata import version

from harness.capture.told import Told
from harness.domain.evidence import Evidence
from harness.domain.recording import SCHEMA, RecordingOpened, Sdk


def head_of(
    profile: str,
    reads: tuple[str, ...],
    told: Told,
    generation: str,
    at: datetime,
    *,
    case: str,
    source: str = "inspect",
) -> RecordingOpened:
    """Return the head of a capture in *profile*, which *reads* so much of it."""
    is_read = bool({"authorization", "usage"} & set(reads))
    messages = (Evidence.MESSAGE,) if is_read else ()
    return RecordingOpened(
        at=at,
        schema=SCHEMA,
        dlscheck=version("dlscheck"),
        source=source,
        case=case,
        sdk=Sdk(name="capture", version="unknown", product="any", generation=generation),
        clock="captured",
        wire=profile,
        evidence=(Evidence.ENVELOPE, *messages, *told.evidence),
        told=told.configuration,
        device=told.device,
        reads=reads,
    )
