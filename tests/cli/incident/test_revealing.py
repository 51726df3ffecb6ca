"""Numbers that an incident concerns at the command line: of a store, and of a service that hides them."""

from __future__ import annotations

import sys
from pathlib import Path

import httpx

from loaders.drawing import batch
from schema.batch import GraphBatch
from schema.people import Assignment, Contact, Organisation, Person
from schema.relationships import Relationship
from schema.relationships import RelationshipKind as R
from schema.vocabulary import ResponsibilityRole
from tests.cli.conftest import Shell, run
from tests.serving import running

GRID = """
F1 = CB1
G1 - B1 - CB1 - L1 - n1 - S1>C1
"""
ROOT = Path(__file__).parents[3]
SPOKEN, MASKED = "139 1234 5678", "139****5678"


def people() -> GraphBatch:
    links = (
        (R.HAS_CONTACT, "P1", "K1"), (R.HELD_BY, "A1", "P1"), (R.COVERS, "A1", "C1"), (R.HAS_CONTACT, "P2", "K2"),
    )  # fmt: skip
    return GraphBatch(
        entities=[
            Person(id="P1", name="王芳"),
            Person(id="P2", name="李雷"),
            Contact(id="K1", value="+8613912345678", verified_on="2026-06-01"),  # type: ignore[arg-type]
            Contact(id="K2", value="+8613900000000"),
            Organisation(id="O1", name="临江化工二厂"),
            Assignment(id="A1", role=ResponsibilityRole.CUSTOMER_OUTAGE_CONTACT),
        ],
        relationships=[Relationship(kind=kind, source=source, target=target) for kind, source, target in links],
    )


def test_numbers_are_revealed_where_the_service_hides_them(shell: Shell) -> None:
    shell.fill(batch(GRID, C1={"name": "临江化工二厂"}), people())
    shell("incident", "open", "1021跳闸", "--equipment", "L1", "--tripped", "CB1", "--by", "严世丽")
    assert SPOKEN in shell("incident", "reveal", "1", "C1", "--reason", "通知").stdout
    assert SPOKEN in shell("incident", "reveal", "1", "临江化工二厂", "--reason", "通知").stdout, "the customer of it"
    refused = shell("incident", "reveal", "1", "李雷", "--reason", "通知", code=2)
    assert "does not concern" in refused.stderr
    assert "together" in shell("export", "call-sheet", "L1", "--reason", "通知", code=2).stderr
    key = shell("access", "key", "desk", "--role", "dispatcher").stdout.strip()
    command = [sys.executable, "-m", "graph_api.cli", "serve", "--port", "0"]
    with running(command, {"BAODIAN_STORE": shell.store}, ROOT) as (address, _, _process):
        while httpx.get(f"{address}/readyz", trust_env=False).status_code != 200:
            pass

        def asked(*words: str) -> str:
            done = run(*words, "--server", address, BAODIAN_STORE=shell.store, BAODIAN_KEY=key)
            assert done.exit_code == 0, done.stderr
            return " ".join(done.stdout.split())

        hidden = asked("export", "call-sheet", "L1", "--tripped", "CB1")
        assert SPOKEN not in hidden
        assert MASKED in hidden.replace(" ", "")
        assert SPOKEN in asked("export", "call-sheet", "L1", "--tripped", "CB1", "--incident", "1", "--reason", "通知")
        assert SPOKEN in asked("incident", "reveal", "1", "C1", "--reason", "通知")
    assert "REVEAL" in (shell.folder / "graph.db.audit").read_text()
