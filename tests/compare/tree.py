"""A checkout: its files, its Python, and the process in which it answers."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from tests.compare.operation import Answer, Operation

PROBE = Path(__file__).with_name("probe.py")


class TreeFailed(Exception):
    """A tree's process ended when it should have answered; the message holds what it said."""


@dataclass(frozen=True, slots=True)
class Tree:
    """A checkout of the project. `hash_seed` differs between trees: no answer may hang on the order of a set."""

    name: str
    path: Path
    python: str
    scratch: Path
    hash_seed: int

    @property
    def commit(self) -> str:
        """What is checked out, and whether it was changed since."""
        found = subprocess.run(
            ["git", "-C", str(self.path), "describe", "--always", "--dirty", "--abbrev=12"],
            capture_output=True,
            text=True,
            check=False,
        )
        return found.stdout.strip() or "not under version control"

    def environment(self) -> dict[str, str]:
        """Environment of a process that imports this checkout."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("BAODIAN_", "PYTHON"))}
        return {
            **kept,
            "PYTHONPATH": str(self.path),
            "PYTHONHASHSEED": str(self.hash_seed),
            "PYTHONIOENCODING": "utf-8",
            "PYTHONDONTWRITEBYTECODE": "1",
            "TZ": "UTC",
        }

    def run(self, *arguments: str | Path) -> None:
        """Run Python with these arguments on this checkout; TreeFailed if it fails."""
        done = subprocess.run(
            [self.python, "-P", *map(str, arguments)],
            env=self.environment(),
            cwd=self.scratch,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise TreeFailed(f"{self.name} tree: {' '.join(map(str, arguments))}\n{done.stderr[-4000:]}")

    @contextmanager
    def asked(self, store: Path, now: str) -> Iterator[Probe]:
        """A process of this checkout that serves a store of its own."""
        command = [self.python, "-P", PROBE, store, now, self.path]
        with (
            tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as said,
            subprocess.Popen(
                [str(part) for part in command],
                env=self.environment(),
                cwd=self.scratch,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=said,
                text=True,
            ) as process,
        ):
            try:
                yield Probe(self.name, process, said)
            finally:
                if process.stdin is not None:
                    process.stdin.close()
                try:
                    process.wait(30)
                except subprocess.TimeoutExpired:
                    process.kill()


class Probe:
    """The driver's end of a tree's process."""

    def __init__(self, name: str, process: subprocess.Popen[str], said: IO[str]) -> None:
        self._name, self._process, self._said = name, process, said
        self._read()

    def ask(self, operation: Operation, *, new: bool = False, keep: bool = False) -> list[Answer]:
        """The answer, page by page."""
        if self._process.stdin is None:
            raise TreeFailed("the process has no stdin")
        try:
            self._process.stdin.write(json.dumps(operation.request(new=new, keep=keep)) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            raise self._failed() from None
        pages: list[Answer] = []
        while not (message := self._read()).get("done"):
            pages.append(Answer(message["status"], _joined(message["headers"]), message["body"]))
        return pages

    def _read(self) -> Mapping[str, Any]:
        line = self._process.stdout.readline() if self._process.stdout else ""
        if not line:
            raise self._failed()
        message: Mapping[str, Any] = json.loads(line)
        return message

    def _failed(self) -> TreeFailed:
        self._process.wait(30)
        self._said.seek(0)
        return TreeFailed(f"The {self._name} tree ended instead of answering:\n{self._said.read()[-4000:]}")


def _joined(headers: list[tuple[str, str]]) -> dict[str, str]:
    joined: dict[str, str] = {}
    for name, value in headers:
        joined[name.lower()] = f"{joined[name.lower()]}, {value}" if name.lower() in joined else value
    return joined
