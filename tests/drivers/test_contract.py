"""Claims about the contract's messages."""

import json
from datetime import UTC, datetime, timedelta, timezone

import jsonschema
import msgspec
import pytest

from harness.drivers import contract
from harness.drivers.complaint import Complaint
from harness.drivers.contract import METHODS, read_result, render_params, schemas

NOW = datetime(2026, 3, 1, 8, 0, 30, tzinfo=UTC)

PARAMS = {
    "describe": contract.Describe(),
    "start": contract.Start(now=NOW, cache_dir="/a", servers=("http://127.0.0.1:1",)),
    "operate": contract.Operate(
        now=NOW, kind="page", type="SCANNED", count=1, success=False
    ),
    "advance": contract.Advance(to=NOW),
    "set_clock": contract.SetClock(to=NOW),
    "stop": contract.Stop(),
}
RESULTS = {
    "describe": {
        "contract": 1,
        "sdk": {"name": "acme-scan", "version": "8.4.0", "language": "java"},
        "product": "dbr",
        "generation": "dls",
        "clock": "injected",
        "capabilities": ["organization-id", "restart-in-process", "next-timer"],
    },
    "start": {
        "authorized": False,
        "error": {"code": -20120, "message": "…"},
        "nextTimer": None,
    },
    "operate": {"performed": True, "error": None, "nextTimer": None},
    "advance": {"nextTimer": "2026-03-01T08:03:00.000Z"},
    "set_clock": {"nextTimer": None},
    "stop": {},
}


def test_every_method_is_there():
    """The contract has six methods."""
    assert set(METHODS) == set(PARAMS) == set(RESULTS)


@pytest.mark.parametrize("name", METHODS)
def test_schema_of_params(name):
    """What we send fits the schema that we publish."""
    schema = schemas()[f"{name}.params"]
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(render_params(PARAMS[name]), schema)


@pytest.mark.parametrize("name", METHODS)
def test_schema_of_results(name):
    """What the contract shows as a result fits the schema, and is read."""
    jsonschema.validate(RESULTS[name], schemas()[f"{name}.result"])
    assert isinstance(read_result(RESULTS[name], METHODS[name]), METHODS[name].result)


def test_schemas_are_json():
    """The schemas can be written as they are."""
    assert json.loads(json.dumps(schemas())) == schemas()


def test_schema_refuses_unknown_capability():
    """The schema knows the closed list of capabilities, as we do."""
    result = {**RESULTS["describe"], "capabilities": ["teleport"]}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(result, schemas()["describe.result"])


def test_operate_params():
    """The params of operate have the contract's names, with null where nothing is set."""
    assert render_params(PARAMS["operate"]) == {
        "now": "2026-03-01T08:00:30.000Z",
        "kind": "page",
        "type": "SCANNED",
        "count": 1,
        "success": False,
        "content": None,
    }


def test_extra_fields():
    """Fields that the contract does not have are let pass."""
    result = {"nextTimer": None, "mood": "good", "error": 7}
    assert read_result(result, contract.ADVANCE).next_timer is None


def test_optional_fields():
    """What may be null in a result may be absent."""
    started = read_result({"authorized": True}, contract.START)
    assert (started.error, started.next_timer) == (None, None)


@pytest.mark.parametrize(
    ("written", "instant"),
    [
        ("2026-03-01T08:00:30Z", NOW),
        ("2026-03-01t08:00:30.000000z", NOW),
        ("2026-03-01T10:00:30+02:00", NOW),
        ("2026-03-01T08:00:30.000000000Z", NOW),
    ],
)
def test_times_are_read_leniently(written, instant):
    """Any RFC 3339 time is read, and becomes one in UTC."""
    due = read_result({"nextTimer": written}, contract.ADVANCE).next_timer
    assert due == instant
    assert due.tzinfo is UTC


def test_timer_is_rounded_up():
    """A timer within a millisecond is taken as due at its end, when it is due for sure."""
    due = read_result({"nextTimer": "2026-03-01T08:00:30.0001Z"}, contract.ADVANCE)
    assert due.next_timer == NOW + timedelta(milliseconds=1)


def test_timer_of_another_zone():
    """A timer that is made with another offset is kept in UTC."""
    zone = timezone(timedelta(hours=-5))
    assert contract.Ticked(next_timer=NOW.astimezone(zone)).next_timer.tzinfo is UTC


def test_complaint_names_the_field():
    """A complaint tells which field is at fault."""
    with pytest.raises(Complaint) as caught:
        read_result({**RESULTS["describe"], "contract": 2}, contract.DESCRIBE)
    assert caught.value.field == "contract"


def test_values_are_frozen():
    """Messages are values."""
    with pytest.raises(AttributeError):
        PARAMS["stop"].anything = 1
    with pytest.raises(AttributeError):
        PARAMS["start"].now = NOW


def test_every_field_is_told_to_msgspec():
    """Each field of the params is written in camel case."""
    names = msgspec.structs.fields(contract.Start)
    assert [field.encode_name for field in names] == [
        "now",
        "cacheDir",
        "servers",
        "handshakeCode",
        "organizationId",
        "sessionPassword",
        "productKeys",
        "timeZone",
        "caFile",
    ]
