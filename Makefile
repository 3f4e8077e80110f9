# Everything needs Python 3.11 or newer, make and Node; the rest is fetched into this folder.

SDK ?= sdks/node/sdk.yaml
OUT ?= dlscheck-out
WRITE ?=
PYTHON ?= python3

UV := $(shell command -v uv 2>/dev/null || echo .tools/uv/bin/uv)
READY := .venv/.ready

CHROMIUM ?= /usr/bin/chromium

# Thousands of small caches that live for a second: in memory, where the system has a place.
SCRATCH := $(firstword $(wildcard /dev/shm) /tmp)

.PHONY: help setup conformance test fuzz soak bench kill-matrix picture real-sdks real-sdks-test browser faketime fix clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

setup: $(READY) ## prepare .venv, with the command dlscheck in it

conformance: $(READY) ## run the suite on SDK (default: the Node SDK), in both generations
	.venv/bin/dlscheck run $(SDK) --generation dls --out $(OUT)/dls
	.venv/bin/dlscheck run $(SDK) --generation lts --out $(OUT)/lts

test: $(READY) ## run our own tests, the linters and the type checker
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/pytest -n auto --dist worksteal
	$(UV) run --isolated --frozen --group api pytest -q -n 0 -p no:anyio -p no:schemathesis tests/mock_server/admin/described.py
	cd sdks/reference && ../../.venv/bin/python -m pytest -q
	node --test sdks/node/test/*.test.js

FUZZ_SECONDS ?= 60

fuzz: $(READY) ## feed every parser what nobody meant, for FUZZ_SECONDS each (Linux)
	$(UV) run --isolated --frozen --group fuzz python -m fuzz --seconds $(FUZZ_SECONDS)

SOAK_MINUTES ?= 10

soak: $(READY) ## a fleet, faults, kills and bad drivers, SOAK_MINUTES at most; nothing may be lost (Linux)
	.venv/bin/python -m soak --minutes $(SOAK_MINUTES)

kill-matrix: $(READY) ## faulty SDKs and conforming ones: what the suite detects, in figures
	TMPDIR=$(SCRATCH) .venv/bin/python -m sdks.kill_matrix $(WRITE)

picture: $(READY) browser ## take the picture of a report in the README again
	.venv/bin/dlscheck run sdks/reference/faulty/retries-at-next-tick.yaml -k 'not volume' --property-examples 0 --out $(OUT)/picture; test $$? = 1
	.venv/bin/python docs/picture/take.py $(OUT)/picture/report.html docs/picture/report.png

real-sdks: $(READY) ## the vendor's own SDKs, fetched and closed in: SDK x rule, and how long they wait
	.venv/bin/python -m sdks.dynamsoft $(WRITE)
	.venv/bin/python -m sdks.dynamsoft.waits --write docs/clocks.md

real-sdks-test: $(READY) ## test that what is said of the vendor's SDKs is what they did
	.venv/bin/python -m sdks.dynamsoft.package
	.venv/bin/python -m sdks.dynamsoft.closed .venv/bin/pytest -q -n 0 sdks/dynamsoft/tests

bench: $(READY) ## measure everything against its bar, in about ten minutes
	.venv/bin/python -m bench.figures --page docs/benchmarks.md

browser: ## see that the Chromium is there that pages are tested in
	@test -x $(CHROMIUM) || { test "$$(id -u)" = 0 && apt-get update -q && \
		apt-get install -q -y --no-install-recommends chromium; } || { echo \
		"no Chromium at $(CHROMIUM): run 'apt-get install chromium' as root" >&2; exit 1; }

faketime: ## see that the libfaketime is there that two clock modes are tested with (Linux)
	@ls /usr/lib/*/faketime/libfaketime.so.1 >/dev/null 2>&1 || { test "$$(id -u)" = 0 && \
		apt-get update -q && apt-get install -q -y --no-install-recommends libfaketime; } || { \
		echo "no libfaketime: run 'apt-get install libfaketime' as root" >&2; exit 1; }

fix: $(READY) ## let the tools mend what they can
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

clean: ## remove what these targets made
	rm -rf .venv .tools $(OUT) .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(READY): pyproject.toml uv.lock .python-version | $(UV)
	$(UV) sync --frozen --compile-bytecode
	.venv/bin/python -m compileall -q bench cases harness mock_server reports sdks
	@touch $(READY)

.tools/uv/bin/uv:
	$(PYTHON) -m venv .tools/uv
	.tools/uv/bin/pip install --quiet uv
