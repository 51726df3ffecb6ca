"""Crashes of a writer to a store file, and files that are swapped under it."""

import json
import subprocess
import sys
from pathlib import Path

from tests.stores.swapping import swap_while_writing


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


def test_a_hundred_swaps_of_the_file_lose_nothing_acknowledged(tmp_path: Path) -> None:
    account = swap_while_writing(tmp_path, 100)
    assert account.swaps == 100
    assert account.lost == []
    assert account.acknowledged > 0
    assert account.unknown + account.refused == 100
