"""Text that others have sent, made fit to be shown."""

import re

#: Control characters, among them those that tell a terminal what to do, and half pairs.
_CONTROL = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
#: What Markdown takes for markup within a line.
_MARKUP = re.compile(r"([\\`*_\[\]<>|~#])")


def printable(text: str) -> str:
    """Return *text* with a placeholder for what a terminal would obey."""
    return _CONTROL.sub("\ufffd", text)


def in_markdown(text: str) -> str:
    """Return *text* as one line in which Markdown finds no markup."""
    return _MARKUP.sub(r"\\\1", printable(" ".join(text.splitlines())))
