"""Columns of lists of switches that hold positions under a usual head, and such that hold something else."""

from __future__ import annotations

from pathlib import Path

import pytest

from schema.grid import Switch
from schema.vocabulary import SwitchPosition
from tests.loaders.tables import Read, read, write

OPEN, CLOSED = SwitchPosition.OPEN, SwitchPosition.CLOSED


def positions(found: Read) -> list[tuple[str, SwitchPosition, SwitchPosition | None]]:
    return [
        (each.id, each.normal_position, each.position) for each in found.entities.values() if isinstance(each, Switch)
    ]


def hints(found: Read) -> list[str]:
    return [str(each.reason) for each in found.report.findings if "is not read" in each.reason]


@pytest.mark.parametrize(
    "head",
    [
        "状态", "开关状态", "运行状态", "位置", "开关位置", "分合状态", "分合位", "分/合", "开关状态(分/合)",
        "设备状态", "运行方式", "刀闸位置", "status",
    ],
)  # fmt: skip
def test_the_only_position_of_a_list_is_the_normal_one(tmp_path: Path, head: str) -> None:
    found = read(write(tmp_path / "a", {"断路器.csv": f"编号,名称,{head}\nB1,甲,合闸\nB2,乙,分位\n"}))
    assert positions(found) == [("B1", CLOSED, None), ("B2", OPEN, None)]
    assert found.report.accounts[0].read_as[head] == "normal_position"
    assert not hints(found)


@pytest.mark.parametrize("heads", ["正常位置,当前状态", "正常状态,运行状态", "正常位,开关位置"])
def test_beside_the_normal_position_it_is_the_one_now(tmp_path: Path, heads: str) -> None:
    found = read(
        write(tmp_path / "a", {"开关台账.csv": f"编号,名称,类型,{heads}\nB1,甲,断路器,合,分\nB2,乙,刀闸,合,合\n"})
    )
    assert positions(found) == [("B1", CLOSED, OPEN), ("B2", CLOSED, CLOSED)]


def test_a_head_that_says_now_is_the_one_now(tmp_path: Path) -> None:
    found = read(write(tmp_path / "a", {"断路器.csv": "编号,名称,当前状态\nB1,甲,分\n"}))
    assert positions(found) == [("B1", CLOSED, OPEN)]


def test_values_that_are_no_positions_are_told_with_what_follows(tmp_path: Path) -> None:
    found = read(write(tmp_path / "a", {"断路器.csv": "编号,名称,运行状态,位置\nB1,甲,在运,青石路口\nB2,乙,检修,\n"}))
    assert positions(found) == [("B1", CLOSED, None), ("B2", CLOSED, None)]
    assert "(在运, 检修) are no positions" in hints(found)[0]
    assert "(青石路口) are no positions" in hints(found)[1]
    assert all("every switch counts as closed" in each for each in hints(found))


def test_an_unread_head_that_is_like_one_says_what_follows_where_no_position_is_read(tmp_path: Path) -> None:
    rows = "\nB1,甲,合,合\n"
    bare = read(write(tmp_path / "a", {"断路器.csv": f"编号,名称,地刀位置,厂家编码{rows}"}))
    assert ["every switch counts as closed" in each for each in hints(bare)] == [True, False]
    told = read(write(tmp_path / "b", {"断路器.csv": f"编号,名称,地刀位置,正常位置{rows}"}))
    assert ["every switch counts as closed" in each for each in hints(told)] == [False]
