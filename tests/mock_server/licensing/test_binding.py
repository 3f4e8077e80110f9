"""Session passwords and what an application is bound to."""

import pytest

from mock_server import HandshakeCode, LicenceItem, Organization, ValidationField, World


def _field(kind, value) -> ValidationField:
    return ValidationField(kind=kind, value=value)


def _code(**fields) -> World:
    code = HandshakeCode(code="o-a", organization="o", **fields)
    return World(organizations=(Organization(id="o"),), handshake_codes=(code,))


@pytest.mark.parametrize(
    ("configured", "sent", "refused"),
    [
        ("open sesame", "open sesame", None),
        ("open sesame", "Open sesame", 102),
        ("open sesame", None, 102),
        (None, "open sesame", None),
    ],
)
def test_session_password(desk, configured, sent, refused) -> None:
    """S-11: a password that is set must be sent; one that is not set does no harm."""
    server = desk(_code(password=configured))
    assert server.code(handshake_code="o-a", session_password=sent) == refused


def test_a_password_guards_the_default_code_too(desk) -> None:
    """S-11: an organization alone stands for a code, and so for its password."""
    code = HandshakeCode(code="o-a", organization="o", password="x")
    owner = Organization(id="o", default="o-a")
    server = desk(World(organizations=(owner,), handshake_codes=(code,)))
    assert server.code(organization_id="o") == 102
    assert server.code(organization_id="o", session_password="x") is None


FIELDS = (
    _field("website-domain", "shop.example"),
    _field("application-id", "com.example.App"),
    _field("process-name", "Reader.exe"),
)


@pytest.mark.parametrize(
    ("kind", "value", "fits"),
    [
        ("website-domain", "shop.example", True),
        ("website-domain", "SHOP.example", True),
        ("website-domain", "my.shop.example", False),
        ("application-id", "com.example.App", True),
        ("application-id", "com.example.app", False),
        ("process-name", "Reader.exe", True),
        ("process-name", "shop.example", False),
        (None, None, False),
    ],
)
def test_validation_fields(desk, kind, value, fits) -> None:
    """S-12: one of the values must be met; the code says 103, the item 114."""
    asked = {"handshake_code": "o-a", "binding_kind": kind, "binding_value": value}
    assert desk(_code(validation=FIELDS)).code(**asked) == (None if fits else 103)
    item = LicenceItem(id="i", validation=FIELDS)
    assert desk(item).code(**asked) == (None if fits else 114)


@pytest.mark.parametrize(
    ("domain", "fits"),
    [
        ("example.com", True),
        ("www.example.com", True),
        ("a.b.example.com", True),
        ("badexample.com", False),
        ("example.com.evil.test", False),
    ],
)
def test_all_below_a_domain(desk, domain, fits) -> None:
    """S-13: a domain and all that is below it are one, and nothing else is."""
    field = _field("website-domain", "*.example.com")
    item = LicenceItem(id="i", charge_way="app-domain", quota=1, validation=(field,))
    server = desk(item)
    asked = {"binding_kind": "website-domain", "binding_value": domain}
    for client in "uvw":
        refused = server.code(client, handshake_code="o-a", **asked)
        assert refused == (None if fits else 114)


def test_a_shared_domain_is_not_one_licensee(desk) -> None:
    """S-13: on a domain that many share, only one sub-domain can be named."""
    one = LicenceItem(id="i", validation=(_field("website-domain", "me.github.io"),))
    assert desk(one).code(handshake_code="o-a") == 114
    all_ = LicenceItem(id="i", validation=(_field("website-domain", "*.github.io"),))
    with pytest.raises(ValueError, match=r"one sub-domain of the shared domain github\.io"):
        desk(all_)
