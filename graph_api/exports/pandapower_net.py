"""Any part of the graph as a pandapower network, for the user's own studies.

Topology, positions, lengths, ratings and loads are the graph's. What the graph does not hold is pandapower's: lines get
a standard type by construction, transformers typical values; put your own before you trust a power flow.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

from graph_api.errors import InvalidInput, NotInstalled
from graph_api.readmodel.model import ReadModel
from graph_api.services.outage.feeding import POWER_FACTOR
from graph_api.whole_file import whole
from schema.grid import (
    ACLineSegment,
    ConductingEquipment,
    EnergyConsumer,
    EnergySource,
    GeneratingUnit,
    PowerTransformer,
    Switch,
)
from schema.registry import CONDUCTING, EntityKind
from schema.relationships import RelationshipKind
from schema.vocabulary import Construction, SwitchPosition
from schema.words import say

CABLE, OVERHEAD = "NA2XS2Y 1x185 RM/25 12/20 kV", "94-AL1/15-ST1A 20.0"
DEFAULT_KV = 10.0
DEFAULT_KVA = 400.0
TYPICAL = {"vkr_percent": 1.0, "vk_percent": 6.0, "pfe_kw": 1.0, "i0_percent": 0.2}
"""What a transformer is taken to be like."""
TABLES = ("bus", "line", "trafo", "switch", "load", "sgen", "ext_grid")
_SWITCH_TYPES = {
    EntityKind.BREAKER: "CB",
    EntityKind.RECLOSER: "CB",
    EntityKind.DISCONNECTOR: "DS",
}


def part_of(model: ReadModel, things: Collection[int]) -> list[int]:
    """Equipment that hangs on these, themselves included; everything if none is named."""
    if not things:
        return [index for kind in sorted(CONDUCTING) for index in model.graph.of_kind(kind)]
    return sorted({*things, *model.topology.trace_down(*things)})


def without_power(model: ReadModel, equipment: Collection[int]) -> list[str]:
    """Ids of the consumers among this equipment whose power is not known: in the network it is 0."""
    graph = model.graph
    consumers = [index for index in sorted(equipment) if graph.kind(index) is EntityKind.ENERGY_CONSUMER]
    return [graph.id(index) for index in consumers if graph.get(EnergyConsumer, index).kw is None]


def to_pandapower(model: ReadModel, equipment: Collection[int]) -> Any:
    """A pandapower network of this equipment. What feeds it from outside becomes an external grid.

    Raises NotInstalled without pandapower, InvalidInput if nothing is left to export.
    """
    try:
        import pandapower as pp
    except ImportError:
        raise NotInstalled(
            say(
                "This needs pandapower, which is not installed: run .venv/bin/pip install -e '.[bench]' in the "
                "folder of this project."
            )
        ) from None
    if not equipment:
        raise InvalidInput(say("There is no equipment to export."))
    return _Writer(pp, model, equipment).net


def write_net(net: Any, out: Path) -> dict[str, int]:
    """Write a network where pandapower.from_json reads it; returns how many of each it holds."""
    import pandapower as pp

    with whole(out) as draft:
        pp.to_json(net, str(draft))
    return {name: len(net[name]) for name in TABLES}


class _Writer:
    def __init__(self, pp: Any, model: ReadModel, equipment: Collection[int]) -> None:
        self._pp, self._graph, self._model = pp, model.graph, model
        self.net = pp.create_empty_network()
        self._bus: dict[int, int] = {}
        self._power = model.customers.accounts.power
        own = set(equipment)
        for index in sorted(own):
            self._put(index)
        self._feed(own)

    def _put(self, index: int) -> None:
        graph, pp, net = self._graph, self._pp, self.net
        entity = graph.get(ConductingEquipment, index)
        kv = entity.nominal_kv or DEFAULT_KV
        buses = [self._at(node, kv) for node in graph.targets(index, RelationshipKind.CONNECTS)]
        named = {"name": graph.id(index), "in_service": entity.in_service}
        if isinstance(entity, EnergySource):
            for bus in buses[:1]:
                pp.create_ext_grid(net, bus, **named)
        elif isinstance(entity, PowerTransformer) and len(buses) == 2:
            pp.create_transformer_from_parameters(
                net, buses[0], buses[1], sn_mva=(entity.rated_kva or DEFAULT_KVA) / 1000, vn_hv_kv=kv,
                vn_lv_kv=entity.secondary_kv or kv, **TYPICAL, **named,
            )  # fmt: skip
        elif isinstance(entity, Switch) and len(buses) > 1:
            closed = entity.current_position is SwitchPosition.CLOSED and entity.in_service
            kind = _SWITCH_TYPES.get(graph.kind(index), "LBS")
            pp.create_switch(net, buses[0], buses[1], et="b", closed=closed, type=kind, name=graph.id(index))
        elif isinstance(entity, ACLineSegment) and len(buses) > 1:
            cable = entity.construction is Construction.CABLE
            line = pp.create_line(
                net, buses[0], buses[1], length_km=max((entity.length_m or 0.0) / 1000, 0.001),
                std_type=CABLE if cable else OVERHEAD, **named,
            )  # fmt: skip
            if entity.rated_current_a:
                net.line.at[line, "max_i_ka"] = entity.rated_current_a / 1000
        elif len(buses) > 1:
            closed = entity.in_service
            pp.create_switch(net, buses[0], buses[1], et="b", closed=closed, type="LBS", name=graph.id(index))
        elif buses and isinstance(entity, GeneratingUnit):
            pp.create_sgen(net, buses[0], p_mw=(entity.kw or 0.0) / 1000, **named)
        for more in buses[2:]:
            closed = entity.in_service and getattr(entity, "current_position", None) is not SwitchPosition.OPEN
            pp.create_switch(net, buses[0], more, et="b", closed=closed, type="LBS", name=graph.id(index))
        kw = float(self._power[index]) if index < self._power.size else 0.0
        if isinstance(entity, EnergyConsumer) and entity.kw is not None:
            kw = entity.kw
        if buses and (kw or isinstance(entity, EnergyConsumer)):
            mw = kw / 1000
            reactive = mw * (1 / POWER_FACTOR**2 - 1) ** 0.5
            pp.create_load(net, buses[0], p_mw=mw, q_mvar=reactive, **named)

    def _feed(self, own: set[int]) -> None:
        """An external grid at every live node that something outside shares."""
        if len(self.net.ext_grid):
            return
        topology, graph = self._model.topology, self._graph
        for node, bus in self._bus.items():
            others = set(graph.sources(node, RelationshipKind.CONNECTS)) - own
            if others and topology.energised(node) and any(map(topology.energised, others)):
                self._pp.create_ext_grid(self.net, bus, name=graph.id(node))

    def _at(self, node: int, kv: float) -> int:
        if node not in self._bus:
            self._bus[node] = int(self._pp.create_bus(self.net, vn_kv=kv, name=self._graph.id(node)))
        return self._bus[node]
