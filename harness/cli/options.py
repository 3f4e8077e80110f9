"""Options that several subcommands share."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class GenerationName(StrEnum):
    """A generation of the protocol."""

    LTS = "lts"
    DLS = "dls"


SdkArgument = Annotated[Path, typer.Argument(metavar="SDK.yaml", help="The SDK's file.")]
GenerationOption = Annotated[
    GenerationName | None, typer.Option(help="Ask the SDK for this generation.")
]
ClockOption = Annotated[
    str | None,
    typer.Option(
        metavar="MODE",
        help="How time passes: injected, browser, preload, faketime, scaled, real, auto. "
        "Default: as the driver says.",
    ),
]
StrictOption = Annotated[bool, typer.Option("--strict", help="Should rules fail too.")]
AllowIncompleteOption = Annotated[
    bool,
    typer.Option(
        "--allow-incomplete", help="Rules that were not judged do not fail the gate."
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print results.json instead.")]
RequireOption = Annotated[
    list[str] | None,
    typer.Option(
        "--require", metavar="RULE", help="Must be satisfied, such as submit/*; repeatable."
    ),
]
BaselineOption = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Known failures, excused.")
]
BundleOption = Annotated[
    bool, typer.Option("--bundle", help="A zip with the evidence of each finding.")
]
BundleRedactOption = Annotated[
    bool,
    typer.Option("--bundle-redact", help="The same, with pseudonyms for secrets."),
]
QuietOption = Annotated[
    bool, typer.Option("--quiet", "-q", help="No progress, no timelines.")
]
VerboseOption = Annotated[bool, typer.Option("--verbose", "-v", help="List all rules.")]
RequirementsOption = Annotated[
    str | None,
    typer.Option(metavar="REVISION", help="A frozen set of requirements: 2026.1."),
]
OutOption = Annotated[Path | None, typer.Option(help="Write results into this folder.")]
