"""
Variants of the reference SDK, each with one realistic defect: they show that the rules can
fail.

A table tells what is wrong with each, which rule that breaks, and for a subtle one, the
condition without which it behaves like the reference.
"""

from variant import Variant

from faulty.access_table import ACCESS
from faulty.submission_table import SUBMISSION
from faulty.usage_table import USAGE

__all__ = ["VARIANTS"]

#: By name.
VARIANTS: dict[str, Variant] = {**ACCESS, **USAGE, **SUBMISSION}
