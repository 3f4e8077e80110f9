"""Where a value is in a message: JMESPath, and a short way for paths of plain names."""

from typing import Any, Protocol

import jmespath


class Lookup(Protocol):
    """A path that was read."""

    def search(self, value: Any, /) -> Any:
        """Return what *value* has there; ``None``: nothing."""
        ...


class _Names:
    """A path like ``binding.kind``: JMESPath says the same of it, and takes longer."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self._names = names

    def search(self, value: Any, /) -> Any:
        for name in self._names:
            if not isinstance(value, dict):
                return None
            value = value.get(name)
        return value


def lookup(path: str) -> Lookup:
    """
    Read *path*.

    Raises:
        JMESPathError: It is no JMESPath.
    """
    parsed: Any = jmespath.compile(path)
    names = _names(parsed.parsed)
    return _Names(names) if names else parsed


def _names(node: dict[str, Any]) -> tuple[str, ...]:
    """Return the names that *node* of a JMESPath consists of; empty: not of names alone."""
    if node["type"] == "field":
        return (node["value"],)
    parts = [_names(child) for child in node["children"]]
    if node["type"] != "subexpression" or not all(parts):
        return ()
    return tuple(name for part in parts for name in part)
