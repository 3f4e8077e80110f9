"""Wire profiles by name or file."""

from importlib.resources import files
from pathlib import Path

from jmespath.exceptions import JMESPathError

from harness.documents.bad_input import BadInput, unknown_name
from harness.documents.yaml_document import YamlDocument
from harness.wire.codec import Profile
from harness.wire.profile import ProfileText

#: Profiles that come with us, by name.
BUILT_IN = {"open-json": "open_json.yaml"}


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
    try:
        return Profile(document.convert(ProfileText))
    except JMESPathError as error:
        raise BadInput(f"{path}: a path in it is no JMESPath: {error}") from error
