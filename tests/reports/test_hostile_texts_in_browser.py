"""Whatever clients, drivers and scenarios call things: on the page it is text."""

import dataclasses
from collections.abc import Callable
from typing import Any

import msgspec
from playwright.sync_api import Page

from harness.domain.results import Results
from reports.page.dossier import Dossier
from reports.page.render import render_page

HARM = "window.harmed = 1"
HOSTILE = (
    f"</script></style></title></textarea>--><script>{HARM}</script>"
    f"<img src=x onerror='{HARM}'>\"' onmouseover={HARM} autofocus onfocus='{HARM}'"
    f'<a href="javascript:{HARM}">&lt;script&gt;{{{{ 7*7 }}}}</a>'
)
#: What is one of a few words of ours, whoever sends it.
OUR_WORDS = {"outcome", "server", "closing", "generation", "schema"}


def poisoned(value: Any) -> Any:
    """Return *value* with a script in every text that others have written."""
    if type(value) is str:
        return f"{value} {HOSTILE}"
    if isinstance(value, tuple | list):
        return type(value)(map(poisoned, value))
    if isinstance(value, dict):
        return {poisoned(key): poisoned(part) for key, part in value.items()}
    if isinstance(value, msgspec.Struct):
        return msgspec.structs.replace(value, **_fields(msgspec.structs.asdict(value)))
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = (field.name for field in dataclasses.fields(value))
        told = {name: getattr(value, name) for name in names}
        return dataclasses.replace(value, **_fields(told))
    return value


def _fields(told: dict[str, Any]) -> dict[str, Any]:
    return {
        name: part if name in OUR_WORDS else poisoned(part) for name, part in told.items()
    }


def test_no_text_is_a_script(
    open_page: Callable[..., Page], results: Results, dossier: Dossier
) -> None:
    """Scripts in ids, codes, reasons, names and bodies are shown, and none ever runs."""
    elements = "script, style, img, iframe, object"
    ours = open_page(render_page(results, dossier)).locator(elements).count()
    page = open_page(render_page(poisoned(results), poisoned(dossier)))
    assert page.locator(elements).count() == ours
    assert page.locator("a[href^='javascript:'], [onmouseover], [onfocus]").count() == 0
    for summary in page.locator("summary").all():
        if summary.is_visible():
            summary.click()
    text = page.locator("body").text_content()
    shown = ("acme-scan", "6f0c-77", "200001", "QR_CODE", "for LTS only", "steps: []\n")
    assert [told for told in shown if f"{told} {HOSTILE}" not in text] == []
    page.keyboard.press("/")
    page.keyboard.type("<img src=x onerror='window.harmed = 1'>")
    assert page.evaluate("window.harmed") is None
