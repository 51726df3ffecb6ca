"""pandapower networks in and out; what is live is the same in both."""

from __future__ import annotations

import json
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from graph_api.cli.session import read_model
from graph_api.readmodel.model import ReadModel
from loaders.drawing import batch
from schema.grid import Switch
from schema.registry import BUSBARS, CONDUCTING, EntityKind
from schema.relationships import RelationshipKind
from tests.cli.conftest import Shell
from tests.loaders.pandapower_text import net
from tests.services.restoration.test_planning import TIE

needs_pandapower = pytest.mark.skipif(
    find_spec("pandapower") is None, reason="pandapower is not installed; it comes with the [bench] extra"
)


def a_net() -> Any:
    import pandapower as pp

    net = pp.create_empty_network()
    buses = [pp.create_bus(net, vn_kv=20, type="b" if n == 0 else "n", name=f"B{n}") for n in range(6)]
    pp.create_ext_grid(net, buses[0])
    lines = [pp.create_line(net, buses[n], buses[n + 1], 1.5, "NA2XS2Y 1x185 RM/25 12/20 kV") for n in range(3)]
    pp.create_transformer(net, buses[3], buses[4], "0.4 MVA 20/0.4 kV")
    pp.create_load(net, buses[4], p_mw=0.2)
    pp.create_sgen(net, buses[2], p_mw=0.05)
    pp.create_shunt(net, buses[1], q_mvar=0.1)
    pp.create_switch(net, buses[0], lines[0], et="l", type="CB")
    pp.create_switch(net, buses[2], lines[2], et="l", closed=False, type="LBS")
    pp.create_switch(net, buses[1], buses[5], et="b", type="DS")
    pp.create_impedance(net, buses[1], buses[5], 0.1, 0.1, 1.0)
    return net


def live_buses(shell: Shell) -> set[int]:
    model = read_model(shell.store)
    graph = model.graph
    nodes = (node for node in graph.of_kind(EntityKind.CONNECTIVITY_NODE) if model.topology.energised(node))
    names = (graph.name(node) for node in nodes)
    return {int(name.removeprefix("bus:")) for name in names if name.startswith("bus:")}


@needs_pandapower
def test_a_network_comes_in(shell: Shell, tmp_path: Path):
    import pandapower as pp
    from pandapower.topology import unsupplied_buses

    net, file = a_net(), tmp_path / "net.json"
    pp.to_json(net, str(file))
    found = shell.json("load", str(file))
    (account,) = found["accounts"]
    assert account["rowsRead"] == account["taken"] == 6 + 1 + 3 + 1 + 1 + 1 + 1 + 3 + 1
    assert account["leftOut"] == {}
    assert found["difference"]["added"]["BREAKER"] == 1
    assert live_buses(shell) == set(range(6)) - {int(bus) for bus in unsupplied_buses(net)}
    assert shell.json("load", str(file))["revision"] is None


@needs_pandapower
@pytest.mark.parametrize("elements", [[], ["CB1"]])
def test_a_part_goes_out_and_is_live_there_as_here(shell: Shell, tmp_path: Path, elements: list[str]):
    import pandapower as pp
    from pandapower.topology import unsupplied_buses

    shell.fill(batch(TIE, **{"C1.1": {"load_kw": 90.0}}))
    out = tmp_path / "part" / "net.json"
    told = shell.json("export", "pandapower", *elements, "--out", str(out))
    net = pp.from_json(str(out))
    assert told["bus"] == len(net.bus) > 5
    assert len(net.ext_grid) == (1 if elements else 2)
    assert net.load.p_mw.sum() == pytest.approx(0.09)
    dead = {str(net.bus.name[bus]) for bus in unsupplied_buses(net)}
    model = read_model(shell.store)
    graph = model.graph
    for name in net.bus.name:
        assert (name in dead) == (not model.topology.energised(graph.index(str(name)))), name


@needs_pandapower
def test_loads_without_power_go_out_with_none_and_are_named(shell: Shell, tmp_path: Path):
    """A load that is left out of the file is a customer whom no study of it sees."""
    import pandapower as pp

    shell.fill(batch("G1 - L1 - EC1(80kW)\nL1 - L2 - EC2"))
    out = tmp_path / "net.json"
    said = shell("export", "pandapower", "--out", str(out)).stderr
    assert "0 kW: 1, as EC2" in said
    net = pp.from_json(str(out))
    assert dict(zip(net.load.name, net.load.p_mw, strict=True)) == {"EC1": pytest.approx(0.08), "EC2": 0.0}
    assert shell.json("export", "pandapower", "--out", str(tmp_path / "net.json"))["withoutPower"] == ["EC2"]


@pytest.mark.parametrize("content", ["{", "[1]", "{}"])
def test_what_is_no_network_is_said(shell: Shell, tmp_path: Path, content: str):
    file = tmp_path / "net.json"
    file.write_text(content, encoding="utf-8")
    assert "no network saved by pandapower" in shell("load", str(file), code=2).stderr


def test_a_module_that_a_file_names_is_not_run(shell: Shell, tmp_path: Path):
    """pandapower itself imports and calls what stands there."""
    trap = tmp_path / "never"
    attack = {"_module": "pathlib", "_class": "Path.touch", "_object": str(trap)}
    content = net(
        "bus vn_kv=10.0 in_service=true\next_grid bus=0 in_service=true", bus_dc=attack, line=attack, x=attack
    )
    file = tmp_path / "net.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    with mock.patch("importlib.import_module", side_effect=AssertionError("imported")):
        assert shell.json("load", str(file))["difference"]["added"]["ENERGY_SOURCE"] == 1
    assert not trap.exists()


def test_without_pandapower_the_export_says_what_to_do(shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(__import__("sys").modules, "pandapower", None)
    shell.fill(batch("G1 - L1"))
    said = shell("export", "pandapower", "--out", str(tmp_path / "net.json"), code=1).stderr
    assert ".venv/bin/pip install -e '.[bench]'" in said
    assert "[NOT_INSTALLED]" in said


HELD = """
    F1 = CB1
    G1 - n1 - CB1 - L1(300m) - n2 - LS1 - L2!(500m) - DS1/ - T1(400kVA) - EC1(80kW)
    n2 - EC2(120kW)
    n1 - CB2/ - L3(1200m) - LS2 - EC3(40kW)
"""


def held(model: ReadModel, *, by_id: bool = False) -> dict[str, tuple[object, ...]]:
    """What a pandapower file can hold of each piece, by its name: kind, state, figures, what it meets at each end.

    The name of a piece in a file is its id. A bus of pandapower is a busbar on its node: busbars are the nodes.
    """
    graph = model.graph
    pieces = [index for kind in sorted(CONDUCTING - BUSBARS) for index in graph.of_kind(kind)]
    names = {index: graph.id(index) if by_id else graph.name(index) or graph.id(index) for index in pieces}
    found: dict[str, tuple[object, ...]] = {}
    for index in pieces:
        piece = graph.entity(index)
        figures = [getattr(piece, name, None) for name in ("length_m", "rated_kva", "kw", "in_service")]
        position = piece.current_position.value if isinstance(piece, Switch) else ""
        nodes = graph.targets(index, RelationshipKind.CONNECTS)
        met = [graph.sources(node, RelationshipKind.CONNECTS) for node in nodes]
        ends = [sorted(names[at] for at in those if at in names) for those in met]
        found[names[index]] = (graph.kind(index), position, *figures, ends, model.topology.energised(index))
    return found


@needs_pandapower
def test_what_a_file_can_hold_comes_back_as_it_was(tmp_path: Path):
    rounds = [Shell(tmp_path / name) for name in ("drawn", "first", "second")]
    for each in rounds:
        each.folder.mkdir()
    rounds[0].fill(batch(HELD))
    for before, after in pairwise(rounds):
        before("export", "pandapower", "--out", str(before.folder / "net.json"))
        assert not after.json("load", str(before.folder / "net.json"), "--system", "PP")["rejects"]
    drawn, first, second = (read_model(each.store) for each in rounds)
    assert held(first) == held(drawn)
    assert held(second, by_id=True) == held(first, by_id=True)
    assert held(second) == held(first, by_id=True)
