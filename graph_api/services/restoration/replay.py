"""Replay (推演): a plan's switching, step by step on the topology, and what each step gives back to customers."""

from __future__ import annotations

from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.topology import Outage
from graph_api.services.outage.impact import Impact
from graph_api.services.outage.supply_state import CustomerState, GridState, customer_state
from graph_api.services.restoration.isolation import Isolation
from schema.relationships import RelationshipKind
from schema.vocabulary import LoadsFed, SwitchPosition
from schema.words import say


class Unsafe(Exception):
    """A step would feed what is cut out, or join two live parts that were not joined before."""


class Replay:
    """The grid after a fault and every switch operated since. Customers are those whom the fault hits."""

    def __init__(self, model: ReadModel, cut: Isolation, impact: Impact) -> None:
        self._model, self._cut = model, cut
        assumed = {switch: position for switch, position in cut.positions if switch not in cut.to_open}
        tripped = dict.fromkeys(cut.fault.tripped.tolist(), SwitchPosition.OPEN)
        self._positions: dict[int, SwitchPosition] = {**assumed, **tripped}
        self._outage: Outage = cut.fault
        customers = [customer for _, customer in impact.customers()]
        self._before = {customer: impact.affected(customer).hit.at_loss.before for customer in customers}
        self._states = {customer: impact.affected(customer).hit.at_loss.after for customer in customers}
        self._whole: set[int] = set()
        self._helped: set[int] = set()

    @property
    def outage(self) -> Outage:
        """What is live and what is not, after the last step."""
        return self._outage

    @property
    def positions(self) -> dict[int, SwitchPosition]:
        """Positions of switches after the last step, where they differ from those of now."""
        return dict(self._positions)

    def operate(self, switch: int, position: SwitchPosition) -> tuple[tuple[int, ...], float]:
        """Operate a switch: customers all of whose loads are fed again, most urgent first, and kW fed again.

        Raises Unsafe, and nothing is done.
        """
        if position is SwitchPosition.CLOSED:
            self._check_joining(switch)
        positions = {**self._positions, switch: position}
        outage = self._model.topology.opened(self._cut.cut, tuple(positions.items()))
        if self._feeds_the_cut(outage, positions):
            raise Unsafe(say("{switch} would feed what is cut out.", switch=self._model.graph.id(switch)))
        self._positions, self._outage = positions, outage
        return self._gained()

    def unfed(self) -> list[tuple[int, CustomerState]]:
        """Customers some of whose loads are without supply that had it, most urgent first."""
        return [
            (customer, state)
            for customer, state in self._states.items()
            if customer not in self._whole and customer not in self._helped and self._lacks(customer, state)
        ]

    def help(self, customer: int) -> None:
        """Somebody feeds a customer from elsewhere: a change-over or a generator."""
        self._helped.add(customer)

    def _feeds_the_cut(self, outage: Outage, positions: dict[int, SwitchPosition]) -> bool:
        """Whether a switch around the fault is closed still and has a live node."""
        border = (*self._cut.to_open, *self._cut.locked_open)
        return any(
            outage.live(node)
            for switch in border
            if positions.get(switch) is not SwitchPosition.OPEN
            for node in self._model.graph.targets(switch, RelationshipKind.CONNECTS)
        )

    def _check_joining(self, switch: int) -> None:
        """A switch may join two live parts only where it did before the fault."""
        if switch in self._cut.to_close:
            return
        ends = self._model.graph.targets(switch, RelationshipKind.CONNECTS)
        if len([node for node in ends if self._outage.live(node)]) > 1:
            raise Unsafe(say("{switch} would join two live parts of the grid.", switch=self._model.graph.id(switch)))

    def _gained(self) -> tuple[tuple[int, ...], float]:
        grid_state = GridState(self._outage.live, frozenset(self._cut.cut), self._positions)
        restored, kw = [], 0.0
        for customer, before in self._states.items():
            after = customer_state(self._model, customer, grid_state)
            kw += (before.unfed_kw or 0.0) - (after.unfed_kw or 0.0)
            if customer not in self._whole and not self._lacks(customer, after):
                self._whole.add(customer)
                if self._lacks(customer, before):
                    restored.append(customer)
            self._states[customer] = after
        return tuple(restored), kw

    def _lacks(self, customer: int, state: CustomerState) -> bool:
        """Whether a load that had supply before the fault has none."""
        if state.loads_fed is LoadsFed.ALL:
            return False
        points = zip(self._before[customer].points, state.points, strict=True)
        return any(
            one.fed - other.fed or (one.loads_fed is not other.loads_fed and other.loads_fed is not LoadsFed.ALL)
            for one, other in points
        )
