"""Wire profiles by name or file."""

import importlib
import sys
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import cast

import msgspec
from jmespath.exceptions import JMESPathError

from harness.documents.bad_input import BadInput, unknown_name
from harness.documents.yaml_document import YamlDocument
from harness.domain.message import AuthorizationRequest, Report
from harness.wire.codec import Profile
from harness.wire.packing import Codec
from harness.wire.profile import AuthorizationShape, ProfileText, UsageShape
from harness.wire.time_label import STYLES

#: Profiles that come with us, by name.
BUILT_IN = {
    "open-json": "open_json.yaml",
    "dynamsoft": "dynamsoft.yaml",
    "opaque": "opaque.yaml",
}


def load_profile(name: str, folder: Path) -> Profile:
    """
    Return the profile *name*: one of ours, or a YAML file named relative to *folder*.

    Raises:
        BadInput: There is no such profile, or its file is wrong.
    """
    if name in BUILT_IN:
        path = Path(str(files("harness.wire") / BUILT_IN[name]))
    elif name.endswith((".yaml", ".yml")):
        path = folder / name
    else:
        raise BadInput(
            unknown_name("wire profile", name, BUILT_IN) + ", or the path of a .yaml"
        )
    document = YamlDocument(path)
    text = document.convert(ProfileText)
    for where, problem in _problems(text):
        raise document.blamed(f"{problem} - at `$.{where}`")
    codec = _codec(text.codec, path) if text.codec else None
    try:
        return Profile(text, codec)
    except JMESPathError as error:
        raise BadInput(f"{path}: a path in it is no JMESPath: {error}") from error


def _codec(name: str, path: Path) -> Codec:
    """Make the codec *name*; its module is looked for beside the profile as well."""
    module, _, attribute = name.partition(":")
    folder = str(path.parent.resolve())
    sys.path.insert(0, folder)
    try:
        made = getattr(importlib.import_module(module), attribute)()
    except Exception as error:
        # Whatever a codec of the user's does while it is loaded, it is his to mend.
        expected = "expected package.module:Class, made without arguments"
        problem = f"{type(error).__name__}: {error}"
        raise BadInput(f"{path}: codec {name!r}: {expected}; {problem}") from error
    finally:
        sys.path.remove(folder)
    if not all(callable(getattr(made, method, None)) for method in ("unpack", "pack")):
        raise BadInput(f"{path}: codec {name!r}: expected the methods unpack and pack")
    return cast(Codec, made)


def _problems(text: ProfileText) -> Iterator[tuple[str, str]]:
    """Tell what does not fit together, and where it stands."""
    is_closed = text.usage.packing.read == "closed"
    if "timeLabel" not in text.usage.fields and not is_closed:
        yield "usage.fields", "expected a path for timeLabel"
    shapes: dict[str, tuple[AuthorizationShape | UsageShape, set[str]]] = {
        "authorization": (text.authorization, _names_of(AuthorizationRequest)),
        "usage": (text.usage, _names_of(Report) - {"writtenLabel", "usage"}),
    }
    for kind, (shape, known) in shapes.items():
        for name in shape.fields:
            if name not in known:
                yield f"{kind}.fields.{name}", unknown_name("field", name, known)
        for index, wanted in enumerate(shape.required):
            for name in wanted.split(" or "):
                if name not in shape.fields:
                    problem = unknown_name("field", name, shape.fields)
                    yield f"{kind}.required[{index}]", problem
    style = text.usage.time_label
    if style not in STYLES and "%" not in style:
        expected = f"one of {', '.join(STYLES)}, or a strptime pattern"
        yield "usage.timeLabel", f"expected {expected}, got {style!r}"


def _names_of(message: type[msgspec.Struct]) -> set[str]:
    return set(message.__struct_encode_fields__)
