"""The unrelated distribution named `schema` is met with one clear sentence at start and after an installation."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.test_house import ROOT
from tests.test_wheel import bare, call, packed

THEIRS = ("schema==0.7.7", "schema==0.7.8")
"""The last release that is one file `schema.py`, and the first that is a folder `schema/` like ours."""
CHECK = "from graph_api.installation import check_installation; check_installation()"


def started(
    *command: str, folder: Path, python: str | Path = sys.executable, **around: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [python, *command], cwd=folder, env={**bare(), **around}, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("command", [["-m", "graph_api.cli", "--version"], ["-m", "graph_api.graphql.sdl", "--check"]])
@pytest.mark.parametrize("shape", ["schema.py", "schema/__init__.py", "schema/"])
def test_a_schema_that_is_not_ours_ends_the_program(command: list[str], shape: str, tmp_path: Path) -> None:
    for name in ("graph_api", "loaders", "seeds"):
        (tmp_path / name).symlink_to(ROOT / name)
    theirs = tmp_path / shape
    if shape.endswith("/"):  # what is left after their __init__.py was uninstalled
        theirs.mkdir()
    else:
        theirs.parent.mkdir(exist_ok=True)
        theirs.write_text('"""Another project\'s."""\n', encoding="utf-8")
    found = started("-S", *command, folder=tmp_path)
    assert (found.returncode, found.stdout) == (2, "")
    assert str(theirs).rstrip("/") in found.stderr
    assert "an environment of its own" in found.stderr
    assert "Traceback" not in found.stderr
    assert len(found.stderr.splitlines()) == 2  # once in each language


def test_a_missing_schema_is_told_as_well(tmp_path: Path) -> None:
    (tmp_path / "graph_api").symlink_to(ROOT / "graph_api")
    found = started("-S", "-c", "import graph_api", folder=tmp_path)
    assert found.returncode == 2
    assert "it is missing" in found.stderr


def test_the_environment_of_these_tests_is_sound() -> None:
    found = started("-c", CHECK, folder=ROOT)
    assert (found.returncode, found.stdout, found.stderr) == (0, "", "")


@dataclass(frozen=True)
class Shared:
    """An environment that our wheel shares with other distributions."""

    scripts: Path

    def install(self, *what: str | Path) -> None:
        pip = [sys.executable, "-m", "pip", "--python", self.scripts / "python", "--disable-pip-version-check"]
        call(*pip, "install", "--quiet", "--no-deps", *what)

    def uninstall(self, name: str) -> None:
        pip = [sys.executable, "-m", "pip", "--python", self.scripts / "python", "--disable-pip-version-check"]
        call(*pip, "uninstall", "--quiet", "--yes", name)

    def version(self) -> subprocess.CompletedProcess[str]:
        return started("--version", folder=self.scripts, python=self.scripts / "baodian")

    def check(self) -> subprocess.CompletedProcess[str]:
        return started("-c", CHECK, folder=self.scripts, python=self.scripts / "python")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return packed(tmp_path_factory.mktemp("wheel"))


@pytest.fixture
def shared(tmp_path: Path) -> Shared:
    call(sys.executable, "-m", "venv", "--without-pip", tmp_path / "environment")
    where = {"base": str(tmp_path / "environment"), "platbase": str(tmp_path / "environment")}
    own = Path(sysconfig.get_path("purelib", "venv", where))
    libraries = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (own / "dependencies.pth").write_text("\n".join(sorted(libraries)), encoding="utf-8")
    return Shared(Path(sysconfig.get_path("scripts", "venv", where)))


@pytest.mark.slow
@pytest.mark.parametrize("theirs", THEIRS)
@pytest.mark.parametrize("ours_first", [True, False])
def test_beside_the_real_one(theirs: str, ours_first: bool, shared: Shared, wheel: Path) -> None:
    for what in [wheel, theirs] if ours_first else [theirs, wheel]:
        shared.install(what)
    checked, version = shared.check(), shared.version()
    assert checked.returncode == 2
    assert theirs.removeprefix("schema==") in checked.stderr
    assert "Traceback" not in checked.stderr
    overwritten = theirs == THEIRS[1] and ours_first
    assert version.returncode == (2 if overwritten else 0), version.stderr
    assert ("schema/__init__.py" in version.stderr) is overwritten
    # whoever takes theirs out again takes our __init__.py with it, if theirs was a folder
    shared.uninstall("schema")
    assert shared.version().returncode == (2 if theirs == THEIRS[1] else 0)
    shared.install("--force-reinstall", wheel)
    assert (shared.check().returncode, shared.version().returncode) == (0, 0)
