"""The typer application: its help, its commands, and the one place where errors become a line and an exit code."""

from __future__ import annotations

import os
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from graph_api import __version__
from graph_api.cli import output
from graph_api.cli.data import cypher_links, export, load, store_copies
from graph_api.cli.duty import who
from graph_api.cli.explore import lookup, schema, trace
from graph_api.cli.location import locate
from graph_api.cli.outage import impact
from graph_api.cli.restoration import resupply
from graph_api.cli.risk import benchmark, risks
from graph_api.cli.serving import demo, serve
from graph_api.errors import BaodianError, InvalidInput, LoadError

HELP = """[bold]Baodian 保电[/bold]: who is hit when a piece of the grid fails, how badly, and who answers for it.

Baodian holds a graph of a power utility's grid, its key customers and the people responsible for them.
You load your own files into a store (one file on disk), then ask it here or through its GraphQL API.

New here? [bold]baodian demo serve[/bold] makes a fictitious city, loads it and serves it: no preparation needed."""

EPILOG = (
    "Every command has --help, and --json for machines. The store is given by --store or BAODIAN_STORE. "
    "Exit codes: 0 done, 1 it failed, 2 the input or the usage was wrong."
)

FAILED, BAD_INPUT = 1, 2


class Commands(TyperGroup):
    """A group of commands that turns every error into one line saying what happened and what to do."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command; never let an exception out as a traceback (BAODIAN_DEBUG=1 shows it)."""
        try:
            return super().invoke(ctx)
        except (InvalidInput, LoadError) as error:
            raise _ended(error.message, BAD_INPUT, error.code.value) from error
        except BaodianError as error:
            raise _ended(error.message, FAILED, error.code.value) from error
        except OSError as error:
            what = f"{error.filename}: {error.strerror}" if error.filename else str(error)
            raise _ended(f"{what}. Check the path and its permissions.", BAD_INPUT, "BAD_INPUT") from error
        except Exception as error:
            if isinstance(error, typer.Exit | typer.Abort | typer.BadParameter) or _is_usage(error):
                raise
            if os.environ.get("BAODIAN_DEBUG"):
                raise
            what = f"This should not have happened ({type(error).__name__}: {error})."
            raise _ended(
                f"{what} Run again with BAODIAN_DEBUG=1 and report what it shows.", FAILED, "INTERNAL"
            ) from error


def _is_usage(error: Exception) -> bool:
    return hasattr(error, "exit_code") and hasattr(error, "show")


def _ended(message: str, code: int, name: str) -> typer.Exit:
    output.failure(message, name)
    return typer.Exit(code)


app = typer.Typer(
    name="baodian",
    cls=Commands,
    help=HELP,
    epilog=EPILOG,
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        output.line(f"baodian {__version__}")
        raise typer.Exit


@app.callback()
def baodian(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Start of every command; the group's help stands in HELP."""


GROUPS = (
    demo, serve, load, impact, who, locate, resupply, risks, lookup, trace, schema, export, store_copies,
    cypher_links, benchmark,
)  # fmt: skip
for group in GROUPS:
    group.register(app)
