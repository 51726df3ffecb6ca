"""Rules that hold for every command."""

from collections.abc import Iterator
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from graph_api.cli import app

runner = CliRunner()


def commands(command: Any = None, path: str = "baodian") -> Iterator[tuple[str, Any]]:
    command = command or typer.main.get_command(app)
    yield path, command
    for name, child in getattr(command, "commands", {}).items():
        yield from commands(child, f"{path} {name}")


ALL = dict(commands())


@pytest.mark.parametrize("path", ALL)
def test_every_command_and_option_says_what_it_is_for(path):
    command = ALL[path]
    assert command.help, path
    for parameter in command.params:
        assert getattr(parameter, "help", None), f"{path} {parameter.name}"


@pytest.mark.parametrize("path", [path for path, command in ALL.items() if not hasattr(command, "commands")])
def test_every_command_speaks_json_unless_it_serves(path):
    names = {name for parameter in ALL[path].params for name in parameter.opts}
    assert "--json" in names or path.endswith("serve")


@pytest.mark.parametrize("path", ALL)
def test_help_is_shown(path):
    result = runner.invoke(app, [*path.split()[1:], "--help"])
    assert result.exit_code == 0
    assert "Usage" in result.output


def test_first_screen_tells_a_stranger_what_it_is_and_where_to_begin():
    result = runner.invoke(app, [])
    assert "who is hit when a piece of the grid fails" in " ".join(result.output.split())
    assert "demo serve" in result.output


def test_version():
    result = runner.invoke(app, ["--version"])
    assert result.exit_code == 0
    assert result.output.startswith("baodian ")


def test_wrong_command_is_usage():
    result = runner.invoke(app, ["schem"])
    assert result.exit_code == 2
    assert "schema" in result.output
