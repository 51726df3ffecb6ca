"""Random nights: a random network, a fault on it, its trips recorded, and random operations recorded after them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace

from graph_api.errors import InvalidInput
from graph_api.readmodel.model import ReadModel
from graph_api.services.outage.event import Cause, Event
from graph_api.services.outage.situation import situation_of
from tests.judged.impact import judged
from tests.judged.nets import START, at, model_of
from tests.truth.compare import Difference, Wrong
from tests.truth.drawing import draw
from tests.truth.net import Net, Point, Position, Report, Transfer
from tests.truth.nights import with_reports
from tests.truth.random_nets import Shape, random_drawing, random_event
from tests.truth.worlds import Event as Asked
from tests.truth.worlds import moments

ELSEWHERE = {Wrong.KW, Wrong.ORDER}
"""Judged on the demo city: power of parts of loads that are not recorded, and the order by deadlines, are read in more
ways than one on these networks."""
BY_CHOICE = {Wrong.LOADS_FED, Wrong.DEPENDS_ON}
PACE_S = 60.0
POSITIONS = (Position.OPEN, Position.CLOSED)


@dataclass(frozen=True, slots=True)
class Asking:
    """A question of the product, with the network that the model answers it on; times are the product's."""

    seed: int
    model: ReadModel
    net: Net
    event: Event

    def wrong(self) -> list[Difference]:
        """What differs; to which of two other supplies a customer changes over is no question of time, and what it
        sheds is read in two ways (from the lowest grade up, or what does not fit)."""
        found = judged(self.model, self.net, self.event)
        return [each for each in found if each.kind not in ELSEWHERE and not self._chooses(each)]

    def _chooses(self, each: Difference) -> bool:
        own = self.net.points_of(each.about) if each.kind in BY_CHOICE else ()
        return any(len(point.supplies) > 2 or self._sheds(point) for point in own)

    def _sheds(self, point: Point) -> bool:
        """Whether a supply that takes over by itself cannot carry all."""
        kw = sum(load.kw or 0.0 for load in self.net.loads_of(point.id))
        able = [self.net.supplies[each].capacity_kw for each in point.supplies]
        return point.transfer is Transfer.AUTOMATIC and any(each is not None and each < kw for each in able)


def asked(seed: int, shape: Shape) -> Iterator[Asking]:
    """An event on the grid of a network in which nothing was recorded."""
    net = draw(random_drawing(seed, shape))
    event = random_event(seed, net)
    if not net.inside.intersection(event.things):
        yield _asking(seed, net, event, at=0.0)


def asked_inside(seed: int, shape: Shape) -> Iterator[Asking]:
    """A fault inside a customer, on the grid of a network in which nothing was recorded."""
    net = draw(random_drawing(seed, shape))
    inside = sorted(net.inside.intersection(net.pieces))
    if inside:
        yield _asking(seed, net, Asked(things=(random.Random(seed).choice(inside),)), at=0.0)


def nights(seed: int, shape: Shape, unknown: bool = False) -> Iterator[Asking]:
    """A fault after its trips and up to four operations were recorded, asked by what tripped, and by the moment.

    Customers' bays are only opened: closed at random they would join two supplies. A supply that stands for its own
    switch is closed as in a change-over, the others of its point open: no door takes one that would feed back.
    """
    net, rng = draw(random_drawing(seed, shape)), random.Random(seed)
    event = random_event(seed, net)
    if event.cause != "FAULTED" or net.inside.intersection(event.things):
        return
    first = moments(net, event, 0.0)[0]
    trips = first.trips
    net = with_reports(net, tuple(sorted(trips)), (), 0.0)
    bare = [each for each in net.supplies if not net.inner_nodes(each)]  # each stands for its incoming switch
    taken_over = [*(first.at_loss.closed - first.before.closed), *frozenset().union(*first.at_loss.carried_by.values())]
    by_itself = sorted(net.inside.union(bare).intersection(taken_over))  # what automatic transfers closed
    switches = [*(switch.id for switch in net.switches), *bare, *by_itself * len(net.switches)]
    for place in range(rng.randint(0, 4) if switches else 0):
        position = rng.choice((*POSITIONS, *POSITIONS, Position.UNKNOWN) if unknown else POSITIONS)
        switch = rng.choice(switches)
        position = Position.OPEN if switch in net.inside else position
        position = rng.choice(POSITIONS) if switch in bare else position
        position = Position.OPEN if switch in by_itself else position
        others = _of_its_point(net, switch) if position is Position.CLOSED and switch in bare else ()
        for moved, stands in (*((each, Position.OPEN) for each in others), (switch, position)):
            report = Report(moved, stands, PACE_S * (place + 1), len(net.reports))
            net = replace(net, reports=(*net.reports, report))
    if trips:
        yield _asking(seed, net, replace(event, tripped=trips), at=600.0)
    yield _asking(seed, net, replace(event, since=0.0), at=600.0)


def _of_its_point(net: Net, supply: str) -> list[str]:
    """The other supplies of its receiving point, as far as they stand for their own switches."""
    point = net.points[net.supplies[supply].point]
    return [each for each in point.supplies if each != supply and not net.inner_nodes(each)]


def _asking(seed: int, net: Net, event: Asked, at: float) -> Asking:
    model = model_of(net)
    index = model.graph.index
    shifted = tuple(replace(report, at=report.at + START.timestamp()) for report in net.reports)
    idle = _idle(model, net, event, at)
    question = Event(
        things=tuple(map(index, event.things)),
        cause=Cause(event.cause),
        at=_moment(at),
        since=None if event.since is None else _moment(event.since),
        stuck=tuple(map(index, sorted(event.stuck - idle))),
        tripped=tuple(map(index, sorted(event.tripped))),
    )
    return Asking(seed, model, replace(net, reports=shifted), question)


def _idle(model: ReadModel, net: Net, event: Asked, at: float) -> frozenset[str]:
    """Stuck devices that the product refuses as not asked to open: by the independent model they change nothing."""
    index = model.graph.index
    things, stuck = (tuple(map(index, sorted(each))) for each in (event.things, event.stuck))
    since = None if event.since is None else _moment(event.since)
    tripped = tuple(map(index, sorted(event.tripped)))
    try:
        situation_of(model, Event(things=things, at=_moment(at), since=since, stuck=stuck, tripped=tripped))
    except InvalidInput as error:
        if error.details.get("argument") != "stuck":
            return frozenset()
        idle = frozenset(error.details["ids"])
        without = replace(event, stuck=event.stuck - idle)
        said, less = ([each.trips for each in moments(net, asked, at)] for asked in (event, without))
        assert said == less, (event, idle)
        return idle
    return frozenset()


_moment = at
