"""The audit over HTTP: each change and each sight of numbers is written before the answer leaves."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph_api.access.audit import AuditLog
from schema.access import AccessRole
from tests.graphql.access.conftest import DUTY, MOBILE, MUTATIONS, NUMBERS, Door
from tests.graphql.conftest import check_shape

ENTRIES = "{ auditEntries { number who roles origin operation act what things revision digest } }"


def written(audit: AuditLog) -> list[tuple[str, str, str, tuple[str, ...]]]:
    return [(line.entry.who[:14], line.entry.act, line.entry.what, line.entry.things) for line in audit.lines()]


def text_of(audit: AuditLog) -> str:
    return Path(str(audit.path)).read_text()


def stand_in_the_way(audit: AuditLog) -> None:
    """A folder where the file should be: nothing can be written there."""
    Path(str(audit.path)).unlink(missing_ok=True)
    Path(str(audit.path)).mkdir()


def write_nonsense(audit: AuditLog) -> None:
    Path(str(audit.path)).write_text("nonsense\n")


def make_way(audit: AuditLog) -> None:
    Path(str(audit.path)).rmdir()


async def test_who_saw_a_number_stands_in_the_audit_and_the_number_does_not(door: Door) -> None:
    viewer, dispatcher = await door.key(AccessRole.VIEWER), await door.key(AccessRole.DISPATCHER)
    await door.ask(viewer, NUMBERS)
    assert written(door.audit) == [], "nothing was seen"
    await door.ask(dispatcher, NUMBERS)
    assert written(door.audit) == [("KEY:DISPATCHER", "SEE", "Contact.value", ("K1", "K2"))]
    (line,) = door.audit.lines()
    assert (line.entry.roles, line.entry.origin, line.entry.revision) == (("DISPATCHER",), "127.0.0.1", 7)
    assert MOBILE not in text_of(door.audit)
    assert DUTY not in text_of(door.audit)
    await door.ask(dispatcher, '{ node(id: "P1") { id } }')
    assert len(written(door.audit)) == 1


async def test_whoever_is_let_in_is_told_the_head_of_the_chain(door: Door) -> None:
    viewer, dispatcher = await door.key(AccessRole.VIEWER), await door.key(AccessRole.DISPATCHER)
    assert (await door.ask(viewer, "{ auditHead }")).json()["data"] == {"auditHead": None}
    await door.ask(dispatcher, NUMBERS)
    (line,) = door.audit.lines()
    assert (await door.ask(viewer, "{ auditHead }")).json()["data"] == {"auditHead": line.digest}
    assert door.audit.path is not None
    door.audit.path.write_text("torn")
    assert (await door.ask(viewer, "{ auditHead }")).json()["data"] == {"auditHead": None}


async def test_who_changed_what_stands_in_the_audit(door: Door) -> None:
    dispatcher = await door.key(AccessRole.DISPATCHER)
    answer = await door.ask(dispatcher, f"mutation {{ {MUTATIONS['setSwitchPosition']} {{ revision }} }}")
    revision = answer.json()["data"]["setSwitchPosition"]["revision"]
    (line,) = door.audit.lines()
    assert (line.entry.act, line.entry.what, line.entry.things) == ("CHANGE", "setSwitchPosition", ("B2",))
    assert str(line.entry.revision) == revision
    await door.ask(dispatcher, "mutation { " + MUTATIONS["setSwitchPosition"].replace("B2", "NONE") + " { revision } }")
    assert len(written(door.audit)) == 1, "what was refused changed nothing"


async def test_auditors_read_it_and_nobody_else(door: Door) -> None:
    dispatcher = await door.key(AccessRole.DISPATCHER)
    await door.ask(dispatcher, NUMBERS)
    for role in AccessRole:
        answer = (await door.ask(await door.key(role), ENTRIES)).json()
        if role is AccessRole.AUDITOR:
            (found,) = answer["data"]["auditEntries"]
            assert (found["number"], found["act"], found["things"]) == (1, "SEE", ["K1", "K2"])
            assert found["digest"] == door.audit.verify().head
        else:
            assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"
            assert answer["data"] == {"auditEntries": None}
    auditor = await door.key(AccessRole.AUDITOR)
    await door.ask(dispatcher, NUMBERS)
    newest = (await door.ask(auditor, "{ auditEntries(first: 1) { number } }")).json()["data"]["auditEntries"]
    assert newest == [{"number": 2}]
    older = (await door.ask(auditor, "{ auditEntries(before: 2) { number } }")).json()["data"]["auditEntries"]
    assert older == [{"number": 1}]
    for first in (-1, 501):
        refused = (await door.ask(auditor, f"{{ auditEntries(first: {first}) {{ number }} }}")).json()
        assert refused["errors"][0]["extensions"]["code"] in ("BAD_INPUT", "LIMIT_EXCEEDED")


async def test_numbers_that_cannot_be_audited_are_not_shown(door: Door, caplog: pytest.LogCaptureFixture) -> None:
    dispatcher = await door.key(AccessRole.DISPATCHER)
    stand_in_the_way(door.audit)
    for query in (NUMBERS, NUMBERS.replace("{ node", "query Q { graph { revision } node"), f"{NUMBERS} # again"):
        answer = await door.ask(dispatcher, query)
        assert (answer.status_code, MOBILE in answer.text, DUTY in answer.text) == (200, False, False)
        (error,) = answer.json()["errors"]
        check_shape(error)
        assert error["extensions"]["code"] == "NUMBERS_MASKED"
        assert "it is a folder" in error["message"]
        assert str(door.audit.path) not in answer.text
        contacts = answer.json()["data"]["node"]["contacts"]
        assert [each["masked"] for each in contacts] == [True, True]
    assert answer.json()["data"] == (await door.ask(await door.key(AccessRole.VIEWER), NUMBERS)).json()["data"]
    assert "cannot be written" in caplog.text
    searched = await door.ask(dispatcher, f'{{ search(text: "{MOBILE}", first: 3) {{ nodes {{ entity {{ id }} }} }} }}')
    assert (searched.status_code, MOBILE in searched.text) == (200, False)
    assert (await door.ask(dispatcher, "{ graph { revision } }")).status_code == 200
    changed = await door.ask(dispatcher, f"mutation {{ {MUTATIONS['setSwitchPosition']} {{ revision }} }}")
    assert changed.json()["data"]["setSwitchPosition"]["revision"] == "8", "a change that was made is not denied"
    make_way(door.audit)
    assert written(door.audit) == []
    assert MOBILE in (await door.ask(dispatcher, NUMBERS)).text
    assert [each[1:3] for each in written(door.audit)] == [("CHANGE", "setSwitchPosition"), ("SEE", "Contact.value")]


async def test_the_stores_own_user_is_audited_and_never_locked_out(door: Door) -> None:
    assert MOBILE in (await door.ask({}, NUMBERS)).text
    ((who, act, _, _),) = written(door.audit)
    assert (who[:6], act) == ("LOCAL:", "SEE")
    stand_in_the_way(door.audit)
    assert MOBILE in (await door.ask({}, NUMBERS)).text


async def test_a_change_is_made_once_where_its_numbers_cannot_be_audited(door: Door) -> None:
    dispatcher = await door.key(AccessRole.DISPATCHER)
    stand_in_the_way(door.audit)
    change = MUTATIONS["upsertAssignment"].replace("P2", "P1")
    asked = f"mutation {{ {change} {{ assignment {{ person {{ contacts {{ value }} }} }} }} }}"
    refused = await door.ask(await door.key(AccessRole.ACCOUNT_MANAGER, AccessRole.DISPATCHER), asked)
    assert (refused.status_code, MOBILE in refused.text) == (503, False)
    again = await door.ask(dispatcher, "{ graph { revision } }")
    assert again.json()["data"]["graph"]["revision"] == "8"


async def test_a_line_that_was_tampered_with_tells_clients_no_path(door: Door) -> None:
    dispatcher = await door.key(AccessRole.DISPATCHER)
    write_nonsense(door.audit)
    answer = await door.ask(dispatcher, NUMBERS)
    (error,) = answer.json()["errors"]
    assert (error["extensions"]["code"], MOBILE in answer.text) == ("NUMBERS_MASKED", False)
    assert str(door.audit.path) not in answer.text


async def test_whose_a_number_is_and_what_somebody_wrote_of_one_are_sights_too(door: Door) -> None:
    dispatcher, viewer = await door.key(AccessRole.DISPATCHER), await door.key(AccessRole.VIEWER)
    set_by_call = MUTATIONS["setSwitchPosition"].replace('"y"', f'"{MOBILE}"')
    change = f"mutation {{ {set_by_call} {{ revision }} }}"
    looked = '{ search(text: "12345678") { nodes { entity { id } } } resolve(texts: ["13912345678"]) { thing { id } } }'
    read = '{ node(id: "B2") { ... on Switch { positionSource } } }'
    assert "errors" not in (await door.ask(dispatcher, change)).json()
    for query in (looked, read):
        await door.ask(viewer, query)
        assert "errors" not in (await door.ask(dispatcher, query)).json()
    seen = [line.entry for line in door.audit.lines() if line.entry.act == "SEE"]
    assert [(each.what, each.things) for each in seen] == [
        ("Contact.value (search)", ("P1",)), ("Breaker (text)", ("B2",)),
    ]  # fmt: skip
