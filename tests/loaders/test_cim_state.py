"""A SteadyStateHypothesis by itself, and what a later load of the model leaves of it."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from graph_api.cli.session import read_model
from schema.entity import Entity
from schema.relationships import RelationshipKind
from schema.vocabulary import SwitchPosition
from tests.cli.conftest import Shell
from tests.loaders.cim_text import Read
from tests.loaders.test_cim_sets import CGMES3, EQ, GL, SSH, TP, header, write


def test_a_state_is_of_the_ssh_and_all_else_of_the_eq(tmp_path: Path):
    ssh = (
        header("s", CGMES3.format("SteadyStateHypothesis")) + "Breaker Q1 open=true name=Other\nEnergyConsumer C1 p=0.5"
    )
    paths = write(tmp_path, SSH=ssh, EQ=EQ.replace("normalOpen=false", "normalOpen=false open=false"))
    made = Read(*paths.values())
    q1 = made.entities["Q1"]
    assert (q1.name, q1.position) == ("Q1", SwitchPosition.OPEN)
    assert ["EQ.xml says 'Q1', which was taken" in each for each in made.found] == [True]


def test_a_state_may_name_the_class_above(tmp_path: Path):
    """Exports of states call everything Equipment: of a set, of one text, and by itself."""
    more = "Equipment L1 inService=false\nConductingEquipment Q1 open=true\nEquipment nobody inService=false"
    ssh = header("s", CGMES3.format("SteadyStateHypothesis")) + more
    sets = Read(*write(tmp_path / "two", SSH=ssh, EQ=EQ).values())
    one = Read(*write(tmp_path / "one", EQ=f"{EQ}\n{more}").values())
    for made in (sets, one):
        l1, q1 = made.entities["L1"], made.entities["Q1"]
        assert (l1.in_service, q1.position, l1.name) == (False, SwitchPosition.OPEN, "L1")
        assert made.rejected == ["rdf:about=nobody: Equipment nobody: no file of this load defines it"]


def test_a_lone_state_may_name_the_class_above(shell: Shell, tmp_path: Path):
    ssh = header("s", CGMES3.format("SteadyStateHypothesis")) + "Equipment L1 inService=false"
    paths = write(tmp_path / "in", EQ=EQ, SSH=ssh)
    shell("load", str(paths["EQ"]))
    told = shell.json("load", str(paths["SSH"]))
    assert told["rejects"] == []
    [l1] = state(shell, "L1")
    assert (l1.in_service, l1.name) == (False, "L1")


def test_two_files_may_each_name_one_of_several(tmp_path: Path):
    paths = write(
        tmp_path,
        EQ=EQ.replace("ACLineSegment L1", "ACLineSegment L1 AdditionalEquipmentContainer=#F1") + "Feeder F1\nFeeder F2",
        EQ2="ACLineSegment L1 AdditionalEquipmentContainer=#F2 AdditionalEquipmentContainer=#F1 ratedCurrent=1\n"
        "PerLengthImpedance z",
    )  # fmt: skip
    made = Read(*paths.values())
    assert {"L1-F1", "L1-F2"} <= made.linked(RelationshipKind.CONTAINED_IN)


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


def state(shell: Shell, *ids: str) -> list[Entity]:
    graph = read_model(shell.store).graph
    return [graph.entity(graph.index(each)) for each in ids]


def test_a_lone_ssh_updates_the_model_in_the_store(shell: Shell, tmp_path: Path):
    paths = write(
        tmp_path / "in",
        EQ=EQ,
        SSH=header("s", CGMES3.format("SteadyStateHypothesis")) + SSH + "\nACLineSegment L1 inService=false\n"
        "Terminal tC1 connected=true\nTerminal t9 connected=false\nBreaker Q9 open=true",
        TP=TP,
    )  # fmt: skip
    shell("load", str(paths["EQ"]))
    told = shell.json("load", str(paths["SSH"]), str(paths["TP"]))
    q1, c1, l1 = state(shell, "Q1", "C1", "L1")
    assert (q1.name, q1.position, q1.normal_position) == ("Q1", SwitchPosition.OPEN, SwitchPosition.CLOSED)
    assert q1.position_at.isoformat() == "2026-05-01T08:00:00+00:00"
    assert (c1.name, c1.kw, l1.in_service, l1.load) == ("C1", 500, False, 1)
    assert told["difference"]["removed"] == {}
    assert told["difference"]["relationshipsRemoved"] == 0
    assert [each["value"] for each in told["rejects"]] == ["Q9"]
    findings = " ".join(each["reason"] for each in told["findings"])
    assert "TP.xml holds the topology" in findings
    assert "only the whole model can tell" in findings
    assert shell.json("load", str(paths["SSH"]))["difference"]["changed"] == {}
    shell("load", str(paths["EQ"]))
    q1, c1, l1 = state(shell, "Q1", "C1", "L1")
    assert (q1.position, c1.kw, l1.in_service) == (SwitchPosition.OPEN, 500, False), "EQ says nothing of the state"


def test_a_lone_ssh_is_no_source_system(shell: Shell, tmp_path: Path):
    paths = write(tmp_path / "in", EQ=EQ, SSH=SSH)
    shell("load", str(paths["EQ"]), "--system", "gis")
    assert "New source system" not in shell("load", str(paths["SSH"])).stderr
    shell("load", str(paths["SSH"]), "--system", "gis")
    assert len(state(shell, "S", "L1", "N1")) == 3, "with the model's own name nothing of it goes"


def test_a_lone_ssh_may_write_rdf_id(shell: Shell, tmp_path: Path):
    paths = write(tmp_path / "in", EQ=EQ, SSH=SSH)
    paths["SSH"].write_text(paths["SSH"].read_text("utf-8").replace('rdf:about="urn:uuid:', 'rdf:ID="_'), "utf-8")
    shell("load", str(paths["EQ"]))
    assert shell.json("load", str(paths["SSH"]))["difference"]["changed"] == {"ENERGY_CONSUMER": 1, "BREAKER": 1}


def test_a_lone_ssh_in_watts_is_refused(shell: Shell, tmp_path: Path):
    paths = write(tmp_path / "in", EQ=EQ, SSH="EnergyConsumer C1 p=500000")
    shell("load", str(paths["EQ"]))
    assert "--units" in shell("load", str(paths["SSH"]), code=2).stderr


def test_a_folder_with_a_readme_is_a_model(shell: Shell, tmp_path: Path):
    write(tmp_path / "set", EQ=EQ, SSH=SSH)
    (tmp_path / "set" / "readme.txt").write_text("hello")
    (tmp_path / "set" / "._EQ.xml").write_text("litter")
    told = shell.json("load", str(tmp_path / "set"))
    assert (told["system"], told["difference"]["added"]["BREAKER"]) == ("set", 1)


def test_a_lone_ssh_connects_a_terminal_again(shell: Shell, tmp_path: Path):
    paths = write(tmp_path / "in", EQ=EQ, SSH=SSH + "\nTerminal tC1 connected=false")
    shell("load", str(paths["EQ"]), str(paths["SSH"]), "--system", "gis")
    assert not nodes_of(shell, "C1")
    off = paths["SSH"].read_text("utf-8")
    paths["SSH"].write_text(off.replace("connected>false", "connected>true"), "utf-8")
    told = shell.json("load", str(paths["SSH"]))
    assert told["difference"]["relationshipsAdded"] == 1
    assert not [each for each in told["findings"] if "connect" in each["reason"]]
    [node] = nodes_of(shell, "C1")
    assert shell.json("load", str(paths["SSH"]))["difference"]["relationshipsAdded"] == 0
    again = shell.json("load", str(paths["EQ"]), str(paths["SSH"]), "--system", "gis")
    assert (again["difference"]["removed"], nodes_of(shell, "C1")) == ({"IDENTIFIER_MAPPING": 1}, [node])
    paths["SSH"].write_text(off, "utf-8")
    shell("load", str(paths["EQ"]), str(paths["SSH"]), "--system", "gis")
    assert not nodes_of(shell, "C1"), "the model says that it is disconnected, whatever an SSH file said before"


def test_a_later_model_parts_what_a_lone_ssh_connected(shell: Shell, tmp_path: Path):
    paths = write(tmp_path / "in", EQ=EQ, SSH=SSH + "\nTerminal tC1 connected=false")
    shell("load", str(paths["EQ"]), str(paths["SSH"]), "--system", "gis")
    off = paths["SSH"].read_text("utf-8")
    paths["SSH"].write_text(off.replace("connected>false", "connected>true"), "utf-8")
    shell("load", str(paths["SSH"]))
    paths["SSH"].write_text(off, "utf-8")
    assert shell.json("load", str(paths["SSH"]))["difference"]["relationshipsRemoved"] == 1
    assert not nodes_of(shell, "C1")
    shell("load", str(paths["EQ"]), str(paths["SSH"]), "--system", "gis")
    assert not nodes_of(shell, "C1")
    assert not [each for each in shell.json("load", str(paths["SSH"]))["findings"] if "tC1" in each["reason"]]


def live(shell: Shell) -> set[str]:
    model = read_model(shell.store)
    graph = model.graph
    return {each for each in ("S", "Q1", "L1", "C1") if model.topology.energised(graph.index(each))}


def test_a_lone_ssh_disconnects_a_terminal(shell: Shell, tmp_path: Path):
    """Nothing else in it: who is behind is dead, until an SSH file says otherwise; the EQ file alone does not."""
    paths = write(tmp_path / "in", EQ=EQ, SSH="Terminal t2L1 connected=false")
    shell("load", str(paths["EQ"]), "--system", "gis")
    assert live(shell) == {"S", "Q1", "L1", "C1"}
    told = shell.json("load", str(paths["SSH"]))
    assert (told["difference"]["relationshipsRemoved"], told["findings"], told["rejects"]) == (1, [], [])
    assert live(shell) == {"S", "Q1", "L1"}
    again = shell.json("load", str(paths["SSH"]))["difference"]
    assert (again["relationshipsRemoved"], again["added"], again["changed"]) == (0, {}, {})
    again = shell.json("load", str(paths["EQ"]), "--system", "gis")["difference"]
    assert (again["removed"], again["relationshipsAdded"], again["relationshipsRemoved"]) == ({}, 0, 0)
    assert live(shell) == {"S", "Q1", "L1"}
    off = paths["SSH"].read_text("utf-8")
    paths["SSH"].write_text(off.replace("connected>false", "connected>true").replace("t2L1", "T2L1"), "utf-8")
    assert shell.json("load", str(paths["SSH"]))["difference"]["relationshipsAdded"] == 1
    assert live(shell) == {"S", "Q1", "L1", "C1"}
    again = shell.json("load", str(paths["EQ"]), "--system", "gis")["difference"]
    assert (again["removed"], again["relationshipsAdded"]) == ({"IDENTIFIER_MAPPING": 1}, 0)
    assert live(shell) == {"S", "Q1", "L1", "C1"}


def test_a_lone_ssh_of_terminals_of_nothing_known_is_of_another_model(shell: Shell, tmp_path: Path):
    paths = write(tmp_path / "in", EQ=EQ, SSH="Terminal t9 connected=false")
    shell("load", str(paths["EQ"]))
    assert "not in the store" in shell("load", str(paths["SSH"]), code=2).stderr
    paths = write(tmp_path / "in", EQ=EQ, SSH="Terminal t2L1 connected=true")
    assert shell.json("load", str(paths["SSH"]))["difference"]["relationshipsAdded"] == 0


def test_terminals_keep_their_identities_by_number(tmp_path: Path):
    text = EQ.replace("ConnectivityNode=#N3 sequenceNumber=2", "ConnectivityNode=#N3 sequenceNumber=4")
    made = Read(*write(tmp_path, EQ=text).values())
    assert made.entities["Q1"].terminal_ids == ("t1Q1", "t2Q1")
    assert made.entities["L1"].terminal_ids == ("t1L1", "", "", "t2L1")


def nodes_of(shell: Shell, ident: str) -> list[str]:
    graph = read_model(shell.store).graph
    return [graph.id(at) for at in graph.targets(graph.index(ident), RelationshipKind.CONNECTS)]


def test_lone_places_are_those_of_the_model_in_the_store(shell: Shell, tmp_path: Path):
    """A GeographicalLocation alone moves what it names and nothing else; it removes nothing."""
    lines = GL + "    Location way CoordinateSystem=#crs PowerSystemResources=#L1\n" + "\n".join(
        f"    PositionPoint w{n} Location=#way sequenceNumber={n} xPosition=121.{n} yPosition=31.{n}" for n in (1, 2, 3)
    )  # fmt: skip
    paths = write(tmp_path / "in", EQ=EQ, GL=lines, SSH=SSH)
    refused = shell("load", str(paths["GL"]), code=2).stderr
    assert "Load it together with the EQ file" in refused
    shell("load", str(paths["EQ"]))
    count = len(state(shell, "Q1", "L1", "C1"))
    told = shell.json("load", str(paths["GL"]))
    assert told["rejects"] == []
    q1, l1, c1 = state(shell, "Q1", "L1", "C1")
    assert (q1.longitude, q1.latitude, q1.name) == (121.5, 31.2, "Q1")
    assert (l1.longitude, l1.latitude, l1.end_longitude, l1.end_latitude) == (121.1, 31.1, 121.3, 31.3)
    assert (c1.longitude, count) == (None, 3)
    again = shell.json("load", str(paths["GL"]))
    assert again["revision"] is None, "loaded again it changes nothing"
    shell("load", str(paths["GL"]), str(paths["SSH"]))
    [q1] = state(shell, "Q1")
    assert (q1.longitude, q1.position) == (121.5, SwitchPosition.OPEN)


OTHER_IDS = EQ.replace("Breaker Q1", "Breaker Q1 mRID=SW-1").replace("EnergyConsumer C1", "EnergyConsumer C1 mRID=LD-1")
"""The model with mRIDs that are not the rdf:IDs: its other files go by rdf:ID alone (IEC 61970-552)."""


def test_a_lone_ssh_and_gl_go_by_rdf_id_where_the_mrid_is_another(shell: Shell, tmp_path: Path):
    paths = write(tmp_path / "in", EQ=OTHER_IDS, SSH=header("s", CGMES3.format("SteadyStateHypothesis")) + SSH, GL=GL)
    shell("load", str(paths["EQ"]))
    told = shell.json("load", str(paths["SSH"]))
    assert (told["rejects"], told["difference"]["changed"]) == ([], {"BREAKER": 1, "ENERGY_CONSUMER": 1})
    shell("load", str(paths["GL"]))
    q1, c1 = state(shell, "SW-1", "LD-1")
    assert (q1.position, q1.longitude, c1.kw) == (SwitchPosition.OPEN, 121.5, 500)


def test_a_lone_ssh_of_the_source_fits_its_export(shell: Shell, tmp_path: Path):
    ssh = header("s", CGMES3.format("SteadyStateHypothesis")) + SSH
    paths = write(tmp_path / "in", EQ=OTHER_IDS, SSH=ssh)
    shell("load", str(paths["EQ"]))
    shell("export", "cim", str(tmp_path / "out.zip"))
    other = f"sqlite:///{tmp_path}/other.db"
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        shell("load", archive.extract("out_EQ.xml", tmp_path), "--store", other)
    told = shell.json("load", str(paths["SSH"]), "--store", other)
    assert (told["rejects"], told["difference"]["changed"]) == ([], {"BREAKER": 1, "ENERGY_CONSUMER": 1})


def test_an_rdf_id_that_is_the_mrid_of_another_leads_to_its_own_thing(shell: Shell, tmp_path: Path):
    more = "Breaker Q2 name=Q2 mRID=Q1 normalOpen=false\n"
    nodes = "Terminal t1Q2 ConductingEquipment=#Q2 ConnectivityNode=#N1 sequenceNumber=1\n"
    nodes += "Terminal t2Q2 ConductingEquipment=#Q2 ConnectivityNode=#N2 sequenceNumber=2\n"
    paths = write(tmp_path / "in", EQ=OTHER_IDS + more + nodes, SSH="Breaker Q1 open=true")
    shell("load", str(paths["EQ"]))
    shell("load", str(paths["SSH"]))
    of_q1, of_q2 = state(shell, "SW-1", "Q1")
    assert (of_q1.position, of_q2.position) == (SwitchPosition.OPEN, None)


def test_a_lone_ssh_of_which_only_terminals_fit_is_no_revision(shell: Shell, tmp_path: Path):
    paths = write(tmp_path / "in", EQ=EQ, SSH="Breaker Q9 open=true\nTerminal tC1 connected=true")
    shell("load", str(paths["EQ"]))
    before = read_model(shell.store).graph.revision
    assert "of a model that is not in the store" in shell("load", str(paths["SSH"]), code=2).stderr
    assert read_model(shell.store).graph.revision == before
