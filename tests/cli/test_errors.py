"""Whatever goes wrong in a command: one line that says what to do, an exit code, never a traceback."""

import pytest
import typer
from typer.testing import CliRunner, Result

from graph_api.cli.application import Commands
from graph_api.errors import InvalidInput, LoadError, StoreUnavailable, UnknownEntity
from loaders.drawing import batch
from tests.cli.conftest import Shell


def fails_with(error: Exception) -> Result:
    app = typer.Typer(cls=Commands, pretty_exceptions_enable=False)

    @app.command()
    def work() -> None:
        raise error

    @app.command()
    def rest() -> None:
        pass

    return CliRunner().invoke(app, ["work"])


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (InvalidInput("Wrong id; look it up."), 2, "Wrong id; look it up. [BAD_INPUT]"),
        (UnknownEntity("No such thing."), 2, "[UNKNOWN_ENTITY]"),
        (LoadError("Not a table."), 2, "[LOAD_FAILED]"),
        (StoreUnavailable("Busy; try again."), 1, "[STORE_UNAVAILABLE]"),
        (FileNotFoundError(2, "No such file or directory", "a.csv"), 2, "a.csv: there is no such file or folder"),
        (OSError("disk on fire"), 2, "disk on fire"),
        (ZeroDivisionError("division by zero"), 1, "BAODIAN_DEBUG=1"),
    ],
)
def test_every_error_is_one_line_and_an_exit_code(error, code, said):
    result = fails_with(error)
    assert result.exit_code == code
    assert said in result.stderr
    assert "Traceback" not in result.stderr
    assert result.stderr.count("\n") == 1


def test_unexpected_errors_are_shown_whole_when_asked(monkeypatch):
    monkeypatch.setenv("BAODIAN_DEBUG", "1")
    assert isinstance(fails_with(ZeroDivisionError("division by zero")).exception, ZeroDivisionError)


def test_usage_errors_stay_usage_errors():
    result = fails_with(typer.BadParameter("not both"))
    assert result.exit_code == 2
    assert "not both" in result.stderr


def test_exit_codes_pass_through():
    assert fails_with(typer.Exit(3)).exit_code == 3


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "BAODIAN_MAX_DEPTH must be a whole number above 0, but is 'abc'. Correct that environment variable. ["),
        ("zh", "BAODIAN_MAX_DEPTH 须为大于 0 的整数，现为 'abc'。请更正该环境变量。 ["),
    ],
)
def test_a_wrong_setting_is_told_in_whole_sentences(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, language: str, said: str
):
    shell.fill(batch("G1 - L1"))
    monkeypatch.setenv("BAODIAN_MAX_DEPTH", "abc")
    assert said in shell("export", "upstream", "--out", str(shell.folder / "up.csv"), "--lang", language, code=2).stderr


@pytest.mark.parametrize("command", [("backup", "x.bdk"), ("derive",), ("export", "upstream", "--out", "x.csv")])
def test_a_store_that_is_not_there_is_not_made(command, shell):
    told = shell(*command, code=2)
    assert "There is no store at" in told.stderr.replace("\n", " ")
    assert list(shell.folder.iterdir()) == []
