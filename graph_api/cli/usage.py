"""Wrong usage told in the language of now: Typer's errors by what they hold, as their messages are English alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from rich.panel import Panel
from rich.text import Text

from graph_api.cli import output
from graph_api.cli.folding import folded
from graph_api.cli.help_screen import choices, named, usage
from schema.words import say, text_of

_FRAME = 4
_REFUSED = re.compile(r"'?(?P<value>.*?)'? is not (?:a valid|in the range|one of) ", re.DOTALL)
"""How a message of Typer begins that refuses a value."""


def show(error: Any) -> None:
    """Print on standard error how the command is called and what was wrong; nothing where its help was shown."""
    if type(error).__name__ == "NoArgsIsHelpError":
        return
    console = output.console(errors=True)
    context = getattr(error, "ctx", None)
    if context is not None:
        lines = folded(Text(usage(context.command, context), "bold"), console.width)
        hint = say("Try `{command} --help` for help.", command=context.command_path)
        console.print(*lines, *folded(Text(text_of(hint), "dim"), console.width), sep="\n")
    what = folded(Text(output.visible(told(error))), max(console.width - _FRAME, 1))
    title = text_of(say("Error"))
    console.print(Panel(Text("\n").join(what), title=title, title_align="left", border_style="red"))


def told(error: Any) -> str:
    """What an error of usage says; its own message where that is none of those known."""
    for each in type(error).__mro__:
        if each.__name__ in _TOLD:
            return text_of(_TOLD[each.__name__](error))
    return text_of(_usage(error))


def no_such_command(name: str, near: list[str]) -> str:
    """The message for a word that is no command."""
    if near:
        return say("There is no command {name}. Did you mean {near}?", name=repr(name), near=near)
    return say("There is no command {name}.", name=repr(name))


def _no_such_option(error: Any) -> str:
    if error.possibilities:
        near = sorted(error.possibilities)
        return say("There is no option {name}. Did you mean {near}?", name=error.option_name, near=near)
    return say("There is no option {name}.", name=error.option_name)


def _missing(error: Any) -> str:
    if error.param is None:
        return str(error.format_message())
    if error.param.param_type_name == "argument":
        return say("Missing argument: {name}", name=named(error.param))
    return say("Missing option: {name}", name=named(error.param))


def _bad_value(error: Any) -> str:
    if error.param is None:
        return say("Invalid value: {what}", what=error.message)
    return say("Invalid value for {name}: {what}", name=named(error.param), what=_wanted(error) or error.message)


def _wanted(error: Any) -> str | None:
    """What a value should have been; None where the message has to tell."""
    typed, wanted = _REFUSED.match(str(error.message)), error.param.type
    if typed is None:
        return None
    value = repr(typed["value"])
    if listed := choices(error.param):
        return say("{value} is none of {choices}.", value=value, choices=listed)
    least, most = getattr(wanted, "min", None), getattr(wanted, "max", None)
    if least is not None and most is not None:
        return say("{value} is no whole number from {least} to {most}.", value=value, least=least, most=most)
    if least is not None:
        return say("{value} is no whole number of at least {least}.", value=value, least=least)
    return say("{value} is no number.", value=value) if wanted.name in ("int", "float") else None


def _option_usage(error: Any) -> str:
    if "requires" in str(error.message):
        return say("{name} needs a value behind it.", name=error.option_name)
    return say("{name} takes no value.", name=error.option_name)


def _usage(error: Any) -> str:
    message: str = error.message if hasattr(error, "message") else str(error)
    if found := re.fullmatch(r"Got unexpected extra arguments?(?:\(s\))? \((.*)\)", message, re.DOTALL):
        return say("Too many arguments; these are not taken: {extra}", extra=found[1])
    return say("Missing command.") if message == "Missing command." else message


_TOLD: Mapping[str, Callable[[Any], str]] = {
    "NoSuchOption": _no_such_option,
    "MissingParameter": _missing,
    "BadParameter": _bad_value,
    "BadOptionUsage": _option_usage,
}
"""Messages by the class of the error."""
