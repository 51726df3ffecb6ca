"""`baodian locate`: where the fault can be, from what was reported."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from graph_api.cli import output
from graph_api.cli.asking import Asking, asking
from graph_api.cli.events import EventWords, takes_event
from graph_api.cli.location import screen
from graph_api.cli.names import FAILING, resolve_all
from graph_api.cli.stores import DEFAULT_STORE, ServerOption, StoreOption
from graph_api.errors import InvalidInput
from schema.vocabulary import EvidenceKind
from schema.words import current, say

SAYS = {"yes": True, "no": False, "是": True, "否": False}
"""Whether a report says that it is so, by the word at its end."""
RECLOSED = frozenset({"reclosed", "重合成功"})
"""The word at the end of a trip after which the device closed again and held."""
ReportsArgument = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[REPORT...]",
        help=say(
            "KIND=THING, as trip=滨江一线, indicator=ID=no, call=CUSTOMER, trip=ID=reclosed. Kinds: trip, fuse, "
            "indicator, current, meter, voltage, call, patrol, planned, arrears. One that ends in =no says that "
            "somebody looked and it is not so."
        ),
    ),
]
RatesOption = Annotated[
    Path | None,
    typer.Option(
        "--rates",
        help=say("YAML file of rates to weigh with; without it, that of BAODIAN_LOCATION_RATES, else built in."),
    ),
]


@takes_event(only=("since", "at", "assume"))
def locate_fault(
    event: EventWords,
    reports: ReportsArgument = None,
    rates: RatesOption = None,
    store: StoreOption = DEFAULT_STORE,
    server: ServerOption = None,
    as_json: output.JsonOption = False,
) -> None:
    """Rank the places where the fault can be, with what speaks for and against each, and what to check next."""
    own: dict[str, Any] = {} if rates is None else {"location_rates": str(rates)}
    with asking(store, server, ["locate"], event.at, **own) as ask:
        said = event.variables(ask)
        evidence = evidence_of(ask, reports or ())
        found = ask.ask("locate", evidence=evidence, assume=said["assume"], since=said["since"], lang=current().value)
        if as_json:
            output.emit_json(found)
        else:
            screen.show(found["locateFault"])


def evidence_of(asking: Asking, texts: Sequence[str]) -> list[dict[str, Any]]:
    """Reports as the API takes them. Raises InvalidInput for what is no report, or names nothing, or several."""
    parts = [_report(text) for text in texts]
    things = resolve_all(asking, [thing for _, thing, _ in parts], FAILING, once=False)
    return [
        {
            "kind": kind.value,
            "things": [thing],
            "positive": SAYS.get(word, True),
            "reclosed": word in RECLOSED,
            "key": text,
        }
        for text, thing, (kind, _, word) in zip(texts, things, parts, strict=True)
    ]


def _report(text: str) -> tuple[EvidenceKind, str, str]:
    """Kind, thing and last word of KIND=THING or KIND=THING=WORD."""
    kind_name, _, rest = text.partition("=")
    thing, _, word = rest.rpartition("=")
    if word not in SAYS and word not in RECLOSED:
        thing, word = rest, ""
    kinds = {name.casefold(): kind for kind in EvidenceKind for name in (kind.value, kind.zh)}
    kind = kinds.get(kind_name.strip().casefold())
    if kind is None or not thing.strip():
        known = [each.value.lower() for each in EvidenceKind]
        raise InvalidInput(
            say("{text} is no report; write KIND=THING, KIND one of {known}.", text=repr(text), known=known),
            report=text,
        )
    return kind, thing.strip(), word
