"""The help of a command, in the language of now and in full at any width.

Typer's own help knows one language, and cuts Chinese off: it breaks lines at spaces alone. What is shown is the same:
usage, what the command is for, arguments, options, commands by panels.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Sequence
from enum import Enum
from typing import Any

from rich.cells import cell_len
from rich.panel import Panel
from rich.text import Text

from graph_api.cli import output
from graph_api.cli.folding import folded
from schema.words import say, text_of, translated

NAMES_WIDTH = 28
"""Cells that names take; help of longer ones begins a line below."""
LEAST = 20
"""Cells that a help text has however narrow the terminal is."""
_FRAME = 4
Row = tuple[Text, Text]
"""Names, and what they are for."""


def show(command: Any, ctx: Any) -> None:
    """Print the help of a command or group."""
    console = output.console()
    for part in _screen(command, ctx, console.width):
        console.print(part)


def usage(command: Any, ctx: Any) -> str:
    """How a command is called, in a line."""
    pieces = [ctx.command_path, text_of(say("[OPTIONS]"))]
    pieces += [_argument(each) for each in command.get_params(ctx) if _is_argument(each)]
    if hasattr(command, "commands"):
        pieces.append(text_of(say("COMMAND [ARGS]...")))
    return text_of(say("Usage: {pieces}", pieces=" ".join(pieces)))


_PLACEHOLDERS = {
    "CUSTOMER": say("CUSTOMER"),
    "DATA": say("DATA"),
    "DATE": say("DATE"),
    "ELEMENT": say("ELEMENT"),
    "FILE": say("FILE"),
    "INCIDENTS": say("INCIDENTS"),
    "NAME": say("NAME"),
    "NUMBER": say("NUMBER"),
    "OUT": say("OUT"),
    "PATH": say("PATH"),
    "POSITION": say("POSITION"),
    "REPORT": say("REPORT"),
    "STORE": say("STORE"),
    "SWITCH": say("SWITCH"),
    "TEXT": say("TEXT"),
    "THING": say("THING"),
    "TIME": say("TIME"),
}
"""What stands for values."""
_PLACEHOLDER = re.compile(r"\b[A-Z]+\b")


def placeholder(metavar: str) -> str:
    """A placeholder in the language of now: SWITCH=POSITION..., 开关=位置..."""
    return _PLACEHOLDER.sub(lambda word: text_of(_PLACEHOLDERS.get(word[0], word[0])), metavar)


def named(parameter: Any) -> str:
    """A parameter as messages name it: `--at`, `ELEMENT...`."""
    if _is_argument(parameter):
        return placeholder(parameter.metavar or parameter.name.upper())
    return " / ".join(parameter.opts)


def choices(parameter: Any) -> list[str]:
    """Values that a parameter is one of; empty where it is none of a few."""
    listed = getattr(parameter.type, "choices", None) or ()
    return [str(each.value if isinstance(each, Enum) else each) for each in listed]


def _screen(command: Any, ctx: Any, width: int) -> Iterator[Any]:
    inner = max(width - 2, LEAST)
    yield Text()
    yield from _lines(Text(usage(command, ctx), "bold"), inner)
    yield Text()
    for number, paragraph in enumerate(inspect.cleandoc(text_of(command.help or "")).split("\n\n")):
        if number:
            yield Text()
        yield from _lines(_marked(paragraph, "dim" if number else ""), inner)
    yield Text()
    parameters = [each for each in command.get_params(ctx) if not getattr(each, "hidden", False)]
    arguments = [_row(each, ctx) for each in parameters if _is_argument(each)]
    options = [_row(each, ctx) for each in parameters if not _is_argument(each)]
    yield from _panel(say("Arguments"), arguments, width)
    yield from _panel(say("Options"), options, width)
    yield from _command_panels(command, ctx, width)
    if command.epilog:
        yield Text()
        yield from _lines(_marked(text_of(command.epilog)), inner)


def _lines(text: Text, width: int) -> Iterator[Text]:
    """Lines that stand one cell from the left."""
    for line in folded(text, width):
        line.pad_left(1)
        yield line


def _command_panels(command: Any, ctx: Any, width: int) -> Iterator[Panel]:
    panels: dict[str, list[Row]] = {}
    for name in command.list_commands(ctx) if hasattr(command, "commands") else ():
        each = command.get_command(ctx, name)
        if each is None or each.hidden:
            continue
        what = inspect.cleandoc(each.help or "").split("\n\n")[0]
        title = each.rich_help_panel or text_of(say("Commands"))
        panels.setdefault(title, []).append((Text(name, "bold cyan"), _marked(what)))
    widest = max((cell_len(names.plain) for rows in panels.values() for names, _ in rows), default=0)
    for title, rows in panels.items():
        yield from _panel(title, rows, width, widest)


def _panel(title: str, rows: Sequence[Row], width: int, column: int | None = None) -> Iterator[Panel]:
    if not rows:
        return
    widths = [cell_len(names.plain) for names, _ in rows]
    first = column or max((each for each in widths if each <= NAMES_WIDTH), default=NAMES_WIDTH)
    rest = max(width - _FRAME - first - 2, LEAST)
    lines = [line for names, what in rows for line in _entry(names, folded(what, rest), first, width - _FRAME)]
    yield Panel(Text("\n").join(lines), title=text_of(title), title_align="left", border_style="dim", width=width)


def _entry(names: Text, what: list[Text], first: int, width: int) -> Iterator[Text]:
    """Lines of a row: names on the left, help on the right, below the names where these are too long."""
    left: Text | None = names
    if cell_len(names.plain) > first:
        yield from folded(names, max(width, LEAST))
        left = None
    for line in what:
        start = Text() if left is None else left
        yield Text.assemble(start, " " * (first + 2 - cell_len(start.plain)), line)
        left = None


def _row(parameter: Any, ctx: Any) -> Row:
    names = Text()
    if _is_argument(parameter):
        names.append(named(parameter), "bold cyan")
    else:
        names.append(", ".join([*parameter.secondary_opts, *sorted(parameter.opts, key=len)]), "bold cyan")
        if value := _value(parameter):
            names.append(f" {value}", "bold yellow")
    return names, Text(" ").join([_help(parameter), *_remarks(parameter, ctx)])


def _help(parameter: Any) -> Text:
    if parameter.name == "help":
        return Text(text_of(say("Show this help.")))
    return _marked(translated(parameter.help or ""))


_WORDS = {"int": say("NUMBER"), "float": say("NUMBER"), "str": say("TEXT"), "path": say("PATH")}
"""What stands for a value in a help, by what the name of its type begins with."""


def _value(parameter: Any) -> str:
    """What an option is given: its metavar, its choices, or a word for its type; nothing for a flag."""
    if parameter.is_flag or getattr(parameter, "is_eager", False):
        return ""
    if parameter.metavar or choices(parameter):
        return placeholder(parameter.metavar or "") or "|".join(choices(parameter))
    word = next((word for start, word in _WORDS.items() if parameter.type.name.startswith(start)), say("VALUE"))
    return text_of(word)


def _remarks(parameter: Any, ctx: Any) -> Iterator[Text]:
    """What is in brackets behind the help: variable, default, that it is required."""
    envvar = getattr(parameter, "envvar", None)
    if envvar and getattr(parameter, "show_envvar", False):
        yield Text(text_of(say("[env var: {name}]", name=envvar)), "dim yellow")
    default = parameter.get_default(ctx, call=False)
    if getattr(parameter, "show_default", False) and _tells(default):
        shown = str(default.value) if isinstance(default, Enum) else str(default)
        yield Text(text_of(say("[default: {value}]", value=shown)), "dim")
    if parameter.required:
        yield Text(text_of(say("[required]")), "red")


def _tells(default: Any) -> bool:
    """Whether a default says something: no empty list, no flag that is off."""
    return default is not None and default is not False and default not in ("", [], ()) and not callable(default)


def _is_argument(parameter: Any) -> bool:
    return bool(parameter.param_type_name == "argument")


def _argument(parameter: Any) -> str:
    """An argument in the line of usage: in brackets where it may be left out."""
    name = named(parameter)
    name = name if parameter.nargs == 1 or name.endswith("...") else f"{name}..."
    return name if parameter.required or name.startswith("[") else f"[{name}]"


def _marked(text: str, style: str = "") -> Text:
    """Help with its markup; options and commands to type in stand out."""
    made = Text.from_markup(text, style=style)
    made.highlight_regex(r"(?<![\w-])--[a-z][\w-]*", "bold cyan")
    return made
