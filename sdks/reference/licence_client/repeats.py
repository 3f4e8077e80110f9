"""What a camera sees again and again is one object."""

import time
from datetime import timedelta

from licence_client.operation import Operation

_MICROSECOND = timedelta(microseconds=1)


class Repeats:
    """
    What has been decoded lately, by type and content. Each sight of it begins the span
    anew.
    """

    #: Seen again after so long, it is another object.
    span = timedelta(seconds=3)

    def __init__(self) -> None:
        self.seen_ns: dict[object, int] = {}

    def is_repeat(self, operation: Operation) -> bool:
        """Whether this was decoded less than the span ago; it is remembered either way."""
        if operation.content is None:
            return False
        now = time.monotonic_ns()
        self._forget(now - self.span // _MICROSECOND * 1000)
        key = self.identify(operation)
        known = key in self.seen_ns
        self.seen_ns[key] = now
        return known

    def identify(self, operation: Operation) -> object:
        """What makes two decoded symbols the same."""
        return operation.usage_type, operation.content

    def _forget(self, until_ns: int) -> None:
        self.seen_ns = {k: seen for k, seen in self.seen_ns.items() if seen > until_ns}
