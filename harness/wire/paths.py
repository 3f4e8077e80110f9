"""Which request carries which message, by its path."""

import re

from harness.wire.profile import Kind, ProfileText

#: No message goes further; to look for a pattern takes time by the square of that.
_LONGEST = 4096


class Paths:
    """The paths of a profile."""

    def __init__(self, text: ProfileText) -> None:
        """Take them from *text*."""
        paths: dict[Kind, str] = {
            "authorization": text.authorization.path,
            "usage": text.usage.path,
            "health": text.health.path,
        }
        self._exact = {path: kind for kind, path in paths.items() if "*" not in path}
        self._patterns = [(_pattern(path), kind) for kind, path in paths.items()]

    def kind_of(self, path: str) -> Kind | None:
        """Tell the kind of message that goes to *path*, which is below the server's URL."""
        kind = self._exact.get(path)
        if kind is not None:
            return kind
        found = self.find_in(path)
        return found[0] if found and not found[1] else None

    def find_in(self, path: str) -> tuple[Kind, str] | None:
        """Tell the kind of message that goes to *path*, and what stands before it there."""
        if len(path) > _LONGEST:
            return None
        for pattern, kind in self._patterns:
            match = pattern.fullmatch(path)
            if match:
                return kind, match["base"]
        return None


def _pattern(path: str) -> re.Pattern[str]:
    """The longest part before is the server's: a prefix may look like a message."""
    parts = (re.escape(part) for part in path.split("*"))
    end = "/?" if "*" in path else ""
    return re.compile(f"(?P<base>.*){'[^/]*'.join(parts)}{end}")
