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
from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

_PATIENCE_SECONDS = 5.0
_HTTPS = 443


async def trusted_keys(
    servers: Iterable[str], ca_file: str | None, env: Mapping[str, str]
) -> list[str]:
    """
    Return the keys to trust, as Chromium wants them, when asking *servers*.

    *env* is the browser's environment, which may name a proxy.
    """
    if ca_file is None:
        return []
    keys = set[str]()
    for url in servers:
        parts = urlsplit(url)
        if parts.scheme != "https" or not parts.hostname:
            continue
        if _is_proxied(parts.hostname, env):
            # A proxy that looks inside signs what it shows with the key that it shows.
            authority = x509.load_pem_x509_certificate(Path(ca_file).read_bytes())
            keys.add(_digest(authority))
            continue
        port = parts.port or _HTTPS
        keys.update(await asyncio.to_thread(_key_of, parts.hostname, port, ca_file))
    return sorted(keys)


def _is_proxied(host: str, env: Mapping[str, str]) -> bool:
    spared = env.get("no_proxy", "").split(",")
    return bool(env.get("https_proxy")) and host not in spared


def _key_of(host: str, port: int, ca_file: str) -> list[str]:
    context = ssl.create_default_context(cafile=ca_file)
    try:
        with (
            socket.create_connection((host, port), _PATIENCE_SECONDS) as plain,
            context.wrap_socket(plain, server_hostname=host) as secure,
        ):
            shown = secure.getpeercert(binary_form=True)
    except OSError:
        return []
    return [_digest(x509.load_der_x509_certificate(shown))] if shown else []


def _digest(certificate: x509.Certificate) -> str:
    key = certificate.public_key().public_bytes(
        Encoding.DER, PublicFormat.SubjectPublicKeyInfo
    )
    return b64encode(hashlib.sha256(key).digest()).decode()
