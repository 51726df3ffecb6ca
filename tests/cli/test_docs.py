"""docs/cli.md names every command."""

from pathlib import Path

import pytest

from tests.cli.test_house import ALL

PAGE = (Path(__file__).parents[2] / "docs" / "cli.md").read_text("utf-8")


@pytest.mark.parametrize("path", [path for path, command in ALL.items() if not hasattr(command, "commands")])
def test_the_page_names_every_command(path):
    assert f"`{path}" in PAGE, f"say in docs/cli.md what {path} is for"
