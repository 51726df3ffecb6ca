"""What a set of live supplies feeds behind one receiving point: directly, after a transfer, or by rule."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace

from graph_api.readmodel.customers import LoadFacts, Point, Supply, home
from graph_api.readmodel.things import Things
from graph_api.services.outage.taking_over import incoming_moved, taking_over
from schema.vocabulary import LoadGrade, LoadsFed, ResponsibilityRole, SupplyRole, SwitchPosition, TransferMode

POWER_FACTOR = 0.9
"""Power factor (cos φ) that turns a supply's kVA into kW: what most customers must hold (功率因数调整电费办法)."""
_GRADES = {grade: place for place, grade in enumerate(LoadGrade)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """A change-over (切换) to live supplies: done by itself after `seconds`, or awaited from somebody by hand.

    `opens` are the bays to open first, so that nothing runs back into a dead supply, `switches` those to close then
    (先断后合), `supplies` the live supplies, `feeds` the loads that get supply by it; empty where the inside is not
    recorded. `supplies_opened` and `supplies_closed` are supplies that stand for incoming switches nobody recorded.
    """

    automatic: bool
    switches: Things
    supplies: Things
    feeds: Things
    seconds: float | None
    opens: Things = ()
    supplies_opened: Things = ()
    supplies_closed: Things = ()
    doer: ResponsibilityRole = ResponsibilityRole.CUSTOMER_ELECTRICIAN


@dataclass(frozen=True, slots=True, kw_only=True)
class Fed:
    """What the grid feeds: loads fed, loads shed for want of capacity, and the transfer made or awaited.

    `share` is the part that is fed of what no load is recorded of; None = not known.
    """

    loads_fed: LoadsFed
    share: float | None = None
    fed: frozenset[int] = frozenset()
    shed: tuple[int, ...] = ()
    transfer: Transfer | None = None


def urgency(load: LoadFacts) -> tuple[bool, int, float, float, int]:
    """Sort key of the order in which loads are kept: security loads first, then by grade, haste and power."""
    permitted = float("inf") if load.permitted_s is None else load.permitted_s
    return (not load.security, _GRADES[load.grade], permitted, load.kw or 0.0, load.index)


def feed(
    point: Point,
    live: Sequence[Supply],
    dead: Collection[int],
    positions: Mapping[int, SwitchPosition],
    kept: Collection[int] = (),
) -> Fed:
    """What these live supplies feed. `dead` conducts nothing; `positions` are those of switches assumed otherwise.

    An automatic transfer counts as made, a manual one as awaited. Switches of unknown position count as open; those
    `kept` open were reported so after an automatic transfer could have closed them: it is awaited by hand.
    """
    kept = point.kept_open.difference(positions).union(kept) if point.kept_open else kept
    loads = [load for load in point.loads if load.in_service]
    carrying = point.carrying(positions)
    live = [supply for supply in live if supply.index not in point.held(positions)]
    if not loads:
        return _by_ledger(point, live, carrying, kept)
    wiring = _Wiring(point, dead, positions)
    wired = wiring.ever_reached()
    inside = [load for load in loads if load.node in wired and load.index not in dead]
    fed, shed, transfer = _wired(point, live, wiring, inside, kept)
    loose = [load for load in loads if load.node not in wired and load.index not in dead]
    if loose:
        rule = _by_ledger(point, live, carrying, kept)
        kept, left = _fit(loose, None if rule.loads_fed is LoadsFed.ALL else 0.0)
        fed, shed = fed | kept, (*shed, *(left if rule.loads_fed is LoadsFed.SOME else ()))
        transfer = transfer or rule.transfer
    count = len(fed)
    how = LoadsFed.ALL if count == len(loads) else LoadsFed.SOME if count else LoadsFed.NONE
    return Fed(loads_fed=how, fed=frozenset(fed), shed=tuple(shed), transfer=transfer)


class _Wiring:
    """The network behind a point, as it stands in an event."""

    def __init__(
        self,
        point: Point,
        dead: Collection[int],
        positions: Mapping[int, SwitchPosition],
        but: Collection[int] = (),
    ) -> None:
        self._point = point
        self._dead = dead
        self._closed = {index for index, position in positions.items() if position is SwitchPosition.CLOSED}
        self._opened = positions.keys() - self._closed
        may_close = {index for index, position in positions.items() if position is SwitchPosition.OPEN}
        self.closable = [
            branch
            for branch in point.branches
            if branch.index not in dead
            and branch.index not in but
            and branch.index not in self._closed
            and (branch.closable or branch.index in may_close)
            and (not point.transfer_bays or branch.index in point.transfer_bays)
        ]

    def opening(self, switches: Collection[int]) -> _Wiring:
        """The same with these switches open."""
        positions = dict.fromkeys(self._closed, SwitchPosition.CLOSED)
        positions |= dict.fromkeys((*self._opened, *switches), SwitchPosition.OPEN)
        return _Wiring(self._point, self._dead, positions, but=switches)

    def keeping(self, switches: Collection[int]) -> _Wiring:
        """The same where nobody closes these switches."""
        found = copy(self)
        found.closable = [branch for branch in self.closable if branch.index not in switches]
        return found

    def incoming(self, node: int) -> list[int]:
        """Closed switches at the node of a supply: what parts it from the inside."""
        return [
            branch.index
            for branch in self._point.at_node.get(node, ())
            if branch.is_switch
            and branch.index not in self._dead
            and branch.index not in self._opened
            and (branch.conducts or branch.index in self._closed)
        ]

    def reach(self, nodes: Iterable[int], closings: Iterable[int] = ()) -> set[int]:
        """Nodes reached from some, with these switches closed in addition."""
        closed = self._closed.union(closings)
        return self._point.reach(nodes, closed, self._opened - closed, self._dead)

    def joined(self, nodes: Iterable[int], closings: Iterable[int]) -> set[int]:
        """Nodes that closed devices join to some then, what is faulty included: nothing may be fed through there."""
        shut = {branch.index for branch in self._point.branches if branch.is_switch and branch.index in self._dead}
        closed = self._closed.union(closings)
        return self._point.reach(nodes, closed, (self._opened | shut) - closed, ())

    def beside_dead(self, nodes: Collection[int]) -> list[int]:
        """Closed switches that join some of these nodes to what is faulty or out of service, ascending."""
        return sorted(
            branch.index
            for branch in self._point.branches
            if branch.is_switch
            and branch.index not in self._dead
            and branch.index not in self._opened
            and (branch.conducts or branch.index in self._closed)
            and any(node in nodes for node in branch.nodes)
            and any(node in self._dead for node in branch.nodes)
        )

    def ever_reached(self) -> set[int]:
        """Nodes that any supply would reach if nothing were dead and every switch closed."""
        nodes = [supply.node for supply in self._point.supplies if supply.node >= 0]
        return self._point.reach(nodes, {branch.index for branch in self._point.branches}, (), ())

    def closings(self, reached: set[int]) -> list[int]:
        """Switches that, closed one after the other, join what is dead to what is reached, never two live sides."""
        found: list[int] = []
        live = set(reached)
        again = True
        while again:
            again = False
            for branch in self.closable:
                ends = [node for node in branch.nodes if node in live]
                if branch.index not in found and ends and len(ends) < len(branch.nodes):
                    found.append(branch.index)
                    live |= self.reach(branch.nodes, found)
                    again = True
        return found


def _wired(
    point: Point, live: Sequence[Supply], wiring: _Wiring, loads: Sequence[LoadFacts], kept: Collection[int]
) -> tuple[set[int], tuple[int, ...], Transfer | None]:
    """Loads fed, loads shed, and the transfer made or awaited, where the inside is recorded."""
    if kept and point.transfer is TransferMode.AUTOMATIC:
        found = _changed_over(point, live, wiring.keeping(kept), loads)
        if found[2] is not None and found[2].automatic:
            return found
        fed, shed, transfer = _changed_over(point, live, wiring, loads)
        return _by_hand(fed, shed, transfer)
    return _changed_over(point, live, wiring, loads)


def _by_hand(
    fed: set[int], shed: tuple[int, ...], transfer: Transfer | None
) -> tuple[set[int], tuple[int, ...], Transfer | None]:
    """The same with a transfer that nobody has made yet."""
    if transfer is None or not transfer.automatic:
        return fed, shed, transfer
    return fed - set(transfer.feeds), shed, replace(transfer, automatic=False, seconds=None)


def _changed_over(
    point: Point, live: Sequence[Supply], wiring: _Wiring, loads: Sequence[LoadFacts]
) -> tuple[set[int], tuple[int, ...], Transfer | None]:
    """Loads fed, loads shed, and the transfer that brings more, made if it is automatic."""
    roots = [supply.node for supply in live if supply.node >= 0]
    reached = wiring.reach(roots)
    fed = {load.index for load in loads if load.node in reached}
    if len(fed) == len(loads) or not roots or point.transfer is TransferMode.NONE:
        return fed, (), None
    closings = _useful(wiring, roots, loads, wiring.closings(reached))
    opens = _parting(point, live, wiring, wiring.joined(roots, closings))
    onto_fault = wiring.beside_dead(wiring.reach(roots, closings) - reached) if closings else []
    if opens is not None:
        onto_fault = [each for each in onto_fault if each not in opens]
        opens = [*opens, *onto_fault]
    if opens:
        wiring = wiring.opening(opens)
        closings = _useful(wiring, roots, loads, wiring.closings(reached))
    if not closings or opens is None:
        return fed, (), None
    gained, shed, by = _carried(live, wiring, loads, fed, closings)
    if not gained:
        return fed, tuple(shed), None
    automatic = point.transfer is TransferMode.AUTOMATIC and not onto_fault
    transfer = Transfer(
        automatic=automatic,
        switches=tuple(closings),
        opens=tuple(opens),
        supplies=by,
        feeds=tuple(sorted(gained)),
        seconds=point.transfer_s if automatic else None,
    )
    return (fed | gained if automatic else fed), tuple(shed), transfer


def _parting(point: Point, live: Sequence[Supply], wiring: _Wiring, reached: Collection[int]) -> list[int] | None:
    """Switches to open before a change-over, or it would feed dead supplies from inside; None = nothing parts one."""
    found: list[int] = []
    for supply in point.supplies:
        if supply in live or not supply.in_service or supply.node not in reached:
            continue
        incoming = wiring.incoming(supply.node)
        if not incoming:
            return None
        found += [each for each in incoming if each not in found]
    return found


def _useful(wiring: _Wiring, roots: list[int], loads: Sequence[LoadFacts], closings: list[int]) -> list[int]:
    """Those closings without which some load would not be reached."""

    def count(chosen: list[int]) -> int:
        reached = wiring.reach(roots, chosen)
        return sum(load.node in reached for load in loads)

    most, kept = count(closings), list(closings)
    if most == count([]):
        return []
    for closing in reversed(closings):
        without = [each for each in kept if each != closing]
        if count(without) == most:
            kept = without
    return kept


def _carried(
    live: Sequence[Supply], wiring: _Wiring, loads: Sequence[LoadFacts], fed: set[int], closings: list[int]
) -> tuple[set[int], list[int], tuple[int, ...]]:
    """Loads that get supply by closing, loads that the supplies cannot carry, and the supplies that take them over."""
    gained: set[int] = set()
    shed: list[int] = []
    by: list[int] = []
    seen: set[int] = set()
    for first in live:
        if first.node < 0 or first.index in seen:
            continue
        reached = wiring.reach([first.node], closings)
        together = [supply for supply in live if supply.node in reached]
        seen.update(supply.index for supply in together)
        here = [load for load in loads if load.node in reached]
        already = sum(load.kw or 0.0 for load in here if load.index in fed)
        fresh = [load for load in here if load.index not in fed and load.index not in gained]
        kept, left = _fit(_allowed(fresh, together), _spare(together, already))
        left += [load.index for load in fresh if load.index not in kept and load.index not in left]
        gained |= kept
        shed += left
        if kept:
            by += [supply.index for supply in together]
    return gained, shed, tuple(by)


def _allowed(loads: Sequence[LoadFacts], supplies: Sequence[Supply]) -> list[LoadFacts]:
    """Only security loads where nothing but security supplies is left."""
    if all(supply.role is SupplyRole.SECURITY for supply in supplies):
        return [load for load in loads if load.security]
    return list(loads)


def _spare(supplies: Sequence[Supply], already_kw: float) -> float | None:
    """Power in kW that these supplies can carry beside what they do; None = not known, and taken as enough."""
    each = [supply.capacity_kva for supply in supplies]
    if any(kva is None for kva in each):
        return None
    return sum(kva for kva in each if kva is not None) * POWER_FACTOR - already_kw


def _fit(loads: Iterable[LoadFacts], spare_kw: float | None) -> tuple[set[int], list[int]]:
    """Loads that fit into the spare power, the most urgent first, and those that do not."""
    kept: set[int] = set()
    left: list[int] = []
    for load in sorted(loads, key=urgency):
        need = load.kw or 0.0
        if spare_kw is None:
            kept.add(load.index)
        elif need <= spare_kw and spare_kw > 0:
            kept.add(load.index)
            spare_kw -= need
        else:
            left.append(load.index)
    return kept, left


def carried_part(point: Point, on: Sequence[Supply]) -> float:
    """Part of a point's whole load that these supplies carry once it has changed over to them."""
    if all(supply.role is SupplyRole.SECURITY for supply in on):
        return 0.5
    kva = [supply.capacity_kva for supply in on]
    if None in kva or not point.load_kw:
        return 1.0
    return min(1.0, sum(each for each in kva if each is not None) * POWER_FACTOR / point.load_kw)


def _by_ledger(
    point: Point, live: Sequence[Supply], carrying: Collection[int] | None, kept: Collection[int] = ()
) -> Fed:
    """What is fed where the inside is not recorded: by the roles of the supplies alone.

    A point hangs on its main supplies in equal parts, without one in service on its first. All of these live: ALL.
    Some: ALL after an automatic transfer if capacity suffices, else SOME. None, but a standby: ALL after an automatic
    transfer if capacity suffices, else SOME; NONE while a manual one is awaited. Only a security supply: SOME if it
    changes over by itself, else NONE. Where it was reported what the point has changed over to (`carrying`), that
    feeds it.
    """
    if carrying is not None and (on := [supply for supply in live if supply.index in carrying]):
        share = carried_part(point, on)
        return Fed(loads_fed=LoadsFed.ALL if share >= 1 else LoadsFed.SOME, share=share)
    able = [supply for supply in point.supplies if supply.in_service]
    ordinary = [supply for supply in able if supply.role is not SupplyRole.SECURITY]
    mains = [supply for supply in able if supply.index in home(point.supplies)]
    feeding = [supply for supply in mains if supply in live and carrying is None]
    ready = [supply for supply in ordinary if supply in live]
    if mains and len(feeding) == len(mains):
        return Fed(loads_fed=LoadsFed.ALL, share=1.0)
    if not live:
        return Fed(loads_fed=LoadsFed.NONE, share=0.0)
    able_by_itself = [supply for supply in live if supply.index not in kept]
    automatic = point.transfer is TransferMode.AUTOMATIC and bool(able_by_itself)
    if automatic:
        live, ready = able_by_itself, [supply for supply in ready if supply in able_by_itself]
    transfer = Transfer(
        automatic=automatic,
        switches=point.transfer_bays,
        supplies=tuple(supply.index for supply in ready or live),
        feeds=(),
        seconds=point.transfer_s if automatic else None,
    )
    part = len(feeding) / len(mains) if mains else 0.0
    untouched = Fed(loads_fed=LoadsFed.SOME if feeding else LoadsFed.NONE, share=part)
    if point.transfer is TransferMode.NONE:
        return untouched
    if not automatic:
        return replace(untouched, transfer=_named(point, transfer, ready or live, carrying))
    if not ready:  # a security supply feeds security loads only, and nobody recorded how much these are
        return Fed(loads_fed=LoadsFed.SOME, transfer=transfer)
    spare = _spare(ready, point.load_kw or 0.0)
    if spare is None or spare >= 0 or not point.load_kw:
        return Fed(loads_fed=LoadsFed.ALL, transfer=transfer, share=1.0)
    return Fed(loads_fed=LoadsFed.SOME, transfer=transfer, share=1 + spare / point.load_kw)


def _named(point: Point, transfer: Transfer, live: Sequence[Supply], carrying: Collection[int] | None) -> Transfer:
    """The same with what is opened and closed by hand where supplies stand for their incoming switches."""
    if point.wired or not point.incoming:
        return transfer
    supplies = tuple(supply.index for supply in taking_over(point, live))
    opens, closes = incoming_moved(point, supplies, carrying)
    return replace(transfer, supplies_opened=opens, supplies_closed=closes, supplies=supplies)
