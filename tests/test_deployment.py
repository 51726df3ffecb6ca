"""What is deployed: containers cannot be run here, so their files are held against what is tested."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from graph_api.settings import Settings, variables
from graph_api.stores import open_store
from schema.batch import GraphBatch
from schema.grid import Substation
from tests.serving import running

ROOT = Path(__file__).parents[1]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")


def instruction(name: str) -> list[str]:
    """Arguments of the last instruction of this name, which stands in JSON."""
    (found,) = [line for line in DOCKERFILE.replace("\\\n", " ").splitlines() if line.startswith(f"{name} ")]
    arguments: list[str] = json.loads(found[found.index("[") :])
    return arguments


@pytest.mark.parametrize("name", sorted(COMPOSE["services"]))
def test_every_service_is_limited_watched_and_without_root(name: str) -> None:
    service = COMPOSE["services"][name]
    assert service["mem_limit"]
    assert service["cpus"]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["restart"] == "unless-stopped"
    assert all(port.startswith("127.0.0.1:") for port in service["ports"])
    if "build" in service:
        assert "HEALTHCHECK" in DOCKERFILE
        assert "\nUSER baodian\n" in DOCKERFILE
        assert service["read_only"] is True
    else:
        assert service["healthcheck"]["test"]
        assert service["user"].split(":")[0] not in ("0", "root")


def test_secrets_come_from_files_that_are_not_in_the_repository() -> None:
    for secret in COMPOSE["secrets"].values():
        assert secret["file"].startswith("./secrets/")
    assert "secrets/" in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    named = {name for service in COMPOSE["services"].values() for name in service["secrets"]}
    assert named == set(COMPOSE["secrets"])


def test_settings_of_the_api_are_settings() -> None:
    given = dict(COMPOSE["services"]["api"]["environment"])
    assert set(given) <= variables()
    assert given.pop("BAODIAN_STORE_PASSWORD_FILE").startswith("/run/secrets/")
    settings = Settings.from_environment(given)
    assert "@neo4j:7687" in settings.store


def test_the_command_of_the_container_serves_and_its_health_check_holds(tmp_path: Path) -> None:
    program, *arguments = instruction("CMD")
    assert (program, arguments[0], arguments[1], arguments[-2:]) == ("baodian", "serve", "--host", ["--port", "8000"])
    store = f"sqlite:///{tmp_path}/graph.db"
    _make(store)
    # the same command, but for where it listens
    command = [sys.executable, "-m", "graph_api.cli", arguments[0], "--host", "127.0.0.1", "--port", "0"]
    python, *check = instruction("HEALTHCHECK")
    assert python == "python"
    with running(command, {"BAODIAN_STORE": store, "PYTHONPATH": str(ROOT)}, tmp_path) as server:
        there = [each.replace("http://127.0.0.1:8000", server.address) for each in check]
        subprocess.run([sys.executable, *there], check=True, timeout=20)
    assert subprocess.run([sys.executable, *there], check=False, capture_output=True, timeout=20).returncode != 0


def _make(url: str) -> None:
    async def put() -> None:
        store = open_store(url)
        await store.apply(GraphBatch(entities=[Substation(id="S", name="站")]))
        await store.close()

    asyncio.run(put())
