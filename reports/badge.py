"""A badge: the verdict on a few square centimetres, for a page of the SDK's own."""

from xml.sax.saxutils import escape

from harness.domain.results import Results
from reports.headline import verdict_of
from reports.plain import printable

_COLOURS = {0: "#1a7f45", 3: "#8a5a00", 4: "#8a5a00"}
_BAD = "#b42318"
_LABEL = "dlscheck"
#: A letter's width at this size, on the average, and the room at both ends.
_LETTER, _ROOM, _HEIGHT = 6.6, 14, 20


def render_badge(results: Results) -> str:
    """Return the badge as SVG: which generation, and how it went."""
    told = f"{results.sdk.generation.upper()} {verdict_of(results).lower()}"
    text = escape(printable(told), {'"': "&quot;"})
    left, right = _width(_LABEL), _width(told)
    colour = _COLOURS.get(results.exit, _BAD)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + right}" '
        f'height="{_HEIGHT}" role="img" aria-label="{_LABEL}: {text}">'
        f"<title>{_LABEL}: {text}</title>"
        f'<rect width="{left}" height="{_HEIGHT}" fill="#3d464f"/>'
        f'<rect x="{left}" width="{right}" height="{_HEIGHT}" fill="{colour}"/>'
        '<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11" '
        'text-anchor="middle">'
        f'<text x="{left / 2:g}" y="14">{_LABEL}</text>'
        f'<text x="{left + right / 2:g}" y="14">{text}</text></g></svg>\n'
    )


def _width(text: str) -> int:
    return round(len(text) * _LETTER) + _ROOM
