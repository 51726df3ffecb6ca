"""Places on diagrams (CGMES DiagramLayout): read with the model, by themselves, and written again."""

from __future__ import annotations

import itertools
import zipfile
from pathlib import Path
from typing import TypeVar

import pytest
from lxml import etree
from pydantic import ValidationError

from graph_api.cli.session import read_model
from schema.grid import ACLineSegment, Breaker, ConductingEquipment
from schema.vocabulary import SwitchPosition
from tests.cli.conftest import Shell, shell
from tests.exports.test_workbook import digest
from tests.loaders.cim_text import Read
from tests.loaders.test_cim_sets import CGMES3, EQ, GL, SSH, TP, header, refused, write

__all__ = ["shell"]

Kind = TypeVar("Kind", bound=ConductingEquipment)
DL = """
    Diagram d name=单线图 orientation=@OrientationKind.negative
    DiagramObject o1 Diagram=#d IdentifiedObject=#Q1 rotation=90
    DiagramObjectPoint p1 DiagramObject=#o1 xPosition=120 yPosition=80.5
    DiagramObject o2 Diagram=#d IdentifiedObject=#L1
    DiagramObjectPoint p4 DiagramObject=#o2 sequenceNumber=10 xPosition=200 yPosition=-3
    DiagramObjectPoint p3 DiagramObject=#o2 sequenceNumber=9 xPosition=120 yPosition=140
    DiagramObjectPoint p2 DiagramObject=#o2 sequenceNumber=1 xPosition=120 yPosition=80.5
    DiagramObject o3 Diagram=#d IdentifiedObject=#N2
    DiagramObjectPoint p5 DiagramObject=#o3 xPosition=1e2 yPosition=0
    Diagram up name=地理图 orientation=@OrientationKind.positive
    DiagramObject o4 Diagram=#up IdentifiedObject=#Q1
    DiagramObjectPoint p6 DiagramObject=#o4 xPosition=-7 yPosition=8
"""
Q1 = ("单线图: 120 80.5", "地理图: -7 -8")


@pytest.mark.parametrize("order", list(itertools.permutations(["EQ", "SSH", "DL"])))
def test_places_of_symbols_and_lines(tmp_path: Path, order: tuple[str, ...]):
    paths = write(tmp_path, EQ=EQ, SSH=SSH, DL=DL)
    made = Read(*(paths[name] for name in order))
    assert made.rejected == []
    entities = made.entities
    assert entities["Q1"].diagram_places == Q1
    assert entities["L1"].diagram_places == ("单线图: 120 80.5, 120 140, 200 -3",)
    assert entities["N2"].diagram_places == ("单线图: 100 0",)
    assert entities["C1"].diagram_places == ()
    account = next(each for each in made.report.accounts if each.file == "DL.xml")
    assert (account.rows_read, account.taken, account.left_out) == (12, 12, {})


def test_one_file_that_holds_all(tmp_path: Path):
    assert Read(*write(tmp_path, EQ=EQ + DL).values()).entities["Q1"].diagram_places == Q1


def test_what_is_drawn_for_others_is_counted(tmp_path: Path):
    """Terminals have no place, nor what no file holds; texts and their points are a class of their own."""
    more = """
        DiagramObject o7 Diagram=#d IdentifiedObject=#t1Q1
        DiagramObjectPoint p7 DiagramObject=#o7 xPosition=1 yPosition=1
        DiagramObject o8 Diagram=#d IdentifiedObject=#measured
        DiagramObject o9 Diagram=#d
        TextDiagramObject x1 Diagram=#d text=10kV
        DiagramObjectPoint p8 DiagramObject=#x1 xPosition=1 yPosition=1
    """
    made = Read(*write(tmp_path, EQ=EQ, DL=DL + more).values())
    assert made.rejected == []
    account = next(each for each in made.report.accounts if each.file == "DL.xml")
    assert account.taken == 12
    assert sum(account.left_out.values()) == 6
    assert made.entities["Q1"].diagram_places == Q1


def test_a_symbol_without_diagram_and_a_point_without_symbol_are_rejected(tmp_path: Path):
    more = """
        DiagramObject o7 Diagram=#nowhere IdentifiedObject=#C1
        DiagramObjectPoint p7 DiagramObject=#nothing xPosition=1 yPosition=1
        DiagramObject o8 Diagram=#d IdentifiedObject=#C1
        DiagramObjectPoint p8 DiagramObject=#o8 xPosition=left yPosition=1
    """
    made = Read(*write(tmp_path, EQ=EQ, DL=DL + more).values())
    assert [each.partition(":")[0] for each in made.rejected] == ["Diagram=nowhere", "DiagramObject=nothing"]
    assert ["xPosition=left" in each for each in made.found] == [True]
    assert made.entities["C1"].diagram_places == ()


def test_diagrams_that_are_called_alike_are_told_apart(tmp_path: Path):
    one = "Diagram d1 name=图\nDiagramObject o1 Diagram=#d1 IdentifiedObject=#Q1\n"
    one += "DiagramObjectPoint p1 DiagramObject=#o1 xPosition=1 yPosition=2\n"
    made = Read(*write(tmp_path, EQ=EQ, DL=one + one.replace("1 ", "3 ").replace("d1", "d3").replace("#o1", "#o3")
                       .replace("IdentifiedObject=#Q3", "IdentifiedObject=#Q1")).values())  # fmt: skip
    assert [each.partition(":")[0] for each in made.entities["Q1"].diagram_places] == ["图 (d1)", "图 (d3)"]


def test_a_lone_drawing_draws_the_model_in_the_store_anew(shell: Shell, tmp_path: Path):
    paths = write(tmp_path / "in", EQ=EQ, DL=DL)
    assert "DL.xml holds places on diagrams (DL)" in refused(paths["DL"])
    assert "Load it together with the EQ file" in shell("load", str(paths["DL"]), code=2).stderr
    shell("load", str(paths["EQ"]), str(paths["DL"]))
    shell("load", str(paths["DL"]))
    assert shell.json("load", str(paths["DL"]))["revision"] is None, "loaded again it changes nothing"
    moved = "Diagram d name=单线图\nDiagramObject o1 Diagram=#d IdentifiedObject=#Q1\n"
    moved += "DiagramObjectPoint p1 DiagramObject=#o1 xPosition=5 yPosition=6"
    told = shell.json("load", str(write(tmp_path / "in", DL=moved)["DL"]))
    assert (told["rejects"], told.get("removed", [])) == ([], [])
    graph = read_model(shell.store).graph
    assert graph.get(Breaker, graph.index("Q1")).diagram_places == ("单线图: 5 6", "地理图: -7 -8")
    assert len(graph.entity(graph.index("L1")).diagram_places) == 1


@pytest.mark.parametrize("order", list(itertools.permutations(["SSH", "GL", "DL"])))
def test_position_and_places_of_one_thing_in_one_load(shell: Shell, tmp_path: Path, order: tuple[str, ...]):
    """State and places of Q1 come in three files that each name somebody who is nowhere."""
    ssh = header("s", CGMES3.format("SteadyStateHypothesis")) + f"{SSH}\nBreaker nobody open=true"
    gl = f"{GL}\nLocation there CoordinateSystem=#crs PowerSystemResources=#nobody"
    dl = f"{DL}\nDiagramObject o9 Diagram=#d IdentifiedObject=#nobody"
    paths = write(tmp_path / "in", EQ=EQ, SSH=ssh, GL=gl, DL=dl)
    shell("load", str(paths["EQ"]))
    told = shell.json("load", *(str(paths[name]) for name in order))
    assert [(each["file"], each["value"]) for each in told["rejects"]] == [("SSH.xml", "nobody")]
    assert [each["file"] for each in told["findings"] if each["value"] == "nobody"] == ["GL.xml"]
    graph = read_model(shell.store).graph
    q1 = graph.get(Breaker, graph.index("Q1"))
    assert (q1.position, q1.longitude, q1.diagram_places) == (SwitchPosition.OPEN, 121.5, Q1)


def test_a_topology_beside_a_lone_drawing_is_named(shell: Shell, tmp_path: Path):
    paths = write(tmp_path / "in", EQ=EQ, DL=DL, TP=TP)
    shell("load", str(paths["EQ"]))
    told = shell.json("load", str(paths["TP"]), str(paths["DL"]))
    assert any("the topology (TP)" in each["reason"] for each in told["findings"])


def test_a_point_of_no_location_is_rejected_by_a_lone_file(shell: Shell, tmp_path: Path):
    paths = write(tmp_path / "in", EQ=EQ, GL=f"{GL}\nPositionPoint lost xPosition=1 yPosition=1")
    shell("load", str(paths["EQ"]))
    told = shell.json("load", str(paths["GL"]))
    assert ["PositionPoint lost" in each["reason"] for each in told["rejects"]] == [True]


@pytest.mark.parametrize("version", ["3.0", "2.4.15"])
def test_written_it_comes_back(shell: Shell, tmp_path: Path, version: str):
    ssh = header("s", CGMES3.format("SteadyStateHypothesis")) + SSH
    paths = write(tmp_path / "in", EQ=EQ, DL=DL, SSH=ssh)
    shell("load", *map(str, paths.values()), "--system", "set")
    out, other = tmp_path / "set.zip", f"sqlite:///{tmp_path}/other.db"
    told = shell.json("export", "cim", str(out), "--version", version)
    assert told["differs"]["fields"] == {}
    assert told["objects"]["DL"] == {"Diagram": 2, "DiagramObject": 4, "DiagramObjectPoint": 6}
    shell("load", str(out), "--store", other, "--system", "set")
    assert digest(other) == digest(shell.store)
    with zipfile.ZipFile(out) as archive:
        root = etree.fromstring(archive.read("set_DL.xml"))
    assert {each.get(f"{RDF}resource").rpartition(".")[2] for each in root.iter("{*}Diagram.orientation")} == {
        "negative"
    }
    assert {each.text for each in root.iter("{*}Model.profile")} == {PROFILE[version]}


PROFILE = {"3.0": CGMES3.format("DiagramLayout"), "2.4.15": "http://entsoe.eu/CIM/DiagramLayout/3/1"}
RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"


@pytest.mark.parametrize(
    "text", ["单线图", "单线图: 1", ": 1 2", "单线图: 1 2 3", "单线图: a 2", "单线图: 1 nan", "图: 1 2,"]
)
def test_what_is_no_place_on_a_diagram_is_refused(text: str):
    with pytest.raises(ValidationError, match="is no place on a diagram"):
        Breaker(id="Q", diagram_places=(text,))


def test_a_model_loaded_again_keeps_what_no_file_of_the_load_tells(shell: Shell, tmp_path: Path):
    """Without GL and DL it stays where it was; a GL that places another thing takes this one's place away."""
    paths = write(tmp_path / "in", EQ=EQ, GL=GL, DL=DL)
    more = EQ.replace("name=L1", "name=Line1")
    shell("load", "--system", "m", *map(str, paths.values()))
    shell("load", "--system", "m", str(write(tmp_path / "new", EQ=more)["EQ"]))
    q1, l1 = _drawn(shell, Breaker, "Q1"), _drawn(shell, ACLineSegment, "L1")
    assert (q1.longitude, q1.latitude, q1.diagram_places, l1.name) == (121.5, 31.2, Q1, "Line1")
    others = write(tmp_path / "other", EQ=more, GL=GL.replace("#Q1", "#L1"))
    shell("load", "--system", "m", *map(str, others.values()))
    q1, l1 = _drawn(shell, Breaker, "Q1"), _drawn(shell, ACLineSegment, "L1")
    assert (q1.longitude, l1.longitude, q1.diagram_places) == (None, 121.5, Q1)


def _drawn(shell: Shell, cls: type[Kind], ident: str) -> Kind:
    graph = read_model(shell.store).graph
    return graph.get(cls, graph.index(ident))
