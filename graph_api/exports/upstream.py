"""Which feeder and which distribution transformer each customer record hangs on now, or why that cannot be said.

source ── [CB] ── line ── transformer ── line ── supply ── customer
          feeder's head   the transformer        the customer's terminal
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from graph_api.readmodel.model import ReadModel
from schema.customer import Customer, ReceivingPoint, SupplySource
from schema.entity import Entity
from schema.grid import PowerTransformer
from schema.registry import EntityKind
from schema.relationships import RelationshipKind
from schema.vocabulary import CustomerStatus, TransformerUse
from schema.words import joined, say

LOW_VOLTAGE_KV = 1.0
"""At most this voltage is low voltage (IEC 60038), and hangs on a distribution transformer."""
JOIN = ";"
_PASSED_BY = {TransformerUse.REGULATOR, TransformerUse.MAIN}
"""Transformers on the way up that are no distribution transformers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UpstreamRow:
    """One customer record: keys are the source's own; several are joined by ";"; finding "" = exactly one each.

    `supplies` is the number of supplies that the record has. A customer above low voltage needs no transformer; one
    whose voltage is not recorded may be low voltage: it has the transformer that it hangs on, or a finding.
    """

    customer: str
    feeder: str
    transformer: str
    finding: str
    id: str
    name: str
    feeder_name: str
    supplies: int


def own_key(entity: Entity) -> str:
    """The source system's own key of an entity: source_key, else its id without the system's prefix."""
    if entity.source_key:
        return entity.source_key
    _, separator, key = entity.id.partition(":")
    return key if separator and key else entity.id


def trace_customers(model: ReadModel) -> Iterator[UpstreamRow]:
    """One row per customer record, in order of id; per EnergyConsumer in a graph that has no customers (CIM)."""
    graph = model.graph
    customers = graph.of_kind(EntityKind.CUSTOMER)
    for index in sorted(customers or graph.of_kind(EntityKind.ENERGY_CONSUMER), key=graph.id):
        yield _row(model, index)


def _row(model: ReadModel, index: int) -> UpstreamRow:
    graph = model.graph
    entity = graph.entity(index)
    supplies = _supplies(model, index)
    fed = list(dict.fromkeys(feeder for supply in supplies for feeder in model.topology.feeders(supply)))
    unplaced = [supply for supply in supplies if supply in model.topology.unplaced.feeder_of]
    placed = (supply for supply in supplies if supply not in unplaced)
    voltages = {supply: kv for supply in placed if (kv := _voltage(model, supply)) is None or kv <= LOW_VOLTAGE_KV}
    above = list(dict.fromkeys(found for supply in voltages for found in _transformers(model, supply)))
    findings = [
        *_feeder_findings(model, index, supplies, fed),
        *_place_findings(model, unplaced),
        *_transformer_findings(model, voltages, above),
    ]
    return UpstreamRow(
        customer=own_key(entity),
        feeder=JOIN.join(own_key(graph.entity(each)) for each in fed),
        transformer=JOIN.join(own_key(graph.entity(each)) for each in above),
        finding=joined(findings),
        id=entity.id,
        name=entity.name,
        feeder_name=JOIN.join(graph.name(each) for each in fed),
        supplies=len(supplies),
    )


def _supplies(model: ReadModel, index: int) -> list[int]:
    graph = model.graph
    if graph.kind(index) is EntityKind.ENERGY_CONSUMER:
        return [index]
    points = graph.targets(index, RelationshipKind.HAS_RECEIVING_POINT)
    return [supply for point in points for supply in graph.targets(point, RelationshipKind.FED_BY)]


def _voltage(model: ReadModel, supply: int) -> float | None:
    """In kV, of the supply itself, else of its receiving point; None = not recorded."""
    graph = model.graph
    kv: float | None = getattr(graph.entity(supply), "nominal_kv", None)
    for point in graph.sources(supply, RelationshipKind.FED_BY):
        if kv is None:
            kv = graph.get(ReceivingPoint, point).nominal_kv
    return kv


def _transformers(model: ReadModel, supply: int) -> list[int]:
    """The nearest distribution transformer that all supply passes; in a mesh without one, all nearest on the paths."""
    single = _distribution(model, model.topology.single_points(supply))
    if single:
        return single[:1]
    return _distribution(model, model.topology.trace_up(supply))


def _distribution(model: ReadModel, indexes: Iterable[int]) -> list[int]:
    graph = model.graph
    found = [index for index in indexes if graph.kind(index) is EntityKind.POWER_TRANSFORMER]
    return [index for index in found if _may_feed_low_voltage(graph.get(PowerTransformer, index))]


def _may_feed_low_voltage(transformer: PowerTransformer) -> bool:
    """By what it is for, else by its low side; unless one of them rules it out, it may."""
    if transformer.use in _PASSED_BY:
        return False
    kv = transformer.secondary_kv
    return transformer.use is not None or kv is None or kv <= LOW_VOLTAGE_KV


def _feeder_findings(model: ReadModel, index: int, supplies: list[int], fed: list[int]) -> Iterator[str]:
    if not supplies:
        yield say("no supply is recorded")
        return
    if not fed:
        live = any(model.topology.energised(supply) for supply in supplies)
        yield say("live, but under no feeder's head") if live else _dead(model, index)
    elif len(fed) > 1 and len(supplies) > 1:
        yield say("{count} feeders by {supplies} supplies", count=len(fed), supplies=len(supplies))
    elif len(fed) > 1:
        yield say("{count} feeders, joined by a ring", count=len(fed))
    yield from _ledger_findings(model, supplies)


def _place_findings(model: ReadModel, unplaced: Sequence[int]) -> Iterator[str]:
    for feeder in dict.fromkeys(model.topology.unplaced.feeder_of[supply] for supply in unplaced):
        key = own_key(model.graph.entity(feeder))
        yield say("of feeder {feeder} by the ledger; where it hangs on it is not recorded", feeder=key)


def _dead(model: ReadModel, index: int) -> str:
    entity = model.graph.entity(index)
    if isinstance(entity, Customer) and entity.status is CustomerStatus.INACTIVE:
        return say("not reached from any source now (the account is inactive)")
    return say("not reached from any source now")


def _ledger_findings(model: ReadModel, supplies: list[int]) -> Iterator[str]:
    graph = model.graph
    for supply in supplies:
        said = graph.targets(supply, RelationshipKind.FROM_FEEDER) if _is_supply(model, supply) else ()
        traced = model.topology.feeders(supply)
        for feeder in said:
            if traced and feeder not in traced:
                yield say("the ledger says feeder {feeder}", feeder=own_key(graph.entity(feeder)))


def _is_supply(model: ReadModel, index: int) -> bool:
    return isinstance(model.graph.entity(index), SupplySource)


def _transformer_findings(
    model: ReadModel, voltages: Mapping[int, float | None], above: Sequence[int]
) -> Iterator[str]:
    """`voltages` are those of the supplies that may be low voltage, None where none is recorded.

    A dead supply without one is told as dead: nothing can be said of the way up.
    """
    energised = model.topology.energised
    unknown = any(kv is None and energised(supply) for supply, kv in voltages.items())
    recorded = any(kv is not None for kv in voltages.values())
    if (recorded or unknown) and not above:
        yield (
            say("no voltage is recorded, and no distribution transformer is on the way up")
            if unknown
            else say("no distribution transformer on the way up")
        )
    elif len(above) > 1:
        yield say("{count} distribution transformers", count=len(above))
    for index in above if unknown else ():
        transformer = model.graph.get(PowerTransformer, index)
        if transformer.use is None and transformer.secondary_kv is None:
            yield say(
                "neither the customer's voltage nor what transformer {transformer} is for is recorded",
                transformer=own_key(transformer),
            )
