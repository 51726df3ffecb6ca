"""One model of several files: merged over files, folders and archives, in any order; sets that are none are refused."""

from __future__ import annotations

import itertools
import zipfile
from collections import Counter
from pathlib import Path

import pytest

from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.snapshot import Snapshot
from loaders.cim import CimSource
from loaders.source import Reading
from schema.errors import LoadError
from schema.grid import ConductingEquipment, ConnectivityNode
from schema.registry import KIND_OF
from schema.vocabulary import SwitchPosition
from tests.loaders.cim_text import Read, rdf
from tests.loaders.cim_truth import Truth
from tests.shared_data import shared_data

# S -- N1 --[Q1]-- N2 --L1-- N3 -- C1
EQ = """
    BaseVoltage v nominalVoltage=10
    ConnectivityNode N1 name=N1
    ConnectivityNode N2 name=N2
    ConnectivityNode N3 name=N3
    EnergySource S name=S
    Breaker Q1 name=Q1 normalOpen=false
    ACLineSegment L1 name=L1
    EnergyConsumer C1 name=C1
    Terminal tS ConductingEquipment=#S ConnectivityNode=#N1 sequenceNumber=1
    Terminal t1Q1 ConductingEquipment=#Q1 ConnectivityNode=#N1 sequenceNumber=1
    Terminal t2Q1 ConductingEquipment=#Q1 ConnectivityNode=#N2 sequenceNumber=2
    Terminal t1L1 ConductingEquipment=#L1 ConnectivityNode=#N2 sequenceNumber=1
    Terminal t2L1 ConductingEquipment=#L1 ConnectivityNode=#N3 sequenceNumber=2
    Terminal tC1 ConductingEquipment=#C1 ConnectivityNode=#N3 sequenceNumber=1
"""
SSH = "Breaker Q1 open=true\nEnergyConsumer C1 p=0.5"
GL = """
    CoordinateSystem crs crsUrn=urn:ogc:def:crs:EPSG::4326
    Location here CoordinateSystem=#crs PowerSystemResources=#Q1
    PositionPoint p Location=#here sequenceNumber=1 xPosition=121.5 yPosition=31.2
"""
CGMES2 = "http://entsoe.eu/CIM/{}"
CGMES3 = "http://iec.ch/TC57/ns/CIM/{}-EU/3.0"


def write(folder: Path, **drawings: str) -> dict[str, Path]:
    """Files of the drawings: identities of EQ are rdf:ID, those of all others rdf:about."""
    paths = {}
    folder.mkdir(exist_ok=True)
    for name, drawing in drawings.items():
        paths[name] = folder / f"{name}.xml"
        paths[name].write_text(rdf(drawing, identity="ID" if name.startswith("EQ") else "about"), encoding="utf-8")
    return paths


def header(key: str, profile: str, *needs: str, time: str = "2026-05-01T08:00:00Z", more: str = "") -> str:
    return (
        f"FullModel {key} Model.profile={profile} Model.scenarioTime={time} "
        + " ".join(f"Model.DependentOn=#{need}" for need in needs)
        + f" {more}\n"
    )


def live(made: Read) -> set[str]:
    return live_in(list(made.entities.values()), made.links)


def live_in(entities, links) -> set[str]:
    graph = Snapshot.of(entities, links, revision=1)
    topology = ReadModel.build(graph).topology
    return {
        entity.id
        for entity in entities
        if isinstance(entity, (ConductingEquipment, ConnectivityNode)) and topology.energised(graph.index(entity.id))
    }


def refused(*paths: Path, system: str = "") -> str:
    with pytest.raises(LoadError) as caught:
        list(CimSource(paths, system).batches(Reading()))
    return caught.value.message


def check(made: Read, *paths: Path) -> None:
    """The set is one model: names of EQ, position and load of SSH, place of GL, and live is what the truth says."""
    assert made.rejected == []
    q1, c1 = made.entities["Q1"], made.entities["C1"]
    assert (q1.name, q1.normal_position, q1.position) == ("Q1", SwitchPosition.CLOSED, SwitchPosition.OPEN)
    assert (c1.name, c1.kw) == ("C1", 500)
    assert (q1.longitude, q1.latitude) == (121.5, 31.2)
    assert live(made) == Truth(*paths).live() == {"S", "N1"}


@pytest.mark.parametrize("order", list(itertools.permutations(["EQ", "SSH", "GL"])))
def test_files_in_any_order(tmp_path: Path, order: tuple[str, ...]):
    paths = write(tmp_path / "set", EQ=EQ, SSH=SSH, GL=GL)
    files = [paths[name] for name in order]
    check(Read(*files), *files)


@pytest.mark.parametrize("members", [("EQ.xml", "SSH.xml", "GL.xml"), ("set/GL.xml", "set/SSH.rdf", "set/EQ.xml")])
def test_an_archive(tmp_path: Path, members: tuple[str, ...]):
    paths = write(tmp_path / "set", EQ=EQ, SSH=SSH, GL=GL)
    out = tmp_path / "model.zip"
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for member in members:
            archive.write(paths[Path(member).stem], member)
        archive.writestr("readme.txt", "made by hand")
        archive.writestr("__MACOSX/._EQ.xml", "litter")
    made = Read(out)
    check(made, out)
    assert [each.file for each in made.report.accounts] == [
        *(f"model.zip/{each}" for each in members),
        "model.zip/readme.txt",
    ]
    assert {each.load for each in made.report.accounts} == {7}


def test_accounts_count_statements_of_each_file(tmp_path: Path):
    paths = write(tmp_path / "set", EQ=EQ, SSH=SSH)
    made = Read(paths["SSH"], paths["EQ"])
    truth = {name: sum(Truth(path).elements.values()) for name, path in paths.items()}
    assert {Path(each.file).stem: each.taken for each in made.report.accounts} == truth
    assert {made.entities["Q1"].load, made.entities["C1"].load} == {8}, "the file that defines them"


@pytest.mark.parametrize(
    ("defined", "spoken"),
    [
        ("#_q1", "#_Q1"),
        ("_Q1", "urn:uuid:Q1"),
        ("_A0B1C2D3-0000-4000-8000-00000000000A", "urn:uuid:a0b1c2d3-0000-4000-8000-00000000000a"),
        ("_a0b1c2d3-0000-4000-8000-00000000000a", "#_A0B1C2D3-0000-4000-8000-00000000000A"),
        ("_Q1", "http://example.com/model#_Q1"),
        ("_Q1", "EQ.xml#_q1"),
    ],
)
def test_one_identity_in_any_writing(tmp_path: Path, defined: str, spoken: str):
    paths = write(tmp_path, EQ="Breaker Q1 name=Q1 normalOpen=false\nEnergySource S", SSH="Breaker Q1 open=true")
    for name, mark in (("EQ", defined), ("SSH", spoken)):
        text = paths[name].read_text("utf-8")
        for old in ('rdf:ID="_Q1"', 'rdf:about="urn:uuid:Q1"'):
            text = text.replace(old, f'rdf:{"ID" if name == "EQ" else "about"}="{mark}"')
        paths[name].write_text(text, "utf-8")
    made = Read(*paths.values())
    (breaker,) = [each for each in made.entities.values() if each.name == "Q1"]
    assert breaker.id == defined.rpartition("#")[2].removeprefix("_")
    assert breaker.position is SwitchPosition.OPEN


def test_identities_that_differ_in_case_alone_stay_two(tmp_path: Path):
    paths = write(tmp_path, EQ="EnergySource S\nFuse q name=a\nFuse Q name=b", SSH="Fuse Q open=true")
    made = Read(*paths.values())
    assert (made.entities["q"].position, made.entities["Q"].position) == (None, SwitchPosition.OPEN)


def test_one_file_may_speak_twice_of_a_thing(tmp_path: Path):
    path = tmp_path / "one.xml"
    text = rdf("EnergySource S\nBreaker Q1 name=Q1\nBreaker Q2 open=true")
    path.write_text(text.replace('rdf:ID="_Q2"', 'rdf:about="#_Q1"'), "utf-8")
    made = Read(path)
    assert (made.entities["Q1"].name, made.entities["Q1"].position) == ("Q1", SwitchPosition.OPEN)
    assert made.account.taken == 3


def test_a_class_above_may_speak(tmp_path: Path):
    paths = write(tmp_path, EQ=EQ, SSH="Switch Q1 open=true\nEnergyConsumer C1 p=0.5")
    made = Read(*paths.values())
    assert (type(made.entities["Q1"]).__name__, made.entities["Q1"].position) == ("Breaker", SwitchPosition.OPEN)


BUS_BRANCH = """
    BaseVoltage v nominalVoltage=110
    ExternalNetworkInjection G
    ACLineSegment L
    ConformLoad C
    Terminal tG ConductingEquipment=#G
    Terminal t1L ConductingEquipment=#L
    Terminal t2L ConductingEquipment=#L
    Terminal tC ConductingEquipment=#C
"""
TP = """
    TopologicalNode A name=A
    TopologicalNode B name=B
    Terminal tG TopologicalNode=#A
    Terminal t1L TopologicalNode=#A
    Terminal t2L TopologicalNode=#B
    Terminal tC TopologicalNode=#B
"""
SV = "SvVoltage sv v=110 TopologicalNode=#A"


@pytest.mark.parametrize(
    ("version", "words"),
    [
        (CGMES2, {"EQ": "EquipmentCore/3/1", "SSH": "SteadyStateHypothesis/1/1", "TP": "Topology/4/1",
                  "SV": "StateVariables/4/1", "BD": "EquipmentBoundary/3/1"}),
        (CGMES3, {"EQ": "CoreEquipment", "SSH": "SteadyStateHypothesis", "TP": "Topology", "SV": "StateVariables",
                  "BD": "EquipmentBoundary"}),
    ],
)  # fmt: skip
def test_a_bus_branch_set_of_cgmes_with_its_boundary(tmp_path: Path, version: str, words: dict[str, str]):
    uri = {name: version.format(word) for name, word in words.items()}
    paths = write(
        tmp_path,
        SV=header("sv", uri["SV"], "tp", "ssh") + SV,
        TP=header("tp", uri["TP"], "eq") + TP,
        SSH=header("ssh", uri["SSH"], "eq") + "ConformLoad C p=12.5 q=1\nTerminal tG connected=true",
        EQ=header("eq", uri["EQ"], "bd") + BUS_BRANCH.replace("BaseVoltage v nominalVoltage=110\n", "\n"),
        EQBD=header("bd", uri["BD"]) + "BaseVoltage v nominalVoltage=110",
    )
    made = Read(*paths.values())
    assert made.rejected == []
    assert live(made) == Truth(*paths.values()).live() == {"G", "L", "C", "A", "B"}
    assert made.entities["C"].kw == 12_500
    assert not [each.reason for each in made.report.findings if "depends" in each.reason or "SSH" in each.reason]


def test_what_is_missing_is_named(tmp_path: Path):
    paths = write(tmp_path, EQ=header("eq", CGMES3.format("CoreEquipment"), "bd") + EQ)
    told = [each.reason for each in Read(paths["EQ"]).report.findings]
    assert any("depends on model bd, which is not in this load" in each for each in told)
    assert any("There is no SSH file" in each for each in told)


def test_times_that_do_not_fit(tmp_path: Path):
    paths = write(
        tmp_path,
        EQ=header("eq", CGMES3.format("CoreEquipment")) + BUS_BRANCH,
        SSH=header("ssh", CGMES3.format("SteadyStateHypothesis"), "eq") + "ConformLoad C p=1",
        TP=header("tp", CGMES3.format("Topology"), "eq", time="2026-05-01T09:00:00Z") + TP,
    )
    told = [each.reason for each in Read(*paths.values()).report.findings]
    assert any("different times" in each and "TP.xml 2026-05-01T09:00:00Z" in each for each in told)


def test_an_object_of_which_no_file_tells_what_it_is(tmp_path: Path):
    paths = write(tmp_path, EQ=EQ, SSH=SSH + "\nBreaker Q9 open=true")
    made = Read(*paths.values())
    assert [(each.file, each.value) for each in made.report.rejects] == [("SSH.xml", "Q9")]
    assert "no file of this load defines it" in made.rejected[0]
    assert "Q9" not in made.entities


def test_what_belongs_to_a_class_that_is_not_read_is_left_out(tmp_path: Path):
    paths = write(tmp_path, EQ=EQ + "Ammeter am name=x", SSH=SSH + "\nSwitch am open=true")
    made = Read(*paths.values())
    assert made.rejected == []
    assert any("Ammeter" in reason for account in made.report.accounts for reason in account.left_out)


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"EQ": EQ, "EQ2": EQ.replace("name=L1", "name=L2")}, ["EQ.xml and EQ2.xml contradict", "'L1'", "'L2'"]),
        ({"EQ": EQ, "EQ2": EQ.replace("ACLineSegment L1", "Fuse L1")}, ["contradict each other", "class"]),
        ({"EQ": EQ, "SSH": SSH, "SSH2": SSH.replace("true", "false")}, ["SSH.xml and SSH2.xml contradict each other"]),
        ({"EQ": EQ, "EQ2": "EnergySource T\nConnectivityNode M\nTerminal u ConductingEquipment=#T ConnectivityNode=#M"},
         ["2 models that have nothing in common: EQ.xml, EQ2.xml", "--system"]),
        ({"EQ": EQ, "SSH": "Breaker X1 open=true\nEnergyConsumer X2 p=1"},
         ["SSH.xml is of another model", "EQ.xml", "Nothing was loaded"]),
        ({"EQ": EQ, "EQ2": EQ + "Fuse f"}, ["EQ.xml and EQ2.xml hold the same terminals", "Fuse f"]),
        ({"EQ": EQ, "EQ2": EQ.replace(" normalOpen=false", " ratedCurrent=400")}, ["the same terminals", "Breaker Q1"]),
        ({"TP": TP}, ["TP.xml holds the topology (TP)", "baodian load EQ.xml TP.xml"]),
        ({"SV": SV}, ["SV.xml holds results of a power flow (SV)"]),
        ({"GL": GL}, ["GL.xml holds places (GL)"]),
        ({"DL": "Diagram d\nDiagramObject o Diagram=#d"}, ["DL.xml holds places on diagrams (DL)"]),
        ({"TP": header("tp", CGMES3.format("Topology"), "eq-1") + TP}, ["depends on eq-1"]),
        ({"SSH": SSH}, ["not in the store", "baodian load EQ.xml SSH.xml"]),
        ({"SSH": header("s", CGMES3.format("SteadyStateHypothesis"), "eq-1") + SSH}, ["depends on eq-1"]),
        ({"EQBD": header("bd", CGMES3.format("EquipmentBoundary")) + "BaseVoltage v nominalVoltage=110"},
         ["is a boundary set"]),
        ({"EQ": header("new", CGMES3.format("CoreEquipment"), more="Model.Supersedes=#old") + EQ,
          "EQ2": header("old", CGMES3.format("CoreEquipment")) + EQ}, ["EQ.xml replaces EQ2.xml"]),
        ({"EQ": BUS_BRANCH}, ["EQ.xml", "TP file"]),
    ],
)  # fmt: skip
def test_what_is_no_set_is_refused_with_the_way_out(tmp_path: Path, files: dict[str, str], words: list[str]):
    message = refused(*write(tmp_path, **files).values())
    for word in words:
        assert word in message


def test_two_models_of_one_system_are_loaded_as_one(tmp_path: Path):
    paths = write(
        tmp_path, EQ=EQ, EQ2="EnergySource T\nConnectivityNode M\nTerminal u ConductingEquipment=#T ConnectivityNode=#M"
    )
    assert {"S", "T"} <= Read(*paths.values(), system="both").entities.keys()


def test_the_same_boundary_twice_is_a_duplicate(tmp_path: Path):
    paths = write(tmp_path, EQ=EQ, EQ2="BaseVoltage v nominalVoltage=10")
    assert [each.duplicates for each in Read(*paths.values()).report.accounts] == [0, 1]


def zipped(folder: Path, **members: bytes) -> Path:
    out = folder / "model.zip"
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ({"../EQ.xml": b"<x/>"}, "leads outside the archive"),
        ({"/etc/EQ.xml": b"<x/>"}, "leads outside the archive"),
        ({"C:/EQ.xml": b"<x/>"}, "leads outside the archive"),
        ({"inner.zip": b"PK"}, "holds another archive, 'inner.zip'"),
        ({"EQ.xml": b"\0" * (60 << 20)}, "zip bomb"),
        ({"readme.txt": b"hello"}, "holds no CIM file"),
        ({"EQ.xml": b"hello"}, "model.zip/EQ.xml is not an XML file"),
    ],
)
def test_archives_that_are_not_read(tmp_path: Path, members: dict[str, bytes], words: str):
    assert words in refused(zipped(tmp_path, **members))


def test_an_archive_that_is_damaged_or_encrypted(tmp_path: Path):
    out = zipped(tmp_path, **{"EQ.xml": rdf(EQ).encode() * 50})
    whole = out.read_bytes()
    out.write_bytes(whole[:200])
    assert "is damaged or no ZIP archive" in refused(out)
    out.write_bytes(whole[:60] + bytes(100) + whole[160:])
    assert "is damaged or no ZIP archive" in refused(out)
    encrypted = bytearray(whole)
    encrypted[6] |= 1
    encrypted[whole.rindex(b"PK\x01\x02") + 8] |= 1
    out.write_bytes(bytes(encrypted))
    assert "is encrypted" in refused(out)
    assert "no such file" in refused(tmp_path / "gone.zip")


@pytest.mark.parametrize("file", ["IEEE13.xml", "IEEE123.xml", "maple10nodebreaker.xml", "test240b_open_iowa.xml"])
def test_live_in_real_models_is_what_another_trace_finds(file: str):
    path = shared_data("cim") / file
    found = live(Read(path))
    assert found == Truth(path).live()
    assert len(found) > 50 or file.startswith("maple")


KINDS = {
    "AC_LINE_SEGMENT": {"ACLineSegment", "SeriesCompensator", "EquivalentBranch"},
    "BREAKER": {"Breaker", "DisconnectingCircuitBreaker", "ProtectedSwitch"},
    "RECLOSER": {"Recloser"},
    "FUSE": {"Fuse"},
    "LOAD_BREAK_SWITCH": {"LoadBreakSwitch", "Sectionaliser"},
    "DISCONNECTOR": {"Disconnector", "GroundDisconnector", "Switch", "Jumper", "Cut"},
    "BUSBAR_SECTION": {"BusbarSection", "Junction"},
    "POWER_TRANSFORMER": {"PowerTransformer"},
    "ENERGY_SOURCE": {"EnergySource", "ExternalNetworkInjection"},
    "ENERGY_CONSUMER": {"EnergyConsumer", "ConformLoad", "NonConformLoad", "StationSupply", "AsynchronousMachine"},
    "GENERATING_UNIT": {"PowerElectronicsConnection", "SynchronousMachine", "EquivalentInjection"},
    "CONNECTIVITY_NODE": {"ConnectivityNode"},
    "SUBSTATION": {"Substation"},
    "FEEDER": {"Feeder"},
    "AREA": {"GeographicalRegion", "SubGeographicalRegion"},
}


@pytest.mark.parametrize("file", ["IEEE13.xml", "IEEE123.xml", "maple10nodebreaker.xml", "test240b_open_iowa.xml"])
def test_counts_per_class_are_those_of_another_parser(file: str):
    path = shared_data("cim") / file
    elements = Truth(path).elements
    kinds = Counter(str(KIND_OF[type(each)]) for each in Read(path).entities.values())
    for kind, classes in KINDS.items():
        assert kinds[kind] == sum(elements[cls] for cls in classes), kind
