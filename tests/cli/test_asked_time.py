"""`--at` is the time asked about, whoever answers: a service, whose clock says another, or this process."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from graph_api.app.server_file import server_file
from loaders.drawing import batch
from schema.batch import GraphBatch
from schema.people import Assignment, Contact, Person
from schema.relationships import Relationship, RelationshipKind
from schema.vocabulary import Importance, ResponsibilityRole
from tests.cli.conftest import Shell, run
from tests.serving import running

ROOT = Path(__file__).parents[2]
HANDED_OVER = datetime(2026, 6, 1, tzinfo=UTC)
"""Until then A holds every role, from then on B."""
AT = "2026-05-01T00:43:00+08:00"
COMMANDS = {
    "impact": ["impact", "L1"],
    "whatif": ["whatif", "CB1=OPEN"],
    "resupply": ["resupply", "L1"],
    "locate": ["locate", "trip=CB1"],
    "who": ["who", "C1"],
    "readiness": ["readiness"],
}
CITY = """
F1 = CB1
G1 - B1 - CB1 - L1 - LS1 - L2 - S1>C1 - SB1 - IB1 - LD1(80kW)
L2 - LS2/ - B2 - G2
"""


def people() -> GraphBatch:
    """Who answers for the feeder before and after."""
    entities: list[Any] = []
    relationships: list[Relationship] = []
    for name, begin, end in (("A", None, HANDED_OVER), ("B", HANDED_OVER, None)):
        entities += [
            Person(id=name, name=name),
            Contact(id=f"T{name}", value="+861055551234", verified_on=date(2026, 1, 1)),
        ]
        relationships.append(Relationship(kind=RelationshipKind.HAS_CONTACT, source=name, target=f"T{name}"))
        for role in ResponsibilityRole:
            key = f"{name}-{role.value}"
            entities.append(Assignment(id=key, role=role, valid_from=begin, valid_to=end))
            relationships.append(Relationship(kind=RelationshipKind.HELD_BY, source=key, target=name))
            relationships += [
                Relationship(kind=RelationshipKind.COVERS, source=key, target=covered) for covered in ("F1", "C1")
            ]
    return GraphBatch(entities=entities, relationships=relationships)


def without_cursors(answer: Any) -> Any:
    if isinstance(answer, dict):
        return {name: without_cursors(each) for name, each in answer.items() if name != "endCursor"}
    return [*map(without_cursors, answer)] if isinstance(answer, list) else answer


@pytest.fixture
def city(shell: Shell) -> Iterator[tuple[Shell, str]]:
    """The city, and the address of a service that serves a copy of it."""
    load = {"permitted_interruption_s": 300.0}
    shell.fill(batch(CITY, LD1=load, C1={"name": "化工厂", "importance": Importance.FIRST}), people())
    command = [sys.executable, "-m", "graph_api.cli", "serve", "--port", "0"]
    with running(command, {"BAODIAN_STORE": shell.store}, ROOT) as served:
        yield shell, served.address


def test_a_service_answers_for_the_time_asked_about(city: tuple[Shell, str]) -> None:
    shell, address = city
    found = {name: shell.json(*words, "--at", AT, "--server", address) for name, words in COMMANDS.items()}
    server_file(shell.folder / "graph.db").unlink()
    for name, words in COMMANDS.items():
        assert without_cursors(shell.json(*words, "--at", AT)) == without_cursors(found[name]), name
    doers = {step["doneBy"]["first"]["person"]["id"] for step in found["resupply"]["restoration"]["steps"]}
    assert doers == {"A"}
    now = shell.json("resupply", "L1", "--server", address)["restoration"]["steps"]
    assert {step["doneBy"]["first"]["person"]["id"] for step in now} == {"B"}
    assert '"id": "B"' not in json.dumps({name: found[name] for name in ("impact", "who")})
    urgent = found["whatif"]["impact"]["summary"]["mostUrgent"]
    assert (urgent["deadline"], urgent["remainingSeconds"]) == ("2026-04-30T16:48:00+00:00", 300.0)


def test_times_are_typed_and_shown_in_the_zone_of_the_utility(shell: Shell) -> None:
    shell.fill(batch(CITY, C1={"name": "化工厂"}), people())
    asked = ("who", "C1", "--at", "2026-05-01 03:10")
    around = {"BAODIAN_STORE": shell.store, "BAODIAN_TIME_ZONE": "America/Bogota", "COLUMNS": "200"}
    answer = json.loads(run(*asked, "--json", **around).stdout)
    assert answer["node"]["responsibility"]["at"] == "2026-05-01T08:10:00+00:00"
    assert "2026-05-01 03:10" in run(*asked, **around).stdout
    refused = run(*asked, **{**around, "BAODIAN_TIME_ZONE": "Bogota"})
    assert refused.exit_code == 2
    assert "BAODIAN_TIME_ZONE" in refused.stderr
