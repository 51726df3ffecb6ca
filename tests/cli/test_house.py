"""Rules that hold for every command."""

import os
import subprocess
import sys

import pytest

from graph_api.cli.application import Commands, every_command
from graph_api.cli.names import CONDUCTING, FAILING, SWITCHES
from loaders.drawing import batch
from schema import registry
from tests.cli.conftest import Shell, run

ALL = dict(every_command())
SINGLE = [path for path, command in ALL.items() if not isinstance(command, Commands)]


@pytest.mark.parametrize("path", ALL)
def test_every_command_and_option_says_what_it_is_for(path):
    command = ALL[path]
    assert command.help, path
    for parameter in command.params:
        assert getattr(parameter, "help", None), f"{path} {parameter.name}"


@pytest.mark.parametrize("path", SINGLE)
def test_every_command_speaks_json_unless_it_serves(path):
    names = {name for parameter in ALL[path].params for name in parameter.opts}
    assert "--json" in names or path.endswith("serve")


@pytest.mark.parametrize("path", ALL)
def test_help_is_shown(path):
    result = run(*path.split()[1:], "--help")
    assert result.exit_code == 0
    assert "Usage" in result.output


@pytest.mark.parametrize("path", ALL)
def test_help_is_chinese_where_that_is_asked_for(path):
    shown = run("--lang", "zh", *path.split()[1:], "--help").stdout
    assert any("\u4e00" <= char <= "\u9fff" for char in shown)


def test_first_screen_tells_a_stranger_what_it_is_and_where_to_begin():
    result = run()
    assert "who is hit when a piece of the grid fails" in " ".join(result.output.split())
    assert "demo serve" in result.output


def test_version():
    result = run("--version")
    assert result.exit_code == 0
    assert result.output.startswith("baodian ")


def test_wrong_command_is_usage():
    result = run("schem")
    assert result.exit_code == 2
    assert "schema" in result.output


@pytest.mark.parametrize("path", ALL)
def test_help_imports_nothing_that_answers_need(path: str):
    needed = {"numba", "numpy", "strawberry", "graphql", "pydantic", "apsw", "fastapi", "asyncio", "schema.registry"}
    code = (
        "import sys; from graph_api.cli import main\n"
        f"try: main([*{path.split()[1:]!r}, '--help'])\n"
        "except SystemExit: pass\n"
        f"print(sorted({needed!r} & set(sys.modules)))"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert shown.splitlines()[-1] == "[]"


HEAVY = {
    "numba",
    "pydantic",
    "pypinyin",
    "rapidfuzz",
    "networkx",
    "fastapi",
    "prometheus_client",
    "uvicorn",
    "openpyxl",
    "lxml",
}


@pytest.mark.parametrize("name", ["F1", "10kV 滨江一线", "滨江线", "8a:1021"])
def test_a_name_that_one_thing_alone_has_is_looked_up_without_search_or_compiler(shell: Shell, name: str):
    """By id, name, alias and number."""
    of_f1 = {"name": "10kV 滨江一线", "aliases": ["滨江线"], "number": "8a:1021"}
    shell.fill(batch("F1 = CB1\nF1 @ SUB1\nG1 - B1 - CB1 - L1 - S1>C1", F1=of_f1))
    code = (
        "import sys; from graph_api.cli import main\n"
        f"try: main(['impact', {name!r}])\n"
        "except SystemExit as end: assert not end.code\n"
        f"print(sorted({HEAVY} & set(sys.modules)))"
    )
    environment = os.environ | {"BAODIAN_STORE": shell.store}
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    assert "C1" in shown.stdout
    assert shown.stdout.splitlines()[-1] == "[]"


def test_kinds_that_names_are_looked_for_are_those_of_the_schema():
    assert set(CONDUCTING) == {kind.value for kind in registry.CONDUCTING}
    assert set(SWITCHES) == {kind.value for kind in registry.SWITCHES}
    assert set(FAILING) <= {kind.value for kind in registry.KINDS}


@pytest.mark.parametrize("shell_name", ["bash", "zsh", "fish"])
def test_shell_completion_knows_the_commands(shell_name):
    words = {"bash": {"COMP_WORDS": "baodian imp", "COMP_CWORD": "1"}}.get(
        shell_name, {"_TYPER_COMPLETE_ARGS": "baodian imp", "_TYPER_COMPLETE_FISH_ACTION": "get-args"}
    )
    result = subprocess.run(
        [sys.executable, "-m", "graph_api.cli"],
        capture_output=True,
        text=True,
        check=False,
        env={"_BAODIAN_COMPLETE": f"complete_{shell_name}", "PATH": "/usr/bin:/bin", **words},
    )
    assert "impact" in result.stdout
