"""`baodian audit`: what commands and services saw and changed, and whether the chain holds."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from graph_api.access.anchors import name_of
from graph_api.access.audit import AuditLog, Entry
from graph_api.cli.asking import _InProcess
from schema.batch import GraphBatch
from schema.people import Contact, Person
from schema.relationships import Relationship
from schema.relationships import RelationshipKind as R
from tests.cli.access.acceptance import played
from tests.cli.conftest import Shell

NUMBER = "+8613912345678"


def look(shell: Shell) -> None:
    """Have the store's user see the number, by the API in this process."""
    query = '{ node(id: "P1") { ... on Person { contacts { value } } } }'
    with _InProcess(shell.store, None, {}, []) as door:
        assert NUMBER in json.dumps(door.execute(query, {}))


def test_the_chain_is_verified_and_written_as_a_table(shell: Shell) -> None:
    entities = [Person(id="P1", name="王芳"), Contact(id="K1", value=NUMBER)]
    link = Relationship(kind=R.HAS_CONTACT, source="P1", target="K1")
    shell.fill(GraphBatch(entities=entities, relationships=[link]))
    assert "There is no audit" in shell("audit", "verify", code=2).stderr
    look(shell)
    look(shell)
    said = shell("audit", "verify").stdout
    assert said.startswith("2 lines hold. Head: ")
    head = said.split()[-1]
    assert shell.json("audit", "verify", "--head", head)["broken_at"] is None
    look(shell)
    assert "3 lines hold" in shell("audit", "verify", "--head", head).stdout
    out = shell.folder / "audit.csv"
    rows = shell.json("audit", "export", "--out", str(out))
    assert [(row["act"], row["what"], row["things"], row["origin"]) for row in rows] == [
        ("SEE", "Contact.value", ["K1"], "command")
    ] * 3
    assert out.read_text("utf-8-sig").splitlines()[0].startswith("number,at,who")
    assert "3 lines in" in shell("audit", "export", "--out", str(shell.folder / "audit.xlsx")).stderr

    file = Path(f"{shell.folder}/graph.db.audit")
    other = shell.folder / "other.audit"
    things = (f"{name_of(file)} 3 {head}", f"{name_of(other)} 1 {'0' * 64}")
    seen = Entry(
        at=datetime(2026, 7, 30, tzinfo=UTC), who="SERVICE:anchors", roles=(), origin=name_of(other),
        operation="anchors", request_id="r", act="ANCHOR", what="audit", things=things, revision=0,
    )  # fmt: skip
    AuditLog(other).append([seen])
    assert "saw 1 ends of this chain" in shell("audit", "verify", "--witness", str(other)).stdout
    kept = file.read_text().splitlines(keepends=True)
    file.write_text("".join(kept[:1]))
    cut = shell("audit", "verify", "--head", head, code=1).stdout
    assert "none of them has the digest" in " ".join(cut.split())
    missed = json.loads(shell("audit", "verify", "--witness", str(other), "--json", code=1).stdout)["missed"]
    assert missed == [head]
    file.write_text("".join(kept).replace("K1", "K2", 1))
    changed = shell("audit", "verify", code=1).stdout
    assert "does not hold from line 1 on" in " ".join(changed.split())
    assert shell("audit", "verify", "--file", str(shell.folder / "none"), code=2)
    file.write_text("".join(kept)[:-1])
    torn = " ".join(shell("audit", "verify", code=1).stdout.split())
    assert "2 lines of the audit" in torn
    assert f"no whole line ({len(kept[-1]) - 1} bytes)" in torn
    assert json.loads(shell("audit", "verify", "--json", code=1).stdout)["torn"] == len(kept[-1]) - 1


def test_what_each_role_sees_and_the_audit_holds_of_it(tmp_path: Path) -> None:
    steps = list(played(tmp_path))
    assert [step for step in steps if not step.is_right] == []
    assert len(steps) == 8
