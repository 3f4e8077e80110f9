"""Results as another run has left them."""

from pathlib import Path

import msgspec

from harness.documents.bad_input import BadInput, unreadable
from harness.domain.results import SCHEMA, Results


def load_results(path: Path) -> Results:
    """
    Read a ``results.json``, or the one in a folder.

    Raises:
        BadInput: It cannot be read, or is none.
    """
    file = path / "results.json" if path.is_dir() else path
    try:
        results = msgspec.json.decode(file.read_bytes(), type=Results)
    except OSError as error:
        raise unreadable(file, error, "the results of a run, or their folder") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"{file}: expected the results of a run: {error}") from error
    if results.schema != SCHEMA:
        raise BadInput(f"{file}: expected the schema {SCHEMA}, got {results.schema!r}")
    return results
