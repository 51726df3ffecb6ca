"""Crashes of a writer to a store file."""

import json
import subprocess
import sys
from pathlib import Path


def test_fifty_kills_lose_nothing_and_tear_nothing() -> None:
    # a process of its own: the test's has threads, which a fork does not carry over
    command = [sys.executable, "-m", "tests.stores.torture", "--kills", "50", "--json"]
    done = subprocess.run(
        command, cwd=Path(__file__).parents[2], capture_output=True, text=True, timeout=120, check=False
    )
    account = json.loads(done.stdout)
    assert account["trouble"] == []
    assert account["kills"] == 50
    assert account["acknowledged"] >= 50
    assert account["loads"] > 0
    assert done.returncode == 0
