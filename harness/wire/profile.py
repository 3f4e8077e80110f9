"""
What a wire profile says, as it is written in its YAML file.

A path to a field is a JMESPath expression over the decoded body. In the body of an
answer a string ``$name`` stands for the value of that field.
"""

from typing import Any, Literal

import msgspec


class Part(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    rename="camel",
    forbid_unknown_fields=True,
):
    """Base of the parts of a profile: a key that no part knows is refused."""


class AnswerShape(Part, frozen=True, kw_only=True):
    """
    How one kind of answer is written and recognised.

    Attributes:
        status: HTTP status; *status_by_code* overrides it for single error codes.
        when: JMESPath that is true for such an answer; ``None``: never recognised.
        fields: Where each field of the answer is.
        body: Template of the answer that a mock sends.
    """

    status: int
    status_by_code: dict[int, int] = {}
    when: str | None = None
    fields: dict[str, str] = {}
    body: Any = None


class Packing(Part, frozen=True, kw_only=True):
    """
    How a message is packed into its request.

    Attributes:
        read: ``json``: the body; ``form``: fields of the body; ``query``: of the address;
            ``closed``: nobody can read it.
        parameter: The field that holds a JSON object; ``None``: the fields are the message.
        encoding: ``base64`` where that field is written so.
    """

    read: Literal["json", "form", "query", "closed"] = "json"
    parameter: str | None = None
    encoding: Literal["base64"] | None = None


class AuthorizationAnswers(Part, frozen=True, kw_only=True):
    """The answers to an authorisation request; without more words they are empty."""

    grant: AnswerShape = AnswerShape(status=200)
    refusal: AnswerShape = AnswerShape(status=403)
    malformed: AnswerShape = AnswerShape(status=400)


class UsageAnswers(Part, frozen=True, kw_only=True):
    """The answers to a submission; without more words they are empty."""

    receipt: AnswerShape = AnswerShape(status=200)
    malformed: AnswerShape = AnswerShape(status=400)


class AuthorizationShape(Part, frozen=True, kw_only=True):
    """
    How an authorisation request is recognised and read.

    Attributes:
        path: Path below the server's URL, ``*`` being any text without a slash; a request
            with another method on this path is still one of this kind, sent the wrong way.
        packing: Where the message is in the request.
        required: Fields that must not be empty; ``a or b``: one of the two.
    """

    method: str
    path: str
    packing: Packing = Packing()
    fields: dict[str, str] = {}
    required: tuple[str, ...] = ()
    answers: AuthorizationAnswers = AuthorizationAnswers()


class UsageShape(Part, frozen=True, kw_only=True):
    """
    How a submission is recognised and read.

    Attributes:
        packing: Where the message is in the request.
        reports: Path to the list of reports in the message.
        fields: Where each field of one report is.
        usage: Path from a report to its list of usage entries, *type* and *count* from
            there.
        time_label: How a label is written: ``iso`` (RFC 3339), ``epoch-s``,
            ``epoch-ms``, or a ``strptime`` pattern read as UTC.
    """

    method: str
    path: str
    packing: Packing = Packing()
    reports: str = "reports"
    fields: dict[str, str] = {}
    usage: str = "usage"
    type: str = "type"
    count: str = "count"
    time_label: str = "iso"
    required: tuple[str, ...] = ()
    answers: UsageAnswers = UsageAnswers()


class HealthShape(Part, frozen=True, kw_only=True):
    """Where a server answers that it lives."""

    path: str = "/dls/health"


class ProfileText(Part, frozen=True, kw_only=True):
    """
    A whole profile.

    Attributes:
        codec: ``package.module:Class`` of a codec that all bodies go through.
    """

    profile: str
    authorization: AuthorizationShape
    usage: UsageShape
    health: HealthShape = HealthShape()
    codec: str | None = None


#: The kinds of message that a path can name.
Kind = Literal["authorization", "usage", "health"]
