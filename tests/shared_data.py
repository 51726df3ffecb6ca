"""Where the real network data lies that some tests compare with: beside the project, or where the environment says."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(os.environ.get("BAODIAN_SHARED_DATA", Path(__file__).parents[1].parent / "shared" / "data"))


def shared_data(name: str) -> Path:
    """A folder of the shared data; the test skips, saying so, where it is not there."""
    folder = ROOT / name
    if not folder.is_dir():
        pytest.skip(f"real data is not here ({name}); set BAODIAN_SHARED_DATA to the folder that holds it")
    return folder
