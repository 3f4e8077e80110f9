"""What the player does, and what it tells the recording, in which order."""

from typing import Any

import pytest

from harness.domain.recording import (
    DriverFailed,
    Exchange,
    FaultNeverFired,
    OperationAnswered,
    OperationCalled,
    RecordingClosed,
    ServerTurned,
    StartAnswered,
    StartCalled,
)

IN_PROCESS = ("restart-in-process", "next-timer")
NEXT_TIMER = ("next-timer",)


@pytest.mark.parametrize("capabilities", [IN_PROCESS, NEXT_TIMER, ()])
def test_order_of_events(theatre: Any, capabilities: tuple[str, ...]) -> None:
    """Everything that happens to a device is told in the order in which it happened."""
    theatre.play("[start, operate, stop, start, crash, wipe, start, stop]", *capabilities)
    assert theatre.story == [
        "start-called a",
        "start-answered a",
        "operation-called a",
        "operation-answered a",
        "session-stopped a",
        "start-called a",
        "start-answered a",
        "session-crashed a",
        "device-wiped a",
        "start-called a",
        "start-answered a",
        "session-stopped a",
        "recording-closed",
    ]


def test_exchanges_come_before_the_answer_that_they_led_to(theatre: Any) -> None:
    """What a call put on the wire is told before what the call answered."""
    steps = "[start, advance: 3m, stop]"
    theatre.play(steps, *NEXT_TIMER, asks=True, reports=True)
    assert theatre.story == [
        "start-called a",
        "exchange a",
        "start-answered a",
        "exchange a",
        "exchange a",
        "session-stopped a",
        "recording-closed",
    ]
    kinds = [(e.kind, f"{e.at:%H:%M:%S}") for e in theatre.told(Exchange)]
    assert kinds == [
        ("authorization", "08:00:30"),
        ("usage", "08:03:30"),
        ("usage", "08:03:30"),
    ]


def test_new_process_for_every_session(theatre: Any) -> None:
    """Without restart-in-process each session has a process of its own."""
    theatre.play("[start, stop, start, stop]", *NEXT_TIMER)
    assert [driver.fate for driver in theatre.drivers] == ["closed", "closed"]


def test_same_process_for_all_sessions(theatre: Any) -> None:
    """With restart-in-process the sessions of a device share one process."""
    theatre.play("[start, stop, start, start, stop]", *IN_PROCESS)
    assert [driver.fate for driver in theatre.drivers] == ["closed"]
    assert theatre.methods == ["start", "stop", "start", "start", "stop"]


def test_start_again_without_stop(theatre: Any) -> None:
    """An SDK that cannot restart in its process is stopped before it starts again."""
    theatre.play("[start, start]", *NEXT_TIMER)
    assert theatre.methods == ["start", "stop", "start"]
    assert theatre.story[2] == "session-stopped a"


def test_restart_in_process_tells_no_stop(theatre: Any) -> None:
    """A start that ends the session before it is told as a start alone."""
    theatre.play("[start, start]", *IN_PROCESS)
    assert theatre.story[2:4] == ["start-called a", "start-answered a"]


def test_crash_kills(theatre: Any) -> None:
    """A crash is a kill: the SDK is told nothing, and the next start is a new process."""
    theatre.play("[start, crash, start, stop]", *IN_PROCESS)
    assert [driver.fate for driver in theatre.drivers] == ["killed", "closed"]
    assert theatre.methods == ["start", "start", "stop"]


@pytest.mark.parametrize("at", ["connected", "sent", "stored"])
def test_crash_during_a_submission(theatre: Any, at: str) -> None:
    """The process lives until its message has come so far, and is not answered then."""
    steps = f"[start, crash: {{during: usage, at: {at}, nth: 2}}, advance: 1h, start, stop]"
    theatre.play(steps, *NEXT_TIMER, asks=True, reports=True)
    assert theatre.story[3:6] == ["exchange a", "exchange a", "session-crashed a"]
    *_, held = theatre.told(Exchange)[:3]
    assert (held.answer, held.received, held.stored) == (
        None,
        at != "connected",
        at == "stored",
    )
    assert f"{held.at:%H:%M:%S}" == "08:06:30"
    assert [driver.fate for driver in theatre.drivers] == ["killed", "closed"]
    assert not theatre.told(FaultNeverFired)


def test_crash_during_a_start(theatre: Any) -> None:
    """Who is killed while he asks never tells his caller how the start went."""
    steps = "[crash: {during: authorization}, start, start, stop]"
    theatre.play(steps, *NEXT_TIMER, asks=True)
    assert theatre.story[:4] == [
        "start-called a",
        "exchange a",
        "session-crashed a",
        "start-called a",
    ]


def test_crash_during_what_never_comes(theatre: Any) -> None:
    """The recording says that the crash did not come about."""
    theatre.play("[start, crash: {during: usage}, advance: 1h, stop]", *NEXT_TIMER)
    (never,) = theatre.told(FaultNeverFired)
    assert never.fault == "reset on usage 1 (device a)"


def test_twins_share_a_cache(theatre: Any) -> None:
    """Two processes are started at once on one cache, and keep to it."""
    steps = "[start: {twin: b}, stop: {device: b}, start: {device: b}, start: {device: c}]"
    theatre.play(steps, *NEXT_TIMER, asks=True)
    told = [(e.device, e.configuration.cache) for e in theatre.told(StartCalled)]
    assert told == [("a", "a"), ("b", "a"), ("b", "a"), ("c", None)]
    assert theatre.story[:2] == ["start-called a", "start-called b"]
    caches = [p.cache_dir for _, method, p in theatre.calls if method == "start"]
    assert caches[0] == caches[1] == caches[2] != caches[3]
    servers = [e.configuration.servers for e in theatre.told(StartCalled)]
    assert servers[0] != servers[1] == servers[2]


def test_wipe_removes_the_cache(theatre: Any) -> None:
    """A wipe removes what the SDK kept, and no process outlives it."""
    theatre.play("[start, stop, wipe]", *IN_PROCESS)
    assert not (theatre.folder / "device-a").exists()
    assert theatre.drivers[0].fate == "closed"


def test_wipe_of_a_live_session(theatre: Any) -> None:
    """A session that lives is stopped before the cache goes."""
    theatre.play("[start, wipe]", *IN_PROCESS)
    assert theatre.story[2:4] == ["session-stopped a", "device-wiped a"]


def test_caches_stay_apart(theatre: Any) -> None:
    """Each device has a cache of its own, which lasts from session to session."""
    theatre.play("[start, stop, start: {device: b}, start, stop]", *NEXT_TIMER)
    folders = [p.cache_dir for _, method, p in theatre.calls if method == "start"]
    assert folders[0] == folders[2] != folders[1]
    assert (theatre.folder / "device-b" / "uuid").read_text() == "b"


def test_devices_have_addresses_of_their_own(theatre: Any) -> None:
    """An exchange is told with the device by whose address it came."""
    theatre.play("[start: {device: b}, start]", *NEXT_TIMER, asks=True)
    assert [exchange.device for exchange in theatre.told(Exchange)] == ["b", "a"]
    servers = [event.configuration.servers for event in theatre.told(StartCalled)]
    assert servers[0] != servers[1]


@pytest.mark.parametrize("step", ["stop", "crash"])
def test_nothing_ended_without_a_session(theatre: Any, step: str) -> None:
    """A stop or a crash without a session is told nobody."""
    theatre.play(f"[start, stop, {step}]", *IN_PROCESS)
    assert theatre.story[2:] == ["session-stopped a", "recording-closed"]


def test_operation_without_a_session(theatre: Any) -> None:
    """An operation without a session is asked for, and told with its answer."""
    theatre.play("[operate]", *IN_PROCESS)
    assert [e.performed for e in theatre.told(OperationAnswered)] == [False]
    assert theatre.drivers[0].fate == "closed"


@pytest.mark.parametrize(
    ("product", "kind", "types"),
    [
        ("dbr", "decode", ["QR_CODE", "PDF417"]),
        ("dlr", "decode", ["MRZ", "TEXT_LINE"]),
        ("dce", "frame", ["VIDEO", "FILE"]),
        ("dwt", "page", ["SCANNED", "CAPTURED"]),
    ],
)
def test_words_of_the_product(
    theatre: Any, product: str, kind: str, types: list[str]
) -> None:
    """Operations and types have the names of the product that is tested."""
    theatre.play("[start, operate, operate: {type: third}]", *NEXT_TIMER, product=product)
    done = theatre.told(OperationCalled)
    assert [e.type for e in done] == types
    assert {e.kind for e in done} == {kind}


def test_configuration(theatre: Any) -> None:
    """A start overrides the configuration from then on; an empty text takes it back."""
    head = "settle: false\nconfiguration: {sessionPassword: s, organizationId: o}"
    theatre.play(
        "[start, start: {handshakeCode: c, organizationId: ''}, start, start: {device: b}]",
        *IN_PROCESS,
        head=head,
    )
    told = [event.configuration for event in theatre.told(StartCalled)]
    assert [(c.handshake_code, c.organization_id, c.session_password) for c in told] == [
        ("200001-demo", "o", "s"),
        ("c", None, "s"),
        ("c", None, "s"),
        ("200001-demo", "o", "s"),
    ]


def test_server_down_and_up(theatre: Any) -> None:
    """A server that is down refuses connections; down and up are told."""
    theatre.play(
        "[server: {main: down}, start, stop, server: {main: up}, start]",
        *IN_PROCESS,
        asks=True,
    )
    assert [(e.server, e.up) for e in theatre.told(ServerTurned)] == [
        ("main", False),
        ("main", True),
    ]
    assert [e.authorized for e in theatre.told(StartAnswered)] == [False, True]
    assert len(theatre.told(Exchange)) == 1


def test_standby(theatre: Any) -> None:
    """With two servers the SDK is told both; the standby serves when main is down."""
    head = "settle: false\nservers: [main, standby]"
    steps = "[server: {main: down}, start]"
    theatre.play(steps, *IN_PROCESS, head=head, asks=True)
    assert [exchange.server for exchange in theatre.told(Exchange)] == ["standby"]
    assert theatre.told(StartAnswered)[0].authorized


def test_refuse_lasts_to_the_end_of_the_step(theatre: Any) -> None:
    """A fault that refuses connections is over when its step has ended."""
    steps = "[start, fault: {do: refuse, kind: usage, nth: 2}, advance: 7m, advance: 3m]"
    theatre.play(steps, *NEXT_TIMER, reports=True)
    assert [f"{e.at:%H:%M:%S}" for e in theatre.told(Exchange)] == ["08:03:30", "08:09:30"]


def test_faults(theatre: Any) -> None:
    """A fault strikes what it is about, and one that never did is told at the end."""
    steps = (
        "[fault: {kind: authorization, do: status, status: 500}, "
        "fault: {kind: usage, do: reset}, start, stop, start]"
    )
    theatre.play(steps, *IN_PROCESS, asks=True)
    told = [(e.status, e.fault) for e in theatre.told(Exchange)]
    assert told == [(500, "status 500 on authorization 1"), (200, None)]
    assert [e.fault for e in theatre.told(FaultNeverFired)] == ["reset on usage 1"]


def test_calm(theatre: Any) -> None:
    """Calm disarms all faults, at that moment."""
    steps = "[fault: {kind: authorization, do: reset, times: all}, calm, start]"
    theatre.play(steps, *IN_PROCESS, asks=True)
    assert theatre.story[0] == "fault-never-fired"
    assert theatre.told(StartAnswered)[0].authorized


def test_repeat(theatre: Any) -> None:
    """A repetition carries its steps out so many times."""
    theatre.play("[repeat: {times: 3, steps: [start, advance: 1m, stop]}]", *IN_PROCESS)
    assert theatre.methods == ["start", "advance", "stop"] * 3


def test_settling_session(theatre: Any) -> None:
    """At the end each device has a session more, of three ticks, where all works."""
    theatre.play(
        "[start: {handshakeCode: 200001-other}, start: {device: b}, server: {main: down}, "
        "fault: {kind: usage, do: reset, times: all}, stop, advance: 1h]",
        *IN_PROCESS,
        head="settle: true",
        asks=True,
    )
    calm = theatre.story.index("server-turned", theatre.story.index("server-turned") + 1)
    assert theatre.story[calm:] == [
        "server-turned",
        "session-stopped b",
        "start-called a",
        "exchange a",
        "start-answered a",
        "start-called b",
        "exchange b",
        "start-answered b",
        "session-stopped a",
        "session-stopped b",
        "recording-closed",
    ]
    settling = [e for e in theatre.told(StartCalled) if e.settling]
    codes = [e.configuration.handshake_code for e in settling]
    assert codes == ["200001-other", "200001-demo"]
    assert len(theatre.ticks) == 20 + 2 * 3
    assert theatre.told(RecordingClosed)[0].settled


def test_device_that_never_started_has_nothing_to_settle(theatre: Any) -> None:
    """A device on which nothing was started gets no settling session."""
    theatre.play("[start, stop, operate: {device: b}]", *IN_PROCESS, head="settle: true")
    assert theatre.methods.count("start") == 2


def test_no_settling(theatre: Any) -> None:
    """With settle: false a recording is closed, and says that nothing has settled."""
    theatre.play("[start]", *IN_PROCESS)
    assert theatre.methods == ["start"]
    assert not theatre.told(RecordingClosed)[0].settled


@pytest.mark.parametrize("capabilities", [IN_PROCESS, NEXT_TIMER])
def test_log_is_kept(theatre: Any, capabilities: tuple[str, ...]) -> None:
    """What a driver wrote to its standard error is in the recording before its end."""
    theatre.play("[start, stop]", *capabilities, log="hello\n")
    assert theatre.story[-2:] == ["driver-logged a", "recording-closed"]


@pytest.mark.parametrize(
    ("method", "steps"),
    [
        ("start", "[start, start: {device: b}, operate]"),
        ("operate", "[start: {device: b}, operate: {device: b}]"),
        ("advance", "[start: {device: b}, start, advance: 10m]"),
        ("set_clock", "[start, start: {device: b}, setClock: {device: b, back: 1h}]"),
        ("stop", "[start, start: {device: b}, stop: {device: b}, start]"),
    ],
)
@pytest.mark.parametrize("capabilities", [IN_PROCESS, NEXT_TIMER])
def test_driver_fault_ends_the_case(
    theatre: Any, capabilities: tuple[str, ...], method: str, steps: str
) -> None:
    """A driver that breaks its contract ends the case: blamed, and nothing left."""
    text = theatre.play_to_fault(
        steps, *capabilities, breaks_at=("b", method), log="oops\n", head="settle: true"
    )
    last = theatre.events[-1]
    assert isinstance(last, DriverFailed)
    assert (last.device, last.blame) == ("b", text)
    assert f"broke its contract in {method}" in text
    assert not theatre.told(RecordingClosed)
    assert all(driver.fate != "running" for driver in theatre.drivers)
    assert "driver-logged b" in theatre.story
    assert theatre.methods[-1] == method


def test_fault_of_a_driver_while_settling(theatre: Any) -> None:
    """The device that is blamed is the one whose driver failed, in any step."""
    steps = "[start, stop, start: {device: b}, crash: {device: b}]"
    theatre.play_to_fault(
        steps, *NEXT_TIMER, head="settle: true", breaks_at=("b", "advance")
    )
    assert theatre.story[-1] == "driver-failed b"
