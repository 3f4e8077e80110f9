"""Who may import whom: the table is the architecture, this test keeps it true."""

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FOLDERS = ("harness", "mock_server", "reports", "cases")

DOMAIN = {"harness.domain", "msgspec"}
JUDGING = DOMAIN | {"harness.history", "harness.rules"}
STDLIB = {"<any standard library>"}

#: What a module may import besides its own layer and the pure standard library.
MAY_IMPORT: dict[str, set[str]] = {
    "harness": set(),
    "harness.mock_fixture": {"mock_server.library", "pytest"},
    "harness.domain": {"msgspec"},
    "harness.wire": DOMAIN | {"jmespath"},
    "harness.history": DOMAIN,
    "harness.rules": DOMAIN | {"harness.history"},
    "harness.judge": JUDGING,
    "harness.documents": DOMAIN | {"harness.wire", "yaml", "jmespath"},
    "harness.recordings": DOMAIN | {"harness.documents"},
    "harness.capture": JUDGING
    | {"harness.judge", "harness.documents", "harness.recordings", "harness.wire"}
    | {"mitmproxy", "brotli", "zstandard", "yaml"}
    | STDLIB,
    "harness.drivers": DOMAIN | {"harness.documents", "aiohttp", "cryptography"} | STDLIB,
    "harness.starters": {"harness.documents"} | STDLIB,
    "mock_server": DOMAIN | {"harness.wire", "aiohttp", "trustme"} | STDLIB,
    "mock_server.world": DOMAIN,
    "mock_server.ledger": DOMAIN | {"mock_server.world"},
    "mock_server.licensing": DOMAIN | {"mock_server.world", "mock_server.ledger"},
    "mock_server.faults": DOMAIN | {"mock_server.page"},
    "mock_server.page": {"msgspec"},
    "mock_server.pages": {"mock_server.page", "jinja2"},
    "mock_server.journal": DOMAIN,
    "mock_server.library": DOMAIN
    | {"mock_server", "harness.documents", "harness.wire", "pytest"}
    | STDLIB,
    "harness.scenario": DOMAIN
    | {"harness.documents", "harness.drivers", "mock_server"}
    | STDLIB,
    "reports": DOMAIN | {"rich", "jinja2", "markupsafe"},
    "harness.fleet": DOMAIN,
    "harness.fleet.server": DOMAIN
    | {"harness.fleet", "harness.documents", "aiohttp"}
    | STDLIB,
    "harness.fleet.memory": STDLIB,
    "harness.fleet.driving": DOMAIN | {"harness.fleet"} | STDLIB,
    "harness.suite": JUDGING
    | {"harness.judge", "harness.documents", "harness.recordings", "harness.drivers"}
    | {"harness.capture", "harness.scenario", "harness.wire"}
    | {"mock_server", "reports", "pytest", "distributed"}
    | STDLIB,
    "cases": DOMAIN
    | {"harness.drivers", "harness.scenario", "harness.suite.property", "mock_server"}
    | {"hypothesis"}
    | STDLIB,
    "harness.cli": JUDGING
    | {"harness.judge", "harness.documents", "harness.recordings", "harness.drivers"}
    | {"harness.capture", "harness.scenario", "harness.suite", "harness.wire"}
    | {"harness.fleet", "harness.starters", "mock_server", "reports"}
    | {"pytest", "typer", "rich", "uvloop"}
    | STDLIB,
}

#: Standard library that reads a clock, draws lots or talks to the world.
IMPURE = (
    *("asyncio", "multiprocessing", "selectors", "subprocess", "threading", "signal"),
    *("http.client", "http.server", "socket", "socketserver", "ssl", "urllib.request"),
    *("os", "random", "secrets", "shutil", "tempfile", "time", "uuid"),
)

#: The core: given time and bytes as values, it does the same wherever it runs.
PURE = (
    *(
        "harness.domain",
        "harness.wire",
        "harness.history",
        "harness.rules",
        "harness.judge",
    ),
    *(f"harness.fleet.{name}" for name in ("device", "habit", "balance", "schedule")),
    *("mock_server.world", "mock_server.licensing", "mock_server.ledger"),
    *("mock_server.faults", "mock_server.page", "mock_server.journal"),
)

#: Files that are copied for users: programs of their own, and no part of ours.
COPIED = ROOT / "harness" / "starters" / "projects"

MODULES = [
    path
    for folder in FOLDERS
    for path in sorted((ROOT / folder).rglob("*.py"))
    if not path.is_relative_to(COPIED)
]


def imports(source: str) -> set[str]:
    """Return the absolute names which *source* imports, lazily or not."""
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "Relative imports hide the layer: write it out."
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return names


def is_in(name: str, layer: str) -> bool:
    return name == layer or name.startswith(f"{layer}.")


def is_stdlib(name: str) -> bool:
    return name.partition(".")[0] in sys.stdlib_module_names


def is_pure(name: str) -> bool:
    return is_stdlib(name) and not any(is_in(name, impure) for impure in IMPURE)


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def is_allowed(name: str, layer: str) -> bool:
    allowed = MAY_IMPORT[layer]
    if is_pure(name) or (is_stdlib(name) and allowed >= STDLIB):
        return True
    return any(is_in(name, target) for target in {layer, *allowed})


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_layer_imports_only_what_the_table_allows(path: Path) -> None:
    """Imports point inwards, and only shells know about the outside world."""
    module = name_of(path)
    layer = max((one for one in MAY_IMPORT if is_in(module, one)), key=len)
    found = imports(path.read_text(encoding="utf-8"))
    forbidden = {name for name in found if not is_allowed(name, layer)}
    assert not forbidden, f"{layer} may import {sorted(MAY_IMPORT[layer])}"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_the_core_opens_no_file(path: Path) -> None:
    """The pure layers call neither open nor any reader of paths."""
    if not any(is_in(name_of(path), layer) for layer in PURE):
        return
    tree = ast.parse(path.read_text(encoding="utf-8"))
    calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    names = {getattr(call, "id", getattr(call, "attr", "")) for call in calls}
    assert not names & {"open", "read_text", "read_bytes", "now", "utcnow", "today"}


def test_the_table_says_what_the_core_is() -> None:
    """No pure layer may import the impure standard library."""
    assert not [layer for layer in PURE if MAY_IMPORT.get(layer, set()) >= STDLIB]


def test_nothing_goes_in_circles() -> None:
    """No two modules import one another, directly or by others."""
    modules = {name_of(path): path for path in MODULES}
    graph = {
        module: {
            target
            for name in imports(path.read_text(encoding="utf-8"))
            if (target := name if name in modules else name.rpartition(".")[0]) in modules
        }
        for module, path in modules.items()
    }
    done: set[str] = set()

    def visit(module: str, trail: tuple[str, ...]) -> None:
        assert module not in trail, " -> ".join((*trail, module))
        if module in done:
            return
        for target in sorted(graph[module]):
            visit(target, (*trail, module))
        done.add(module)

    for module in sorted(graph):
        visit(module, ())
