"""The command line's application: its help, and the one place where errors become a line and an exit code.

Commands are loaded when they run, so that `--help` and `--version` cost nothing of what answers need.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from difflib import get_close_matches
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from graph_api import __version__
from graph_api.cli import streams
from graph_api.cli.commands import PANELS
from graph_api.cli.entries import Command, Group
from graph_api.errors import BaodianError, InvalidInput, LoadError
from graph_api.settings import debugging, environment_name, setting
from graph_api.whole_file import disk_full, is_full
from schema.system_reasons import reason
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
OF_TYPER = {
    "install_completion": say("Install completion of commands for this shell."),
    "show_completion": say("Print the completion of commands for this shell, to copy or change it."),
}
"""Help of options that Typer adds by itself, in one language."""
FAILED, BAD_INPUT = 1, 2
ALIKE = 0.7
"""How alike (0 to 1) a word that is no command must be to one that is asked about: resuply, serach, impct."""
NAMES = {"help_option_names": ["-h", "--help"]}


class OneCommand(TyperCommand):
    """A command whose help is told in the language of now."""

    def format_help(self, ctx: Any, _formatter: Any) -> None:
        """Print the help."""
        _show_help(self, ctx)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Values of parameters, texts as they were typed whatever the locale is; paths are the file system's."""
        rest = super().parse_args(ctx, args)
        ctx.params = {name: streams.typed(value) for name, value in ctx.params.items()}
        return rest


class Commands(TyperGroup):
    """A group whose commands are loaded when they run, and whose every error is one line: what happened, what to do."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.entries: dict[str, Command | Group] = {}
        self.default = ""
        if self.name == "baodian":
            for panel in PANELS:
                for entry in panel.entries:
                    self.add(entry, text_of(panel.title))

    def add(self, entry: Command | Group, panel: str | None = None) -> None:
        """Announce a command: its name, and what it is for."""
        self.entries[entry.name] = entry
        announced = OneCommand(entry.name, help=text_of(entry.help), rich_help_panel=panel)
        self.add_command(announced)

    def loaded(self, name: str) -> Any:
        """The command itself."""
        entry = self.entries.get(name)
        if entry is None:  # put there whole
            return self.commands[name]
        return _group(entry) if isinstance(entry, Group) else _command(entry)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that the arguments name, loaded."""
        if self.default and args[0] not in self.commands:
            args = [self.default, *args]
        if args[0] not in self.commands and not args[0].startswith("-") and not ctx.resilient_parsing:
            from graph_api.cli.usage import no_such_command  # what only wrong usage has to wait for

            ctx.fail(no_such_command(args[0], get_close_matches(args[0], self.commands, cutoff=ALIKE)))
        name, command, rest = super().resolve_command(ctx, args)
        return name, command and self.loaded(command.name or ""), rest

    def format_help(self, ctx: Any, _formatter: Any) -> None:
        """Print the help."""
        _show_help(self, ctx)

    def main(self, *args: Any, **more: Any) -> Any:
        """Run and exit. Wrong usage is told in the language of now; a reader who goes away ends it well."""
        alone = more.pop("standalone_mode", True)
        try:
            ended = self._run(*args, **more)
            streams.flush()
        except (BrokenPipeError, SystemExit) as error:
            # Typer ends with 1 where a pipe is closed
            if isinstance(error, SystemExit) and not isinstance(error.__context__, BrokenPipeError):
                raise
            streams.end_quietly()
            ended = 0
        except OSError as error:  # a full disk
            ended = _unwritten(error).exit_code
            streams.end_quietly()
        if alone:
            sys.exit(ended if isinstance(ended, int) else 0)
        return ended

    def _run(self, *args: Any, **more: Any) -> Any:
        """The exit code, if there is one."""
        try:
            return super().main(*args, **{**more, "standalone_mode": False})
        except Exception as error:
            if not _is_usage(error):
                raise
            from graph_api.cli import usage  # what only wrong usage has to wait for

            usage.show(error)
            return error.exit_code  # type: ignore[attr-defined]

    def invoke(self, ctx: Any) -> Any:
        """Run the command; never let an exception out as a traceback (BAODIAN_DEBUG=1 shows it)."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise
        except (InvalidInput, LoadError) as error:
            raise _ended(error.text(), BAD_INPUT, error.code.value) from error
        except BaodianError as error:
            raise _ended(error.text(), FAILED, error.code.value) from error
        except OSError as error:
            if is_full(error) and error.filename is None:
                raise _unwritten(error) from error
            if is_full(error):
                full = disk_full(error.filename, error)
                raise _ended(full.text(), FAILED, full.code.value) from error
            what = f"{error.filename}: {text_of(reason(error))}" if error.filename else str(error)
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


def _show_help(command: Any, ctx: Any) -> None:
    from graph_api.cli import help_screen  # what only help has to wait for

    help_screen.show(command, ctx)


def _is_usage(error: Exception) -> bool:
    return hasattr(error, "exit_code") and hasattr(error, "show")


def _unwritten(error: OSError) -> typer.Exit:
    text = say("The answer could not be written: {what}.", what=reason(error))
    return _ended(text, FAILED, "OUTPUT_FAILED")


def _ended(message: str, code: int, name: str) -> typer.Exit:
    from graph_api.cli import output  # what only a failure has to wait for

    output.failure(text_of(message), name)
    return typer.Exit(code)


def _command(entry: Command) -> Any:
    """A command's function as a command."""
    module, _, function = entry.at.partition(":")
    alone = typer.Typer(add_completion=False, rich_markup_mode="rich", context_settings=NAMES)
    work = getattr(import_module(f"graph_api.cli.{module}"), function)
    alone.command(entry.name, cls=OneCommand, help=text_of(entry.help))(work)
    return _told(typer.main.get_command(alone))


def _told(command: Any) -> Any:
    """The command, with what its options are for in the language of now."""
    for parameter in command.params:
        if getattr(parameter, "help", None):
            parameter.help = (
                text_of(OF_TYPER[parameter.name]) if parameter.name in OF_TYPER else translated(parameter.help)
            )
    return command


def _group(entry: Group) -> Commands:
    made = Commands(
        name=entry.name,
        help=text_of(entry.help),
        no_args_is_help=True,
        rich_markup_mode="rich",
        context_settings=NAMES | ({"ignore_unknown_options": True} if entry.default else {}),
    )
    made.default = entry.default
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
    """The language asked for anywhere on the command line, else of the environment. Raises BadParameter for another."""
    asked, name = setting("lang"), environment_name("lang")
    for place, each in enumerate(arguments):
        if each.startswith("--lang="):
            asked, name = each.removeprefix("--lang="), "--lang"
        elif each == "--lang":
            asked, name = arguments[place + 1] if place + 1 < len(arguments) else "", "--lang"
    if name == "--lang" and not asked:
        raise typer.BadParameter(say("{name} needs a value behind it.", name=name))
    try:
        return choose(asked, {})
    except ValueError:
        wrong = say("{name} is zh (Chinese) or en (English), not {value}.", name=name, value=repr(asked))
        raise typer.BadParameter(f"{wrong.text(Language.EN)} {wrong.text(Language.ZH)}") from None


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
