"""The SDK's file: which driver to run, and how."""

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Literal

import msgspec

from harness.documents.bad_input import BadInput, misplaced
from harness.documents.yaml_document import YamlDocument
from harness.domain.instant import parse_span
from harness.drivers.browser.page_driver import PageDriver
from harness.drivers.contract import ClockMode, Description
from harness.drivers.driver import GRACE, Driver
from harness.drivers.in_process import InProcessDriver
from harness.drivers.stdio import StdioDriver
from harness.drivers.websocket import LOOPBACK, Websocket, WebsocketDriver

#: Stands in a command for the Python that runs the harness.
PYTHON_PLACEHOLDER = "{python}"

#: Hosts that no proxy is asked for.
_NO_PROXY = "127.0.0.1,localhost,::1"

_NOTHING: Mapping[str, str] = MappingProxyType({})
_KINDS = ("command", "websocket", "python")


_Command = Annotated[tuple[str | int, ...], msgspec.Meta(min_length=1)]
_Port = Annotated[int, msgspec.Meta(ge=1, le=65535)]


class _WebsocketText(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    command: _Command | None = None
    page: str | None = None
    files: dict[str, str] = {}
    query: str = ""
    host: str = LOOPBACK
    port: _Port | None = None


class _DriverText(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    command: _Command | None = None
    websocket: _WebsocketText | None = None
    python: str | None = None
    env: dict[str, str | int] = {}
    timeout: str | int | float = "30s"
    reuse: bool = False


class _SdkText(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    name: str
    driver: _DriverText
    wire: str = "open-json"
    clock: ClockMode | Literal["auto"] | None = None
    baseline: str | None = None


@dataclass(frozen=True)
class SdkFile:
    """
    What an SDK's file says.

    Attributes:
        path: The file; paths in it are relative to its folder.
        name: What verdicts and blames call the SDK and its driver.
        command: The driver's program and arguments; ``None``: it is a class.
        python: The driver's class, ``package.module:Class``; ``None``: a program.
        env: Added to the environment of the driver.
        timeout: How long a request may take in real time.
        reuse: A process may serve one device after the other.
        wire: A wire profile's name, or its path.
        clock: The clock mode, whatever the driver says; ``None``: as it says.
        baseline: The file of known failures.
        driver_line: The line that names the driver.
        websocket: How its driver dials in; ``None``: it does not.
    """

    path: Path
    name: str
    command: tuple[str, ...] | None
    python: str | None
    env: dict[str, str]
    timeout: timedelta
    reuse: bool
    wire: str
    clock: str | None
    baseline: Path | None
    driver_line: int | None
    websocket: Websocket | None = None

    @property
    def driver_key(self) -> str:
        """The key that says what kind of driver it is: a program, a page or a class."""
        if self.command is not None:
            return "driver.command"
        return "driver.websocket" if self.websocket else "driver.python"

    @property
    def folder(self) -> Path:
        """The folder of the file, which is the driver's working folder."""
        return self.path.parent


def load_sdk_file(path: Path) -> SdkFile:
    """
    Read the SDK's file at *path*.

    Raises:
        BadInput: It cannot be read, or says what it must not say.
    """
    document = YamlDocument(path.absolute())
    text = document.convert(_SdkText)
    driver = text.driver
    kind = _kind_of_driver(document)
    command = tuple(_filled(part) for part in driver.command or ())
    return SdkFile(
        path=document.path,
        name=text.name,
        command=command or None,
        python=driver.python,
        env={name: str(value) for name, value in driver.env.items()},
        timeout=_timeout(document, str(driver.timeout)),
        reuse=driver.reuse,
        wire=text.wire,
        clock=text.clock,
        baseline=document.path.parent / text.baseline if text.baseline else None,
        driver_line=document.line_of(f"$.driver.{kind}"),
        websocket=_websocket(document, driver.websocket) if driver.websocket else None,
    )


def _kind_of_driver(document: YamlDocument) -> str:
    """Return which of the kinds of driver the file names: exactly one of them."""
    named = [kind for kind in _KINDS if kind in document.value["driver"]]
    if len(named) != 1:
        got = " and ".join(named) or "none of them"
        message = f"expected exactly one of {', '.join(_KINDS)}, got {got}"
        raise document.blamed(f"{message} - at `$.driver`")
    kind = named[0]
    if document.value["driver"][kind] is None:
        raise document.blamed(f"expected a value, got nothing - at `$.driver.{kind}`")
    return kind


def _websocket(document: YamlDocument, text: _WebsocketText) -> Websocket:
    """Read how a driver dials in; somebody has to, and has to know where."""
    if text.command is not None and text.page is not None:
        message = "expected a command or a page, got both - at `$.driver.websocket`"
        raise document.blamed(message)
    if text.command is None and text.page is None and text.port is None:
        raise document.blamed(
            "expected a command or a page that dials in, or a port for somebody else who "
            "does, got none of them - at `$.driver.websocket`"
        )
    return Websocket(
        command=tuple(_filled(part) for part in text.command or ()),
        page=document.path.parent / text.page if text.page else None,
        host=text.host,
        port=text.port or 0,
        query=text.query,
        files={path: document.path.parent / name for path, name in text.files.items()},
    )


def _filled(part: str | int) -> str:
    return str(part).replace(PYTHON_PLACEHOLDER, sys.executable)


def _timeout(document: YamlDocument, text: str) -> timedelta:
    try:
        span = parse_span(text)
    except ValueError as error:
        raise document.blamed(f"{error} - at `$.driver.timeout`") from error
    if not span:
        raise document.blamed(f"expected more than {text} - at `$.driver.timeout`")
    return span


async def open_driver(
    sdk_file: SdkFile,
    generation: str | None,
    last_seen: Callable[[], float],
    grace: timedelta = GRACE,
    more_env: Mapping[str, str] = _NOTHING,
) -> Driver:
    """
    Start the driver of *sdk_file*.

    Args:
        sdk_file: Which driver.
        generation: The generation asked for, ``lts`` or ``dls``; ``None``: as it likes.
        last_seen: Tells when the mock last saw a request, by `time.monotonic`.
        grace: How long it may take to end when it is closed.
        more_env: Set in its environment besides, whatever the file says.

    Raises:
        BadInput: It cannot be started.
    """
    # An SDK that honours a proxy of this machine would never reach the mock.
    env = {"NO_PROXY": _NO_PROXY, "no_proxy": _NO_PROXY, **sdk_file.env, **more_env}
    if generation is not None:
        env["DLS_GENERATION"] = generation
    try:
        return await _opened(sdk_file, env, last_seen, grace)
    except BadInput as error:
        raise misplaced(sdk_file.path, sdk_file.driver_line, str(error)) from error


async def _opened(
    sdk_file: SdkFile,
    env: dict[str, str],
    last_seen: Callable[[], float],
    grace: timedelta,
) -> Driver:
    settings: dict[str, Any] = {
        "name": sdk_file.name,
        "ceiling": sdk_file.timeout,
        "last_seen": last_seen,
        "grace": grace,
    }
    if sdk_file.python is not None:
        return InProcessDriver.load(sdk_file.python, sdk_file.folder, env=env, **settings)
    whole = os.environ | env
    if sdk_file.websocket is not None and sdk_file.websocket.page is not None:
        return await PageDriver.open(sdk_file.websocket, env=whole, **settings)
    if sdk_file.websocket is not None:
        return await WebsocketDriver.launch(
            sdk_file.websocket, cwd=sdk_file.folder, env=whole, **settings
        )
    command = sdk_file.command or ()
    return await StdioDriver.launch(command, cwd=sdk_file.folder, env=whole, **settings)


def generation_problem(name: str, described: Description, asked: str | None) -> str | None:
    """Say what is wrong with the generation of driver *name*, if anything is."""
    if asked is None or described.generation == asked:
        return None
    return (
        f"generation {asked!r} was asked for, and driver {name!r} answered "
        f"{described.generation!r}; an SDK that speaks both reads DLS_GENERATION in "
        f"its driver's environment, one that does not is run with "
        f"--generation {described.generation} or without"
    )
