"""Claims about classes that are found by name."""

import textwrap

import pytest

from harness.documents.bad_input import BadInput
from harness.drivers.python_class import load_class

pytestmark = pytest.mark.usefixtures("restored_imports")


def module(folder, name, text):
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.py").write_text(textwrap.dedent(text), encoding="utf-8")


def test_class_by_name(tmp_path):
    """A class is found in a module of the folder."""
    module(tmp_path, "acme_one", "class Driver: pass")
    assert load_class("acme_one:Driver", tmp_path).__name__ == "Driver"


def test_namesakes(tmp_path):
    """Modules of the same name in two folders are two modules."""
    module(tmp_path / "a", "acme_two", "class Driver: mark = 'a'")
    module(tmp_path / "b", "acme_two", "class Driver: mark = 'b'")
    marks = [load_class("acme_two:Driver", tmp_path / f).mark for f in "aba"]
    assert marks == ["a", "b", "a"]


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("acme_bad", "expected package.module:Class, got 'acme_bad'"),
        ("acme_bad:", "expected package.module:Class"),
        (":Driver", "expected package.module:Class"),
        ("no_such_module:Driver", "No module named 'no_such_module'"),
        ("acme_bad:Drive", "unknown class 'Drive'; Did you mean 'Driver'"),
        ("acme_bad:number", "unknown class 'number'"),
        ("acme_raises:Driver", "ValueError: boom"),
        ("acme_syntax:Driver", "SyntaxError"),
    ],
)
def test_no_such_class(tmp_path, name, why):
    """A class that cannot be had is told with the reason."""
    module(tmp_path, "acme_bad", "number = 1\nclass Driver: pass")
    module(tmp_path, "acme_raises", "raise ValueError('boom')")
    module(tmp_path, "acme_syntax", "class class")
    with pytest.raises(BadInput, match=why):
        load_class(name, tmp_path)
