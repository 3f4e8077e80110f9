"""Several freedoms at once."""

from conforming.start import AsksThreeTimes, UuidUrn
from conforming.storage import FilePerReport
from conforming.variants import (
    BacklogSpread,
    ExtraFields,
    KeepsUsingLicence,
    NewestFirst,
    PairSubmitter,
    PurgesInBackground,
    SendsOpenSlot,
    SingleSubmitter,
    SplittingSubmitter,
    TalkativeSubmitter,
)


class ScatteringSubmitter(SingleSubmitter, SplittingSubmitter, TalkativeSubmitter):
    """One request for each report, one report for each type, and fields of its own."""


class OpenSlotScattered(SendsOpenSlot, NewestFirst, ExtraFields):
    """
    A tick sends the open slot, too: newest first, one request for each report, one report
    for each type, with fields of its own.
    """

    submitter_type = ScatteringSubmitter


class ThriftyPair(KeepsUsingLicence, BacklogSpread, PurgesInBackground):
    """
    No server is asked while the local licence holds, the backlog is spread, purging is a
    matter of the background, and reports go to whichever server is there.
    """

    submitter_type = PairSubmitter


class OtherHabits(FilePerReport, UuidUrn, AsksThreeTimes):
    """A file for each report, a URN for the UUID, three attempts at a server."""
