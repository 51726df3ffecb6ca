"""The command line's application: its help, and the one place where errors become a line and an exit code.

Commands are loaded when they run, so that `--help` and `--version` cost nothing of what answers need.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from graph_api import __version__
from graph_api.cli.commands import PANELS, Command, Group
from graph_api.errors import BaodianError, InvalidInput, LoadError
from graph_api.settings import debugging, setting
from graph_api.whole_file import disk_full, is_full
from schema.words import Language, choose, say, text_of, translated

HELP = say(
    "[bold]Baodian 保电[/bold]: who is hit when a piece of the grid fails, how badly, and who answers for it.\n\n"
    "Baodian holds a graph of a power utility's grid, its key customers and the people responsible for them.\n"
    "You load your own files into a store (one file on disk), then ask it here or through its GraphQL API.\n\n"
    "New here? [bold]baodian demo serve[/bold] makes a fictitious city, loads it and serves it: no preparation needed."
)
EPILOG = say(
    "Every command has --help, and --json for machines. The store is given by --store or BAODIAN_STORE, a running "
    "service by --server or BAODIAN_SERVER, the language by --lang or BAODIAN_LANG. "
    "Exit codes: 0 done, 1 it failed, 2 the input or the usage was wrong."
)
FAILED, BAD_INPUT = 1, 2
NAMES = {"help_option_names": ["-h", "--help"]}


class Commands(TyperGroup):
    """A group whose commands are loaded when they run, and whose every error is one line: what happened, what to do."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.entries: dict[str, Command | Group] = {}
        if self.name == "baodian":
            for panel in PANELS:
                for entry in panel.entries:
                    self.add(entry, text_of(panel.title))

    def add(self, entry: Command | Group, panel: str | None = None) -> None:
        """Announce a command: its name, and what it is for."""
        self.entries[entry.name] = entry
        announced = TyperCommand(entry.name, help=text_of(entry.help), rich_help_panel=panel)
        self.add_command(announced)

    def loaded(self, name: str) -> Any:
        """The command itself."""
        entry = self.entries.get(name)
        if entry is None:  # put there whole
            return self.commands[name]
        return _group(entry) if isinstance(entry, Group) else _command(entry)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that the arguments name, loaded."""
        name, command, rest = super().resolve_command(ctx, args)
        return name, command and self.loaded(command.name or ""), rest

    def invoke(self, ctx: Any) -> Any:
        """Run the command; never let an exception out as a traceback (BAODIAN_DEBUG=1 shows it)."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise _quiet_end() from None
        except (InvalidInput, LoadError) as error:
            raise _ended(error.text(), BAD_INPUT, error.code.value) from error
        except BaodianError as error:
            raise _ended(error.text(), FAILED, error.code.value) from error
        except OSError as error:
            if is_full(error):
                full = disk_full(error.filename or say("the output"), error)
                raise _ended(full.text(), FAILED, full.code.value) from error
            what = f"{error.filename}: {error.strerror}" if error.filename else str(error)
            text = say("{what}. Check the path and its permissions.", what=what)
            raise _ended(text, BAD_INPUT, "BAD_INPUT") from error
        except Exception as error:
            if isinstance(error, typer.Exit | typer.Abort | typer.BadParameter) or _is_usage(error):
                raise
            if debugging():
                raise
            text = say(
                "This should not have happened ({name}: {what}). Run again with BAODIAN_DEBUG=1 and report what it "
                "shows.",
                name=type(error).__name__,
                what=str(error),
            )
            raise _ended(text, FAILED, "INTERNAL") from error


def _is_usage(error: Exception) -> bool:
    return hasattr(error, "exit_code") and hasattr(error, "show")


def _quiet_end() -> typer.Exit:
    """Nobody reads on (`| head`): what is still buffered goes nowhere, and all is well."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    return typer.Exit(0)


def _ended(message: str, code: int, name: str) -> typer.Exit:
    from graph_api.cli import output  # what only a failure has to wait for

    output.failure(text_of(message), name)
    return typer.Exit(code)


def _command(entry: Command) -> Any:
    """A command's function as a command."""
    module, _, function = entry.at.partition(":")
    alone = typer.Typer(add_completion=False, rich_markup_mode="rich", context_settings=NAMES)
    alone.command(entry.name, help=text_of(entry.help))(getattr(import_module(f"graph_api.cli.{module}"), function))
    return _told(typer.main.get_command(alone))


def _told(command: Any) -> Any:
    """The command, with what its options are for in the language of now."""
    for parameter in command.params:
        if getattr(parameter, "help", None):
            parameter.help = translated(parameter.help)
    return command


def _group(entry: Group) -> Commands:
    made = Commands(
        name=entry.name,
        help=text_of(entry.help),
        no_args_is_help=True,
        rich_markup_mode="rich",
        context_settings=NAMES,
    )
    for each in entry.commands:
        made.add(each)
    return made


def _version(wanted: bool) -> None:
    if wanted:
        print(f"baodian {__version__}")
        raise typer.Exit


VersionOption = Annotated[
    bool, typer.Option("--version", callback=_version, is_eager=True, help=say("Print the version."))
]
LangOption = Annotated[
    str | None, typer.Option("--lang", metavar="zh|en", help=say("Language of what is said: zh or en."))
]


def application() -> Commands:
    """The command line in the language of now."""
    made = typer.Typer(
        name="baodian",
        cls=Commands,
        help=text_of(HELP),
        epilog=text_of(EPILOG),
        no_args_is_help=True,
        rich_markup_mode="rich",
        pretty_exceptions_enable=False,
        context_settings=NAMES,
    )

    @made.callback(help=text_of(HELP), epilog=text_of(EPILOG))
    def baodian(version: VersionOption = False, lang: LangOption = None) -> None:
        """Start of every command."""

    commands: Commands = _told(typer.main.get_command(made))
    return commands


def language_of(arguments: list[str]) -> Language:
    """The language asked for anywhere on the command line, else of the environment."""
    given = None
    for place, each in enumerate(arguments):
        if each.startswith("--lang="):
            given = each.removeprefix("--lang=")
        elif each == "--lang" and place + 1 < len(arguments):
            given = arguments[place + 1]
    return choose(given or setting("lang"), {})


def without_language(arguments: list[str]) -> Iterator[str]:
    """The arguments without `--lang`, which may stand behind any command."""
    skip = False
    for each in arguments:
        if skip:
            skip = False
        elif each == "--lang":
            skip = True
        elif not each.startswith("--lang="):
            yield each


def every_command(group: Commands | None = None, path: str = "baodian") -> Iterator[tuple[str, Any]]:
    """All commands, loaded, by what one types."""
    group = group or application()
    yield path, group
    for name in group.entries:
        loaded = group.loaded(name)
        if isinstance(loaded, Commands):
            yield from every_command(loaded, f"{path} {name}")
        else:
            yield f"{path} {name}", loaded


__all__ = ["Commands", "application", "every_command", "language_of", "without_language"]
