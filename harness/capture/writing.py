"""A recording of ours, written line by line, so that nothing is lost that was seen."""

from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from harness.documents.bad_input import unwritable
from harness.domain.recording import AnyEvent


class CaptureWriter:
    """Writes events to a file; each has left this process before the next one comes."""

    def __init__(self, path: Path) -> None:
        """
        Write to *path*; what stands there is replaced.

        Raises:
            BadInput: That is not possible.
        """
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path.open("wb", buffering=0)
        except OSError as error:
            raise unwritable(path, error) from error
        self._path = path
        self._encode = msgspec.json.Encoder().encode

    def note(self, event: AnyEvent) -> None:
        """
        Append *event*.

        Raises:
            BadInput: There is no more room.
        """
        try:
            self._file.write(self._encode(event) + b"\n")
        except OSError as error:
            raise unwritable(self._path, error) from error

    def close(self) -> None:
        """Close the file."""
        self._file.close()

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
        self.close()
