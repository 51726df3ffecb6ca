"""Files that the disk has no room for: /dev/full stands where they are written first."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from graph_api.whole_file import draft_of, whole
from loaders.drawing import batch

CITY = "F1 = CB1\nG1 - B1 - CB1 - L1 - S1>C1"


def full(path: Path) -> Path:
    draft_of(path).symlink_to("/dev/full")
    return path


@pytest.mark.parametrize("earlier", [None, b"what was there"])
@pytest.mark.parametrize(
    ("command", "name"),
    [
        (("backup", "OUT", "--force"), "graph.bdk"),
        (("template", "OUT", "--force"), "form.xlsx"),
        (("export", "upstream", "--out", "OUT"), "upstream.csv"),
        (("export", "upstream", "--out", "OUT"), "upstream.xlsx"),
        (("export", "responsibility", "L1", "--out", "OUT"), "who.xlsx"),
        (("schema", "--markdown", "--out", "OUT"), "schema.md"),
    ],
)
def test_a_full_disk_is_said_as_by_load_and_leaves_nothing(shell, tmp_path, capfd, command, name, earlier):
    shell.fill(batch(CITY))
    folder = tmp_path / "out"
    folder.mkdir()
    out = full(folder / name)
    if earlier is not None:
        out.write_bytes(earlier)
    failed = shell(*(str(out) if word == "OUT" else word for word in command), code=1)
    assert f"{name} cannot be used now: the disk is full; nothing was changed" in failed.stderr
    assert "[STORE_UNAVAILABLE]" in failed.stderr
    assert "Exception ignored" not in failed.stderr + capfd.readouterr().err
    assert os.listdir(folder) == ([] if earlier is None else [name])
    assert earlier is None or out.read_bytes() == earlier


def test_a_file_is_written_through_a_link_and_to_what_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "file")
    with whole(tmp_path / "link") as draft:
        draft.write_text("all")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "file").read_text() == "all"
    with whole(Path("/dev/null")) as draft:
        draft.write_text("all")
    assert not Path("/dev/null").is_file()


def test_what_cannot_be_written_is_told_by_its_own_name(tmp_path: Path) -> None:
    draft_of(tmp_path / "file").symlink_to(tmp_path)
    with pytest.raises(IsADirectoryError) as refused, whole(tmp_path / "file") as draft:
        draft.write_text("all")
    assert refused.value.filename == str(tmp_path / "file")
