"""The contract compiles in the tools that front-ends use, and what breaks a client breaks here."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent
CONTRACT = HERE.parents[1] / "schema" / "schema.graphql"
PATIENCE_S = 300
pytestmark = pytest.mark.slow


def _run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(words, cwd=folder, capture_output=True, text=True, timeout=PATIENCE_S, check=False)


def _absent(reason: str) -> None:
    if os.environ.get("BAODIAN_REQUIRE_NODE") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="module")
def clients(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The clients with their tools installed, outside the tree."""
    if shutil.which("npm") is None:
        _absent("Node.js with npm is not here: no client of the contract is compiled")
    folder = tmp_path_factory.mktemp("clients") / "all"
    shutil.copytree(HERE, folder, ignore=shutil.ignore_patterns("__pycache__", "*.py"))
    shutil.copy(CONTRACT, folder)
    for made in ("relay", "codegen"):
        (folder / made / "__generated__").mkdir()
    installed = _run(folder, "npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error")
    if installed.returncode:
        _absent(f"the tools of front-ends cannot be installed: {installed.stderr[-500:]}")
    return folder


def test_relay_and_generated_clients_compile(clients: Path) -> None:
    for step in ("relay", "codegen", "types"):
        done = _run(clients, "npm", "run", "--silent", step)
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert (clients / "relay" / "__generated__" / "incidentStationQuery.graphql.ts").exists()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("  feeders(", "  lines("),  # a field that Relay's fragment reads
        ("  customers: [StateCount!]!", "  customers: StateCount!"),  # a list that TypeScript goes through
        ("  revision: Revision\n", "  revision: [Revision!]\n"),
    ],
)
def test_a_broken_contract_is_seen(clients: Path, tmp_path: Path, before: str, after: str) -> None:
    contract = CONTRACT.read_text("utf-8")
    assert before in contract
    folder = tmp_path / "broken"
    shutil.copytree(clients, folder, symlinks=True)
    (folder / CONTRACT.name).write_text(contract.replace(before, after), "utf-8")
    done = [_run(folder, "npm", "run", "--silent", each).returncode for each in ("relay", "codegen", "types")]
    assert any(done)
