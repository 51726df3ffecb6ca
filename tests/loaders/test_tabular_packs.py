"""Packed tables: .gz and .zip."""

from __future__ import annotations

import gzip
import zipfile
from pathlib import Path

import pytest

from graph_api.cli.data.files import Format
from graph_api.cli.data.sources import source_of
from loaders import archives
from loaders.tabular import TabularSource
from loaders.tabular.writing import UNSAID
from schema.errors import LoadError
from tests.loaders.cim_text import rdf
from tests.loaders.tables import read

TEAM = "id,name\nB1,抢修班\n".encode()
PERSON = "id,姓名\nP1,王建国\nP2,李伟,3\n".encode()


def zipped(path: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def test_tables_of_an_archive_are_read_and_the_rest_is_named(tmp_path: Path) -> None:
    members = {"a/Team.csv": TEAM, "b/Person.csv": PERSON, "b/scan.pdf": b"%PDF", "__MACOSX/x": b"", "a/.DS_Store": b""}
    found = read(zipped(tmp_path / "all.zip", **members))
    assert set(found.entities) == {"B1", "P1"}
    assert {each.file: each.taken for each in found.report.accounts} == {
        "all.zip/a/Team.csv": 1, "all.zip/b/Person.csv": 1, "all.zip/b/scan.pdf": 0,
    }  # fmt: skip
    assert [(each.file, each.row) for each in found.report.rejects] == [("all.zip/b/Person.csv", 3)]
    assert [path.name for path in found.source.files] == ["all.zip"]


def test_names_from_a_chinese_windows_tell_the_kind(tmp_path: Path) -> None:
    raw = zipped(tmp_path / "x.zip", **{"RENYUAN.csv": PERSON}).read_bytes()
    path = tmp_path / "gbk.zip"
    path.write_bytes(raw.replace(b"RENYUAN", "人员x".encode("gb18030") + b"__").replace(b"x__.csv", b".csv   "))
    name = "人员.csv   "
    assert archives.shown_name(zipfile.ZipFile(path).infolist()[0]) == name
    plain = zipfile.ZipInfo("person.csv")
    assert archives.shown_name(plain) == "person.csv"


def test_what_was_unpacked_goes_away_with_the_source(tmp_path: Path) -> None:
    source = TabularSource.open(zipped(tmp_path / "all.zip", **{"Team.csv": TEAM}))
    folder = source._scratch.folder(0) if source._scratch else tmp_path
    assert folder.is_dir()
    del source
    assert not folder.parent.exists()


def test_a_gz_is_the_table_that_it_holds(tmp_path: Path) -> None:
    (tmp_path / "Team.csv.gz").write_bytes(gzip.compress(TEAM))
    found = read(tmp_path / "Team.csv.gz")
    assert (set(found.entities), found.report.accounts[0].file) == ({"B1"}, "Team.csv.gz")
    (tmp_path / "Person.csv").write_bytes(PERSON)
    zipped(tmp_path / "more.zip", **{"Organisation.csv": b"id\nO1\n"})
    zipped(tmp_path / "scans.zip", **{"a.pdf": b""})
    both = read(tmp_path)
    assert set(both.entities) == {"B1", "P1", "O1"}
    assert [each.file for each in both.report.accounts if each.not_read] == ["scans.zip"]


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ({"../Team.csv": TEAM}, "leads outside the archive"),
        ({"/etc/Team.csv": TEAM}, "leads outside the archive"),
        ({"inner.zip": b"PK", "Team.csv": TEAM}, "holds another archive"),
        ({"Team.csv": b"\0" * (60 << 20)}, "zip bomb"),
        ({"scan.pdf": b"x"}, r"holds no table .* It holds: all\.zip/scan\.pdf"),
    ],
)
def test_an_archive_that_cannot_be_trusted(tmp_path: Path, members: dict[str, bytes], said: str) -> None:
    with pytest.raises(LoadError, match=said):
        read(zipped(tmp_path / "all.zip", **members))


def test_damaged_archives(tmp_path: Path) -> None:
    good = zipped(tmp_path / "all.zip", **{"Team.csv": TEAM * 50}).read_bytes()
    place = good.index(b"Team.csv") + 12
    (tmp_path / "bad.zip").write_bytes(good[:place] + b"\xff\xff\xff" + good[place + 3 :])
    (tmp_path / "no.zip").write_bytes(b"PK")
    (tmp_path / "Team.csv.gz").write_bytes(gzip.compress(TEAM)[:-9])
    for name, said in (("bad.zip", "is damaged"), ("no.zip", "is damaged"), ("Team.csv.gz", "no .gz file")):
        with pytest.raises(LoadError, match=said):
            read(tmp_path / name)


def test_a_gz_that_grows_too_much(tmp_path: Path) -> None:
    (tmp_path / "Team.csv.gz").write_bytes(gzip.compress(b"\0" * (60 << 20)))
    with pytest.raises(LoadError, match="zip bomb"):
        read(tmp_path / "Team.csv.gz")


@pytest.mark.parametrize(
    ("members", "mapping"),
    [
        ({"Team.csv": TEAM}, "plain"),
        ({"EQ.xml": rdf("").encode(), "readme.txt": b""}, "cim"),
        ({"EQ.xml": rdf("").encode(), "list.csv": b""}, "cim"),
    ],
)
def test_what_is_in_an_archive_tells_its_format(tmp_path: Path, members: dict[str, bytes], mapping: str) -> None:
    path = zipped(tmp_path / "all.zip", **members)
    assert source_of([path], Format.AUTO, "plain", "", UNSAID, "", ()).mapping == mapping
