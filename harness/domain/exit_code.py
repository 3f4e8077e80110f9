"""The exit codes of the command: a promise to gates and scripts."""

OK = 0
VIOLATED = 1
BAD_INPUT = 2
INCOMPLETE = 3
STALE_BASELINE = 4
DRIVER_FAULT = 5
OUR_FAULT = 6
