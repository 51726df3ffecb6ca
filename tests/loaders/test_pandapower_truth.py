"""What is live is what pandapower's own topology supplies: in all networks that it brings, and in random ones."""

from __future__ import annotations

import inspect
import random
import warnings
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tests.loaders.pandapower_text import ReadNet

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(find_spec("pandapower") is None, reason="pandapower is not installed: the [test] extra"),
]
RANDOM = 260
PER_TEST = 20
LINE_TYPE, TRAFO, TRAFO3W = "NA2XS2Y 1x185 RM/25 12/20 kV", "0.4 MVA 20/0.4 kV", "63/25/38 MVA 110/20/10 kV"


def supplied(net: Any) -> set[int]:
    from pandapower.topology import unsupplied_buses

    return {int(bus) for bus in net.bus.index[net.bus.in_service]} - {int(bus) for bus in unsupplied_buses(net)}


def check(net: Any, folder: Path, name: str) -> ReadNet:
    import pandapower as pp

    path = folder / "net.json"
    pp.to_json(net, str(path))
    made = ReadNet(path)
    assert made.live() == supplied(net), name
    assert made.report.rejects == [], name
    tables = {key: len(table) for key, table in net.items() if hasattr(table, "columns") and len(table)}
    assert made.account.rows_read + sum(made.account.left_out.values()) == sum(tables.values()), name
    return made


def networks() -> Iterator[tuple[str, Any]]:
    """Every network that pandapower brings and makes without being told anything."""
    import pandapower.networks

    makers = inspect.getmembers(pandapower.networks, inspect.isfunction)
    for name, maker in makers:
        given = [each for each in inspect.signature(maker).parameters.values() if each.default is each.empty]
        if not maker.__module__.startswith("pandapower.networks") or any(each.kind < 2 for each in given):
            continue
        made = maker()
        for net in made if isinstance(made, (tuple, list)) else [made]:
            if hasattr(net, "bus") and len(net.bus):
                yield name, net


@pytest.mark.timeout(900)
def test_all_networks_of_pandapower(tmp_path: Path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        names = [name for name, net in networks() if check(net, tmp_path, name)]
    assert len(set(names)) > 50


def random_net(seed: int) -> Any:
    """Some 20 buses with every situation that makes a part of a network dead."""
    import pandapower as pp

    pick = random.Random(seed)
    net = pp.create_empty_network()
    buses = [pp.create_bus(net, 20.0, type=pick.choice("bn"), in_service=pick.random() > 0.08) for _ in range(20)]

    def ends(count: int) -> list[int]:
        return pick.sample(buses, count)

    def on() -> bool:
        return pick.random() > 0.15

    pp.create_ext_grid(net, ends(1)[0], in_service=on())
    for _ in range(2):
        pp.create_gen(net, ends(1)[0], p_mw=1.0, slack=pick.random() > 0.6, in_service=on())
    lines = [
        pp.create_line(net, *ends(2), 1.0, LINE_TYPE, in_service=on(), parallel=pick.choice([1, 2])) for _ in range(14)
    ]
    trafos = [pp.create_transformer(net, *ends(2), TRAFO, in_service=on(), parallel=2) for _ in range(3)]
    three = [pp.create_transformer3w(net, *ends(3), TRAFO3W, in_service=on()) for _ in range(2)]
    for _ in range(2):
        pp.create_impedance(net, *ends(2), 0.1, 0.1, 1.0, in_service=on())
        pp.create_dcline(net, *ends(2), 1.0, 1.0, 0.1, 1.0, 1.0, in_service=on())
        pp.create_tcsc(net, *ends(2), 1.0, -10.0, 1.0, 140.0, in_service=on())
    kinds = ["CB", "LBS", "DS", "LS", None]
    for _ in range(10):
        line = pick.choice(lines)
        bus = pick.choice([net.line.from_bus[line], net.line.to_bus[line]])
        pp.create_switch(net, bus, line, "l", closed=on(), type=pick.choice(kinds))
    for trafo in trafos:
        bus = pick.choice([net.trafo.hv_bus[trafo], net.trafo.lv_bus[trafo]])
        pp.create_switch(net, bus, trafo, "t", closed=on(), type="CB")
    for trafo in three:
        bus = pick.choice([net.trafo3w.hv_bus[trafo], net.trafo3w.mv_bus[trafo], net.trafo3w.lv_bus[trafo]])
        for _ in range(2):
            pp.create_switch(net, bus, trafo, "t3", closed=on(), type="CB")
    for _ in range(3):
        pp.create_switch(net, *ends(2), "b", closed=on(), type=pick.choice(kinds))
    for create in (pp.create_load, pp.create_sgen, pp.create_storage):
        more = {"max_e_mwh": 1.0} if create is pp.create_storage else {}
        create(net, ends(1)[0], p_mw=pick.uniform(-1, 1), in_service=on(), **more)
    pp.create_motor(net, ends(1)[0], pn_mech_mw=0.1, cos_phi=0.9)
    dc = pp.create_bus_dc(net, 100.0)
    mode = pick.choice(["slack", "vm_pu"])
    pp.create_vsc(net, ends(1)[0], dc, 0.1, 5.0, 0.3, control_mode_ac=mode, control_value_ac=1.0, in_service=on())
    return net


@pytest.mark.parametrize("part", range(RANDOM // PER_TEST))
def test_random_networks(tmp_path: Path, part: int):
    dead = 0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for seed in range(part * PER_TEST, (part + 1) * PER_TEST):
            net = random_net(seed)
            check(net, tmp_path, f"seed {seed}")
            dead += len(net.bus) - len(supplied(net))
    assert dead > PER_TEST, "networks in which nothing is dead would prove nothing"
