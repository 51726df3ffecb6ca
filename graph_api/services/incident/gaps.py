"""Customers' interruptions (客户停电时间): from when until when an incident left whom without full supply.

    C1   out 02:13 ████████ 02:51   fed   03:05 ███ 03:15    two times, 48 min
"""  # fmt: skip

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.things import Thing
from graph_api.services.incident.contents import Affected, Entry, SplitOff
from graph_api.services.incident.figures import lost_at, stretches
from graph_api.services.incident.parts import is_out, the_one
from graph_api.services.incident.state import IncidentState


@dataclass(frozen=True, slots=True)
class Gap:
    """A customer's times without full supply."""

    model: ReadModel = field(repr=False)
    customer_id: str
    spans: tuple[tuple[datetime, datetime], ...]
    end: datetime
    """The moment until which it is counted."""
    went: bool = False
    """Whether it went with a part that is worked on as another incident: it is counted there since."""

    @property
    def customer(self) -> Thing | None:
        """The customer; None if it is gone."""
        return the_one(self.model, self.customer_id)

    @property
    def since(self) -> datetime:
        """When it was first lost."""
        return self.spans[0][0]

    @property
    def until(self) -> datetime | None:
        """When it was last fed again; None while it is not, or is counted elsewhere."""
        until = self.spans[-1][1]
        return None if self.went or until >= self.end else until

    @property
    def times(self) -> int:
        """How often it was lost."""
        return len(self.spans)

    @property
    def minutes(self) -> float:
        """All of it together."""
        return round(sum((until - start) / timedelta(minutes=1) for start, until in self.spans), 1)


def gaps_of(model: ReadModel, entries: Sequence[Entry], state: IncidentState, at: datetime) -> list[Gap]:
    """Of all whom it ever left without full supply, in the order of loss. Of what was joined from its own loss on; of
    what was split off from its moment of loss on, though sums count until the split with the other one."""
    end = max(state.closed_at or at, state.since)
    spans: dict[str, list[tuple[datetime, datetime]]] = {}
    for start, until, said in stretches(entries, end, lost_at):
        for customer in (hit.customer for hit in said.customers if is_out(hit) and until > start):
            spans.setdefault(customer, []).append((start, until))
    parted = _parted(entries)
    here = set() if state.affected is None else {hit.customer for hit in state.affected.customers}
    found = list[Gap]()
    for customer, each in spans.items():
        merged = tuple(_merged(each))
        found.append(Gap(model, customer, merged, end, went=customer not in here and merged[-1][1] in parted))
    return sorted(found, key=lambda each: (each.since, each.customer_id))


def _parted(entries: Sequence[Entry]) -> set[datetime]:
    """When who is affected was worked out without a part that was split off."""
    own = [each for each in entries if not each.via]
    splits = {each.entity.recorded_at for each in own if isinstance(each.content, SplitOff)}
    answers = (each.entity for each in own if isinstance(each.content, Affected))
    return {each.at for each in answers if each.recorded_at in splits}


def _merged(spans: Iterable[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    merged: list[tuple[datetime, datetime]] = []
    for start, until in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(until, merged[-1][1])
        else:
            merged.append((start, until))
    return merged
