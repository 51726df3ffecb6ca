"""Both adapters give the network that a drawing of the same grid gives."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import graphql
import pytest

from schema import customer as c
from schema import grid as g
from schema.batch import GraphBatch
from schema.entity import Entity
from schema.relationships import Relationship, RelationshipKind
from schema.vocabulary import Importance, Interlock, LoadGrade, Ownership, SupplyRole, SwitchPosition, TransferMode
from tests.truth.assemble import Extras
from tests.truth.drawing import draw
from tests.truth.from_graphql import QUERIES, read_net
from tests.truth.from_schema import net_of_batch
from tests.truth.net import Net, Report
from tests.truth.verdicts import verdicts
from tests.truth.worlds import Event, moments

AT = datetime(2026, 11, 26, 8, tzinfo=UTC)
LIMIT = math.sqrt(3) * 10 * 400
"""kW of 400 A at 10 kV."""

DRAWN = f"""
source A a;  bus B a;  breaker CB a b station=ST remote limit={LIMIT};  line L b c;  load_break S c d
consumer K c kw=50 households=20;  source Z z
customer C FIRST name=c;  point R C MANUAL bays=Q2 interlock=BOTH kw=9
supply P1 R d x;  supply P2 R z y STANDBY cap=500
bay Q1 x k;  bay Q2 y k open;  bus KB k
load O R k kw=40 grade=GRADE_1 security permitted=15;  own G O,KB kw=60 start=10 endurance=30 by_hand
access AP KB;  feeder F CB b;  group T L
report S OPEN at={AT.timestamp()}
group ST CB;  group R P1,P2;  group C P1,P2
"""


def batch() -> GraphBatch:
    """The grid of the drawing, in the classes of the schema."""
    entities: list[Entity] = [g.ConnectivityNode(id=node) for node in "abcdzxyk"]
    entities += [
        g.Substation(id="ST"),
        g.EnergySource(id="A"),
        g.EnergySource(id="Z"),
        g.BusbarSection(id="B"),
        g.Breaker(id="CB", remote_controlled=True),
        g.ACLineSegment(id="L"),
        g.LoadBreakSwitch(id="S", position=SwitchPosition.OPEN, position_at=AT),
        g.EnergyConsumer(id="K", kw=50, customer_count=20),
        g.Tower(id="T"),
        g.Feeder(id="F", nominal_kv=10, rated_current_a=400),
        c.Customer(id="C", name="c", importance=Importance.FIRST),
        c.ReceivingPoint(id="R", transfer=TransferMode.MANUAL, interlock=Interlock.BOTH, load_kw=9),
        c.SupplySource(id="P1", ownership=Ownership.CUSTOMER),
        c.SupplySource(id="P2", role=SupplyRole.STANDBY, capacity_kva=500),
        c.SwitchBay(id="Q1"),
        c.SwitchBay(id="Q2", normal_position=SwitchPosition.OPEN),
        c.InternalBus(id="KB"),
        c.Load(id="O", kw=40, grade=LoadGrade.GRADE_1, security=True, permitted_interruption_s=15),
        c.EmergencySource(id="G", kw=60, start_seconds=10, endurance_minutes=30, automatic=False),
        c.AccessPoint(id="AP"),
    ]
    wires = "A:a B:a CB:ab L:bc S:cd K:c Z:z P1:dx P2:zy Q1:xk Q2:yk KB:k O:k"
    links = [
        Relationship(kind=RelationshipKind.CONNECTS, source=piece, target=node, key=str(terminal))
        for piece, nodes in (word.split(":") for word in wires.split())
        for terminal, node in enumerate(nodes, 1)
    ]
    others = """CONTAINED_IN L F;CONTAINED_IN CB F;CONTAINED_IN CB ST;STARTS_AT F CB;CARRIED_BY L T
        HAS_RECEIVING_POINT C R;FED_BY R P2;FED_BY R P1;TRANSFERS_BY R Q2;CONTAINED_IN O R;BACKS G O;BACKS G KB
        ATTACHES_TO AP KB"""
    for line in others.replace("\n", ";").split(";"):
        kind, source, target = line.split()
        links.append(Relationship(kind=RelationshipKind[kind], source=source, target=target))
    return GraphBatch(entities=entities, relationships=links)


def same(net: Net, drawn: Net) -> None:
    for name in ("pieces", "supplies", "points", "customers", "loads", "access", "feeders", "groups", "reports"):
        assert getattr(net, name) == getattr(drawn, name), name
    # sorted: a drawing keeps the order in which it names what a source backs
    assert {s.id: sorted(s.backs) for s in net.own_sources.values()} == {"G": ["KB", "O"]}
    assert net.own_sources["G"].kw == drawn.own_sources["G"].kw


def test_a_batch_of_the_schema_gives_the_drawn_network() -> None:
    same(net_of_batch(batch()), draw(DRAWN))


def test_a_head_that_names_no_station_stands_in_its_feeders() -> None:
    made = batch()
    moved = RelationshipKind.CONTAINED_IN
    made.relationships = [link for link in made.relationships if (link.kind, link.target) != (moved, "ST")]
    made.relationships.append(Relationship(kind=moved, source="F", target="ST"))
    assert net_of_batch(made).pieces["CB"].station == "ST"


def test_the_model_answers_alike_on_both() -> None:
    event = Event(things=("L",), since=0.0)  # before S was reported open
    drawn, made = draw(DRAWN), net_of_batch(batch())
    (name,) = verdicts(drawn, moments(drawn, event, AT.timestamp() + 60))
    assert name == "C"
    assert verdicts(made, moments(made, event, AT.timestamp() + 60)).keys() == {"C"}


def test_extras_bring_what_the_schema_does_not_hold() -> None:
    reports = (Report("CB", draw(DRAWN).reports[0].position, 5.0),)
    net = net_of_batch(batch(), Extras(parallel=frozenset({"R"}), reports=reports))
    assert net.points["R"].parallel
    assert net.reports == reports


@pytest.mark.parametrize("name", sorted(QUERIES))
def test_the_queries_fit_the_contract(name: str) -> None:
    sdl = (Path(__file__).parents[2] / "schema" / "schema.graphql").read_text(encoding="utf-8")
    assert graphql.validate(graphql.build_schema(sdl), graphql.parse(QUERIES[name])) == []


def answers() -> dict[str, list[dict[str, Any]]]:
    """The same grid as a client of the API sees it."""

    def piece(name: str, kind: str, nodes: str, **more: Any) -> dict[str, Any]:
        common: dict[str, Any] = {"inService": True, "ownership": "UTILITY", "nominalKv": None, "riskGroups": []}
        common |= {"containedIn": [], "connectivityNodes": [{"id": node} for node in nodes]}
        return {"__typename": kind, "id": name, **common, **more}

    def switch(name: str, kind: str, nodes: str, **more: Any) -> dict[str, Any]:
        common = {"normalPosition": "CLOSED", "position": None, "positionAt": None, "ratedCurrentA": None}
        return piece(name, kind, nodes, **(common | {"remoteControlled": None} | more))

    own = {"id": "G", "kw": 60, "startSeconds": 10, "enduranceMinutes": 30, "automatic": False, "inService": True}
    own["interlock"] = None
    within = [{"__typename": "Feeder", "id": "F"}, {"__typename": "Substation", "id": "ST"}]
    opened = {"position": "OPEN", "positionAt": AT.isoformat()}
    load = {"kw": 40, "grade": "GRADE_1", "security": True, "permittedInterruptionS": 15, "backedBy": [own]}
    point: dict[str, Any] = {"id": "R", "transfer": "MANUAL", "transferSeconds": None, "loadKw": 9, "interlock": "BOTH"}
    point |= {
        "undervoltageRelease": None,
        "parallelRunning": None,
        "supplySources": [{"id": "P2"}, {"id": "P1"}],
        "transferBays": [{"id": "Q2"}],
    }
    return {
        "equipment": [
            piece("A", "EnergySource", "a"),
            piece("Z", "EnergySource", "z"),
            piece("B", "BusbarSection", "a"),
            switch("CB", "Breaker", "ab", remoteControlled=True, containedIn=within),
            piece("L", "ACLineSegment", "bc", containedIn=within[:1], towers=[{"id": "T"}], corridors=[]),
            switch("S", "LoadBreakSwitch", "cd", **opened),
            piece("K", "EnergyConsumer", "c", kw=50, customerCount=20),
            piece("P1", "SupplySource", "dx", role="MAIN", capacityKva=None),
            piece("P2", "SupplySource", "zy", role="STANDBY", capacityKva=500),
            switch("Q1", "SwitchBay", "xk"),
            switch("Q2", "SwitchBay", "yk", normalPosition="OPEN"),
            piece("KB", "InternalBus", "k", backedBy=[own], accessPoints=[{"id": "AP"}]),
            piece("O", "Load", "k", containedIn=[{"__typename": "ReceivingPoint", "id": "R"}], **load),
        ],
        "customers": [
            {"id": "C", "name": "c", "importance": "FIRST", "status": "ACTIVE", "receivingPoints": [point]},
        ],
        "feeders": [
            {"id": "F", "ratedCurrentA": 400, "nominalKv": 10, "head": {"id": "CB"}, "containedIn": []},
        ],
    }


def test_answers_of_the_api_give_the_drawn_network_over_any_page_size() -> None:
    nodes = answers()

    def ask(query: str, variables: dict[str, Any]) -> dict[str, Any]:
        field = next(name for name, text in QUERIES.items() if text == query)
        start = int(variables["after"] or 0)
        end = start + variables["first"]
        info = {"hasNextPage": end < len(nodes[field]), "endCursor": str(end)}
        return {field: {"nodes": nodes[field][start:end], "pageInfo": info}}

    same(read_net(ask, page=3), draw(DRAWN))
    same(read_net(ask), draw(DRAWN))
