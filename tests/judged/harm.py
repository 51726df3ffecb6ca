"""Harm-minutes of plans on the demo city's 110 kV lines and 10 kV busbars, beside a simple plan of the model's own:
`python -m tests.judged.harm` prints them. `--without-transfers` blocks the automatic bus transfers, as in the demo of
before; `--simple 2` works the simple plan out for so many of each kind (it takes a minute each).

Harm-minutes = weight of each customer and area that the event took load from, times the minutes until it has all back,
as each plan says; who is not back counts for HORIZON_MIN, who is on a source of its own for none.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime

from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.snapshot import Snapshot
from graph_api.services.outage.event import Event
from graph_api.services.restoration.planning import best_plan
from schema.entity import Entity
from schema.grid import Breaker
from schema.numbers import Revision
from schema.relationships import Relationship
from seeds import generator
from tests.judged.parts import part_of, with_power_factor
from tests.judged.plans import told
from tests.truth.from_schema import net_of
from tests.truth.net import Net
from tests.truth.plan import Accounts
from tests.truth.simple_plan import simple_plan
from tests.truth.worlds import Event as Asked

AT = datetime(2026, 11, 23, 14, 30, tzinfo=UTC)
HORIZON_MIN = 120.0
WEIGHTS = {"SPECIAL": 8.0, "FIRST": 4.0, "SECOND": 2.0}
"""By importance; everybody else, and each public area, counts once."""
LINES, BUSBARS = re.compile(r"LJ:SEG:S\d+:\d"), re.compile(r"LJ:BUS:S\d+:\d")


def city(*, transfers: bool = True) -> tuple[ReadModel, Net]:
    """The demo city for both, with its bus transfers or without."""
    entities: list[Entity] = []
    links: list[Relationship] = []
    for batch in generator.batches(today=date(2026, 11, 23)):
        entities += (each if transfers else _blocked(each) for each in batch.entities)
        links += batch.relationships
    model = ReadModel.build(Snapshot.of(entities, links, revision=Revision(1), changed_at=AT))
    return model, with_power_factor(net_of(entities, links))


def _blocked(entity: Entity) -> Entity:
    return replace(entity, auto_transfer_blocked=True) if isinstance(entity, Breaker) else entity


def harm_minutes(net: Net, accounts: Accounts) -> float:
    """The sum over all that the accounts hold."""

    def weight(thing: str) -> float:
        known = net.customers.get(thing)
        return 1.0 if known is None else WEIGHTS.get(known.importance, 1.0)

    back = sum(weight(thing) * (each.minute or 0.0) for thing, each in accounts.back.items())
    return back + sum(weight(thing) * HORIZON_MIN for thing in accounts.still_out)


def planned(model: ReadModel, whole: Net, name: str) -> tuple[float, int, int]:
    """Harm-minutes of the product's plan for a fault, customers and areas that are back, and that are still out."""
    accounts = told(model, best_plan(model, Event(things=(model.graph.index(name),), at=AT))).accounts or Accounts()
    return harm_minutes(whole, accounts), len(accounts.back), len(accounts.still_out)


def simply(model: ReadModel, whole: Net, name: str) -> float:
    """The same of the simple plan: two minutes a step, one after the other, wherever the step is."""
    part = part_of(model, whole, Event(things=(model.graph.index(name),), at=AT))
    accounts = simple_plan(part, Asked(things=(name,)), AT.timestamp()).accounts or Accounts()
    return harm_minutes(whole, accounts)


def main() -> None:
    """Print a line for each fault, and the totals."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--without-transfers", action="store_true")
    parser.add_argument("--simple", type=int, default=0)
    given = parser.parse_args()
    model, whole = city(transfers=not given.without_transfers)
    for title, kind in (("110 kV lines", LINES), ("10 kV busbars", BUSBARS)):
        names = sorted(name for name in whole.pieces if kind.fullmatch(name))
        totals = [_told(model, whole, name, simple=at < given.simple) for at, name in enumerate(names)]
        _say([f"{title}: {len(names)} faults", f"{sum(totals):,.0f} harm-minutes"])


def _told(model: ReadModel, whole: Net, name: str, *, simple: bool) -> float:
    harm, back, out = planned(model, whole, name)
    beside = [f"simple plan {simply(model, whole, name):,.0f}"] if simple else []
    _say([name, f"{harm:,.0f} harm-minutes", f"{back} back", f"{out} still out", *beside])
    return harm


def _say(words: Iterable[str]) -> None:
    sys.stdout.write(", ".join(words) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
