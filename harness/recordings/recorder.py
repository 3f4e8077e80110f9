"""Writing a recording."""

from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from harness.documents.bad_input import unwritable
from harness.domain.recording import AnyEvent


class Recorder:
    """Writes events to a file, one a line, and keeps them for the judge."""

    def __init__(self, path: Path) -> None:
        """
        Write to *path*; what stands there is replaced.

        Raises:
            BadInput: That is not possible; so do `note`, and the end of the block.
        """
        self._path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path.open("wb")
        except OSError as error:
            raise unwritable(path, error) from error
        self._encode = msgspec.json.Encoder().encode
        self.events: list[AnyEvent] = []

    def note(self, event: AnyEvent) -> None:
        """Append *event*."""
        self.events.append(event)
        try:
            self._file.write(self._encode(event) + b"\n")
        except OSError as error:
            raise unwritable(self._path, error) from error

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
        try:
            self._file.close()
        except OSError as problem:
            if error is None:
                raise unwritable(self._path, problem) from problem
