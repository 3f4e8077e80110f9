"""Paths into messages: the short way says what JMESPath says."""

from typing import Any

import jmespath
import pytest
from jmespath.exceptions import JMESPathError

from harness.wire.lookup import lookup

VALUES: list[Any] = [
    {"a": {"b": {"c": 1}}, "b": 2},
    {"a": None},
    {"a": [{"b": 1}]},
    {"a": "b"},
    {"a": {"b": [1, 2]}},
    {},
    [],
    "a",
    None,
    7,
]


@pytest.mark.parametrize(
    "path", ["a", "a.b", "a.b.c", '"a"."b"', "a[0].b", "a.b[1]", "a || b", "length(@)", "@"]
)
@pytest.mark.parametrize("value", VALUES)
def test_says_what_jmespath_says(path: str, value: Any) -> None:
    """Whatever stands there, or does not, is found in both ways, or is an error in both."""
    try:
        expected = jmespath.search(path, value)
    except JMESPathError as error:
        with pytest.raises(type(error)):
            lookup(path).search(value)
        return
    assert lookup(path).search(value) == expected


@pytest.mark.parametrize("path", ["a..b", "a[", ""])
def test_what_is_no_path(path: str) -> None:
    """What JMESPath cannot read is refused when it is read, not when it is used."""
    with pytest.raises(JMESPathError):
        lookup(path)
