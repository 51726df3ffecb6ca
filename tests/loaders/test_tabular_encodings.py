"""Encodings that are none of UTF-8 and GB18030: told with a line in each reading, never taken for Chinese."""

from __future__ import annotations

from pathlib import Path

import pytest

from loaders.tabular.writing import Writing
from schema.errors import LoadError
from tests.loaders.tables import read, write

TEXTS = {
    "cp949": "id,이름\nP1,김철수입니다한국전력\n",
    "cp1251": "id,имя\nP1,Иван Петров\n",
    "koi8-r": "id,имя\nP1,Иван Петров\n",
    "cp1252": "id,name\nP1,Müller “x”\n",
    "cp1250": "id,name\nP1,Michał Dąbrowski\n",
    "cp1253": "id,όνομα\nP1,Γιώργος\n",
    "euc_jp": "id,名前\nP1,カタカナてすと山田太郎さん\n",
    "iso2022_jp": "id,名前\nP1,山田太郎\n",
}


@pytest.mark.parametrize("encoding", TEXTS)
def test_named_with_the_line_as_it_reads(tmp_path: Path, encoding: str) -> None:
    text = TEXTS[encoding].encode(encoding)
    line = next(each for each in TEXTS[encoding].splitlines() if not each.isascii())
    with pytest.raises(LoadError, match=f"{encoding}.*{line}"):
        read(write(tmp_path, {"人员.csv": text}))
    found = read(write(tmp_path, {"Person.csv": text}).joinpath("Person.csv"), writing=Writing.of(encoding=encoding))
    assert set(found.entities) == {"P1"}


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "gbk", "gb18030", "utf-8-sig"])
def test_what_is_read_and_named_in_the_account(tmp_path: Path, encoding: str) -> None:
    found = read(write(tmp_path, {"人员.csv": "标识,姓名\nP1,王建国\n".encode(encoding)}))
    assert found.entities["P1"].name == "王建国"
    told = found.report.accounts[0].encoding
    assert told == {"utf-8-sig": "", "gbk": "GB18030"}.get(encoding, encoding.upper())


def test_a_short_chinese_list_is_not_taken_for_korean(tmp_path: Path) -> None:
    found = read(write(tmp_path, {"变电站.csv": "编号,名称\nB1,滨江变\nB2,金华变\n".encode("gbk")}))
    assert [each.name for each in found.entities.values()] == ["滨江变", "金华变"]
