"""What one entry of the admin API is."""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Literal

import msgspec

from mock_server.serving.tenant import Tenant


class NotThere(Exception):
    """What a request is about does not exist; the message says what does."""


class Part(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    rename="camel",
    forbid_unknown_fields=True,
):
    """Base of what requests say and answers tell: keys that nobody knows are refused."""


@dataclass(frozen=True)
class Route:
    """
    One thing that can be asked or told.

    Attributes:
        path: Below the admin API's root; ``{name}`` stands for a field of *takes*.
        do: Called with the tenant and with what the request says, if *takes* says what
            that is; gives the answer, or an awaitable of it. It raises `ValueError`
            where something does not fit, and `NotThere`.
        takes: Of ``GET`` and ``DELETE``, the fields of path and query; else, the body.
        gives: Type of the answer; ``None``: it has no body.
    """

    method: Literal["GET", "PUT", "POST", "DELETE"]
    path: str
    summary: str
    do: Callable[..., Any]
    takes: Any = None
    gives: Any = None
    status: HTTPStatus = HTTPStatus.OK

    @property
    def takes_body(self) -> bool:
        """Whether what it takes comes in the body."""
        return self.takes is not None and self.method in ("PUT", "POST")

    def call(self, tenant: Tenant, given: Any) -> Any:
        """Do it, and return the answer or an awaitable of it."""
        return self.do(tenant) if self.takes is None else self.do(tenant, given)
