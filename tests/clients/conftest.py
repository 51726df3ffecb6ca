"""Front-ends' tools, installed once for all their tests."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent
CONTRACT = HERE.parents[1] / "schema" / "schema.graphql"
PATIENCE_S = 300


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """A command, done in a folder."""
    return subprocess.run(words, cwd=folder, capture_output=True, text=True, timeout=PATIENCE_S, check=False)


def _absent(reason: str) -> None:
    if os.environ.get("BAODIAN_REQUIRE_NODE") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def clients(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The clients with their tools installed, outside the tree."""
    if shutil.which("npm") is None:
        _absent("Node.js with npm is not here: no client of the contract is compiled")
    folder = tmp_path_factory.mktemp("clients") / "all"
    shutil.copytree(HERE, folder, ignore=shutil.ignore_patterns("__pycache__", "*.py"))
    shutil.copy(CONTRACT, folder)
    for made in ("relay", "codegen"):
        (folder / made / "__generated__").mkdir()
    installed = run(folder, "npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error")
    if installed.returncode:
        _absent(f"the tools of front-ends cannot be installed: {installed.stderr[-500:]}")
    return folder
