"""`baodian learn-rates`: how often reports err, from closed incidents."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from graph_api.cli import output
from graph_api.cli.session import DEFAULT_STORE, StoreOption, read_model
from schema.words import current, say

if TYPE_CHECKING:
    from graph_api.services.location import Learned, Rates


def learn_rates(
    incidents: Annotated[Path, typer.Argument(help=say("Closed incidents, one JSON object a line: see docs/cli.md."))],
    out: Annotated[Path, typer.Option("--out", help=say("File to write: YAML, for BAODIAN_LOCATION_RATES."))],
    rates: Annotated[
        Path | None, typer.Option("--rates", help=say("Rates to start from; without it, those built in."))
    ] = None,
    strength: Annotated[
        float, typer.Option("--strength", min=1, help=say("Reports of each kind that the rates before count as."))
    ] = 20.0,
    store: StoreOption = DEFAULT_STORE,
    as_json: output.JsonOption = False,
) -> None:
    """Learn rates and write them."""
    from graph_api.cli.location.closed_incidents import incidents_of  # what only running has to wait for
    from graph_api.rate_files import load_rates, write_rates
    from graph_api.services.location import learn

    model = read_model(store)
    before = load_rates(rates) if rates else load_rates()
    found = learn(model, list(incidents_of(model.graph, incidents)), before, strength)
    write_rates(found.rates, out)
    if as_json:
        output.emit_json({"file": str(out), **_facts(found)})
        return
    _show(before, found)
    for key, reason in found.left_out:
        output.notice(say("Left out: {incident}: {reason}", incident=key, reason=reason))
    output.notice(say("Written: {file} (from {count} closed incidents)", file=str(out), count=found.used))


def _show(before: Rates, found: Learned) -> None:
    did, falsely = say("says yes when it should"), say("says yes falsely")
    rows = (
        (
            kind.label(current()),
            f"{before.evidence[kind].when_true:.3f} → {found.rates.evidence[kind].when_true:.3f} "
            f"({tally.did}/{tally.should})",
            f"{before.evidence[kind].when_false:.4f} → {found.rates.evidence[kind].when_false:.4f} "
            f"({tally.did_falsely}/{tally.should_not})",
        )
        for kind, tally in found.tallies.items()
    )
    output.emit(output.table(say("Learned rates"), say("report"), did, falsely, rows=rows, numbers=[did, falsely]))


def _facts(found: Learned) -> dict[str, Any]:
    return {
        "used": found.used,
        "leftOut": [{"id": key, "reason": reason} for key, reason in found.left_out],
        "rates": found.rates.model_dump(mode="json")["evidence"],
        "conditions": {name.value: each.chance for name, each in found.rates.conditions.items()},
    }
