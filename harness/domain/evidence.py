"""What a recording can testify to. A rule names what it needs."""

from enum import StrEnum


class Evidence(StrEnum):
    """One kind of evidence."""

    #: Method, host, path, times, status, sizes and body digests of every exchange.
    ENVELOPE = "envelope"
    #: Decoded authorisation and usage messages.
    MESSAGE = "message"
    #: Starts, stops, crashes and restarts of the SDK.
    SESSION = "session"
    #: What the SDK was told: servers, codes, passwords, and on which device it runs.
    CONFIG = "config"
    #: The operations that were performed, with their times.
    USAGE = "usage"
    #: What the SDK told its caller.
    OUTCOME = "outcome"


#: What a run of the active suite testifies to.
EVERYTHING = tuple(Evidence)
