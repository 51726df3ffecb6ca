"""Where a feeder starts: as named, else as derived."""

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
