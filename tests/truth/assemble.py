"""Makes a `Net` of neutral rows: what both adapters (`from_schema`, `from_graphql`) have in common.

A row is a kind (class name of the schema), an id and fields by their schema names; a link is what the schema calls a
relationship. Limits in kW follow from rated current and voltage with a power factor of 1 (kVA = kW).
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from tests.truth.net import (
    Customer,
    Feeder,
    GridTransfer,
    Kind,
    Load,
    Net,
    OwnSource,
    Piece,
    Point,
    Position,
    Report,
    Role,
    Supply,
    Transfer,
)

KINDS: dict[str, Kind] = {
    "EnergySource": Kind.SOURCE,
    "BusbarSection": Kind.BUS,
    "InternalBus": Kind.BUS,
    "ACLineSegment": Kind.LINE,
    "PowerTransformer": Kind.TRANSFORMER,
    "CustomerTransformer": Kind.TRANSFORMER,
    "Breaker": Kind.BREAKER,
    "Recloser": Kind.RECLOSER,
    "LoadBreakSwitch": Kind.LOAD_BREAK,
    "Disconnector": Kind.DISCONNECTOR,
    "Fuse": Kind.FUSE,
    "SwitchBay": Kind.BAY,
    "SupplySource": Kind.SUPPLY,
    "Load": Kind.LOAD,
    "EnergyConsumer": Kind.CONSUMER,
    "ShuntCompensator": Kind.OTHER,
    "GeneratingUnit": Kind.OTHER,
}
ONE_TERMINAL = frozenset({Kind.SOURCE, Kind.BUS, Kind.LOAD, Kind.CONSUMER, Kind.OTHER})
GROUPED_BY = ("CARRIED_BY", "ROUTED_IN", "SHARES_RISK")


@dataclass(frozen=True, slots=True)
class Row:
    """One entity: class name, id, fields."""

    kind: str
    id: str
    fields: Mapping[str, Any]

    def get(self, name: str, default: Any = None) -> Any:
        """A field, or the default where it is absent or null."""
        value = self.fields.get(name)
        return default if value is None else value


@dataclass(frozen=True, slots=True)
class Link:
    """One relationship."""

    kind: str
    source: str
    target: str
    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extras:
    """What the schema may hold one day and the caller knows by other ways today."""

    parallel: frozenset[str] = frozenset()
    """Receiving points with parallel running recorded as allowed."""
    grid_transfers: tuple[GridTransfer, ...] = ()
    reports: tuple[Report, ...] = ()
    """The time series of positions; without it, the last report of each switch is all there is."""


@dataclass
class _Links:
    out: dict[tuple[str, str], list[str]] = field(default_factory=lambda: defaultdict(list))
    into: dict[tuple[str, str], list[str]] = field(default_factory=lambda: defaultdict(list))
    terminals: dict[str, list[tuple[str, str]]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, links: Iterable[Link]) -> _Links:
        found = cls()
        for link in links:
            if link.kind == "CONNECTS":
                found.terminals[link.source].append((link.key, link.target))
            found.out[link.kind, link.source].append(link.target)
            found.into[link.kind, link.target].append(link.source)
        return found

    def nodes(self, piece: str) -> tuple[str, ...]:
        """Nodes of a piece in the order of its terminals' numbers."""
        terminals = sorted(self.terminals.get(piece, ()), key=lambda terminal: (len(terminal[0]), terminal[0]))
        return tuple(node for _, node in terminals)


def assembled(rows: Iterable[Row], links: Iterable[Link], extras: Extras = Extras()) -> Net:
    """The network of rows and links."""
    known = {row.id: row for row in rows}
    linked = _Links.of(links)
    pieces = {row.id: _piece(row, linked, known) for row in known.values() if row.kind in KINDS}
    feeders = {row.id: _feeder(row, linked, pieces) for row in known.values() if row.kind == "Feeder"}
    found = {name: feeder for name, feeder in feeders.items() if feeder is not None}
    _complete_heads(pieces, found, linked, known)
    points = {row.id: _point(row, linked, known, extras) for row in known.values() if row.kind == "ReceivingPoint"}
    supplies = {supply: _supply(known[supply], point) for point in points.values() for supply in point.supplies}
    return Net(
        pieces=pieces,
        supplies=supplies,
        points=points,
        customers={row.id: _customer(row, linked) for row in known.values() if row.kind == "Customer"},
        loads=_loads(known, linked, points),
        own_sources={row.id: _own(row, linked) for row in known.values() if row.kind == "EmergencySource"},
        access={r.id: tuple(linked.out["ATTACHES_TO", r.id]) for r in known.values() if r.kind == "AccessPoint"},
        feeders=found,
        groups=_groups(known, linked, points),
        grid_transfers=extras.grid_transfers or tuple(_grid_transfers(known, linked)),
        reports=extras.reports or tuple(_reports(known.values())),
    )


def _piece(row: Row, links: _Links, known: Mapping[str, Row]) -> Piece:
    kind = KINDS[row.kind]
    nodes = links.nodes(row.id)
    households = row.get("customer_count")
    return Piece(
        id=row.id,
        kind=kind,
        nodes=nodes[:1] if kind in ONE_TERMINAL else nodes,
        normal=Position(str(row.get("normal_position", "CLOSED"))),
        in_service=bool(row.get("in_service", True)),
        remote=bool(row.get("remote_controlled", False)),
        customer_owned=str(row.get("ownership", "UTILITY")) == "CUSTOMER" or kind in (Kind.BAY, Kind.SUPPLY, Kind.LOAD),
        station=_station(row.id, links, known),
        limit_kw=_limit(row),
        kw=row.get("kw") if kind is Kind.CONSUMER else None,
        households=None if households is None else int(households),
    )


def _station(thing: str, links: _Links, known: Mapping[str, Row]) -> str | None:
    containers = (c for c in links.out["CONTAINED_IN", thing] if c in known)
    return next((c for c in containers if known[c].kind == "Substation"), None)


def _limit(row: Row) -> float | None:
    if row.kind in ("PowerTransformer", "CustomerTransformer"):
        kva = row.get("rated_kva")
        return None if kva is None else float(kva)
    amperes, kilovolts = row.get("rated_current_a"), row.get("nominal_kv")
    return None if amperes is None or kilovolts is None else math.sqrt(3) * amperes * kilovolts


def _feeder(row: Row, links: _Links, pieces: Mapping[str, Piece]) -> Feeder | None:
    """A feeder with the node behind its head: where its own equipment hangs, else away from a busbar, else the last."""
    head = next(iter(links.out["STARTS_AT", row.id]), None)
    if head is None:
        return None
    nodes = pieces[head].nodes if head in pieces else (head,)
    own = {node for piece in links.into["CONTAINED_IN", row.id] if piece != head for node in links.nodes(piece)}
    buses = {node for piece in pieces.values() if piece.kind is Kind.BUS for node in piece.nodes}
    behind = [n for n in nodes if n in own and n not in buses] or [n for n in nodes if n not in buses] or list(nodes)
    return Feeder(id=row.id, head=head, behind=behind[-1]) if behind else None


def _complete_heads(
    pieces: dict[str, Piece], feeders: Mapping[str, Feeder], links: _Links, known: Mapping[str, Row]
) -> None:
    """A feeder's rating is one of its head device too; a head that names no station stands in its feeder's."""
    for feeder in feeders.values():
        if feeder.head not in pieces:
            continue
        head, limit = pieces[feeder.head], _limit(known[feeder.id])
        limits = [kw for kw in (head.limit_kw, limit) if kw is not None]
        station = head.station or _station(feeder.id, links, known)
        pieces[feeder.head] = replace(head, limit_kw=min(limits, default=None), station=station)


def _point(row: Row, links: _Links, known: Mapping[str, Row], extras: Extras) -> Point:
    supplies = [supply for supply in links.out["FED_BY", row.id] if supply in known]
    roles = list(Role)
    return Point(
        id=row.id,
        customer=next(iter(links.into["HAS_RECEIVING_POINT", row.id]), ""),
        supplies=tuple(sorted(supplies, key=lambda s: (roles.index(Role(str(known[s].get("role", "MAIN")))), s))),
        transfer=Transfer(str(row.get("transfer", "MANUAL"))),
        transfer_s=row.get("transfer_seconds"),
        bays=tuple(sorted(links.out["TRANSFERS_BY", row.id])),
        load_kw=row.get("load_kw"),
        interlock=None if row.get("interlock") is None else str(row.get("interlock")),
        release=bool(row.get("undervoltage_release", False)),
        parallel=row.id in extras.parallel or bool(row.get("parallel_running", False)),
    )


def _supply(row: Row, point: Point) -> Supply:
    role = Role(str(row.get("role", "MAIN")))
    return Supply(id=row.id, point=point.id, role=role, capacity_kw=row.get("capacity_kva"))


def _customer(row: Row, links: _Links) -> Customer:
    return Customer(
        id=row.id,
        name=str(row.get("name", "")),
        importance=str(row.get("importance", "ORDINARY")),
        points=tuple(links.out["HAS_RECEIVING_POINT", row.id]),
        active=str(row.get("status", "ACTIVE")) == "ACTIVE",
    )


def _loads(known: Mapping[str, Row], links: _Links, points: Mapping[str, Point]) -> dict[str, Load]:
    found: dict[str, Load] = {}
    for row in known.values():
        point = next((c for c in links.out["CONTAINED_IN", row.id] if c in points), None)
        if row.kind == "Load" and point is not None:
            found[row.id] = Load(
                id=row.id,
                point=point,
                kw=row.get("kw"),
                grade=str(row.get("grade", "GRADE_3")),
                security=bool(row.get("security", False)),
                permitted_s=row.get("permitted_interruption_s"),
            )
    return found


def _own(row: Row, links: _Links) -> OwnSource:
    return OwnSource(
        id=row.id,
        backs=tuple(sorted(links.out["BACKS", row.id])),
        kw=row.get("kw"),
        start_s=row.get("start_seconds"),
        endurance_min=row.get("endurance_minutes"),
        automatic=bool(row.get("automatic", True)),
        in_service=bool(row.get("in_service", True)),
        interlock=None if row.get("interlock") is None else str(row.get("interlock")),
    )


def _groups(known: Mapping[str, Row], links: _Links, points: Mapping[str, Point]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for row in known.values():
        if row.kind in KINDS:
            for kind in GROUPED_BY:
                for group in links.out[kind, row.id]:
                    found[group].add(row.id)
            for container in links.out["CONTAINED_IN", row.id]:
                if container in known and known[container].kind in ("Substation", "DistributionStation"):
                    found[container].add(row.id)
    for point in points.values():
        found[point.id].update(point.supplies)
        found[point.customer].update(point.supplies)
    return {group: frozenset(members) for group, members in found.items()}


def _grid_transfers(known: Mapping[str, Row], links: _Links) -> Iterable[GridTransfer]:
    """A breaker that lost voltage opens, with the switch that is closed by itself then."""
    for row in known.values():
        for closes in links.out["AUTO_CLOSES", row.id]:
            yield GridTransfer(
                id=f"{row.id}>{closes}",
                opens=row.id,
                closes=closes,
                delay_s=row.get("auto_transfer_s", 0.0),
                in_service=bool(row.get("in_service", True)),
                blocked=bool(row.get("auto_transfer_blocked", False)),
            )


def _reports(rows: Iterable[Row]) -> Iterable[Report]:
    """The last report of each switch; one without a time counts as ever so old."""
    for row in rows:
        if row.get("position") is not None:
            at = row.get("position_at")
            yield Report(row.id, Position(str(row.get("position"))), float("-inf") if at is None else at.timestamp())
