"""Origins (原事件): what each incident that was joined into one was by itself, so that a split gives it back.

    own ── 02:13 loss · acknowledged ──┐
    other ── 02:50 loss · waiting ─────┴ joined ── split ──▶ the part of the other: loss 02:50, waiting since then
                                                        └──▶ what stays: loss 02:13, acknowledged
"""  # fmt: skip

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from graph_api.services.incident.contents import Entry
from graph_api.services.incident.state import IncidentState, entries_as_of, fold
from schema.incident_terms import EntryType

_MEETINGS = frozenset({EntryType.TOOK_IN, EntryType.SPLIT_OFF, EntryType.JOINED})
_FOR_BOTH = frozenset({EntryType.ACKNOWLEDGED, EntryType.REOPENED, EntryType.AMENDED})
"""What is said of joined incidents is said of each of them."""


@dataclass(frozen=True, slots=True)
class Origin:
    """An incident, or one that was joined into it, by itself."""

    of: tuple[str, ...]
    """By which way its entries came; () = it is the incident itself."""
    alone: IncidentState
    """As it was until it met another one."""
    now: IncidentState
    """With what was said of both since."""

    @property
    def devices(self) -> set[str]:
        """What it was opened on, and what tripped or failed to."""
        return {*self.alone.equipment, *self.alone.tripped, *self.alone.stuck}

    @property
    def faults(self) -> set[str]:
        """What was confirmed of it alone."""
        return {*(self.alone.fault or ())}

    @property
    def received_at(self) -> datetime:
        """From when on its limits run."""
        return self.alone.opened.first_opened_at or self.alone.opened_at


def origins(entries: Sequence[Entry]) -> list[Origin]:
    """Of an incident with those that were joined into it, itself first; [] where none was."""
    ways = {each.of: each for each in entries if each.of}
    if not ways:
        return []
    return [*_origin(entries, ()), *(one for of in ways for one in _origin(entries, of))]


def of_things(known: Sequence[Origin], things: Iterable[str]) -> list[Origin]:
    """Whose these things are, by what it was opened on, else by what was confirmed of it; what a joined one names is
    that one's."""
    asked = {*things}
    ways: tuple[Callable[[Origin], set[str]], ...] = (lambda each: each.devices, lambda each: each.faults)
    for named in ways:
        joined = [each for each in known if each.of and named(each) & asked]
        left = asked.difference(*(named(each) for each in joined))
        if found := [*(each for each in known if not each.of and named(each) & left), *joined]:
            return found
    return []


def _origin(entries: Sequence[Entry], of: tuple[str, ...]) -> Iterator[Origin]:
    own = [each for each in entries if each.of == of]
    met = [each.entity.order for each in own if each.entity.entry_type in _MEETINGS]
    before = [each for each in own if not met or each.entity.order < min(met)]
    alone = fold(entries_as_of(_by_itself(before)))
    said = [each for each in own if each.entity.entry_type not in _MEETINGS]
    now = fold(entries_as_of([*_by_itself(said), *_by_itself(_of_both(entries, own[0]))]))
    if alone is not None and now is not None:
        yield Origin(of, alone, now)


def _of_both(entries: Sequence[Entry], one: Entry) -> Iterator[Entry]:
    """What was said of what it was joined into, since it was."""
    for place, took_in in enumerate(one.via, 1):
        of = one.of[place:]
        for each in entries:
            if each.of == of and each.entity.order > took_in.order and each.entity.entry_type in _FOR_BOTH:
                yield each


def _by_itself(entries: Iterable[Entry]) -> list[Entry]:
    return [each._replace(via=()) for each in entries]
