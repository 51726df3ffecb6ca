"""What all worlds together say: of each customer, supply and load, of public areas, of power.

issue 11 A2: "worst state, worst change, and nobody missing who is hit in at least one"; C12: "台区 and unnamed loads
count". A supply or load that lives only in one world and falls with the event there has fallen: the worse *change*.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tests.truth.customers import LOADS_FED, STATES, CustomerView, Situation, customer_view
from tests.truth.grid import Ids, things_of, with_their_nodes
from tests.truth.net import Net, Position
from tests.truth.worlds import Event, Moments, World, positions_before


@dataclass(frozen=True, slots=True)
class Change:
    """A customer in one world."""

    before: CustomerView
    at_loss: CustomerView
    now: CustomerView

    @property
    def hit(self) -> bool:
        """Whether the event took a supply or a load from it."""
        return is_worse(self.before, self.at_loss)

    @property
    def out(self) -> bool:
        """Whether the event took load from it."""
        return _less_fed(self.before, self.at_loss)

    @property
    def back(self) -> bool:
        """Whether it had load taken and is fed now as before the event."""
        return self.out and not _less_fed(self.before, self.now)


def is_worse(before: CustomerView, after: CustomerView) -> bool:
    """Whether a supply that was live is not, or a load that was fed is fed less."""
    return bool(before.live - after.live) or _less_fed(before, after)


def _less_fed(before: CustomerView, after: CustomerView) -> bool:
    then = after.share
    return any(then.get(load, 0.0) < share - 1e-9 for load, share in before.share.items())


def changes(net: Net, of: Iterable[Moments], customer: str) -> list[tuple[World, Change]]:
    """A customer in every world."""
    return [(m.world, Change(*(customer_view(net, s, customer) for s in (m.before, m.at_loss, m.now)))) for m in of]


def severity(view: CustomerView) -> tuple[int, int]:
    """State, then loads fed: greater is worse."""
    return STATES.index(view.state), LOADS_FED.index(view.loads_fed)


def _named(found: tuple[int, int]) -> tuple[str, str]:
    return STATES[found[0]], LOADS_FED[found[1]]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What all worlds together say of one customer that is hit in at least one.

    `worst` are the changes that no other world's surpasses at the loss; `decides` are the unknown switches of which
    one alone flips state, loads fed or being hit; `can_matter` those of which one alone flips anything about it.
    """

    customer: str
    worst: tuple[Change, ...]
    now: tuple[str, str]
    """Worst state and loads fed now, over the worlds in which it is hit."""
    worlds_hit: int
    worlds: int
    decides: Ids
    can_matter: Ids
    out_somewhere: bool
    back_everywhere: bool

    @property
    def state(self) -> str:
        """Worst state at the loss."""
        return self.worst[0].at_loss.state

    @property
    def loads_fed(self) -> str:
        """Least loads fed at the loss in the worst world."""
        return self.worst[0].at_loss.loads_fed


def verdict(net: Net, of: Iterable[Moments], customer: str) -> Verdict | None:
    """The verdict on a customer; None if it is hit in no world."""
    found = changes(net, of, customer)
    hit = [change for _, change in found if change.hit]
    if not hit:
        return None
    top = max(severity(change.at_loss) for change in hit)
    return Verdict(
        customer,
        tuple(change for change in hit if severity(change.at_loss) == top),
        _named(max(severity(change.now) for change in hit)),
        len(hit),
        len(found),
        _sensitive(found, tight=True),
        _sensitive(found, tight=False),
        any(change.out for change in hit),
        all(change.back for change in hit if change.out),
    )


def _sensitive(found: list[tuple[World, Change]], *, tight: bool) -> Ids:
    """Unknown switches of which one alone makes a difference in some world."""
    answers = {frozenset(world.items()): _answer(change, tight=tight) for world, change in found}
    sensitive: set[str] = set()
    for world, _ in found:
        for unknown, closed in world.items():
            flipped = frozenset({**world, unknown: not closed}.items())
            if answers[frozenset(world.items())] != answers[flipped]:
                sensitive.add(unknown[0])
    return frozenset(sensitive)


def _answer(change: Change, *, tight: bool) -> object:
    tightly = (change.hit, severity(change.at_loss), severity(change.now))
    if tight:
        return tightly
    views = (change.before, change.at_loss, change.now)
    return tightly, [(view.live, sorted(view.share.items()), severity(view)) for view in views]


def verdicts(net: Net, of: list[Moments]) -> dict[str, Verdict]:
    """Every active customer that is hit in at least one world: "nobody missing"."""
    found = {name: verdict(net, of, name) for name, known in net.customers.items() if known.active}
    return {name: item for name, item in found.items() if item is not None}


def dead_before(net: Net, event: Event, of: Iterable[Moments]) -> bool:
    """Whether all that is asked about was out of service, or without voltage at any terminal, in every world.

    issue 11 B10: "a fault on plant that is out of service or dead says so, never an empty 'nobody'".
    """
    things = with_their_nodes(net, things_of(net, event.things, event.cause)) - net.idle
    near = things | {node for thing in things if thing in net.pieces for node in net.pieces[thing].nodes}
    return not any(near & moment.before.live for moment in of)


FELL, DEAD, LIVE = "FELL", "DEAD", "LIVE"
"""Changes of a supply or load, the worst first."""


def worst_of_supplies(net: Net, of: list[Moments]) -> dict[str, str]:
    """The worse change of each supply over all worlds: FELL with the event in one, else DEAD in one, else LIVE."""
    found = ({s: (s in m.before.live, s in m.at_loss.live) for s in net.supplies} for m in of)
    return _worst_changes(found)


def worst_of_loads(net: Net, of: list[Moments]) -> dict[str, str]:
    """The same for loads; fed less than before counts as FELL, fed in part since before as DEAD."""
    return _worst_changes(_loads(net, moment) for moment in of)


def _loads(net: Net, moment: Moments) -> dict[str, tuple[bool, bool]]:
    found: dict[str, tuple[bool, bool]] = {}
    for name in net.customers:
        then, now = (customer_view(net, s, name).share for s in (moment.before, moment.at_loss))
        for load, share in then.items():
            fell = now[load] < share - 1e-9
            found[load] = (fell or share >= 1, not fell and now[load] >= 1)
    return found


def _worst_changes(worlds_of: Iterable[Mapping[str, tuple[bool, bool]]]) -> dict[str, str]:
    found: dict[str, set[str]] = {}
    for changes_of in worlds_of:
        for thing, (then, now) in changes_of.items():
            found.setdefault(thing, set()).add(LIVE if now else FELL if then else DEAD)
    return {thing: next(word for word in (FELL, DEAD, LIVE) if word in words) for thing, words in found.items()}


def worst_state(net: Net, closed_worlds: Iterable[Situation], customer: str) -> tuple[str, str]:
    """State and loads fed of a customer without an event, in the worst world (`Customer.supplyState`)."""
    return _named(max(severity(customer_view(net, situation, customer)) for situation in closed_worlds))


def off_normal(net: Net, at: float) -> dict[str, Position]:
    """Switches that do not stand as in the normal diagram by the latest report, with their position."""
    found = positions_before(net, Event(things=()), at)
    return {s.id: found[s.id][0] for s in net.switches if found[s.id][0] is not s.normal}


@dataclass(frozen=True, slots=True)
class Dark:
    """Public areas and other loads without supply: how many, households, kW (what is not known counts 0)."""

    count: int
    households: int
    kw: float


def dark_areas(net: Net, before: Situation, after: Situation) -> Ids:
    """Areas that were fed before and are not after."""
    return frozenset(area.id for area in net.areas if area.id in before.live and area.id not in after.live)


def counted(net: Net, areas: Iterable[str]) -> Dark:
    """Areas in numbers."""
    found = [net.pieces[area] for area in areas]
    return Dark(len(found), sum(area.households or 0 for area in found), sum(area.kw or 0.0 for area in found))


def lost_kw(net: Net, before: Situation, after: Situation) -> float:
    """Power known to be without grid supply since `before`: areas and customers' loads."""
    kw = counted(net, dark_areas(net, before, after)).kw
    for name, known in net.customers.items():
        if known.active:
            then, now = customer_view(net, before, name).share, customer_view(net, after, name).share
            kw += sum((net.load(load).kw or 0.0) * max(0.0, share - now[load]) for load, share in then.items())
    return kw
