"""The server's error codes."""

import pytest

from harness.domain.error_codes import TEXTS, TEXTS_2021, TEXTS_2024, sdk_code, text_of

FIRST_LIST = [*range(100, 110), *range(111, 116), 120, 151]


def test_first_list() -> None:
    """The list of 2021 has its seventeen codes and no other."""
    assert list(TEXTS_2021) == FIRST_LIST


def test_second_list() -> None:
    """The list of 2024 has them too, and five that came with it."""
    assert set(TEXTS_2024) - set(TEXTS_2021) == {121, 122, 123, 124, 130}
    assert set(TEXTS_2021) < set(TEXTS_2024)


@pytest.mark.parametrize("wording", ["2021", "2024"])
@pytest.mark.parametrize("code", [*TEXTS_2024])
def test_every_code_has_a_text(code: int, wording: str) -> None:
    """Every code has a text in both wordings, its own where the list has one."""
    assert text_of(code, wording, "<id>") == TEXTS[wording].get(code, TEXTS_2024[code])
    assert text_of(code, wording)


def test_texts_differ() -> None:
    """The same code is worded differently in the two lists."""
    assert text_of(120, "2021") == "License has exceeded its limit."
    assert text_of(120, "2024") == "License usage exceeded its limit."


@pytest.mark.parametrize(("server", "sdk"), [(100, -20100), (120, -20120), (151, -20151)])
def test_sdk_code(server: int, sdk: int) -> None:
    """An SDK tells server code nnn as -20nnn."""
    assert sdk_code(server) == sdk
