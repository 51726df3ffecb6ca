"""Lists without ids that are loaded under another name: their things are found again, or the load is asked back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from graph_api.commands.ingest import LoadOutcome, ingest
from graph_api.errors import InvalidInput
from graph_api.stores import open_store
from graph_api.stores.contract import Store
from loaders.tabular import TabularSource
from loaders.tabular.writing import Writing
from schema.registry import EntityKind
from tests.commands.loading import ids
from tests.loaders.tables import write

MAY = """
姓名,手机
张伟,12900000001
张伟,12900000004
李娜,12900000002
王芳,12900000003
"""
LINES = {"线路.csv": "线路名称,所属变电站\n滨江一线,滨江变\n滨江二线,滨江变\n", "变电站.csv": "站名\n滨江变\n"}


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path}/graph.db")
    yield opened
    await opened.close()


async def put(store: Store, folder: Path, files: dict[str, str], *, force: bool = False) -> LoadOutcome:
    found = TabularSource.open(write(folder, files), writing=Writing.of("Asia/Shanghai", "CN"))
    return (await ingest(store, found, force=force)).checked()


async def people(store: Store) -> set[str]:
    return {ident for ident in await ids(store) if ident.startswith("PERSON:") and ident.count(":") < 4} - {
        ident for ident in await ids(store) if "MOBILE" in ident
    }


async def test_next_months_list_under_another_name_has_the_same_people(store: Store, tmp_path: Path):
    await put(store, tmp_path / "may", {"通讯录.csv": MAY})
    before = await people(store)
    june = MAY.replace("12900000002", "12900000022") + "赵六,12900000006\n"
    outcome = await put(store, tmp_path / "june", {"通讯录.csv": june})
    assert await people(store) - before == {"PERSON:june:赵六"}
    assert outcome.difference.added == {EntityKind.PERSON: 1, EntityKind.CONTACT: 1}
    assert outcome.difference.held_by == {"may": 8}
    again = await put(store, tmp_path / "june", {"通讯录.csv": june})
    assert again.difference.is_empty


async def test_of_two_namesakes_with_new_numbers_nobody_is_guessed(store: Store, tmp_path: Path):
    await put(store, tmp_path / "may", {"通讯录.csv": MAY})
    june = MAY.replace("12900000001", "12900000091").replace("12900000004", "12900000094")
    outcome = await put(store, tmp_path / "june", {"通讯录.csv": june})
    assert {each for each in await people(store) if each.startswith("PERSON:june:")} == {
        "PERSON:june:张伟:12900000091",
        "PERSON:june:张伟:12900000094",
    }
    told = next(each for each in outcome.report.findings if "people of another list" in str(each.reason))
    assert (told.value, "--system 'may'" in str(told.remedy)) == ("张伟, 张伟", True)


async def test_a_namesake_of_another_list_is_somebody_else(store: Store, tmp_path: Path):
    await put(store, tmp_path / "may", {"通讯录.csv": MAY})
    others = "姓名,手机\n" + "".join(f"员工{n},1280000000{n}\n" for n in range(5)) + "李娜,12800000099\n"
    outcome = await put(store, tmp_path / "town", {"通讯录.csv": others})
    assert {"PERSON:town:李娜", "PERSON:may:李娜"} <= await people(store)
    assert any("people of another list" in str(each.reason) for each in outcome.report.findings)


async def test_without_numbers_the_team_tells(store: Store, tmp_path: Path):
    teams = {"班组.csv": "班组\n抢修一班\n抢修二班\n"}
    rows = "姓名,班组\n李娜,抢修一班\n王芳,抢修二班\n"
    await put(store, tmp_path / "may", teams | {"通讯录.csv": rows})
    moved = rows.replace("王芳,抢修二班", "王芳,抢修一班").replace("李娜", "赵六")
    outcome = await put(store, tmp_path / "june", {"通讯录.csv": moved + "李娜,抢修一班\n"})
    assert {each for each in await people(store) if each.startswith("PERSON:june:")} == {
        "PERSON:june:赵六",
        "PERSON:june:王芳",
    }
    assert [each.value for each in outcome.report.findings if "people of another list" in str(each.reason)] == ["王芳"]


async def test_a_list_of_lines_under_another_name_is_asked_back(store: Store, tmp_path: Path):
    await put(store, tmp_path / "may", LINES)
    with pytest.raises(InvalidInput, match=r"'may' has already \(.*Feeder 馈线: 2 of 2.*--system may.*--force"):
        await put(store, tmp_path / "june", LINES)
    assert not {each for each in await ids(store) if "june" in each}
    one_more = LINES | {"线路.csv": "线路名称\n滨江一线\n滨江三线\n"}
    del one_more["变电站.csv"]
    await put(store, tmp_path / "others", one_more)
    await put(store, tmp_path / "june", LINES, force=True)
    assert "FEEDER:june:滨江二线" in await ids(store)
