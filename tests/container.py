"""The files of the containers, read: what the image runs, as whom, with what."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[1]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")


def lines(name: str) -> list[str]:
    """What follows each instruction of this name, in order."""
    whole = DOCKERFILE.replace("\\\n", " ").splitlines()
    return [line.removeprefix(f"{name} ") for line in whole if line.startswith(f"{name} ")]


def instruction(name: str) -> list[str]:
    """Arguments of the one instruction of this name that stands in JSON."""
    (found,) = lines(name)
    arguments: list[str] = json.loads(found[found.index("[") :])
    return arguments


def environment() -> dict[str, str]:
    """Variables that the image sets."""
    (found,) = lines("ENV")
    return dict(pair.split("=", 1) for pair in found.split())


def user() -> tuple[int, int]:
    """Numbers of the user and the group that the image runs as."""
    (found,) = lines("USER")
    uid, gid = found.split(":")
    return int(uid), int(gid)
