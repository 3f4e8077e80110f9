"""Faulty variants differ from the reference; conforming ones report the same usage."""

import functools
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
import rare_stories as rare
import stories
from conforming import VARIANTS as CONFORMING
from device import REFERENCE
from faulty import VARIANTS as FAULTY
from licence_server import GARBAGE, RESET
from stories import Stage
from variant import Variant

Story = Callable[[Stage], None]

old, older = stories.old_reports(8), stories.old_reports(31)

#: The story in which a variant's defect shows.
SHOWS: dict[str, Story] = {
    "authorises-late": stories.plain,
    "first-request-without-uuid": stories.plain,
    "code-normalised": stories.plain,
    "refusal-swallowed": stories.refused,
    "unreachable-swallowed": stories.unreachable,
    "counts-when-refused": stories.refused,
    "password-left-out": stories.protected,
    "asks-five-times": stories.unreachable,
    "two-licence-kinds": stories.two_kinds,
    "shared-uuid": stories.two_devices,
    "uuid-per-attempt": stories.pair,
    "uuid-per-start": stories.plain,
    "uuid-lost-in-crash": stories.killed,
    "uuid-per-code": stories.other_code,
    "report-uuid-of-its-own": stories.plain,
    "uuid-outlives-wipe": stories.wiped,
    "label-is-operation-time": stories.plain,
    "slot-of-submission": stories.plain,
    "other-boundary": stories.plain,
    "labels-ahead": stories.plain,
    "drops-open-slot-at-stop": stories.restart_in_slot,
    "loads-twice": stories.restart_in_slot,
    "counts-failures": stories.plain,
    "forgets-second-type": stories.plain,
    "types-lumped": stories.plain,
    "drops-unsent-at-stop": stories.unsent,
    "counts-in-memory": stories.killed,
    "drops-offline-usage": stories.offline,
    "content-in-reports": stories.plain,
    "reports-without-code": stories.plain,
    "merges-backlog": stories.unsent,
    "zero-counts": stories.plain,
    "todays-code": stories.other_code,
    "posts-with-put": stories.plain,
    "backlog-at-first-tick": stories.unsent,
    "backlog-before-answer": stories.unsent,
    "submits-at-once": stories.plain,
    "ticks-on-grid": stories.plain,
    "slow-ticks": stories.plain,
    "empty-posts": stories.plain,
    "forgets-to-delete": stories.failed,
    "retries-at-next-tick": stories.failed,
    "drops-failed": stories.failed,
    "restamps-failed": stories.failed,
    "blocked-by-failure": stories.failed,
    "deletes-on-lost-answer": stories.lost_answer,
    "keeps-7-days": old,
    "never-purges": older,
    "lts-purges": older,
    "keeps-1000-reports": stories.many_reports,
    "remembers-server": stories.moved,
    "loses-prefix": stories.moved,
    "standby-first": stories.pair,
    "no-failover": stories.pair,
    "hundred-is-yes": stories.pair,
    "drops-when-server-down": stories.main_is_gone,
    "no-offline": stories.offline,
    "licence-for-ever": stories.offline,
    # Those with a condition.
    "grant-in-memory": stories.plain,
    "code-in-ascii": rare.odd_code,
    "code-cut-short": rare.odd_code,
    "quota-is-warning": rare.refused_later(120),
    "refusal-falls-back": rare.refused_later(111),
    "newest-code-unknown": rare.refused_later(151),
    "garbled-is-grant": rare.busy,
    "password-of-first-start": rare.two_passwords,
    "asks-again-when-busy": rare.busy,
    "uuid-from-clock": stories.two_devices,
    "uuid-changes-form": stories.plain,
    "uuid-expires": older,
    "refusal-clears-cache": rare.refused_later(111),
    "uuid-roams": rare.two_devices_again,
    "rounds-seconds": rare.odd_days,
    "stale-date": rare.odd_days,
    "no-leap-day": rare.odd_days,
    "seconds-in-32-bits": rare.odd_days,
    "lts-midnight": rare.odd_days,
    "local-labels": rare.in_berlin,
    "summer-all-year": rare.in_berlin,
    "count-in-byte": rare.many_results,
    "compaction-loses-last": rare.long_journal,
    "one-code-a-slot": rare.two_codes_in_slot,
    "stale-success": stories.plain,
    "copied-type-row": rare.many_results,
    "todays-queue": rare.overnight,
    "journal-distrusted": stories.killed,
    "offline-buffer": rare.long_offline,
    "counts-repeats": rare.before_camera,
    "repeats-not-renewed": rare.before_camera,
    "repeats-by-text": rare.before_camera,
    "repeats-for-5-seconds": rare.before_camera,
    "organization-left-out": rare.organization,
    "counts-as-text": stories.plain,
    "repeats-by-put": stories.failed,
    "backlog-one-page": rare.many_failures,
    "backlog-on-local-licence": stories.unsent,
    "submits-when-many": rare.many_units,
    "ticks-in-tenths": stories.plain,
    "ticks-from-first-operation": stories.plain,
    "ticks-drift": stories.plain,
    "waits-for-stragglers": stories.plain,
    "ticks-in-7-bits": rare.long_day,
    "sign-of-life": rare.long_day,
    "removal-not-flushed": rare.killed_after_tick,
    "removed-at-next-tick": rare.killed_after_tick,
    "sent-to-both": stories.pair,
    "retries-when-busy": rare.fails_with(503),
    "retries-when-throttled": rare.fails_with(429),
    "retries-in-transport": rare.fails_with(RESET),
    "retries-every-half-hour": rare.fails_with(500),
    "status-is-enough": rare.fails_with(GARBAGE),
    "client-errors-are-final": rare.fails_with(404),
    "failed-in-memory": rare.killed_after_tick,
    "failed-list-static": stories.failed,
    "gives-up-after-three": rare.many_failures,
    "keeps-16-failed": rare.many_failures,
    "grows-after-failure": rare.fails_with(500),
    "circuit-breaker": rare.fails_with(500, 500),
    "month-is-four-weeks": stories.old_reports(29),
    "purges-all-at-once": rare.old_and_young,
    "failed-never-purged": rare.old_and_young,
    "age-from-last-try": rare.old_and_young,
    "lts-keeps-one-year": stories.old_reports(400),
    "backlog-to-old-server": rare.moved_with_usage,
    "prefix-first-step": rare.long_paths,
    "prefix-lost-on-standby": rare.long_paths,
    "prefix-lost-on-reports": stories.moved,
    "sticks-to-standby": stories.pair,
    "failover-on-refused-only": stories.pair,
    "standby-unchecked": stories.main_is_gone,
    "licence-for-one-day": stories.offline,
    "offline-if-disconnected": stories.offline,
    "licence-to-end-of-day": rare.on_last_day,
}

#: Where it shows is in test_reference_tls.py.
ABOUT_TLS = {"trusts-anyone", "any-host-name"}


def test_tables_are_complete() -> None:
    """Every variant has its SDK file, every faulty one a story and a rule."""
    for folder, variants in (("faulty", FAULTY), ("conforming", CONFORMING)):
        files = {
            path.stem: path.read_text() for path in (REFERENCE / folder).glob("*.yaml")
        }
        assert set(files) == set(variants)
        assert all(f"DLS_VARIANT: {name}}}" in text for name, text in files.items())
    assert set(SHOWS) | ABOUT_TLS == set(FAULTY)
    assert all(variant.breaks and variant.summary for variant in FAULTY.values())
    assert not any(variant.breaks for variant in CONFORMING.values())
    assert not FAULTY.keys() & CONFORMING.keys()


@pytest.mark.parametrize("name", SHOWS)
def test_faulty_variant_shows(name: str) -> None:
    """What is seen of a faulty variant is not what is seen of the reference."""
    generation = shown_in(FAULTY[name])
    assert seen(SHOWS[name], generation, name) != seen_of_reference(SHOWS[name], generation)


@pytest.mark.parametrize("name", CONFORMING)
@pytest.mark.parametrize(
    "story", [stories.plain, stories.failed, stories.lost_answer, stories.unsent]
)
def test_conforming_variant_reports_the_same(name: str, story: Story) -> None:
    """The usage that a conforming variant gets stored is the reference's."""
    generation = shown_in(CONFORMING[name])
    assert stored(story, generation, name) == stored_of_reference(story, generation)


def shown_in(variant: Variant) -> str:
    """A generation in which a variant shows: DLS, if it does."""
    return variant.generations[-1]


def seen(story: Story, generation: str, variant: str = "") -> str:
    """What is seen of a variant in a story."""
    return play(story, generation, variant, Stage.seen)


def stored(story: Story, generation: str, variant: str = "") -> Counter[tuple[str, str]]:
    """The usage that the servers have when a story has ended."""
    return play(story, generation, variant, Stage.usage)


@functools.cache
def seen_of_reference(story: Story, generation: str) -> str:
    """What is seen of the reference in a story."""
    return seen(story, generation)


@functools.cache
def stored_of_reference(story: Story, generation: str) -> Counter[tuple[str, str]]:
    """The usage that the reference gets stored in a story."""
    return stored(story, generation)


def play[R](story: Story, generation: str, variant: str, told: Callable[[Stage], R]) -> R:
    """What is told of one story, played on one variant."""
    with tempfile.TemporaryDirectory() as folder:
        stage = Stage(Path(folder), DLS_GENERATION=generation, DLS_VARIANT=variant)
        try:
            story(stage)
        finally:
            stage.close()
        return told(stage)
