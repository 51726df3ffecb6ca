"""Front-ends' tools, installed once for all their tests."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.node import installed

HERE = Path(__file__).parent
CONTRACT = HERE.parents[1] / "schema" / "schema.graphql"


@pytest.fixture(scope="session")
def clients(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The clients with their tools installed, outside the tree."""
    folder = tmp_path_factory.mktemp("clients") / "all"
    installed(HERE, folder, "no client of the contract is compiled")
    shutil.copy(CONTRACT, folder)
    for made in ("relay", "codegen"):
        (folder / made / "__generated__").mkdir()
    return folder
