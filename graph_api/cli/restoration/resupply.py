"""`baodian resupply`: switching steps that cut a fault out and feed the rest again."""

from __future__ import annotations

from graph_api.cli import output
from graph_api.cli.asking import asking
from graph_api.cli.events import EventWords, takes_event
from graph_api.cli.outage.impact import warn_of_trips
from graph_api.cli.restoration import screen
from graph_api.cli.stores import DEFAULT_STORE, ServerOption, StoreOption
from schema.words import current


@takes_event(but=("opened", "faulted", "isolated"))
def resupply(
    event: EventWords,
    store: StoreOption = DEFAULT_STORE,
    server: ServerOption = None,
    as_json: output.JsonOption = False,
) -> None:
    """Plan how to cut a fault out and feed the rest again."""
    with asking(store, server, ["resupply"], event.at) as ask:
        found = ask.ask("resupply", lang=current().value, **event.variables(ask))
        warn_of_trips(found["restoration"]["mayHaveTripped"])
        if as_json:
            output.emit_json(found)
        else:
            screen.show(found["restoration"])
