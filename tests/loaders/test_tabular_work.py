"""What a long list costs: counted in questions to the graph and in what waits for the end, never in seconds."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from loaders.source import Reading
from loaders.tabular import TabularSource
from loaders.tabular.outgoing import BATCH
from loaders.tabular.writing import Writing
from schema.relationships import RelationshipKind

ROWS = BATCH
LISTS = {
    "线路段": ("编号,名称,起点,终点,备注", "L{0},段{0},杆{0},杆{1},", RelationshipKind.CONNECTS, 2),
    "客户": ("户号,户名,用电地址", "{0},客户{0},中山路{0}号", RelationshipKind.HAS_SITE, 1),
    "通讯录": ("姓名,手机", "人{0},139{0:08}", RelationshipKind.HAS_CONTACT, 1),
}


@pytest.mark.parametrize("name", LISTS)
def test_links_of_a_long_list_do_not_wait_for_its_end(name: str, tmp_path: Path):
    head, form, kind, each = LISTS[name]
    file = tmp_path / f"{name}.csv"
    file.write_text("\n".join([head, *(form.format(row, row + 1) for row in range(ROWS))]), encoding="utf-8")
    asked: Counter[str] = Counter()
    reading = Reading(first_load=1, known=lambda _: asked.update(["known"]))
    there: set[str] = set()
    early = 0
    found: Counter[tuple[str, str, str]] = Counter()
    for batch in TabularSource.open(file, writing=Writing.of("Asia/Shanghai", "CN")).batches(reading):
        there.update(entity.id for entity in batch.entities)
        links = [link for link in batch.relationships if link.kind is kind]
        assert all(link.source in there and link.target in there for link in links)
        found.update((link.source, link.target, link.key) for link in links)
        if len(there) < ROWS:
            early = len(found)
    assert reading.report.taken == ROWS
    assert len(found) == found.total() == each * ROWS
    assert early > ROWS / 4
    assert asked["known"] <= 4 * ROWS


def test_an_address_twice_in_a_row_and_in_others_leads_there_once_each(tmp_path: Path):
    """Handed on at once, a link still comes once."""
    file = tmp_path / "客户.csv"
    rows = ["C1,甲,中山路1号;中山路1号", "C2,乙,中山路1号", "C1,甲,中山路1号;中山路1号"]
    file.write_text("\n".join(["户号,户名,用电地址", *rows]), encoding="utf-8")
    reading = Reading(first_load=1)
    batches = list(TabularSource.open(file, system="s").batches(reading))
    links = [(link.source, link.target) for batch in batches for link in batch.relationships]
    assert sorted(links) == [("C1", "SITE:s:中山路1号"), ("C2", "SITE:s:中山路1号")]
    assert reading.report.duplicates == 1


def test_a_relationship_sheet_that_says_it_again_is_a_duplicate(tmp_path: Path):
    (tmp_path / "客户.csv").write_text("户号,户名,用电地址\nC1,甲,中山路1号\n", encoding="utf-8")
    (tmp_path / "Relationship.csv").write_text("kind,source,target\nHAS_SITE,C1,SITE:s:中山路1号\n", encoding="utf-8")
    files = [tmp_path / "客户.csv", tmp_path / "Relationship.csv"]
    reading = Reading(first_load=1)
    batches = list(TabularSource.open(files, system="s").batches(reading))
    assert [link.target for batch in batches for link in batch.relationships] == ["SITE:s:中山路1号"]
    assert reading.report.duplicates == 1


def test_pieces_of_two_feeders_that_meet_are_told_though_their_links_are_gone(tmp_path: Path):
    (tmp_path / "馈线.csv").write_text("编号,名称\nF1,一线\nF2,二线\n", encoding="utf-8")
    (tmp_path / "线路段.csv").write_text(
        "编号,名称,起点,终点,所属馈线\nL1,段1,A,B,F1\nL2,段2,B,C,F2\n", encoding="utf-8"
    )
    reading = Reading(first_load=1)
    list(TabularSource.open([tmp_path / "馈线.csv", tmp_path / "线路段.csv"], system="s").batches(reading))
    assert any("several feeders meet: 1" in str(each.reason) for each in reading.report.findings)
