"""What is deployed: containers cannot be run here, so their files are held against what is tested."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from pathlib import Path

import pytest

from graph_api.settings import Settings, variables
from graph_api.stores import open_store
from schema.batch import GraphBatch
from schema.grid import Substation
from tests.container import COMPOSE, DOCKERFILE, ROOT, instruction, lines, user
from tests.container_check import Sandbox
from tests.serving import running


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
        assert service["user"] == ":".join(map(str, user()))
        assert service["read_only"] is True
    else:
        assert service["healthcheck"]["test"]
        assert not {"0", "root"} & set(service["user"].split(":"))
        assert service["user"].replace(":", "").isdecimal()
        assert "cypher-shell" not in " ".join(service["healthcheck"]["test"])


def test_secrets_come_from_files_that_are_not_in_the_repository() -> None:
    for secret in COMPOSE["secrets"].values():
        assert secret["file"].startswith("./secrets/")
    assert "secrets/" in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    named = {name for service in COMPOSE["services"].values() for name in service.get("secrets", ())}
    assert named == set(COMPOSE["secrets"])


def test_images_have_exact_versions_each_written_once() -> None:
    images = [service["image"] for service in COMPOSE["services"].values() if "image" in service]
    for image in (*images, *lines("ARG")):
        assert re.search(r"[a-z0-9/-]+:\d+\.\d+\.\d+", image), image
    assert lines("FROM") == ["${PYTHON_IMAGE} AS build", "${PYTHON_IMAGE}"]
    assert COMPOSE["services"]["api"]["build"]["args"] == ["PYTHON_IMAGE"]


def test_three_processes_stand_behind_a_proxy_on_request() -> None:
    three = {name for name, service in COMPOSE["services"].items() if service.get("profiles") == ["three"]}
    assert three == {"api-2", "api-3", "proxy"}
    proxied = set(re.findall(r"server ([\w-]+):8000", COMPOSE["configs"]["proxy"]["content"]))
    assert proxied == set(COMPOSE["services"]["proxy"]["depends_on"]) == {"api", "api-2", "api-3"}
    folders = [COMPOSE["services"][name]["volumes"] for name in sorted(proxied)]
    assert len({folder for (folder,) in folders}) == len(folders)


@pytest.mark.skipif(not Sandbox.can_be_made(), reason="needs Linux, root and the right to mount")
def test_the_command_runs_in_a_sandbox_like_the_container(tmp_path: Path) -> None:
    assert [what for what, ok in Sandbox(tmp_path).tried() if not ok] == []


def test_settings_of_the_api_are_settings() -> None:
    given = dict(COMPOSE["services"]["api"]["environment"])
    assert given.pop("BAODIAN_TIME_ZONE") == "${BAODIAN_TIME_ZONE:-${TZ:-Asia/Shanghai}}"
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
