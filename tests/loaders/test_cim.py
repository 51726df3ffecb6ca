"""What CIM objects become."""

import os
import re
from pathlib import Path

import pytest

from loaders.cim.parse import key_of
from schema import grid
from schema.registry import KIND_OF
from schema.relationships import ENDS, RelationshipKind
from schema.vocabulary import GenerationType, SwitchPosition, TransformerUse
from tests.loaders.cim_text import CIM16, CIM17, CIM100, Read, read

SHARED = Path(os.environ.get("BAODIAN_SHARED_DATA", Path(__file__).parents[2].parent / "shared" / "data")) / "cim"

CITY = """
    GeographicalRegion region name=North
    SubGeographicalRegion part name=Port Region=#region
    Substation s1 name=S1 Region=#part
    VoltageLevel v10 Substation=#s1 BaseVoltage=#kv10
    Bay bay VoltageLevel=#v10
    BaseVoltage kv10 nominalVoltage=10000
    Feeder f1 name=F1 NormalEnergizingSubstation=#s1
    ConnectivityNode n0 ConnectivityNodeContainer=#v10
    ConnectivityNode n1 ConnectivityNodeContainer=#f1
    ConnectivityNode n2 ConnectivityNodeContainer=#f1
    EnergySource src EquipmentContainer=#v10
    Breaker cb EquipmentContainer=#bay normalOpen=false open=false
    ACLineSegment l1 EquipmentContainer=#f1 BaseVoltage=#kv10 length=250
    EnergyConsumer load EquipmentContainer=#f1 p=1500000 customerCount=40
    Terminal t1 ConductingEquipment=#src ConnectivityNode=#n0 sequenceNumber=1
    Terminal t2 ConductingEquipment=#cb ConnectivityNode=#n0 sequenceNumber=1
    Terminal t3 ConductingEquipment=#cb ConnectivityNode=#n1 sequenceNumber=2
    Terminal t4 ConductingEquipment=#l1 ConnectivityNode=#n1 sequenceNumber=1
    Terminal t5 ConductingEquipment=#l1 ConnectivityNode=#n2 sequenceNumber=2
    Terminal t6 ConductingEquipment=#load ConnectivityNode=#n2 sequenceNumber=1
"""


@pytest.mark.parametrize("namespace", [CIM100, CIM16, CIM17])
@pytest.mark.parametrize("identity", ["ID", "about"])
def test_city_in_every_dialect(tmp_path, namespace, identity):
    city = read(tmp_path, CITY, namespace, identity)
    assert city.rejected == []
    assert city.found == []
    assert city.linked(RelationshipKind.CONNECTS) == {
        "src-n0:1", "cb-n0:1", "cb-n1:2", "l1-n1:1", "l1-n2:2", "load-n2:1",
    }  # fmt: skip
    assert city.linked(RelationshipKind.CONTAINED_IN) == {
        "part-region", "s1-part", "f1-s1", "v10-s1", "bay-v10", "bay-s1", "n0-v10", "n0-s1", "n1-f1", "n2-f1",
        "src-v10", "src-s1", "cb-bay", "cb-v10", "cb-s1", "l1-f1", "load-f1",
    }  # fmt: skip
    assert city.linked(RelationshipKind.STARTS_AT) == {"f1-cb"}


def test_fields_and_units_of_si_files(tmp_path):
    city = read(tmp_path, CITY).entities
    row, terminals = city["l1"].row, ("t4", "t5")
    expected = grid.ACLineSegment(id="l1", nominal_kv=10, length_m=250, load=7, row=row, terminal_ids=terminals)
    assert city["l1"] == expected
    assert city["l1"].row > 1
    assert (type(city["v10"]), city["v10"].nominal_kv, type(city["bay"])) == (grid.VoltageLevel, 10, grid.Bay)
    assert (city["load"].kw, city["load"].customer_count) == (1500, 40)
    assert city["src"].nominal_kv == 10
    assert city["region"].name == "North"


def test_units_of_cgmes_files(tmp_path):
    drawing = CITY.replace("=10000", "=10").replace("=1500000", "=1.5").replace("=250", "=0.25")
    city = read(tmp_path, drawing).entities
    assert (city["l1"].nominal_kv, city["l1"].length_m, city["load"].kw) == (10, 250, 1500)


def test_account_counts_what_is_read_folded_and_left_out(tmp_path):
    city = read(tmp_path, CITY + "PerLengthImpedance z r=1\nPerLengthImpedance z2 r=1\nAsset a name=x\n")
    assert city.account.rows_read == city.account.taken == 20
    assert city.account.left_out == {"class PerLengthImpedance is not modelled": 2, "class Asset is not modelled": 1}


def test_mrid_is_the_id(tmp_path):
    made = read(tmp_path, "ConnectivityNode k1 mRID=_AB-12\nConnectivityNode k2")
    assert set(made.entities) == {"_AB-12", "k2"}


@pytest.mark.parametrize("reference", ["#_1", "_1", "1", "urn:uuid:1", "file.xml#_1", "#1"])
def test_keys_of_references(reference):
    assert key_of(reference) == "1"


@pytest.mark.parametrize(
    ("properties", "normal", "now"),
    [
        ("normalOpen=true open=true", SwitchPosition.OPEN, SwitchPosition.OPEN),
        ("normalOpen=true open=false", SwitchPosition.OPEN, SwitchPosition.CLOSED),
        ("normalOpen=false open=true", SwitchPosition.CLOSED, SwitchPosition.OPEN),
        ("normalOpen=true", SwitchPosition.OPEN, None),
        ("open=true", SwitchPosition.OPEN, SwitchPosition.OPEN),
        ("", SwitchPosition.CLOSED, None),
    ],
)
def test_normal_and_current_position_are_two_facts(tmp_path, properties, normal, now):
    switch = read(tmp_path, f"LoadBreakSwitch s ratedCurrent=400 {properties}").entities["s"]
    assert (switch.normal_position, switch.position, switch.rated_current_a) == (normal, now, 400)


def test_switch_with_one_phase_open_counts_as_open_and_says_so(tmp_path):
    made = read(tmp_path, """
        Fuse f normalOpen=false
        SwitchPhase a Switch=#f closed=false normalOpen=false phaseSide1=@SinglePhaseKind.A
        SwitchPhase b Switch=#f closed=true normalOpen=false phaseSide1=@SinglePhaseKind.B
    """)  # fmt: skip
    assert made.entities["f"].position is SwitchPosition.OPEN
    assert made.entities["f"].normal_position is SwitchPosition.CLOSED
    assert made.entities["f"].note == "open in phase A only, counted as open"
    assert len(made.found) == 1


@pytest.mark.parametrize(
    ("cls", "kind"),
    [
        ("Breaker", grid.Breaker),
        ("Recloser", grid.Recloser),
        ("LoadBreakSwitch", grid.LoadBreakSwitch),
        ("Sectionaliser", grid.LoadBreakSwitch),
        ("Disconnector", grid.Disconnector),
        ("Switch", grid.Disconnector),
        ("Fuse", grid.Fuse),
        ("BusbarSection", grid.BusbarSection),
        ("LinearShuntCompensator", grid.ShuntCompensator),
        ("SynchronousMachine", grid.GeneratingUnit),
        ("ExternalNetworkInjection", grid.EnergySource),
    ],
)
def test_classes(tmp_path, cls, kind):
    assert type(read(tmp_path, f"{cls} x").entities["x"]) is kind


def test_line_phases(tmp_path):
    line = read(tmp_path, """
        ACLineSegment l
        ACLineSegmentPhase p1 ACLineSegment=#l phase=@SinglePhaseKind.C
        ACLineSegmentPhase p2 ACLineSegment=#l phase=@SinglePhaseKind.A
    """).entities["l"]  # fmt: skip
    assert line.phases == "AC"


def test_transformers(tmp_path):
    made = read(tmp_path, """
        BaseVoltage hv nominalVoltage=110000
        Substation s
        PowerTransformer main EquipmentContainer=#s
        PowerTransformerEnd e1 PowerTransformer=#main ratedU=110000 ratedS=40000000
        PowerTransformerEnd e2 PowerTransformer=#main ratedU=10500 ratedS=40000000
        PowerTransformer reg
        TransformerTank tank PowerTransformer=#reg EquipmentContainer=#s
        TransformerTankEnd e3 TransformerTank=#tank BaseVoltage=#hv
        TransformerTankEnd e4 TransformerTank=#tank BaseVoltage=#hv
        PowerTransformer bare
    """)  # fmt: skip
    main, reg, bare = (made.entities[each] for each in ("main", "reg", "bare"))
    assert (main.nominal_kv, main.secondary_kv, main.rated_kva, main.use) == (110, 10.5, 40000, TransformerUse.MAIN)
    assert (reg.nominal_kv, reg.use) == (110, TransformerUse.REGULATOR)
    assert (bare.nominal_kv, bare.use) == (None, None)
    assert made.linked(RelationshipKind.CONTAINED_IN) == {"main-s", "reg-s"}


def test_terminals_of_tanks_fold_and_clashing_numbers_are_mended(tmp_path):
    made = read(tmp_path, """
        PowerTransformer t
        ConnectivityNode n
        ConnectivityNode m
        Terminal a ConductingEquipment=#t ConnectivityNode=#n sequenceNumber=1
        Terminal b ConductingEquipment=#t ConnectivityNode=#n sequenceNumber=1
        Terminal c ConductingEquipment=#t ConnectivityNode=#m sequenceNumber=1
        Terminal d ConductingEquipment=#t ConnectivityNode=#m
    """)  # fmt: skip
    assert made.linked(RelationshipKind.CONNECTS) == {"t-n:1", "t-m:2"}
    assert ["taken as 2" in each for each in made.found] == [True]


def test_generators(tmp_path):
    made = read(tmp_path, """
        BaseVoltage mv nominalVoltage=10000
        PowerElectronicsConnection pv PowerElectronicsUnit=#u1 PowerElectronicsUnit=#u2 ratedS=900000
        PhotovoltaicUnit u1 maxP=300000
        BatteryUnit u2 maxP=200000
        PowerElectronicsConnection other ratedS=900000
        SynchronousMachine m ratedS=5000000
    """).entities  # fmt: skip
    assert (made["pv"].kw, made["pv"].generation_type) == (500, GenerationType.PHOTOVOLTAIC)
    assert (made["other"].kw, made["other"].generation_type) == (900, None)
    assert (made["m"].kw, made["m"].generation_type) == (5000, GenerationType.ROTATING)


def test_consumer_power_is_the_sum_of_its_phases_where_it_has_none(tmp_path):
    made = read(tmp_path, """
        BaseVoltage mv nominalVoltage=10000
        EnergyConsumer c
        EnergyConsumerPhase c1 EnergyConsumer=#c p=1000
        EnergyConsumerPhase c2 EnergyConsumer=#c p=2500
        EnergyConsumer old pfixed=4000
        EnergyConsumer silent
    """).entities  # fmt: skip
    assert (made["c"].kw, made["old"].kw, made["silent"].kw) == (3.5, 4, None)


PLACED = """
    CoordinateSystem crs crsUrn={crs}
    Location here CoordinateSystem=#crs
    PositionPoint p2 Location=#here sequenceNumber=2 xPosition=121.6 yPosition=31.3
    PositionPoint p1 Location=#here sequenceNumber=1 xPosition=121.5 yPosition=31.2
    ACLineSegment line Location=#here
    Breaker cb Location=#here
    Breaker lost
"""


@pytest.mark.parametrize("crs", ["urn:ogc:def:crs:EPSG::4326", "EPSG:4490", "WGS84"])
def test_positions_in_a_geographic_system(tmp_path, crs):
    made = read(tmp_path, PLACED.format(crs=crs)).entities
    line = made["line"]
    assert (line.longitude, line.latitude, line.end_longitude, line.end_latitude) == (121.5, 31.2, 121.6, 31.3)
    assert (made["cb"].longitude, made["cb"].latitude) == (121.5, 31.2)
    assert made["lost"].longitude is None


def test_positions_in_a_local_system_are_kept_out_and_counted(tmp_path):
    made = read(tmp_path, PLACED.format(crs="LocalGrid"))
    assert made.entities["line"].longitude is None
    assert made.account.rows_read == 3
    assert sum(made.account.left_out.values()) == 4
    assert all("'LocalGrid' is not geographic" in reason for reason in made.account.left_out)


def test_positions_without_any_coordinate_system_are_kept_out(tmp_path):
    made = read(tmp_path, "\n".join(PLACED.splitlines()[2:]))
    assert any("(none named)" in reason for reason in made.account.left_out)


@pytest.mark.parametrize("point", ["xPosition=31.2 yPosition=121.5", "xPosition=200 yPosition=1"])
def test_position_that_is_no_place_is_left_out(tmp_path, point):
    made = read(tmp_path, f"""
        CoordinateSystem crs crsUrn=EPSG:4326
        Location here
        PositionPoint p1 Location=#here {point}
        Breaker cb Location=#here
    """)  # fmt: skip
    assert made.entities["cb"].longitude is None
    assert "no place on earth" in made.found[0]


def test_position_without_figures_is_none(tmp_path):
    made = read(
        tmp_path,
        "Location here\nCoordinateSystem c crsUrn=WGS84\nPositionPoint p Location=#here\nFuse f Location=#here",
    )
    assert made.entities["f"].longitude is None


@pytest.mark.parametrize("word", ["inService", "normallyInService"])
def test_out_of_service(tmp_path, word):
    assert read(tmp_path, f"Breaker b name=b {word}=false").entities["b"].in_service is False


def test_bus_branch_model_stands_on_topological_nodes(tmp_path):
    made = read(tmp_path, """
        TopologicalNode tn
        EnergySource s
        Terminal t ConductingEquipment=#s TopologicalNode=#tn
    """)  # fmt: skip
    assert made.linked(RelationshipKind.CONNECTS) == {"s-tn:1"}


def test_line_container_leads_to_its_area(tmp_path):
    made = read(tmp_path, """
        SubGeographicalRegion a
        Line c Region=#a
        Line d
        ACLineSegment l EquipmentContainer=#c
        ACLineSegment k EquipmentContainer=#d
    """)  # fmt: skip
    assert made.linked(RelationshipKind.CONTAINED_IN) == {"l-a"}


def test_disconnected_terminal_joins_nothing(tmp_path):
    made = read(tmp_path, """
        EnergySource s
        ConnectivityNode n
        Terminal t ConductingEquipment=#s ConnectivityNode=#n connected=false
    """)  # fmt: skip
    assert made.linked(RelationshipKind.CONNECTS) == set()
    assert "disconnected" in made.found[0]


def test_header_says_the_time_of_the_data(tmp_path):
    path = tmp_path / "m.xml"
    path.write_text(
        '<rdf:RDF xmlns:cim="http://iec.ch/TC57/CIM100#" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        'xmlns:md="http://iec.ch/TC57/61970-552/ModelDescription/1#">'
        '<md:FullModel rdf:about="urn:uuid:1"><md:Model.scenarioTime>2024-05-01T08:00:00Z</md:Model.scenarioTime>'
        "</md:FullModel><!-- a remark --><cim:Fuse rdf:ID='_f'><!-- another --></cim:Fuse></rdf:RDF>"
    )
    made = Read(path)
    assert made.account.as_of is not None
    assert made.account.as_of.isoformat() == "2024-05-01T08:00:00+00:00"
    assert list(made.entities) == ["f"]


@pytest.mark.parametrize(
    ("file", "objects", "heads"),
    [
        ("IEEE13.xml", 211, 1),
        ("IEEE123.xml", 1080, 1),
        ("maple10nodebreaker.xml", 195, 11),
        ("test240b_open_iowa.xml", 1948, 1),
    ],
)
def test_real_files_load_with_closed_accounts(file, objects, heads):
    if not SHARED.exists():
        pytest.skip(f"the shared data is not at {SHARED}")
    made = Read(SHARED / file)
    assert made.rejected == []
    assert made.account.taken == objects
    in_file = re.findall(r"<cim:\w+ rdf:(?:ID|about)=", (SHARED / file).read_text(encoding="utf-8"))
    assert objects + sum(made.account.left_out.values()) == len(in_file)
    assert len(made.linked(RelationshipKind.STARTS_AT)) == heads
    for link in made.links:
        ends = ENDS[link.kind]
        assert KIND_OF[type(made.entities[link.source])] in ends.sources
        assert KIND_OF[type(made.entities[link.target])] in ends.targets
