"""Operations: what the SDK owes for each."""

from datetime import datetime

from harness.domain.recording import OperationCalled
from harness.history import mark
from harness.history.account import Account
from harness.history.device import Device
from harness.history.duties import add_duty
from harness.history.lot import Lot
from harness.history.session import Session
from harness.history.till import Till
from harness.history.work import Work


def enter(
    device: Device,
    session: Session | None,
    entry: int,
    event: OperationCalled,
    down: frozenset[str],
) -> Work:
    """Enter what *event* yields into the ledger of *device*."""
    now = device.time(event.at)
    is_duplicate = device.suppresses_duplicates and _is_repeat(device, event, now)
    if session is None or not event.count:
        return Work(session, event, entry, None, is_duplicate)
    till = session.tills.get(event.type)
    if till is None or not till.since <= now < till.until or till.down is not down:
        code = session.code
        if code is None:
            return Work(session, event, entry, None, is_duplicate)
        till = session.tills[event.type] = _till(session, code, now, event.type, down)
    if event.success and not is_duplicate:
        lot = _lot(session, till, now, entry, event)
        return Work(session, event, entry, lot, is_duplicate)
    account = _remembered(device, till.account)
    if is_duplicate:
        account.add_duplicate(event.count, entry)
    else:
        account.add_unsuccessful(event.count, entry)
    device.accounts.file(account)
    return Work(session, event, entry, None, is_duplicate)


def _is_repeat(device: Device, event: OperationCalled, now: datetime) -> bool:
    if event.content is None or not event.success:
        return False
    return device.is_repeat(event.type, event.content, now)


def _till(
    session: Session, code: str, now: datetime, usage_type: str, down: frozenset[str]
) -> Till:
    device = session.device
    key = device.keys.at(now, code, usage_type)
    return Till(
        since=key.slot,
        until=device.generation.slot_end(key.slot),
        boundary=device.generation.boundary_in(key.slot),
        down=down,
        account=device.accounts.of(key),
        session=session.number,
        client_uuids=session.client_uuids,
        marks=_marks(session, down),
        owed=session.is_licensed,
    )


def _lot(
    session: Session, till: Till, now: datetime, entry: int, event: OperationCalled
) -> Lot:
    """Enter units that were done."""
    account, device = till.account, session.device
    if not account.lots:
        account = _remembered(device, account)
    lot = Lot(
        account.key,
        event.count,
        event.at,
        entry,
        till.session,
        till.client_uuids,
        till.marks if now != till.boundary else till.marks | mark.BOUNDARY,
        till.owed,
    )
    account.add(lot)
    if lot is account.lots[0]:
        device.accounts.file(account)
    if till.owed:
        account.performed_units += lot.units
        add_duty(session, lot)
    return lot


def _remembered(device: Device, account: Account) -> Account:
    """Return *account*, or another in its place: without open lots it may be forgotten."""
    return account if account.lots else device.accounts.of(account.key)


def _marks(session: Session, down: frozenset[str]) -> int:
    """Say what is out of the ordinary in *session* while the servers *down* are down."""
    marks = 0
    if session.configuration.time_zone is not None:
        marks |= mark.TIME_ZONE
    if session.device.clock_was_set:
        marks |= mark.CLOCK_SET
    if len(down) == len(session.configuration.servers) or session.is_offline:
        marks |= mark.OFFLINE
    if len(down) == 1 and session.has_two_servers:
        marks |= mark.OUTAGE
    return marks


def withdraw(device: Device, lot: Lot) -> None:
    """The SDK has refused to work: nothing is owed for it."""
    if lot.owed:
        device.account(lot.key).performed_units -= lot.units
    lot.owed = False
