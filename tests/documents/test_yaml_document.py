"""YAML files: what is wrong in them is told with file, line and place."""

from pathlib import Path
from typing import Any, Literal

import msgspec
import pytest

from harness.documents.bad_input import BadInput
from harness.documents.yaml_document import YamlDocument
from harness.domain.span import Span


class Leaf(msgspec.Struct, forbid_unknown_fields=True, rename="camel"):
    count: int
    long_name: str = ""
    every: Span | None = None
    kind: Literal["first", "second"] = "first"


class Tree(msgspec.Struct, forbid_unknown_fields=True):
    leaves: tuple[Leaf, ...] = ()
    by_name: dict[str, Leaf] = {}
    root: Leaf | None = None


def _document(folder: Path, text: str | bytes) -> YamlDocument:
    path = folder / "tree.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return YamlDocument(path)


def _complaint(folder: Path, text: str | bytes) -> str:
    """Return what is told of *text*, without the folder."""
    with pytest.raises(BadInput) as caught:
        _document(folder, text).convert(Tree)
    message = str(caught.value)
    assert "\n" not in message
    return message.removeprefix(f"{folder}/")


def test_converts(tmp_path: Path) -> None:
    """A document that fits becomes the type that was asked for."""
    document = _document(tmp_path, "root: {count: 3, longName: x, every: 2m30s}")
    tree = document.convert(Tree)
    assert tree.root == Leaf(count=3, long_name="x", every=Span(seconds=150))


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("root:\n  count: many", "tree.yaml:2: root.count: Expected `int`, got `str`"),
        (
            "root:\n  longName: x",
            "tree.yaml:1: root: Object missing required field `count`",
        ),
        (
            "leaves:\n  - count: 1\n  - count: 2\n    kind: third",
            "tree.yaml:4: leaves[1].kind: Invalid enum value 'third': expected one of "
            "first, second",
        ),
        (
            "root:\n  count: 1\n  every: 5",
            "tree.yaml:3: root.every: expected a time span such as 90s or 3m, got 5",
        ),
        ("- 1", "tree.yaml:1: Expected `object`, got `array`"),
        ("", "tree.yaml: is empty; expected keys and values"),
        ("root: [1]", "tree.yaml:1: root: Expected `object | null`, got `array`"),
    ],
)
def test_wrong_types(tmp_path: Path, text: str, complaint: str) -> None:
    """A value of a wrong type is told with file, line, place and what was expected."""
    assert _complaint(tmp_path, text) == complaint


@pytest.mark.parametrize(
    ("text", "line", "place", "rest"),
    [
        ("rot: 1", 1, "rot", "'rot'; Did you mean 'root'? known: by_name, leaves, root"),
        (
            "leaves:\n\n  - count: 1\n    longname: x",
            4,
            "leaves[0].longname",
            "'longname'; Did you mean 'longName'? known: count, every, kind, longName",
        ),
        (
            # msgspec does not tell below which name it stands.
            "by_name:\n  oak:\n    count: 1\n    zz: 2",
            1,
            "by_name[...].zz",
            "'zz'; known: count, every, kind, longName",
        ),
    ],
)
def test_unknown_keys(tmp_path: Path, text: str, line: int, place: str, rest: str) -> None:
    """An unknown key is told with the known ones, and the one that may be meant."""
    told = _complaint(tmp_path, text)
    assert told == f"tree.yaml:{line}: {place}: unknown key {rest}"


@pytest.mark.parametrize(
    ("text", "line", "complaint"),
    [
        ("a: 1\nb: [1\n", 3, "no valid YAML: "),
        ("a: 'x", 1, "no valid YAML: "),
        ("a: 1\n---\nb: 2", 2, "no valid YAML: but found another document"),
        ("? [a]\n: b", 1, "no valid YAML: found unhashable key"),
        ("a: !!python/object:os.system x", 1, "the tag 'tag:yaml.org,2002:python"),
        ("a: 1\n\nb: 2\na: 3", 4, "the key 'a' stands here a second time"),
        ("x: [{b: 1, b: 1}]", 1, "the key 'b' stands here a second time"),
        ("a: 1\nb: !!bool x", 2, "the tag 'tag:yaml.org,2002:bool': write the value"),
        ("a: !!int ''", 1, "the tag 'tag:yaml.org,2002:int': write the value without"),
        ("a: !!timestamp x", 1, "the tag 'tag:yaml.org,2002:timestamp': write the"),
        ("a: !!set {b, c}", 1, "the tag 'tag:yaml.org,2002:set': write the value"),
        ("a: &x 1\nb: *x", 2, "alias *x: write the part out"),
        ("a: &a [1]\nb: &b [*a, *a]\nc: [*b, *b]", 2, "alias *a: write the part out"),
        ("a: 1\nb: " + "[" * 200 + "]" * 200, 2, "nested too deeply"),
        ("a: " + "[" * 500_000, 1, "nested too deeply"),
        ("\n".join(" " * i + "a:" for i in range(300)), 101, "nested too deeply"),
        (b"a: 1\nb: \xff\xfe", 2, "expected plain text in UTF-8: invalid leading"),
        (b"a: \x00", 1, "expected plain text in UTF-8: control characters"),
    ],
    ids=range(18),
)
def test_no_plain_yaml(
    tmp_path: Path, text: str | bytes, line: int, complaint: str
) -> None:
    """What is no YAML of plain values is told with file and line, in one line."""
    assert _complaint(tmp_path, text).startswith(f"tree.yaml:{line}: {complaint}")


def test_too_big(tmp_path: Path) -> None:
    """A huge file is refused unread."""
    told = _complaint(tmp_path, b"#" * 1_000_001)
    assert told == "tree.yaml: 1000001 bytes; expected at most 1 MB of YAML"


def test_nested_as_people_do(tmp_path: Path) -> None:
    """A hundred levels are no problem."""
    assert _document(tmp_path, "[" * 100 + "]" * 100).value


@pytest.mark.parametrize("text", ["1:30", "1" + ":1" * 9000, "1" * 5000, "0x" + "f" * 99])
def test_no_number_that_we_know(tmp_path: Path, text: str) -> None:
    """Numbers to the base of 60, and endless ones, are words: they cost no time."""
    assert _document(tmp_path, text).value == text


@pytest.mark.parametrize(
    ("text", "number"),
    [
        *[("0", 0), ("-12", -12), ("1_000", 1000), ("0x1f", 31), ("0b11", 3), ("017", 15)],
        *[("1.5", 1.5), ("-.5", -0.5), ("1.0e+3", 1000.0), ("9" * 19, 10**19 - 1)],
    ],
)
def test_numbers(tmp_path: Path, text: str, number: float) -> None:
    """Numbers as people write them are numbers."""
    value = _document(tmp_path, text).value
    assert (value, type(value)) == (number, type(number))


@pytest.mark.parametrize("word", ["on", "off", "yes", "no", "y", "n", "On", "NO"])
def test_words(tmp_path: Path, word: str) -> None:
    """on, off, yes and no are words, as keys and as values."""
    assert _document(tmp_path, f"{word}: {word}").value == {word: word}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", True),
        ("false", False),
        ("null", None),
        ("~", None),
        ("5", 5),
        ("1.5", 1.5),
        ("2026-03-01T08:00:30Z", "2026-03-01T08:00:30Z"),
        ("2026-03-01", "2026-03-01"),
    ],
)
def test_plain_values(tmp_path: Path, text: str, value: Any) -> None:
    """true, false, null and numbers are what they look like; instants are text."""
    assert _document(tmp_path, f"a: {text}").value == {"a": value}


@pytest.mark.parametrize(
    ("name", "why"), [("missing.yaml", "No such file or directory"), ("", "Is a directory")]
)
def test_unreadable(tmp_path: Path, name: str, why: str) -> None:
    """A file that cannot be read is told with the reason."""
    with pytest.raises(BadInput, match=f"cannot be read: {why}"):
        YamlDocument(tmp_path / name)


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("$", 2),
        ("$.leaves", 2),
        ("$.leaves[1]", 4),
        ("$.leaves[1].count", 4),
        ("$.leaves[1].count.deeper", 4),
        ("$.leaves[7]", 2),
        ("$.nothing", 2),
    ],
)
def test_lines(tmp_path: Path, path: str, line: int) -> None:
    """A part that is not there has the line of the last part on the way to it."""
    text = "# comment\nleaves:\n  - count: 1\n  - count: 2\n"
    assert _document(tmp_path, text).line_of(path) == line
