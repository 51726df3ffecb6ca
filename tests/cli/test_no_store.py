"""Commands that read make no store: an empty file stays empty, whatever is asked of it."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Shell

READING = [
    ("status",),
    ("search", "医院"),
    ("impact", "L1"),
    ("who", "L1"),
    ("trace", "L1"),
    ("risks",),
    ("readiness",),
    ("backup", "out.bak"),
    ("export", "upstream", "--out", "out.csv"),
    ("serve", "--port", "0"),
]


@pytest.mark.parametrize("words", READING, ids=lambda words: words[0])
def test_an_empty_file_is_no_store_and_stays_empty(shell: Shell, words: tuple[str, ...]):
    file = shell.folder / "graph.db"
    file.touch()
    told = shell(*words, code=1).stderr
    assert "not a Baodian store" in told
    assert "baodian load" in told
    assert [each.name for each in shell.folder.iterdir()] == ["graph.db"]
    assert file.stat().st_size == 0


def test_a_dry_run_on_an_empty_file_changes_nothing(shell: Shell):
    file, table = shell.folder / "graph.db", shell.folder / "Team.csv"
    file.touch()
    table.write_text("id,name\nT1,配电抢修班\n", encoding="utf-8")
    shell("load", str(table), "--dry-run")
    assert file.stat().st_size == 0
    shell("load", str(table))
    assert shell.json("status")["graph"]["entities"] > 0
