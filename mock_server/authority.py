"""Certificates for https, good and bad, of an authority that exists only here."""

import ssl
from datetime import UTC, datetime
from functools import cache, cached_property
from typing import TYPE_CHECKING

from harness.domain.certificate import Certificate

if TYPE_CHECKING:
    import trustme

HOST = "127.0.0.1"
_ELSEWHERE = "elsewhere.invalid"

# A client may compare these with the real time or with a scenario's: good is good and
# expired is expired by both. An authority is as old and lasts as long as a good one.
_BEGIN = datetime(2000, 1, 1, tzinfo=UTC)
_SOON_OVER = datetime(2001, 1, 1, tzinfo=UTC)
_NOT_SOON_OVER = datetime(2999, 1, 1, tzinfo=UTC)


class Authority:
    """Issues certificates; keys are made when they are first needed."""

    @cached_property
    def pem(self) -> bytes:
        """What a client has to trust: this authority's own certificate, as PEM."""
        return self._trusted.cert_pem.bytes()

    def context(
        self, certificate: Certificate, names: tuple[str, ...] = (HOST,)
    ) -> ssl.SSLContext:
        """Return what a server of those *names* needs to show such a certificate."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self._issue(certificate, names).configure_cert(context)
        return context

    @cached_property
    def _trusted(self) -> "trustme.CA":
        return _new_authority()

    def _issue(
        self, certificate: Certificate, names: tuple[str, ...]
    ) -> "trustme.LeafCert":
        issuer = _new_authority() if certificate == "untrusted" else self._trusted
        return issuer.issue_cert(
            *((_ELSEWHERE,) if certificate == "wrong-name" else names),
            not_before=_BEGIN,
            not_after=_SOON_OVER if certificate == "expired" else _NOT_SOON_OVER,
        )


@cache
def the_authority() -> Authority:
    """Return the one that all mocks of this process share: it costs time to make one."""
    return Authority()


def _new_authority() -> "trustme.CA":
    # Imported here since it takes a tenth of a second, which only https has to pay for.
    import trustme

    return trustme.CA()
