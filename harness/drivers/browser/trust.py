"""
Whom a browser is to trust, where an authority is given as a file.

Chromium has no option for an authority. It has one for single keys: so each server is
asked for its certificate first, and the keys of those that the authority has vouched for,
for that name and this day, are trusted. Of all others the browser thinks what it thinks.
"""

import asyncio
import hashlib
import socket
import ssl
from base64 import b64encode
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

_PATIENCE_SECONDS = 5.0
_HTTPS = 443


async def trusted_keys(servers: Iterable[str], ca_file: str | None) -> list[str]:
    """Return the keys to trust, as Chromium wants them, when asking *servers*."""
    if ca_file is None:
        return []
    keys = []
    for url in servers:
        parts = urlsplit(url)
        if parts.scheme == "https" and parts.hostname:
            port = parts.port or _HTTPS
            keys += await asyncio.to_thread(_key_of, parts.hostname, port, ca_file)
    return keys


def _key_of(host: str, port: int, ca_file: str) -> list[str]:
    context = ssl.create_default_context(cafile=ca_file)
    try:
        with (
            socket.create_connection((host, port), _PATIENCE_SECONDS) as plain,
            context.wrap_socket(plain, server_hostname=host) as secure,
        ):
            shown = secure.getpeercert(binary_form=True)
    except socket.gaierror:
        # A name that means nothing here is met by way of a proxy, which signs what it
        # shows with the key that it shows.
        return [_digest(x509.load_pem_x509_certificate(Path(ca_file).read_bytes()))]
    except OSError:
        return []
    return [_digest(x509.load_der_x509_certificate(shown))] if shown else []


def _digest(certificate: x509.Certificate) -> str:
    key = certificate.public_key().public_bytes(
        Encoding.DER, PublicFormat.SubjectPublicKeyInfo
    )
    return b64encode(hashlib.sha256(key).digest()).decode()
