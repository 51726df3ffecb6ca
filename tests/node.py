"""Tools of Node.js that tests need, installed once outside the tree."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

PATIENCE_S = 300


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """A command, done in a folder."""
    return subprocess.run(words, cwd=folder, capture_output=True, text=True, timeout=PATIENCE_S, check=False)


def absent(reason: str) -> None:
    """Skip, or fail where Node has to be there."""
    if os.environ.get("BAODIAN_REQUIRE_NODE") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


def installed(source: Path, folder: Path, what: str) -> Path:
    """A copy of a folder with what its `package-lock.json` names."""
    if shutil.which("npm") is None:
        absent(f"Node.js with npm is not here: {what}")
    shutil.copytree(source, folder, ignore=shutil.ignore_patterns("__pycache__", "*.py"))
    made = run(folder, "npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error")
    if made.returncode:
        absent(f"{what}: {made.stderr[-500:]}")
    return folder
