"""Networks of the independent model as entities of the product: the same grid for both."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.snapshot import Snapshot
from schema import customer, grid
from schema.entity import Entity
from schema.numbers import Revision
from schema.positions import PositionReport, microseconds
from schema.relationships import Relationship, RelationshipKind
from schema.vocabulary import (
    EmergencySourceType,
    Importance,
    Interlock,
    LoadGrade,
    Ownership,
    SupplyRole,
    SwitchPosition,
    TransferMode,
)
from tests.truth.customers import inside_of
from tests.truth.net import Kind, Net, Piece, Report

START = datetime(2026, 11, 23, 14, 30, tzinfo=UTC)
KINDS: dict[Kind, type[Entity]] = {
    Kind.SOURCE: grid.EnergySource,
    Kind.LINE: grid.ACLineSegment,
    Kind.TRANSFORMER: grid.PowerTransformer,
    Kind.BREAKER: grid.Breaker,
    Kind.RECLOSER: grid.Recloser,
    Kind.LOAD_BREAK: grid.LoadBreakSwitch,
    Kind.DISCONNECTOR: grid.Disconnector,
    Kind.FUSE: grid.Fuse,
    Kind.BAY: customer.SwitchBay,
    Kind.SUPPLY: customer.SupplySource,
    Kind.LOAD: customer.Load,
    Kind.CONSUMER: grid.EnergyConsumer,
    Kind.OTHER: grid.ShuntCompensator,
}
ROOT_3 = 3**0.5


def model_of(net: Net, work: frozenset[str] = frozenset()) -> ReadModel:
    """The product's model of a network. Ratings are set so that the product's, in kW, are those of the network.

    Reports of what is open for `work` say so.
    """
    entities: list[Entity] = []
    links: list[Relationship] = []

    def link(kind: RelationshipKind, source: str, target: str, key: str = "") -> None:
        links.append(Relationship(kind=kind, source=source, target=target, **({"key": key} if key else {})))

    entities += [grid.ConnectivityNode(id=node, name=node) for node in sorted(net.nodes)]
    links += [
        Relationship(kind=RelationshipKind.AUTO_CLOSES, source=each.opens, target=each.closes)
        for each in net.grid_transfers
    ]
    for piece in net.pieces.values():
        entities.append(_piece(net, piece))
        for place, node in enumerate(piece.nodes, 1):
            link(RelationshipKind.CONNECTS, piece.id, node, str(place))
        if piece.station is not None:
            link(RelationshipKind.CONTAINED_IN, piece.id, f"at {piece.station}")
    stations = sorted({piece.station for piece in net.pieces.values() if piece.station is not None})
    entities += [grid.Substation(id=f"at {station}", name=station) for station in stations]
    for feeder in net.feeders.values():
        entities.append(grid.Feeder(id=feeder.id, name=feeder.id))
        link(RelationshipKind.STARTS_AT, feeder.id, feeder.head)
        for name in net.wiring[feeder.behind]:
            if name != feeder.head and net.pieces[name].kind is Kind.LINE:
                link(RelationshipKind.CONTAINED_IN, name, feeder.id)
    for known in net.customers.values():
        entities.append(customer.Customer(id=known.id, name=known.name, importance=Importance(known.importance)))
        for point in known.points:
            link(RelationshipKind.HAS_RECEIVING_POINT, known.id, point)
    for point in net.points.values():
        entities.append(
            customer.ReceivingPoint(
                id=point.id,
                name=point.id,
                transfer=TransferMode(point.transfer.value),
                transfer_seconds=point.transfer_s,
                load_kw=point.load_kw,
                undervoltage_release=point.release,
                interlock=None if point.interlock is None else Interlock(point.interlock),
            )
        )
        for supply in point.supplies:
            link(RelationshipKind.FED_BY, point.id, supply)
        for bay in point.bays:
            link(RelationshipKind.TRANSFERS_BY, point.id, bay)
    for load in net.loads.values():
        link(RelationshipKind.CONTAINED_IN, load.id, load.point)
    for own in net.own_sources.values():
        entities.append(
            customer.EmergencySource(
                id=own.id,
                name=own.id,
                source_type=EmergencySourceType.UPS if own.start_s == 0 else EmergencySourceType.GENSET,
                kw=own.kw,
                start_seconds=own.start_s,
                endurance_minutes=own.endurance_min,
                automatic=own.automatic,
                in_service=own.in_service,
            )
        )
        for target in own.backs:
            link(RelationshipKind.BACKS, own.id, target)
    for access, buses in net.access.items():
        entities.append(customer.AccessPoint(id=access, name=access))
        for bus in buses:
            link(RelationshipKind.ATTACHES_TO, access, bus)
            link(RelationshipKind.CONTAINED_IN, access, _point_of(net, bus))
    reports = [
        _report(report, "计划检修" if report.switch in work else "")
        for report in sorted(net.reports, key=lambda each: each.number)
    ]
    standing = {each.switch: each for each in sorted(reports, key=lambda each: (each.at_us, each.sequence))}
    entities = [_standing(each, standing.get(each.id)) for each in entities]
    snapshot = Snapshot.of(entities, links, revision=Revision(1), changed_at=START, reports=reports)
    return ReadModel.build(snapshot)


def _report(report: Report, source: str) -> PositionReport:
    moment = microseconds(at(report.at))
    return PositionReport(
        report.switch, moment, report.number, SwitchPosition(report.position.value), "", source, moment
    )


def _standing(entity: Entity, report: PositionReport | None) -> Entity:
    if report is None or not isinstance(entity, grid.Switch):
        return entity
    return replace(entity, position=report.position, position_at=report.at)


def at(seconds: float) -> datetime:
    """A moment of the model as one of the product."""
    return START + timedelta(seconds=seconds)


def _point_of(net: Net, bus: str) -> str:
    return next(point for point in net.points if bus in inside_of(net, point))


def _piece(net: Net, piece: Piece) -> Entity:
    if piece.kind is Kind.BUS:
        cls: type[Entity] = customer.InternalBus if piece.id in net.inside else grid.BusbarSection
    else:
        cls = KINDS[piece.kind]
    has: dict[str, object] = {"id": piece.id, "name": piece.id, "in_service": piece.in_service}
    if piece.customer_owned and piece.kind not in (Kind.BAY, Kind.SUPPLY, Kind.LOAD):
        has["ownership"] = Ownership.CUSTOMER
    if piece.is_switch:
        has |= {"normal_position": SwitchPosition(piece.normal.value), "remote_controlled": piece.remote}
    for each in net.grid_transfers:
        if each.opens == piece.id:
            has |= {"auto_transfer_s": each.delay_s, "auto_transfer_blocked": each.blocked or not each.in_service}
    if piece.limit_kw is not None and (piece.is_switch or piece.kind is Kind.LINE):
        has |= {"nominal_kv": 10.0, "rated_current_a": piece.limit_kw / (ROOT_3 * 10.0 * 0.9)}
    if piece.limit_kw is not None and piece.kind is Kind.TRANSFORMER:
        has |= {"rated_kva": piece.limit_kw / 0.9}
    if piece.kind is Kind.CONSUMER:
        has |= {"kw": piece.kw, "customer_count": piece.households}
    if piece.kind is Kind.SUPPLY:
        supply = net.supplies[piece.id]
        capacity = supply.capacity_kw
        has |= {"role": SupplyRole(supply.role.value), "capacity_kva": None if capacity is None else capacity / 0.9}
    if piece.kind is Kind.LOAD:
        load = net.loads[piece.id]
        has |= {
            "kw": load.kw,
            "grade": LoadGrade(load.grade),
            "security": load.security,
            "permitted_interruption_s": load.permitted_s,
        }
    return cls(**has)
