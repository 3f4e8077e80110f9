"""
Everything that changes what a mock server knows, as values that can be kept.

What a server knows is what its entries add up to, in their order: whoever keeps the
entries and applies them again has the same server again. An entry says what was
decided, so applying it decides nothing anew. Entries are numbered from 1, in the order
in which they are applied.
"""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from mock_server.ledger.portion import Portion
from mock_server.world.world import Server, World


class _Entry(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    rename="camel",
    omit_defaults=True,
    tag_field="entry",
    gc=False,
):
    """
    Base of all entries.

    Attributes:
        at: When it happened, by the server's clock.
        server: The server that it happened to.
    """

    at: datetime
    server: Server = "main"


class ConfigurationChanged(_Entry, frozen=True, kw_only=True, tag="configuration"):
    """From then on *world* holds; what was counted stays counted."""

    world: World


class Authorised(_Entry, frozen=True, kw_only=True, tag="authorised"):
    """
    A client was granted a licence item.

    Attributes:
        seats: How many seats it was given.
        alias: The friendly name that the device has told.
        is_trial: Whether it was granted as the public trial.
    """

    client_uuid: str
    handshake_code: str
    item: str
    valid_until: datetime
    seats: int = 1
    alias: str | None = None
    is_trial: bool = False


class Refused(_Entry, frozen=True, kw_only=True, tag="refused"):
    """A client was refused; *handshake_code* is the one that it meant, if known."""

    code: int
    client_uuid: str = ""
    handshake_code: str | None = None


class Stored(_Entry, frozen=True, kw_only=True, tag="stored"):
    """
    A submission was taken in, whole: its portions, as they were written.

    Attributes:
        answered: Whether its answer was written already, so that nothing of it waits.
    """

    portions: tuple[Portion, ...]
    answered: bool = False


class Confirmed(_Entry, frozen=True, kw_only=True, tag="confirmed"):
    """The answer to the stored entry *number* was written: the client may know."""

    number: int


class AnswerLost(_Entry, frozen=True, kw_only=True, tag="answer-lost"):
    """The answer to the stored entry *number* did not go out: the client cannot know."""

    number: int


class AlertsChecked(_Entry, frozen=True, kw_only=True, tag="alerts-checked"):
    """
    Usage alerts were looked at.

    Attributes:
        levels: The level in per cent that each subject was at, of those at any.
    """

    levels: Mapping[str, int]


AnyEntry = (
    ConfigurationChanged
    | Authorised
    | Refused
    | Stored
    | Confirmed
    | AnswerLost
    | AlertsChecked
)
