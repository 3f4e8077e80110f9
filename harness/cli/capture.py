"""``dlscheck capture``: licensing traffic, judged while it goes through a proxy."""

import sys
from collections.abc import Sequence
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


ModeOption = Annotated[
    str, typer.Option(help="regular, reverse, upstream, or a mode of mitmproxy's.")
]
ListenOption = Annotated[str, typer.Option(metavar="[HOST:]PORT", help="Where to listen.")]
UpstreamOption = Annotated[
    str | None, typer.Option(metavar="URL", help="For reverse and upstream.")
]
ProfileOption = Annotated[
    str, typer.Option(help="open-json, dynamsoft, opaque, auto, or a profile's file.")
]
JudgedByOption = Annotated[
    GenerationName | None, typer.Option(help="Judge by this generation.")
]
ExpectOption = Annotated[
    list[str] | None, typer.Option(metavar="NAME=VALUE", help="What the SDK was told.")
]
SaveOption = Annotated[
    Path | None, typer.Option(help="Save all flows here, for mitmproxy (.mitm).")
]
RecordOption = Annotated[
    Path | None, typer.Option(help="Write a recording of ours here (.jsonl).")
]
PartitionsOption = Annotated[
    int | None, typer.Option(metavar="N", help="Record in N parts, by client UUID.")
]
RedactOption = Annotated[
    bool, typer.Option("--redact", help="Leave secrets out of recording and exports.")
]
FailOnOption = Annotated[FailOn, typer.Option(help="Which violations end in exit code 1.")]
UiOption = Annotated[Ui, typer.Option(help="What to see of it.")]


def capture(
    mode: ModeOption = "regular",
    listen: ListenOption = "127.0.0.1:8080",
    upstream: UpstreamOption = None,
    profile: ProfileOption = "auto",
    generation: JudgedByOption = None,
    expect: ExpectOption = None,
    save: SaveOption = None,
    record: RecordOption = None,
    partitions: PartitionsOption = None,
    redact: RedactOption = False,
    fail_on: FailOnOption = FailOn.MUST,
    ui: UiOption = Ui.DUMP,
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
        "dls_partitions": str(partitions or 0),
        "dls_redact": "true" if redact else "false",
        "dls_fail_on": fail_on.value,
    }
    options += [part for item in told.items() for part in ("--set", "=".join(item))]
    options += [part for text in expect or () for part in ("--set", f"dls_expect={text}")]
    _check(profile, expect or (), record, partitions)
    # mitmproxy takes its time to load, and no other command needs it.
    from harness.capture.proxy import run_proxy

    ended = run_proxy(ui.value, options)
    if ended is None:
        sys.exit(BAD_INPUT)
    raise typer.Exit(VIOLATED if ended else OK)


def _check(
    profile: str, expect: Sequence[str], record: Path | None, partitions: int | None
) -> None:
    """See what is wrong before mitmproxy tells it in its own way."""
    from harness.capture.settings import Settings

    Settings(
        profile=profile, expect=tuple(expect), record=record, partitions=partitions
    ).check()


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
