"""YAML files into typed values; a mistake is told with its file, line and path."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec
import yaml
from yaml.reader import ReaderError

from harness.documents.bad_input import BadInput, misplaced, unknown_name, unreadable

#: Nobody writes more by hand; reading it takes some 200 times as much memory.
_LARGEST_FILE_BYTES = 1_000_000

#: The parser goes down by recursion and brings the whole process down if that is deep.
_DEEPEST = 100

_AT = re.compile(r" - at `(?P<path>[^`]*)`$")
_UNKNOWN = re.compile(r"Object contains unknown field `(?P<name>[^`]*)`")
_NO_DATE = re.compile(r"RFC3339 encoded date$")
_NO_INSTANT = re.compile(r"RFC3339|timezone component$")
_WRONG_WORD = re.compile(r"Invalid enum value (?P<name>.+)")
_STEP = re.compile(r"\.(?P<key>[^.\[\]]+)|\[(?P<index>\d+|\.\.\.)\]")

_Node = yaml.Node


class _Loader(yaml.CSafeLoader):
    """
    Reads YAML as version 1.2 does: ``on``, ``off``, ``yes`` and ``no`` are words.

    Instants stay text, so that a wrong one is told with its place like all else. So do
    numbers to the base of 60, and whole ones that are longer than any that we count.
    """


_BOOL, _INT, _FLOAT = (f"tag:yaml.org,2002:{name}" for name in ("bool", "int", "float"))
_NOT_IN_YAML_1_2 = (_BOOL, _INT, _FLOAT, "tag:yaml.org,2002:timestamp")
_DIGITS = "-+0123456789"
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag not in _NOT_IN_YAML_1_2]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver(_BOOL, re.compile("^(?:true|false)$"), ["t", "f"])
_Loader.add_implicit_resolver(
    _INT,
    re.compile(
        "^[-+]?(?:0b[01_]{1,64}|0[0-7_]{0,21}|[1-9][0-9_]{0,18}|0x[0-9a-fA-F_]{1,16})$"
    ),
    list(_DIGITS),
)
_Loader.add_implicit_resolver(
    _FLOAT,
    re.compile(
        r"^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?"
        r"|[-+]?\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?"
        r"|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$"
    ),
    [*_DIGITS, "."],
)
#: Which plain scalars are read as something other than text.
RESOLVERS = _Loader.yaml_implicit_resolvers


class YamlDocument:
    """One YAML file: its value, and in which line each part of it stands."""

    def __init__(self, path: Path) -> None:
        """
        Read and parse *path*.

        Raises:
            BadInput: It cannot be read, or is no YAML of plain values.
        """
        self.path = path
        try:
            text = path.read_bytes()
        except OSError as error:
            raise unreadable(path, error, "a YAML file") from error
        if len(text) > _LARGEST_FILE_BYTES:
            raise BadInput(f"{path}: {len(text)} bytes; expected at most 1 MB of YAML")
        loader = _Loader(text)
        try:
            self._refuse_what_is_no_data(text)
            self._root: _Node | None = loader.get_single_node()
            self._refuse_repetitions(self._root)
            self.value: Any = self._root and loader.construct_document(self._root)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark
            line = mark.line + 1 if mark else None
            raise misplaced(path, line, f"no valid YAML: {error.problem}") from error
        except ReaderError as error:
            line = text[: error.position].count(b"\n") + 1
            reason = f"expected plain text in UTF-8: {error.reason}"
            raise misplaced(path, line, reason) from error
        except (yaml.YAMLError, ValueError) as error:
            raise misplaced(path, None, f"no valid YAML: {error}") from error
        finally:
            loader.dispose()

    def _refuse_what_is_no_data(self, text: bytes) -> None:
        """
        An alias may repeat a part without end; parameters do that job here.

        A tag would make something else of a value than what stands there.
        """
        depth = 0
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            if depth > _DEEPEST:
                raise misplaced(self.path, _line(event), "nested too deeply")
            if isinstance(event, yaml.AliasEvent):
                alias = f"alias *{event.anchor}: write the part out"
                raise misplaced(self.path, _line(event), alias)
            tag = getattr(event, "tag", None)
            if tag is not None and tag != "!":
                told = f"the tag {tag!r}: write the value without it"
                raise misplaced(self.path, _line(event), told)

    def _refuse_repetitions(self, node: _Node | None) -> None:
        """YAML would quietly take the last of two equal keys."""
        if isinstance(node, yaml.SequenceNode):
            for value in node.value:
                self._refuse_repetitions(value)
        if not isinstance(node, yaml.MappingNode):
            return
        seen: set[str] = set()
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value in seen:
                repeated = f"the key {key.value!r} stands here a second time"
                raise misplaced(self.path, _line(key), repeated)
            seen.add(str(key.value))
            self._refuse_repetitions(value)

    def line_of(self, path: str) -> int | None:
        """Return the line of the part at *path*, such as ``$.steps[3].operate``."""
        node, line = self._root, None
        for step in _STEP.finditer(path):
            node, line = _child(node, step["key"], step["index"], line)
            if node is None:
                break
        return line or (_line(self._root) if self._root else None)

    def convert[T](self, into: type[T], value: Any = None) -> T:
        """
        Return the document, or *value* in its place, as the type *into*.

        Raises:
            BadInput: It does not fit; the message names the line and what was expected.
        """
        content = self.value if value is None else value
        if content is None:
            raise self.blamed(f"is empty; expected {_expected(into)}")
        try:
            return msgspec.convert(content, into, dec_hook=_decoded)
        except msgspec.ValidationError as error:
            raise self.blamed(str(error), into) from error

    def blamed(self, message: str, into: Any = None) -> BadInput:
        """Return a `BadInput` for *message*, whose end may name a path in backticks."""
        at = _AT.search(message)
        path = at["path"] if at else "$"
        unknown = _UNKNOWN.search(message)
        text = _AT.sub("", message)
        if unknown:
            path = f"{path}.{unknown['name']}"
            text = unknown_name("key", unknown["name"], _keys_at(into, path))
        if _NO_DATE.search(text):
            text = "expected a date such as 2026-12-31"
        if _NO_INSTANT.search(text):
            text = "expected an RFC 3339 instant such as 2026-03-01T08:00:30Z"
        wrong = _WRONG_WORD.match(text)
        if wrong:
            words = ", ".join(map(str, _words_at(into, path)))
            text = f"{text}: expected one of {words}"
        where = "" if path == "$" else f"{path[2:]}: "
        return misplaced(self.path, self.line_of(path), f"{where}{text}")


def _line(part: Any) -> int | None:
    """Return the line in which a node or an event of the parser begins."""
    return part.start_mark.line + 1 if part.start_mark else None


def _child(
    node: _Node | None, key: str | None, index: str | None, line: int | None
) -> tuple[_Node | None, int | None]:
    """Step down to *key* or *index*; the line stays where there is nothing below."""
    if isinstance(node, yaml.MappingNode) and key is not None:
        for name, value in node.value:
            if name.value == key:
                return value, _line(name)
    position = int(index) if index and index.isdigit() else None
    if isinstance(node, yaml.SequenceNode) and position is not None:
        for value in node.value[position : position + 1]:
            return value, _line(value)
    return None, line


def _decoded(into: type, value: Any) -> Any:
    """Build the types that msgspec does not know from what stands in the file."""
    parse = getattr(into, "parse", None)
    if parse is None:
        raise NotImplementedError(into)
    return parse(value)


def _keys_at(into: Any, path: str) -> list[str]:
    """Return the keys that the type *into* has where the last step of *path* stands."""
    struct = _struct_in(_info_at(into, list(_STEP.finditer(path))[:-1]))
    return [field.encode_name for field in struct.fields] if struct else []


def _expected(into: Any) -> str:
    struct = _struct_in(msgspec.inspect.type_info(into))
    fields = struct.fields if struct else ()
    names = [field.encode_name for field in fields if field.required]
    return f"the keys {', '.join(names)}" if names else "keys and values"


def _words_at(into: Any, path: str) -> tuple[Any, ...]:
    """Return the words that may stand at *path* of the type *into*."""
    for info in _alternatives(_info_at(into, _STEP.finditer(path))):
        if isinstance(info, msgspec.inspect.LiteralType):
            return info.values
    return ()


def _info_at(into: Any, steps: Iterable[re.Match[str]]) -> Any:
    info: Any = msgspec.inspect.type_info(into)
    for step in steps:
        info = _info_below(info, step["key"])
    return info


def _info_below(info: Any, key: str | None) -> Any:
    if key is None:
        return _part_type(info, "item_type") or _part_type(info, "value_type")
    struct = _struct_in(info)
    for field in struct.fields if struct else ():
        if field.encode_name == key:
            return field.type
    return _part_type(info, "value_type")


def _part_type(info: Any, name: str) -> Any:
    """Return the type of the items of a list, or of the values of a mapping."""
    found = [getattr(one, name) for one in _alternatives(info) if hasattr(one, name)]
    return found[0] if found else None


def _struct_in(info: Any) -> msgspec.inspect.StructType | None:
    for alternative in _alternatives(info):
        if isinstance(alternative, msgspec.inspect.StructType):
            return alternative
    return None


def _alternatives(info: Any) -> tuple[Any, ...]:
    return info.types if isinstance(info, msgspec.inspect.UnionType) else (info,)
