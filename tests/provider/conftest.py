"""A real OpenID provider, started from the package registry by Node.js."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.node import installed

HERE = Path(__file__).parent


class RealProvider:
    """A provider in a process of its own, told what to do line by line (provider.mjs)."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.issuer, self.port, self.kid = "", 0, ""

    def tell(self, act: str, **more: Any) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"do": act, **more}) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        assert "error" not in answer, answer
        return answer

    def start(self, algorithm: str = "RS256") -> None:
        """Begin to answer, with one new key; the address stays."""
        told = self.tell("start", port=self.port, alg=algorithm)
        self.issuer, self.port, self.kid = told["issuer"], told["port"], told["kid"]

    def stop(self) -> None:
        self.tell("stop")

    def token(self, kid: str | None = None, header: dict[str, Any] | None = None, **claims: Any) -> str:
        said = {"aud": "baodian", "sub": "s-1", **claims}
        text: str = self.tell("token", kid=kid or self.kid, header=header or {}, claims=said)["token"]
        return text


@pytest.fixture(scope="session")
def _tools(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return installed(HERE, tmp_path_factory.mktemp("provider") / "all", "no provider is started")


@pytest.fixture
def provider(_tools: Path) -> Iterator[RealProvider]:
    with subprocess.Popen(
        ["node", "provider.mjs"], cwd=_tools, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        made = RealProvider(process)
        made.start()
        try:
            yield made
        finally:
            process.kill()
