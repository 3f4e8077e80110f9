"""Nothing of ours hands text to a shell, or runs text as a program."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FOLDERS = ("harness", "mock_server", "reports", "cases", "sdks", "bench", "fuzz", "docs")
FORBIDDEN = {
    *("os.system", "os.popen", "subprocess.getoutput", "subprocess.getstatusoutput"),
    *("asyncio.create_subprocess_shell", "eval", "exec", "compile", "__import__"),
    *("pickle.load", "pickle.loads", "marshal.loads", "shelve.open"),
    *("yaml.load", "yaml.full_load", "yaml.unsafe_load", "yaml.unsafe_load_all"),
}
#: What has an argument of that name, and starts a program.
STARTING = {"run", "Popen", "call", "check_call", "check_output", "subprocess_exec"}
SOURCES = [
    path
    for folder in FOLDERS
    for path in sorted((ROOT / folder).rglob("*.py"))
    if "node_modules" not in path.parts
]


def calls(source: str) -> list[ast.Call]:
    return [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]


def is_shell(call: ast.Call) -> bool:
    """Tell whether a call asks for a shell, or may: by a value that is not written out."""
    name = ast.unparse(call.func)
    shell = [word.value for word in call.keywords if word.arg == "shell"]
    if shell and name.rpartition(".")[2] in STARTING:
        return not (isinstance(shell[0], ast.Constant) and shell[0].value is False)
    return name in FORBIDDEN


@pytest.mark.parametrize(
    "source",
    [
        "subprocess.run('ls', shell=True)",
        "subprocess.Popen('ls', shell=wanted)",
        "os.system('ls')",
        "x = eval(text)",
        "yaml.load(text, Loader)",
    ],
)
def test_what_is_found(source: str) -> None:
    """The search finds what it is for."""
    assert any(map(is_shell, calls(source)))


def test_no_shell() -> None:
    """No source of ours calls any of it."""
    found = [
        f"{path.relative_to(ROOT)}:{call.lineno}: {ast.unparse(call)}"
        for path in SOURCES
        for call in calls(path.read_text(encoding="utf-8"))
        if is_shell(call)
    ]
    assert len(SOURCES) > 100
    assert found == []
