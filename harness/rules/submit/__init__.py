"""submit/: when reports go out, and what becomes of those that fail."""

from harness.rules.submit import retry, timing

RULES = (*timing.RULES, *retry.RULES)
