"""Rules that the whole repository keeps."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("graph_api", "schema", "loaders", "seeds")
LONGEST_MODULE = 400


def files(*patterns: str) -> list[Path]:
    """Files under version control, or, in an unpacked source without it, all files."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode:
        return [path for pattern in patterns for path in ROOT.rglob(pattern) if ".venv" not in path.parts]
    return [ROOT / line for line in listed.stdout.splitlines() if (ROOT / line).is_file()]


def test_no_module_has_outgrown_its_job() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in files("*.py")
        if (lines := len(path.read_text("utf-8").splitlines())) > LONGEST_MODULE
    }
    assert not long, f"split by meaning: {long}"


@pytest.mark.parametrize("name", [*PACKAGES, "tests", "docker-compose.yml", "pyproject.toml", "README.md"])
def test_the_owners_top_level_stands(name: str) -> None:
    assert (ROOT / name).exists()


def test_readme_names_the_two_commands() -> None:
    for readme in ("README.md", "README.zh-CN.md"):
        text = (ROOT / readme).read_text("utf-8")
        assert "make run" in text
        assert "make test" in text


def test_every_make_target_is_explained() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = re.findall(r"^([a-z0-9-]+):(.*)$", makefile, flags=re.MULTILINE)
    assert [name for name, rest in targets if "##" not in rest] == []


def test_dependencies_are_pinned_without_an_index_address() -> None:
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    assert lines
    assert [line for line in lines if not re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+!_-]+", line)] == []
    pinned = {re.sub(r"[-_.]+", "-", line.split("==")[0]).lower() for line in lines}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["test"]]
    named = {re.sub(r"[-_.]+", "-", re.split(r"[\[><=!~;]", line)[0]).lower() for line in wanted}
    assert {name for name in named if name not in pinned} == set()
