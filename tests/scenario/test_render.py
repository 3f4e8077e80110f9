"""A scenario as the text of a case file."""

import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.domain.span import Span
from harness.rules.catalogue import RULES_BY_ID
from harness.scenario.case_file import Case, find_case_files, load_cases
from harness.scenario.render import render_scenario
from harness.scenario.scenario import (
    Calm,
    Crash,
    Operate,
    Repeat,
    Scenario,
    Server,
    SetClock,
    Setting,
    Start,
    Step,
    Stop,
    Wipe,
)
from mock_server import Fault, HandshakeCode, Organization, World

RULES = frozenset(RULES_BY_ID)
CASES = Path(__file__).parents[2] / "cases"


def read(text: str, folder: Path) -> Scenario:
    path = folder / "story.yaml"
    path.write_text(text, encoding="utf-8")
    (case,) = load_cases(path, folder, RULES)
    return case.scenario


@pytest.mark.parametrize("path", find_case_files(CASES), ids=lambda p: p.stem)
def test_every_case_of_the_suite(path: Path, tmp_path: Path) -> None:
    """What the suite plays is read back as it was, parameters put in."""
    cases: tuple[Case, ...] = load_cases(path, CASES, RULES)
    for case in cases:
        assert read(render_scenario(case.scenario), tmp_path) == case.scenario, case.id


TEXTS = st.text(min_size=1).filter(lambda text: not text.startswith("${"))
ODD_TEXTS = st.sampled_from(["1", "on", "1.5", "null", "a: b", "a\nb", "#", "- x", "~", ""])
SPANS = st.integers(1, 10**9).map(lambda ms: Span(milliseconds=ms))
INSTANTS = st.datetimes(
    min_value=datetime(2024, 1, 1),
    max_value=datetime(2029, 1, 1),
    timezones=st.just(UTC),
)
MAYBE = st.one_of(st.none(), ODD_TEXTS, TEXTS)
DEVICES = st.sampled_from(["a", "b", "1"])

TLS = st.sampled_from([None, "good", {"main": "expired"}, {"standby": "untrusted"}])
FAULTS = st.builds(
    Fault,
    do=st.sampled_from(["reset", "close", "lose-answer"]),
    on=st.sampled_from([None, "usage", "authorization"]),
    nth=st.integers(1, 3),
    times=st.sampled_from([1, 2, "all"]),
    server=st.sampled_from([None, "main", "standby"]),
    client_uuid=MAYBE,
)
PLAIN_STEPS = st.one_of(
    st.builds(Start, device=DEVICES, handshake_code=MAYBE, new_address=st.booleans()).map(
        lambda start: Step(start=start)
    ),
    st.builds(Start, new_address=st.just(True), tls=TLS).map(
        lambda start: Step(start=start)
    ),
    st.builds(
        Operate,
        count=st.integers(1, 9),
        success=st.booleans(),
        times=st.integers(1, 3),
        every=st.one_of(st.none(), SPANS),
        content=MAYBE,
    ).map(lambda operate: Step(operate=operate)),
    st.builds(Stop, device=DEVICES).map(lambda stop: Step(stop=stop)),
    st.builds(Crash, device=DEVICES).map(lambda crash: Step(crash=crash)),
    st.builds(Wipe, device=DEVICES).map(lambda wipe: Step(wipe=wipe)),
    st.builds(SetClock, back=SPANS).map(lambda change: Step(set_clock=change)),
    st.just(Step(calm=Calm())),
    st.just(Step(server=Server(main="down", standby="up"))),
    SPANS.map(lambda span: Step(advance=span)),
    INSTANTS.map(lambda at: Step(until=at)),
    FAULTS.map(lambda fault: Step(fault=fault)),
)
STEPS = st.recursive(
    PLAIN_STEPS,
    lambda inner: st.builds(
        lambda times, steps: Step(repeat=Repeat(times=times, steps=tuple(steps))),
        st.integers(1, 3),
        st.lists(inner, max_size=3),
    ),
    max_leaves=6,
)
WORLDS = st.builds(
    lambda password, validity, quota: World(
        organizations=(Organization(id="1", default="1-x"),),
        handshake_codes=(
            HandshakeCode(
                code="1-x",
                organization="1",
                password=password,
                validity=str(validity),
                quota=quota,
            ),
        ),
        standby="always-serves",
    ),
    MAYBE,
    SPANS,
    st.one_of(st.none(), st.integers(0, 9)),
)
SCENARIOS = st.builds(
    Scenario,
    summary=st.one_of(ODD_TEXTS, TEXTS),
    exercises=st.just(("usage/nothing-lost",)),
    steps=st.lists(STEPS, max_size=5).map(tuple),
    generations=st.sampled_from([("lts",), ("dls",), ("lts", "dls")]),
    requires=st.sampled_from([(), ("next-timer",)]),
    servers=st.just(("main", "standby")),
    prefix=st.sampled_from(["", "/a/b", "1"]),
    world=st.one_of(st.none(), WORLDS),
    configuration=st.builds(Setting, handshake_code=MAYBE, session_password=MAYBE),
    begin=INSTANTS,
    settle=st.booleans(),
)


@settings(deadline=None, max_examples=150)
@given(SCENARIOS)
def test_any_scenario(scenario: Scenario) -> None:
    """Whatever a scenario says is read back as it was."""
    with tempfile.TemporaryDirectory() as folder:
        assert read(render_scenario(scenario), Path(folder)) == scenario


def test_reads_like_one_written_by_hand() -> None:
    """One step a line, defaults left out, a world in lines of its own."""
    scenario = Scenario(
        summary="A story.",
        exercises=("usage/nothing-lost",),
        generations=("dls",),
        world=World(
            organizations=(Organization(id="1"),),
            handshake_codes=(HandshakeCode(code="1-x", organization="1"),),
        ),
        steps=(
            Step(start=Start()),
            Step(fault=Fault(do="reset", on="usage")),
            Step(repeat=Repeat(times=2, steps=(Step(operate=Operate(count=3)),))),
            Step(advance=Span(minutes=5)),
            Step(until=datetime(2026, 3, 1, 9, 0, 0, 500_000, UTC)),
            Step(stop=Stop(device="b")),
        ),
    )
    assert render_scenario(scenario).splitlines() == [
        "summary: A story.",
        "exercises: [usage/nothing-lost]",
        "generations: [dls]",
        "world:",
        "  organizations:",
        "    - {id: '1'}",
        "  handshakeCodes:",
        "    - {code: 1-x, organization: '1'}",
        "steps:",
        "  - start",
        "  - fault: {do: reset, kind: usage}",
        "  - repeat:",
        "      times: 2",
        "      steps:",
        "        - operate: {count: 3}",
        "  - advance: 5m",
        "  - until: 2026-03-01T09:00:00.5Z",
        "  - stop: {device: b}",
    ]


def test_what_no_file_can_say() -> None:
    """A text that would be a parameter, or half a millisecond, is refused."""
    parameter = Step(operate=Operate(content="${x}"))
    too_fine = Step(advance=Span(microseconds=500))
    for step in (parameter, too_fine):
        scenario = Scenario(summary="s", exercises=(), steps=(step,))
        with pytest.raises(ValueError, match=r"parameter|milliseconds"):
            render_scenario(scenario)
