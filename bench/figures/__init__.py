"""The figures of ``make bench``: each a ratio against something in the same run."""
