"""The console's modules are JavaScript with types in their comments: TypeScript finds nothing wrong with them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from graph_api.console.site import FOLDER
from tests.clients.console_types import checked

pytestmark = pytest.mark.slow


def test_its_types_hold(clients: Path) -> None:
    assert checked(clients) == ""


@pytest.mark.parametrize(
    ("module", "before", "after", "seen"),
    [
        ("help.js", 't("help.title")', 't("help.titel")', "help.titel"),
        ("screens/board.js", "answer.data?.board", "answer.data?.bord", "bord"),
        ("screens/sheet.js", '"sheet", { of: [id] }', '"sheet", { off: [id] }', "off"),
        ("screens/drills.js", '"drills.Drills"', '"drills.Drill"', "drills.Drill"),
    ],
)
def test_a_word_a_field_or_an_operation_that_is_not_there_is_seen(
    clients: Path, tmp_path: Path, module: str, before: str, after: str, seen: str
) -> None:
    shutil.copytree(FOLDER / "js", tmp_path / "js")
    text = (FOLDER / "js" / module).read_text("utf-8")
    assert before in text
    (tmp_path / "js" / module).write_text(text.replace(before, after), "utf-8")
    assert seen in checked(clients, tmp_path / "js")
