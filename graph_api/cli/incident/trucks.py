"""`baodian incident trucks`: which generator trucks can feed a customer, and of the others why not."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from graph_api.cli import output
from graph_api.cli.asking import asking
from graph_api.cli.labels import label
from graph_api.cli.names import resolve, title
from graph_api.cli.stores import DEFAULT_STORE, ServerOption, StoreOption
from schema.words import current, say


def trucks(
    of: Annotated[str, typer.Argument(metavar="CUSTOMER", help=say("Customer, or an access point of one."))],
    kw: Annotated[
        float | None, typer.Option("--kw", metavar="KW", help=say("Power needed; without it, of the security loads."))
    ] = None,
    store: StoreOption = DEFAULT_STORE,
    server: ServerOption = None,
    as_json: output.JsonOption = False,
) -> None:
    """Generator trucks for a customer."""
    with asking(store, server, ["generator_trucks"]) as ask:
        id = resolve(ask, of, ["CUSTOMER", "ACCESS_POINT"])
        found = ask.ask("generator_trucks", of=id, kw=kw, lang=current().value)["generatorTrucks"]
    if as_json:
        output.emit_json(found)
        return
    if not found:
        output.notice(say("No access point is recorded of it: no truck can be connected."))
    for each in found:
        _show(each)


def _show(each: dict[str, Any]) -> None:
    from graph_api.services.plans.trucks import TruckFit  # what only an answer has to wait for
    from schema.record_terms import VehicleState

    needed = "?" if each["neededKw"] is None else f"{each['neededKw']:g}"
    point = each["accessPoint"]
    at = say("{point}: {kv} kV, {kw} kW, {m} m, {connector}", point=title(point), kv=_number(point["nominalKv"]),
             kw=needed, m=_number(point["cableM"]), connector=point["connector"] or "?")  # fmt: skip
    heads = (say("truck"), say("fit"), say("state"), say("km away"), say("kW"), say("reasons"))
    rows = [
        (title(one["vehicle"]), label(TruckFit, one["fit"]),
         label(VehicleState, one["vehicle"]["state"]) if one["vehicle"]["state"] else None,
         _number(one["distanceKm"]), _number(one["vehicle"]["kw"]),
         "; ".join(reason["text"] for reason in one["reasons"]) or None)
        for one in each["trucks"]
    ]  # fmt: skip
    output.emit(output.table(at, *heads, rows=rows, whole=heads[:1]))


def _number(value: float | None) -> str:
    return "?" if value is None else f"{value:g}"
