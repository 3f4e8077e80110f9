"""Who may use the admin API."""

import pytest

from mock_server.admin.guard import Guard

HERE = {"Host": "127.0.0.1:8480"}


@pytest.mark.parametrize(
    ("headers", "peer"),
    [
        ({}, "127.0.0.1"),
        ({"Host": "localhost:8480"}, "127.0.0.1"),
        ({"Host": "LOCALHOST"}, "::1"),
        ({"Host": "[::1]:8480"}, "::1"),
        ({"Host": "mock.test:8480"}, "127.0.0.5"),
        ({"Origin": "http://127.0.0.1:8480"}, "127.0.0.1"),
        ({"Sec-Fetch-Site": "same-origin"}, "127.0.0.1"),
        ({"Sec-Fetch-Site": "none"}, "127.0.0.1"),
    ],
)
def test_lets_this_machine_pass(headers, peer) -> None:
    """What comes from here and is asked by a name of here is answered."""
    assert Guard(host="mock.test").objection(HERE | headers, peer) is None


@pytest.mark.parametrize(
    ("headers", "peer", "reason"),
    [
        ({}, "192.0.2.1", "--token"),
        ({}, "", "--token"),
        ({"Host": "evil.example"}, "127.0.0.1", "'evil.example'"),
        ({"Host": ""}, "127.0.0.1", "Host"),
        ({"Host": "127.0.0.1.evil.example"}, "127.0.0.1", "Host"),
        ({"Origin": "http://evil.example"}, "127.0.0.1", "another site"),
        ({"Origin": "http://127.0.0.1:9999"}, "127.0.0.1", "another site"),
        ({"Origin": "null"}, "127.0.0.1", "another site"),
        ({"Sec-Fetch-Site": "cross-site"}, "127.0.0.1", "another site"),
        ({"Sec-Fetch-Site": "same-site"}, "127.0.0.1", "another site"),
    ],
)
def test_refuses_others(headers, peer, reason) -> None:
    """Neither other machines, nor names that lead here, nor other sites' pages pass."""
    objection = Guard().objection(HERE | headers, peer)
    assert objection is not None
    assert objection.status == 403
    assert reason in objection.message


def test_a_token_opens_it_to_all() -> None:
    """Whoever has the token may ask from anywhere, by any name."""
    headers = {"Host": "ci.example", "Authorization": "Bearer s3cret"}
    assert Guard("s3cret").objection(headers, "192.0.2.1") is None


@pytest.mark.parametrize("got", [None, "", "Bearer", "Bearer S3cret", "s3cret", "\udcff"])
def test_a_token_is_asked_of_all(got) -> None:
    """Without it nobody passes, from this machine neither."""
    headers = HERE if got is None else HERE | {"Authorization": got}
    objection = Guard("s3cret").objection(headers, "127.0.0.1")
    assert objection is not None
    assert objection.status == 401


def test_a_token_is_no_excuse_for_other_sites() -> None:
    """A page of another site does not pass, token or not."""
    headers = HERE | {"Authorization": "Bearer s3cret", "Origin": "http://evil.example"}
    objection = Guard("s3cret").objection(headers, "127.0.0.1")
    assert objection is not None
    assert objection.status == 403
