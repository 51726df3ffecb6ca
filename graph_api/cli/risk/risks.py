"""`baodian risks`: what is weak before anything happens."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

import typer

from graph_api.cli import output
from graph_api.cli.asking import Asking, asking
from graph_api.cli.names import resolve_all
from graph_api.cli.risk import screen
from graph_api.cli.stores import DEFAULT_STORE, ServerOption, StoreOption
from graph_api.errors import InvalidInput
from schema.vocabulary import Importance
from schema.words import say

WHOLE = 500
"""Things of one item that JSON holds at most; how many there are is said beside them."""
PAGE = 50
"""Items asked for at once: with all their things they stay below what an answer may cost."""


class Risk(StrEnum):
    """Kinds of risk as the option takes them."""

    SINGLE_POINT = "SINGLE_POINT"
    SHARED_PROTECTION = "SHARED_PROTECTION"
    COMMON_CAUSE = "COMMON_CAUSE"
    CLASS_MISMATCH = "CLASS_MISMATCH"
    NO_INTERLOCK = "NO_INTERLOCK"


def risks(
    customers: Annotated[
        list[str] | None,
        typer.Argument(metavar="[CUSTOMER]...", help=say("Only these: id, name or search text.")),
    ] = None,
    kind: Annotated[
        list[Risk] | None,
        typer.Option("--kind", case_sensitive=False, help=say("Only this kind of risk; repeatable.")),
    ] = None,
    importance: Annotated[
        list[Importance] | None,
        typer.Option("--importance", case_sensitive=False, help=say("Only customers of this class; repeatable.")),
    ] = None,
    sweep: Annotated[
        bool, typer.Option("--sweep", help=say("Instead, every single fault in the grid (N-1), worst first."))
    ] = False,
    pairs: Annotated[
        bool,
        typer.Option(
            "--pairs",
            help=say("Instead, pairs that cut these customers off together (N-2); none named = the special class."),
        ),
    ] = False,
    ties: Annotated[
        bool, typer.Option("--ties", help=say("Instead, what each open tie is worth over all faults."))
    ] = False,
    first: Annotated[int, typer.Option("--first", min=1, help=say("Rows to show; --json gives all."))] = output.LISTED,
    store: StoreOption = DEFAULT_STORE,
    server: ServerOption = None,
    as_json: output.JsonOption = False,
) -> None:
    """What is weak before anything happens."""
    if sweep + pairs + ties > 1:
        raise InvalidInput(say("Give one of --sweep, --pairs and --ties."))
    if (sweep or ties) and (customers or kind or importance):
        raise InvalidInput(say("This considers every fault: leave customers, --kind and --importance out."))
    if pairs and (kind or importance):
        raise InvalidInput(say("--pairs takes customers only: leave --kind and --importance out."))
    operation = "contingencies" if sweep else "tie_worths" if ties else "cut_pairs" if pairs else "supply_risks"
    with asking(store, server, [operation]) as ask:
        if sweep:
            found = _asked(ask, "contingencies", "contingencies", None if as_json else first)
        elif ties:
            found = ask.ask_all("tie_worths", "tieWorths", most=None if as_json else first)
        elif pairs:
            found = _pairs(ask, customers, WHOLE if as_json else min(first, WHOLE))
        else:
            chosen = {"kinds": kind or None, "importance": importance or None, "customers": _ids(ask, customers)}
            found = _asked(ask, "supply_risks", "supplyRisks", None if as_json else first, filter=chosen)
    if as_json:
        output.emit_json(found)
    else:
        _SHOWN[next(name for name in _SHOWN if name in found)](found)


_SHOWN = {
    "contingencies": screen.show_sweep,
    "tieWorths": screen.show_ties,
    "cutPairs": screen.show_pairs,
    "supplyRisks": screen.show_risks,
}


def _ids(ask: Asking, customers: list[str] | None) -> list[str] | None:
    return resolve_all(ask, customers, ["CUSTOMER"]) if customers else None


def _asked(ask: Asking, operation: str, name: str, most: int | None, **variables: Any) -> dict[str, Any]:
    """A list whole with the things of each item, or its first `most` items with as many things as a row shows."""
    items = WHOLE if most is None else screen.NAMED
    return ask.ask_all(operation, name, most=most, at_once=PAGE, items=items, **variables)


def _pairs(ask: Asking, customers: list[str] | None, items: int) -> dict[str, Any]:
    return ask.ask_all("cut_pairs", "cutPairs", at_once=PAGE, items=items, customers=_ids(ask, customers))
