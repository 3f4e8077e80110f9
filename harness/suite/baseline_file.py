"""The baseline as a file that people write, and that is written for them."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from harness.documents.bad_input import unknown_name, unwritable
from harness.documents.yaml_document import YamlDocument
from harness.documents.yaml_text import in_one_line
from harness.domain.generation import GENERATIONS
from harness.rules.catalogue import RULES_BY_ID
from harness.suite.baseline import Baseline, Entry

_HEAD = """\
# Known failures. An entry excuses just the findings that it lists, until it expires;
# one that excuses nothing any more fails the gate with exit code 4.
"""


class _Text(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    entries: tuple[Entry, ...]


def load_baseline(path: Path) -> Baseline:
    """
    Read the baseline in *path*.

    Raises:
        BadInput: It cannot be read, or says what it must not say; with file and line.
    """
    document = YamlDocument(path)
    entries = document.convert(_Text).entries
    for index, entry in enumerate(entries):
        for field, name, known in _names(entry):
            if name not in known:
                problem = unknown_name(field, name, known)
                raise document.blamed(f"{problem} - at `$.entries[{index}].{field}`")
    return Baseline(entries)


def _names(entry: Entry) -> Iterator[tuple[str, str, Mapping[str, object]]]:
    """Return the names in *entry*, each with its field and the names that there are."""
    yield "rule", entry.rule, RULES_BY_ID
    if entry.generation is not None:
        yield "generation", entry.generation, GENERATIONS


def write_baseline(baseline: Baseline, path: Path) -> None:
    """
    Write *baseline* to *path*, sorted, so that two versions can be compared.

    Raises:
        BadInput: It cannot be written.
    """
    entries = sorted(baseline.entries, key=lambda entry: (entry.rule, entry.case))
    blocks = [_block(entry) for entry in entries]
    text = "entries:\n" + "".join(blocks) if blocks else "entries: []\n"
    try:
        path.write_text(_HEAD + text, encoding="utf-8")
    except OSError as error:
        raise unwritable(path, error) from error


def _block(entry: Entry) -> str:
    fields = msgspec.to_builtins(entry)
    lines = [f"{name}: {in_one_line(value)}" for name, value in fields.items()]
    return "  - " + "\n    ".join(lines) + "\n"
