"""Certificates, looked at without a client."""

from datetime import UTC, datetime

import pytest
from cryptography.x509 import load_pem_x509_certificate

from mock_server.authority import Authority

YEARS = [2001, 2026, 2049, 2050, 2200, 2998]


@pytest.mark.parametrize("year", YEARS)
def test_the_authority_holds(year: int) -> None:
    """The authority itself is valid in any year that a scenario or a machine may show."""
    found = load_pem_x509_certificate(Authority().pem)
    at = datetime(year, 2, 1, tzinfo=UTC)
    assert found.not_valid_before_utc < at < found.not_valid_after_utc


def test_it_is_made_once() -> None:
    """One authority has one certificate, and another has another."""
    authority = Authority()
    assert authority.pem == authority.pem
    assert authority.pem != Authority().pem
