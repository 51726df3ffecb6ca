"""The wheel: built without network, installed into an environment of its own, used outside the tree."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.serving import running
from tests.test_house import PACKAGES, ROOT, files

LEFT_OUT = "graph_api/graphql/http/page/source/"
"""What the GraphiQL bundle was built from; the bundle itself is inside."""
pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Installed:
    """A fresh environment with the wheel in it."""

    wheel: Path
    scripts: Path
    elsewhere: Path

    def run(self, name: str, *arguments: str) -> str:
        """What a program of the environment prints, started outside the tree."""
        result = subprocess.run(
            [self.scripts / name, *arguments],
            cwd=self.elsewhere,
            env={**bare(), "PYTHONIOENCODING": "utf-8"},
            capture_output=True,
            encoding="utf-8",
            timeout=240,
            check=False,
        )
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout


def bare() -> dict[str, str]:
    """Environment variables that tell Python nothing of this tree."""
    return {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "BAODIAN_"))}


def call(*command: str | Path) -> None:
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


def tree() -> set[str]:
    """Files of the repository, relative to it."""
    found = {path.relative_to(ROOT) for path in files("*") if path.is_file()}
    return {path.as_posix() for path in found if "__pycache__" not in path.parts}


def packed(folder: Path) -> Path:
    """The wheel of a clean copy of the tree: what lies about in it can neither get in nor be left behind."""
    source = folder / "source"
    for path in tree():
        target = source / path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / path, target)
    call(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, source)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel alone is installed; what it depends on is what these tests run with."""
    folder = tmp_path_factory.mktemp("wheel")
    wheel = packed(folder)
    environment, elsewhere = folder / "environment", folder / "elsewhere"
    elsewhere.mkdir()
    call(sys.executable, "-m", "venv", "--without-pip", environment)
    where = {"base": str(environment), "platbase": str(environment)}
    scripts = Path(sysconfig.get_path("scripts", "venv", where))
    own = Path(sysconfig.get_path("purelib", "venv", where))
    shared = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (own / "dependencies.pth").write_text("\n".join(sorted(shared)), encoding="utf-8")
    pip = [sys.executable, "-m", "pip", "--python", scripts / "python", "--disable-pip-version-check"]
    call(*pip, "install", "--quiet", "--no-deps", "--no-index", "--force-reinstall", wheel)
    return Installed(wheel, scripts, elsewhere)


def test_everything_that_the_packages_hold_is_inside_and_nothing_else(installed: Installed) -> None:
    names = set(zipfile.ZipFile(installed.wheel).namelist())
    inside = {name for name in names if ".dist-info/" not in name}
    held = {name for name in tree() if name.split("/")[0] in PACKAGES and not name.startswith(LEFT_OUT)}
    assert inside == held
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_runs_from_where_it_was_installed(installed: Installed) -> None:
    where = installed.run("python", "-c", "import graph_api, schema; print(graph_api.__file__, schema.__file__)")
    assert all(str(installed.scripts.parent) in path for path in where.split())


def test_command_line(installed: Installed) -> None:
    assert installed.run("baodian", "--version").startswith("baodian ")
    assert "馈线" in installed.run("baodian", "schema", "Feeder")


def test_demo_city(installed: Installed) -> None:
    assert "Customer.csv" in installed.run("baodian", "demo", "generate", "city", "--feeders", "4")
    assert (installed.elsewhere / "city" / "Customer.csv").stat().st_size
    command = [installed.scripts / "baodian", "demo", "serve", "--feeders", "4", "--port", "0"]
    home = {"XDG_CACHE_HOME": str(installed.elsewhere), "PYTHONPATH": ""}
    with running(command, home, installed.elsewhere) as (address, _, _):
        graph = httpx.post(f"{address}/graphql", json={"query": "{ graph { entities } }"}, timeout=60, trust_env=False)
        assert graph.json()["data"]["graph"]["entities"] > 1_000
        page = httpx.get(f"{address}/graphql", headers={"accept": "text/html"}, timeout=60, trust_env=False)
        scripts = re.findall(r'src="(assets/[^"]+)"', page.text)
        assert scripts
        assert all(httpx.get(f"{address}/{each}", trust_env=False).status_code == 200 for each in scripts)
        console = re.findall(r'(?:src|href)="(/console/[^"]+)"', httpx.get(f"{address}/", trust_env=False).text)
        assert any(each.endswith("operations.js") for each in console)
        assert all(httpx.get(f"{address}{each}", trust_env=False).status_code == 200 for each in console)
