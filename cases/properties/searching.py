"""How hypothesis is asked for stories: always with a seed, and without any memory."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from unittest.mock import patch

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.internal.conjecture import providers
from hypothesis.internal.constants_ast import Constants
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test
from hypothesis.strategies import SearchStrategy

from harness.scenario.scenario import Scenario
from harness.suite.property import Cast, Play, Search

#: How many steps a machine takes for one story.
_STEPS = 30


class StoryMachine(RuleBasedStateMachine):
    """A machine whose rules write a story for *cast*; *play* plays it at the end."""

    cast: Cast
    play: Play


def stories(drawn: Callable[[Cast], SearchStrategy[Scenario]]) -> Search:
    """Return the search through what *drawn* draws."""

    def search(cast: Cast, play: Play, *, examples: int, seed: int) -> None:
        @_seeded(seed)
        @_settings(examples)
        @given(drawn(cast))
        def every_story(scenario: Scenario) -> None:
            play(scenario)

        with _the_same_everywhere():
            every_story()

    return search


def machine(written_by: type[StoryMachine]) -> Search:
    """Return the search through what a state machine writes."""

    def search(cast: Cast, play: Play, *, examples: int, seed: int) -> None:
        members = {"cast": cast, "play": staticmethod(play)}
        writer = type(written_by.__name__, (written_by,), members)
        with _the_same_everywhere():
            run_state_machine_as_test(_seeded(seed)(writer), settings=_settings(examples))

    return search


#: The name is wanted for the parameter that `Search` has.
_seeded = seed


def _settings(examples: int) -> settings:
    """
    An SDK may be slow, and what it did in another run is of no interest.

    The first story that breaks ends the search. Hypothesis would shrink it by drawing
    again and again, some 200 stories; to take steps out of the finished story
    (`harness.suite.reduction`) takes a third of that and gets further.
    """
    return settings(
        max_examples=examples,
        stateful_step_count=_STEPS,
        database=None,
        deadline=None,
        derandomize=False,
        phases=(Phase.generate,),
        print_blob=False,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )


@contextmanager
def _the_same_everywhere() -> Iterator[None]:
    """
    Draw the same stories in every process.

    Hypothesis draws some numbers from the constants of the modules that happen to be
    loaded, which are others in a worker of pytest-xdist than in a single process.
    """
    none = Constants()
    providers.CONSTANTS_CACHE.cache.clear()
    with patch.object(providers, "_get_local_constants", lambda: none):
        yield
    providers.CONSTANTS_CACHE.cache.clear()
