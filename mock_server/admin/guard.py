"""Who may use the admin API: nobody from elsewhere, and no page of another site."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from ipaddress import ip_address

#: Names under which a browser finds this machine and nothing else.
_LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True)
class Objection:
    """Why a request is not answered, and with which status."""

    status: HTTPStatus
    message: str


@dataclass(frozen=True)
class Guard:
    """
    Lets requests pass or not.

    Attributes:
        token: What requests have to present, wherever they come from; ``None``: they
            have to come from this machine instead.
        host: Where the server was told to listen, which is a name for it too.
    """

    token: str | None = None
    host: str = "127.0.0.1"

    def objection(self, headers: Mapping[str, str], peer: str) -> Objection | None:
        """Return what speaks against a request that comes from the address *peer*."""
        if self.token is not None:
            found = self._token_objection(headers)
        else:
            found = self._place_objection(headers, peer)
        return found or _origin_objection(headers)

    def page_objection(self, headers: Mapping[str, str], peer: str) -> Objection | None:
        """
        Return what speaks against a request for what tells nothing of the mock.

        A browser that opens a page has no token yet, so that none is asked for.
        """
        found = None if self.token is not None else self._place_objection(headers, peer)
        return found or _origin_objection(headers)

    def _token_objection(self, headers: Mapping[str, str]) -> Objection | None:
        expected = f"Bearer {self.token}".encode()
        got = headers.get("Authorization", "").encode(errors="surrogateescape")
        if hmac.compare_digest(expected, got):
            return None
        return Objection(
            HTTPStatus.UNAUTHORIZED, "expected the header Authorization: Bearer TOKEN"
        )

    def _place_objection(self, headers: Mapping[str, str], peer: str) -> Objection | None:
        if not _is_loopback(peer):
            return _forbidden(
                f"expected a request from this machine, got one from {peer}; start the "
                "server with --token to be asked from elsewhere"
            )
        # A name that somebody else's DNS leads here would make their page one of ours.
        name = _name_of(headers.get("Host", ""))
        if name not in _LOCAL_NAMES | {self.host}:
            return _forbidden(f"expected the header Host: localhost, got {name!r}")
        return None


def _origin_objection(headers: Mapping[str, str]) -> Objection | None:
    """A browser tells where a page comes from; other programs tell nothing."""
    origin, host = headers.get("Origin"), headers.get("Host", "")
    if origin is not None and origin.partition("://")[2] != host:
        return _forbidden(f"expected no page of another site, got one of {origin!r}")
    if headers.get("Sec-Fetch-Site") in ("cross-site", "same-site"):
        return _forbidden("expected no page of another site, got one")
    return None


def _forbidden(message: str) -> Objection:
    return Objection(HTTPStatus.FORBIDDEN, message)


def _is_loopback(peer: str) -> bool:
    try:
        return ip_address(peer).is_loopback
    except ValueError:
        return False


def _name_of(host: str) -> str:
    """Return the name in a ``Host`` header, without port and brackets."""
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0].lower()
