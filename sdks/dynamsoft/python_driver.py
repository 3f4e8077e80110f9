"""
The driver of the vendor's Python edition: ``python python_driver.py VERSION``.

It calls the documented functions of the package and tells what they answer. The SDK keeps
its cache below ``$HOME``, so that is what the device is; its settings are the process's, so
a process has one session. What it says of time is the C library's: time is made around it.
"""

import importlib
import json
import os
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

Message = dict[str, Any]

ROOT = Path(__file__).resolve().parents[2]
_RANDOM_UUID = 1
#: No result ever counts, so what there is to be seen does not matter.
_SIDE = 64


class Driver:
    """Carries requests out on the one SDK of this process."""

    def __init__(self, version: str) -> None:
        self._version = version
        self._sdk: ModuleType | None = None
        self.methods = {
            "describe": self.describe,
            "start": self.start,
            "operate": self.operate,
            "advance": lambda _: {"nextTimer": None},
            "set_clock": lambda _: {"nextTimer": None},
            "stop": self.stop,
        }

    def describe(self, _params: Message) -> Message:
        """Who is driven."""
        return {
            "contract": 1,
            "sdk": {"name": "dbr", "version": self._version, "language": "python"},
            "product": "dbr",
            "generation": "dls",
            "clock": "preload",
            "capabilities": [
                *("organization-id", "session-password"),
                *("standby-server", "shared-cache"),
            ],
        }

    def start(self, params: Message) -> Message:
        """Initialise the licence as the vendor's samples do."""
        os.environ["HOME"] = params["cacheDir"]
        self._sdk = _load(self._version)
        code, message = self._sdk.BarcodeReader.init_license_from_dls(
            _connection(self._sdk, params)
        )
        error = {"code": code, "message": message} if code else None
        return {"authorized": error is None, "error": error, "nextTimer": None}

    def operate(self, _params: Message) -> Message:
        """Decode an image."""
        error = _error(-1, "not started") if self._sdk is None else _decoded(self._sdk)
        return {"performed": error is None, "error": error, "nextTimer": None}

    def stop(self, _params: Message) -> Message:
        """Let go of it; the vendor's API has no more to say of an end."""
        self._sdk = None
        return {}


def _load(version: str) -> ModuleType:
    sys.path.insert(0, str(ROOT / ".packages/pypi" / f"dbr-{version}"))
    return importlib.import_module("dbr")


def _connection(sdk: ModuleType, params: Message) -> Any:
    """Fill in what the application says; what it leaves out stays as it is."""
    told = sdk.BarcodeReader.init_dls_connection_parameters()
    main, *rest = params["servers"]
    told.main_server_url = main
    told.standby_server_url = rest[0] if rest else ""
    told.uuid_generation_method = _RANDOM_UUID
    for name in ("handshake_code", "organization_id", "session_password"):
        if (value := params.get(_camel(name))) is not None:
            setattr(told, name, value)
    return told


def _camel(name: str) -> str:
    first, second = name.split("_")
    return first + second.capitalize()


def _decoded(sdk: ModuleType) -> Message | None:
    """Decode an empty image; return what the SDK says against it, if anything."""
    size = _SIDE * _SIDE * 3
    colours = sdk.EnumImagePixelFormat.IPF_RGB_888
    try:
        reader = sdk.BarcodeReader()
        reader.decode_buffer_manually(bytes(size), _SIDE, _SIDE, _SIDE * 3, colours)
    except sdk.BarcodeReaderError as error:
        # The exception has the text alone.
        return _error(sdk.EnumErrorCode.DBRERR_UNKNOWN, str(error))
    return None


def _error(code: int, message: str) -> Message:
    return {"code": int(code), "message": message}


def refuse_open_network() -> None:
    """End with a message where anything beyond this machine can be reached."""
    routes = Path("/proc/net/route").read_text(encoding="ascii").splitlines()[1:]
    outside = [line.split()[0] for line in routes if not line.startswith("lo")]
    if outside:
        sys.exit(
            f"expected no network but loopback, got {outside[0]}: the vendor's SDK runs "
            "only where nothing leaves the machine: python -m sdks.dynamsoft.closed COMMAND"
        )


def main() -> None:
    """Answer requests until the input ends."""
    refuse_open_network()
    # The SDK may print: only answers go out by the real standard output.
    out, sys.stdout = sys.stdout, sys.stderr
    driver = Driver(sys.argv[1])
    for line in sys.stdin:
        request = json.loads(line)
        answer: Message = {"jsonrpc": "2.0", "id": request["id"]}
        method = driver.methods.get(request["method"])
        if method is None:
            answer["error"] = {"code": -32601, "message": "method not found"}
        else:
            answer["result"] = method(request.get("params") or {})
        print(json.dumps(answer), file=out, flush=True)


if __name__ == "__main__":
    main()
