"""Where the suite's cases are."""

from pathlib import Path

CASES = Path(__file__).resolve().parents[2] / "cases"
#: Modules with properties.
PROPERTIES = CASES / "properties"
