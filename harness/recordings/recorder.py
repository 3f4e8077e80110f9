"""Writing a recording."""

from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from harness.domain.recording import AnyEvent


class Recorder:
    """Writes events to a file, one a line, and keeps them for the judge."""

    def __init__(self, path: Path) -> None:
        """Write to *path*; what stands there is replaced."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("wb")
        self._encode = msgspec.json.Encoder().encode
        self.events: list[AnyEvent] = []

    def note(self, event: AnyEvent) -> None:
        """Append *event*."""
        self.events.append(event)
        self._file.write(self._encode(event) + b"\n")

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the file."""
        self._file.close()
