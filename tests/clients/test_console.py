"""The console's modules are JavaScript with types in their comments: TypeScript finds nothing wrong with them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from graph_api.console.site import FOLDER
from tests.node import run

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def console(clients: Path) -> Path:
    shutil.copytree(FOLDER / "js", clients / "console" / "js", dirs_exist_ok=True)
    return clients


def test_its_types_hold(console: Path) -> None:
    done = run(console, "npm", "run", "--silent", "console")
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]


def test_a_wrong_word_is_seen(console: Path) -> None:
    module = console / "console" / "js" / "help.js"
    module.write_text(module.read_text("utf-8").replace('t("help.title")', 't("help.titel")'), "utf-8")
    done = run(console, "npm", "run", "--silent", "console")
    assert "help.titel" in done.stdout
