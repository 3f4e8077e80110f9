"""The conformance suite: a red case is the bug of the SDK that plays it."""
