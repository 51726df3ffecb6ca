"""Options of every command that asks about an event, written once, and the event that they say.

`Annotated[Event, ...]`-like parameters do not exist for commands, so the decorator gives the command the options.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

import typer

from graph_api.cli.asking import Asking
from graph_api.cli.names import FAILING, SWITCHES, resolve_all
from graph_api.cli.times import AtOption, past_time
from graph_api.errors import InvalidInput
from schema.words import say

WORDS = {
    "OPEN": ("OPEN", "分", "分闸", "分位", "拉开", "断开"),
    "CLOSED": ("CLOSED", "合", "合闸", "合位", "合上", "闭合"),
    "UNKNOWN": ("UNKNOWN", "不明"),
}
"""Words that people write, by position. 开 alone is none of them: it may be said of a switch that is 拉开 or 开通."""
POSITIONS = {word: position for position, words in WORDS.items() for word in words}
AssumeOption = Annotated[
    list[str] | None,
    typer.Option(
        "--assume",
        metavar="SWITCH=OPEN",
        help=say("A switch in another position: OPEN (分) or CLOSED (合); repeatable."),
    ),
]
OPTIONS: dict[str, tuple[Any, Any]] = {
    "elements": (
        Annotated[
            list[str],
            typer.Argument(
                metavar="ELEMENT...",
                help=say("What fails: id, name or search text of equipment, a feeder, a station, a trench; several."),
            ),
        ],
        inspect.Parameter.empty,
    ),
    "opened": (
        Annotated[
            bool,
            typer.Option(
                "--opened", help=say("It is taken out of service and nothing else happens; else it has a fault.")
            ),
        ],
        False,
    ),
    "faulted": (
        Annotated[
            bool,
            typer.Option(
                "--faulted", help=say("It has a short circuit: protection trips first (this is the default).")
            ),
        ],
        False,
    ),
    "isolated": (
        Annotated[
            bool,
            typer.Option("--isolated", help=say("Its fault is cut out and the rest is fed again as `resupply` plans.")),
        ],
        False,
    ),
    "stuck": (
        Annotated[list[str] | None, typer.Option("--stuck", help=say("A device that failed to trip; repeatable."))],
        None,
    ),
    "fixed": (
        Annotated[list[str] | None, typer.Option("--fixed", help=say("A switch that nobody can operate; repeatable."))],
        None,
    ),
    "since": (
        Annotated[
            datetime | None,
            typer.Option(
                "--since",
                parser=past_time,
                metavar="TIME",
                help=say(
                    "Moment of loss: what was switched later is undone for what was before; without it, when the "
                    "devices named as tripped opened, else the time asked about."
                ),
            ),
        ],
        None,
    ),
    "repaired": (
        Annotated[
            datetime | None,
            typer.Option(
                "--repaired",
                parser=past_time,
                metavar="TIME",
                help=say("When the fault was repaired: what is closed then feeds again; without it, it is not."),
            ),
        ],
        None,
    ),
    "at": (AtOption, None),
    "assume": (AssumeOption, None),
    "tripped": (
        Annotated[
            list[str] | None,
            typer.Option(
                "--tripped",
                help=say(
                    "A device that stands open since it tripped on this; it counts as closed before, so that whom it "
                    "left without supply is counted; repeatable."
                ),
            ),
        ],
        None,
    ),
}
"""Option and default by name, in the order in which help shows them."""


@dataclass(frozen=True, slots=True)
class EventWords:
    """An event as it was typed."""

    said: dict[str, Any]

    @property
    def at(self) -> datetime | None:
        """The time asked about, as it was given."""
        at: datetime | None = self.said.get("at")
        return at

    def variables(self, asking: Asking) -> dict[str, Any]:
        """The event as variables of stored operations. Raises InvalidInput for what names nothing, or several."""
        causes = [name for name in ("opened", "faulted", "isolated") if self.said.get(name)]
        if len(causes) > 1:
            raise InvalidInput(say("Give one of --opened, --faulted, --isolated."))
        since = self.said.get("since")
        found: dict[str, Any] = {
            "equipment": resolve_all(asking, self.said.get("elements") or (), FAILING),
            "assume": assumptions(asking, self.said.get("assume") or ()),
            "stuck": resolve_all(asking, self.said.get("stuck") or ()),
            "tripped": resolve_all(asking, self.said.get("tripped") or ()),
            "since": None if since is None else since.astimezone().isoformat(),
        }
        repaired = self.said.get("repaired")
        if "repaired" in self.said:
            found["repaired"] = None if repaired is None else repaired.astimezone().isoformat()
        if "fixed" in self.said:
            found["fixed"] = resolve_all(asking, self.said["fixed"] or ())
        if "opened" in self.said:
            found["cause"] = causes[0].upper() if causes else "FAULTED"
        return found


def takes_event(
    *, but: Collection[str] = (), only: Collection[str] = tuple(OPTIONS)
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Decorator: the command's parameter `event` becomes the options of an event, all but these, or only these."""
    names = [name for name in OPTIONS if name in only and name not in but]

    def made(command: Callable[..., None]) -> Callable[..., None]:
        def run(**given: Any) -> None:
            event = EventWords({name: given.pop(name) for name in names})
            command(event=event, **given)

        own = inspect.signature(command, eval_str=True)
        others = [each for name, each in own.parameters.items() if name != "event"]
        options = [
            inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
            for name, (annotation, default) in OPTIONS.items()
            if name in names
        ]
        every = [*options, *(each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in others)]
        run.__signature__ = own.replace(parameters=every)  # type: ignore[attr-defined]
        run.__annotations__ = {each.name: each.annotation for each in every}
        run.__name__, run.__doc__, run.__module__ = command.__name__, command.__doc__, command.__module__
        return run

    return made


def assumptions(asking: Asking, texts: Iterable[str]) -> list[dict[str, str]]:
    """Switches and the positions that they are assumed in. Raises InvalidInput for what is not SWITCH=POSITION.

    A feeder's name stands for the feeder, which is refused with the breaker at its head: its name is in many others."""
    pairs = [_assumption(text) for text in texts]
    switches = resolve_all(asking, [name for name, _ in pairs], SWITCHES, once=False, else_kinds=["FEEDER"])
    return [{"switch": switch, "position": position} for switch, (_, position) in zip(switches, pairs, strict=True)]


def _assumption(text: str) -> tuple[str, str]:
    name, _, word = (text if "=" in text else text.replace("\uff1d", "=")).rpartition("=")
    position = POSITIONS.get(word.strip().upper())
    if not name.strip() or position is None:
        raise InvalidInput(
            say(
                "{text} is no assumption; write SWITCH=OPEN or SWITCH=CLOSED. Taken for open: {opens}; for closed: "
                "{closes}; for unknown: {unknown}.",
                text=repr(text),
                opens=WORDS["OPEN"],
                closes=WORDS["CLOSED"],
                unknown=WORDS["UNKNOWN"],
            ),
            assume=text,
        )
    return name.strip(), position
