"""People, teams and contacts that only columns of a list name: the same rows again make the same ones."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from graph_api.commands.ingest import LoadOutcome, ingest
from graph_api.live.graph import load_graph
from graph_api.stores import open_store
from graph_api.stores.contract import Store
from loaders.tabular import TabularSource
from loaders.tabular.writing import Writing
from schema.registry import EntityKind
from schema.relationships import RelationshipKind
from tests.loaders.tables import write

FOLDER = {
    "线路台账.csv": """
        线路名称,线路编号,设备主人,联系电话,抢修班组
        10kV甲线,101,王强,12900000031,抢修一班
        10kV乙线,102,张三,12900000032,抢修一班
        """,
    "通讯录.csv": "姓名,手机号码\n李娜,12900000021\n赵六,12900000022\n赵六,12900000023\n孙伟,12900000024\n",
    "客户.csv": """
        户号,户名,重要等级,主供线路,联系人,联系电话,客户经理,客户经理电话
        1,县医院,一级,甲线,张三,12900000011,冯丽,12900000041
        2,水厂,二级,甲线,张三,12900000012,冯丽,12900000041
        3,化工厂,二级,乙线,李四,12900000013,李娜,
        4,学校,二级,乙线,张三（男）,,冯丽,
        """,
    "值班表.csv": "日期,时间,值班人员\n2026-11-01,08:00-20:00,王强\n2026-11-02,08:00-20:00,冯丽、李娜\n",
}


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path}/graph.db")
    yield opened
    await opened.close()


async def put(store: Store, folder: Path, files: dict[str, str], *, force: bool = False) -> LoadOutcome:
    found = TabularSource.open(write(folder, files), writing=Writing.of("Asia/Shanghai", "CN"))
    return (await ingest(store, found, force=force)).checked()


async def reached(store: Store) -> dict[str, set[str]]:
    """Numbers of who is named for each thing, as "name number", by the thing's name."""
    graph = await load_graph(store)
    names = {graph.id(at): graph.entity(at) for at in graph.indexes()}
    ends: dict[RelationshipKind, dict[str, list[str]]] = {}
    for link in graph.relationships():
        ends.setdefault(link.kind, {}).setdefault(link.source, []).append(link.target)
    found: dict[str, set[str]] = {}
    for duty, covered in ends[RelationshipKind.COVERS].items():
        for holder in ends.get(RelationshipKind.HELD_BY, {}).get(duty, []):
            numbers = [getattr(names[each], "value", "") for each in ends[RelationshipKind.HAS_CONTACT].get(holder, [])]
            told = " ".join([names[holder].name, *(number[-2:] for number in numbers)])
            found.setdefault(names[covered[0]].name, set()).add(told)
    return found


NAMED = {
    "10kV甲线": {"王强 31"},
    "10kV乙线": {"张三 32"},
    "县医院": {"张三 11", "冯丽 41"},
    "水厂": {"张三 12", "冯丽 41"},
    "化工厂": {"李四 13", "李娜 21"},
    "学校": {"冯丽 41"},
}


async def test_a_folder_three_times_changes_nothing(store: Store, tmp_path: Path):
    first = await put(store, tmp_path / "city", FOLDER)
    assert await reached(store) == NAMED
    for _ in range(2):
        again = await put(store, tmp_path / "city", FOLDER)
        assert (again.revision, again.difference.is_empty) == (None, True)
        assert again.report.findings == first.report.findings
    touched = FOLDER | {"通讯录.csv": FOLDER["通讯录.csv"].replace("12900000024", "12900000025")}
    changed = await put(store, tmp_path / "city", touched)
    assert (changed.difference.changed.total(), changed.difference.removed.total()) == (1, 0)
    assert await reached(store) == NAMED


async def test_whom_a_list_had_is_made_of_the_column_where_the_list_is_left_out(store: Store, tmp_path: Path):
    files = {"客户.csv": "户号,户名,客户经理,客户经理电话\n1,县医院,李娜,12900000029\n"}
    await put(store, tmp_path / "city", files | {"通讯录.csv": "工号,姓名,手机号码\nP7,李娜,12900000021\n"})
    assert await reached(store) == {"县医院": {"李娜 21"}}
    (tmp_path / "city" / "通讯录.csv").unlink()
    await put(store, tmp_path / "city", files, force=True)
    assert await reached(store) == {"县医院": {"李娜 29"}}


async def test_a_row_that_is_rejected_later_keeps_who_its_columns_named(store: Store, tmp_path: Path):
    await put(store, tmp_path / "city", FOLDER)
    touched = FOLDER | {"客户.csv": FOLDER["客户.csv"].replace("县医院,一级", "县医院,很高")}
    outcome = await put(store, tmp_path / "city", touched)
    assert [each.value for each in outcome.report.rejects] == ["很高"]
    assert await reached(store) == NAMED, "and nobody else of that name is taken for them"


async def test_a_contact_with_a_number_is_not_the_colleague_of_that_name(store: Store, tmp_path: Path) -> None:
    """Else the wrong one is called: nobody is linked. Who has no number there is who is known by that name."""
    folder = {
        "通讯录.csv": "姓名,手机号码\n张三,12900000021\n李四,12900000022\n",
        "客户.csv": """
            户号,户名,联系人,联系电话,客户经理,客户经理电话
            1,县医院,张三,12900000011,李四,12900000022
            2,水厂,李四,,张三,
            """,
    }
    for _ in range(3):
        await put(store, tmp_path, folder)
        assert await reached(store) == {"县医院": {"李四 22"}, "水厂": {"李四 22", "张三 21"}}


CUSTOMERS = "户号,户名,联系人,联系电话,客户经理,客户经理电话\n1,县医院,张三,12900000011,冯丽,12900000041\n"


async def in_system(store: Store, folder: Path, files: dict[str, str]) -> LoadOutcome:
    found = TabularSource.open(write(folder, files), system="县局", writing=Writing.of("Asia/Shanghai", "CN"))
    return (await ingest(store, found)).checked()


async def test_a_phone_list_of_the_same_system_stays_when_customers_are_loaded(store: Store, tmp_path: Path):
    """A list owns the people that it made of its columns, no others: whoever stands in the phone list is called."""
    await in_system(store, tmp_path / "1", {"通讯录.csv": FOLDER["通讯录.csv"]})
    outcome = await in_system(store, tmp_path / "2", {"客户11月.csv": CUSTOMERS})
    assert not outcome.difference.removed
    numbers = {entity.value for entity in await people(store, EntityKind.CONTACT)}
    assert {"+8612900000021", "+8612900000024", "+8612900000041"} <= numbers


async def test_whom_columns_of_a_customer_list_made_stays_when_the_phone_list_is_loaded(store: Store, tmp_path: Path):
    """Whom to call at a customer is in no phone list of the utility: the order of loading takes nobody away."""
    await in_system(store, tmp_path / "1", {"客户.csv": FOLDER["客户.csv"]})
    before = await reached(store)
    outcome = await in_system(store, tmp_path / "2", {"通讯录.csv": FOLDER["通讯录.csv"]})
    assert not outcome.difference.removed
    after = await reached(store)
    assert {name: {each.split()[0] for each in told} for name, told in after.items()} == {
        name: {each.split()[0] for each in told} for name, told in before.items()
    }
    assert after["化工厂"] == {"李四 13", "李娜 21"}, "the number of the phone list is told of her, too"
    shorter = "姓名,手机号码\n李娜,12900000021\n赵六,12900000022\n孙伟,12900000024\n"
    later = await in_system(store, tmp_path / "3", {"通讯录12月.csv": shorter})
    assert later.difference.removed[EntityKind.PERSON] == 2, "next month's list still takes away whom last month's had"
    assert (await in_system(store, tmp_path / "4", {"客户.csv": FOLDER["客户.csv"]})).difference.removed.total() == 0


async def test_next_months_list_takes_away_whom_last_months_made(store: Store, tmp_path: Path):
    await in_system(store, tmp_path / "1", {"通讯录.csv": FOLDER["通讯录.csv"]})
    await in_system(store, tmp_path / "2", {"客户11月.csv": CUSTOMERS})
    await in_system(store, tmp_path / "3", {"客户12月.csv": CUSTOMERS.replace("冯丽", "周敏")})
    names = {entity.name for entity in await people(store, EntityKind.PERSON)}
    assert names >= {"李娜", "孙伟", "周敏"}
    assert "冯丽" not in names
    outcome = await in_system(store, tmp_path / "4", {"客户12月.csv": CUSTOMERS.replace("冯丽", "周敏")})
    assert outcome.difference.is_empty


async def people(store: Store, kind: EntityKind) -> list[Any]:
    graph = await load_graph(store)
    return [graph.entity(index) for index in graph.of_kind(kind)]
