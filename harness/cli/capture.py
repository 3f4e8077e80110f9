"""``dlscheck capture``: licensing traffic, judged while it goes through a proxy."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from harness.cli.options import GenerationName
from harness.documents.bad_input import BadInput
from harness.domain.exit_code import BAD_INPUT, OK, VIOLATED


class Ui(StrEnum):
    """How mitmproxy shows what goes by."""

    DUMP = "dump"
    CONSOLE = "console"
    WEB = "web"


class FailOn(StrEnum):
    """Which violations end in exit code 1."""

    NEVER = "never"
    MUST = "must"
    SHOULD = "should"


def capture(
    mode: Annotated[
        str, typer.Option(help="regular, reverse, upstream, or a mode of mitmproxy's.")
    ] = "regular",
    listen: Annotated[
        str, typer.Option(metavar="[HOST:]PORT", help="Where to listen.")
    ] = "127.0.0.1:8080",
    upstream: Annotated[
        str | None, typer.Option(metavar="URL", help="For reverse and upstream.")
    ] = None,
    profile: Annotated[
        str, typer.Option(help="open-json, dynamsoft, opaque, auto, or a profile's file.")
    ] = "auto",
    generation: Annotated[
        GenerationName | None, typer.Option(help="Judge by this generation.")
    ] = None,
    expect: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=VALUE", help="What the SDK was told."),
    ] = None,
    save: Annotated[
        Path | None, typer.Option(help="Save all flows here, for mitmproxy (.mitm).")
    ] = None,
    record: Annotated[
        Path | None, typer.Option(help="Write a recording of ours here (.jsonl).")
    ] = None,
    redact: Annotated[
        bool, typer.Option("--redact", help="Leave secrets out of recording and exports.")
    ] = False,
    fail_on: Annotated[
        FailOn, typer.Option(help="Which violations end in exit code 1.")
    ] = FailOn.MUST,
    ui: Annotated[Ui, typer.Option(help="What to see of it.")] = Ui.DUMP,
) -> None:
    """Judge licensing traffic while it goes through mitmproxy."""
    options = [
        *("--mode", _mode(mode, upstream)),
        *_address(listen),
        *(("-w", str(save)) if save else ()),
    ]
    told = {
        "dls_profile": profile,
        "dls_generation": generation.value if generation else "",
        "dls_record": str(record) if record else "",
        "dls_redact": "true" if redact else "false",
        "dls_fail_on": fail_on.value,
    }
    options += [part for item in told.items() for part in ("--set", "=".join(item))]
    options += [part for text in expect or () for part in ("--set", f"dls_expect={text}")]
    # mitmproxy takes its time to load, and no other command needs it.
    from harness.capture.proxy import run_proxy

    ended = run_proxy(ui.value, options)
    if ended is None:
        sys.exit(BAD_INPUT)
    raise typer.Exit(VIOLATED if ended else OK)


def _mode(mode: str, upstream: str | None) -> str:
    if mode in ("reverse", "upstream"):
        if upstream is None:
            raise BadInput(f"--mode {mode}: expected --upstream URL as well, got none")
        return f"{mode}:{upstream}"
    if upstream is not None:
        raise BadInput(f"--upstream {upstream}: expected --mode reverse or upstream")
    return mode


def _address(listen: str) -> tuple[str, ...]:
    host, _, port = listen.rpartition(":")
    if not port.isdigit():
        raise BadInput(f"--listen {listen!r}: expected [HOST:]PORT, such as 127.0.0.1:8080")
    return (*(("--listen-host", host) if host else ()), "--listen-port", port)
