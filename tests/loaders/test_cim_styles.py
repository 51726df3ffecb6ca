"""Connection in every style that CIM knows: nodes of both kinds, cuts and clamps, containers, customers, sources."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph_api.cli.session import read_model
from loaders.cim import CimSource
from loaders.source import Reading
from schema.errors import LoadError
from schema.relationships import RelationshipKind as R
from tests.cli.conftest import Shell
from tests.loaders.cim_text import Read, rdf, read
from tests.loaders.test_cim_sets import live

# S -- a --[Q]-- b --L-- c -- C
GRID = """
    BaseVoltage v nominalVoltage=10
    EnergySource S
    Breaker Q
    ACLineSegment L length=0.6
    EnergyConsumer C p=0.5
    ConnectivityNode a
    ConnectivityNode b
    ConnectivityNode c
    Terminal tS ConductingEquipment=#S ConnectivityNode=#a
    Terminal tQ1 ConductingEquipment=#Q ConnectivityNode=#a sequenceNumber=1
    Terminal tQ2 ConductingEquipment=#Q ConnectivityNode=#b sequenceNumber=2
    Terminal tL1 ConductingEquipment=#L ConnectivityNode=#b sequenceNumber=1
    Terminal tL2 ConductingEquipment=#L ConnectivityNode=#c sequenceNumber=2
    Terminal tC ConductingEquipment=#C ConnectivityNode=#c
"""
MORE = """
    ACLineSegment M
    EnergyConsumer D p=0.1
"""


def load(folder: Path, drawing: str, *sources: str) -> Read:
    path = folder / "model.xml"
    path.write_text(rdf(drawing), encoding="utf-8")
    return Read(path) if not sources else _with(path, sources)


def _with(path: Path, sources: tuple[str, ...]) -> Read:
    made = Read.__new__(Read)
    reading = Reading(first_load=7)
    batches = list(CimSource([path], "", "", sources).batches(reading))
    made.report, made.account = reading.report, reading.report.accounts[0]
    made.entities = {each.id: each for batch in batches for each in batch.entities}
    made.links = [each for batch in batches for each in batch.relationships]
    return made


def test_a_terminal_on_a_topological_node_meets_those_on_its_connectivity_nodes(tmp_path: Path):
    made = load(tmp_path, GRID.replace("tC ConductingEquipment=#C ConnectivityNode=#c", "tC ConductingEquipment=#C "
                "TopologicalNode=#T") + "TopologicalNode T\nTopologicalNode U\nTopologicalNode V\n" + MORE +
                """
                Terminal tL2b ConductingEquipment=#M ConnectivityNode=#c TopologicalNode=#T sequenceNumber=1
                Terminal tM2 ConductingEquipment=#M TopologicalNode=#V sequenceNumber=2
                Terminal tD ConductingEquipment=#D TopologicalNode=#V
                """)  # fmt: skip
    assert made.rejected == []
    assert {"C-c:1", "M-c:1", "M-V:2", "D-V:1"} <= made.linked(R.CONNECTS)
    assert {"C", "M", "D"} <= live(made)
    assert sum(made.account.left_out.values()) == 2, "T is folded into c, nothing stands on U"


def test_a_connectivity_node_may_name_its_topological_node(tmp_path: Path):
    made = load(tmp_path, GRID.replace("ConnectivityNode c\n", "ConnectivityNode c TopologicalNode=#T\n").replace(
                "ConnectivityNode b\n", "ConnectivityNode b TopologicalNode=#T\n").replace(
                "#C ConnectivityNode=#c", "#C TopologicalNode=#T") + "TopologicalNode T")  # fmt: skip
    assert "C-b:1" in made.linked(R.CONNECTS)
    assert "joins 2 ConnectivityNodes" in made.found[0]


TAPPED = (
    GRID
    + MORE
    + """
    Clamp K ACLineSegment=#L lengthFromTerminal1=0.2
    ConnectivityNode k
    ConnectivityNode m
    Terminal tK ConductingEquipment=#K ConnectivityNode=#k
    Terminal tM1 ConductingEquipment=#M ConnectivityNode=#k sequenceNumber=1
    Terminal tM2 ConductingEquipment=#M ConnectivityNode=#m sequenceNumber=2
    Terminal tD ConductingEquipment=#D ConnectivityNode=#m
"""
)
CUT = "Cut X ACLineSegment=#L lengthFromTerminal1=0.5 normalOpen={}\n"


def test_a_clamp_taps_its_line(tmp_path: Path):
    made = load(tmp_path, TAPPED)
    assert made.rejected == []
    assert {"L-b:1", "L-k:2", "L/2-k:1", "L/2-c:2"} <= made.linked(R.CONNECTS)
    assert (made.entities["L"].length_m, made.entities["L/2"].length_m) == (200, pytest.approx(400))
    assert {"D", "C", "L/2"} <= live(made)
    assert made.account.taken == made.account.rows_read == 23


@pytest.mark.parametrize(("opened", "dead"), [("true", {"C", "L/3", "c"}), ("false", set())])
def test_a_cut_separates_its_line(tmp_path: Path, opened: str, dead: set[str]):
    made = load(tmp_path, TAPPED + CUT.format(opened))
    assert made.rejected == []
    assert {"L/2-k:1", "L/2-X/1:2", "X-X/1:1", "X-X/2:2", "L/3-X/2:1", "L/3-c:2"} <= made.linked(R.CONNECTS)
    assert {"C", "L/3", "c"} - live(made) == dead
    assert "D" in live(made)
    assert [made.entities[each].length_m for each in ("L", "L/2", "L/3")] == [
        200,
        pytest.approx(300),
        pytest.approx(100),
    ]


def test_a_cut_with_terminals_of_its_own_and_one_without_a_line(tmp_path: Path):
    made = load(tmp_path, GRID.replace("length=0.6", "") + CUT.format("true") + """
        Cut Y
        ConnectivityNode x
        Terminal tX1 ConductingEquipment=#X ConnectivityNode=#x sequenceNumber=1
        Terminal tX2 ConductingEquipment=#X sequenceNumber=2
        Clamp K ACLineSegment=#L
    """)  # fmt: skip
    assert {"L-x:2", "X-x:1", "X-X/2:2", "L/2-X/2:1"} <= made.linked(R.CONNECTS)
    assert made.entities["L"].length_m is None
    assert "C" not in live(made)
    assert "Y" in made.entities


HELD = GRID + "Substation ST\nFeeder F1 NormalEnergizingSubstation=#ST\n"


@pytest.mark.parametrize(
    "drawing",
    [
        HELD.replace("ACLineSegment L", "ACLineSegment L AdditionalEquipmentContainer=#F1").replace(
            "EnergyConsumer C", "EnergyConsumer C AdditionalEquipmentContainer=#F1"),
        HELD.replace("Feeder F1", "Feeder F1 AdditionalGroupedEquipment=#L AdditionalGroupedEquipment=#C"),
        HELD.replace("Feeder F1", "Feeder F1 Equipments=#L Equipments=#C"),
        HELD.replace("ACLineSegment L", "ACLineSegment L EquipmentContainer=#F1").replace(
            "EnergyConsumer C", "EnergyConsumer C EquipmentContainer=#ST AdditionalEquipmentContainer=#F1"),
    ],
)  # fmt: skip
def test_what_belongs_to_a_feeder(tmp_path: Path, drawing: str):
    made = load(tmp_path, drawing.replace("Breaker Q", "Breaker Q EquipmentContainer=#ST"))
    assert {"L-F1", "C-F1", "F1-ST", "Q-ST"} <= made.linked(R.CONTAINED_IN)
    assert made.linked(R.STARTS_AT) == {"F1-Q"}


@pytest.mark.parametrize("head", ["NormalHeadTerminal=#tL1", "TraceStart=#tL1", "TraceStart=#L"])
def test_where_a_feeder_starts(tmp_path: Path, head: str):
    made = load(tmp_path, HELD.replace("Feeder F1", f"Feeder F1 {head}"))
    assert made.linked(R.STARTS_AT) == {"F1-L"}


USED = (
    GRID
    + """
    UsagePoint U1 name=U1 Equipments=#C nominalServiceVoltage=10
    Customer K1 name=Hospital
    CustomerAgreement A1 Customer=#K1 UsagePoints=#U1
"""
)
BY_OTHERS = (
    GRID.replace("EnergyConsumer C", "EnergyConsumer C UsagePoints=#U1")
    + """
    UsagePoint U1 name=U1 CustomerAgreement=#A1
    Customer K1 name=Hospital CustomerAgreements=#A1
    CustomerAgreement A1
"""
)
BY_METER = (
    GRID
    + """
    UsagePoint U1 name=U1 Equipments=#C
    Customer K1 name=Hospital
    Meter E1 name=M-7 UsagePoint=#U1 Customer=#K1
"""
)


@pytest.mark.parametrize("drawing", [USED, BY_OTHERS, BY_METER])
def test_a_customer_at_a_load(tmp_path: Path, drawing: str):
    made = load(tmp_path, drawing)
    assert made.rejected == []
    assert made.entities["K1"].name == "Hospital"
    assert made.linked(R.HAS_RECEIVING_POINT) == {"K1-U1"}
    assert made.linked(R.FED_BY) == {"U1-C"}
    assert type(made.entities["C"]).__name__ == "SupplySource"
    assert made.entities["U1"].load_kw == 500
    assert made.account.taken == made.account.rows_read
    assert {each.key for each in made.entities.values() if hasattr(each, "key")} == (
        {"M-7"} if "Meter" in drawing else set()
    )


def test_several_customers_behind_one_load(tmp_path: Path):
    made = load(tmp_path, USED + """
        UsagePoint U2 Equipments=#C
        CustomerAgreement A2 Customer=#K1 UsagePoints=#U2
        UsagePoint U3 Equipments=#C
        UsagePoint U4
        CustomerAgreement A4 Customer=#K1 UsagePoints=#U4
    """)  # fmt: skip
    assert type(made.entities["C"]).__name__ == "EnergyConsumer"
    assert made.linked(R.FED_BY) == {"U1-U1/supply", "U2-U2/supply"}
    assert {"U1/supply-c:1", "U2/supply-c:1"} <= made.linked(R.CONNECTS)
    assert made.entities["U1"].load_kw is None
    assert "U3" not in made.entities
    assert dict(made.account.left_out) == {"class UsagePoint: no customer is named for it": 1}
    assert ["names no equipment" in each for each in made.found] == [True]


def test_where_a_customer_is(tmp_path: Path):
    made = load(tmp_path, USED.replace("nominalServiceVoltage=10", "ServiceLocation=#P") + """
        ServiceLocation P mainAddress=#AD
        StreetAddress AD streetDetail=#SD townDetail=#TD
        StreetDetail SD name=West number=12
        TownDetail TD name=Linjiang
        CoordinateSystem crs crsUrn=EPSG:4490
        PositionPoint pp Location=#P xPosition=121.5 yPosition=31.2
    """)  # fmt: skip
    site = made.entities["P"]
    assert (site.address, site.longitude, site.latitude) == ("Linjiang West 12", 121.5, 31.2)
    assert made.linked(R.HAS_SITE) == {"K1-P"}
    assert made.linked(R.LOCATED_AT) == {"U1-P"}
    other = load(tmp_path, USED + "ServiceLocation P UsagePoints=#U1")
    assert other.linked(R.HAS_SITE) == {"K1-P"}


INJECTED = GRID.replace("EnergySource S", "EquivalentInjection S")


def test_a_model_without_source_tells_the_commands(tmp_path: Path):
    made = load(tmp_path, INJECTED + "SynchronousMachine G")
    assert live(made) == set()
    (remark,) = [each for each in made.report.findings if "no EnergySource" in each.reason]
    assert remark.remedy == "Say what feeds it: baodian load model.xml --source S | baodian load model.xml --source G"


@pytest.mark.parametrize("name", ["S", "_S", "s"])
def test_a_source_that_is_named(tmp_path: Path, name: str):
    made = load(tmp_path, INJECTED, name)
    assert {"S", "Q", "L", "C"} <= live(made)
    assert not [each for each in made.report.findings if "no EnergySource" in each.reason]


@pytest.mark.parametrize(
    ("name", "words"), [("L", "feeds nothing. Injections and machines: S."), ("nobody", "has no such equipment")]
)
def test_a_source_that_is_none(tmp_path: Path, name: str, words: str):
    with pytest.raises(LoadError) as caught:
        load(tmp_path, INJECTED, name)
    assert words in caught.value.message


@pytest.mark.parametrize(
    ("first", "second", "sources"), [("1", "2", {"S"}), ("2", "1", {"G"}), ("0", "0", set()), ("1", "1", {"S", "G"})]
)
def test_the_first_reference_priority_is_a_source(tmp_path: Path, first: str, second: str, sources: set[str]):
    drawing = INJECTED.replace("EquivalentInjection S", f"SynchronousMachine S referencePriority={first}")
    made = load(tmp_path, drawing + f"SynchronousMachine G referencePriority={second}")
    assert {key for key, each in made.entities.items() if type(each).__name__ == "EnergySource"} == sources


def test_a_source_once_named_stays_until_another_is_named(tmp_path: Path):
    shell = Shell(tmp_path)
    path = tmp_path / "model.xml"
    path.write_text(rdf(INJECTED + "SynchronousMachine G"), encoding="utf-8")
    shell("load", str(path), "--source", "S")
    assert shell.json("load", str(path))["difference"]["changed"] == {}
    shell("load", str(path), "--source", "G")
    graph = read_model(shell.store).graph
    assert [type(graph.entity(graph.index(each))).__name__ for each in "SG"] == ["GeneratingUnit", "EnergySource"]
    (tmp_path / "Site.csv").write_text("id\nS1\n")
    assert "--source is for CIM models" in shell("load", str(tmp_path / "Site.csv"), "--source", "S", code=2).stderr


def test_a_lone_ssh_cannot_say_whose_load_it_is(tmp_path: Path):
    shell = Shell(tmp_path)
    (tmp_path / "EQ.xml").write_text(rdf(USED), encoding="utf-8")
    (tmp_path / "SSH.xml").write_text(rdf("EnergyConsumer C p=0.7", identity="about"), encoding="utf-8")
    shell("load", str(tmp_path / "EQ.xml"))
    assert "a customer's" in shell.json("load", str(tmp_path / "SSH.xml"))["findings"][0]["reason"]
    both = shell.json("load", str(tmp_path / "EQ.xml"), str(tmp_path / "SSH.xml"), "--system", "EQ")
    assert both["difference"]["changed"] == {"RECEIVING_POINT": 1}


def test_a_name_is_one_line(tmp_path: Path):
    path = tmp_path / "model.xml"
    path.write_text(rdf("Fuse f name=one").replace(">one<", "> one\n   two <"), encoding="utf-8")
    assert Read(path).entities["f"].name == "one two"


def test_a_sole_object_is_read(tmp_path: Path):
    assert read(tmp_path, "Customer K name=x").entities["K"].name == "x"
