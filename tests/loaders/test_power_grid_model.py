"""power-grid-model data sets: live by a reading of its own, accounts close, what is no grid is refused."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import networkx as nx
import pytest

from graph_api.cli.session import read_model
from graph_api.readmodel.snapshot import Snapshot
from graph_api.readmodel.topology.topology import Topology
from loaders.power_grid_model import PowerGridModelSource, is_power_grid_model
from loaders.source import Reading
from schema.entity import Entity
from schema.errors import LoadError
from schema.grid import (
    ACLineSegment,
    Disconnector,
    EnergyConsumer,
    EnergySource,
    GeneratingUnit,
    PowerTransformer,
    ShuntCompensator,
)
from schema.registry import KIND_OF
from tests.cli.conftest import Shell

GRID: dict[str, Any] = {
    "node": [{"id": n, "u_rated": 10_500.0 if n < 5 else 400.0, "name": f"K {n}"} for n in range(1, 8)],
    "source": [{"id": 20, "node": 1, "status": 1, "u_ref": 1.0}],
    "line": [
        {"id": 10, "from_node": 1, "to_node": 2, "from_status": 1, "to_status": 1, "i_n": 250.0},
        {"id": 11, "from_node": 2, "to_node": 3, "from_status": 1, "to_status": 0},
        {"id": 12, "from_node": 9, "to_node": 3, "from_status": 1, "to_status": 0},
    ],
    "link": [{"id": 13, "from_node": 2, "to_node": 4, "from_status": 1, "to_status": 1}],
    "transformer": [
        {"id": 14, "from_node": 4, "to_node": 5, "from_status": 1, "to_status": 1, "u1": 10_500.0, "u2": 400.0,
         "sn": 630_000.0}
    ],
    "three_winding_transformer": [
        {"id": 15, "node_1": 4, "node_2": 6, "node_3": 7, "status_1": 1, "status_2": 1, "status_3": 0,
         "u1": 10_500.0, "u2": 400.0, "u3": 400.0, "sn_1": 1e5, "sn_2": 5e4, "sn_3": 5e4}
    ],
    "sym_load": [
        {"id": 30, "node": 5, "status": 1, "type": 0, "p_specified": 80_500.0, "q_specified": 0.0},
        {"id": 31, "node": 6, "status": 0, "type": 0, "p_specified": -7_000.0, "q_specified": 0.0},
        {"id": 32, "node": 6, "status": 1, "type": 0, "p_specified": None},
        {"id": 30, "node": 6},
    ],
    "asym_load": [{"id": 33, "node": 7, "status": 1, "type": 0, "p_specified": [1000.0, 2000.0, 3000.0]}],
    "sym_gen": [
        {"id": 34, "node": 5, "status": 1, "type": 0, "p_specified": 5_000.0},
        {"id": 35, "node": 5, "status": 1, "type": 0, "p_specified": -4_000.0},
    ],
    "shunt": [{"id": 36, "node": 2, "status": 1}],
    "sym_voltage_sensor": [{"id": 40, "measured_object": 1}],
}  # fmt: skip


def written(path: Path, grid: dict[str, Any], **more: Any) -> Path:
    content: dict[str, Any] = {"version": "1.0", "type": "input", "is_batch": False, "attributes": {}, "data": grid}
    content |= more
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


class Read:
    """What came out of a data set; ids without the name of the system."""

    def __init__(self, path: Path) -> None:
        reading = Reading(first_load=3)
        batches = list(PowerGridModelSource([path], "s").batches(reading))
        self.report = reading.report
        assert self.report.closed
        (self.account,) = self.report.accounts
        entities = [each for batch in batches for each in batch.entities]
        self.of: dict[str, Entity] = {each.id.removeprefix("s:"): each for each in entities}
        graph = Snapshot.of(entities, [each for batch in batches for each in batch.relationships], revision=1)
        topology = Topology.build(graph)
        self.live = {key for key, each in self.of.items() if topology.energised(graph.index(each.id))}


@pytest.fixture
def made(tmp_path: Path) -> Read:
    return Read(written(tmp_path / "grid.json", GRID))


def test_components_become_equipment(made: Read) -> None:
    kinds = {key: type(each) for key, each in made.of.items() if not key.startswith("node:") and key[0] != "o"}
    assert kinds == {
        "source:20": EnergySource, "line:10": ACLineSegment, "line:11": ACLineSegment, "link:13": Disconnector,
        "transformer:14": PowerTransformer, "three_winding_transformer:15": PowerTransformer,
        "sym_load:30": EnergyConsumer, "sym_load:31": EnergyConsumer, "sym_load:32": EnergyConsumer,
        "asym_load:33": EnergyConsumer, "sym_gen:34": GeneratingUnit, "sym_gen:35": EnergyConsumer,
        "shunt:36": ShuntCompensator, "line:11@to": type(made.of["node:1"]),
        "three_winding_transformer:15@node_3": type(made.of["node:1"]),
    }  # fmt: skip
    assert {key for key in made.of if key.startswith("open:")} == {
        "open:line:11@to", "open:three_winding_transformer:15@node_3"
    }  # fmt: skip
    assert made.of["node:2"].name == "K 2"


def test_figures_are_in_our_units(made: Read) -> None:
    small, large, line = made.of["transformer:14"], made.of["three_winding_transformer:15"], made.of["line:10"]
    assert isinstance(small, PowerTransformer)
    assert isinstance(large, PowerTransformer)
    assert isinstance(line, ACLineSegment)
    assert (small.nominal_kv, small.secondary_kv, small.rated_kva, large.rated_kva) == (10.5, 0.4, 630, 100)
    assert (line.rated_current_a, line.nominal_kv) == (250, 10.5)
    power = {key: each.kw for key, each in made.of.items() if isinstance(each, EnergyConsumer)}
    assert power == {"sym_load:30": 80.5, "sym_load:31": -7, "sym_load:32": None, "asym_load:33": 6, "sym_gen:35": 4}


def test_accounts_rejects_and_findings(made: Read) -> None:
    assert made.account.left_out == {"sym_voltage_sensor is not modelled": 1}
    assert made.account.rows_read == sum(map(len, GRID.values())) - 1
    assert [(each.row, each.column, each.value) for each in made.report.rejects] == [
        (4, "id", "30"),
        (3, "from_node", "9"),
    ]
    said = [each.reason for each in made.report.findings]
    assert any("it feeds in" in each and "sym_load 31" in each for each in said)
    assert any("generation below zero" in each for each in said)


def test_what_is_live(made: Read) -> None:
    assert {key for key in made.live if key.startswith("node:")} == {f"node:{n}" for n in (1, 2, 4, 5, 6)}
    assert {"line:11", "sym_load:30"} < made.live
    assert "asym_load:33" not in made.live


def random_grid(seed: int) -> tuple[dict[str, Any], set[int]]:
    """A data set, and the nodes that are live by plain reachability."""
    pick, graph = random.Random(seed), nx.Graph()
    size, number = pick.randint(3, 12), 100
    graph.add_nodes_from(range(1, size + 1))
    data: dict[str, Any] = {"node": [{"id": n, "u_rated": 400.0} for n in range(1, size + 1)]}
    for _ in range(size + 3):
        number += 1
        ends = pick.sample(range(1, size + 1), 2)
        states = [int(pick.random() < 0.8) for _ in ends]
        cls = pick.choice(("line", "link", "transformer", "generic_branch", "asym_line"))
        named = dict(zip(("from_node", "to_node", "from_status", "to_status"), (*ends, *states), strict=True))
        data.setdefault(cls, []).append({"id": number, **named})
        if all(states):
            graph.add_edge(*ends)
    data["source"] = [{"id": 900, "node": 1, "status": 1}, {"id": 901, "node": size, "status": 0}]
    return data, set(nx.node_connected_component(graph, 1))


@pytest.mark.parametrize("seed", range(25))
def test_random_grids_are_live_as_they_conduct(tmp_path: Path, seed: int) -> None:
    data, expected = random_grid(seed)
    live = Read(written(tmp_path / "g.json", data)).live
    assert {int(key[5:]) for key in live if key.startswith("node:") and "@" not in key} == expected


def test_rows_as_lists(tmp_path: Path) -> None:
    names = {"node": ["id", "u_rated"], "source": ["id", "node", "status"]}
    data = {"node": [[1, 400.0], [2], [3.5, 1.0]], "source": [[5, 1, 0]], "odd": [[1]]}
    found = Read(written(tmp_path / "g.json", data, attributes=names))
    assert found.account.rejected == 2
    assert KIND_OF[type(found.of["source:5"])] == "ENERGY_SOURCE"
    assert any("no source that is connected" in each.reason for each in found.report.findings)


def test_values_that_cannot_be_are_rejected(tmp_path: Path) -> None:
    data = {"node": [{"id": 1, "u_rated": -5.0}], "source": [{"id": 2, "node": 1}]}
    found = Read(written(tmp_path / "g.json", data))
    assert [each.column for each in found.report.rejects] == ["nominal_kv"]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"is_batch": True, "data": [GRID]}, "scenarios"),
        ({"type": "update"}, "of type update"),
        ({"version": "2.0"}, "version 2.0"),
        ({"data": []}, "no data set"),
    ],
)
def test_what_is_no_grid_is_refused(tmp_path: Path, more: dict[str, Any], said: str) -> None:
    with pytest.raises(LoadError, match=said):
        Read(written(tmp_path / "g.json", GRID, **more))


def test_it_is_known_by_its_content(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    path = written(tmp_path / "grid.json", GRID)
    content = json.loads(path.read_text(encoding="utf-8"))
    (tmp_path / "sorted.json").write_text(json.dumps(content, sort_keys=True), encoding="utf-8")
    assert is_power_grid_model(path)
    assert is_power_grid_model(tmp_path / "sorted.json")
    shell("load", str(path))
    graph = read_model(shell.store).graph
    assert graph.find("grid:line:10") is not None
    with pytest.raises(LoadError, match="one at a time"):
        PowerGridModelSource([path, path])
