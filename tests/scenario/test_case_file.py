"""Files of cases."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from harness.documents.bad_input import BadInput
from harness.scenario.case_file import Case, find_case_files, load_cases
from harness.scenario.scenario import DEFAULT_BEGIN

RULES = frozenset({"usage/nothing-lost", "submit/by-post"})
HEAD = "summary: s\nexercises: [usage/nothing-lost]\n"


def _load(folder: Path, text: str) -> tuple[Case, ...]:
    path = folder / "usage" / "story.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return load_cases(path, folder, RULES)


def _steps(folder: Path, steps: str) -> Any:
    return _load(folder, f"{HEAD}steps: {steps}")[0].scenario.steps


def _complaint(folder: Path, text: str) -> str:
    with pytest.raises(BadInput) as caught:
        _load(folder, text)
    return str(caught.value).removeprefix(f"{folder}/usage/story.yaml:")


def test_id_is_the_path(tmp_path: Path) -> None:
    """A file with one scenario is one case, whose id is its path."""
    (case,) = _load(tmp_path, f"{HEAD}steps: [start]")
    assert case.id == "usage/story"


def test_defaults(tmp_path: Path) -> None:
    """A scenario that says nothing of it has one server, one code, and settles."""
    scenario = _load(tmp_path, f"{HEAD}steps: [start]")[0].scenario
    assert scenario.servers == ("main",)
    assert scenario.generations == ("lts", "dls")
    assert scenario.configuration.handshake_code == "200001-demo"
    assert scenario.begin == DEFAULT_BEGIN
    assert scenario.settle


def test_variants(tmp_path: Path) -> None:
    """Each variant is a case with its name, and its parameters in place."""
    text = "cases:\n  two: {n: 2, off: 1h}\n  3: {n: 3, off: 2d}\nsteps:\n"
    text += "  - operate: {count: '${n}'}\n  - advance: ${off}\n"
    cases = _load(tmp_path, HEAD + text)
    assert [case.id for case in cases] == ["usage/story/two", "usage/story/3"]
    told = []
    for case in cases:
        operate, advance = case.scenario.steps
        assert operate.operate is not None
        told.append((operate.operate.count, advance.advance))
    assert told == [(2, timedelta(hours=1)), (3, timedelta(days=2))]


def test_parameter_may_be_a_whole_part(tmp_path: Path) -> None:
    """A parameter may stand for any part of a scenario, a step or the beginning."""
    text = (
        "cases: {a: {begin: 2026-03-01T00:00:00Z, fault: {kind: usage, do: reset}}}\n"
        "begin: ${begin}\nsteps: [{fault: '${fault}'}]\n"
    )
    (case,) = _load(tmp_path, HEAD + text)
    assert case.scenario.begin == datetime(2026, 3, 1, tzinfo=UTC)
    fault = case.scenario.steps[0].fault
    assert fault is not None
    assert (fault.on, fault.do) == ("usage", "reset")


def test_dollars_within_text(tmp_path: Path) -> None:
    """Only a text that is a parameter's name and nothing else is replaced."""
    (step,) = _steps(tmp_path, "[{operate: {content: 'costs ${n} $'}}]")
    assert step.operate.content == "costs ${n} $"


@pytest.mark.parametrize(
    "written", ["[stop]", "[{stop: {}}]", "[stop: ]", "[{stop: null}]"]
)
def test_short_forms(tmp_path: Path, written: str) -> None:
    """A step that says nothing more may be its name alone."""
    assert _steps(tmp_path, written) == _steps(tmp_path, "[{stop: {device: a}}]")


def test_short_forms_within_repeat(tmp_path: Path) -> None:
    """Steps within a repetition, however deep, may be short as well."""
    repeat = "[{repeat: {times: 2, steps: [{repeat: {times: 3, steps: [start, stop]}}]}}]"
    (step,) = _steps(tmp_path, repeat)
    inner = step.repeat.steps[0].repeat
    assert (inner.times, [one.name for one in inner.steps]) == (3, ["start", "stop"])


def test_times_are_utc(tmp_path: Path) -> None:
    """Instants with an offset are taken as what they are in UTC."""
    text = "begin: 2026-03-01T09:00:00+01:00\nsteps: [until: 2026-03-01T10:00:00+01:00]\n"
    scenario = _load(tmp_path, HEAD + text)[0].scenario
    until = scenario.steps[0].until
    assert until is not None
    assert (scenario.begin.isoformat(), until.isoformat()) == (
        "2026-03-01T08:00:00+00:00",
        "2026-03-01T09:00:00+00:00",
    )


ONE_OF_STEPS = (
    "expected exactly one of start, operate, stop, crash, wipe, advance, until, "
    "setClock, fault, calm, server, repeat"
)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[]", "1: expected a scenario, with summary, exercises and steps"),
        ("", " expected a scenario, with summary, exercises and steps"),
        (
            "summary: s\nsteps: [start]\n",
            "1: Object missing required field `exercises`",
        ),
        (
            "summary: s\nexercises: []\nsteps: []",
            "2: exercises: expected at least one rule",
        ),
        (
            "summary: s\nexercises:\n  - submit/by-post\n  - usage/nothing-left\nsteps: []",
            "4: exercises[1]: unknown rule 'usage/nothing-left'; Did you mean "
            "'usage/nothing-lost'? known: submit/by-post, usage/nothing-lost",
        ),
        (
            f"{HEAD}stepps: []",
            "3: stepps: unknown key 'stepps'; Did you mean 'steps'? known: begin, "
            "configuration, exercises, generations, ",
        ),
        (
            f"{HEAD}steps:\n  - start\n  - {{stop: {{}}, start: {{}}}}",
            f"5: steps[1]: {ONE_OF_STEPS}",
        ),
        (f"{HEAD}steps:\n  - start\n  - {{}}", f"5: steps[1]: {ONE_OF_STEPS}"),
        (
            f"{HEAD}steps:\n  - sleep: 3m",
            "4: steps[0].sleep: unknown key 'sleep'; known: advance, calm, crash, fault, "
            "operate, repeat, server, setClock, start, stop, until, wipe",
        ),
        (
            f"{HEAD}steps:\n  - repeat:\n      times: 2\n      steps:\n        - stop\n"
            "        - {crash: {}, wipe: {}}",
            f"8: steps[0].repeat.steps[1]: {ONE_OF_STEPS}",
        ),
        (f"{HEAD}steps: 3", "3: steps: Expected `array`, got `int`"),
        (f"{HEAD}steps:\n  -\n", "4: steps[0]: Expected `object`, got `null`"),
        (
            f"{HEAD}steps:\n  - start\n  - operate:\n      count: 0\n",
            "6: steps[1].operate.count: Expected `int` >= 1",
        ),
        (
            f"{HEAD}steps:\n  - operate: {{type: fourth}}",
            "4: steps[0].operate.type: Invalid enum value 'fourth': expected one of first, "
            "second, third",
        ),
        (
            f"{HEAD}steps:\n  - advance: 3 minutes",
            "4: steps[0].advance: expected a time span such as 90s, 3m, 2d or 1h30m, got "
            "'3 minutes'",
        ),
        (
            f"{HEAD}steps:\n  - until: 2026-03-01T08:00:30",
            "4: steps[0].until: expected an RFC 3339 instant such as 2026-03-01T08:00:30Z",
        ),
        (
            f"{HEAD}begin: 2026-02-30T00:00:00Z\nsteps: []",
            "3: begin: expected an RFC 3339 instant such as 2026-03-01T08:00:30Z",
        ),
        (
            f"{HEAD}steps:\n  - fault: {{kind: usage, do: status, status: 200}}",
            "4: steps[0].fault: status: expected 400 to 599, got 200",
        ),
        (
            f"{HEAD}steps:\n  - fault: {{do: refuse, times: 2}}",
            "4: steps[0].fault: times: expected none with do: refuse, got 2",
        ),
        (
            f"{HEAD}steps:\n  - fault: {{do: explode}}",
            "4: steps[0].fault.do: Invalid enum value 'explode': expected one of",
        ),
        (
            f"{HEAD}steps:\n  - fault: {{do: reset, server: standby}}",
            "4: steps[0].fault: expected a server of this scenario (main), got 'standby'",
        ),
        (
            f"{HEAD}steps:\n  - server: {{standby: down}}",
            "4: steps[0].server: expected a server of this scenario (main), got 'standby'",
        ),
        (f"{HEAD}tls: bad\nsteps: []", "3: tls: Invalid enum value 'bad'"),
        (
            f"{HEAD}tls: {{standby: good}}\nsteps: []",
            "3: tls.standby: expected a server of this scenario (main), got 'standby'",
        ),
        (
            f"{HEAD}steps:\n  - start: {{tls: good}}",
            "4: steps[0].start.tls: expected only with newAddress",
        ),
        (f"{HEAD}steps:\n  - setClock", "4: steps[0].setClock: expected either forward or"),
        (
            f"{HEAD}steps:\n  - setClock: {{forward: 1h, back: 1h}}",
            "4: steps[0].setClock: expected either forward or back",
        ),
        (
            f"{HEAD}steps:\n  - crash: {{at: sent}}",
            "4: steps[0].crash: expected nth and at only with during",
        ),
        (
            f"{HEAD}steps:\n  - start: {{device: b, twin: b}}",
            "4: steps[0].start: expected another device as twin, got 'b'",
        ),
        (
            f"{HEAD}requires: [next-time]\nsteps: []",
            "3: requires[0]: unknown capability 'next-time'; Did you mean 'next-timer'?",
        ),
        (f"{HEAD}generations: [dls, lds]\nsteps: []", "3: generations[1]: Invalid enum"),
        (f"{HEAD}settle: no\nsteps: []", "3: settle: Expected `bool`, got `str`"),
        (
            f"{HEAD}configuration:\n  handshakeCode: 200001\nsteps: []",
            "4: configuration.handshakeCode: Expected `str | null`, got `int`",
        ),
        (
            f"{HEAD}world:\n  organizations: []\n  handshakeCodes:\n"
            "    - {code: c, organization: o}\nsteps: []",
            "3: world: handshake code 'c': expected the ID of a configured organization",
        ),
        (f"{HEAD}cases: [a]\nsteps: []", "3: cases: expected names with their parameters"),
        (f"{HEAD}cases:\n  a: 3\nsteps: []", "4: cases.a: expected parameters, got 3"),
        (
            f"{HEAD}cases: {{a: {{off: 1h}}}}\nsteps:\n  - start\n  - advance: ${{of}}",
            "6: steps[1].advance: unknown parameter 'of'; Did you mean 'off'? known: off",
        ),
        (
            f"{HEAD}steps:\n  - advance: ${{off}}",
            "4: steps[0].advance: unknown parameter 'off'; known: ",
        ),
        (
            f"{HEAD}cases: {{a: {{n: first}}}}\nsteps:\n  - operate:\n      count: ${{n}}",
            "6: steps[0].operate.count: Expected `int`, got `str`",
        ),
        (f"{HEAD}steps:\n  - 1: 2", "1: Expected `str` - at `key` in `$.steps[0]`"),
    ],
)
def test_mistakes(tmp_path: Path, text: str, complaint: str) -> None:
    """A mistake in a file is told with its line, its place, and what was expected."""
    assert _complaint(tmp_path, text).startswith(complaint)


def test_repetition_may_be_long(tmp_path: Path) -> None:
    """A repetition is not written out: a huge one costs nothing to read."""
    assert _steps(tmp_path, "[{repeat: {times: 1000000, steps: [operate]}}]")


def test_finds_files_in_order(tmp_path: Path) -> None:
    """All files below a folder are found, in the order of their names."""
    for name in ("b/two.yaml", "a/z.yaml", "a/one.yaml", "a/notes.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    found = [path.relative_to(tmp_path).as_posix() for path in find_case_files(tmp_path)]
    assert found == ["a/one.yaml", "a/z.yaml", "b/two.yaml"]


def test_no_files(tmp_path: Path) -> None:
    """A folder without scenarios is a mistake."""
    with pytest.raises(BadInput, match="expected scenarios"):
        find_case_files(tmp_path)


@pytest.mark.parametrize(
    "story",
    [
        "steps: [advance: 99999999d]",
        "steps: [advance: 3661d]",
        "steps: [{repeat: {times: 1000000, steps: [{advance: 9999d}]}}]",
        "steps: [{repeat: {times: 1000, steps: [{setClock: {back: 9d}}]}}]",
        "steps: [{until: 2046-03-01T08:00:00Z}]",
    ],
)
def test_a_scenario_ends(tmp_path: Path, story: str) -> None:
    """Years of virtual time are refused: with a slot every three minutes they never end."""
    told = _complaint(tmp_path, HEAD + story)
    assert told == "3: steps: expected at most 3660d in all, got more"


@pytest.mark.parametrize(
    "story",
    [
        "begin: 9999-12-31T23:50:00Z\nsteps: [start]",
        "begin: 0001-01-01T00:00:00+23:59\nsteps: [start]",
        "steps: [{until: 0001-01-01T00:00:00+23:59}]",
    ],
)
def test_the_ends_of_the_calendar(tmp_path: Path, story: str) -> None:
    """Time begins and ends where there is a day before and behind."""
    assert "expected an instant from 2 to 9998" in _complaint(tmp_path, HEAD + story)
