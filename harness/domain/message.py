"""
What an SDK and a licence server say to each other, whatever the dialect on the wire.

Fields that a message lacked are ``None``: whether they should have been there is the
rules' affair.
"""

from datetime import datetime

import msgspec

from harness.domain.number import Whole


class Message(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    rename="camel",
    omit_defaults=True,
    tag_field="message",
    gc=False,
):
    """
    Base of everything that is sent or answered.

    Trees all, so the garbage collector need not look for cycles in them.
    """


class AuthorizationRequest(Message, frozen=True, kw_only=True, tag="authorization"):
    """
    An SDK asks for authorisation: who it is and which licence it wants.

    Attributes:
        binding_kind, binding_value: What the application is: its website domain,
            application ID or process name.
        instances: Seats that it wants, of a concurrent licence.
        alias: The device's friendly name.
        licence_item_id: The one item that it wants.
    """

    client_uuid: str | None = None
    handshake_code: str | None = None
    organization_id: str | None = None
    session_password: str | None = None
    product_keys: str | None = None
    product: str | None = None
    edition: str | None = None
    version: str | None = None
    generation: str | None = None
    deployment_type: str | None = None
    binding_kind: str | None = None
    binding_value: str | None = None
    charge_way: str | None = None
    instances: Whole | None = None
    alias: str | None = None
    licence_item_id: str | None = None

    @property
    def seats(self) -> int:
        """How many seats it asks for: one, if it does not say."""
        return max(1, self.instances or 1)


class Usage(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """How much of one type of usage; *count* is as it was sent, whole or not."""

    type: str | None = None
    count: Whole | float | None = None


class Report(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    rename="camel",
    omit_defaults=True,
    gc=False,
):
    """
    The usage of one slot of one client and handshake code.

    Attributes:
        time_label: The instant that the label names; ``None`` where it named none.
        written_label: The label as it was written, where that could not be read.
    """

    time_label: datetime | None = None
    written_label: str | None = None
    handshake_code: str | None = None
    organization_id: str | None = None
    client_uuid: str | None = None
    product: str | None = None
    licence_item_id: str | None = None
    usage: tuple[Usage, ...] = ()


class UsageSubmission(Message, frozen=True, kw_only=True, tag="usage"):
    """One request that carries reports, in the order in which they were written."""

    reports: tuple[Report, ...] = ()


class Grant(Message, frozen=True, kw_only=True, tag="grant"):
    """The server authorises the client until *valid_until* (exclusive)."""

    handshake_code: str | None = None
    licence_item_id: str | None = None
    valid_until: datetime | None = None


class Refusal(Message, frozen=True, kw_only=True, tag="refusal"):
    """The server refuses; without a *code* the request was not understood."""

    code: Whole | None = None
    text: str | None = None


class Receipt(Message, frozen=True, kw_only=True, tag="receipt"):
    """The server has stored every report of a submission."""


Request = AuthorizationRequest | UsageSubmission
Answer = Grant | Refusal | Receipt
