"""The grid as CIM profile files: loaded again it is the same, and what is live in it is so by a reading of its own."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pytest

from graph_api.cli.session import read_model
from graph_api.exports.cim.objects import WRITTEN
from loaders.drawing import batch
from schema.customer import Customer
from schema.grid import Area, Bay, FaultIndicator, VoltageLevel
from schema.registry import EntityKind
from schema.relationships import Relationship, RelationshipKind
from schema.vocabulary import GenerationType, Ownership, SwitchPosition
from tests.cli.conftest import Shell, shell
from tests.exports.test_workbook import digest
from tests.loaders.cim_text import rdf
from tests.loaders.cim_truth import Truth
from tests.shared_data import shared_data

__all__ = ["shell"]

GRID = """
    F1 = CB1
    F1 @ SUB1
    G1 - B1 - CB1 - L1(1200m) - n1 - T1(400kVA) - EC1(80.5kW)
    n1 - LS1 - L2(0.5m) - n2 - RC1 - EC2
    n2 - DS1/ - L3! - n3 - FU1 - GU1
    n1 - L4 - GU2
    n1 - SC1
    n2 - GU3
"""
FIELDS: dict[str, Any] = {
    "L1": {"name": "一号线 <段> & 1", "aliases": ("甲", "乙"), "longitude": 113.5, "latitude": 23.1,
           "end_longitude": 113.6, "end_latitude": 23.2, "phases": "ABCN", "nominal_kv": 10.5, "note": "两\n行"},
    "L2": {"length_m": 0.1 + 0.2},
    "T1": {"nominal_kv": 10.5, "secondary_kv": 0.4, "longitude": 113.55, "latitude": 23.15},
    "EC1": {"customer_count": 12},
    "EC2": {"kw": -7.0},
    "GU1": {"generation_type": GenerationType.PHOTOVOLTAIC, "kw": 50.0},
    "GU2": {"generation_type": GenerationType.ROTATING, "kw": 20.0},
    "GU3": {"generation_type": GenerationType.WIND, "kw": 1.5},
    "CB1": {"rated_current_a": 630.0, "position": SwitchPosition.CLOSED},
    "RC1": {"normal_position": SwitchPosition.CLOSED, "position": SwitchPosition.OPEN},
}  # fmt: skip


def filled(shell: Shell) -> Shell:
    made = batch(GRID, **FIELDS)
    made.entities += [Area(id="A1"), Area(id="A2"), VoltageLevel(id="V1", nominal_kv=10.5), Bay(id="Y1")]
    for source, target in (
        ("A2", "A1"), ("SUB1", "A2"), ("V1", "SUB1"), ("Y1", "V1"), ("Y1", "SUB1"), ("CB1", "Y1"), ("CB1", "V1"),
        ("CB1", "SUB1"), ("CB1", "F1"), ("L1", "F1"), ("n1", "F1"), ("L2", "A2"),
    ):  # fmt: skip
        made.relationships.append(Relationship(kind=RelationshipKind.CONTAINED_IN, source=source, target=target))
    shell.fill(made)
    return shell


def live(shell: Shell) -> set[str]:
    """Ids of what is live, of the kinds that CIM has."""
    model = read_model(shell.store)
    graph = model.graph
    kinds = set(WRITTEN) & {EntityKind.CONNECTIVITY_NODE, *(kind for kind in WRITTEN if kind.cls.group == "grid")}
    return {graph.id(at) for kind in kinds for at in graph.of_kind(kind) if model.topology.energised(at)}


def test_loaded_again_it_is_the_same(shell: Shell, tmp_path: Path) -> None:
    out, again = tmp_path / "set.zip", tmp_path / "again.zip"
    told = filled(shell).json("export", "cim", str(out))
    assert told["differs"]["entities"] == ["CB1", "L2"]
    fields = {"ACLineSegment.length_m", "Breaker.nominal_kv"}
    assert set(told["differs"]["fields"]) == fields, "12 digits, and the voltage of its level"
    assert told["differs"]["relationships"] == 0
    other, third = (f"sqlite:///{tmp_path}/{name}.db" for name in ("other", "third"))
    shell("load", str(out), "--store", other)
    second = shell.json("export", "cim", str(again), "--store", other)
    assert second["differs"] == {"entities": [], "fields": {}, "relationships": 0}
    assert second["notWritten"] == {}
    shell("load", str(again), "--store", third, "--system", "set")
    assert digest(other) == digest(third)


@pytest.mark.parametrize("version", ["3.0", "2.4.15"])
def test_what_is_live_is_so_by_a_reading_of_its_own(shell: Shell, tmp_path: Path, version: str) -> None:
    out = tmp_path / "set.zip"
    told = filled(shell).json("export", "cim", str(out), "--version", version)
    truth, expected = Truth(out), live(shell)
    assert truth.live() == expected
    assert {"EC1", "GU2"} < expected
    assert not {"EC2", "L3", "n3"} & expected
    written = sum(count for part in told["objects"].values() for count in part.values())
    assert written == truth.elements.total() - truth.elements["FullModel"]
    with zipfile.ZipFile(out) as archive:
        assert archive.namelist() == ["set_EQ.xml", "set_SSH.xml", "set_GL.xml"]


def test_what_2_4_15_has_no_class_for_is_named(shell: Shell, tmp_path: Path) -> None:
    told = filled(shell).json("export", "cim", str(tmp_path / "set.zip"), "--version", "2.4.15")
    assert told["notWritten"] == {"Feeder": 1}
    assert {"L3", "RC1", "FU1"} < set(told["differs"]["entities"])
    assert {"Breaker.kind", "Disconnector.kind", "ACLineSegment.in_service"} < set(told["differs"]["fields"])
    out = shell("export", "cim", str(tmp_path / "set.zip"), "--version", "2.4.15", "--force")
    assert "1 Feeder" in out.stderr
    assert "things differ" in out.stderr


def test_customers_are_loads_and_their_insides_equipment(shell: Shell, tmp_path: Path) -> None:
    made = batch(
        "G1 - L1 - S1>C1\nL1 - S2>C2 - IB1 - SB1 - LD1(30kW)\nIB1 - CT1 - LD2\nDST1 @ SUB1\nn1 - GU1\nL1 - n1",
        **{"C1.1": {"load_kw": 90.0}, "L1": {"ownership": Ownership.CUSTOMER}},
    )
    made.entities += [FaultIndicator(id="FI1"), Customer(id="C9")]
    shell.fill(made)
    out = tmp_path / "set.zip"
    told = shell.json("export", "cim", str(out))
    assert told["notWritten"]["FaultIndicator"] == 1
    assert told["notWritten"]["Customer"] == 3
    truth = Truth(out)
    assert {truth.id(key): truth.one(key, "p") for key, cls in truth.cls.items() if cls == "EnergyConsumer"} == {
        "S1": "0.09", "LD1": "0.03", "LD2": None
    }  # fmt: skip
    assert {"LD1", "SB1", "IB1", "S1", "S2"} < truth.live()


def test_disconnected_terminals_stay_so(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "m.xml").write_text(
        rdf("""
        BaseVoltage v nominalVoltage=10000
        ConnectivityNode n1 name=n1
        ConnectivityNode n2 name=n2
        EnergySource s BaseVoltage=#v
        Terminal t1 ConductingEquipment=#s ConnectivityNode=#n1 sequenceNumber=1
        ACLineSegment l BaseVoltage=#v length=300
        Terminal t2 ConductingEquipment=#l ConnectivityNode=#n1 sequenceNumber=1
        Terminal t3 ConductingEquipment=#l ConnectivityNode=#n2 sequenceNumber=2 connected=false
        EnergyConsumer c BaseVoltage=#v p=15000
        Terminal t4 ConductingEquipment=#c ConnectivityNode=#n2 sequenceNumber=1
        """),
        encoding="utf-8",
    )
    shell("load", str(tmp_path / "m.xml"))
    told = shell.json("export", "cim", str(tmp_path / "set.zip"))
    assert told["notWritten"] == {}
    other = f"sqlite:///{tmp_path}/other.db"
    shell("load", str(tmp_path / "set.zip"), "--store", other, "--system", "m")
    assert digest(other) == digest(shell.store)


@pytest.mark.parametrize("name", ["IEEE13.xml", "IEEE123.xml", "maple10nodebreaker.xml"])
@pytest.mark.parametrize("version", ["3.0", "2.4.15"])
def test_published_models_come_back_equal(shell: Shell, tmp_path: Path, name: str, version: str) -> None:
    shell("load", str(shared_data("cim") / name))
    told = shell.json("export", "cim", str(tmp_path / "set.zip"), "--version", version)["differs"]
    named = set() if version == "3.0" else {"Breaker.kind", "Disconnector.kind", "GeneratingUnit.generation_type"}
    assert set(told["fields"]) <= named
    assert told["relationships"] == 0
    if version == "3.0":
        assert Truth(tmp_path / "set.zip").live() == live(shell)


def test_where_it_is_refused(shell: Shell, tmp_path: Path) -> None:
    shell.fill(batch("G1 - L1"))
    assert "is not a .zip" in shell("export", "cim", str(tmp_path / "a.xml"), code=2).stderr
    assert "3.0, 2.4.15" in shell("export", "cim", str(tmp_path / "a.zip"), "--version", "1", code=2).stderr
    assert "things" in shell("export", "cim", str(tmp_path / "a.zip")).stderr
    assert "exists" in shell("export", "cim", str(tmp_path / "a.zip"), code=2).stderr
    shell("export", "cim", str(tmp_path / "a.zip"), "--force", "--no-check")
