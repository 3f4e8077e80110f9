"""Accounts without open lots: the latest are remembered, of the others only sums are."""

from datetime import UTC, datetime, timedelta

from harness.domain.generation import DLS, SLOT_LENGTH
from harness.history.accounts import Accounts, Archive
from harness.history.lot import Key, Lot

BEGIN = datetime(2026, 3, 1, 8, tzinfo=UTC)


def _key(number: int) -> Key:
    return Key("code", BEGIN + number * SLOT_LENGTH, "QR_CODE")


def _enter(accounts: Accounts, number: int) -> None:
    """Enter one unit under a key."""
    account = accounts.of(_key(number))
    account.add(Lot(_key(number), 1, BEGIN + timedelta(seconds=number), number, 1, ("u",)))
    account.performed_units += 1
    accounts.file(account)


def _close(accounts: Accounts, number: int) -> None:
    """What is open under a key is accepted."""
    account = accounts.of(_key(number))
    account.accepted_units += len(account.lots)
    account.clear()
    accounts.file(account)


def _slots(accounts: Accounts) -> list[int]:
    return [lot.entry for lot in accounts.lots()]


def test_old_ones_are_forgotten() -> None:
    """No more closed accounts are remembered than the archive holds; no unit is lost."""
    accounts = Accounts(DLS, Archive(most=3))
    for number in range(10):
        _enter(accounts, number)
        _close(accounts, number)
    assert [account.key for account in accounts] == [_key(7), _key(8), _key(9)]
    remembered = sum(account.performed_units for account in accounts)
    assert accounts.forgotten_performed + remembered == 10
    assert accounts.forgotten_stored == 7


def test_open_ones_are_kept() -> None:
    """An account with open lots is never forgotten, however old it is."""
    accounts = Accounts(DLS, Archive(most=1))
    for number in range(5):
        _enter(accounts, number)
    for number in range(1, 5):
        _close(accounts, number)
    assert _slots(accounts) == [0]
    assert {account.key for account in accounts} == {_key(0), _key(4)}


def test_nothing_is_forgotten_where_all_is_asked_for() -> None:
    """An archive without a limit remembers every key."""
    accounts = Accounts(DLS, Archive(most=None))
    for number in range(50):
        _enter(accounts, number)
        _close(accounts, number)
    assert len(list(accounts)) == 50
    assert accounts.forgotten_performed == 0


def test_lots_come_by_the_age_of_their_accounts() -> None:
    """An account that is opened again stands where it stood."""
    accounts = Accounts(DLS, Archive())
    for number in range(3):
        _enter(accounts, number)
    _close(accounts, 0)
    _enter(accounts, 0)
    assert _slots(accounts) == [0, 1, 2]


def test_one_archive_for_all_devices() -> None:
    """What one device closes lets another one's oldest be forgotten."""
    archive = Archive(most=2)
    first, second = Accounts(DLS, archive), Accounts(DLS, archive)
    for accounts, number in ((first, 0), (second, 1), (second, 2)):
        _enter(accounts, number)
        _close(accounts, number)
    assert list(first) == []
    assert first.forgotten_stored == 1
    assert len(list(second)) == 2
