"""Where a feeder starts: as named, else as derived."""

import pytest

from schema.relationships import RelationshipKind
from tests.loaders.cim_text import read

STARTS = RelationshipKind.STARTS_AT


def network(wiring: str, feeder: str = "Feeder f") -> str:
    """`Class:key[:container] node node` a line, to CIM objects; a container "f" is the feeder, "-" is none."""
    lines, nodes, terminals = [feeder], set(), 0
    for line in filter(None, (each.strip() for each in wiring.splitlines())):
        head, *stands = line.split()
        cls, key, container, *more = head.split(":")
        held = "" if container == "-" else f" EquipmentContainer=#{container}"
        lines.append(f"{cls} {key}{held} " + " ".join(more))
        for place, node in enumerate(stands, 1):
            nodes.add(node)
            terminals += 1
            lines.append(
                f"Terminal t{terminals} ConductingEquipment=#{key} ConnectivityNode=#{node} sequenceNumber={place}"
            )
    return "\n".join([*lines, *(f"ConnectivityNode {node}" for node in sorted(nodes))])


# src --- n0 --[cb]-- n1 --l1-- n2 --[fu]-- n3 --load
PLAIN = """
    EnergySource:src:- n0
    Breaker:cb:- n0 n1
    ACLineSegment:l1:f n1 n2
    Fuse:fu:f n2 n3
    EnergyConsumer:load:f n3
"""


def test_breaker_outside_the_feeder_is_its_head(tmp_path):
    assert read(tmp_path, network(PLAIN)).linked(STARTS) == {"f-cb"}


def test_derived_heads_are_announced(tmp_path):
    remarks = [each.reason for each in read(tmp_path, network(PLAIN)).report.findings]
    assert "1 feeder heads are not named (NormalHeadTerminal) and were derived." in remarks


def test_named_head_wins(tmp_path):
    made = read(tmp_path, network(PLAIN, "Feeder f NormalHeadTerminal=#t5"))
    assert made.linked(STARTS) == {"f-l1"}


def test_head_named_from_the_terminal_side(tmp_path):
    drawing = network(PLAIN).replace("Terminal t5 ", "Terminal t5 NormalHeadFeeder=#f ")
    assert read(tmp_path, drawing).linked(STARTS) == {"f-l1"}


def test_head_named_twice_is_one(tmp_path):
    made = read(tmp_path, network(PLAIN, "Feeder f NormalHeadTerminal=#t4 NormalHeadTerminal=#t5"))
    assert made.linked(STARTS) == {"f-l1"}


def test_head_that_is_no_terminal_is_a_finding_and_derived(tmp_path):
    made = read(tmp_path, network(PLAIN, "Feeder f NormalHeadTerminal=#nowhere"))
    assert made.linked(STARTS) == {"f-cb"}
    assert "refers to no terminal" in made.found[0]


def test_without_a_switch_outside_the_first_piece_of_the_feeder_is_its_head(tmp_path):
    drawing = "EnergySource:src:- n0\nACLineSegment:l1:f n0 n1\nEnergyConsumer:load:f n1"
    assert read(tmp_path, network(drawing)).linked(STARTS) == {"f-l1"}


def test_feeder_that_holds_its_source_starts_there(tmp_path):
    drawing = "EnergySource:src:f n0\nACLineSegment:l1:f n0 n1"
    assert read(tmp_path, network(drawing)).linked(STARTS) == {"f-src"}


def test_of_two_ways_in_the_breaker_nearest_to_the_source_counts(tmp_path):
    """src -- n0 --[near]-- n1 --l1-- n2 --[far]-- n3 --x-- n4: `far` leads to a dead end, and `tie` breaks nothing."""
    drawing = """
        EnergySource:src:- n0
        LoadBreakSwitch:tie:- n0 n1
        Breaker:near:- n0 n1
        ACLineSegment:l1:f n1 n2
        Breaker:far:- n2 n3
        ACLineSegment:x:- n3 n4
    """
    assert read(tmp_path, network(drawing)).linked(STARTS) == {"f-near"}


def test_feeder_that_no_source_reaches_has_no_head_and_says_so(tmp_path):
    drawing = """
        EnergySource:src:- n0
        Breaker:cb:-:normalOpen=true n0 n1
        ACLineSegment:l1:- n1 n2
        ACLineSegment:l2:f n2 n3
    """
    made = read(tmp_path, network(drawing))
    assert made.linked(STARTS) == set()
    assert "no head is named, and none can be derived" in made.found[0]


# src --[qin]-- nb (busbar) --[q1]-- n1 --l1--        q1 and q2 are the station's; a feeder that names one has it, too
#                           --[q2]-- n3 --l2--
STATION = """
    EnergySource:src:- n0
    Breaker:qin:- n0 nb
    BusbarSection:bb:- nb
    Breaker:q1:-{q1} nb n1
    ACLineSegment:l1:f n1 n2
    Breaker:q2:-{q2} nb n3
    ACLineSegment:l2:g n3 n4
"""
ALSO = ":AdditionalEquipmentContainer=#"


def in_station(drawing, q1="", q2=""):
    return network(drawing.format(q1=q1, q2=q2), "Feeder f\nFeeder g")


@pytest.mark.parametrize("q1", ["", ALSO + "f"])
@pytest.mark.parametrize("q2", ["", ALSO + "g"])
def test_feeders_on_a_busbar_start_at_their_own_breakers_not_at_the_incomer(tmp_path, q1, q2):
    """Incomer and busbar stand before the breaker, whether it is said to be of the feeder or not."""
    assert read(tmp_path, in_station(STATION, q1, q2)).linked(STARTS) == {"f-q1", "g-q2"}


def test_without_a_busbar_the_breaker_of_another_feeder_is_no_head(tmp_path):
    drawing = """
        EnergySource:src:- n0
        Breaker:q1:-{q1} n0 n1
        ACLineSegment:l1:f n1 n2
        Breaker:q2:-{q2} n0 n3
        ACLineSegment:l2:g n3 n4
        LoadBreakSwitch:tie:f:normalOpen=true:AdditionalEquipmentContainer=#g n2 n4
    """
    assert read(tmp_path, in_station(drawing, ALSO + "f")).linked(STARTS) == {"f-q1", "g-q2"}


def test_feeder_on_a_busbar_without_a_breaker_has_no_head_and_says_so(tmp_path):
    drawing = STATION.replace("ACLineSegment:l2:g n3 n4", "ACLineSegment:l2:g nb n4")
    made = read(tmp_path, in_station(drawing, ALSO + "f"))
    assert made.linked(STARTS) == {"f-q1"}
    assert "stands on a busbar without a breaker of its own" in made.found[0]


@pytest.mark.parametrize("of", ["f", "-"])
def test_breaker_between_the_disconnectors_of_a_bay_is_the_head(tmp_path, of):
    """nb --[ds1]-- a --[q1]-- b --[ds2]-- n1 --l1: no disconnector breaks a fault, earthing switches are no branch."""
    drawing = f"""
        EnergySource:src:- n0
        Breaker:qin:- n0 nb
        BusbarSection:bb:- nb
        Disconnector:ds1:{of} nb a
        GroundDisconnector:es:{of}:normalOpen=true a
        Breaker:q1:{of} a b
        Disconnector:ds2:{of} b n1
        ACLineSegment:l1:f n1 n2
    """
    assert read(tmp_path, network(drawing)).linked(STARTS) == {"f-q1"}


def test_own_breaker_towards_a_customer_is_no_head(tmp_path):
    drawing = """
        EnergySource:src:- n0
        LoadBreakSwitch:head:- n0 n1
        ACLineSegment:l1:f n1 n2
        Breaker:q9:f n2 n3
        EnergyConsumer:load:- n3
    """
    assert read(tmp_path, network(drawing)).linked(STARTS) == {"f-head"}


def test_feeder_behind_another_starts_where_it_leaves_that(tmp_path):
    drawing = """
        EnergySource:src:- n0
        Breaker:q1:f n0 n1
        ACLineSegment:l1:f n1 n2
        Recloser:r:g n2 n3
        ACLineSegment:l2:g n3 n4
        Fuse:fu:g n4 n5
    """
    assert read(tmp_path, in_station(drawing)).linked(STARTS) == {"f-q1", "g-r"}
