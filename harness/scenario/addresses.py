"""The servers' URLs that an application gives to its SDK, and whom it is to trust."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from harness.domain.certificate import BadCertificate


@dataclass(frozen=True)
class Addresses:
    """
    The addresses of one device.

    Attributes:
        urls: Of the main server, and of the standby if there is one.
        bad_certificates: What is wrong with the certificates of some, by URL.
        ca_file: PEM file of the only authority to trust; ``None``: no https.
    """

    urls: tuple[str, ...]
    bad_certificates: Mapping[str, BadCertificate] = field(default_factory=dict)
    ca_file: Path | None = None
