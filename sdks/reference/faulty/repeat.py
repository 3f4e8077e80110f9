"""Defects of telling a repeat from something new."""

from datetime import timedelta
from typing import override

from licence_client import LicenceClient, Operation
from licence_client.repeats import Repeats


class CountsRepeats(LicenceClient):
    """Every frame counts: a symbol before the camera counts thirty times a second."""

    @override
    def is_repeat(self, operation: Operation) -> bool:
        return False


class FixedRepeats(Repeats):
    """Begins the span with the first sight alone."""

    @override
    def is_repeat(self, operation: Operation) -> bool:
        before = dict(self.seen_ns)
        known = super().is_repeat(operation)
        if known:
            self.seen_ns = before
        return known


class RepeatsNotRenewed(LicenceClient):
    """Three seconds after its first sight a symbol counts again, out of view or not."""

    repeats_type = FixedRepeats


class TextRepeats(Repeats):
    """Knows a symbol by its text."""

    @override
    def identify(self, operation: Operation) -> object:
        return operation.content


class RepeatsByText(LicenceClient):
    """The same text in another symbology is taken for the same symbol."""

    repeats_type = TextRepeats


class LongRepeats(Repeats):
    """Has a longer memory."""

    span = timedelta(seconds=5)


class RepeatsForFiveSeconds(LicenceClient):
    """What was seen within five seconds is a repeat: the default of another edition."""

    repeats_type = LongRepeats
