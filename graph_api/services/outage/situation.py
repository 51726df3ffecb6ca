"""The situation (态势) that an event has made: the grid before it, what it did, and how things stand now.

    before ──event──▶ at the loss ──what was reported since──▶ now
                          fault                                 now

*Before* has every position as at the moment of loss: what was reported later is undone, and what tripped is closed.
*Now* has what was reported since as it was reported; what nobody reported stands as the event left it. The fault is
still there: what closed devices join to it now is dead, and a closed device that would feed it trips again.
"""  # fmt: skip

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from graph_api.errors import InvalidInput
from graph_api.lazy import cached_property
from graph_api.readmodel.customers.incoming import reported_supplies
from graph_api.readmodel.memo import Derivation
from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.positions import last_report, opened_first, positions_at, reports_between
from graph_api.readmodel.topology import Assumption, Outage
from graph_api.services.outage import trips
from graph_api.services.outage.anywhere import Anywhere, IsLive
from graph_api.services.outage.changed_inside import changed_inside
from graph_api.services.outage.course import Stage, switched
from graph_api.services.outage.doing import moved_on_trips, opened_by_one, outage_of, refusing, transferred_by
from graph_api.services.outage.event import Event
from graph_api.services.outage.failing import Failing, failing
from graph_api.services.outage.fallen import fallen, perhaps_fallen
from graph_api.services.outage.grid_transfers import Dip
from graph_api.services.outage.unfed import refuse_unfed
from schema.positions import PositionReport, microseconds
from schema.registry import POSITIONED, SWITCHES
from schema.vocabulary import SwitchPosition

_CLOSED: Final = SwitchPosition.CLOSED
_UNKNOWN: Final = SwitchPosition.UNKNOWN
Variable = tuple[int, bool]
"""A switch of unknown position (index), and whether the report that says so is of a time after the loss."""
World = tuple[tuple[Variable, bool], ...]
"""Whether each of some switches of unknown position is closed."""
MODELS: Final = Derivation[tuple[Assumption, ...], ReadModel]("model of before an event", most=2)


@dataclass(frozen=True)
class Situation:
    """An event asked of one revision. ISOLATED counts as FAULTED: what is cut out is the business of a plan."""

    event: Event
    model: ReadModel = field(repr=False)
    """Of the revision; its positions are the newest that are known."""
    since: datetime
    """The moment of loss."""
    undone: tuple[Assumption, ...]
    """Positions before that differ from those of `model`, ascending."""
    before: ReadModel = field(repr=False)
    """With the positions at the moment of loss, devices that tripped closed, and what is assumed."""
    fails: Failing
    """What fails."""
    fault: Outage = field(repr=False)
    """What the event did, compared with before, once automatic transfers of the grid have acted."""
    transferred: dict[int, SwitchPosition] = field(default_factory=dict, repr=False)
    """Positions that automatic transfers of the grid changed."""
    dips: tuple[Dip, ...] = ()
    """What was lost for seconds only."""
    inside_by_report: dict[int, SwitchPosition] = field(default_factory=dict, repr=False)
    """How switches inside stood by report before, where a transfer that nobody reported has left them otherwise."""
    decided: dict[int, SwitchPosition] = field(default_factory=dict, repr=False)
    """Of one world: where switches stand now that were reported unknown after the loss."""
    tripped_again: dict[datetime, frozenset[tuple[int, bool]]] = field(default_factory=dict, repr=False, compare=False)
    """What stood tripped right before each repair, with whether surely, as far as it was asked."""

    @cached_property
    def anywhere(self) -> Anywhere:
        """Where supplies of which only the feeder is known may hang."""
        return Anywhere(self.before.topology, self.fault, self.fails.equipment)

    @cached_property
    def live_before(self) -> IsLive:
        """What was live before, of supplies without a place as they fare at the worst."""
        return self.anywhere.seen(self.before.topology.energised)

    @property
    def positions_before(self) -> dict[int, SwitchPosition]:
        """Positions before where they are not the newest that are known."""
        return dict(self.undone)

    @cached_property
    def positions_left(self) -> tuple[Assumption, ...]:
        """Positions that the event itself changed, ascending."""
        opened = dict.fromkeys(self.fault.tripped.tolist(), SwitchPosition.OPEN)
        return self._differing(self.assumed_apart | opened | self.transferred)

    @cached_property
    def positions_now(self) -> tuple[Assumption, ...]:
        """Positions of now that differ from before, ascending: of the grid and inside customers."""
        fell = dict.fromkeys(fallen(self), SwitchPosition.OPEN)
        return self._differing(self._left_now | dict(self.reported) | fell)

    @property
    def _left_now(self) -> dict[int, SwitchPosition]:
        """Positions that the event has changed and nobody reported: of what is sound again a trip that nobody reported
        has not happened."""
        if self.still_fails is self.fails:
            return dict(self.positions_left)
        if self.repaired:
            return self._transferred_still | self.tripped_by_report
        rest = outage_of(self.before, self.event, self.still_fails, ())
        moved = transferred_by(self.before, self.event, self.still_fails, rest)
        opened = dict.fromkeys(moved.outage.tripped.tolist(), SwitchPosition.OPEN)
        return self.assumed_apart | opened | self._transferred_still | moved.positions | self.tripped_by_report

    @property
    def _transferred_still(self) -> dict[int, SwitchPosition]:
        """What automatic transfers of the grid moved on trips that were reported: no repair moves it back."""
        told = self.told_trips.intersection((*self.fault.tripped.tolist(), *self.event.tripped))
        again = moved_on_trips(self.before, self.event, self.still_fails, told) if self.transferred else {}
        return dict(self.transferred.items() & again.items())

    @cached_property
    def told_trips(self) -> frozenset[int]:
        """Devices that are named as tripped, or were reported open since the loss."""
        number = self.model.graph.number
        opened = (number(each.switch) for each in self.operated_since if each.position is SwitchPosition.OPEN)
        return frozenset(at for at in opened if at is not None).union(self.event.tripped)

    @cached_property
    def still_fails(self) -> Failing:
        """What fails and is not sound again now."""
        faulty = self.event.faulty
        return self.fails if len(faulty) == len(self.event.things) else failing(self.before, faulty)

    @property
    def tripped_by_report(self) -> dict[int, SwitchPosition]:
        """How what tripped stands by the newest report, which may be older than the loss: telemetry is quicker."""
        known = dict(positions_at(self.model.graph, self.event.at))
        return {at: known.get(at, self.model.position(at)) for at in self.event.tripped}

    @property
    def undecided(self) -> bool:
        """Whether any switch is of unknown position, before or now."""
        return self.fault.undecided or any(at is SwitchPosition.UNKNOWN for _, at in self.positions_now)

    @cached_property
    def now(self) -> Outage:
        """What is left of the event now, compared with before."""
        if self.positions_now == self.positions_left and self.still_fails is self.fails:
            return self.fault
        return self.left_by(self.positions_now)

    @property
    def repaired(self) -> bool:
        """Whether what failed is sound again."""
        return bool(self.event.things) and not self.event.faulty

    def asked(self, event: Event) -> Situation:
        """The same loss, asked otherwise."""
        return replace(self, event=event)

    def at_moment(self, at: datetime) -> Situation:
        """How it stood at a moment, by what was reported of times until then."""
        known = self._at_moments.get(at)
        if known is None:
            known = self._at_moments[at] = self.asked(replace(self.event, at=at))
        return known

    @cached_property
    def _at_moments(self) -> dict[datetime, Situation]:
        return {}

    def left_by(self, positions: tuple[Assumption, ...]) -> Outage:
        """What is left of the event with these positions; once it is repaired, these alone."""
        if self.repaired:
            return self.before.topology.opened((), positions)
        return outage_of(self.before, self.event, self.still_fails, positions)

    @cached_property
    def course(self) -> tuple[Stage, ...]:
        """What was left of the event at each time after the loss, until that of the answer, at which anything of the
        grid was reported; () where positions are unknown, as each world has its own."""
        return () if self.undecided else tuple(self.stages())

    def stages(self) -> Iterator[Stage]:
        """The course, whatever positions are unknown."""
        graph = self.model.graph
        for at, switches in switched(graph, self.since, self.event.at):
            then = self.at_moment(at)
            first = opened_first(graph, at, switches)
            if first:
                positions = tuple(sorted((dict(then.positions_now) | first).items()))
                yield Stage(at, True, then.left_by(positions))
            yield Stage(at, False, then.now)

    @cached_property
    def closed_since(self) -> tuple[int, ...]:
        """Switches that are closed now and were not at the loss, the last reported last.

        What an automatic transfer of the grid closed was closed at the loss: nobody brought it about.
        """
        graph, at, now, left = self.model.graph, self.event.at, dict(self.positions_now), dict(self.positions_left)
        again = (index for index, position in left.items() if index not in now and position is not _CLOSED)
        closed = {index for index, position in now.items() if position is _CLOSED and left.get(index) is not _CLOSED}
        closed |= set(again)
        closed -= self.assumed_apart.keys()
        reports = {index: last_report(graph, index, at) for index in closed}
        at_us = {index: 0 if report is None else report.at_us for index, report in reports.items()}
        return tuple(sorted(closed, key=lambda index: (at_us[index], index)))

    def without(self, reopened: frozenset[int]) -> tuple[Outage, dict[int, SwitchPosition]]:
        """What would be left of the event now, had these of `closed_since` stayed as at the loss; and the positions."""
        if not reopened:
            return self.now, dict(self.positions_now)
        known = self._without.get(reopened)
        if known is None:
            left, now = dict(self.positions_left), dict(self.positions_now)
            positions = {index: position for index, position in now.items() if index not in reopened}
            positions |= {index: left[index] for index in reopened if index in left}
            outage = self.left_by(tuple(positions.items()))
            known = self._without[reopened] = outage, positions
        return known

    @cached_property
    def _without(self) -> dict[frozenset[int], tuple[Outage, dict[int, SwitchPosition]]]:
        return {}

    def now_in(self, world: World) -> Outage:
        """What is left of the event now in one world of switches of unknown position."""
        known = self._in_worlds.get(world)
        if known is None:
            known = self._in_worlds[world] = in_world(self, dict(world)).now
        return known

    @cached_property
    def _in_worlds(self) -> dict[World, Outage]:
        return {}

    @cached_property
    def operated_since(self) -> tuple[PositionReport, ...]:
        """What was reported of times after the loss until that of the answer: who operated what, when; in order.

        The openings of what tripped are among them where they were reported.
        """
        return reports_between(self.model.graph, self.since, self.event.at)

    @cached_property
    def kept_open(self) -> frozenset[int]:
        """What was reported open since the loss and not closed again: no automatic transfer of a customer closes it."""
        if self.event.at <= self.since:
            return frozenset()
        last = {each.switch: each.position for each in self.operated_since}
        found = (self.model.graph.number(id) for id, position in last.items() if position is SwitchPosition.OPEN)
        return frozenset(index for index in found if index is not None) - self.decided.keys()

    @property
    def closed_again(self) -> bool:
        """Whether anything was reported closed since, if only to say that what a release opened is closed again."""
        if self.event.at <= self.since:
            return False
        return any(report.position is SwitchPosition.CLOSED for report in self.operated_since)

    def _differing(self, positions: dict[int, SwitchPosition]) -> tuple[Assumption, ...]:
        """Those that differ from before, ascending."""
        before = self.before.position
        return tuple(each for each in sorted(positions.items()) if before(each[0]) is not each[1])

    @cached_property
    def assumed_apart(self) -> dict[int, SwitchPosition]:
        """What is asked about where an event is nothing but assumed positions: these are no part of before."""
        return dict(self.event.assume) if self.event.is_what_if else {}

    @cached_property
    def reported(self) -> tuple[Assumption, ...]:
        """Positions of switches that were reported after the loss, until the moment of the answer."""
        graph, at = self.model.graph, self.event.at
        if at == self.since and not self.event.tripped:
            return ()
        assumed, tripped = dict(self.event.assume), set(self.event.tripped)
        then, until = dict(positions_at(graph, self.since)), dict(positions_at(graph, at))
        moved = {index for index, _ in self.positions_left}.union(reported_supplies(graph))
        # what is reported unknown anew may stand otherwise than it did while it was unknown before
        unsure = (graph.number(each.switch) for each in self.operated_since if each.position is SwitchPosition.UNKNOWN)
        doubtful = perhaps_fallen(self)
        moved |= {index for index in unsure if index is not None} | doubtful
        return tuple(
            (index, self.decided.get(index, _UNKNOWN if index in doubtful else report.position))
            for index in sorted(then.keys() | until.keys() | moved | tripped)
            if index not in assumed and graph.kind(index) in POSITIONED
            if index in tripped or graph.reports.count_of(graph.id(index))
            if (report := last_report(graph, index, at)) is not None
            and report.at_us >= microseconds(self.since) + (index not in tripped)
        )


def situation_of(model: ReadModel, event: Event) -> Situation:
    """What an event made of the grid.

    Raises InvalidInput for what cannot fail, for what has not opened though named as tripped, for other trips than the
    event causes, for devices named as stuck that the fault does not ask to open, and for an answer of a time before
    the loss.
    """
    refused: InvalidInput | None = None
    for since in trips.losses_of(model, event):
        try:
            return _since(model, event, since)
        except InvalidInput as error:
            refused = refused or error
    raise refused or AssertionError("there is always a moment of loss")


def _since(model: ReadModel, event: Event, since: datetime) -> Situation:
    undone = tuple(_undone(model, event, since))
    before = model.memo.recall(MODELS, undone, lambda: model.assuming(undone)) if undone else model
    by_report = dict[int, SwitchPosition]()
    if moved_inside := changed_inside(before, event.things):
        by_report = {at: before.position(at) for at in moved_inside}
        undone = tuple(sorted((dict(undone) | moved_inside).items()))
        before = model.memo.recall(MODELS, undone, lambda: model.assuming(undone))
    fails = failing(before, event.things)
    fault = outage_of(before, event, fails, event.assume if event.is_what_if else ())
    if not fault.lost.size:
        refuse_unfed(before, event.things, (*fails.places, *fails.heads))
        if event.is_what_if and not event.things:
            switches = tuple(at for at, _ in event.assume if before.graph.kind(at) in SWITCHES)
            refuse_unfed(before, switches, switches)
    moved = transferred_by(before, event, fails, fault)
    opened = (*fault.tripped.tolist(), *moved.outage.tripped.tolist(), *moved.positions)
    opens = {*opened, *fails.equipment, *fails.heads}
    if not opens.issuperset(event.tripped):
        opens |= opened_by_one(before, event)
    later = trips.later_trips(model, event, since)
    trips.refuse_others(before, event, opens, later=later, undecided=fault.undecided)
    trips.refuse_idle(before, event, fault.zone, refusing(before, event, fails, fault))
    return Situation(
        event=event,
        model=model,
        since=since,
        undone=undone,
        before=before,
        fails=fails,
        fault=moved.outage,
        transferred=moved.positions,
        dips=moved.dips,
        inside_by_report=by_report,
    )


def in_world(found: Situation, chosen: Mapping[Variable, bool]) -> Situation:
    """A situation in one world: whether each unknown switch is closed; one that is not among them is open.

    In it nothing is unknown.
    """
    state = found.before.topology.state
    given = {at: _as_chosen(chosen, (at, False)) for at in state.network.indexes(state.unknown).tolist()}
    before = found.before.assuming(tuple(sorted({**found.inside_by_report, **given}.items())))
    moved_inside = changed_inside(before, found.event.things) if found.inside_by_report else {}
    before = before.assuming(tuple(sorted(moved_inside.items()))) if moved_inside else before
    fault = outage_of(before, found.event, found.fails, ())
    moved = transferred_by(before, found.event, found.fails, fault)
    return replace(
        found,
        undone=tuple(sorted({**dict(found.undone), **found.inside_by_report, **given, **moved_inside}.items())),
        before=before,
        fault=moved.outage,
        transferred=moved.positions,
        dips=moved.dips,
        tripped_again={},
        decided={
            at: _as_chosen(chosen, (at, True)) for at, position in found.reported if position is SwitchPosition.UNKNOWN
        },
    )


def _as_chosen(chosen: Mapping[Variable, bool], variable: Variable) -> SwitchPosition:
    return SwitchPosition.CLOSED if chosen.get(variable) else SwitchPosition.OPEN


def _undone(model: ReadModel, event: Event, since: datetime) -> Iterator[Assumption]:
    found = dict(positions_at(model.graph, since)) | model.customers.incoming_at(since)
    found |= dict.fromkeys(event.tripped, SwitchPosition.CLOSED)
    if not event.is_what_if:
        found |= dict(event.assume)
    for index, position in sorted(found.items()):
        if model.position(index) is not position:
            yield index, position
