"""Reliability indices: a feeder worked out by hand, and the published ones of the RBTS."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph_api.benchmarks.rbts import TestSystem, read_rbts
from graph_api.errors import LoadError
from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.snapshot import Snapshot
from graph_api.services.risk.reliability import Failure, SystemIndices, reliability
from tests.drawing import draw
from tests.shared_data import shared_data

LINE = """
F1 = CB1
G1 - CB1 - L1 - n1 - DS1 - L2 - n2 - LS9/ - L5 - CB9 - G2
n1 - FU1 - L3 - EC1(100kW)
n2 - EC2(50kW)
"""


def indices(*, ties: bool) -> SystemIndices:
    graph = draw(LINE, EC1={"customer_count": 10}, EC2={"customer_count": 30})
    failures = [
        Failure(element=graph.index(name), per_year=rate, repair_h=4, switching_h=1)
        for name, rate in (("L1", 0.1), ("L2", 0.2), ("L3", 0.3))
    ]
    return reliability(ReadModel.build(graph), failures, ties=ties)


def test_a_feeder_worked_out_by_hand() -> None:
    found = indices(ties=True)
    one, two = found.load_points
    # EC1: L1 until repaired, L2 until switched, L3 (behind its fuse) until repaired
    assert one.per_year == pytest.approx(0.6)
    assert one.hours_a_year == pytest.approx(0.1 * 4 + 0.2 * 1 + 0.3 * 4)
    # EC2: L1 until fed over the tie, L2 until repaired, L3 never
    assert two.per_year == pytest.approx(0.3)
    assert two.hours_a_year == pytest.approx(0.1 * 1 + 0.2 * 4)
    assert found.saifi == pytest.approx((10 * 0.6 + 30 * 0.3) / 40)
    assert found.saidi == pytest.approx((10 * 1.8 + 30 * 0.9) / 40)
    assert found.caidi == pytest.approx(found.saidi / found.saifi)
    assert found.ens_mwh == pytest.approx((100 * 1.8 + 50 * 0.9) / 1000)
    assert two.hours_each == pytest.approx(3.0)


def test_without_ties_all_behind_the_fault_wait_for_the_repair() -> None:
    _, two = indices(ties=False).load_points
    assert two.hours_a_year == pytest.approx(0.1 * 4 + 0.2 * 4)


def test_nothing_that_fails_is_never_out() -> None:
    found = reliability(ReadModel.build(draw(LINE)), [])
    assert (found.saifi, found.caidi, found.asai) == (0.0, 0.0, 1.0)
    assert found.load_points[0].hours_each == 0.0


PUBLISHED = {2: (0.248, 3.61, 14.55, 0.999588, 37.746), 4: (0.300, 3.47, 11.56, 0.999604, 54.293)}


@pytest.mark.parametrize("bus", PUBLISHED)
def test_the_published_indices_of_the_rbts(bus: int) -> None:
    found = system_indices(read_rbts(shared_data("rbts"), bus))
    saifi, saidi, caidi, asai, ens = PUBLISHED[bus]
    assert found.saifi == pytest.approx(saifi, abs=0.0005)
    assert found.saidi == pytest.approx(saidi, abs=0.006)
    assert found.caidi == pytest.approx(caidi, abs=0.006)
    assert found.asai == pytest.approx(asai, abs=1e-6)
    assert found.ens_mwh == pytest.approx(ens, abs=0.001)


def system_indices(system: TestSystem) -> SystemIndices:
    graph = Snapshot.of(system.graph.entities, system.graph.relationships)
    failures = [
        Failure(
            element=graph.index(each.id),
            per_year=each.per_year,
            repair_h=each.repair_h,
            switching_h=each.switching_h,
        )
        for each in system.failures
    ]
    failures += [
        Failure(element=graph.index(each), per_year=0.015, repair_h=200, switching_h=1) for each in system.transformers
    ]
    return reliability(ReadModel.build(graph), failures)


TABLES = {
    "sections": "section,feeder,from_node,to_node,km,kind,protection,lambda_per_km_yr,repair_h,switch_h,"
    "lv_transformer\n"
    "L1,F1,SUB,N1,1,main,breaker@from,0.1,4,1,0\nL2,F1,N1,LP1,1,lateral,fuse@from,0.1,4,1,1\n",
    "switches": "switch,kind,section,node,normal_state\nCB_F1,breaker,L1,SUB,closed\nNO1,tie,,N1|SUB,open\n",
    "loadpoints": "load_point,customers,avg_mw,feeder\nLP1,10,0.5,F1\n",
}


def write(folder: Path, **changed: str) -> Path:
    for name, text in {**TABLES, **changed}.items():
        (folder / f"bus1_{name}.csv").write_text(text, encoding="utf-8")
    return folder


def test_tables_become_a_graph(tmp_path: Path) -> None:
    system = read_rbts(write(tmp_path), 1)
    assert system.load_points == ["LP1"]
    assert system.transformers == ["TR_LP1"]
    assert {entity.id for entity in system.graph.entities} >= {"F1", "CB_F1", "FU_L2", "TR_LP1", "NO1", "LP1"}
    assert system_indices(system).load_points[0].per_year == pytest.approx(0.215)


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"sections": "section\nL1\n"}, "has no column"),
        ({"loadpoints": "load_point,customers,avg_mw,feeder\nLP2,10,0.5,F1\n"}, "do not fit together"),
        ({"sections": TABLES["sections"].replace(",1,main", ",much,main")}, "do not fit together"),
    ],
)
def test_bad_tables_are_said(tmp_path: Path, changed: dict[str, str], says: str) -> None:
    with pytest.raises(LoadError, match=says):
        read_rbts(write(tmp_path, **changed), 1)


def test_a_missing_table_is_said(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match=r"bus7_sections\.csv is missing"):
        read_rbts(tmp_path, 7)
