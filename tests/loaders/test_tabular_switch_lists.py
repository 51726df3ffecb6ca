"""Lists of switches of several kinds, and numbers that things of two kinds share."""

from __future__ import annotations

from pathlib import Path

import pytest

from loaders.source import Reading
from schema.errors import LoadError
from schema.grid import Breaker, Disconnector, Feeder, Fuse, LoadBreakSwitch, Recloser, Switch
from schema.registry import EntityKind
from schema.vocabulary import SwitchPosition
from tests.loaders.tables import read, write

LEDGER = """
    编号,开关名称,类型,所属线路,正常位
    1021,一线出线开关,断路器,滨江一线,合闸
    F1,一线联络,负荷开关,滨江一线,断开
    D1,一号刀闸,刀闸,滨江一线,合位
    R1,跌落一,跌落式熔断器,滨江一线,常闭
    X1,柱上一,柱上开关,滨江一线,合
    C1,重合器一,Recloser,滨江一线,分位
    合计,,5,,
"""
FEEDERS = "编号,线路名称,首端设备\n1021,滨江一线,1021\n"


def test_each_row_is_of_the_kind_that_it_says(tmp_path: Path) -> None:
    found = read(write(tmp_path / "a", {"开关台账.csv": LEDGER}))
    kinds = {each.id: type(each) for each in found.entities.values()}
    assert kinds == {"1021": Breaker, "F1": LoadBreakSwitch, "D1": Disconnector, "R1": Fuse, "C1": Recloser}
    positions = {each.id: each.normal_position for each in found.entities.values() if isinstance(each, Switch)}
    opened = {ident for ident, position in positions.items() if position is SwitchPosition.OPEN}
    assert opened == {"F1", "C1"}
    assert found.rejected == [(6, "类型", "柱上开关")]
    assert "known are 断路器 (Breaker)" in found.report.rejects[0].reason
    assert "X1" in found.kept
    accounts = {each.file: each for each in found.report.accounts}
    assert [accounts[f"开关台账.csv [{kind}]"].taken for kind in ("Breaker", "Fuse", "Recloser")] == [1, 1, 1]
    assert sum(each.rows_read for each in accounts.values()) == 6
    assert sum(each.left_out["total below the list"] for each in accounts.values()) == 1
    assert accounts["开关台账.csv [Breaker]"].read_as["类型"] == "Breaker"
    assert all(not each.unread for each in accounts.values())


def test_a_kind_that_comes_late_is_found(tmp_path: Path) -> None:
    rows = "".join(f"B{n},开关{n},断路器\n" for n in range(250))
    found = read(write(tmp_path / "a", {"Sheet1.csv": f"编号,开关名称,类型\n{rows}D1,刀闸,隔离开关\n"}))
    assert isinstance(found.entities["D1"], Disconnector)
    assert len(found.entities) == 251


@pytest.mark.parametrize(
    ("name", "head"),
    [
        ("开关台账.csv", "编号,名称,所属线路"),
        ("Sheet1.csv", "开关名称,线路名称"),
        ("开关清单.csv", "开关名称,类型"),
        ("Sheet1.csv", "开关编号,线路名称,类型"),
    ],
)
def test_a_list_that_does_not_say_what_each_is_gets_advice_that_fits(tmp_path: Path, name: str, head: str) -> None:
    with pytest.raises(LoadError, match=r"lists switches.*column 类型.*断路器 \(Breaker\)"):
        read(write(tmp_path / "a", {name: f"{head}\nQ1,滨江一线,柱上\n"}))


def test_lists_of_one_kind_are_told_by_their_name_and_others_stay(tmp_path: Path) -> None:
    files = {
        "10kV线路断路器.csv": "断路器名称\n一线出线开关\n",
        "负荷开关清单.csv": "名称\n一线联络\n",
        "线路.csv": "线路名称,类型\n滨江一线,公用\n",
    }
    found = read(write(tmp_path / "a", files))
    assert {type(each) for each in found.entities.values()} == {Breaker, LoadBreakSwitch, Feeder}
    assert "BREAKER:a:一线出线开关" in found.entities


@pytest.mark.parametrize("names", [("开关台账.csv", "线路.csv"), ("z开关台账.csv", "线路.csv")])
def test_a_feeder_and_its_breaker_may_have_one_number(tmp_path: Path, names: tuple[str, str]) -> None:
    files = {names[0]: "编号,开关名称,类型,所属线路\n1021,出线开关,断路器,1021\n", names[1]: FEEDERS}
    found = read(write(tmp_path / "a", files))
    assert not found.report.rejects
    breaker = next(each.id for each in found.entities.values() if isinstance(each, Breaker))
    feeder = next(each.id for each in found.entities.values() if isinstance(each, Feeder))
    assert {breaker, feeder} in ({"1021", "FEEDER:a:1021"}, {"1021", "BREAKER:a:1021"})
    assert found.links == {f"{breaker} CONTAINED_IN {feeder}", f"{feeder} STARTS_AT {breaker}"}
    assert any("is the number of a thing of another kind" in each.reason for each in found.report.findings)
    graph = {breaker: EntityKind.BREAKER, feeder: EntityKind.FEEDER}
    again = read(write(tmp_path / "a", files), reading=Reading(known=graph.get))
    assert (set(again.entities), again.links) == (set(found.entities), found.links)


def test_a_switch_that_becomes_another_kind_keeps_its_id_and_given_ids_are_one(tmp_path: Path) -> None:
    known = Reading(known=lambda ident: EntityKind.BREAKER if ident == "1021" else None)
    ledger = {"开关台账.csv": "编号,开关名称,类型\n1021,出线开关,负荷开关\n"}
    assert isinstance(read(write(tmp_path / "a", ledger), reading=known).entities["1021"], LoadBreakSwitch)
    given = {"Breaker.csv": "id,name\n1021,x\n", "Feeder.csv": "id,name\n1021,y\n"}
    found = read(write(tmp_path / "b", given))
    assert [each[2] for each in found.rejected] == ["1021"]


@pytest.mark.parametrize("row", ["1021,出线开关,断路器,滨江一线,运行", "1021,出线开关,柱上,滨江一线,合"])
def test_a_switch_of_a_shared_number_stays_where_its_row_is_rejected(tmp_path: Path, row: str) -> None:
    ledger = "编号,开关名称,类型,所属线路,正常位\n{row}\nB2,分段,断路器,滨江一线,合\n"
    files = {"开关台账.csv": ledger.format(row="1021,出线开关,断路器,滨江一线,合"), "Feeder.csv": FEEDERS}
    first = read(write(tmp_path / "a", files))
    breaker = next(each.id for each in first.entities.values() if each.name == "出线开关")
    graph = {each.id: EntityKind[type(each).__name__.upper()] for each in first.entities.values()}
    again = Reading(known=graph.get)
    found = read(write(tmp_path / "a", {"开关台账.csv": ledger.format(row=row)}), reading=again)
    assert [each[0] for each in found.rejected] == [2]
    assert (breaker, breaker in found.kept) == ("BREAKER:a:1021", True)


def test_a_switch_without_number_stays_whatever_its_rejected_row_says_it_is(tmp_path: Path) -> None:
    rows = "开关名称,类型\n一号,隔离开关\n二号,断路器\n三号,柱上\n"
    found = read(write(tmp_path / "a", {"开关台账.csv": rows}))
    assert "DISCONNECTOR:a:三号" in found.kept


def test_a_rejected_row_is_not_the_thing_of_another_kind_that_has_its_number(tmp_path: Path) -> None:
    files = {
        "馈线.csv": "编号,线路名称\n911,甲线\n",
        "断路器.csv": "编号,开关名称,正常位\n911,出线,运行\nB2,分段,合\n",
    }
    feeder = Reading(known=lambda ident: EntityKind.FEEDER if ident == "911" else None)
    found = read(write(tmp_path / "a", files), reading=feeder)
    assert (found.rejected[0][2], "911" in found.kept, "BREAKER:a:911" in found.kept) == ("运行", False, True)
