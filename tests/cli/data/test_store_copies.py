"""`baodian copy`, `backup`, `restore`, `verify`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Shell
from tests.contract.test_contract import crew


def test_there_and_back(shell: Shell, tmp_path: Path):
    shell.fill(crew("a"))
    other, file = f"sqlite:///{tmp_path}/new/other.db", str(tmp_path / "graph.bdk")
    assert "Copied and verified" in shell("copy", "--from", shell.store, "--to", other).stdout
    assert "Written to" in shell("backup", file).stdout
    assert "--force" in shell("backup", file, code=2).stderr
    made = shell.json("backup", file, "--force")
    assert (made["entities"], made["relationships"]) == (2, 1)
    assert "Verified" in shell("verify", shell.store, "--against", other).stdout
    shell.fill(crew("b"))
    assert "do not hold the same" in shell("verify", shell.store, "--against", file, code=1).stderr
    assert "--force" in shell("restore", file, code=2).stderr
    assert "Restored" in shell("restore", file, "--force").stdout
    found = shell.json("verify", file, "--against", shell.store)
    assert found["well"] is True


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["copy", "--from", "sqlite:///nowhere.db", "--to", "sqlite:///b.db"], "no store at"),
        (["copy", "--from", "sqlite:///a.db", "--to", "sqlite:///a.db"], "the same"),
        (["verify", "nothing.bdk"], "no file"),
        (["restore", "10kV 滨江一线"], "baodian resupply '10kV 滨江一线'"),
    ],
)
def test_bad_input(shell: Shell, arguments: list[str], message: str):
    assert message in shell(*arguments, code=2).stderr


def test_a_file_that_is_no_backup(shell: Shell, tmp_path: Path):
    file = tmp_path / "x.bdk"
    file.write_text("hello", encoding="utf-8")
    assert "no backup" in shell("restore", str(file), code=1).stderr
