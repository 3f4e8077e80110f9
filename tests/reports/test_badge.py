"""A badge."""

from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree as ET

import msgspec
import pytest
from playwright.sync_api import Page

from harness.domain.results import Results
from reports.badge import render_badge


def _text(results: Results) -> str:
    root = ET.fromstring(render_badge(results))
    return root.attrib["aria-label"]


@pytest.mark.parametrize(
    ("code", "told"),
    [
        (0, "dlscheck: DLS conforms"),
        (1, "dlscheck: DLS does not conform"),
        (3, "dlscheck: DLS incomplete"),
        (4, "dlscheck: DLS stale baseline"),
        (5, "dlscheck: DLS driver fault"),
    ],
)
def test_says_how_it_went(results: Results, code: int, told: str) -> None:
    """The badge names the generation and the verdict."""
    assert _text(msgspec.structs.replace(results, exit=code)) == told


def test_hostile_generation(results: Results) -> None:
    """Whatever stands in the results, the badge is well-formed."""
    sdk = msgspec.structs.replace(results.sdk, generation='"><script>&\x1b')
    assert "<SCRIPT>" in _text(msgspec.structs.replace(results, sdk=sdk))


def test_words_fit(results: Results, open_page: Callable[..., Page]) -> None:
    """In a browser the words stay within their halves."""
    page: Any = open_page(render_badge(results))
    words = page.evaluate(
        "[...document.querySelectorAll('text')].map((it) => it.getComputedTextLength())"
    )
    halves = page.evaluate(
        "[...document.querySelectorAll('rect')].map((it) => it.width.baseVal.value)"
    )
    assert len(words) == 2
    assert all(text <= half for text, half in zip(words, halves, strict=True))
