"""Things of a load that its tables name instead of giving their ids: known at the first load as at any later one."""

from __future__ import annotations

from pathlib import Path

from loaders.source import Reading
from loaders.tabular.writing import Writing
from schema.people import compact
from schema.registry import EntityKind
from tests.loaders.tables import Read, read, write

LISTS = {
    "客户.csv": "户号,户名,主供线路\n01,青石医院,甲线\n02,国泰化工,甲线\n",
    "人员.csv": "姓名,手机\n周敏,13805510013\n",
    "责任分配.csv": "责任岗位,责任对象,责任人\n客户经理,青石医院,周敏\n配电抢修,甲线,周敏\n",
    "馈线.csv": "线路编号,线路名称,首端设备\n11,甲线,出线一\n",
    "断路器.csv": "编号,名称,所属线路,起点,终点\nB1,出线一,甲线,母线,a\n",
    "线路段.csv": "标识,名称,所属线路,起点,终点\nL1,甲线,甲线,a,b\n",
}


def again(folder: Path, first: Read) -> Read:
    """The same files with what they made in the graph."""
    kinds = {each.id: next(k for k in EntityKind if k.cls is type(each)) for each in first.entities.values()}
    named: dict[str, list[tuple[EntityKind, str]]] = {}
    for each in first.entities.values():
        named.setdefault(compact(each.name), []).append((kinds[each.id], each.id))
    return read(
        folder, reading=Reading(known=kinds.get, named=lambda name: named.get(name, []), entity=first.entities.get)
    )


def test_names_lead_to_things_of_the_same_load_and_a_second_load_changes_nothing(tmp_path: Path) -> None:
    folder = write(tmp_path / "a", LISTS)
    found = read(folder)
    assert {"11 STARTS_AT B1", "B1 CONTAINED_IN 11", "L1 CONTAINED_IN 11"} <= found.links
    covered = {each.target for each in found.relationships if each.kind.value == "COVERS"}
    assert covered == {"01", "11"}
    second = again(folder, found)
    assert (second.links, second.entities.keys()) == (found.links, found.entities.keys())


def test_what_is_made_of_a_row_is_not_called_like_its_customer(tmp_path: Path) -> None:
    found = read(write(tmp_path / "a", LISTS))
    assert [each.id for each in found.entities.values() if each.name == "青石医院"] == ["01"]
    assert found.entities["RECEIVING_POINT:a:01"].name == "青石医院受电点"


def test_a_name_of_several_of_one_standing_leads_nowhere(tmp_path: Path) -> None:
    twice = {"断路器.csv": LISTS["断路器.csv"] + "B2,出线一,甲线,a,b\n"}
    found = read(write(tmp_path / "a", LISTS | twice))
    assert "11 STARTS_AT B1" not in found.links
    assert "several are called 出线一" in {str(each.reason).partition(":")[0] for each in found.report.findings}


def test_the_printed_id_tells_namesakes_apart_in_a_roster(tmp_path: Path) -> None:
    lists = {
        "人员.csv": "姓名,手机\n张伟,12900000001\n张伟,12900000004\n李娜,12900000002\n",
        "值班.csv": "日期,开始,结束,值班员\n"
        "2026-12-01,8:00,20:00,PERSON:a:张伟:12900000001\n"
        "2026-12-01,20:00,8:00,李娜、PERSON:a:张伟:12900000004\n",
    }
    found = read(write(tmp_path / "a", lists), writing=Writing.of("Asia/Shanghai", "CN"))
    worked = sorted(each.target for each in found.relationships if each.kind.value == "WORKED_BY")
    assert worked == ["PERSON:a:张伟:12900000001", "PERSON:a:张伟:12900000004", "PERSON:a:李娜"]
    assert found.rejected == []
