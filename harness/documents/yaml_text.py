"""Plain values as YAML on one line, written so that `YamlDocument` reads them alike."""

from typing import Any

import yaml

from harness.documents.yaml_document import RESOLVERS

#: Wider than any value: whoever puts a file together breaks its lines.
_NO_LIMIT = 10_000_000


class _Dumper(yaml.SafeDumper):
    """Quotes what our reader, and not some other one, would take for no text."""

    yaml_implicit_resolvers = RESOLVERS

    def choose_scalar_style(self) -> str:
        """Escape line breaks: quoted in any other way they would end the line."""
        style = super().choose_scalar_style()
        return '"' if self.analysis and self.analysis.multiline else style


def in_one_line(value: Any) -> str:
    """Return a list, a mapping or a scalar as it stands in a line: ``{times: 3}``."""
    text: str = yaml.dump(
        value,
        Dumper=_Dumper,
        default_flow_style=True,
        sort_keys=False,
        allow_unicode=True,
        width=_NO_LIMIT,
    )
    # A bare scalar is followed by the mark that ends a document.
    return text.removesuffix("...\n").rstrip("\n")
