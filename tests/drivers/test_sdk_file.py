"""Claims about the SDK's file, and about opening the driver that it names."""

import asyncio
import sys
import textwrap
from datetime import timedelta
from pathlib import Path

import pytest

from harness.documents.bad_input import BadInput
from harness.drivers.clocks.choice import described_by
from harness.drivers.sdk_file import load_sdk_file

HERE = Path(__file__).parent

pytestmark = pytest.mark.usefixtures("restored_imports")


def write(folder, text):
    path = folder / "acme.yaml"
    path.write_text(textwrap.dedent(text), encoding="utf-8")
    return path


FULL = """\
name: acme-scan 8.4
driver:
  command: [java, -jar, driver.jar, "8080"]
  env: {ACME_LOG: debug, ACME_PORT: 8080}
  timeout: 1m30s
wire: acme-wire.yaml
clock: injected
baseline: acme-baseline.yaml
"""


def test_everything(tmp_path):
    """All that the file says is there."""
    sdk_file = load_sdk_file(write(tmp_path, FULL))
    assert sdk_file.name == "acme-scan 8.4"
    assert sdk_file.command == ("java", "-jar", "driver.jar", "8080")
    assert sdk_file.env == {"ACME_LOG": "debug", "ACME_PORT": "8080"}
    assert sdk_file.timeout == timedelta(seconds=90)
    assert (sdk_file.wire, sdk_file.clock) == ("acme-wire.yaml", "injected")
    assert sdk_file.baseline == tmp_path / "acme-baseline.yaml"
    assert sdk_file.folder == tmp_path


def test_defaults(tmp_path):
    """Little is needed."""
    sdk_file = load_sdk_file(write(tmp_path, "{name: a, driver: {python: 'a:B'}}"))
    assert (sdk_file.command, sdk_file.python, sdk_file.env) == (None, "a:B", {})
    assert sdk_file.timeout == timedelta(seconds=30)
    assert (sdk_file.wire, sdk_file.clock) == ("open-json", None)
    assert sdk_file.baseline is None


def test_python_placeholder(tmp_path):
    """The Python that runs us can be named without knowing where it is."""
    text = "{name: a, driver: {command: ['{python}', driver.py]}}"
    assert load_sdk_file(write(tmp_path, text)).command == (sys.executable, "driver.py")


def test_relative_path(tmp_path, monkeypatch):
    """A file that is named relative to where we are has an absolute folder."""
    write(tmp_path, FULL)
    monkeypatch.chdir(tmp_path)
    assert load_sdk_file(Path("acme.yaml")).folder == tmp_path


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ("name: a\ndriver:\n  comand: [x]\n", 3, "Did you mean 'command'"),
        ("name: a\ndrive: {command: [x]}\n", 2, "Did you mean 'driver'"),
        ("name: a\n", 1, "missing required field `driver`"),
        ("driver: {command: [x]}\n", 1, "missing required field `name`"),
        ("name: 7\ndriver: {command: [x]}\n", 1, "name: Expected `str`"),
        ("name: a\ndriver:\n  command: java -jar\n", 3, "driver.command: Expected"),
        ("name: a\ndriver:\n  command: []\n", 3, "driver.command: Expected"),
        ("name: a\ndriver:\n  command: [x, {y: z}]\n", 3, "driver.command"),
        ("name: a\ndriver:\n  command:\n", 3, "expected a value"),
        ("name: a\ndriver:\n  env: {}\n", 2, "exactly one of command, websocket, python"),
        (
            "name: a\ndriver:\n  command: [x]\n  python: 'a:B'\n",
            2,
            "got command and python",
        ),
        (
            "name: a\ndriver:\n  command: [x]\n  timeout: soon\n",
            4,
            "driver.timeout: expected a time span such as 90s.*'soon'",
        ),
        ("name: a\ndriver:\n  command: [x]\n  timeout: 30\n", 4, "a time span.*'30'"),
        ("name: a\ndriver:\n  command: [x]\n  timeout: 0s\n", 4, "more than 0s"),
        ("name: a\ndriver:\n  command: [x]\n  env: {A: [1]}\n", 4, "driver.env"),
        ("name: a\ndriver: {command: [x]}\nclock: fast\n", 3, "clock: Invalid enum"),
        ("name: a\ndriver: {command: [x]}\nwire: 7\n", 3, "wire: Expected `str`"),
        ("", 0, "is empty; expected the keys name, driver"),
        ("[]", 1, "Expected `object`"),
        ("driver: [", 2, "no valid YAML"),
    ],
)
def test_mistakes(tmp_path, text, line, why):
    """A mistake is told with file and line."""
    path = write(tmp_path, text)
    with pytest.raises(BadInput, match=why) as caught:
        load_sdk_file(path)
    where = f"{path}:{line}: " if line else f"{path}: "
    assert str(caught.value).startswith(where)


def test_no_file(tmp_path):
    """A file that is not there is named."""
    with pytest.raises(BadInput, match=r"acme\.yaml: cannot be read"):
        load_sdk_file(tmp_path / "acme.yaml")


def describe(path, generation=None):
    sdk_file = load_sdk_file(path)

    return asyncio.run(described_by(sdk_file, generation, sdk_file.clock))


def good(folder, *, clock="injected", generation="dls", more=""):
    """Write a driver beside its file, found by a relative path."""
    text = f"""
        import sys
        sys.path.insert(0, {str(HERE)!r})
        from good_driver import *
        class Acme(Good):
            def describe(self, params):
                changes = {{"clock": {clock!r}, "generation": {generation}}}
                return {{**super().describe(params), **changes}}
        if __name__ == "__main__":
            serve(Acme())
    """
    driver = textwrap.dedent(text).replace("dls}", '"dls"}')
    (folder / "acme_driver.py").write_text(driver, encoding="utf-8")
    command = "{command: ['{python}', acme_driver.py]}"
    return write(folder, f"name: acme\ndriver: {command}\n{more}")


def test_opens_a_program(tmp_path):
    """The folder of the file is the working folder of the program."""
    assert describe(good(tmp_path)).sdk.name == "good"


@pytest.mark.parametrize("kind", ["command", "python"])
def test_asks_for_a_generation(tmp_path, monkeypatch, kind):
    """The generation asked for is in the driver's environment."""
    monkeypatch.setenv("DLS_GENERATION", "dls")
    path = good(tmp_path, generation='os.environ["DLS_GENERATION"]')
    if kind == "python":
        path = write(tmp_path, "{name: acme, driver: {python: 'acme_driver:Acme'}}")
    assert describe(path, "lts").generation == "lts"


def test_environment(tmp_path):
    """What the file says about the environment is in the driver's, beside ours."""
    path = good(tmp_path, generation='os.environ["G"] + os.environ["H"][:0]')
    text = path.read_text().replace("py]}", "py], env: {G: lts, H: x}}")
    path.write_text(text)
    assert describe(path).generation == "lts"


def test_other_generation(tmp_path):
    """A driver of another generation than asked for is told as such."""
    with pytest.raises(BadInput, match=r"'lts' was asked for.*'acme' answered 'dls'"):
        describe(good(tmp_path), "lts")


def test_clock_mode(tmp_path):
    """The mode for pages is refused for a program, with what is expected."""
    why = r"clock mode 'browser' drives pages.*expected driver\.websocket\.page, got driver"
    with pytest.raises(BadInput, match=why):
        describe(good(tmp_path, clock="browser"))


def test_clock_of_the_file(tmp_path):
    """The file's clock mode overrides the driver's."""
    path = good(tmp_path, clock="real", more="clock: injected\n")
    assert describe(path).clock == "injected"


def test_clock_of_the_file_is_checked(tmp_path):
    """A clock mode that is not for this driver is refused wherever it comes from."""
    with pytest.raises(BadInput, match="'browser' drives pages"):
        describe(good(tmp_path, more="clock: browser\n"))


@pytest.mark.parametrize(
    ("driver", "why"),
    [
        ("command: [no-such-program]", "cannot be started: No such file"),
        ("python: 'no_such_module:Driver'", "No module named 'no_such_module'"),
    ],
)
def test_cannot_be_opened(tmp_path, driver, why):
    """A driver that cannot be opened is told with the line that names it."""
    path = write(tmp_path, f"name: acme\ndriver:\n  {driver}\n")
    with pytest.raises(BadInput, match=why) as caught:
        describe(path)
    assert str(caught.value).startswith(f"{path}:3: ")
