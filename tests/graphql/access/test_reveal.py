"""Numbers of customers' people: hidden from dispatchers until an open incident gives a reason, which is audited."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import GraphQLObjectType

from graph_api.graphql.schema import build_schema, executable
from graph_api.live.graph import LiveGraph
from schema.access import AccessRole
from schema.batch import GraphBatch
from schema.customer import Customer
from schema.people import Assignment, Contact, Organisation, Person, Team
from schema.registry import EntityKind
from schema.relationships import Relationship
from schema.relationships import RelationshipKind as R
from schema.vocabulary import OrganisationType, ResponsibilityRole
from tests.graphql.access.conftest import MOBILE, MUTATIONS, Door
from tests.graphql.access.test_access import ways
from tests.graphql.access.test_audited import stand_in_the_way, text_of

D = AccessRole.DISPATCHER
ELECTRICIAN, ELSEWHERE, BOTH, LEFT, CREW = (f"+861370000{n:04}" for n in range(5))
REVEAL = """mutation($of: [ID!]!, $incident: ID! = "I1", $reason: String! = "通知客户倒闸") {
  revealContact(input: {of: $of, incident: $incident, reason: $reason}) {
    contacts { id value masked holder { id } } userErrors { code path message } } }"""
VALUES = "query($ids: [ID!]!) { nodes(ids: $ids) { id ... on Contact { value masked } } }"


@pytest.fixture(autouse=True)
async def people(live: LiveGraph) -> None:
    """C1's electrician, one of a customer elsewhere, one of both sides, one who has left, one of the utility's crew."""
    things = [
        Customer(id="C9", name="临江造纸厂"),
        Organisation(id="UTIL", name="供电公司", organisation_type=OrganisationType.UTILITY),
        Team(id="CREW", name="抢修班"),
        *(Person(id=id, name=id, active=id != "GONE") for id in ("ELECT", "OTHER", "TWO", "GONE", "HAND")),
        *(
            Contact(id=f"K:{id}", value=value)
            for id, value in zip(
                ("ELECT", "OTHER", "TWO", "GONE", "HAND"), (ELECTRICIAN, ELSEWHERE, BOTH, LEFT, CREW), strict=True
            )
        ),
        Person(id="AIDE"),
        Contact(id="K:AIDE", value="+8613700009999"),
        *(Assignment(id=f"A:{n}", role=ResponsibilityRole.CUSTOMER_ELECTRICIAN) for n in range(3)),
        Assignment(id="A:3", role=ResponsibilityRole.CUSTOMER_OUTAGE_CONTACT),
        Assignment(id="A:TWO", role=ResponsibilityRole.LINE_MAINTENANCE),
    ]
    links = """
    HAS_CONTACT ELECT K:ELECT | HAS_CONTACT OTHER K:OTHER | HAS_CONTACT TWO K:TWO | HAS_CONTACT GONE K:GONE
    HAS_CONTACT HAND K:HAND | MEMBER_OF CREW UTIL | MEMBER_OF HAND CREW | MEMBER_OF GONE CREW
    HELD_BY A:0 ELECT | COVERS A:0 C1 | HELD_BY A:1 OTHER | COVERS A:1 C9 | HELD_BY A:2 TWO | COVERS A:2 C9
    HELD_BY A:TWO TWO | COVERS A:TWO C9 | HELD_BY A:3 AIDE | COVERS A:3 FD2 | HAS_CONTACT AIDE K:AIDE
    """
    rows = [part.split() for line in links.strip().splitlines() for part in line.split("|")]
    made = [Relationship(kind=R(kind), source=source, target=target) for kind, source, target in rows]
    await live.apply(GraphBatch(entities=[*things], relationships=made), "people", None, None)


async def opened(door: Door, key: dict[str, str]) -> None:
    answer = await door.ask(key, f"mutation {{ {MUTATIONS['openIncident']} {{ userErrors {{ code }} }} }}")
    assert answer.json()["data"]["openIncident"]["userErrors"] == []


async def revealed(door: Door, key: dict[str, str], *of: str, **given: str) -> tuple[dict[str, str], list[Any]]:
    found = (await door.ask(key, REVEAL, of=of, **given)).json()["data"]["revealContact"]
    return {each["id"]: each["value"] for each in found["contacts"]}, found["userErrors"]


async def test_a_dispatcher_sees_the_utilitys_own_people_and_nobody_elses(door: Door) -> None:
    ids = ["K2", "K:HAND", "K:ELECT", "K:OTHER", "K:TWO", "K:GONE"]
    found = (await door.ask(await door.key(D), VALUES, ids=ids)).json()["data"]["nodes"]
    assert [each["id"] for each in found if not each["masked"]] == ["K2", "K:HAND"]
    for role in set(AccessRole) - {D, AccessRole.ACCOUNT_MANAGER}:
        found = (await door.ask(await door.key(role), VALUES, ids=ids)).json()["data"]["nodes"]
        assert all(each["masked"] for each in found), role


async def test_digits_find_no_customers_people_for_a_dispatcher(door: Door) -> None:
    key = await door.key(D)
    for number, hits in ((CREW, 1), (ELECTRICIAN, 0)):
        body = (await door.ask(key, f'{{ search(text: "{number[3:]}") {{ totalCount }} }}')).json()
        assert body["data"]["search"]["totalCount"] == hits


async def test_what_an_open_incident_concerns_is_revealed_and_audited(door: Door) -> None:
    key = await door.key(D)
    await opened(door, key)
    assert await revealed(door, key, "K:ELECT") == ({"K:ELECT": ELECTRICIAN}, [])
    line = [*door.audit.lines()][-1].entry
    assert (line.act, line.what, line.things) == ("REVEAL", "Contact.value", ("K:ELECT",))
    assert (line.incident, line.reason, line.roles) == ("I1", "通知客户倒闸", ("DISPATCHER",))
    assert ELECTRICIAN[3:] not in text_of(door.audit)
    (again,) = (await door.ask(key, VALUES, ids=["K:ELECT"])).json()["data"]["nodes"]
    assert again["masked"], "a number is shown for that answer alone"
    assert (await revealed(door, key, "ELECT"))[0] == {"K:ELECT": ELECTRICIAN}
    all_of_it = (await revealed(door, key, "C1"))[0]
    assert set(all_of_it) == {"K:ELECT", "K1", "K2", "K:AIDE"}, "who answers for it, also through its other feeder"
    for contact, number in all_of_it.items():
        assert (await revealed(door, key, contact)) == ({contact: number}, [])


async def test_what_it_does_not_concern_stays_hidden_until_it_does(door: Door) -> None:
    key = await door.key(D)
    await opened(door, key)
    for other in ("K:OTHER", "OTHER", "C9", "K:TWO", "K:GONE"):
        found, errors = await revealed(door, key, other, "K:ELECT")
        assert found == {"K:ELECT": ELECTRICIAN}, other
        assert [(each["code"], each["path"]) for each in errors] == [("BAD_INPUT", ["input", "of", "0"])]
    called = (
        'mutation { addEvidence(input: {incident: "I1", kind: CALL, things: ["C9"], by: "x"}) { userErrors { code } } }'
    )
    assert (await door.ask(key, called)).json()["data"]["addEvidence"]["userErrors"] == []
    assert (await revealed(door, key, "K:OTHER"))[0] == {"K:OTHER": ELSEWHERE}, "who calls is concerned"


@pytest.mark.parametrize("given", [{"incident": "I9"}, {"reason": " "}, {"reason": "x" * 201}, {"incident": "C1"}])
async def test_without_incident_or_reason_nothing_is_shown(door: Door, given: dict[str, str]) -> None:
    key = await door.key(D)
    await opened(door, key)
    before = len([*door.audit.lines()])
    found, errors = await revealed(door, key, "K:ELECT", **given)
    assert found == {}
    assert len(errors) == 1
    assert len([*door.audit.lines()]) == before


async def test_a_closed_incident_and_an_exercise_are_no_reason(door: Door) -> None:
    key = await door.key(D)
    drill = MUTATIONS["openIncident"].replace('"I1"', '"I2"').replace("title:", "exercise: true, title:")
    await door.ask(key, f"mutation {{ {drill} {{ userErrors {{ code }} }} }}")
    assert (await revealed(door, key, "K:ELECT", incident="I2"))[0] == {}
    await opened(door, key)
    await door.ask(key, f"mutation {{ {MUTATIONS['closeIncident']} {{ userErrors {{ code }} }} }}")
    assert (await revealed(door, key, "K:ELECT"))[0] == {}


@pytest.mark.parametrize("role", sorted(set(AccessRole) - {D}))
async def test_dispatchers_alone_reveal(door: Door, role: AccessRole) -> None:
    await opened(door, await door.key(D))
    refused = (await door.ask(await door.key(role), REVEAL, of=["K:ELECT"])).json()
    assert refused["data"] == {"revealContact": None}
    assert refused["errors"][0]["extensions"]["code"] == "FORBIDDEN"


async def test_what_cannot_be_audited_is_not_revealed(door: Door) -> None:
    key = await door.key(D)
    await opened(door, key)
    stand_in_the_way(door.audit)
    refused = await door.ask(key, REVEAL, of=["K:ELECT"])
    assert (refused.status_code, ELECTRICIAN in refused.text) == (503, False)


async def test_a_number_in_a_reason_does_not_reach_the_audit(door: Door) -> None:
    key = await door.key(D)
    await opened(door, key)
    await revealed(door, key, "K:ELECT", reason=f"来电 {MOBILE}")
    line = [*door.audit.lines()][-1].entry
    assert line.reason == "来电 ****"


async def test_a_customers_number_leaks_to_no_dispatcher_from_any_field_log_or_metric(
    door: Door, live: LiveGraph, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    schema, key, auditor = executable(build_schema()), await door.key(D), await door.key(AccessRole.AUDITOR)
    graph = live.pin().graph
    seen = set[str]()
    for kind in EntityKind:
        made, things = schema.type_map.get(kind.cls.__name__), [graph.id(at) for at in graph.of_kind(kind)]
        if not things or not isinstance(made, GraphQLObjectType):
            continue
        for way in ways(made, 2):
            query = f"query($ids: [ID!]!) {{ nodes(ids: $ids) {{ ... on {made.name} {{ {way} }} }} }}"
            answer = (await door.ask(key, query, ids=things)).text
            assert not any(number[3:] in answer for number in (ELECTRICIAN, ELSEWHERE, BOTH, LEFT)), query
            seen |= {made.name} if CREW in answer else set()
    assert seen >= {"Contact", "Person"}, "the walk comes by the numbers"
    await opened(door, key)
    assert (await revealed(door, key, "K:ELECT"))[0] == {"K:ELECT": ELECTRICIAN}
    audit = (await door.ask(auditor, "{ auditEntries(first: 500) { what things operation reason } }")).text
    metrics = (await door.http.get("/metrics")).text
    told = "".join(f"{each.getMessage()} {getattr(each, 'facts', '')}" for each in caplog.records)
    assert not any(ELECTRICIAN[3:] in text for text in (audit, metrics, told))
