"""
The subcommands, by name.

A module is loaded when its command is run, and no sooner: what the suite needs takes
longer to load than a page of help may take to appear. The module itself has the options,
and loads what it does its work with when there is work to do.
"""

from importlib import import_module
from typing import Any, NamedTuple

import typer


class Command(NamedTuple):
    """
    A subcommand.

    Attributes:
        module: Where it is, below ``harness.cli``.
        name: The function's, or the application's that has subcommands of its own.
        help: What it does, in the list of all commands.
    """

    module: str
    name: str
    help: str

    def load(self) -> Any:
        """Return the function, or the application."""
        return getattr(import_module(f"harness.cli.{self.module}"), self.name)


COMMANDS = {
    "run": Command("run", "run", "The conformance suite against one SDK."),
    "judge": Command("judge", "judge", "Stored recordings, judged without any SDK."),
    "inspect": Command("inspect", "inspect", "Captured traffic, judged by the same rules."),
    "capture": Command("capture", "capture", "The same, while the traffic goes by."),
    "replay": Command("replay", "replay", "One stored scenario, and its timeline."),
    "merge": Command("merge", "merge", "The shards of one run, put together."),
    "compare": Command("compare", "compare", "Several runs side by side."),
    "baseline": Command("baseline", "app", "The list of known failures."),
    "preview-upgrade": Command(
        "preview", "preview_upgrade", "What the rules of today would say."
    ),
    "new-driver": Command("new_driver", "new_driver", "A driver to start from."),
    "doctor": Command("doctor", "doctor", "Is the driver sound?"),
    "rules": Command("rules", "rules", "All rules, each with what must hold."),
    "explain": Command("rules", "explain", "All about one rule."),
    "serve": Command("serve", "serve", "The mock licence server on its own."),
    "fleet": Command("fleet", "fleet", "Simulated devices, thousands at a time."),
    "completion": Command("completion", "completion", "For shells: the tab key completes."),
}


def application(wanted: str | None) -> typer.Typer:
    """Return the command, of whose subcommands just the *wanted* one can be run."""
    app = typer.Typer(
        name="dlscheck",
        help="Proves that a licence SDK keeps the licence-tracking protocol (LTS and DLS).",
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )
    for name, command in COMMANDS.items():
        if name != wanted:
            app.command(name, help=command.help)(_stand_in)
        elif isinstance(found := command.load(), typer.Typer):
            app.add_typer(found, name=name)
        else:
            app.command(name)(found)
    return app


def _stand_in() -> None:
    """Stand in the list of commands for one that is not asked for."""
