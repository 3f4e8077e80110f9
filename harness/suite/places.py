"""Where the suite's cases are, and how much of what has no end is played."""

from pathlib import Path

CASES = Path(__file__).resolve().parents[2] / "cases"
#: Modules with properties.
PROPERTIES = CASES / "properties"
#: How many stories of each property are played: few, as a suite is run often.
PROPERTY_EXAMPLES = 3
