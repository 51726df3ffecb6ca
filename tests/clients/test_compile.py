"""The contract compiles in the tools that front-ends use, and what breaks a client breaks here."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.clients.conftest import CONTRACT
from tests.node import run

pytestmark = pytest.mark.slow


def test_relay_and_generated_clients_compile(clients: Path) -> None:
    for step in ("relay", "codegen", "types"):
        done = run(clients, "npm", "run", "--silent", step)
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
    done = [run(folder, "npm", "run", "--silent", each).returncode for each in ("relay", "codegen", "types")]
    assert any(done)
